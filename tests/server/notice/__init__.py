"""Notices in mails and on their page."""
