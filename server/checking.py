"""Looks at the addresses of copies: politely, bounded, guarded, and as the sites' robots.txt allows."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from protego import Protego

from models.errors import BadUrl, NotFound
from models.reprint import index
from models.reprint.check import claim_due, has_due, keep_finding
from models.reprint.edges import establish, origin_of, others_of
from models.reprint.expected import expected_of
from models.reprint.page import Page, read_page
from models.reprint.table import Reprint
from models.reprint.translation import weighed
from models.reprint.verify import Expected, Finding, judge, nothing_answered
from schema.context import Services
from server.outgoing import Answer, GuardedClient, OutgoingError
from server.outgoing.client import USER_AGENT

logger = logging.getLogger(__name__)

BATCH: Final = 20
PAUSE_SECONDS: Final = 2.0
"""Between two requests to one host."""
ROBOTS_KEPT: Final = timedelta(hours=1)
_MOST_ROBOTS: Final = 1000
_LONGEST_ROBOTS: Final = 512 * 1024


@dataclass(frozen=True)
class Looked:
    """What a look came to.

    :param answer: None where none came.
    :param page: what was read of it.
    """

    finding: Finding
    answer: Answer | None = None
    page: Page | None = None


@dataclass
class Robots:
    """What sites allow this program (RFC 9309). A site that has no robots.txt, or gives none, allows everything; one whose server fails,
    nothing."""

    client: GuardedClient
    _known: dict[str, tuple[datetime, Protego | None]] = field(default_factory=dict)

    async def allow(self, url: str, now: datetime) -> bool:
        """Whether a page may be read."""
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        known = self._known.get(site)
        if known is None or known[0] < now:
            if len(self._known) >= _MOST_ROBOTS:
                self._known.clear()
            known = (now + ROBOTS_KEPT, await self._read(site))
            self._known[site] = known
        rules = known[1]
        return rules is not None and bool(rules.can_fetch(url, USER_AGENT))

    async def _read(self, site: str) -> Protego | None:
        try:
            answer = await self.client.get(f"{site}/robots.txt")
        except (OutgoingError, BadUrl):
            return Protego.parse("")  # the page itself will tell that nothing answers
        if answer.status >= 500:
            return None
        if answer.status >= 400:
            return Protego.parse("")
        return Protego.parse(answer.body[:_LONGEST_ROBOTS].decode(errors="replace"))


class Checker:
    """Looks at what is due, a batch at a time; one request to a host at a time, with pauses.

    :param client: that fetches; it reads at most `MOST_BYTES` of a page.
    """

    def __init__(self, services: Services, client: GuardedClient, *, pause: float = PAUSE_SECONDS) -> None:
        self._services = services
        self._client = client
        self._robots = Robots(client)
        self._pause = pause

    async def work(self, now: datetime) -> int:
        """Looks at a batch of what is due.

        :returns: at how many copies it looked.
        """
        database = self._services.database
        async with database.read() as session:
            if not await has_due(session, now):
                return 0
        await index.catch_up(database)
        async with database.write() as session:
            rows = await claim_due(session, now, BATCH)
            expected = {row.id: await expected_of(session, row) for row in rows}
        by_host: dict[str, list[Reprint]] = {}
        for row in rows:
            by_host.setdefault(urlsplit(row.address or "").netloc, []).append(row)
        await asyncio.gather(*(self._look_at_host(found, expected, now) for found in by_host.values()))
        return len(rows)

    async def look(self, url: str, expected: Expected, now: datetime) -> Looked:
        """Fetches a page and judges it."""
        try:
            if not await self._robots.allow(url, now):
                return Looked(nothing_answered(expected, "ROBOTS"))
            answer = await self._client.get(url)
        except (OutgoingError, BadUrl):
            return Looked(nothing_answered(expected, "NO_ANSWER"))
        headers = {name.lower(): value for name, value in answer.headers.items()}
        page = await asyncio.to_thread(read_page, answer.body, url=answer.url, content_type=headers.get("content-type"))
        finding = await asyncio.to_thread(judge, page, answer.status, headers, expected, now)
        return Looked(finding, answer, page)

    async def _weighed(self, row: Reprint, looked: Looked) -> Looked:
        """With what speaks for a translation, where the page is in a language that the story was not supplied in."""
        if looked.page is None or row.story_id is None:
            return looked
        async with self._services.database.read() as session:
            finding = await weighed(session, looked.finding, looked.page, row.story_id)
        return replace(looked, finding=finding)

    async def _look_at_host(
        self, rows: Sequence[Reprint], expected: Mapping[uuid.UUID, Expected], now: datetime
    ) -> None:
        for place, row in enumerate(rows):
            if place:
                await asyncio.sleep(self._pause)
            looked = await self.look(row.url or row.address or "", expected[row.id], now)
            await self._keep(row, await self._weighed(row, looked), now)
            await self._see_origin(row.id, looked, expected[row.id], now)

    async def _keep(self, row: Reprint, looked: Looked, now: datetime) -> None:
        sha256 = None
        if looked.answer is not None and looked.finding.match is not None:
            sha256 = await asyncio.to_thread(self._services.files.media.put, looked.answer.body)
        published = looked.page.published if looked.page is not None else None
        moment = None if published is None else published.in_zone(self._services.report_zone)
        async with self._services.database.write() as session:
            await keep_finding(
                session,
                row.id,
                looked.finding,
                now,
                page=looked.page,
                status=None if looked.answer is None else looked.answer.status,
                sha256=sha256,
                published_at=moment,
            )

    async def _see_origin(self, reprint_id: uuid.UUID, looked: Looked, expected: Expected, now: datetime) -> None:
        """Says where a copy that is there came from, where its page shows that and nobody knows better."""
        page, found = looked.page, looked.finding.match
        if page is None or found is None:
            return
        database, media = self._services.database, self._services.files.media
        async with database.read() as session:
            others = await others_of(session, reprint_id, page)
        if others is None:
            return

        def read(sha256: str) -> bytes:
            try:
                with media.open(sha256) as kept:
                    return kept.read()
            except NotFound:  # the evidence lies elsewhere, or was taken away: nothing can be compared with it
                return b""

        names = (expected.credit_line, *expected.names)
        origin = await asyncio.to_thread(origin_of, others, page, found, expected.texts, names, read)
        if origin is not None:
            async with database.write() as session:
                await establish(session, reprint_id, origin, now)
