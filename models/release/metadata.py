"""Saying something of a story anew over the same variants."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import document as documents
from models.base import JsonObject
from models.contributor import Contributor, ContributorRole
from models.errors import NotReleasable
from models.pool.tables import Release, ReleaseKind
from models.release.publish import NewVersion, open_door, publish
from models.story import PubStatus


async def rerelease_metadata(
    session: AsyncSession, story_id: uuid.UUID, anew: JsonObject, *, by: str, now: datetime
) -> Release | None:
    """Releases the live variants once more, as they are, with some parts of what is said of the story itself said anew.

    Nothing else that lies on the desk goes out with it, but the names of contributors, who may have withdrawn their consent: embargo and
    expiry, too, stay as they were released.

    :param anew: parts of the document's story (`models.document`), such as `topic`.
    :returns: None where the document says so already.
    :raises NotFound: no such story.
    :raises NotReleasable: the story was never released, or is not usable.
    """
    door = await open_door(session, story_id, now)
    story = door.story
    if door.live is None or story.pub_status is not PubStatus.USABLE:
        state = "was never released" if door.live is None else f"is {story.pub_status}"
        raise NotReleasable(f"{story.uri} {state}, so it cannot be released anew")
    live, document = door.live
    part = document["story"]
    if all(part.get(name) == value for name, value in anew.items()):
        return None
    part = {**part, "contributors": await _named_contributors(session, part["contributors"]), **anew}
    made = NewVersion(
        kind=ReleaseKind.RELEASE,
        frozen={**document, "story": part},
        statuses=door.statuses,
        about=[],
        schedule=live,
        by=by,
    )
    return await publish(session, door, made)


async def _named_contributors(session: AsyncSession, parts: list[JsonObject]) -> list[JsonObject]:
    """The contributors of a document, named only as far as they consent now."""
    ids = {uuid.UUID(part["id"]) for part in parts}
    known = {row.id: row for row in await session.exec(select(Contributor).where(col(Contributor.id).in_(ids)))}
    return [documents.contributor_part(known[uuid.UUID(part["id"])], ContributorRole(part["role"])) for part in parts]
