"""The hub: whoever follows hears everything once and in order, whenever it came, however many write, and however slow it is."""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from models import event as log
from models.actor import Actor
from models.database import Database
from models.event import Event, EventAudience, EventKind
from models.log import EVERYTHING, ChangeFilter
from models.log.hub import LONGEST_QUEUE, Hub
from models.scope import Scope
from models.terms import PolicyCache
from server.follower import Follower
from server.wakeup import Wakeups

STAFF = Actor("staff", uuid.uuid4(), None, frozenset(Scope))
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
WRITERS, EACH = 8, 6


@asynccontextmanager
async def followed(database: Database) -> AsyncIterator[tuple[Hub, Follower]]:
    hub, follower = Hub(database, PolicyCache()), Follower(database, interval=0.1)
    follower.listen(hub.hear)
    database.listen(follower.nudge)
    async with follower.running(), Wakeups(database.url, follower.nudge).running(), hub.running():
        yield hub, follower


async def happen(database: Database, *subjects: str, kind: EventKind = EventKind.TERMS_SAVED) -> None:
    async with database.write() as session:
        for subject in subjects:
            log.append(session, Event(kind=kind, at=NOW, audience=EventAudience.STAFF, subject_id=subject))


async def hear(hub: Hub, after: int, count: int, wanted: ChangeFilter = EVERYTHING, pause: float = 0) -> list[str]:
    """The subjects of the next so many changes, each of which names the one before it."""
    heard: list[str] = []
    previous = after
    async with asyncio.timeout(60), aclosing(hub.follow(STAFF, wanted, after)) as changes:
        async for told in changes:
            assert told.previous == previous
            previous = told.event.position
            heard.append(str(told.event.subject_id))
            await asyncio.sleep(pause)
            if len(heard) == count:
                return heard
    raise AssertionError("the stream ended")


async def test_followers_that_come_while_eight_write_hear_everything_once_and_in_order(database: Database) -> None:
    dice = random.Random(1)

    async def write(writer: int) -> None:
        for number in range(EACH):
            async with database.write() as session:
                log.append(
                    session,
                    Event(
                        kind=EventKind.TERMS_SAVED,
                        at=NOW,
                        audience=EventAudience.STAFF,
                        subject_id=f"{writer}.{number}",
                    ),
                )
                if database.dialect == "postgresql":
                    await asyncio.sleep(
                        dice.random() * 0.05
                    )  # a transaction that takes its time before it takes its place
                if number % 3 == 2:
                    await session.rollback()
                    session.info.clear()

    async def come(hub: Hub, wait: float) -> list[str]:
        await asyncio.sleep(wait)
        return await hear(hub, 0, total, pause=dice.random() * 0.004)

    total = WRITERS * (EACH - EACH // 3)
    async with followed(database) as (hub, _):
        readers = [asyncio.create_task(come(hub, number * 0.03)) for number in range(8)]
        await asyncio.gather(*(write(writer) for writer in range(WRITERS)))
        heard = await asyncio.gather(*readers)
    assert len(set(heard[0])) == total
    assert all(one == heard[0] for one in heard)
    for writer in range(WRITERS):
        own = [subject for subject in heard[0] if subject.startswith(f"{writer}.")]
        assert own == sorted(own)


async def test_one_that_is_slow_costs_a_bounded_queue_and_hears_everything_all_the_same(database: Database) -> None:
    async with followed(database) as (hub, _), aclosing(hub.follow(STAFF, EVERYTHING, 0)) as changes:
        await happen(database, "first")
        assert (await anext(changes)).event.subject_id == "first"
        many = [str(number) for number in range(LONGEST_QUEUE + 50)]
        waiting = asyncio.ensure_future(anext(changes))
        await asyncio.sleep(0)
        await happen(database, *many[:1])
        assert (await waiting).event.subject_id == "0"
        for start in range(1, len(many), 100):
            await happen(database, *many[start : start + 100])
        for _ in range(200):
            await asyncio.sleep(0.02)
            if hub.position == 1 + len(many):
                break
        told = [await anext(changes) for _ in many[1:]]
        assert [one.event.subject_id for one in told] == many[1:]
        assert told[-1].is_lagging
        assert hub.fell_behind == 1


async def test_filters_narrow_and_followers_that_leave_are_forgotten(database: Database) -> None:
    async with followed(database) as (hub, _):
        wanted = ChangeFilter(kinds=frozenset({EventKind.CLIENT_CHANGED}))
        following = asyncio.create_task(hear(hub, 0, 1, wanted))
        await asyncio.sleep(0.05)
        assert len(hub) == 1
        await happen(database, "a")
        await happen(database, "b", kind=EventKind.CLIENT_CHANGED)
        assert await following == ["b"]  # which names the start as the one before it, not what it was not told of
        assert len(hub) == 0


async def test_what_happens_while_the_database_is_away_is_told_when_it_is_back(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database.dialect == "sqlite":
        pytest.skip("a file does not go away")
    monkeypatch.setattr("server.wakeup._FIRST_DELAY", 0.05)
    monkeypatch.setattr("models.log.hub._RETRY_SECONDS", 0.05)
    other, name = Database(database.url), database.url.database
    cut = sa.text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name AND pid <> pg_backend_pid()"
    )
    try:
        async with followed(database) as (hub, _):
            following = asyncio.create_task(hear(hub, 0, 3))
            await happen(other, "before")
            await asyncio.sleep(0.2)
            async with other.write() as session:
                await session.execute(cut, {"name": name})
            await happen(other, "between")
            await asyncio.sleep(0.1)
            async with other.write() as session:
                await session.execute(cut, {"name": name})
            await happen(other, "after")
            assert await following == ["before", "between", "after"]
    finally:
        await other.close()


async def test_two_thousand_followers_of_one_kind_are_judged_once_and_all_told(database: Database) -> None:
    async with followed(database) as (hub, _):
        followers = [asyncio.create_task(hear(hub, 0, 2)) for _ in range(2000)]
        for _ in range(600):
            await asyncio.sleep(0.05)
            if len(hub) == 2000:
                break
        await happen(database, "a")
        await happen(database, "b")
        assert {tuple(heard) for heard in await asyncio.gather(*followers)} == {("a", "b")}
