"""Reprints: one published copy of a story at an outlet. Here are the rules by which copies are known, as pure functions.

address     the one form of a page's address
shingles    what matching sees of a text
quotation   what of a text is quoted, and proves nothing
match       how much of a story a page holds, and in which form
credit      who is named as the source
"""
