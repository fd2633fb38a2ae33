"""The signing keys, kept at hand: no database round trip to sign a token or to check one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from joserfc.jwk import ECKey

from models.base import Clock, JsonObject, utc_now
from models.database import Database
from models.errors import OperationalError
from models.event import Event, EventKind
from models.token import SigningKey, current_key, published_keys

_RELOAD_FOR_UNKNOWN_KID = timedelta(seconds=1)


@dataclass(frozen=True)
class _Keys:
    rows: Sequence[SigningKey]
    by_kid: Mapping[str, ECKey]
    loaded_at: datetime


class KeyRing:
    """What this installation signs with and has signed with. Loaded on first need, and again after `hear` or `forget`.

    A key id that the ring does not know makes it look again, at most once a second: another process may have rotated a
    moment ago, and an attacker may send a different id with every request.
    """

    def __init__(self, database: Database, *, clock: Clock = utc_now) -> None:
        self._database = database
        self._clock = clock
        self._keys: _Keys | None = None
        self._generation = 0
        self._loading = asyncio.Lock()

    def hear(self, events: Sequence[Event]) -> None:
        """Forgets the keys when the change log tells of a rotation; a listener of `server.follower.Follower`."""
        if any(event.kind is EventKind.SIGNING_KEY_ROTATED for event in events):
            self.forget()

    def forget(self) -> None:
        """Makes the next need load the keys again."""
        self._generation += 1
        self._keys = None

    async def signing_key(self) -> ECKey:
        """The private key that signs at this moment.

        :raises OperationalError: there is none.
        """
        keys = await self._current()
        key = current_key(keys.rows, self._clock())
        if key is None:
            raise OperationalError("there is no signing key; make one: storypool keys rotate")
        return keys.by_kid[key.kid]

    async def verification_key(self, kid: str) -> ECKey | None:
        """The key of that id, if a living token can have been signed with it."""
        now = self._clock()
        keys = await self._current()
        if kid not in keys.by_kid and now - keys.loaded_at >= _RELOAD_FOR_UNKNOWN_KID:
            self.forget()
            keys = await self._current()
        return next((keys.by_kid[kid] for row in keys.rows if row.kid == kid and row.is_published(now)), None)

    async def public_key_set(self) -> JsonObject:
        """The JWK Set to publish (RFC 7517, section 5), without private parts."""
        now = self._clock()
        keys = await self._current()
        return {"keys": [keys.by_kid[row.kid].as_dict(private=False) for row in keys.rows if row.is_published(now)]}

    async def _current(self) -> _Keys:
        if self._keys is not None:
            return self._keys
        async with self._loading:
            if self._keys is not None:
                return self._keys
            generation, now = self._generation, self._clock()
            async with self._database.read() as session:
                rows = await published_keys(session, now)
            keys = _Keys(rows, {row.kid: ECKey.import_key(row.private_jwk) for row in rows}, now)
            if generation == self._generation:  # otherwise a rotation was heard of while these were read
                self._keys = keys
            return keys
