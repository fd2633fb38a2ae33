"""Reprints: who ran it, where, and what came from there."""
