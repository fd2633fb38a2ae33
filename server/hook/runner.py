"""Delivers webhooks: fans the change log out, claims what is due, calls, and keeps what came of it. Any number of processes may do it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Final

from standardwebhooks import Webhook

from models.base import Clock, utc_now
from models.event import Event, last_position
from models.hook import Claimed, Finished, claim_deliveries, fan_out, has_due, keep_outcomes
from models.hook.retry import RetryPolicy
from schema.context import Services
from schema.documents import LimitedSchema
from server.hook.body import Bodies, Needless
from server.outgoing import GuardedClient, OutgoingError

logger = logging.getLogger(__name__)

AT_ONCE: Final = 64
"""Calls that one process makes at a time."""
AHEAD: Final = 256
"""Deliveries that it has claimed, those included: so many that no call waits for the database, and few enough that each is over within
its lease, be all receivers as slow as they may."""
_POLL_SECONDS: Final = 1.0
_FAILED_SECONDS: Final = 2.0
_STOPPING_SECONDS: Final = 20.0
_LONGEST_ERROR: Final = 500


class HookRunner:
    """One for each process.

    :param client: makes the calls.
    :param chance: a number from 0 to 1, for when to try again.
    """

    def __init__(
        self,
        services: Services,
        schema: LimitedSchema,
        client: GuardedClient,
        *,
        policy: RetryPolicy | None = None,
        clock: Clock = utc_now,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._services = services
        self._client = client
        self._bodies = Bodies(schema, services, clock)
        self._policy = policy or RetryPolicy()
        self._clock = clock
        self._chance = chance
        self._wake = asyncio.Event()
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._finished: list[Finished] = []
        self._calls: set[asyncio.Task[None]] = set()
        self.outcomes: Counter[str] = Counter()

    def hear(self, events: Sequence[Event]) -> None:
        """Begins at once, and with nothing that was read before; a listener of `server.follower.Follower`."""
        if events:
            self._bodies.hold_for(events[-1].position)
        self._wake.set()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Delivers until the block ends. Calls that are under way then get their time."""
        stop = asyncio.Event()
        task = asyncio.create_task(self._run(stop), name="webhooks")
        try:
            yield
        finally:
            stop.set()
            self._wake.set()
            _, unfinished = await asyncio.wait({task}, timeout=_STOPPING_SECONDS)
            for one in (*unfinished, *self._calls):
                one.cancel()
            if unfinished or self._calls:
                await asyncio.wait({*unfinished, *self._calls})
            await self._client.close()

    async def turn(self) -> int:
        """Everything that is due now, to its end: for tests, and for a command that works once.

        :returns: how many deliveries were tried.
        """
        tried = 0
        while await fan_out(self._services.database, self._services.book.policies, self._clock()):
            pass
        while count := await self._claim(AHEAD):
            tried += count
            await asyncio.wait(set(self._calls))
            await self._keep()
        return tried

    async def _run(self, stop: asyncio.Event) -> None:
        while not stop.is_set() or self._calls or self._finished:
            self._wake.clear()
            try:
                busy = await self._step(stop.is_set())
            except Exception:  # whatever a driver raises while its server restarts
                logger.warning("webhooks have to wait", exc_info=True)
                await asyncio.sleep(_FAILED_SECONDS)
                continue
            if not busy:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_POLL_SECONDS):
                        await self._wake.wait()

    async def _step(self, stopping: bool) -> bool:
        """Keeps what is over, and begins what is due; whether there may be more to do at once."""
        kept = await self._keep()
        if stopping:
            return kept > 0
        looked = await fan_out(self._services.database, self._services.book.policies, self._clock())
        free = AHEAD - len(self._calls)
        claimed = await self._claim(free) if free >= AHEAD // 2 else 0
        return kept + looked + claimed > 0

    async def _claim(self, most: int) -> int:
        async with self._services.database.read() as session:
            if not await has_due(session, self._clock()):
                return 0
        async with self._services.database.write() as session:
            claimed = await claim_deliveries(session, self._clock(), most)
            position = await last_position(session)
        self._bodies.hold_for(position)
        for one in claimed:
            task = asyncio.create_task(self._deliver(one))
            self._calls.add(task)
            task.add_done_callback(self._done)
        return len(claimed)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._calls.discard(task)
        self._wake.set()

    async def _keep(self) -> int:
        finished, self._finished = self._finished, []
        if not finished:
            return 0
        try:
            async with self._services.database.write() as session:
                suspended = await keep_outcomes(session, finished, self._clock(), self._policy)
        except BaseException:
            self._finished = finished + self._finished
            raise
        for hook in suspended:
            logger.warning("the webhook %s was suspended: %s", hook.id, hook.status_reason)
        return len(finished)

    async def _deliver(self, claimed: Claimed) -> None:
        async with self._slots:
            await self._call(claimed)

    async def _call(self, claimed: Claimed) -> None:
        at, began = self._clock(), time.perf_counter()
        status: int | None = None
        error: str | None = None
        needless = False
        retry_after: timedelta | None = None
        try:
            body = await self._bodies.of(claimed)
            headers = signed_headers(claimed, body, at)
            answer = await self._client.post(claimed.hook.url, body, headers)
            status = answer.status
            retry_after = _retry_after(answer.headers, at)
            if 300 <= status < 400:
                error = "redirects are not followed"
        except Needless:
            needless = True
        except OutgoingError as problem:
            error = str(problem)[:_LONGEST_ERROR]
        except Exception as problem:  # a defect of ours: it is tried again like any other failure
            logger.exception("a webhook's delivery failed")
            error = f"internal: {type(problem).__name__}"
        took = round((time.perf_counter() - began) * 1000)
        delivery = claimed.delivery
        finished = Finished(
            delivery.id,
            claimed.hook.id,
            delivery.attempts,
            at,
            took,
            status,
            error,
            needless,
            retry_after,
            self._chance(),
        )
        self.outcomes["arrived" if finished.arrived else "needless" if needless else "failed"] += 1
        self._finished.append(finished)


@lru_cache(maxsize=1000)
def _signer(secret: str) -> Webhook:
    return Webhook(secret)


def signed_headers(claimed: Claimed, body: bytes, at: datetime) -> dict[str, str]:
    """The headers of a call, as Standard Webhooks has them: a signature by each secret, the newest first."""
    message_id, seconds = f"msg_{claimed.delivery.id.hex}", str(int(at.timestamp()))
    signatures = (
        _signer(secret).sign(message_id, at.astimezone(UTC), body.decode())  # it would take another zone's time for UTC
        for secret in claimed.secrets
    )
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join(signatures),
    }


def _retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """What an answer asks for (RFC 9110, section 10.2.3); None for nothing, or nothing that can be read."""
    value = headers.get("retry-after", "")
    if value.isascii() and value.isdigit() and len(value) < 9:
        return timedelta(seconds=int(value))
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    return max(at - now, timedelta())
