"""Wake-ups from PostgreSQL: what another process committed is followed at once, also after the connection was lost."""

from __future__ import annotations

import asyncio

import pytest
import sqlalchemy as sa

from models.database import Database
from server.follower import Follower
from server.wakeup import Wakeups
from tests.server.test_follower import Ear, happen, until


async def test_what_another_process_commits_is_heard_of_at_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database.dialect == "sqlite":
        async with Wakeups(database.url, lambda: pytest.fail("SQLite wakes nobody")).running():
            await happen(database, "a")
        return
    monkeypatch.setattr("server.wakeup._FIRST_DELAY", 0.05)
    other, ear = Database(database.url), Ear()
    follower = Follower(database, interval=60)
    follower.listen(ear)
    nudges = asyncio.Event()

    def nudge() -> None:
        nudges.set()
        follower.nudge()

    try:
        async with follower.running(), Wakeups(database.url, nudge).running():
            await asyncio.wait_for(nudges.wait(), 10)
            await happen(other, "a")
            await until(lambda: ear.heard == ["a"])
            nudges.clear()
            async with other.write() as session:
                await session.execute(
                    sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")
                )
            await happen(other, "b")  # while nobody listens: the next connection looks by itself
            await until(lambda: ear.heard == ["a", "b"], 10)
            await asyncio.wait_for(nudges.wait(), 10)
    finally:
        await other.close()
