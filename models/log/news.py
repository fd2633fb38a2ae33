"""Wakes whoever waits for something new in the change log. Only a hint: the log is the truth."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence

from models.event import Event


class News:
    """The newest position that this process has heard of."""

    def __init__(self) -> None:
        self._position = 0
        self._changed = asyncio.Event()

    def hear(self, events: Sequence[Event]) -> None:
        """Wakes everybody; a listener of `server.follower.Follower`."""
        self._position = max(self._position, events[-1].position)
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def beyond(self, position: int, seconds: float) -> None:
        """Waits until there is something after a position, or until the time is over."""
        if self._position > position:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._changed.wait()
