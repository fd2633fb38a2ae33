"""Feeds: what is in them for a viewer, and the keys that open them without a token."""

from models.feed.key import FeedKey, create_feed_key, feed_keys_of, find_by_secret, revoke_feed_key
from models.feed.reading import FeedItem, FeedPage, last_changed, read_feed

__all__ = [
    "FeedItem",
    "FeedKey",
    "FeedPage",
    "create_feed_key",
    "feed_keys_of",
    "find_by_secret",
    "last_changed",
    "read_feed",
    "revoke_feed_key",
]
