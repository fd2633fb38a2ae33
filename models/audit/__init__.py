"""The audit trail: who wrote what and when, sealed into a chain of hashes."""
