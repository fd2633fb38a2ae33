"""Issuing notices: in the transaction of what they tell of, to those who could read it or took it, and to nobody else."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import event
from models.base import new_id
from models.change import Change
from models.delivered import receivers_of
from models.event import Event, EventAudience, EventKind
from models.mail import MailKind, post
from models.notice.deadline import deadlines_of
from models.notice.exposure import exposures_of, live_pickups
from models.notice.table import Notice, NoticeKind, NoticeRecipient
from models.partner.table import Partner
from models.pool.tables import Release, ReleaseKind
from models.reprint.check import look_again


@dataclass(frozen=True)
class NewNotice:
    """What is to be issued.

    :param release: the story version that it goes with; None for an advisory or a drill.
    :param variant_ids: the variants that it concerns; none means the whole story.
    :param texts: per language tag; for a withhold or a kill they say nothing of what is taken back.
    :param reason: for staff alone.
    :param partner_ids: to whom it goes, of those who could read it; None for all of them. A drill goes to these, whatever they could read.
    """

    kind: NoticeKind
    story_id: uuid.UUID
    release: Release | None
    variant_ids: Sequence[uuid.UUID] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    reason: str | None = None
    drill: bool = False
    partner_ids: Collection[uuid.UUID] | None = None


async def issue_notice(session: AsyncSession, given: NewNotice, change: Change) -> Notice:
    """Issues a notice. Nothing that was issued is ever changed.

    What gives a story back goes to those who were told that it was withheld.
    """
    notice = Notice(
        id=new_id(),
        kind=given.kind,
        story_id=given.story_id,
        release_id=given.release.id if given.release else None,
        story_version=given.release.version if given.release else None,
        variant_ids=[str(variant_id) for variant_id in given.variant_ids],
        texts=dict(given.texts),
        reason=given.reason,
        drill=given.drill,
        issued_at=change.at,
        issued_by=change.by,
    )
    session.add(notice)
    await session.flush()
    bound = {
        *await live_pickups(session, given.story_id, given.variant_ids),
        *await receivers_of(session, given.story_id),
    }
    await _send(session, notice, await _addressees(session, given, change), bound)
    if not given.drill and given.kind is not NoticeKind.ADVISORY:
        await look_again(session, given.story_id, change.at)
    return notice


async def tell_partner(
    session: AsyncSession, partner_id: uuid.UUID, texts: Mapping[str, str], change: Change
) -> Notice:
    """Issues an advisory that is about no story, to one partner. It binds it to nothing."""
    notice = Notice(id=new_id(), kind=NoticeKind.ADVISORY, texts=dict(texts), issued_at=change.at, issued_by=change.by)
    session.add(notice)
    await session.flush()
    await _send(session, notice, [partner_id], ())
    return notice


async def _addressees(session: AsyncSession, given: NewNotice, change: Change) -> set[uuid.UUID]:
    if given.drill:
        return set(given.partner_ids or ())
    found: set[uuid.UUID] | None = None
    if given.release is not None and given.release.kind is ReleaseKind.REINSTATE:
        found = await _told_of_withholding(session, given)
    if found is None:
        found = set(await exposures_of(session, given.story_id, change.at, given.variant_ids))
    return found if given.partner_ids is None else found & set(given.partner_ids)


async def _told_of_withholding(session: AsyncSession, given: NewNotice) -> set[uuid.UUID] | None:
    """Who was told that what is given back was withheld, since it was given back before; None where nobody was told at all."""
    assert given.release is not None
    before = (
        select(Release.id)
        .where(
            Release.story_id == given.story_id,
            Release.kind == ReleaseKind.REINSTATE,
            Release.id < given.release.id,
        )
        .order_by(col(Release.id).desc())
    )
    since = (await session.exec(before)).first() or 0
    withheld = select(Notice).where(
        Notice.story_id == given.story_id,
        Notice.kind == NoticeKind.WITHHOLD,
        ~col(Notice.drill),
        col(Notice.release_id) > since,
    )
    wanted = {str(variant_id) for variant_id in given.variant_ids}
    ids = [
        notice.id
        for notice in (await session.exec(withheld)).all()
        if not wanted or not notice.variant_ids or wanted & set(notice.variant_ids)
    ]
    if not ids:
        return None
    told = select(NoticeRecipient.partner_id).where(col(NoticeRecipient.notice_id).in_(ids)).distinct()
    return set((await session.exec(told)).all())


async def _send(
    session: AsyncSession, notice: Notice, partner_ids: Iterable[uuid.UUID], holders: Collection[uuid.UUID]
) -> None:
    """Writes down to whom a notice goes, tells them in the change log, and posts it to those who get mail.

    A drill binds whoever it goes to.
    """
    respond_by = deadlines_of(session).respond_by(notice.kind, notice.issued_at)
    addressees = select(Partner).where(col(Partner.id).in_(list(partner_ids))).order_by(col(Partner.key))
    for partner in (await session.exec(addressees)).all():
        bound = notice.drill or partner.id in holders
        session.add(
            NoticeRecipient(
                notice_id=notice.id, partner_id=partner.id, bound=bound, respond_by=respond_by if bound else None
            )
        )
        if partner.notice_email is not None:
            post(session, MailKind.NOTICE, notice.id, partner.id, partner.notice_email, notice.issued_at)
        event.append(session, notice_event(EventKind.NOTICE_ISSUED, notice, partner.id, notice.issued_at))
    await session.flush()


def notice_event(kind: EventKind, notice: Notice, partner_id: uuid.UUID, at: datetime) -> Event:
    """The event of a notice for one partner; that partner hears of it, and staff."""
    return Event(
        kind=kind,
        at=at,
        audience=EventAudience.PARTNER,
        partner_id=partner_id,
        story_id=notice.story_id,
        story_version=notice.story_version,
        subject_id=str(notice.id),
    )
