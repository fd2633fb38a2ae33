"""What live stories can be filtered by: keys of a kind and a value, and which of them a story carries."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from models.base import JsonObject


class KeyKind(StrEnum):
    """The kinds of keys. The pairs exist because a story matches only where one variant has both values."""

    ALL = "ALL"
    LANGUAGE = "LANGUAGE"
    FORM = "FORM"
    LANGUAGE_FORM = "LANGUAGE_FORM"
    SERIES = "SERIES"
    LANGUAGE_SERIES = "LANGUAGE_SERIES"
    TOPIC = "TOPIC"
    SUBJECT = "SUBJECT"
    GENRE = "GENRE"
    PLACE = "PLACE"
    ORGANISATION = "ORGANISATION"
    BRAND = "BRAND"
    URGENCY = "URGENCY"
    MEDIA = "MEDIA"
    CONTENT_MONTH = "CONTENT_MONTH"


class Key(NamedTuple):
    """One value that stories can be filtered by."""

    kind: KeyKind
    value: str


EVERYTHING = Key(KeyKind.ALL, "")
"""The key that every live story carries."""


def pair(first: str, second: str) -> str:
    """The value of a key of two values."""
    return f"{first}|{second}"


def keys_of(document: JsonObject) -> frozenset[Key]:
    """Every key that a document's story carries."""
    return frozenset(_keys_of(document))


def _keys_of(document: JsonObject) -> Iterator[Key]:
    story = document["story"]
    yield EVERYTHING
    series = story["series"]["key"] if story["series"] else None
    if series:
        yield Key(KeyKind.SERIES, series)
    if story["topic"]:
        yield Key(KeyKind.TOPIC, story["topic"]["key"])
    for kind, part in (
        (KeyKind.SUBJECT, "subjects"),
        (KeyKind.GENRE, "genres"),
        (KeyKind.PLACE, "places"),
        (KeyKind.ORGANISATION, "organisations"),
    ):
        for item in story[part]:
            yield Key(kind, item["key"] if kind is KeyKind.ORGANISATION else item["code"])
    for item in story["organisations"]:
        if item.get("brand"):
            yield Key(KeyKind.BRAND, item["key"])
    if story["urgency"] is not None:
        yield Key(KeyKind.URGENCY, str(story["urgency"]))
    if story["contentCreated"]:
        yield Key(KeyKind.CONTENT_MONTH, story["contentCreated"][:7])
    for asset in document["assets"]:
        yield Key(KeyKind.MEDIA, asset["kind"])
    for variant in document["variants"]:
        language = variant["language"]
        yield Key(KeyKind.LANGUAGE, language)
        yield Key(KeyKind.FORM, variant["form"])
        yield Key(KeyKind.LANGUAGE_FORM, pair(language, variant["form"]))
        if series:
            yield Key(KeyKind.LANGUAGE_SERIES, pair(language, series))
