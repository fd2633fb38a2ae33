"""Translations: what each was made from, and whether the source has moved on since."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.asset import VariantAsset
from models.base import JsonObject
from models.desk.draft import content_of
from models.draft import VariantDraft
from models.variant import Variant


@dataclass(frozen=True)
class Translation:
    """Where a translation comes from.

    :param source: the variant that was translated, as it is now.
    :param revision: the revision of the source that the translation follows; None where only a version is known.
    :param version: the version of the source that says the same; None where it was never released so.
    :param base: what the source said then; None where that was not kept.
    :param present: what the source says now.
    """

    source: Variant
    revision: int | None
    version: int | None
    base: JsonObject | None
    present: JsonObject

    @property
    def is_stale(self) -> bool:
        """Whether the source says or shows something else now than what was translated."""
        if self.base is not None:
            return self.base != self.present
        if self.revision is not None:
            return self.source.content_revision > self.revision
        return self.version is not None and self.source.version > self.version


async def read_translations(session: AsyncSession, variants: Sequence[Variant]) -> dict[uuid.UUID, Translation]:
    """Where those of these variants that are translations come from, by a number of queries that does not grow with theirs."""
    following = [variant for variant in variants if variant.translated_from_id is not None]
    source_ids = {variant.translated_from_id for variant in following}
    if not following:
        return {}
    sources = {
        row.id: row for row in (await session.exec(select(Variant).where(col(Variant.id).in_(source_ids)))).all()
    }
    shown: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    links = select(VariantAsset).where(col(VariantAsset.variant_id).in_(source_ids))
    for link in await session.exec(links.order_by(col(VariantAsset.ordinal), col(VariantAsset.asset_id))):
        shown[link.variant_id].append(link.asset_id)
    kept = await _drafts(session, following, sources)
    found: dict[uuid.UUID, Translation] = {}
    for variant in following:
        assert variant.translated_from_id is not None
        source, draft = sources[variant.translated_from_id], kept.get(variant.id)
        present = content_of(source, shown[source.id])
        found[variant.id] = Translation(
            source=source,
            revision=variant.translated_from_revision,
            version=draft.released_version if draft else _version_alone(variant, source),
            base=draft.content if draft else _unchanged(variant, source, present),
            present=present,
        )
    return found


def _version_alone(variant: Variant, source: Variant) -> int | None:
    """The version of a source of which no draft was kept: it came to the desk from elsewhere, and is as it came."""
    if variant.translated_from_revision is None:
        return variant.translated_from_version
    return source.version or None if variant.translated_from_revision >= source.content_revision else None


def _unchanged(variant: Variant, source: Variant, present: JsonObject) -> JsonObject | None:
    revision = variant.translated_from_revision
    return present if revision is not None and revision >= source.content_revision else None


async def _drafts(
    session: AsyncSession, following: Sequence[Variant], sources: dict[uuid.UUID, Variant]
) -> dict[uuid.UUID, VariantDraft]:
    """The draft of its source that each translation follows, where it was kept."""
    statement = select(
        VariantDraft.variant_id, VariantDraft.revision, VariantDraft.since, VariantDraft.released_version
    ).where(col(VariantDraft.variant_id).in_(sources))
    rows: dict[uuid.UUID, list[tuple[int, int, int | None]]] = defaultdict(list)
    for source_id, revision, since, released in (
        await session.exec(statement.order_by(col(VariantDraft.revision)))
    ).all():
        rows[source_id].append((revision, since, released))
    wanted: dict[uuid.UUID, tuple[uuid.UUID, int]] = {}
    for variant in following:
        assert variant.translated_from_id is not None
        followed = _followed(variant, rows[variant.translated_from_id])
        if followed is not None:
            wanted[variant.id] = (variant.translated_from_id, followed)
    if not wanted:
        return {}
    named = sa.or_(
        *(
            sa.and_(col(VariantDraft.variant_id) == source_id, col(VariantDraft.revision) == revision)
            for source_id, revision in set(wanted.values())
        )
    )
    drafts = {
        (row.variant_id, row.revision): row for row in (await session.exec(select(VariantDraft).where(named))).all()
    }
    return {variant_id: drafts[place] for variant_id, place in wanted.items()}


def _followed(variant: Variant, rows: Sequence[tuple[int, int, int | None]]) -> int | None:
    """Which of the drafts of its source a translation follows: the last that is not later than its revision.

    Of a translation that knows only a version, the draft that was released so.
    """
    if variant.translated_from_revision is None:
        return next(
            (revision for revision, _, released in rows if released == variant.translated_from_version is not None),
            None,
        )
    before = [revision for revision, _, _ in rows if revision <= variant.translated_from_revision]
    after = [since for revision, since, _ in rows if revision > variant.translated_from_revision]
    if not before or (after and after[0] <= variant.translated_from_revision):
        return None
    return before[-1]
