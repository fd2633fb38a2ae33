"""Scalars that validate what they carry."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, NewType
from urllib.parse import urlsplit

import strawberry
from strawberry.types.scalar import ScalarDefinition

from models.errors import BadDateTime, BadInput, BadUrl
from models.language import LanguageTag, parse_language
from models.territory import Territory, parse_territory

Url = NewType("Url", str)
ByteCount = NewType("ByteCount", int)
Count = NewType("Count", int)
LARGEST_INT = 2**31 - 1
"""Of GraphQL's Int."""

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)\Z", re.ASCII | re.IGNORECASE)


def parse_date_time(value: object) -> datetime:
    """An instant from RFC 3339 text, as aware UTC.

    :raises BadDateTime: for anything else, and for text without a zone.
    """
    if not isinstance(value, str) or not _RFC3339.match(value):
        raise BadDateTime(f"{value!r} is not an RFC 3339 date-time with a zone, such as 2025-04-10T09:30:00+08:00")
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadDateTime(f"{value!r} names no moment: {error}") from error


def print_date_time(value: datetime | str) -> str:
    """RFC 3339 in UTC with a `Z`. Text is passed on: frozen documents hold it in that form."""
    if isinstance(value, str):
        return value
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse_url(value: object) -> Url:
    """An absolute http or https URL.

    :raises BadUrl: for anything else.
    """
    if isinstance(value, str) and len(value) <= 2048:
        try:
            parts = urlsplit(value)
            if parts.scheme in {"http", "https"} and parts.hostname and not re.search(r"[\s\x00-\x1f]", value):
                return Url(value)
        except ValueError:
            pass
    raise BadUrl(f"{value!r} is not an absolute http or https URL of at most 2048 characters")


def parse_byte_count(value: object) -> ByteCount:
    """A number of bytes.

    :raises BadInput: not a whole number from 0 to 2^53.
    """
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 2**53:
        return ByteCount(value)
    raise BadInput(f"{value!r} is not a number of bytes: a whole number from 0 to 2^53")


def parse_count(value: object) -> Count:
    """How many.

    :raises BadInput: not a whole number from 0 to 2^53.
    """
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 2**53:
        return Count(value)
    raise BadInput(f"{value!r} is not a count: a whole number from 0 to 2^53")


def _text(parse: Any) -> Any:
    """Hands only strings to a parser of strings; anything else becomes its text first, to be refused by name."""
    return lambda value: parse(value if isinstance(value, str) else repr(value))


def _scalar(name: str, description: str, parse: Any, *, specified_by: str, serialize: Any = str) -> ScalarDefinition:
    definition: ScalarDefinition = strawberry.scalar(
        name=name, description=description, parse_value=parse, serialize=serialize, specified_by_url=specified_by
    )
    return definition


SCALARS: dict[object, ScalarDefinition] = {
    datetime: _scalar(
        "DateTime",
        "An instant in RFC 3339 form with a zone. Answers are in UTC. A date-time without a zone is refused.",
        parse_date_time,
        specified_by="https://scalars.graphql.org/andimarek/date-time.html",
        serialize=print_date_time,
    ),
    LanguageTag: _scalar(
        "LanguageTag",
        "A BCP 47 language tag, such as zh, zh-Hant or en-GB.",
        _text(parse_language),
        specified_by="https://www.rfc-editor.org/info/bcp47",
    ),
    Territory: _scalar(
        "Territory",
        "A country or region: an ISO 3166-1 code (CN), an ISO 3166-2 code (CN-GD), a UN M49 group (150, 001), or EU.",
        _text(parse_territory),
        specified_by="https://unstats.un.org/unsd/methodology/m49/",
    ),
    ByteCount: _scalar(
        "ByteCount",
        "A number of bytes: a whole number from 0 to 2^53, which every JSON reader keeps exact.",
        parse_byte_count,
        serialize=int,
        specified_by="https://www.rfc-editor.org/rfc/rfc8259#section-6",
    ),
    Count: _scalar(
        "Count",
        "How many: a whole number from 0 to 2^53, which every JSON reader keeps exact. Views outgrow GraphQL's Int.",
        parse_count,
        serialize=int,
        specified_by="https://www.rfc-editor.org/rfc/rfc8259#section-6",
    ),
    Url: _scalar(
        "URL",
        "An absolute http or https URL.",
        parse_url,
        specified_by="https://www.rfc-editor.org/rfc/rfc3986",
    ),
}
