"""Freezes what lies on the desk into a document."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import document as documents
from models.asset import Asset, Rendition, VariantAsset
from models.base import JsonObject
from models.concept import Concept, ConceptKind, Organisation, StoryConcept, StoryOrganisation
from models.contributor import Contributor, ContributorRole, StoryContributor
from models.desk.translation import Translation, read_translations
from models.errors import NotFound
from models.policy import Policy, PolicyHash
from models.series import Series
from models.story import Story
from models.terms import Terms, load_policies, store_policy
from models.topic import Topic
from models.variant import Variant

_CONCEPT_PARTS = {
    ConceptKind.GENRE: "genres",
    ConceptKind.SUBJECT: "subjects",
    ConceptKind.PLACE: "places",
    ConceptKind.PERSON: "people",
}


@dataclass(frozen=True)
class Desk:
    """Everything on the desk that a release of one story reads."""

    story: Story
    variants: Sequence[Variant]
    assets: Sequence[Asset]
    renditions: dict[uuid.UUID, list[Rendition]]
    shown: dict[uuid.UUID, list[uuid.UUID]]
    """The ids of the assets that each variant shows, in order."""
    terms: dict[uuid.UUID, Terms]
    policies: dict[str, Policy]
    series: Series | None
    topic: Topic | None
    concepts: dict[str, list[JsonObject]]
    organisations: list[JsonObject]
    contributors: list[JsonObject]
    translations: dict[uuid.UUID, Translation]
    """Where each variant that is a translation comes from."""


async def read_desk(session: AsyncSession, story_id: uuid.UUID) -> Desk:
    """Reads a story with all that belongs to it.

    :raises NotFound: no such story.
    """
    story = await session.get(Story, story_id)
    if story is None:
        raise NotFound(f"there is no story {story_id}")
    variants = (
        await session.exec(
            select(Variant)
            .where(Variant.story_id == story_id)
            .order_by(col(Variant.language), col(Variant.form), col(Variant.label))
        )
    ).all()
    assets = (
        await session.exec(select(Asset).where(Asset.story_id == story_id).order_by(col(Asset.ordinal), col(Asset.id)))
    ).all()
    parts: tuple[Story | Variant | Asset, ...] = (story, *variants, *assets)
    terms_ids = {part.terms_id for part in parts if part.terms_id is not None}
    terms = {row.id: row for row in (await session.exec(select(Terms).where(col(Terms.id).in_(terms_ids)))).all()}
    return Desk(
        story=story,
        variants=variants,
        assets=assets,
        renditions=await _renditions(session, assets),
        shown=await _shown(session, variants),
        terms=terms,
        policies=await load_policies(session, {row.policy_hash for row in terms.values()}),
        series=await session.get(Series, story.series_id) if story.series_id else None,
        topic=await session.get(Topic, story.topic_id) if story.topic_id else None,
        concepts=await _concepts(session, story_id),
        organisations=await _organisations(session, story_id),
        contributors=await _contributors(session, story_id),
        translations=await read_translations(session, variants),
    )


async def freeze(
    session: AsyncSession,
    desk: Desk,
    chosen: Sequence[Variant],
    *,
    previous: JsonObject | None,
    version: int,
    now: datetime,
) -> JsonObject:
    """The document of a story's next version.

    The chosen variants are taken from the desk, and get a new version where their content changed; all others stay as they are in
    `previous`. What the chosen variants' rows say of their versions is updated.
    """
    story = desk.story
    assert story.terms_id is not None
    story_terms = desk.terms[story.terms_id]
    story_policy = desk.policies[story_terms.policy_hash]

    async def holding(terms_id: uuid.UUID | None) -> tuple[Terms, PolicyHash]:
        """The terms of a part, and the policy that holds for it."""
        if terms_id is None:
            return story_terms, story_policy.hash()
        own = desk.terms[terms_id]
        return own, await store_policy(session, desk.policies[own.policy_hash].merged_under(story_policy))

    assets: dict[str, JsonObject] = {}
    used_terms = {str(story_terms.id): documents.terms_part(story_terms)}
    for asset in desk.assets:
        terms, policy = await holding(asset.terms_id)
        used_terms[str(terms.id)] = documents.terms_part(terms)
        assets[str(asset.id)] = documents.asset_part(asset, desk.renditions.get(asset.id, []), terms, policy)

    before = {part["id"]: part for part in previous["variants"]} if previous else {}
    released: dict[str, JsonObject] = {}
    for variant in _sources_first(chosen):
        terms, policy = await holding(variant.terms_id)
        used_terms[str(terms.id)] = documents.terms_part(terms)
        shown = [str(asset_id) for asset_id in desk.shown.get(variant.id, [])]
        part = documents.variant_part(variant, shown, terms, policy, _translated_from(desk, variant, released))
        released[part["id"]] = _stamped(variant, part, [assets[asset_id] for asset_id in shown], now)
    now_live = before | released
    parts = [now_live[str(variant.id)] for variant in desk.variants if str(variant.id) in now_live]
    if previous:
        kept = {part["terms"] for part in parts} - used_terms.keys()
        used_terms |= {terms_id: previous["terms"][terms_id] for terms_id in kept}
        for part in (asset for asset in previous["assets"] if asset["id"] not in assets):
            if any(part["id"] in variant["assets"] for variant in parts):
                assets[part["id"]] = part
                used_terms.setdefault(part["terms"], previous["terms"][part["terms"]])
    story_part = documents.story_part(
        story, desk.concepts, desk.organisations, desk.contributors, desk.series, desk.topic, story_terms
    )
    return {
        "story": documents.stamp(story_part, version, now),
        "terms": used_terms,
        "assets": list(assets.values()),
        "variants": parts,
    }


def _stamped(variant: Variant, part: JsonObject, assets: list[JsonObject], now: datetime) -> JsonObject:
    content = documents.content_hash(part, assets)
    if content != variant.released_hash:
        variant.released_hash = content
        variant.version += 1
        variant.version_created = now
    assert variant.version_created is not None
    return documents.stamp(part, variant.version, variant.version_created)


def _sources_first(chosen: Sequence[Variant]) -> list[Variant]:
    """The variants of one release, each after the one that it was translated from: its document names that one's new version."""
    sources = {variant.id: variant.translated_from_id for variant in chosen}

    def depth(variant: Variant) -> int:
        above, steps = variant.translated_from_id, 0
        while above is not None and steps <= len(sources):
            above, steps = sources.get(above), steps + 1
        return steps

    return sorted(chosen, key=depth)


def _translated_from(desk: Desk, variant: Variant, released: Collection[str]) -> JsonObject | None:
    """Where a translation comes from, with the released version of the source that says what was translated, where there is one.

    :param released: the ids of what this release has frozen already.
    """
    translation = desk.translations.get(variant.id)
    if translation is None:
        return None
    source, version = translation.source, translation.version
    if str(source.id) in released and translation.revision is not None and not translation.is_stale:
        version = source.version
    return {"id": str(source.id), "version": version, "language": source.language}


async def _renditions(session: AsyncSession, assets: Sequence[Asset]) -> dict[uuid.UUID, list[Rendition]]:
    ids = [asset.id for asset in assets]
    found: dict[uuid.UUID, list[Rendition]] = defaultdict(list)
    for rendition in await session.exec(
        select(Rendition).where(col(Rendition.asset_id).in_(ids)).order_by(col(Rendition.name))
    ):
        found[rendition.asset_id].append(rendition)
    return found


async def _shown(session: AsyncSession, variants: Sequence[Variant]) -> dict[uuid.UUID, list[uuid.UUID]]:
    ids = [variant.id for variant in variants]
    statement = select(VariantAsset).where(col(VariantAsset.variant_id).in_(ids)).order_by(col(VariantAsset.ordinal))
    found: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    for link in await session.exec(statement):
        found[link.variant_id].append(link.asset_id)
    return found


async def _concepts(session: AsyncSession, story_id: uuid.UUID) -> dict[str, list[JsonObject]]:
    statement = (
        select(Concept)
        .join(StoryConcept, col(StoryConcept.concept_id) == Concept.id)
        .where(StoryConcept.story_id == story_id)
        .order_by(col(StoryConcept.ordinal), col(Concept.code))
    )
    found: dict[str, list[JsonObject]] = {part: [] for part in _CONCEPT_PARTS.values()}
    for concept in await session.exec(statement):
        found[_CONCEPT_PARTS[concept.kind]].append(documents.concept_part(concept))
    return found


async def _organisations(session: AsyncSession, story_id: uuid.UUID) -> list[JsonObject]:
    statement = (
        select(Organisation, col(StoryOrganisation.is_brand))
        .join(StoryOrganisation, col(StoryOrganisation.organisation_id) == Organisation.id)
        .where(StoryOrganisation.story_id == story_id)
        .order_by(col(StoryOrganisation.ordinal), col(Organisation.key))
    )
    return [
        documents.organisation_part(organisation, is_brand) for organisation, is_brand in await session.exec(statement)
    ]


async def _contributors(session: AsyncSession, story_id: uuid.UUID) -> list[JsonObject]:
    statement = (
        select(Contributor, col(StoryContributor.role))
        .join(StoryContributor, col(StoryContributor.contributor_id) == Contributor.id)
        .where(StoryContributor.story_id == story_id)
        .order_by(col(Contributor.key))
    )
    return [
        documents.contributor_part(contributor, ContributorRole(role))
        for contributor, role in await session.exec(statement)
    ]
