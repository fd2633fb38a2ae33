"""Figures of copies, groups and outlets."""
