"""What an entry may say of what was sent: identifiers as they are, text only by its hash, secrets not at all."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, date, datetime, time
from enum import Enum
from uuid import UUID

import orjson

from models.base import JsonObject
from models.key import LONGEST_KEY

LONGEST_ID = 128
"""Characters of the longest identifier that is kept."""

_LONGEST_LIST = 100
_MOST_BYTES = 16_384
_LARGEST_NUMBER = 2**53 - 1
_IDENTIFIER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_:./+=-]*", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d([Tt ][0-9:.]{5,18}([Zz]|[+-]\d\d:\d\d)?)?", re.ASCII)
_LAST_WORD = re.compile(r"[A-Z]?[^A-Z_]*\Z")
_SECRET = re.compile(r"secret|password|token|credential|signature", re.IGNORECASE)
_NAMES_IDENTIFIERS = frozenset(
    """
    code codes concepts contributors genres key keys language languages organisations partners people places series subjects
    territories territory topic topics uri uris zone
    """.split()  # noqa: SIM905 - thirty quoted words are harder to read
)
"""The last words of names under which keys, codes and the like are given as plain strings."""


def names_secret(name: str) -> bool:
    """Whether what stands under this name is never kept, not even as a hash."""
    return _SECRET.search(name) is not None


def names_identifier(name: str) -> bool:
    """Whether a plain string under this name is a key, a code or the like."""
    return _LAST_WORD.search(name)[0].lower() in _NAMES_IDENTIFIERS  # type: ignore[index]  # it matches every text


def identifier(value: str, longest: int = LONGEST_KEY) -> object:
    """An identifier as it is. What does not look like one is taken for text."""
    return value if len(value) <= longest and _IDENTIFIER.fullmatch(value) else text(value)


def plain_string(value: str, name: str) -> object:
    """A string of no particular type: a date or a moment as it is, an identifier under a name for such, otherwise text.

    :param name: of its field.
    """
    if _DATE.fullmatch(value):
        return value
    return identifier(value) if names_identifier(name) else text(value)


def text(value: str) -> JsonObject:
    """What is kept of text: the hash of its UTF-8, and how many characters it has."""
    digest = hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()
    return {"sha256": digest, "characters": len(value)}


def plain(value: object) -> object:
    """A value that is no text, in a form that every engine and every JSON library gives back alike.

    :raises TypeError: it is none of those.
    """
    match value:
        case None | bool():
            return value
        case Enum():
            return value.name
        case int():
            return value if abs(value) <= _LARGEST_NUMBER else str(value)
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case float() | date() | time() | UUID():
            return str(value)
    raise TypeError(f"{type(value).__name__} is no plain value")


def document(value: object) -> JsonObject:
    """What is kept of a JSON document: as of text, over its form with sorted keys."""
    return text(orjson.dumps(value, default=str, option=orjson.OPT_SORT_KEYS).decode())


def listed(values: list[object]) -> object:
    """A list; of one that is too long, only its length and its hash."""
    return values if len(values) <= _LONGEST_LIST else {"items": len(values), **document(values)}


def bounded(details: JsonObject) -> JsonObject:
    """Details as they are; of those that are too long, only their hash."""
    return details if len(orjson.dumps(details)) <= _MOST_BYTES else document(details)
