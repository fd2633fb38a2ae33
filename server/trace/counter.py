"""Hits, counted in memory and written every second in one transaction: thousands of one link are one addition to one row.

What was counted is written when the server shuts down in order. A process that is killed loses what it counted since its last turn, a
second's worth or less, or more where the database was away. Whoever followed a link was led on all the same.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from models.base import Clock, utc_now
from models.database import Database
from models.trace.count import Hits, Place, add_hits
from models.trace.day import day_of
from models.trace.pixel import copy_at
from models.trace.table import TraceKind

logger = logging.getLogger(__name__)

EVERY_SECONDS: Final = 1.0
MOST_KEPT: Final = 100_000
"""Different places that wait to be written. Beyond them, while the database is away, new ones are not counted."""
MOST_PAGES: Final = 200
"""Different pages that pixels are held to be shown at, between two turns. Of more, the hits count for their pickups alone."""
_KNOWN_FOR: Final = timedelta(minutes=1)
_MOST_KNOWN: Final = 10_000


class _Key(NamedTuple):
    pickup_id: uuid.UUID
    kind: TraceKind
    day: date
    page: str | None


class TraceCounter:
    """Counts hits. Nothing in it waits: a hit is an addition in memory.

    :param zone: whose days they are counted by.
    """

    def __init__(self, database: Database, zone: ZoneInfo, *, clock: Clock = utc_now) -> None:
        self._database = database
        self._zone = zone
        self._clock = clock
        self._hits: dict[_Key, Hits] = {}
        self._pages: set[str] = set()
        self._known: dict[tuple[uuid.UUID, str], tuple[uuid.UUID, datetime]] = {}
        self._writing = asyncio.Lock()
        self._is_full = False

    def count(self, pickup_id: uuid.UUID, kind: TraceKind, *, by_person: bool, page: str | None = None) -> None:
        """Counts one.

        :param page: at which a pixel was shown, as `models.trace.pixel.shown_on` gives it.
        """
        if page is not None and page not in self._pages:
            if len(self._pages) >= MOST_PAGES:
                page = None
            else:
                self._pages.add(page)
        key = _Key(pickup_id, kind, day_of(self._clock(), self._zone), page)
        self._add(key, Hits(1, int(by_person)))

    def _add(self, key: _Key, hits: Hits) -> None:
        kept = self._hits.get(key)
        if kept is not None:
            kept.add(hits)
        elif len(self._hits) < MOST_KEPT:
            self._hits[key] = hits
        elif not self._is_full:
            self._is_full = True
            logger.error("hits of short links and pixels are lost: %d places wait for the database", MOST_KEPT)

    async def flush(self) -> int:
        """Writes what was counted. What cannot be written is kept for the next turn; where the database goes away in the very moment of
        the commit, that turn may be written twice.

        :returns: how many rows were added to.
        """
        async with self._writing:
            taken, self._hits = self._hits, {}
            self._pages.clear()
            if not taken:
                return 0
            try:
                places: dict[Place, Hits] = {}
                for key, hits in taken.items():
                    place = Place(key.pickup_id, key.kind, key.day, await self._subject(key))
                    places.setdefault(place, Hits()).add(hits)
                async with self._database.write() as session:
                    await add_hits(session, places)
            except BaseException:  # a turn that is cancelled, too: the last one writes it
                for key, hits in taken.items():
                    self._add(key, hits)
                raise
            self._is_full = False
            return len(places)

    async def _subject(self, key: _Key) -> uuid.UUID:
        """The copy at the page of a hit, or else its pickup; remembered for a minute."""
        if key.page is None:
            return key.pickup_id
        now = self._clock()
        known = self._known.get((key.pickup_id, key.page))
        if known is not None and known[1] > now:
            return known[0]
        found = await copy_at(self._database, key.pickup_id, key.page, self._clock)
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[key.pickup_id, key.page] = (found or key.pickup_id, now + _KNOWN_FOR)
        return found or key.pickup_id

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Writes every second until the block ends, and once more then."""
        stop = asyncio.Event()
        task = asyncio.create_task(self._repeat(stop), name="traces")
        try:
            yield
        finally:
            stop.set()
            await task
            try:
                await self.flush()
            except Exception:
                logger.exception("hits of short links and pixels are lost, in %d places", len(self._hits))

    async def _repeat(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(EVERY_SECONDS):
                    await stop.wait()
            try:
                await self.flush()
            except Exception:  # whatever a driver raises while the database is away
                logger.warning("hits of short links and pixels wait for the database", exc_info=True)
