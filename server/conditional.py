"""Conditional requests (RFC 9110, section 13): what the client has already."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from starlette.datastructures import Headers


def known_etags(headers: Headers) -> frozenset[str]:
    """The ETags that a client has, without the mark of weak ones: they are compared weakly. `*` stands for any."""
    given = headers.get("if-none-match", "")
    return frozenset(tag.strip().removeprefix("W/") for tag in given.split(",") if tag.strip())


def has_etag(known: frozenset[str], etag: str) -> bool:
    """Whether an ETag is among those that a client has."""
    return "*" in known or etag.removeprefix("W/") in known


def modified_since(headers: Headers) -> datetime | None:
    """The date since when the client asks for changes; None where it gives none that counts: an ETag goes before it."""
    given = headers.get("if-modified-since")
    if given is None or "if-none-match" in headers:
        return None
    try:
        since = parsedate_to_datetime(given)
    except ValueError:
        return None
    return since.replace(tzinfo=UTC) if since.tzinfo is None else since
