"""Finds notices: a partner those that went to it, staff all."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from models.actor import Actor
from models.errors import NotFound
from models.notice.standing import NoticeState, in_state
from models.notice.table import Notice, NoticeCopy, NoticeKind, NoticeRecipient
from models.paging import Page, PageRequest, newest_first
from models.story import Story

SAID_ON_STUBS = (NoticeKind.KILL, NoticeKind.WITHHOLD, NoticeKind.CORRECTION)
"""The kinds that a story itself points at."""


@dataclass(frozen=True)
class NoticeFilter:
    """What notices must meet; None asks nothing.

    :param state: where the partner stands with them; for staff, where any partner does.
    """

    kinds: Collection[NoticeKind] | None = None
    state: NoticeState | None = None
    story_id: uuid.UUID | None = None
    drill: bool | None = None


@dataclass(frozen=True)
class NoticeRecord:
    """A notice with what hangs on it for one actor.

    :param recipient: of a partner: where it stands; None for staff.
    :param copies: the partner's own; for staff, those of all.
    """

    notice: Notice
    story_uri: str | None
    recipient: NoticeRecipient | None
    copies: tuple[NoticeCopy, ...]


async def find_notices(
    session: AsyncSession, request: PageRequest, actor: Actor, wanted: NoticeFilter, now: datetime
) -> Page[Notice]:
    """A page of notices, the newest first. Ids are made in order of time."""
    statement = _visible(actor)
    if wanted.kinds is not None:
        statement = statement.where(col(Notice.kind).in_(wanted.kinds))
    if wanted.story_id is not None:
        statement = statement.where(Notice.story_id == wanted.story_id)
    if wanted.drill is not None:
        statement = statement.where(col(Notice.drill).is_(wanted.drill))
    if wanted.state is not None:
        statement = statement.where(_recipient_of(actor, in_state(wanted.state, now)))
    return await newest_first(session, statement, Notice, "notice", request)


async def find_notice(session: AsyncSession, notice_id: uuid.UUID, actor: Actor) -> Notice:
    """One notice.

    :raises NotFound: none with that id, or one that did not go to this partner.
    """
    notice = (await session.exec(_visible(actor).where(Notice.id == notice_id))).first()
    if notice is None:
        raise NotFound(f"there is no notice {notice_id}", field=["noticeId"])
    return notice


async def notices_by_id(
    session: AsyncSession, notice_ids: Collection[uuid.UUID], actor: Actor
) -> dict[uuid.UUID, Notice]:
    """Notices by their ids; those that did not go to this partner are left out."""
    rows = (await session.exec(_visible(actor).where(col(Notice.id).in_(notice_ids)))).all()
    return {notice.id: notice for notice in rows}


async def newest_notices(
    session: AsyncSession, story_ids: Collection[uuid.UUID], actor: Actor
) -> dict[uuid.UUID, Notice]:
    """By story, the newest notice for this actor that says that it was taken back or corrected."""
    found = await notices_of_stories(session, story_ids, actor, SAID_ON_STUBS)
    return {story_id: notices[0] for story_id, notices in found.items()}


async def notices_of_stories(
    session: AsyncSession, story_ids: Collection[uuid.UUID], actor: Actor, kinds: Collection[NoticeKind]
) -> dict[uuid.UUID, list[Notice]]:
    """By story, the notices of these kinds for this actor, the newest first. Drills are none."""
    statement = _visible(actor).where(
        col(Notice.story_id).in_(story_ids), col(Notice.kind).in_(kinds), ~col(Notice.drill)
    )
    found: dict[uuid.UUID, list[Notice]] = {}
    for notice in (await session.exec(statement.order_by(col(Notice.id).desc()))).all():
        if notice.story_id is not None:
            found.setdefault(notice.story_id, []).append(notice)
    return found


async def read_notices(session: AsyncSession, notices: Sequence[Notice], actor: Actor) -> list[NoticeRecord]:
    """Notices with what hangs on them for an actor, in that order, by a number of queries that does not grow with theirs."""
    ids = [notice.id for notice in notices]
    if not ids:
        return []
    copies = select(NoticeCopy).where(col(NoticeCopy.notice_id).in_(ids)).order_by(col(NoticeCopy.id))
    recipients: dict[uuid.UUID, NoticeRecipient] = {}
    if actor.partner_id is not None:
        copies = copies.where(NoticeCopy.partner_id == actor.partner_id)
        own = select(NoticeRecipient).where(
            NoticeRecipient.partner_id == actor.partner_id, col(NoticeRecipient.notice_id).in_(ids)
        )
        recipients = {row.notice_id: row for row in (await session.exec(own)).all()}
    rows = (await session.exec(copies)).all()
    about = {notice.story_id for notice in notices}
    uris = dict((await session.exec(select(Story.id, Story.uri).where(col(Story.id).in_(about)))).all())
    return [
        NoticeRecord(
            notice,
            uris.get(notice.story_id) if notice.story_id is not None else None,
            recipients.get(notice.id),
            tuple(row for row in rows if row.notice_id == notice.id),
        )
        for notice in notices
    ]


def _visible(actor: Actor) -> SelectOfScalar[Notice]:
    statement = select(Notice)
    return statement if actor.is_staff else statement.where(_recipient_of(actor, sa.true()))


def _recipient_of(actor: Actor, condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Whether the notice went to this partner, or for staff to any, and the condition holds of that."""
    met = sa.and_(col(NoticeRecipient.notice_id) == col(Notice.id), condition)
    if not actor.is_staff:
        met = sa.and_(met, col(NoticeRecipient.partner_id) == actor.partner_id)
    return sa.exists().where(met)
