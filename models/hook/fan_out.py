"""From the change log to deliveries: each change that is for a hook becomes one, once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from models import event as log
from models.actor import Actor
from models.base import POSTGRESQL, new_id
from models.client import Client, ClientStatus
from models.database import Database
from models.errors import CursorTooOld
from models.event import Event, EventKind
from models.hook.table import Delivery, DeliveryState, Hook, HookStatus
from models.log import ChangeFilter, oldest_readable, read_after
from models.log.reader import Batch
from models.partner.table import Partner, PartnerStatus
from models.scope import PARTNER_SCOPES, known_scopes
from models.terms import PolicyCache
from models.viewer import Viewer, load_viewer

OVERTAKES: Final = frozenset({EventKind.STORY_CANCELED, EventKind.STORY_WITHHELD})
"""What cancels everything undelivered of its story, and takes its place."""
HOOKS_AT_ONCE: Final = 500
_PAGE: Final = 200
_MOST_ROWS: Final = 5000
"""After so many deliveries a transaction ends, for others to write."""


def actor_of(client: Client) -> Actor:
    """The actor that a hook reads as: the client that made it, with what the client may still do."""
    return Actor(client.client_id, client.id, client.partner_id, known_scopes(client.scopes) & PARTNER_SCOPES)


async def fan_out(database: Database, policies: PolicyCache, now: datetime) -> int:
    """Makes deliveries of what is new for hooks, a page for each of a number of them.

    Processes share the hooks by locking their rows; what one of them does not finish, another does.

    :returns: for how many hooks something was looked at.
    """
    async with database.read() as session:
        latest = await log.last_position(session)
        if (await session.exec(_behind(latest).limit(1))).first() is None:
            return 0
    async with database.write() as session:
        claimed = _behind(latest).order_by(col(Hook.position), col(Hook.id)).limit(HOOKS_AT_ONCE)
        held = claimed.with_for_update(skip_locked=True).execution_options(populate_existing=True)
        hooks = (await session.exec(held)).all()
        clients = select(Client).where(col(Client.id).in_({hook.client_id for hook in hooks}))
        makers = {client.id: client for client in (await session.exec(clients)).all()}
        readings = _Readings(session, makers, policies, now)
        batches: list[tuple[Hook, Batch]] = []
        rows = 0
        for hook in hooks:
            batches.append((hook, await readings.after(hook)))
            rows += len(batches[-1][1].events)
            if rows >= _MOST_ROWS:
                break
        await _add(session, batches, now)
        for hook, batch in batches:
            hook.position = batch.examined_to
            session.add(hook)
        return len(batches)


def _behind(latest: int) -> SelectOfScalar[Hook]:
    return select(Hook).where(col(Hook.id).in_(served_hooks()), col(Hook.position) < latest)


def served_hooks() -> SelectOfScalar[uuid.UUID]:
    """The hooks that are called: they are active, and so are the client that made them and its partner."""
    return (
        select(Hook.id)
        .join(Client, col(Client.id) == col(Hook.client_id))
        .join(Partner, col(Partner.id) == col(Hook.partner_id))
        .where(
            Hook.status == HookStatus.ACTIVE,
            Client.status == ClientStatus.ACTIVE,
            Partner.status == PartnerStatus.ACTIVE,
        )
    )


class _Readings:
    """What hooks read. Those of one client that ask for the same after the same place read it once."""

    def __init__(
        self, session: AsyncSession, makers: Mapping[uuid.UUID, Client], policies: PolicyCache, now: datetime
    ) -> None:
        self._session, self._makers, self._policies, self._now = session, makers, policies, now
        self._viewers: dict[uuid.UUID, Viewer] = {}
        self._read: dict[tuple[uuid.UUID, bytes, int], Batch] = {}

    async def after(self, hook: Hook) -> Batch:
        """The next page of changes for a hook; from the oldest that is kept, where it was paused for longer."""
        key = (hook.client_id, orjson.dumps(hook.filter, option=orjson.OPT_SORT_KEYS), hook.position)
        if key not in self._read:
            viewer, wanted = await self._viewer(hook.client_id), ChangeFilter.of_record(hook.filter)
            try:
                self._read[key] = await read_after(self._session, viewer, wanted, hook.position, _PAGE)
            except CursorTooOld:
                hook.position = await oldest_readable(self._session)
                hook.status_reason = "It begins anew: what happened before was not kept any more."
                return await self.after(hook)
        return self._read[key]

    async def _viewer(self, client_id: uuid.UUID) -> Viewer:
        if client_id not in self._viewers:
            actor = actor_of(self._makers[client_id])
            self._viewers[client_id] = await load_viewer(self._session, actor, self._policies, self._now)
        return self._viewers[client_id]


async def _add(session: AsyncSession, batches: Sequence[tuple[Hook, Batch]], now: datetime) -> None:
    """Adds deliveries, and takes back what is undelivered of stories that were killed or withheld."""
    told = [(event, hook) for hook, batch in batches for event in batch.events]
    told.sort(key=lambda one: one[0].position)  # so that all hooks have their turn, and a change is read once for them
    rows = [_row(hook, event, now) for event, hook in told]
    if not rows:
        return
    insert = (postgresql.insert if session.get_bind().dialect.name == POSTGRESQL else sqlite.insert)(Delivery)
    # A position that was fanned out before is one that is replayed: the same delivery goes out again, under its own id.
    again = {"state": DeliveryState.PENDING, "next_at": now, "attempts": 0, "finished_at": None}
    await session.execute(insert.on_conflict_do_update(index_elements=["hook_id", "position"], set_=again), rows)
    taken_back: dict[tuple[str, int], list[uuid.UUID]] = {}
    for hook, batch in batches:
        for event in batch.events:
            if event.kind in OVERTAKES:
                taken_back.setdefault((_lane(event), event.position), []).append(hook.id)
    for (lane, position), hooks in taken_back.items():
        await cancel_lane(session, hooks, lane, position, now)


def _lane(event: Event) -> str:
    """What goes out one after the other: everything of one story, or of one other thing."""
    return str(event.story_id or event.subject_id or event.position)


def _row(hook: Hook, event: Event, now: datetime) -> dict[str, object]:
    return {
        "id": new_id(),
        "hook_id": hook.id,
        "partner_id": hook.partner_id,
        "position": event.position,
        "kind": event.kind.value,
        "story_id": event.story_id,
        "lane": _lane(event),
        "state": DeliveryState.PENDING,
        "attempts": 0,
        "next_at": now,
        "created_at": now,
    }


async def cancel_lane(session: AsyncSession, hooks: Sequence[uuid.UUID], lane: str, before: int, now: datetime) -> None:
    """Takes back what is undelivered of a story. What is on its way at this moment is not tried again."""
    undelivered = sa.update(Delivery).where(
        col(Delivery.hook_id).in_(hooks),
        col(Delivery.lane) == lane,
        col(Delivery.position) < before,
        col(Delivery.position) >= 0,
        col(Delivery.state) == DeliveryState.PENDING,
    )
    await session.execute(
        undelivered.values(state=DeliveryState.CANCELED, finished_at=now).execution_options(synchronize_session=False)
    )
