"""The follower of the change log."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from models import event
from models.client import suspend_client
from models.database import Database
from models.event import Event, EventAudience, EventKind
from models.token import rotate_signing_key
from server.follower import Follower
from tests.server.oauth.centre import Centre

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


class Ear:
    """A listener that remembers what it heard."""

    def __init__(self) -> None:
        self.heard: list[str | None] = []
        self.batches: list[int] = []

    def __call__(self, events: Sequence[Event]) -> None:
        self.heard += [event.subject_id for event in events]
        self.batches.append(len(events))


@pytest.fixture
async def centre(database: Database) -> AsyncIterator[Centre]:
    centre = Centre(database)
    await centre.open()
    async with centre.http:
        yield centre


async def happen(database: Database, *subjects: str) -> None:
    async with database.write() as session:
        for subject in subjects:
            event.append(
                session,
                Event(kind=EventKind.CLIENT_CHANGED, at=NOW, audience=EventAudience.STAFF, subject_id=subject),
            )


async def until(condition: Callable[[], bool], seconds: float = 5) -> float:
    """Waits for the condition; the seconds that it took."""
    start = time.monotonic()
    while not condition():
        assert time.monotonic() - start < seconds, "it did not happen in time"
        await asyncio.sleep(0.01)
    return time.monotonic() - start


async def test_it_tells_of_what_happens_from_its_start_on_in_order_and_once(database: Database) -> None:
    await happen(database, "before")
    follower, ear = Follower(database, interval=0.02), Ear()
    follower.listen(ear)
    async with follower.running():
        await happen(database, "a", "b")
        await happen(database, "c")
        await until(lambda: len(ear.heard) >= 3)
        await asyncio.sleep(0.1)
    assert ear.heard == ["a", "b", "c"]


async def test_every_listener_is_told_even_when_one_of_them_fails(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_events: Sequence[Event]) -> None:
        raise RuntimeError("a defect")

    follower, ear = Follower(database, interval=0.02), Ear()
    follower.listen(fail)
    follower.listen(ear)
    async with follower.running():
        await happen(database, "a")
        await until(lambda: bool(ear.heard))
    assert "a listener failed on events" in caplog.text


async def test_it_reads_what_it_has_missed_in_batches(database: Database) -> None:
    follower, ear = Follower(database, interval=30, batch=3), Ear()
    follower.listen(ear)
    async with follower.running():
        await happen(database, *"abcdefg")
        await follower.catch_up()
    assert ear.heard == list("abcdefg")
    assert ear.batches == [3, 3, 1]


async def test_it_survives_a_database_that_fails_for_a_while_and_loses_nothing(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    follower, ear = Follower(database, interval=0.02), Ear()
    follower.listen(ear)
    async with follower.running():
        await until(lambda: follower.is_following)
        async with database.writer.begin() as connection:
            await connection.execute(sa.text("ALTER TABLE counter RENAME TO counter_away"))
        with caplog.at_level(logging.WARNING):
            await until(lambda: not follower.is_following)
        async with database.writer.begin() as connection:
            await connection.execute(sa.text("ALTER TABLE counter_away RENAME TO counter"))
        await happen(database, "meanwhile")
        await until(lambda: ear.heard == ["meanwhile"])
        await until(lambda: follower.is_following)
    assert "the change log cannot be read, failure 1 in a row" in caplog.text


async def test_it_stops_at_once_when_its_server_does(database: Database) -> None:
    follower = Follower(database, interval=60)
    start = time.monotonic()
    async with follower.running():
        await until(lambda: follower.is_following)
    assert time.monotonic() - start < 2
    assert "change-log-follower" not in {task.get_name() for task in asyncio.all_tasks()}


async def test_a_database_that_cannot_be_read_at_the_start_stops_the_start(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    try:
        with pytest.raises(sa.exc.OperationalError):
            async with Follower(database, interval=1).running():
                pass
    finally:
        await database.close()


async def test_a_suspended_client_is_refused_within_a_second(centre: Centre) -> None:
    client = await centre.partner_client()
    authorization = f"Bearer {await centre.token(client)}"
    follower = Follower(centre.database, interval=0.25)
    follower.listen(centre.standings.hear)
    async with follower.running():
        assert (await centre.call(authorization)).status_code == 200
        async with centre.database.write() as session:
            await suspend_client(session, client.client_id, NOW)
        start = time.monotonic()
        while (await centre.call(authorization)).status_code == 200:
            assert time.monotonic() - start < 1
            await asyncio.sleep(0.02)


async def test_a_rotation_reaches_a_running_server_within_a_second(centre: Centre) -> None:
    old = (await centre.key_ring.signing_key()).kid
    follower = Follower(centre.database, interval=0.25)
    follower.listen(centre.key_ring.hear)
    async with follower.running():
        async with centre.database.write() as session:
            new = (await rotate_signing_key(session, centre.clock())).kid
        start = time.monotonic()
        while (kid := (await centre.key_ring.signing_key()).kid) == old:
            assert time.monotonic() - start < 1
            await asyncio.sleep(0.02)
    assert kid == new


async def test_a_nudge_is_followed_at_once(database: Database) -> None:
    follower, ear = Follower(database, interval=60), Ear()
    follower.listen(ear)
    database.listen(follower.nudge)
    async with follower.running():
        await happen(database, "a")
        await until(lambda: ear.heard == ["a"])
