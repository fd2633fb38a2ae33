"""Notices: to whom they go, and what becomes of them."""
