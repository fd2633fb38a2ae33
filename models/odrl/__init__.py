"""ODRL 2.2 in JSON-LD: the vocabulary, reading documents, and what policies of others decide."""
