"""Looks at the pages that sent Webmentions: guarded, bounded, one request to a host at a time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from models.audit.record import PROGRAM, record
from models.audit.subject import Subject
from models.change import Change
from models.errors import BadUrl, StorypoolError
from models.reprint.address import canonical_address
from models.webmention.link import holds_link
from models.webmention.outcome import Seen, keep_outcome
from models.webmention.queue import claim_due, has_due
from models.webmention.table import Webmention
from models.webmention.target import is_ours
from schema.context import Services
from schema.identifier import global_id
from server.outgoing import Answer, GuardedClient, OutgoingError

logger = logging.getLogger(__name__)

BATCH: Final = 20
PAUSE_SECONDS: Final = 2.0
"""Between two requests to one host."""
_GONE: Final = (404, 410)


class WebmentionReader:
    """Looks at what is due, a batch at a time.

    :param client: that fetches; it reads at most 5 MiB of a page, over at most five redirects, each guarded.
    """

    def __init__(self, services: Services, client: GuardedClient, *, pause: float = PAUSE_SECONDS) -> None:
        self._services = services
        self._client = client
        self._pause = pause

    async def work(self, now: datetime) -> int:
        """Looks at a batch of what is due.

        :returns: at how many pages it looked.
        """
        database = self._services.database
        async with database.read() as session:
            if not await has_due(session, now):
                return 0
        async with database.write() as session:
            rows = await claim_due(session, now, BATCH)
        by_host: dict[str, list[Webmention]] = {}
        for row in rows:
            by_host.setdefault(urlsplit(row.source).netloc.lower(), []).append(row)
        await asyncio.gather(*(self._look_at_host(found, now) for found in by_host.values()))
        return len(rows)

    async def _look_at_host(self, rows: Sequence[Webmention], now: datetime) -> None:
        for place, row in enumerate(rows):
            if place:
                await asyncio.sleep(self._pause)
            seen, url = await self._look(row)
            try:
                await self._keep(row, seen, url, now)
            except StorypoolError as error:  # no copy can be reported at such an address
                logger.warning("a Webmention came to nothing: %s", error.message)
                await self._keep(row, Seen.NOTHING, url, now)

    async def _keep(self, row: Webmention, seen: Seen, url: str, now: datetime) -> None:
        async with self._services.database.write() as session:
            reprint = await keep_outcome(session, row.id, seen, url, now)
            if reprint is not None:
                await record(
                    session,
                    Change(PROGRAM, now),
                    "receiveWebmention",
                    subject=Subject(global_id("Reprint", reprint.id), reprint.story_id, reprint.partner_id),
                    details={"seen": seen.value},
                )

    async def _look(self, row: Webmention) -> tuple[Seen, str]:
        """What is at the page's address, and the address that it came from."""
        try:
            answer = await self._client.get(row.source)
            canonical_address(answer.url)
        except (OutgoingError, BadUrl):
            return Seen.NOTHING, row.source
        if answer.status in _GONE:
            return Seen.GONE, answer.url
        if not 200 <= answer.status < 300:
            return Seen.NOTHING, answer.url
        if is_ours(urlsplit(answer.url), self._services.public_url):
            return Seen.NO_LINK, answer.url
        holds = await asyncio.to_thread(holds_link, answer.body, _content_type(answer), answer.url, row.target)
        return Seen.LINK if holds else Seen.NO_LINK, answer.url


def _content_type(answer: Answer) -> str | None:
    return next((value for name, value in answer.headers.items() if name.lower() == "content-type"), None)
