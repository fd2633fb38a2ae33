"""Reads what the tables keep of the past (`models.notice.history`)."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.agreement.table import Agreement, AgreementVersion
from models.base import JsonObject
from models.client import Client
from models.document import decode
from models.duty import AcceptedDuty, DutyState
from models.event import Event, EventKind
from models.moment import MomentKind, StoryMoment
from models.notice.history import Kept, StoryVersion
from models.notice.table import Notice, NoticeKind
from models.partner.table import PartnerSuspension
from models.pool.tables import Document, PoolStory, Release, ReleaseKind
from models.scope import Scope
from models.usage.window import Window

_TAKES_BACK = (NoticeKind.WITHHOLD, NoticeKind.KILL)


async def read_kept(session: AsyncSession, story_id: uuid.UUID) -> Kept:
    """Everything that decides who could read the story's bodies when."""
    story = await _story_versions(session, story_id)
    return Kept(
        story=story,
        lifts_at=await _lifts_at(session, story_id),
        versions=await _versions(session) if story else [],
        suspensions=await _suspensions(session),
        settled=await _settled(session, story_id),
        reads_ahead=await _readers_ahead(session),
    )


async def _story_versions(session: AsyncSession, story_id: uuid.UUID) -> list[StoryVersion]:
    statement = (
        select(Release, Document.content)
        .join(Document, col(Document.release_id) == Release.id)
        .where(Release.story_id == story_id)
        .order_by(col(Release.version))
    )
    told = select(Notice.release_id, Notice.variant_ids).where(
        Notice.story_id == story_id, col(Notice.kind).in_(_TAKES_BACK), col(Notice.release_id).is_not(None)
    )
    meant: dict[int | None, list[list[str]]] = defaultdict(list)
    for release_id, variant_ids in (await session.exec(told)).all():
        meant[release_id].append(list(variant_ids))
    return [
        story_version(release, decode(content), meant[release.id])
        for release, content in (await session.exec(statement)).all()
    ]


def story_version(release: Release, document: JsonObject, told: Sequence[Sequence[str]]) -> StoryVersion:
    """A version with what it took back and gave back. One that does several things at once has a notice for each.

    :param told: the variants of each notice of its that takes back; of none, the whole story.
    """
    everything = frozenset(part["id"] for part in document["variants"])
    meant = everything if release.variant_ids is None else frozenset(release.variant_ids)
    match release.kind:
        case ReleaseKind.REINSTATE:
            return StoryVersion(release.at, document, given_back=meant)
        case ReleaseKind.WITHHOLD | ReleaseKind.CANCEL:
            named = [frozenset(variant_ids) or everything for variant_ids in told] or [meant]
            return StoryVersion(release.at, document, taken_back=frozenset().union(*named))
        case _:
            return StoryVersion(release.at, document)


async def _lifts_at(session: AsyncSession, story_id: uuid.UUID) -> datetime | None:
    """When the story's embargo lifted, as the change log tells it, or else when it will."""
    lifted = (
        select(Event.at)
        .where(Event.story_id == story_id, Event.kind == EventKind.EMBARGO_LIFTED)
        .order_by(col(Event.position).desc())
    )
    known = (await session.exec(lifted)).first()
    if known is None:
        moment = await session.get(StoryMoment, (story_id, MomentKind.EMBARGO_LIFTED))
        known = moment.due_at if moment is not None else None
    if known is None:
        known = (await session.exec(select(PoolStory.embargoed_until).where(PoolStory.story_id == story_id))).first()
    return known


async def _versions(session: AsyncSession) -> list[tuple[uuid.UUID, AgreementVersion]]:
    statement = (
        select(Agreement.partner_id, AgreementVersion)
        .join(Agreement, col(Agreement.id) == AgreementVersion.agreement_id)
        .order_by(col(AgreementVersion.agreement_id), col(AgreementVersion.version))
    )
    return [(partner_id, version) for partner_id, version in (await session.exec(statement)).all()]


async def _suspensions(session: AsyncSession) -> dict[uuid.UUID, list[Window]]:
    found: dict[uuid.UUID, list[Window]] = defaultdict(list)
    for row in (await session.exec(select(PartnerSuspension).order_by(col(PartnerSuspension.from_at)))).all():
        found[row.partner_id].append(Window(row.from_at, row.until_at))
    return found


async def _settled(session: AsyncSession, story_id: uuid.UUID) -> dict[uuid.UUID, list[AcceptedDuty]]:
    """The preconditions that partners have fulfilled, of the story or of an agreement, in order."""
    statement = (
        select(AcceptedDuty)
        .where(
            col(AcceptedDuty.pickup_id).is_(None),
            AcceptedDuty.state != DutyState.PENDING,
            sa.or_(col(AcceptedDuty.story_id) == story_id, col(AcceptedDuty.agreement_id).is_not(None)),
        )
        .order_by(col(AcceptedDuty.created_at))
    )
    found: dict[uuid.UUID, list[AcceptedDuty]] = defaultdict(list)
    for duty in (await session.exec(statement)).all():
        found[duty.partner_id].append(duty)
    return found


async def _readers_ahead(session: AsyncSession) -> frozenset[uuid.UUID]:
    rows = (
        await session.exec(select(Client.partner_id, Client.scopes).where(col(Client.partner_id).is_not(None)))
    ).all()
    return frozenset(partner for partner, scopes in rows if partner is not None and Scope.EMBARGO_READ in scopes)
