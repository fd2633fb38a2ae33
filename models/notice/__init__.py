"""Notices: what partners must be told, and must acknowledge."""
