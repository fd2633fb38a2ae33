"""Reports for whoever has a link to one: the page, its files, and the form where a password is asked for."""

from server.shared_report.page import SharedReports

__all__ = ["SharedReports"]
