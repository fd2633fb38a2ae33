"""ODRL 2.2 in JSON-LD: terms and agreements as it has them, decisions as compliance reports, and terms taken over from it."""
