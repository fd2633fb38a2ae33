"""Work that nobody asks for: what the clock brings about, mail, seals. Every server process does it; the database shares it out."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from models.base import Clock, utc_now

logger = logging.getLogger(__name__)

Work = Callable[[datetime], Awaitable[int]]
"""Does what is due at a moment, at most a batch of it, and says how much that was. It claims its rows in the database, so that two
processes never do the same; whatever it leaves undone is due again at the next turn."""

_LONGEST_DELAY = 60.0
_STOPPING_SECONDS = 5.0


@dataclass(frozen=True)
class Job:
    """Work that is done again and again.

    :param name: for the log.
    :param every: seconds between two turns; none where a turn found something to do.
    """

    name: str
    every: float
    work: Work


class Worker:
    """Takes turns at its jobs in the background. One that fails is tried again, later and later, up to a minute apart."""

    def __init__(self, jobs: Sequence[Job], *, clock: Clock = utc_now) -> None:
        self._jobs = jobs
        self._clock = clock

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Works until the block ends. A turn that is under way then gets its time to finish."""
        stop = asyncio.Event()
        tasks = [asyncio.create_task(self._repeat(job, stop), name=f"job-{job.name}") for job in self._jobs]
        try:
            yield
        finally:
            stop.set()
            if tasks:
                _, unfinished = await asyncio.wait(tasks, timeout=_STOPPING_SECONDS)
                for task in unfinished:
                    task.cancel()
                if unfinished:
                    await asyncio.wait(unfinished)

    async def turn(self, job: Job) -> int:
        """One turn at a job, now."""
        return await job.work(self._clock())

    async def _repeat(self, job: Job, stop: asyncio.Event) -> None:
        failures = 0
        while not stop.is_set():
            try:
                done = await self.turn(job)
            except Exception:  # whatever a driver or a mail server raises while it is away
                failures += 1
                logger.warning("the job %s failed, %d in a row", job.name, failures, exc_info=True)
                delay = min(job.every * 2 ** min(failures, 16), max(job.every, _LONGEST_DELAY))
            else:
                failures = 0
                delay = 0 if done else job.every
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(delay):
                    await stop.wait()
