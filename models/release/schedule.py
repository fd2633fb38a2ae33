"""Moving the embargo or the expiry of what was released: at once, without a new version."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TypedDict

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from models import event
from models.change import Change
from models.document import scope_of
from models.errors import EndBeforeStart, WrongState
from models.event import Event, EventAudience, EventKind
from models.pool.tables import PoolEntry, PoolStory, first_position
from models.release.act import require_released
from models.release.gate import embargo_is_over
from models.release.moment import keep_moments
from models.release.publish import Door, open_door, require_revision
from models.story import PubStatus


class Schedule(TypedDict, total=False):
    """What is to change; what is left out stays. None for the embargo lifts it now; None for the expiry means that it never expires."""

    embargoed_until: datetime | None
    expires: datetime | None


async def reschedule_story(
    session: AsyncSession, story_id: uuid.UUID, given: Schedule, revision: int | None, change: Change
) -> PoolStory:
    """Moves embargo and expiry of a released story, on the desk and in the pool. The same again changes nothing.

    An embargo that ends now, or has ended, is lifted at once, and stays so whatever the clock does.

    :raises NotFound: no such story.
    :raises RevisionConflict: somebody has saved the story since.
    :raises WrongState: never released, canceled, or an embargo where everybody has seen the story already.
    :raises EndBeforeStart: it would expire before its embargo lifts.
    """
    door = await open_door(session, story_id, change.at)
    require_released(door)
    assert door.live is not None
    live, story = door.live[0], door.story
    embargo = given.get("embargoed_until", live.embargoed_until)
    expires = given.get("expires", live.expires)
    if embargo is not None and embargo <= change.at and embargo != live.embargoed_until:
        embargo = None
    if (embargo, expires) == (live.embargoed_until, live.expires):
        return live
    require_revision(story, revision)
    await _refuse_impossible(session, door, embargo, expires)
    lifted_now = change.at if embargo is None and live.embargoed_until is not None else embargo
    if lifted_now == change.at and await embargo_is_over(session, door):
        lifted_now = embargo
    story.embargoed_until, story.expires = embargo, expires
    story.revision += 1
    story.saved_by, story.updated_at = change.by, change.at
    live.embargoed_until, live.expires = embargo, expires
    session.add_all([story, live])
    first = first_position(live.release_id)
    entries = sa.update(PoolEntry).where(
        col(PoolEntry.position) >= first, col(PoolEntry.position) < first_position(live.release_id + 1)
    )
    await session.execute(entries.values(embargoed_until=embargo, expires=expires))
    await keep_moments(session, story, lifted_now, expires, change.at)
    event.append(session, _event(door, change))
    return live


async def _refuse_impossible(
    session: AsyncSession, door: Door, embargo: datetime | None, expires: datetime | None
) -> None:
    assert door.live is not None
    uri = door.story.uri
    if door.story.pub_status is PubStatus.CANCELED:
        raise WrongState(f"{uri} is canceled, and that is final", field=["storyId"])
    moved = embargo != door.live[0].embargoed_until
    if moved and embargo is not None and await embargo_is_over(session, door):
        raise WrongState(
            f"{uri} is under no embargo any more, and everybody has seen it; withhold it instead",
            field=["embargoedUntil"],
        )
    if embargo is not None and expires is not None and expires <= embargo:
        raise EndBeforeStart(
            f"expires {expires.isoformat()} does not lie after embargoedUntil {embargo.isoformat()}", field=["expires"]
        )


def _event(door: Door, change: Change) -> Event:
    keys = [key for key, status in door.statuses.items() if status is not PubStatus.CANCELED]
    return Event(
        kind=EventKind.STORY_RESCHEDULED,
        at=change.at,
        audience=EventAudience.PARTNER,
        story_id=door.story.id,
        story_version=door.story.version,
        scope=scope_of(door.document, keys),
    )
