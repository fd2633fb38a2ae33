"""The signed link in a mail: whoever has it may read and acknowledge one notice for one partner, for a time."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from itsdangerous import BadData, URLSafeTimedSerializer

from models.base import Clock, utc_now
from models.database import Database
from models.url_key import UrlKey, ensure_url_key, url_keys
from server.signed import timed_serializer

NOTICE_PAGE_PATH = "/notices"
"""Under this path every notice has its page."""


@dataclass(frozen=True)
class NoticeKey:
    """What a link opens."""

    notice_id: uuid.UUID
    partner_id: uuid.UUID


class NoticeLinks:
    """Makes and reads links.

    :param public_url: the address under which this server is reached, without a trailing slash.
    :param lifetime: how long a link opens anything.
    """

    def __init__(self, database: Database, public_url: str, lifetime: timedelta, *, clock: Clock = utc_now) -> None:
        self._database = database
        self._public_url = public_url
        self._lifetime = lifetime
        self._clock = clock

    async def link(self, key: NoticeKey) -> str:
        """The address of a notice's page for a partner."""
        async with self._database.read() as session:
            keys = await url_keys(session)
        if not keys:
            async with self._database.write() as session:
                keys = [await ensure_url_key(session, self._clock())]
        token = self._serializer(keys).dumps([key.notice_id.hex, key.partner_id.hex])
        return f"{self._public_url}{NOTICE_PAGE_PATH}/{token}"

    async def read(self, token: str) -> NoticeKey | None:
        """What a link opens; None where it was not made here, or is too old."""
        async with self._database.read() as session:
            keys = await url_keys(session)
        if not keys:
            return None
        try:
            notice, partner = self._serializer(keys).loads(token, max_age=int(self._lifetime.total_seconds()))
            return NoticeKey(uuid.UUID(notice), uuid.UUID(partner))
        except (BadData, ValueError, TypeError):
            return None

    def _serializer(self, keys: Sequence[UrlKey]) -> URLSafeTimedSerializer:
        return timed_serializer(keys, "notice", self._clock)
