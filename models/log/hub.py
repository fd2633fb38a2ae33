"""Hands new events to whoever follows the log live: read once, judged once for each kind of reader, given to all of them.

A follower first catches up from its cursor by reading the log, then goes on live, without loss or repetition at the seam: whatever the
hub hands out comes after the place that the log was read to. One that cannot keep up is not waited for. What waits for it is thrown away,
and it catches up from the log again, so that no follower costs more than a bounded queue.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from sqlmodel.ext.asyncio.session import AsyncSession

from models import event as log
from models.actor import Actor
from models.base import Clock, utc_now
from models.database import Database
from models.event import Event, EventKind
from models.log.filter import ChangeFilter
from models.log.reader import read_after
from models.log.sight import Facts, concerns, facts_about
from models.scope import Scope
from models.terms import PolicyCache
from models.viewer import Viewer, load_viewer

logger = logging.getLogger(__name__)

LONGEST_QUEUE: Final = 256
"""Events that wait for one follower."""
_CATCH_UP_PAGE: Final = 50
_KEPT: Final = timedelta(seconds=60)
"""How long the rights of a partner are held that no event spoke of: quotas begin anew by the clock."""
_RETRY_SECONDS: Final = 1.0
_ABOUT_ALL: Final = frozenset({EventKind.AGREEMENT_CHANGED, EventKind.PARTNER_CHANGED})
"""What may change the rights of other partners, too: an exclusivity is a prohibition for all others."""

_Reader = tuple[uuid.UUID | None, bool]
"""What two actors have in common who see the same of the log: their partner, and whether they read ahead of embargoes."""


@dataclass(frozen=True)
class Told:
    """A change as it is told to one follower.

    :param previous: the position of the one before it, or of the cursor that was given.
    :param viewer: who is told, with the rights of that moment.
    :param is_lagging: whether the follower fell behind, and catches up.
    """

    event: Event
    previous: int
    viewer: Viewer
    is_lagging: bool = False


@dataclass(eq=False)
class _Follower:
    actor: Actor
    wanted: ChangeFilter
    queue: deque[tuple[Event, Viewer]] = field(default_factory=deque)
    is_behind: bool = False
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def reader(self) -> _Reader:
        return self.actor.partner_id, self.actor.has(Scope.EMBARGO_READ)

    def push(self, told: Iterable[tuple[Event, Viewer]]) -> None:
        if self.is_behind:
            return
        self.queue.extend(told)
        if len(self.queue) > LONGEST_QUEUE:
            self.queue.clear()
            self.is_behind = True
        self.wake.set()

    def reset(self) -> None:
        self.queue.clear()
        self.is_behind = False


class Hub:
    """One for each process, fed by the process's follower of the log.

    :param policies: where the policies of agreements are kept.
    """

    def __init__(self, database: Database, policies: PolicyCache, *, clock: Clock = utc_now) -> None:
        self._database = database
        self._policies = policies
        self._clock = clock
        self._followers: set[_Follower] = set()
        self._viewers: dict[_Reader, tuple[Viewer, datetime]] = {}
        self._heard: deque[Event] = deque()
        self._wake = asyncio.Event()
        self.position = 0
        self.fell_behind = 0

    def __len__(self) -> int:
        """How many follow."""
        return len(self._followers)

    @property
    def longest_queue(self) -> int:
        """How many events wait for the one that is furthest behind."""
        return max((len(follower.queue) for follower in self._followers), default=0)

    def hear(self, events: Sequence[Event]) -> None:
        """Takes new events; a listener of `server.follower.Follower`."""
        self._heard.extend(events)
        self._wake.set()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Hands out events until the block ends."""
        task = asyncio.create_task(self._run(), name="change-log-hub")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait({task})

    async def follow(self, actor: Actor, wanted: ChangeFilter, after: int | None) -> AsyncGenerator[Told, None]:
        """Every change for an actor from a position on, for ever; None begins with what is to come.

        :raises CursorTooOld: what came after the position is not kept any more.
        :raises BadCursor: the log has not come to the position yet.
        """
        follower = _Follower(actor, wanted)
        self._followers.add(follower)
        try:
            async for told in self._follow(follower, after):
                yield told
        finally:
            self._followers.discard(follower)

    async def _follow(self, follower: _Follower, after: int | None) -> AsyncGenerator[Told, None]:
        if after is None:
            async with self._database.read() as session:
                after = await log.last_position(session)
        place = previous = after
        is_lagging = False
        while True:
            follower.reset()  # from here on whatever comes after `self.position` is queued; the log is read at least up to there
            is_complete = False
            while not is_complete:
                async with self._database.read() as session:
                    viewer = await load_viewer(session, follower.actor, self._policies, self._clock())
                    batch = await read_after(session, viewer, follower.wanted, place, _CATCH_UP_PAGE)
                for event in batch.events:
                    yield Told(event, previous, viewer, is_lagging)
                    previous = event.position
                place, is_complete = batch.examined_to, batch.is_complete
            while not follower.is_behind:
                if not follower.queue:
                    follower.wake.clear()
                    await follower.wake.wait()
                    continue
                event, viewer = follower.queue.popleft()
                if event.position > place:
                    yield Told(event, previous, replace(viewer, actor=follower.actor, now=self._clock()))
                    place = previous = event.position
            self.fell_behind += 1
            is_lagging = True

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            try:
                while self._heard:
                    await self._hand_out()
            except Exception:  # whatever a driver raises while its server restarts; what was heard is kept
                logger.warning("the change log's hub cannot read, trying again", exc_info=True)
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            await self._wake.wait()

    async def _hand_out(self) -> None:
        events = list(self._heard)
        self._forget(events)
        readers: dict[_Reader, dict[ChangeFilter, list[_Follower]]] = {}
        for follower in self._followers:
            readers.setdefault(follower.reader, {}).setdefault(follower.wanted, []).append(follower)
        if readers:
            async with self._database.read() as session:
                facts = await facts_about(session, events)
                viewers = {
                    reader: await self._viewer(session, next(iter(filters.values()))[0])
                    for reader, filters in readers.items()
                }
            for reader, filters in readers.items():
                for wanted, followers in filters.items():
                    self._push(events, viewers[reader], wanted, facts, followers)
        # Whoever came meanwhile reads the log itself, in a snapshot that is younger than these events.
        for _ in events:
            self._heard.popleft()
        self.position = events[-1].position

    def _push(
        self,
        events: Sequence[Event],
        viewer: Viewer,
        wanted: ChangeFilter,
        facts: Facts,
        followers: Sequence[_Follower],
    ) -> None:
        told = [(event, viewer) for event in events if concerns(viewer, wanted, event, facts)]
        if told:
            for follower in followers:
                follower.push(told)

    async def _viewer(self, session: AsyncSession, follower: _Follower) -> Viewer:
        now = self._clock()
        kept = self._viewers.get(follower.reader)
        if kept is None or not kept[1] <= now < kept[1] + _KEPT:
            kept = await load_viewer(session, follower.actor, self._policies, now), now
            self._viewers[follower.reader] = kept
        return replace(kept[0], now=now)

    def _forget(self, events: Sequence[Event]) -> None:
        """Makes the rights that events speak of be read anew."""
        if any(event.kind in _ABOUT_ALL for event in events):
            self._viewers.clear()
            return
        changed = {event.partner_id for event in events if event.partner_id is not None}
        for reader in [reader for reader in self._viewers if reader[0] in changed]:
            del self._viewers[reader]
