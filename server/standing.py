"""Whether the client of a good token is still served: kept at hand until the change log tells of a change."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from models.client import check_standing, client_with_partner
from models.database import Database
from models.errors import ClientSuspended
from models.event import Event, EventKind


@dataclass(frozen=True, slots=True)
class Standing:
    """A client as the database has it.

    :param refusal: why it is not served; None when it is.
    """

    client_uuid: uuid.UUID
    partner_id: uuid.UUID | None
    refusal: str | None


class Standings:
    """The standing of every client that called, read once and held until something about it changes.

    Only ids from tokens that this server signed get here, so there are never more of them than clients.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, Standing] = {}
        self._generation = 0
        self._loading = asyncio.Lock()

    def hear(self, events: Sequence[Event]) -> None:
        """Forgets what a change may have made wrong; a listener of `server.follower.Follower`."""
        for event in events:
            if event.kind is EventKind.PARTNER_CHANGED:
                self.forget()
            elif event.kind is EventKind.CLIENT_CHANGED:
                self.forget(event.subject_id)

    def forget(self, client_id: str | None = None) -> None:
        """Makes the next need read again: one client, or all of them."""
        self._generation += 1
        if client_id is None:
            self._known.clear()
        else:
            self._known.pop(client_id, None)

    async def of(self, client_id: str) -> Standing | None:
        """The standing of a client; None when there is no such client."""
        if (known := self._known.get(client_id)) is not None:
            return known
        async with self._loading:
            if (known := self._known.get(client_id)) is not None:
                return known
            generation = self._generation
            standing = await self._read(client_id)
            # A change that was heard of while this was read may have come after the snapshot: answer, but do not keep.
            if standing is not None and generation == self._generation:
                self._known[client_id] = standing
            return standing

    async def _read(self, client_id: str) -> Standing | None:
        async with self._database.read() as session:
            row = (await session.exec(client_with_partner(client_id))).one_or_none()
        if row is None:
            return None
        client, partner = row
        try:
            check_standing(client, partner)
        except ClientSuspended as error:
            return Standing(client.id, client.partner_id, error.message)
        return Standing(client.id, client.partner_id, None)
