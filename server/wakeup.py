"""Hears of new events from PostgreSQL (LISTEN), so that what another process committed is followed at once.

Only a hint: while there is no connection, or a hint is lost, the follower looks by itself after its interval.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable

from sqlalchemy.engine import URL

from models.base import POSTGRESQL
from models.event import CHANNEL

logger = logging.getLogger(__name__)

_FIRST_DELAY = 0.5
_LONGEST_DELAY = 30.0
_CONNECT_SECONDS = 10.0


class Wakeups:
    """Keeps one connection that listens, and makes a new one when it is lost.

    :param url: of the database; nothing is done where it is not on PostgreSQL.
    :param nudge: is called for every hint, and when a connection was made, for what went by meanwhile.
    """

    def __init__(self, url: URL, nudge: Callable[[], None]) -> None:
        self._url = url
        self._nudge = nudge

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Listens until the block ends."""
        if self._url.get_backend_name() != POSTGRESQL:
            yield
            return
        task = asyncio.create_task(self._listen(), name="change-log-wakeups")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait({task})

    async def _listen(self) -> None:
        delay = _FIRST_DELAY
        while True:
            try:
                await self._connection()
                delay = _FIRST_DELAY
            except Exception as error:  # whatever the driver raises while the server is away
                logger.warning("no wake-ups from PostgreSQL, polling meanwhile: %s", type(error).__name__)
            await asyncio.sleep(delay)
            delay = min(delay * 2, _LONGEST_DELAY)

    async def _connection(self) -> None:
        """One connection, until it is lost."""
        import asyncpg  # only where PostgreSQL is used

        address = self._url.set(drivername=POSTGRESQL).render_as_string(hide_password=False)
        connection = await asyncpg.connect(address, timeout=_CONNECT_SECONDS)
        try:
            lost = asyncio.Event()
            connection.add_termination_listener(lambda _: lost.set())
            await connection.add_listener(CHANNEL, lambda *_: self._nudge())
            self._nudge()
            await lost.wait()
        finally:
            connection.terminate()
