"""Feeds: what is in them for a viewer, and the keys that open them without a token."""

from models.feed.key import FeedKey, create_feed_key, feed_keys_of, find_by_secret, revoke_feed_key
from models.feed.reading import FeedItem, FeedPage, read_feed
from models.feed.taken_back import TakenBack

__all__ = [
    "FeedItem",
    "FeedKey",
    "FeedPage",
    "TakenBack",
    "create_feed_key",
    "feed_keys_of",
    "find_by_secret",
    "read_feed",
    "revoke_feed_key",
]
