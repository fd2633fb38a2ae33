"""Which deliveries are to be tried now, and by whom: a worker leases the first of each lane, and nobody else takes it meanwhile."""

from __future__ import annotations

import uuid
from collections import Counter
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
    ids = await _lock(session, await _candidates(session, now), now, batch)
    if not ids:
        return []
    claim = sa.update(Delivery).where(col(Delivery.id).in_(ids))
    claim = claim.values(leased_until=now + LEASE, attempts=col(Delivery.attempts) + 1)
    await session.execute(claim.execution_options(synchronize_session=False))
    return await _with_all(session, ids, now)


async def _candidates(session: AsyncSession, now: datetime) -> list[uuid.UUID]:
    """What may be claimed: the first of each lane, not too many of one hook, the one that waits longest first."""
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
    statement = (
        select(Delivery.id, Delivery.hook_id)
        .where(*_is_free(now), col(Delivery.hook_id).not_in(await _left_alone(session, now)), ~earlier)
        .order_by(col(Delivery.next_at), col(Delivery.id))
        .limit(_LOOKED_AT)
    )
    taken: Counter[uuid.UUID] = Counter()
    found = []
    for delivery_id, hook_id in (await session.exec(statement)).all():
        taken[hook_id] += 1
        if taken[hook_id] <= MOST_OF_ONE:
            found.append(delivery_id)
    return found


async def _lock(session: AsyncSession, ids: list[uuid.UUID], now: datetime, batch: int) -> list[uuid.UUID]:
    """Of these, the first so many that nobody else holds or has claimed meanwhile.

    A statement of its own: as a part of the update PostgreSQL may run it once for each row that is due, and lock more than the batch.
    """
    if not ids:
        return []
    statement = (
        select(Delivery.id)
        .where(col(Delivery.id).in_(ids), *_is_free(now))
        .order_by(col(Delivery.next_at), col(Delivery.id))
        .limit(batch)
        .with_for_update(skip_locked=True)
    )
    return list((await session.exec(statement)).all())


def _is_free(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        col(Delivery.state) == DeliveryState.PENDING,
        col(Delivery.next_at) <= now,
        sa.or_(col(Delivery.leased_until).is_(None), col(Delivery.leased_until) <= now),
    )


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
