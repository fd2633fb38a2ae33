"""Finds topics for those who may see them."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.errors import NotFound
from models.key import page_by_key
from models.paging import Page, PageRequest
from models.topic.table import Topic
from models.viewer import Viewer


async def find_topics(
    session: AsyncSession, request: PageRequest, viewer: Viewer, *, is_open: bool | None = None
) -> Page[Topic]:
    """A page of topics by their keys: staff see all, a partner those open ones that an agreement of it covers.

    :param is_open: only those that are open now, or only those that are not; None for both.
    """
    statement = select(Topic).where(_seen(viewer))
    if is_open is not None:
        statement = statement.where(_open_at(viewer.now) if is_open else sa.not_(_open_at(viewer.now)))
    return await page_by_key(session, statement, col(Topic.key), request)


async def find_topic(session: AsyncSession, topic_id: uuid.UUID, viewer: Viewer) -> Topic:
    """One topic.

    :raises NotFound: none with that id, or not for this viewer.
    """
    topic = (await session.exec(select(Topic).where(Topic.id == topic_id, _seen(viewer)))).first()
    if topic is None:
        raise NotFound("there is no such topic")
    return topic


def _seen(viewer: Viewer) -> sa.ColumnElement[bool]:
    if viewer.standing.is_staff:
        return sa.true()
    covered = viewer.covered_topics()
    allowed = sa.true() if covered is None else col(Topic.key).in_(covered)
    return sa.and_(allowed, _open_at(viewer.now))


def _open_at(now: datetime) -> sa.ColumnElement[bool]:
    opened = sa.and_(col(Topic.opened_at).is_not(None), col(Topic.opened_at) <= now)
    return sa.and_(opened, sa.or_(col(Topic.closes_at).is_(None), col(Topic.closes_at) > now))
