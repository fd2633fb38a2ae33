"""Which deliveries are to be tried now, and by whom: a worker leases the first of each lane, and nobody else takes it meanwhile."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.actor import Actor
from models.client import Client
from models.hook.fan_out import actor_of, served_hooks
from models.hook.table import Delivery, DeliveryState, Hook, HookSecret

BATCH: Final = 100
MOST_OF_ONE: Final = 20
"""Of these, how many may be of one hook: one that hangs does not keep the others waiting."""
_LOOKED_AT: Final = 500
LEASE: Final = timedelta(seconds=90)
"""How long a worker has for a batch; one that died leaves it to others."""


@dataclass(frozen=True)
class Claimed:
    """A delivery to be tried, with all that it takes.

    :param secrets: in base64, the newest first.
    """

    delivery: Delivery
    hook: Hook
    actor: Actor
    secrets: tuple[str, ...]


async def has_due(session: AsyncSession, now: datetime) -> bool:
    """Whether there may be something to try."""
    due = select(Delivery.id).where(Delivery.state == DeliveryState.PENDING, col(Delivery.next_at) <= now).limit(1)
    return (await session.exec(due)).first() is not None


async def _left_alone(session: AsyncSession, now: datetime) -> Sequence[uuid.UUID]:
    """The hooks that are not called at the moment. They are few, and read beforehand: as a part of the search for what is due they would
    make PostgreSQL look at all that is due instead of the first in the order of its index."""
    is_open = col(Hook.open_until) > now
    statement = select(Hook.id).where(sa.or_(is_open, col(Hook.id).not_in(served_hooks())))
    return (await session.exec(statement)).all()


async def claim_deliveries(session: AsyncSession, now: datetime, batch: int = BATCH) -> list[Claimed]:
    """Deliveries that are due, the first of each lane, leased to whoever asks."""
    other = aliased(Delivery)
    earlier = (
        sa.exists()
        .where(
            col(other.hook_id) == col(Delivery.hook_id),
            col(other.lane) == col(Delivery.lane),
            col(other.id) != col(Delivery.id),
            sa.or_(
                sa.and_(col(other.state) == DeliveryState.PENDING, col(other.position) < col(Delivery.position)),
                col(other.leased_until) > now,
            ),
        )
        .correlate(Delivery)
    )
    candidates = (
        select(Delivery.id, Delivery.hook_id, Delivery.next_at)
        .where(
            Delivery.state == DeliveryState.PENDING,
            col(Delivery.next_at) <= now,
            sa.or_(col(Delivery.leased_until).is_(None), col(Delivery.leased_until) <= now),
            col(Delivery.hook_id).not_in(await _left_alone(session, now)),
            ~earlier,
        )
        .order_by(col(Delivery.next_at), col(Delivery.id))
        .limit(_LOOKED_AT)
        .subquery()
    )
    turn = sa.func.row_number().over(partition_by=candidates.c.hook_id, order_by=candidates.c.next_at).label("turn")
    ranked = sa.select(candidates.c.id, turn).subquery()
    due = (
        select(Delivery.id)
        .where(col(Delivery.id).in_(sa.select(ranked.c.id).where(ranked.c.turn <= MOST_OF_ONE)))
        .order_by(col(Delivery.next_at), col(Delivery.id))
        .limit(batch)
        .with_for_update(skip_locked=True)
    )
    claim = (
        sa.update(Delivery)
        .where(
            col(Delivery.id).in_(due),
            col(Delivery.state) == DeliveryState.PENDING,
            sa.or_(col(Delivery.leased_until).is_(None), col(Delivery.leased_until) <= now),
        )
        .values(leased_until=now + LEASE, attempts=col(Delivery.attempts) + 1)
        .returning(col(Delivery.id))
        .execution_options(synchronize_session=False)
    )
    ids = list((await session.execute(claim)).scalars().all())
    return await _with_all(session, ids, now) if ids else []


async def _with_all(session: AsyncSession, ids: list[uuid.UUID], now: datetime) -> list[Claimed]:
    statement = (
        select(Delivery)
        .where(col(Delivery.id).in_(ids))
        .order_by(col(Delivery.next_at), col(Delivery.id))
        .execution_options(populate_existing=True)
    )
    rows = (await session.exec(statement)).all()
    called = select(Hook).where(col(Hook.id).in_({row.hook_id for row in rows}))
    hooks = {hook.id: hook for hook in (await session.exec(called.execution_options(populate_existing=True))).all()}
    makers = select(Client).where(col(Client.id).in_({hook.client_id for hook in hooks.values()}))
    actors = {client.id: actor_of(client) for client in (await session.exec(makers)).all()}
    secrets: dict[uuid.UUID, list[str]] = {}
    kept = select(HookSecret).where(
        col(HookSecret.hook_id).in_(hooks),
        sa.or_(col(HookSecret.expires_at).is_(None), col(HookSecret.expires_at) > now),
    )
    for secret in (
        await session.exec(kept.order_by(col(HookSecret.created_at).desc(), col(HookSecret.id).desc()))
    ).all():
        secrets.setdefault(secret.hook_id, []).append(secret.secret)
    return [
        Claimed(row, hooks[row.hook_id], actors[hooks[row.hook_id].client_id], tuple(secrets.get(row.hook_id, ())))
        for row in rows
    ]
