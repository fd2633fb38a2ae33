"""Finds hooks and deliveries: a partner its own, staff all."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from models.actor import Actor
from models.errors import NotFound
from models.hook.table import Attempt, Delivery, DeliveryState, Hook
from models.paging import Page, PageRequest, newest_first


@dataclass(frozen=True)
class DeliveryFilter:
    """What deliveries must meet; None asks nothing."""

    states: Collection[DeliveryState] | None = None
    hook_id: uuid.UUID | None = None
    story_id: uuid.UUID | None = None


async def find_hooks(session: AsyncSession, request: PageRequest, actor: Actor) -> Page[Hook]:
    """A page of hooks, the newest first."""
    statement = _own_hooks(actor)
    return await newest_first(session, statement, Hook, "hook", request)


async def find_hook(session: AsyncSession, hook_id: uuid.UUID, actor: Actor, *, hold: bool = False) -> Hook:
    """One hook.

    :param hold: keeps others from changing it until the commit.
    :raises NotFound: none with that id, or another partner's.
    """
    statement = _own_hooks(actor).where(Hook.id == hook_id)
    if hold:
        statement = statement.with_for_update(key_share=True).execution_options(populate_existing=True)
    hook = (await session.exec(statement)).first()
    if hook is None:
        raise NotFound(f"there is no hook {hook_id}", field=["hookId"])
    return hook


async def find_deliveries(
    session: AsyncSession, request: PageRequest, actor: Actor, wanted: DeliveryFilter
) -> Page[Delivery]:
    """A page of deliveries, the newest first."""
    statement = _own_deliveries(actor)
    if wanted.states is not None:
        statement = statement.where(col(Delivery.state).in_(wanted.states))
    if wanted.hook_id is not None:
        statement = statement.where(Delivery.hook_id == wanted.hook_id)
    if wanted.story_id is not None:
        statement = statement.where(Delivery.story_id == wanted.story_id)
    return await newest_first(session, statement, Delivery, "delivery", request)


async def find_delivery(session: AsyncSession, delivery_id: uuid.UUID, actor: Actor, *, hold: bool = False) -> Delivery:
    """One delivery.

    :param hold: keeps others from changing it until the commit.
    :raises NotFound: none with that id, or another partner's.
    """
    statement = _own_deliveries(actor).where(Delivery.id == delivery_id)
    if hold:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    delivery = (await session.exec(statement)).first()
    if delivery is None:
        raise NotFound(f"there is no delivery {delivery_id}", field=["deliveryId"])
    return delivery


async def attempts_of(session: AsyncSession, delivery_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Sequence[Attempt]]:
    """The attempts at deliveries, the first first."""
    found: dict[uuid.UUID, list[Attempt]] = {id: [] for id in delivery_ids}
    statement = select(Attempt).where(col(Attempt.delivery_id).in_(delivery_ids)).order_by(col(Attempt.id))
    for attempt in (await session.exec(statement)).all():
        found[attempt.delivery_id].append(attempt)
    return dict(found)


def _own_hooks(actor: Actor) -> SelectOfScalar[Hook]:
    statement = select(Hook)
    return statement if actor.is_staff else statement.where(Hook.partner_id == actor.partner_id)


def _own_deliveries(actor: Actor) -> SelectOfScalar[Delivery]:
    statement = select(Delivery)
    return statement if actor.is_staff else statement.where(Delivery.partner_id == actor.partner_id)
