"""Full-text search of the pool: one tokeniser, one query form, one index on each database engine.

tokeniser   text → tokens, the same for stories and for what readers type
query       what a reader typed → a conjunction of words, rendered for FTS5 and for tsvector
index       the table `pool_text` and the walk through it, newest first
ranking     relevance order among the newest matches
snippet     the passage to show, with the matches marked
"""
