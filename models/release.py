"""The release door: what lets a story version into the pool, and what takes it back.

`release_story` freezes an immutable document, gives it the next release number, and puts it into the pool index; `change_status`
withholds, kills and reinstates; `rerelease_metadata` says something of a story anew over the same variants. Each writes its event in the
same transaction. Nothing else writes to the pool.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import document as documents
from models import event
from models.base import JsonObject
from models.contributor import Contributor, ContributorRole
from models.errors import NotFound, NotReleasable
from models.event import Counter, Event, EventAudience, EventKind
from models.freeze import Desk, freeze, read_desk
from models.pool import index
from models.pool.openings import refresh_openings
from models.pool.tables import POSITIONS_PER_RELEASE, RELEASE_COUNTER, Document, PoolStory, Release, ReleaseKind
from models.story import PubStatus, Story
from models.variant import DeskState, Variant

STATUS_MOVES: dict[tuple[PubStatus, PubStatus], tuple[ReleaseKind, EventKind]] = {
    (PubStatus.USABLE, PubStatus.WITHHELD): (ReleaseKind.WITHHOLD, EventKind.STORY_WITHHELD),
    (PubStatus.USABLE, PubStatus.CANCELED): (ReleaseKind.CANCEL, EventKind.STORY_CANCELED),
    (PubStatus.WITHHELD, PubStatus.CANCELED): (ReleaseKind.CANCEL, EventKind.STORY_CANCELED),
    (PubStatus.WITHHELD, PubStatus.USABLE): (ReleaseKind.REINSTATE, EventKind.STORY_REINSTATED),
}
"""The allowed moves between statuses of a released story. CANCELED is final."""


async def release_story(
    session: AsyncSession,
    story_id: uuid.UUID,
    *,
    by: str,
    now: datetime,
    variant_ids: Collection[uuid.UUID] | None = None,
) -> Release:
    """Lets a story version into the pool.

    :param by: who releases, for the record.
    :param variant_ids: the variants to release; the others stay as they were released before. None releases every approved one.
    :raises NotFound: no such story.
    :raises NotReleasable: something is missing; the message lists all of it.
    """
    number, now = await _next_release(session, now)
    desk = await read_desk(session, story_id)
    live = await index.live_story(session, story_id)
    chosen = [
        variant
        for variant in desk.variants
        if (variant.desk_state is DeskState.APPROVED if variant_ids is None else variant.id in variant_ids)
    ]
    _refuse_unreleasable(desk, chosen, variant_ids)
    story = desk.story
    frozen = await freeze(session, desk, chosen, previous=live[1] if live else None, version=story.version + 1, now=now)
    story.version += 1
    story.updated_at = now
    release = Release(id=number, story_id=story.id, version=story.version, kind=ReleaseKind.RELEASE, at=now, by=by)
    await _publish(session, release, story, frozen, live, EventKind.STORY_RELEASED)
    return release


async def change_status(
    session: AsyncSession, story_id: uuid.UUID, status: PubStatus, *, by: str, now: datetime, reason: str | None = None
) -> Release:
    """Withholds, kills or reinstates a released story, as a new version.

    :param reason: why, for the record; shown to staff only.
    :raises NotFound: no such story.
    :raises NotReleasable: the story was never released, or the move is not one of `STATUS_MOVES`.
    """
    number, now = await _next_release(session, now)
    story = await session.get(Story, story_id)
    if story is None:
        raise NotFound(f"there is no story {story_id}")
    live = await index.live_story(session, story_id)
    if live is None:
        raise NotReleasable(f"{story.uri} was never released, so it cannot become {status}")
    move = STATUS_MOVES.get((story.pub_status, status))
    if move is None:
        raise NotReleasable(f"{story.uri} is {story.pub_status} and cannot become {status}")
    release_kind, event_kind = move
    story.pub_status = status
    story.version += 1
    story.updated_at = now
    frozen = {**live[1], "story": documents.stamp(live[1]["story"], story.version, now)}
    release = Release(
        id=number, story_id=story.id, version=story.version, kind=release_kind, at=now, by=by, reason=reason
    )
    await _publish(session, release, story, frozen, live, event_kind)
    return release


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
    await hold_door(session)
    story = await session.get(Story, story_id)
    if story is None:
        raise NotFound(f"there is no story {story_id}")
    live = await index.live_story(session, story_id)
    if live is None or story.pub_status is not PubStatus.USABLE:
        state = "was never released" if live is None else f"is {story.pub_status}"
        raise NotReleasable(f"{story.uri} {state}, so it cannot be released anew")
    part = live[1]["story"]
    if all(part.get(name) == value for name, value in anew.items()):
        return None
    part = {**part, "contributors": await _named_contributors(session, part["contributors"]), **anew}
    number, now = await _next_release(session, now)
    story.version += 1
    frozen = {**live[1], "story": documents.stamp(part, story.version, now)}
    release = Release(
        id=number,
        story_id=story_id,
        version=story.version,
        kind=ReleaseKind.RELEASE,
        at=now,
        by=by,
        variant_ids=[],
    )
    times = (live[0].embargoed_until, live[0].expires)
    await _publish(session, release, story, frozen, live, EventKind.STORY_RELEASED, times=times)
    return release


async def hold_door(session: AsyncSession) -> None:
    """Keeps every other release waiting until the commit.

    Whoever changes several stories of which some are released takes this before their rows: a release takes them in this order.
    """
    await session.exec(select(Counter.value).where(Counter.name == RELEASE_COUNTER).with_for_update())


async def _named_contributors(session: AsyncSession, parts: list[JsonObject]) -> list[JsonObject]:
    """The contributors of a document, named only as far as they consent now."""
    ids = {uuid.UUID(part["id"]) for part in parts}
    known = {row.id: row for row in await session.exec(select(Contributor).where(col(Contributor.id).in_(ids)))}
    return [documents.contributor_part(known[uuid.UUID(part["id"])], ContributorRole(part["role"])) for part in parts]


async def _next_release(session: AsyncSession, now: datetime) -> tuple[int, datetime]:
    """The next release number and its moment.

    The counter is held until the commit, so that numbers are given in commit order. The moment is never before that of the release
    before, even where the clock was set back: so a window of time is a range of numbers.
    """
    statement = (
        sa.update(Counter)
        .where(col(Counter.name) == RELEASE_COUNTER)
        .values(value=col(Counter.value) + 1)
        .returning(col(Counter.value))
    )
    number = int((await session.execute(statement)).scalar_one())
    latest = (await session.exec(select(Release.at).where(Release.id == number - 1))).first()
    return number, max(now, latest) if latest else now


def _refuse_unreleasable(desk: Desk, chosen: list[Variant], named: Collection[uuid.UUID] | None) -> None:
    story = desk.story
    problems = []
    if story.pub_status is not PubStatus.USABLE:
        problems.append(f"it is {story.pub_status}")
    if story.terms_id is None:
        problems.append("it has no terms")
    if not chosen:
        problems.append("no variant is approved")
    if named is not None and (unknown := set(named) - {variant.id for variant in desk.variants}):
        problems.append("it has no variant " + ", ".join(sorted(map(str, unknown))))
    problems += [
        f"its variant {variant.uri} is {variant.desk_state}"
        for variant in chosen
        if variant.desk_state is not DeskState.APPROVED
    ]
    if len(desk.variants) > POSITIONS_PER_RELEASE:
        problems.append(f"it has {len(desk.variants)} variants, more than {POSITIONS_PER_RELEASE}")
    if problems:
        raise NotReleasable(f"{story.uri} cannot be released: {'; '.join(problems)}")


async def _publish(
    session: AsyncSession,
    release: Release,
    story: Story,
    frozen: JsonObject,
    live: tuple[PoolStory, JsonObject] | None,
    kind: EventKind,
    times: tuple[datetime | None, datetime | None] | None = None,
) -> None:
    """Puts a document into the pool.

    :param times: embargo and expiry; None for those that the desk's row of the story says.
    """
    embargoed_until, expires = times or (story.embargoed_until, story.expires)
    session.add(story)
    session.add(release)
    await session.flush()
    session.add(Document(release_id=release.id, content=documents.encode(frozen)))
    if live is not None:
        await index.take_out(session, *live)
    await index.put(
        session,
        release.id,
        frozen,
        pub_status=story.pub_status,
        embargoed_until=embargoed_until,
        expires=expires,
        content_created=story.content_created or release.at,
        version_created=release.at,
    )
    await refresh_openings(session, story.id)
    event.append(session, story_event(kind, release, story, frozen))


def story_event(kind: EventKind, release: Release, story: Story, frozen: JsonObject) -> Event:
    """The event of a story's new version; its scope is what agreements cover by: series, topic, languages and forms."""
    return Event(
        kind=kind,
        at=release.at,
        audience=EventAudience.PARTNER,
        story_id=story.id,
        story_version=story.version,
        scope={
            "series": frozen["story"]["series"]["key"] if frozen["story"]["series"] else None,
            "topic": frozen["story"]["topic"]["key"] if frozen["story"]["topic"] else None,
            "variants": [[variant["language"], variant["form"]] for variant in frozen["variants"]],
        },
    )


async def story_by_uri(session: AsyncSession, uri: str) -> Story:
    """The desk's row of a story.

    :raises NotFound: no story has that URI.
    """
    story = (await session.exec(select(Story).where(Story.uri == uri))).first()
    if story is None:
        raise NotFound(f"there is no story {uri}")
    return story
