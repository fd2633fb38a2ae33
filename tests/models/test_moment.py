"""Moments: an embargo lifts and a story expires once, whatever servers and clocks do."""

from __future__ import annotations

import asyncio
import uuid
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select

from models.change import Change
from models.database import Database
from models.errors import WrongState
from models.event import Event, EventKind
from models.moment import StoryMoment
from models.release import change_status, release_story, reschedule_story, tell_moments
from models.story import PubStatus, Story
from tests.models.pickup.centre import Centre, Offer
from tests.models.usage.cases import EVERYTHING, NOW

HOUR = timedelta(hours=1)


async def embargoed(centre: Centre, until: datetime, expires: datetime | None = None) -> Offer:
    """A story in two languages that lies in the pool under embargo."""
    offer = await centre.story(EVERYTHING, languages=("en", "zh"))
    async with centre.database.write() as session:
        story = await session.get_one(Story, offer.story)
        story.embargoed_until, story.expires = until, expires
        session.add(story)
        await release_story(session, offer.story, by="test", now=centre.now)
    return offer


async def told(database: Database, story_id: uuid.UUID) -> list[tuple[EventKind, datetime]]:
    """What the change log says of a story beside its releases, in order."""
    statement = select(Event).where(Event.story_id == story_id).order_by(col(Event.position))
    async with database.read() as session:
        rows = (await session.exec(statement)).all()
    return [(row.kind, row.at) for row in rows if row.kind is not EventKind.STORY_RELEASED]


async def test_a_moment_is_told_once_by_several_servers_also_after_sleep_and_whatever_the_clock_does(
    database: Database,
) -> None:
    centre = Centre(database)
    offers = [await embargoed(centre, NOW + HOUR, NOW + 3 * HOUR) for _ in range(5)]
    assert await tell_moments(database, NOW) == 0
    # asleep until long afterwards: both moments of each story have come, and two servers awake at once
    late = NOW + timedelta(days=2)
    done = await asyncio.gather(*(tell_moments(database, late, batch=4) for _ in range(4)))
    while await tell_moments(database, late, batch=3):
        pass
    assert sum(done) <= 10
    expected = [(EventKind.EMBARGO_LIFTED, NOW + HOUR), (EventKind.STORY_EXPIRED, NOW + 3 * HOUR)]
    for offer in offers:
        assert sorted(await told(database, offer.story), key=lambda one: one[1]) == expected
    # the clock jumps back before the embargo, and the story is released anew there
    assert await tell_moments(database, NOW) == 0
    await centre.release_again(offers[0], headline="Anew")
    later = NOW + 5 * HOUR
    with pytest.raises(WrongState):  # everybody has seen it
        async with database.write() as session:
            await reschedule_story(session, offers[0].story, {"embargoed_until": later}, None, Change("test", NOW))
    for now in (late, NOW, late):
        assert await tell_moments(database, now) == 0
    assert len(await told(database, offers[0].story)) == 2


async def test_of_what_is_taken_back_the_clock_tells_nothing(database: Database) -> None:
    centre = Centre(database)
    first, second = [await embargoed(centre, NOW + HOUR, NOW + 2 * HOUR) for _ in range(2)]
    async with database.write() as session:
        await change_status(session, first.story, PubStatus.WITHHELD, by="test", now=NOW)
        await change_status(session, second.story, PubStatus.CANCELED, by="test", now=NOW)
    async with database.read() as session:
        rows = (await session.exec(select(StoryMoment.story_id).distinct())).all()
    assert list(rows) == [first.story]
    assert await tell_moments(database, NOW + timedelta(minutes=90)) == 1  # dealt with, and nothing said
    async with database.write() as session:
        await change_status(session, first.story, PubStatus.USABLE, by="test", now=NOW + 2 * HOUR)
    assert await tell_moments(database, NOW + 2 * HOUR) == 1
    kinds = [kind for kind, _ in await told(database, first.story) if kind is not EventKind.NOTICE_ISSUED]
    assert kinds == [EventKind.STORY_WITHHELD, EventKind.STORY_REINSTATED, EventKind.STORY_EXPIRED]
    assert EventKind.EMBARGO_LIFTED not in dict(await told(database, second.story))


async def test_an_embargo_that_is_moved_lifts_when_it_says_now_and_at_once_when_it_is_ended(database: Database) -> None:
    centre = Centre(database)
    offer = await embargoed(centre, NOW + HOUR)
    actor = await centre.partner()

    async def move(until: datetime | None, now: datetime) -> None:
        async with database.write() as session:
            await reschedule_story(session, offer.story, {"embargoed_until": until}, None, Change("test", now))

    await move(NOW + 3 * HOUR, NOW)
    assert await tell_moments(database, NOW + 2 * HOUR) == 0
    await move(None, NOW + 2 * HOUR)
    await move(None, NOW + 2 * HOUR)
    centre.now = NOW  # whatever the clock does: it is lifted
    assert all((await centre.readable(actor, offer)).values())
    assert await tell_moments(database, NOW + 2 * HOUR) == 1
    assert await told(database, offer.story) == [
        (EventKind.STORY_RESCHEDULED, NOW),
        (EventKind.STORY_RESCHEDULED, NOW + 2 * HOUR),
        (EventKind.EMBARGO_LIFTED, NOW + 2 * HOUR),
    ]
