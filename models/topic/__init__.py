"""Topics: what is hot, and has stories hung on it while it is."""

from models.topic.table import Topic

__all__ = ["Topic"]
