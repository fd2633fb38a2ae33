"""Passwords of report links: how often they may be tried, and how a browser shows afterwards that it knew one.

Whoever has a link could try passwords, and could keep others out if that locked the link. So it is networks that are locked, each for a
minute after five wrong passwords; while a link sees many wrong passwords, after one. A network that gave none is always heard.
"""

from __future__ import annotations

import asyncio
import ipaddress
import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from itsdangerous import BadData, URLSafeTimedSerializer

from models.base import Clock, utc_now
from models.report.password import is_password
from models.url_key import UrlKey
from server.limits import FailureLimit
from server.signed import timed_serializer

TRIES_PER_MINUTE: Final = 5
"""Wrong passwords that one network may give for one link in any minute."""
MANY_PER_MINUTE: Final = 20
"""Wrong passwords in a minute, from wherever, after which each network has one try in a minute."""
PASS_LIFETIME: Final = timedelta(hours=1)
_AT_ONCE: Final = 2
"""Passwords looked at at the same time: each takes memory."""
_MOST_WAITING: Final = 16
_BUSY_SECONDS: Final = 5


class TriedTooOften(Exception):
    """No password is looked at now.

    :param seconds: until one may be.
    """

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait for {seconds} seconds")
        self.seconds = seconds


class PasswordGate:
    """Looks at passwords.

    :param limits_storage: where failures are counted, as for `server.limits.FailureLimit`.
    """

    def __init__(self, limits_storage: str) -> None:
        self._usual = FailureLimit(limits_storage, TRIES_PER_MINUTE)
        self._strict = FailureLimit(limits_storage, 1)
        self._link = FailureLimit(limits_storage, MANY_PER_MINUTE)
        self._turn = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0

    async def is_right(self, link_id: uuid.UUID, kept: str, given: str, address: str) -> bool:
        """Whether a password opens a link.

        :param kept: its hash.
        :param address: of whoever tries.
        :raises TriedTooOften: that network has to wait, or too many try at once.
        """
        if self._waiting >= _MOST_WAITING:
            raise TriedTooOften(_BUSY_SECONDS)
        link, name = str(link_id), f"{link_id} {network_of(address)}"
        self._waiting += 1
        try:
            async with self._turn:  # the count is read in turn, too: many requests at once are no way around it
                if seconds := await self._wait(link, name):
                    raise TriedTooOften(seconds)
                if await asyncio.to_thread(is_password, given, kept):
                    return True
                for limit, whose in ((self._usual, name), (self._strict, name), (self._link, link)):
                    await limit.add("report password", whose)
                return False
        finally:
            self._waiting -= 1

    async def _wait(self, link: str, name: str) -> int:
        seconds = await self._usual.wait("report password", name)
        if not seconds and await self._link.wait("report password", link):
            seconds = await self._strict.wait("report password", name)
        return seconds


class Passes:
    """Makes and reads what a browser keeps after the right password: signed, for one link, for an hour."""

    def __init__(self, *, clock: Clock = utc_now) -> None:
        self._clock = clock

    def give(self, link_id: uuid.UUID, keys: Sequence[UrlKey]) -> str:
        """:param keys: that sign, the newest first."""
        return self._serializer(keys).dumps(link_id.hex)

    def holds(self, value: str, link_id: uuid.UUID, keys: Sequence[UrlKey]) -> bool:
        """Whether it was given here for this link, and not too long ago."""
        try:
            said = self._serializer(keys).loads(value, max_age=int(PASS_LIFETIME.total_seconds()))
        except BadData:
            return False
        return bool(said == link_id.hex)

    def _serializer(self, keys: Sequence[UrlKey]) -> URLSafeTimedSerializer:
        return timed_serializer(keys, "report link", self._clock)


def network_of(address: str) -> str:
    """What somebody holds who has an address: that of IPv4, the /64 around one of IPv6 (RFC 6177)."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64 if parsed.version == 6 else 32), strict=False).network_address)
