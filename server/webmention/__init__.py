"""Webmentions: where they are received, and the looks at the pages that sent them."""

from server.webmention.endpoint import WEBMENTION_PATH, WebmentionEndpoint, WebmentionLink
from server.webmention.look import WebmentionReader

__all__ = ["WEBMENTION_PATH", "WebmentionEndpoint", "WebmentionLink", "WebmentionReader"]
