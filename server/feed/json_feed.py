"""JSON Feed 1.1. It knows no tombstones: an item that was taken back keeps its id, and says so in the place of its content."""

from __future__ import annotations

from typing import Final

import orjson

from models.base import JsonObject
from models.document import timestamp
from models.feed import FeedItem
from server.feed.page import FeedDocument, files, gone_title, named

MEDIA_TYPE: Final = "application/feed+json"


def write(document: FeedDocument) -> bytes:
    """The page as a JSON Feed document."""
    feed: JsonObject = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": document.title,
        "feed_url": document.self_url,
        "items": [_item(item, document) for item in document.items],
    }
    if document.next_url is not None:
        feed["next_url"] = document.next_url
    return orjson.dumps(feed)


def _item(item: FeedItem, document: FeedDocument) -> JsonObject:
    part, about = item.part, item.story.document["story"]
    language = part["language"]
    if (gone := item.taken_back) is not None:
        return {
            "id": part["uri"],
            "language": language,
            "title": gone_title(gone, language),
            "content_text": gone.text,
            "date_modified": timestamp(gone.at),
            "_storypool": {"pubStatus": gone.status.value},
        }
    found: JsonObject = {
        "id": part["uri"],
        "language": language,
        "title": part["headline"],
        "summary": part["description"],
        "date_published": about["contentCreated"],
        "date_modified": part["versionCreated"],
        "authors": [{"name": part["by"]}] if part["by"] else None,
        "tags": [named(subject["names"], language) for subject in about["subjects"]] or None,
        "attachments": [
            {
                "url": href,
                "mime_type": rendition["mimeType"],
                "title": named(asset["captions"], language),
                "size_in_bytes": rendition["size"],
            }
            for asset, rendition, href in files(item, document)
        ]
        or None,
        "_storypool": {
            "storyUri": about["uri"],
            "version": part["version"],
            "form": part["form"],
            "pubStatus": "USABLE",
        },
    }
    if item.readable and part["body"]:
        found["content_html"] = part["body"]
    else:
        found["content_text"] = part["description"] or part["headline"] or ""
    return {name: value for name, value in found.items() if value is not None}
