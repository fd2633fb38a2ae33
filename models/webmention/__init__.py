"""Webmentions (W3C, https://www.w3.org/TR/webmention/): pages say by themselves that they link to something of ours.

table    a row for each page and pickup
target   which pickup an address of ours belongs to
link     whether a page holds a link to an address
queue    what was received, and what is to be looked at
outcome  what a look came to: a copy is reported, or taken back
"""
