"""Finds pickups: a partner its own, staff all."""

from __future__ import annotations

import uuid

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from models.errors import NotFound
from models.paging import Page, PageRequest, newest_first
from models.pickup.publication import Publication, is_in
from models.pickup.table import Pickup
from models.viewer import Viewer


async def find_pickups(
    session: AsyncSession,
    request: PageRequest,
    viewer: Viewer,
    *,
    story_id: uuid.UUID | None = None,
    include_released: bool = False,
    state: Publication | None = None,
) -> Page[Pickup]:
    """A page of pickups, the newest first. Ids are made in order of time.

    :param state: only those that are awaited, seen or missing.
    """
    statement = _visible(viewer)
    if story_id is not None:
        statement = statement.where(Pickup.story_id == story_id)
    if not include_released:
        statement = statement.where(col(Pickup.released_at).is_(None))
    if state is not None:
        statement = statement.where(is_in(state))
    return await newest_first(session, statement, Pickup, "pickup", request)


async def find_pickup(session: AsyncSession, pickup_id: uuid.UUID, viewer: Viewer) -> Pickup:
    """One pickup.

    :raises NotFound: none with that id, or not this viewer's.
    """
    pickup = (await session.exec(_visible(viewer).where(Pickup.id == pickup_id))).first()
    if pickup is None:
        raise NotFound(f"there is no pickup {pickup_id}")
    return pickup


def _visible(viewer: Viewer) -> SelectOfScalar[Pickup]:
    statement = select(Pickup)
    return statement if viewer.standing.is_staff else statement.where(Pickup.partner_id == viewer.actor.partner_id)
