"""Follows the change log on behalf of what a server process keeps in memory."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime

from sqlmodel import col, select

from models import event
from models.base import Clock, utc_now
from models.database import Database
from models.event import Event

logger = logging.getLogger(__name__)

Listener = Callable[[Sequence[Event]], None]
"""Is told of new events, in order, each once. Runs on the event loop: it may forget and signal, not wait."""

_LONGEST_DELAY = 30.0
_STOPPING_SECONDS = 5.0


class Follower:
    """Looks at the position of the newest event every `interval` seconds, or as soon as it is nudged, and tells its listeners what is new.

    A database that cannot be reached delays it, up to 30 seconds between looks; nothing is lost, since it goes on from
    the position that it had reached.

    :param interval: seconds between two looks.
    :param batch: events that are read and told at once.
    """

    def __init__(self, database: Database, *, interval: float, batch: int = 500, clock: Clock = utc_now) -> None:
        self._database = database
        self._interval = interval
        self._batch = batch
        self._listeners: list[Listener] = []
        self._position: int | None = None
        self._heard_at: datetime | None = None
        self._clock = clock
        self._failures = 0
        self._reading = asyncio.Lock()
        self._wake = asyncio.Event()

    @property
    def is_following(self) -> bool:
        """Whether the last look succeeded."""
        return self._position is not None and self._failures == 0

    @property
    def position(self) -> int | None:
        """How far the log was followed; None while it cannot be read."""
        return self._position if self.is_following else None

    @property
    def heard_at(self) -> datetime | None:
        """When it heard of the newest event, or began; None while the log cannot be read. Never before that event was committed."""
        return self._heard_at if self.is_following else None

    def listen(self, listener: Listener) -> None:
        """Adds a listener; before `running`, so that it misses nothing."""
        self._listeners.append(listener)

    def nudge(self) -> None:
        """Makes it look at once: there is something new, or may be."""
        self._wake.set()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Follows in the background from the newest event on, until the block ends.

        Enter it before anything is cached that a listener is to forget. The first look raises what the database raises.
        """
        async with self._database.read() as session:
            self._position = await event.last_position(session)
        self._heard_at = self._clock()
        stop = asyncio.Event()
        task = asyncio.create_task(self._follow(stop), name="change-log-follower")
        try:
            yield
        finally:
            stop.set()
            self._wake.set()
            _, unfinished = await asyncio.wait({task}, timeout=_STOPPING_SECONDS)
            if unfinished:
                task.cancel()
                await asyncio.wait({task})

    async def catch_up(self) -> None:
        """Tells the listeners of everything up to now."""
        assert self._position is not None, "catch_up needs a follower that is running"
        async with self._reading:  # two that read from one position would tell everything twice
            while events := await self._read(self._position):
                self._position, self._heard_at = events[-1].position, self._clock()
                for listener in self._listeners:
                    self._tell(listener, events)

    async def _read(self, after: int) -> Sequence[Event]:
        async with self._database.read() as session:
            if await event.last_position(session) <= after:
                return ()
            newer = select(Event).where(col(Event.position) > after).order_by(col(Event.position)).limit(self._batch)
            return (await session.exec(newer)).all()

    async def _follow(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            self._wake.clear()
            try:
                await self.catch_up()
            except Exception:  # whatever a driver raises while its server restarts
                self._failures += 1
                logger.warning("the change log cannot be read, failure %d in a row", self._failures, exc_info=True)
            else:
                self._failures = 0
            delay = min(self._interval * 2 ** min(self._failures, 16), max(self._interval, _LONGEST_DELAY))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(delay):
                    await self._wake.wait()

    def _tell(self, listener: Listener, events: Sequence[Event]) -> None:
        try:
            listener(events)
        except Exception:  # one listener's defect must not keep the others from hearing
            logger.exception("a listener failed on events %d to %d", events[0].position, events[-1].position)
