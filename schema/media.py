"""Addresses of files, as they are given to clients."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from models.actor import Actor
from schema.scalar import Url

MEDIA_PATH: Final = "/media"
"""Where files are served."""

MediaAddress = Callable[[str], Url]
"""Gives the address of a file by its SHA-256, for one client and for a while."""


class MediaAddresses(Protocol):
    """Makes addresses."""

    async def of(self, actor: Actor, now: datetime) -> MediaAddress:
        """Addresses for a client, as they are given out at a moment."""
        ...


@dataclass(frozen=True)
class PlainAddresses:
    """Addresses that need an access token.

    :param public_url: under which clients reach the server, without a trailing slash.
    """

    public_url: str

    async def of(self, actor: Actor, now: datetime) -> MediaAddress:
        """See `MediaAddresses.of`."""
        return lambda sha256: Url(f"{self.public_url}{MEDIA_PATH}/{sha256}")
