"""Reads stories and variants of the desk with what hangs on them, and lists them."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.approval import Approval
from models.asset import Asset, VariantAsset
from models.desk.filing import Filing, read_filings
from models.desk.translation import Translation, read_translations
from models.desk.words import readable
from models.draft import VariantDraft
from models.errors import BadCursor, BadInput, NotFound
from models.language import LanguageTag
from models.paging import CursorKey, Page, PageRequest, cut_page
from models.series import Series
from models.story import PubStatus, Story, more_severe
from models.terms import Terms
from models.topic import Topic
from models.variant import DeskState, Form, Variant

LONGEST_SEARCH = 100
Shown = Collection[PubStatus]
"""The content of what has these statuses is shown to whoever asks (`Actor.content_statuses`); anything else is not there."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class VariantRecord:
    """A variant with what hangs on it."""

    story: Story
    variant: Variant
    shown: tuple[uuid.UUID, ...]
    approvals: tuple[Approval, ...]
    translation: Translation | None


@dataclass(frozen=True)
class StoryRecord:
    """A story with what hangs on it; variants by language, form and label."""

    story: Story
    filing: Filing
    series: Series | None
    topic: Topic | None
    terms: Terms | None
    asset_ids: tuple[uuid.UUID, ...]
    variants: tuple[VariantRecord, ...]


@dataclass(frozen=True)
class DeskFilter:
    """What stories of the desk must meet; None meets everything.

    :param states: one of its variants stands so.
    :param languages: it has a variant in one of these.
    :param series: the key; likewise `topic`.
    :param released: whether it was ever released.
    :param stale: one of its variants is a translation whose source has moved on.
    :param text: part of its slugline or URI, or of a headline.
    :param shown: what of it may be shown, and found by.
    """

    states: Collection[DeskState] | None = None
    languages: Collection[LanguageTag] | None = None
    forms: Collection[Form] | None = None
    series: str | None = None
    topic: str | None = None
    released: bool | None = None
    stale: bool = False
    text: str | None = None
    story_ids: Collection[uuid.UUID] | None = field(default=None)
    shown: Shown = tuple(PubStatus)


async def find_desk_story(session: AsyncSession, story_id: uuid.UUID, shown: Shown) -> StoryRecord:
    """A story of the desk.

    :raises NotFound: there is none, or it is not shown to whoever asks.
    """
    story = await session.get(Story, story_id)
    if story is None or story.pub_status not in shown:
        raise NotFound("there is no such story")
    return (await read_desk_stories(session, [story], shown))[0]


async def find_desk_variant(session: AsyncSession, variant_id: uuid.UUID, shown: Shown) -> VariantRecord:
    """A variant of the desk.

    :raises NotFound: there is none, or it is not shown to whoever asks.
    """
    variant = await session.get(Variant, variant_id)
    story = None if variant is None else await session.get(Story, variant.story_id)
    if variant is None or story is None or more_severe(story.pub_status, variant.pub_status) not in shown:
        raise NotFound("there is no such variant")
    return (await read_desk_variants(session, [story], [variant]))[0]


async def read_desk_stories(session: AsyncSession, stories: Sequence[Story], shown: Shown) -> list[StoryRecord]:
    """Stories with what hangs on them, in that order, by a number of queries that does not grow with theirs."""
    ids = [story.id for story in stories]
    if not ids:
        return []
    filings = await read_filings(session, ids)
    series = await _by_id(session, Series, {story.series_id for story in stories})
    topics = await _by_id(session, Topic, {story.topic_id for story in stories})
    terms = await _by_id(session, Terms, {story.terms_id for story in stories})
    assets: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    owned = select(Asset.story_id, Asset.id).where(col(Asset.story_id).in_(ids))
    for story_id, asset_id in (await session.exec(owned.order_by(col(Asset.ordinal), col(Asset.id)))).all():
        assets[story_id].append(asset_id)
    rows = select(Variant).where(col(Variant.story_id).in_(ids), col(Variant.pub_status).in_(shown))
    rows = rows.order_by(col(Variant.language), col(Variant.form), col(Variant.label))
    variants: dict[uuid.UUID, list[VariantRecord]] = defaultdict(list)
    for record in await read_desk_variants(session, stories, (await session.exec(rows)).all()):
        variants[record.story.id].append(record)
    return [
        StoryRecord(
            story,
            filings[story.id],
            series.get(story.series_id),
            topics.get(story.topic_id),
            terms.get(story.terms_id),
            tuple(assets[story.id]),
            tuple(variants[story.id]),
        )
        for story in stories
    ]


async def read_desk_variants(
    session: AsyncSession, stories: Sequence[Story], variants: Sequence[Variant]
) -> list[VariantRecord]:
    """Variants of these stories with what hangs on them, in that order."""
    ids = [variant.id for variant in variants]
    by_id = {story.id: story for story in stories}
    shown: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    links = select(VariantAsset).where(col(VariantAsset.variant_id).in_(ids))
    for link in await session.exec(links.order_by(col(VariantAsset.ordinal), col(VariantAsset.asset_id))):
        shown[link.variant_id].append(link.asset_id)
    approvals: dict[uuid.UUID, list[Approval]] = defaultdict(list)
    given = select(Approval).where(col(Approval.variant_id).in_(ids)).order_by(col(Approval.at), col(Approval.by))
    for approval in await session.exec(given):
        approvals[approval.variant_id].append(approval)
    translations = await read_translations(session, variants)
    return [
        VariantRecord(
            by_id[variant.story_id],
            variant,
            tuple(shown[variant.id]),
            tuple(approvals[variant.id]),
            translations.get(variant.id),
        )
        for variant in variants
    ]


async def find_desk_stories(session: AsyncSession, wanted: DeskFilter, request: PageRequest) -> Page[Story]:
    """A page of the stories of the desk, those that were saved last first.

    :raises BadCursor: a cursor that this list did not give.
    :raises BadInput: the text to look for is too long.
    """
    statement = select(Story).where(*_conditions(wanted))
    place = sa.tuple_(col(Story.updated_at), col(Story.id))
    if request.after is not None:
        statement = statement.where(place < sa.tuple_(*_place(request.after)))
    if request.before is not None:
        statement = statement.where(place > sa.tuple_(*_place(request.before)))
    if request.backward:
        statement = statement.order_by(col(Story.updated_at), col(Story.id))
    else:
        statement = statement.order_by(col(Story.updated_at).desc(), col(Story.id).desc())
    found = (await session.exec(statement.limit(request.size + 1))).all()
    return cut_page(found, _key, request)


def _key(story: Story) -> CursorKey:
    return (round((story.updated_at - _EPOCH).total_seconds() * 1_000_000), story.id.hex)


def _place(key: CursorKey) -> tuple[Any, Any]:
    try:
        at = datetime.fromtimestamp(int(key[0]) // 1_000_000, UTC).replace(microsecond=int(key[0]) % 1_000_000)
        story_id = uuid.UUID(hex=str(key[1]))
    except (ValueError, OverflowError, OSError):
        raise BadCursor("the cursor names no story; take one from the list's pageInfo or edges") from None
    return sa.literal(at, Story.__table__.c.updated_at.type), sa.literal(story_id, Story.__table__.c.id.type)  # type: ignore[attr-defined]  # of every table class


def _conditions(wanted: DeskFilter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = [col(Story.pub_status).in_(wanted.shown)]
    there = col(Variant.pub_status).in_(wanted.shown)
    held: list[sa.ColumnElement[bool]] = []
    if wanted.states is not None:
        held.append(col(Variant.desk_state).in_(wanted.states))
    if wanted.languages is not None:
        held.append(col(Variant.language).in_(wanted.languages))
    if wanted.forms is not None:
        held.append(col(Variant.form).in_(wanted.forms))
    if held:
        conditions.append(_has_variant(there, *held))
    if wanted.series is not None:
        conditions.append(col(Story.series_id).in_(select(Series.id).where(Series.key == wanted.series)))
    if wanted.topic is not None:
        conditions.append(col(Story.topic_id).in_(select(Topic.id).where(Topic.key == wanted.topic)))
    if wanted.released is not None:
        conditions.append(col(Story.version) > 0 if wanted.released else col(Story.version) == 0)
    if wanted.stale:
        conditions.append(_has_stale_translation())
    if wanted.story_ids is not None:
        conditions.append(col(Story.id).in_(wanted.story_ids))
    if wanted.text is not None:
        if len(wanted.text) > LONGEST_SEARCH:
            raise BadInput(f"text has {len(wanted.text)} characters; at most {LONGEST_SEARCH} are possible")
        readable(wanted.text, "text")
        conditions.append(
            sa.or_(
                col(Story.slugline).icontains(wanted.text, autoescape=True),
                col(Story.uri).icontains(wanted.text, autoescape=True),
                _has_variant(there, col(Variant.headline).icontains(wanted.text, autoescape=True)),
            )
        )
    return conditions


def _has_variant(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists().where(col(Variant.story_id) == col(Story.id), *conditions)


def _has_stale_translation() -> sa.ColumnElement[bool]:
    """What `Translation.is_stale` says, of the drafts that were kept."""
    source = aliased(Variant)
    present, followed = aliased(VariantDraft), aliased(VariantDraft)
    then = (
        select(followed.content)
        .where(followed.variant_id == source.id, col(followed.revision) <= col(Variant.translated_from_revision))
        .order_by(col(followed.revision).desc())
        .limit(1)
        .correlate(source, Variant)
        .scalar_subquery()
    )
    moved = sa.exists().where(
        col(present.variant_id) == col(source.id),
        col(present.revision) == col(source.content_revision),
        sa.or_(then.is_(None), col(present.content) != then),
    )
    return sa.exists().where(
        col(Variant.story_id) == col(Story.id),
        col(Variant.translated_from_id) == col(source.id),
        sa.or_(
            sa.and_(col(source.content_revision) > col(Variant.translated_from_revision), moved),
            sa.and_(
                col(Variant.translated_from_revision).is_(None),
                col(source.version) > col(Variant.translated_from_version),
            ),
        ),
    )


async def _by_id(session: AsyncSession, table: Any, ids: Collection[uuid.UUID | None]) -> dict[uuid.UUID | None, Any]:
    wanted = {row_id for row_id in ids if row_id is not None}
    if not wanted:
        return {}
    return {row.id: row for row in (await session.exec(select(table).where(table.id.in_(wanted)))).all()}
