"""The change log as its readers see it: what each may see, page by page."""

from models.log.filter import EVERYTHING, ChangeFilter
from models.log.news import News
from models.log.reader import Batch, ChangePage, read_after, read_before, read_changes, read_nothing_new, see_changes
from models.log.retention import Retention, compact, oldest_readable, shorten, trim
from models.log.sight import Facts, concerns, facts_about

__all__ = [
    "EVERYTHING",
    "Batch",
    "ChangeFilter",
    "ChangePage",
    "Facts",
    "News",
    "Retention",
    "compact",
    "concerns",
    "facts_about",
    "oldest_readable",
    "read_after",
    "read_before",
    "read_changes",
    "read_nothing_new",
    "see_changes",
    "shorten",
    "trim",
]
