"""What a text says that stays the same in every language: its numbers, dates and names.

text ──▶ `reading.facts_of` ──▶ facts ──▶ `index` (which stories hold a fact) ──▶ `score` (how surprising what two texts share is)
"""
