"""The streams that a process has open: each ends when its token does, when its client is suspended, or when the process stops."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.base import Clock, utc_now
from models.event import Event, EventKind
from server.admission import Admission
from server.standing import Standings


class Ending(StrEnum):
    """Why a stream was ended from this side."""

    TOKEN_EXPIRED = "TOKEN_EXPIRED"  # noqa: S105 - not a secret
    """Its access token expired."""
    CLIENT_SUSPENDED = "CLIENT_SUSPENDED"
    """Its client, or the client's partner, was suspended."""
    TOO_SLOW = "TOO_SLOW"
    """The client did not take what was sent."""
    SHUTTING_DOWN = "SHUTTING_DOWN"
    """The server stops."""


@dataclass(eq=False)
class Stream:
    """A connection that stays open.

    :param transport: for the metrics: `websocket` or `sse`.
    :param ended: comes true when it has to end.
    """

    admission: Admission
    transport: str
    ended: asyncio.Future[Ending]

    def end(self, why: Ending) -> None:
        """Ends it; again is no error."""
        if not self.ended.done():
            self.ended.set_result(why)


class Streams:
    """All of a process.

    :param per_client: how many subscriptions one client may have open.
    """

    def __init__(self, standings: Standings, *, per_client: int, clock: Clock = utc_now) -> None:
        self.per_client = per_client
        self._standings = standings
        self._clock = clock
        self._open: set[Stream] = set()
        self._subscriptions: Counter[str] = Counter()
        self._checking: set[asyncio.Task[None]] = set()
        self._stopped = False
        self.endings: Counter[Ending] = Counter()

    def count(self, transport: str) -> int:
        """How many are open over a transport."""
        return sum(stream.transport == transport for stream in self._open)

    @contextlib.asynccontextmanager
    async def open(self, admission: Admission, transport: str) -> AsyncIterator[Stream]:
        """A stream, until the block ends."""
        loop = asyncio.get_running_loop()
        stream = Stream(admission, transport, loop.create_future())
        left = (admission.expires_at - self._clock()).total_seconds()
        timer = loop.call_later(max(0.0, left), stream.end, Ending.TOKEN_EXPIRED)
        self._open.add(stream)
        if self._stopped:
            stream.end(Ending.SHUTTING_DOWN)
        try:
            yield stream
        finally:
            timer.cancel()
            self._open.discard(stream)
            if stream.ended.done():
                self.endings[stream.ended.result()] += 1
            else:
                stream.ended.cancel()

    @contextlib.contextmanager
    def subscription(self, client_id: str) -> Iterator[bool]:
        """Counts a subscription of a client until the block ends; False where it has as many as it may."""
        if self._subscriptions[client_id] >= self.per_client:
            yield False
            return
        self._subscriptions[client_id] += 1
        try:
            yield True
        finally:
            self._subscriptions[client_id] -= 1
            if not self._subscriptions[client_id]:
                del self._subscriptions[client_id]

    def hear(self, events: Sequence[Event]) -> None:
        """Looks again at whom a change may have suspended; a listener of `server.follower.Follower`, after `Standings`."""
        if any(event.kind is EventKind.PARTNER_CHANGED for event in events):
            self._check(self._open)
            return
        changed = {event.subject_id for event in events if event.kind is EventKind.CLIENT_CHANGED}
        if changed:
            self._check({stream for stream in self._open if stream.admission.actor.client_id in changed})

    async def settled(self) -> None:
        """Waits until everybody is looked at whom what was heard by now may have suspended: what came after a suspension is not sent."""
        if self._checking:
            await asyncio.wait(set(self._checking))

    def stop(self) -> None:
        """Ends all of them, and whatever is opened from now on."""
        self._stopped = True
        for stream in self._open:
            stream.end(Ending.SHUTTING_DOWN)

    def _check(self, streams: set[Stream]) -> None:
        if streams:
            task = asyncio.get_running_loop().create_task(self._end_suspended(list(streams)))
            self._checking.add(task)
            task.add_done_callback(self._checking.discard)

    async def _end_suspended(self, streams: Sequence[Stream]) -> None:
        for stream in streams:
            standing = await self._standings.of(stream.admission.actor.client_id)
            if standing is None or standing.refusal is not None:
                stream.end(Ending.CLIENT_SUSPENDED)
