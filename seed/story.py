"""Seeds one story: onto the desk, and through the release door."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from models import body
from models.asset import Asset, Rendition, VariantAsset
from models.concept import ConceptKind, StoryConcept, StoryOrganisation
from models.contributor import StoryContributor
from models.release import release_story
from models.story import Story, story_uri
from models.variant import DeskState, Variant, variant_uri
from seed.files import CentreFile, StoryFile, VariantFile
from seed.foundation import Foundation
from seed.pictures import DIGITAL_SOURCE_TYPE, Picture

RELEASED_BY = "seed"


def uri_of(centre: CentreFile, story: StoryFile) -> str:
    """The story's natural key."""
    return story_uri(centre.uri_prefix, story.content_created.astimezone(centre.zone), story.slug)


async def add_story(
    session: AsyncSession,
    part: StoryFile,
    uri: str,
    foundation: Foundation,
    pictures: Mapping[str, Sequence[tuple[Picture, str]]],
    *,
    now: datetime,
) -> None:
    """Writes a story to the desk and releases it, in the session's transaction.

    :param pictures: by asset key, each rendition with the name under which the media store keeps it.
    """
    story = Story(
        uri=uri,
        slugline=part.slugline,
        urgency=part.urgency,
        series_id=foundation.series[part.series] if part.series else None,
        topic_id=foundation.topics[part.topic] if part.topic else None,
        terms_id=foundation.terms[part.terms],
        content_created=part.content_created,
        embargoed_until=part.embargoed_until,
        expires=part.expires,
        demonstration=part.demonstration,
        created_at=now,
        updated_at=now,
    )
    session.add(story)
    await session.flush()
    _file_under(session, story.id, part, foundation)
    assets = await _add_assets(session, story, part, foundation, pictures)
    await _add_variants(session, story, part, foundation, assets, now=now)
    await release_story(session, story.id, by=RELEASED_BY, now=now)


def _file_under(session: AsyncSession, story_id: uuid.UUID, part: StoryFile, foundation: Foundation) -> None:
    for kind, codes in (
        (ConceptKind.GENRE, part.genres),
        (ConceptKind.SUBJECT, part.subjects),
        (ConceptKind.PLACE, part.places),
        (ConceptKind.PERSON, part.people),
    ):
        for ordinal, code in enumerate(codes):
            session.add(StoryConcept(story_id=story_id, concept_id=foundation.concepts[kind, code], ordinal=ordinal))
    for ordinal, key in enumerate(part.organisations):
        organisation_id = foundation.organisations[key]
        session.add(
            StoryOrganisation(
                story_id=story_id, organisation_id=organisation_id, ordinal=ordinal, is_brand=key in part.brands
            )
        )
    for credit in part.contributors:
        contributor_id = foundation.contributors[credit.contributor]
        session.add(StoryContributor(story_id=story_id, contributor_id=contributor_id, role=credit.role))


async def _add_assets(
    session: AsyncSession,
    story: Story,
    part: StoryFile,
    foundation: Foundation,
    pictures: Mapping[str, Sequence[tuple[Picture, str]]],
) -> dict[str, uuid.UUID]:
    assets = {
        asset.key: Asset(
            story_id=story.id,
            kind=asset.kind,
            ordinal=ordinal,
            captions=asset.captions,
            credit=asset.credit,
            digital_source_type=DIGITAL_SOURCE_TYPE,
            content_created=story.content_created,
            terms_id=foundation.terms[asset.terms] if asset.terms else None,
        )
        for ordinal, asset in enumerate(part.assets)
    }
    session.add_all(assets.values())
    await session.flush()
    for key, asset in assets.items():
        for picture, sha256 in pictures[key]:
            session.add(
                Rendition(
                    asset_id=asset.id,
                    name=picture.name,
                    mime_type=picture.mime_type,
                    width=picture.width,
                    height=picture.height,
                    size=len(picture.content),
                    sha256=sha256,
                )
            )
    return {key: asset.id for key, asset in assets.items()}


async def _add_variants(
    session: AsyncSession,
    story: Story,
    part: StoryFile,
    foundation: Foundation,
    assets: Mapping[str, uuid.UUID],
    *,
    now: datetime,
) -> None:
    rows = [_variant(story, variant, foundation, now=now) for variant in part.variants]
    session.add_all(rows)
    await session.flush()
    sources = {(row.language, row.form): row.id for row in rows if not row.label}
    for variant, row in zip(part.variants, rows, strict=True):
        if variant.translated_from is not None:
            row.translated_from_id = sources[variant.translated_from.language, variant.translated_from.form]
            row.translated_from_version = 1
        for ordinal, key in enumerate(variant.assets):
            session.add(VariantAsset(variant_id=row.id, asset_id=assets[key], ordinal=ordinal))
    await session.flush()


def _variant(story: Story, part: VariantFile, foundation: Foundation, *, now: datetime) -> Variant:
    html = body.sanitise(body.from_paragraphs(part.body))
    text = body.plain_text(html)
    return Variant(
        story_id=story.id,
        uri=variant_uri(story.uri, part.language, part.form, part.label),
        language=part.language,
        form=part.form,
        label=part.label,
        headline=part.headline,
        description=part.description,
        body=html,
        body_text=text,
        by=part.by,
        located=part.located,
        translation_method=part.translation_method,
        terms_id=foundation.terms[part.terms] if part.terms else None,
        desk_state=DeskState.APPROVED,
        word_count=body.count_words(text),
        char_count=body.count_characters(text),
        created_at=now,
        updated_at=now,
    )
