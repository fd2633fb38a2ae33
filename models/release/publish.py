"""Publishing: a story's next version, frozen and put into the pool, with everything that hangs on it, in one transaction."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import document as documents
from models import event
from models.base import JsonObject
from models.errors import Conflict, NotFound, RevisionConflict
from models.event import Counter, Event, EventAudience, EventKind
from models.pool import index
from models.pool.openings import refresh_openings
from models.pool.tables import RELEASE_COUNTER, Document, PoolStory, Release, ReleaseKind
from models.release.moment import keep_moments
from models.release.status import STATUS_MOVES
from models.story import PubStatus, Story, status_together
from models.variant import Variant

Statuses = Mapping[str, PubStatus]
"""The pubStatus of released variants, by id."""


@dataclass(frozen=True)
class Door:
    """The release door, held open for one story until the transaction ends: one act after another passes it.

    :param number: that of the next release.
    :param at: the moment of this act, never before that of the release before, even where the clock was set back: so a window of time
        is a range of numbers.
    :param story: the desk's row, held.
    :param live: what is in the pool; None where the story was never released.
    """

    number: int
    at: datetime
    story: Story
    live: tuple[PoolStory, JsonObject] | None

    @property
    def document(self) -> JsonObject:
        """The live document; to be asked only of a story that was released."""
        assert self.live is not None
        return self.live[1]

    @property
    def statuses(self) -> dict[str, PubStatus]:
        """The pubStatus of each live variant."""
        if self.live is None:
            return {}
        live, document = self.live
        return {part["id"]: live.status_of(part["id"]) for part in document["variants"]}


@dataclass(frozen=True)
class NewVersion:
    """What a story's next version is.

    :param frozen: its document; the story's version is stamped onto it when it is published.
    :param statuses: the pubStatus that each variant has from now on; one that is not named is usable.
    :param about: the variants that it is about, by id; None where it is about all.
    :param schedule: whose embargo and expiry hold: those of the desk when something is let out, else those that are live.
    """

    kind: ReleaseKind
    frozen: JsonObject
    statuses: Statuses
    about: Sequence[str] | None
    schedule: Story | PoolStory
    by: str
    reason: str | None = None


async def open_door(session: AsyncSession, story_id: uuid.UUID, now: datetime, revision: int | None = None) -> Door:
    """Opens the door for a story. Numbers are given in commit order: whoever else wants to pass waits.

    :param revision: the one of the story that was looked at; None where that does not matter.
    :raises NotFound: no such story.
    :raises RevisionConflict: somebody has saved the story since.
    """
    number = await hold_door(session) + 1
    latest = (await session.exec(select(Release.at).where(Release.id == number - 1))).first()
    # Not FOR UPDATE: a pickup, which keeps the live state as it is, refers to the story, and each would wait for the other.
    held = select(Story).where(Story.id == story_id).with_for_update(key_share=True)
    story = (await session.exec(held.execution_options(populate_existing=True))).first()
    if story is None:
        raise NotFound(f"there is no story {story_id}")
    require_revision(story, revision)
    live = await index.live_story(session, story_id)
    return Door(number, max(now, latest) if latest else now, story, live)


async def hold_door(session: AsyncSession) -> int:
    """Keeps every other release waiting until the commit, and gives the number of the last one.

    Whoever changes several stories of which some are released takes this before their rows: a release takes them in this order.
    """
    counter = select(Counter.value).where(Counter.name == RELEASE_COUNTER).with_for_update()
    return (await session.exec(counter)).one()


def require_revision(story: Story, revision: int | None) -> None:
    """Refuses what was decided of an older revision.

    :raises RevisionConflict: somebody has saved the story since.
    """
    if revision is not None and revision != story.revision:
        raise RevisionConflict(
            f"revision {revision} of {story.uri} was looked at, and it is at {story.revision} by now; read it again and repeat",
            current=story.revision,
            conflict=Conflict(revision, story.revision, story.saved_by, story.updated_at, ()),
            field=["revision"],
        )


async def publish(session: AsyncSession, door: Door, made: NewVersion) -> Release:
    """Makes a story's next version the live one, and says so in the change log."""
    await session.execute(sa.update(Counter).where(col(Counter.name) == RELEASE_COUNTER).values(value=door.number))
    story, before = door.story, door.statuses
    embargoed_until, expires = made.schedule.embargoed_until, made.schedule.expires
    after = {part["id"]: made.statuses.get(part["id"], PubStatus.USABLE) for part in made.frozen["variants"]}
    story.version += 1
    story.updated_at = door.at
    story.pub_status = status_together(after.values())
    await _keep_status(session, after)
    frozen = {**made.frozen, "story": documents.stamp(made.frozen["story"], story.version, door.at)}
    release = Release(
        id=door.number,
        story_id=story.id,
        version=story.version,
        kind=made.kind,
        at=door.at,
        by=made.by,
        reason=made.reason,
        variant_ids=None if made.about is None else sorted(made.about),
    )
    session.add_all([story, release])
    await session.flush()
    session.add(Document(release_id=release.id, content=documents.encode(frozen)))
    if door.live is not None:
        await index.take_out(session, *door.live)
    await index.put(
        session,
        release.id,
        frozen,
        pub_status=story.pub_status,
        embargoed_until=embargoed_until,
        expires=expires,
        content_created=story.content_created or release.at,
        version_created=release.at,
        variant_status=after,
    )
    await refresh_openings(session, story.id)
    await keep_moments(session, story, embargoed_until, expires, door.at)
    for kind, keys in _groups(made.kind, before, after).items():
        event.append(session, _event(kind, release, frozen, keys))
    if door.live is not None and (scope := _removed(door.document, frozen)) is not None:
        event.append(session, _story_event(EventKind.STORY_REMOVED, release, scope))
    return release


async def _keep_status(session: AsyncSession, after: Statuses) -> None:
    """Writes the pubStatus of variants onto the desk."""
    wanted = {uuid.UUID(key): status for key, status in after.items()}
    for variant in (await session.exec(select(Variant).where(col(Variant.id).in_(list(wanted))))).all():
        if variant.pub_status is not wanted[variant.id]:
            variant.pub_status = wanted[variant.id]
            session.add(variant)


def _groups(kind: ReleaseKind, before: Statuses, after: Statuses) -> dict[EventKind, set[str]]:
    """What became of which variants, as the change log says it.

    What is not taken back, and not given back either, has a new version of its story: that is a release.
    """
    groups: dict[EventKind, set[str]] = {}
    for key, status in after.items():
        move = STATUS_MOVES.get((before.get(key, PubStatus.USABLE), status))
        if move is not None:
            groups.setdefault(move.event, set()).add(key)
        elif status is PubStatus.USABLE or (status is PubStatus.WITHHELD and kind is ReleaseKind.RELEASE):
            groups.setdefault(EventKind.STORY_RELEASED, set()).add(key)
    return {event_kind: groups[event_kind] for event_kind in EventKind if event_kind in groups}


def _event(kind: EventKind, release: Release, frozen: JsonObject, keys: set[str]) -> Event:
    """The event of some of a story's variants; it names the variant where one alone is taken back or given back."""
    alone = len(keys) == 1 and len(frozen["variants"]) > 1 and kind is not EventKind.STORY_RELEASED
    told = _story_event(kind, release, documents.scope_of(frozen, keys))
    told.variant_id = uuid.UUID(next(iter(keys))) if alone else None
    return told


def _story_event(kind: EventKind, release: Release, scope: JsonObject) -> Event:
    return Event(
        kind=kind,
        at=release.at,
        audience=EventAudience.PARTNER,
        story_id=release.story_id,
        story_version=release.version,
        scope=scope,
    )


def _removed(before: JsonObject, after: JsonObject) -> JsonObject | None:
    """What a story was, with what it is `now`, where some agreement may cover it no more; None where none can have lost it."""
    was, now = (documents.scope_of(frozen, {part["id"] for part in frozen["variants"]}) for frozen in (before, after))
    # Whoever covers or asks for what has no series covers or asks for what has one, too; likewise for topics.
    same_place = all(was[place] in (None, now[place]) for place in ("series", "topic"))
    if same_place and all(part in now["variants"] for part in was["variants"]):
        return None
    return {**was, "now": now}


async def story_by_uri(session: AsyncSession, uri: str) -> Story:
    """The desk's row of a story.

    :raises NotFound: no story has that URI.
    """
    story = (await session.exec(select(Story).where(Story.uri == uri))).first()
    if story is None:
        raise NotFound(f"there is no story {uri}")
    return story
