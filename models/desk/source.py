"""What a translation was made from."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.errors import BadInput, NotFound
from models.story import Story
from models.variant import Variant

_ID, _REVISION = "translatedFromId", "translatedFromRevision"


async def read_source(
    session: AsyncSession, story: Story, variant: Variant | None, changes: Mapping[str, Any]
) -> dict[str, Any]:
    """The source that a save names, and in which revision, under the names of the input.

    A source that is named for the first time is followed as it is now, where no revision is given. The same source named again stays
    in its revision: otherwise whoever saves a comma would say to have read what the source has become.

    :raises NotFound: the story has no such variant.
    :raises BadInput: no source, a revision that it never had, or one that was itself made from the translation.
    """
    if not {"translated_from_id", "translated_from_revision"} & changes.keys():
        return {}
    present = variant.translated_from_id if variant is not None else None
    source_id = changes.get("translated_from_id", present)
    revision = changes.get("translated_from_revision")
    if source_id is None:
        if revision is not None:
            raise BadInput("a revision alone names no source; give translatedFromId", field=[_REVISION])
        return {_ID: None, _REVISION: None}
    source = await _source(session, story, source_id)
    if variant is not None:
        await _refuse_ring(session, variant.id, source)
    if revision is None:
        if source_id == present:
            return {_ID: source_id}
        return {_ID: source_id, _REVISION: source.content_revision}
    if not 1 <= revision <= source.revision:
        raise BadInput(f"{source.uri} has had revisions 1 to {source.revision}, not {revision}", field=[_REVISION])
    return {_ID: source_id, _REVISION: revision}


async def _source(session: AsyncSession, story: Story, source_id: uuid.UUID) -> Variant:
    source = (await session.exec(select(Variant).where(Variant.id == source_id, Variant.story_id == story.id))).first()
    if source is None:
        raise NotFound(f"the story has no variant {source_id}", field=[_ID])
    return source


async def _refuse_ring(session: AsyncSession, variant_id: uuid.UUID, source: Variant) -> None:
    above: Variant | None = source
    while above is not None:
        if above.id == variant_id:
            raise BadInput(f"{source.uri} was itself made from it; a text is not its own source", field=[_ID])
        above = await session.get(Variant, above.translated_from_id) if above.translated_from_id else None
