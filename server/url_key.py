"""The keys that sign addresses, kept at hand: no database round trip to make an address or to check one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from models.database import Database
from models.errors import OperationalError
from models.event import Event, EventKind
from models.url_key import url_keys


class UrlKeyRing:
    """What this installation signs addresses with and has signed them with. Loaded on first need, and again after `hear` or `forget`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._secrets: tuple[bytes, ...] | None = None
        self._generation = 0
        self._loading = asyncio.Lock()

    def hear(self, events: Sequence[Event]) -> None:
        """Forgets the keys when the change log tells of a rotation; a listener of `server.follower.Follower`."""
        if any(event.kind is EventKind.URL_KEY_ROTATED for event in events):
            self.forget()

    def forget(self) -> None:
        """Makes the next need load the keys again."""
        self._generation += 1
        self._secrets = None

    async def secrets(self) -> tuple[bytes, ...]:
        """The keys that are honoured; the last of them signs.

        :raises OperationalError: there is none.
        """
        if self._secrets is not None:
            return self._secrets
        async with self._loading:
            if self._secrets is not None:
                return self._secrets
            generation = self._generation
            async with self._database.read() as session:
                keys = await url_keys(session)
            if not keys:
                raise OperationalError("there is no key that signs addresses; make one: storypool keys rotate-url")
            found = tuple(bytes.fromhex(key.secret) for key in reversed(keys))
            if generation == self._generation:  # otherwise a rotation was heard of while these were read
                self._secrets = found
            return found
