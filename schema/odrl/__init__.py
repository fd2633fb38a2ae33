"""ODRL 2.2 in JSON-LD: terms and agreements as it has them and taken over from it, and decisions as compliance reports."""
