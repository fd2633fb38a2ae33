"""What variants said in each revision: kept at every save, so that nobody's words are lost."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import JsonObject
from models.change import Change
from models.draft import VariantDraft
from models.variant import DeskState, Variant

ONE_SITTING = timedelta(minutes=10)
"""Within this time, what somebody saves takes the place of what the same person saved just before; the first save of it stays, for it is
what others are likely to have read."""


def content_of(variant: Variant, assets: Sequence[uuid.UUID]) -> JsonObject:
    """What a variant says and shows now, as a draft keeps it."""
    return {
        "headline": variant.headline,
        "description": variant.description,
        "body": variant.body,
        "bodyText": variant.body_text,
        "by": variant.by,
        "located": variant.located,
        "assets": [str(asset_id) for asset_id in assets],
    }


async def keep_draft(
    session: AsyncSession, variant: Variant, before: JsonObject, after: JsonObject, revision: int, change: Change
) -> None:
    """Keeps what a save has made of a variant, before the variant itself is changed.

    The draft takes the place of the one before it where the same person saved that and the one before within `ONE_SITTING`, and nothing
    has happened to it since: every submission, approval and release counts as something, and so does a translation made from it.

    :param before: what the variant says until now.
    :param after: what it says from `revision` on.
    """
    latest = await session.get(VariantDraft, (variant.id, variant.content_revision))
    since = revision
    if latest is None:
        session.add(_first(variant, before))
    elif await _is_replaced(session, latest, variant, change):
        since = latest.since
        await session.delete(latest)
    session.add(
        VariantDraft(
            variant_id=variant.id, revision=revision, since=since, content=after, at=change.at, by=change.by[:128]
        )
    )


async def content_at(session: AsyncSession, variant: Variant, revision: int, present: JsonObject) -> JsonObject | None:
    """What a variant said in a revision; None where that was not kept.

    :param present: what it says now.
    """
    if variant.content_revision <= revision <= variant.revision:
        return present
    drafts = select(VariantDraft).where(VariantDraft.variant_id == variant.id)
    kept = drafts.where(col(VariantDraft.revision) <= revision).order_by(col(VariantDraft.revision).desc()).limit(1)
    later = (
        select(VariantDraft.since)
        .where(VariantDraft.variant_id == variant.id, col(VariantDraft.revision) > revision)
        .order_by(col(VariantDraft.revision))
        .limit(1)
    )
    draft = (await session.exec(kept)).first()
    replaced_from = (await session.exec(later)).first()
    if draft is None or (replaced_from is not None and replaced_from <= revision):
        return None
    return draft.content


async def drafts_of(session: AsyncSession, variant_id: uuid.UUID) -> list[VariantDraft]:
    """Every revision that was kept, the newest first, at most 100."""
    statement = (
        select(VariantDraft)
        .where(VariantDraft.variant_id == variant_id)
        .order_by(col(VariantDraft.revision).desc())
        .limit(100)
    )
    return list((await session.exec(statement)).all())


def _first(variant: Variant, content: JsonObject) -> VariantDraft:
    """The draft of a variant that came to the desk from elsewhere, and is changed here for the first time."""
    return VariantDraft(
        variant_id=variant.id,
        revision=variant.content_revision,
        since=variant.content_revision,
        content=content,
        at=variant.updated_at,
        by=variant.saved_by or "import",
        released_version=variant.version or None,
    )


async def _is_replaced(session: AsyncSession, latest: VariantDraft, variant: Variant, change: Change) -> bool:
    before = (
        await session.exec(
            select(VariantDraft.by, VariantDraft.at)
            .where(VariantDraft.variant_id == variant.id, col(VariantDraft.revision) < latest.revision)
            .order_by(col(VariantDraft.revision).desc())
            .limit(1)
        )
    ).first()
    for by, at in ((latest.by, latest.at), before or ("", latest.at)):
        if by != change.by or not change.at - ONE_SITTING < at <= change.at:
            return False
    if latest.released_version is not None or variant.desk_state is not DeskState.DRAFT:
        return False
    if variant.revision != latest.revision:
        return False
    translated = select(Variant.id).where(
        Variant.translated_from_id == variant.id, Variant.translated_from_revision == latest.revision
    )
    return (await session.exec(translated.limit(1))).first() is None
