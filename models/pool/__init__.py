"""The pool: what was released, frozen, and the index that finds it.

`tables` holds its tables, `index` keeps them at a release, `key` names what can be filtered by, `walk` finds positions in order,
`search` (in `models.search`) the full text, `reading` brings documents and what overrides them.
"""
