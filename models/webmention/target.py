"""Addresses of ours that a page may link to, and the pickup that each belongs to."""

from __future__ import annotations

import re
import uuid
from typing import Final
from urllib.parse import SplitResult, urlsplit

from sqlmodel.ext.asyncio.session import AsyncSession

from models.errors import BadUrl
from models.trace.link import SHORT_PATH, find_link

LONGEST_TARGET: Final = 2048
_PATH: Final = re.compile(rf"{SHORT_PATH}/([0-9A-Za-z_-]{{1,64}})(?:/story|/)?")
_PORTS: Final = {"http": 80, "https": 443}


async def pickup_of(session: AsyncSession, target: str, public_url: str) -> uuid.UUID | None:
    """The pickup that an address of ours belongs to: its short link, or the page behind that. None where it is not ours, or nothing is
    there.

    :param public_url: under which this server is reached. Both http and https are its own.
    :raises BadUrl: it is no absolute http or https address, or holds a user.
    """
    parts = _parts(target)
    if not is_ours(parts, public_url):
        return None
    found = _PATH.fullmatch(parts.path)
    link = None if found is None else await find_link(session, found[1])
    return None if link is None else link.pickup_id


def is_ours(parts: SplitResult, public_url: str) -> bool:
    """Whether an address is at this server, as clients reach it."""
    own = urlsplit(public_url)
    return parts.hostname == own.hostname and _port(parts) in {_port(own), *_ports_beside(own)}


def _ports_beside(own: SplitResult) -> tuple[int, ...]:
    return tuple(_PORTS.values()) if own.port in (None, *_PORTS.values()) else ()


def _port(parts: SplitResult) -> int | None:
    return parts.port if parts.port is not None else _PORTS.get(parts.scheme)


def _parts(url: str) -> SplitResult:
    if len(url) > LONGEST_TARGET or any(character <= " " or character == "\x7f" for character in url):
        raise BadUrl(f"target has more than {LONGEST_TARGET} characters, or spaces or control characters in it")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadUrl(f"target is not an address: {error}") from None
    if parts.scheme not in _PORTS or not parts.hostname or port == 0 or "@" in parts.netloc:
        raise BadUrl("target must be an absolute http or https address, without a user")
    return parts
