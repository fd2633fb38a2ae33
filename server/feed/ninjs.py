"""ninjs 3.1 (IPTC): one document a variant, with its siblings and assets as associations."""

from __future__ import annotations

import uuid
from typing import Any, Final

import orjson

from models.base import JsonObject
from models.document import timestamp
from models.feed import FeedItem
from models.odrl.profile import terms_iri
from server.feed.page import FeedDocument, named

MEDIA_TYPE: Final = "application/json"
STANDARD: Final = {"name": "ninjs", "version": "3.1", "schema": "https://www.iptc.org/std/ninjs/ninjs-schema_3.1.json"}
_TYPES: Final = {
    "ARTICLE": "text",
    "SHORT_VIDEO": "video",
    "VIDEO": "video",
    "PHOTO_SET": "picture",
    "SOCIAL_POST": "text",
}
_ASSET_TYPES: Final = {
    "PICTURE": "picture",
    "VIDEO": "video",
    "SOUND": "audio",
    "GRAPHIC": "graphic",
    "TEXT_TRACK": "text",
}
_MEDIA_TOPICS: Final = "http://cv.iptc.org/newscodes/mediatopic/"
_GENRES: Final = "http://cv.iptc.org/newscodes/genre/"
_DIGITAL_SOURCE: Final = "http://cv.iptc.org/newscodes/digitalsourcetype/"


def write(document: FeedDocument) -> bytes:
    """A page: the documents, and where the next page is."""
    items = [ninjs(item, document) for item in document.items]
    return orjson.dumps({"items": items, "next": document.next_url})


def ninjs(item: FeedItem, document: FeedDocument) -> JsonObject:
    """A variant as a ninjs 3.1 document. Of one that was taken back nothing is left but that it was."""
    part, story = item.part, item.story
    about = story.document["story"]
    if (gone := item.taken_back) is not None:
        return {
            "standard": STANDARD,
            "uri": part["uri"],
            "representationType": "partial",
            "version": str(story.version),
            "versionCreated": timestamp(gone.at),
            "pubStatus": gone.status.value.lower(),
            "language": part["language"],
            "edNote": gone.text,
        }
    language, terms = part["language"], item.terms
    found: JsonObject = {
        "standard": STANDARD,
        "uri": part["uri"],
        "type": _TYPES[part["form"]],
        "representationType": "full" if item.readable else "partial",
        "version": str(part["version"]),
        "versionCreated": part["versionCreated"],
        "contentCreated": about["contentCreated"],
        "embargoedUntil": timestamp(story.embargoed_until),
        "expires": timestamp(story.expires),
        "pubStatus": "usable",
        "urgency": about["urgency"],
        "language": language,
        "title": part["headline"],
        "by": part["by"],
        "slugline": about["slugline"],
        "located": part["located"],
        "copyrightHolder": _said(terms["copyrightHolder"], language),
        "copyrightNotice": _said(terms["copyrightNotice"], language),
        "usageTerms": _said(terms["usageTerms"], language),
        "rightsInfo": {
            "langId": "http://www.w3.org/ns/odrl/2/",
            "linkedRights": terms_iri(uuid.UUID(terms["id"]), part["policy"]),
        },
        "headlines": _texts(part["headline"]),
        "descriptions": _texts(part["description"]),
        "bodies": _bodies(part) if item.readable else [],
        "subjects": _concepts(about["subjects"], language, _MEDIA_TOPICS),
        "genres": _concepts(about["genres"], language, _GENRES),
        "places": [_literal(place, language) for place in about["places"]],
        "people": [_literal(person, language) for person in about["people"]],
        "organisations": [
            {"name": named(one["names"], language), "literal": one["key"]} for one in about["organisations"]
        ],
        "infoSources": [{"name": str(_said(terms["creditLine"], language)), "role": "credit"}]
        if terms["creditLine"]
        else [],
        "altIds": [{"role": "story", "value": about["uri"]}],
        "associations": [_sibling(one.part) for one in item.siblings]
        + [_asset(one, item, document) for one in item.assets],
    }
    return {name: value for name, value in found.items() if value not in (None, [], "")}


def _said(value: Any, language: str) -> str | None:
    """A wording, whether it lies there in one language or by language."""
    return named(value, language) if isinstance(value, dict) else value


def _texts(value: str | None) -> list[JsonObject]:
    return [] if not value else [{"role": "main", "contentType": "text/plain", "value": value}]


def _bodies(part: JsonObject) -> list[JsonObject]:
    counts = {"charCount": part["charCount"], "wordCount": part["wordCount"]}
    counts = {name: count for name, count in counts.items() if count is not None}
    bodies = [("text/html", part["body"]), ("text/plain", part["bodyText"])]
    return [{"role": "main", "contentType": kind, "value": text, **counts} for kind, text in bodies if text]


def _concepts(concepts: list[JsonObject], language: str, vocabulary: str) -> list[JsonObject]:
    return [
        {
            "name": named(one["names"], language),
            "uri": vocabulary + one["code"].removeprefix("medtop:"),
            "literal": one["code"],
        }
        for one in concepts
    ]


def _literal(concept: JsonObject, language: str) -> JsonObject:
    return {"name": named(concept["names"], language), "literal": concept["code"]}


def _sibling(part: JsonObject) -> JsonObject:
    return {
        "name": f"{part['language']} {part['form']}",
        "uri": part["uri"],
        "type": _TYPES[part["form"]],
        "language": part["language"],
        "pubStatus": "usable",
    }


def _asset(asset: Any, item: FeedItem, document: FeedDocument) -> JsonObject:
    part, language = asset.part, item.part["language"]
    found: JsonObject = {
        "name": part["kind"].lower(),
        "uri": f"urn:uuid:{part['id']}",
        "type": _ASSET_TYPES[part["kind"]],
        "pubStatus": "usable",
        "descriptions": _texts(named(part["captions"], language)),
        "infoSources": [{"name": part["credit"], "role": "credit"}] if part["credit"] else [],
    }
    if part["digitalSourceType"]:
        found["digitalSourceType"] = {"uri": _DIGITAL_SOURCE + part["digitalSourceType"].rpartition("/")[2]}
    if asset.readable:
        found["renditions"] = [
            {
                name: value
                for name, value in {
                    "name": rendition["name"],
                    "href": str(document.address(rendition["sha256"])),
                    "contentType": rendition["mimeType"],
                    "width": rendition["width"],
                    "height": rendition["height"],
                    "sizeInBytes": rendition["size"],
                }.items()
                if value is not None
            }
            for rendition in part["renditions"]
        ]
    return {name: value for name, value in found.items() if value != []}
