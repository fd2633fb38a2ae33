"""The log gets shorter, and every reader still hears the last word, or is told that it came too late."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

from sqlmodel import col, select

from models import event as log
from models.base import JsonObject
from models.database import Database
from models.event import Event, EventAudience, EventKind
from models.log import Retention, compact, oldest_readable, shorten, trim

START = datetime(2026, 3, 1, tzinfo=UTC)
SCOPE = {"series": None, "topic": None, "variants": [["zh", "ARTICLE"]]}


async def tell(database: Database, *told: tuple[EventKind, uuid.UUID | None], scope: JsonObject = SCOPE) -> None:
    """One event a day, each in a transaction of its own."""
    for kind, story_id in told:
        async with database.write() as session:
            day = await log.last_position(session)
            at = START + timedelta(days=day)
            event = Event(kind=kind, at=at, audience=EventAudience.PARTNER, story_id=story_id, scope=scope)
            log.append(session, event)


async def kept(database: Database) -> list[int]:
    async with database.read() as session:
        return list((await session.exec(select(Event.position).order_by(col(Event.position)))).all())


async def test_the_oldest_go_and_the_horizon_moves_with_them(database: Database) -> None:
    await tell(database, *[(EventKind.STORY_RELEASED, uuid.uuid4())] * 6)
    assert await trim(database, START + timedelta(days=4), batch=3) == 3
    assert await trim(database, START + timedelta(days=4), batch=3) == 1
    assert await trim(database, START + timedelta(days=4), batch=3) == 0
    assert await kept(database) == [5, 6]
    async with database.read() as session:
        assert await oldest_readable(session) == 4


async def test_what_is_said_again_later_goes_and_the_last_word_stays(database: Database) -> None:
    one, other = uuid.uuid4(), uuid.uuid4()
    released, killed = EventKind.STORY_RELEASED, EventKind.STORY_CANCELED
    await tell(
        database, (released, one), (released, other), (released, one), (killed, one), (EventKind.TERMS_SAVED, None)
    )
    await tell(database, (released, other), scope={**SCOPE, "variants": []})  # reaches others than the first did
    assert await compact(database, START + timedelta(days=30)) == 6
    assert await kept(database) == [2, 3, 4, 5, 6]
    assert await compact(database, START + timedelta(days=30)) == 0


async def test_what_is_young_stays(database: Database) -> None:
    story = uuid.uuid4()
    await tell(database, (EventKind.STORY_RELEASED, story), (EventKind.STORY_RELEASED, story))
    assert await shorten(database, Retention(timedelta(days=10), timedelta(days=20)), START + timedelta(days=9)) == 0
    assert await kept(database) == [1, 2]
    assert await shorten(database, Retention(timedelta(days=1), timedelta(days=20)), START + timedelta(days=9)) == 2
    assert await kept(database) == [2]


async def test_positions_go_on_after_everything_was_trimmed(database: Database) -> None:
    await tell(database, (EventKind.STORY_RELEASED, uuid.uuid4()))
    assert await trim(database, START + timedelta(days=30)) == 1
    await tell(database, (EventKind.STORY_RELEASED, uuid.uuid4()))
    assert await kept(database) == [2]
