"""From the change log to deliveries: each change that is for a hook becomes one, once."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Final

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
from models.partner.table import Partner, PartnerStatus
from models.scope import PARTNER_SCOPES, known_scopes
from models.terms import PolicyCache
from models.viewer import load_viewer

OVERTAKES: Final = frozenset({EventKind.STORY_CANCELED, EventKind.STORY_WITHHELD})
"""What cancels everything undelivered of its story, and takes its place."""
HOOKS_AT_ONCE: Final = 50
_PAGE: Final = 200


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
        for hook in hooks:
            await _fan_out(session, hook, makers[hook.client_id], policies, now)
        return len(hooks)


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


async def _fan_out(session: AsyncSession, hook: Hook, maker: Client, policies: PolicyCache, now: datetime) -> None:
    viewer = await load_viewer(session, actor_of(maker), policies, now)
    wanted = ChangeFilter.of_record(hook.filter)
    try:
        batch = await read_after(session, viewer, wanted, hook.position, _PAGE)
    except CursorTooOld:  # it was paused for longer than the log is kept
        hook.position = await oldest_readable(session)
        hook.status_reason = "It begins anew: what happened before was not kept any more."
        batch = await read_after(session, viewer, wanted, hook.position, _PAGE)
    await _add(session, hook, batch.events, now)
    hook.position = batch.examined_to
    session.add(hook)
    await session.flush()


async def _add(session: AsyncSession, hook: Hook, events: Sequence[Event], now: datetime) -> None:
    if not events:
        return
    rows = [_row(hook, event, now) for event in events]
    insert = (postgresql.insert if session.get_bind().dialect.name == POSTGRESQL else sqlite.insert)(Delivery)
    again = {"state": DeliveryState.PENDING, "next_at": now, "attempts": 0, "finished_at": None}
    for row in rows:
        if row["kind"] in OVERTAKES:
            await cancel_lane(session, hook.id, row["lane"], row["position"], now)
        # A position that was fanned out before is one that is replayed: the same delivery goes out again, under its own id.
        statement = insert.values(**row).on_conflict_do_update(index_elements=["hook_id", "position"], set_=again)
        await session.execute(statement)


def _row(hook: Hook, event: Event, now: datetime) -> dict[str, object]:
    id = new_id()
    return {
        "id": id,
        "hook_id": hook.id,
        "partner_id": hook.partner_id,
        "position": event.position,
        "kind": event.kind.value,
        "story_id": event.story_id,
        "lane": str(event.story_id or event.subject_id or id),
        "state": DeliveryState.PENDING,
        "attempts": 0,
        "next_at": now,
        "created_at": now,
    }


async def cancel_lane(session: AsyncSession, hook_id: uuid.UUID, lane: object, before: object, now: datetime) -> None:
    """Takes back what is undelivered of a story. What is on its way at this moment is not tried again."""
    undelivered = sa.update(Delivery).where(
        col(Delivery.hook_id) == hook_id,
        col(Delivery.lane) == lane,
        col(Delivery.position) < before,
        col(Delivery.position) >= 0,
        col(Delivery.state) == DeliveryState.PENDING,
    )
    await session.execute(
        undelivered.values(state=DeliveryState.CANCELED, finished_at=now).execution_options(synchronize_session=False)
    )
