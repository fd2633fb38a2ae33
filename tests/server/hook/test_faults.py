"""Workers that are killed, that are many, and whose clocks are wrong: nothing is lost, and what comes twice has the same id."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import col

from models.hook import Delivery
from models.url_key import ensure_url_key
from server.hook import HookRunner
from server.media import SignedAddresses
from server.outgoing import GuardedClient
from server.url_key import UrlKeyRing
from tests.server.called import Called
from tests.server.command_line import CommandLine
from tests.server.hook.hooks import SCHEMA, Hooks
from tests.server.hook.receiver import Call

RELEASES = {"kinds": ["STORY_RELEASED"]}
PATIENCE = 60


@asynccontextmanager
async def worker(hooks: Hooks, folder: Path) -> AsyncIterator[Called]:
    """`storypool worker` on the same database, until the block ends."""
    url = hooks.pool.database.url.render_as_string(hide_password=False)
    process = await asyncio.to_thread(CommandLine(folder, url).start, "worker", STORYPOOL_OUTGOING_PRIVATE="true")
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(process.wait, PATIENCE)


async def until_delivered(hooks: Hooks, count: int) -> None:
    for _ in range(PATIENCE * 10):
        states = [one["state"] for one in await hooks.deliveries()]
        if len(states) == count and set(states) == {"DELIVERED"}:
            return
        await asyncio.sleep(0.1)
    raise TimeoutError(states)


def in_order(calls: list[Call]) -> dict[str, list[str]]:
    """By story, the ids in the order in which they came first. Fails where one comes again after its successor."""
    lanes: dict[str, list[str]] = {}
    for call in calls:
        lane = lanes.setdefault(call.json["data"]["story"]["uri"], [])
        if call.id not in lane:
            lane.append(call.id)
        assert call.id == lane[-1]
    return lanes


async def test_workers_that_are_killed_lose_nothing_and_change_no_order(hooks: Hooks, tmp_path: Path) -> None:
    await hooks.create(filter=RELEASES)
    async with hooks.pool.database.write() as session:
        await ensure_url_key(session, hooks.pool.now)
    hooks.receiver.pause = 0.1
    for _ in range(4):
        await hooks.tell(0, 1, 2, 3)
    async with worker(hooks, tmp_path / "first") as first:
        for _ in range(PATIENCE * 50):
            if len(hooks.receiver.calls) >= 5:
                break
            await asyncio.sleep(0.02)
        first.send_signal(signal.SIGKILL)
        await asyncio.to_thread(first.wait, PATIENCE)
    before = len(hooks.receiver.calls)
    assert 5 <= before < 16
    async with hooks.pool.database.write() as session:  # as if a minute had passed: what it had taken is free again
        past = datetime.now(UTC) - timedelta(seconds=1)
        leased = sa.update(Delivery).where(col(Delivery.leased_until).is_not(None))
        await session.execute(leased.values(leased_until=past))
    async with worker(hooks, tmp_path / "second"), worker(hooks, tmp_path / "third"):
        await until_delivered(hooks, 16)
    lanes = in_order(hooks.receiver.calls)
    assert sorted(map(len, lanes.values())) == [4, 4, 4, 4]
    assert len(hooks.receiver.calls) - 16 <= 4  # at most what was under way: the first of each lane


async def test_clocks_that_step_or_differ_lose_nothing_and_change_no_order(hooks: Hooks) -> None:
    await hooks.create(filter=RELEASES)
    failing = iter(range(10))
    hooks.receiver.answer = lambda call: (503 if next(failing, None) is not None else 204, {})
    hooks.receiver.pause = 0.02
    ahead = HookRunner(
        hooks.pool.services,
        SCHEMA,
        GuardedClient(allow_private=True, seconds=2),
        clock=lambda: hooks.pool.now + timedelta(minutes=10),
        chance=lambda: 0.5,
    )
    for step in (timedelta(minutes=1), -timedelta(days=1), timedelta(days=1, hours=2), -timedelta(hours=1)):
        await hooks.tell(0, 1, 2)
        await asyncio.gather(hooks.runner.turn(), ahead.turn())
        hooks.pool.now += step
    for _ in range(40):
        if all(one["state"] == "DELIVERED" for one in await hooks.deliveries()):
            break
        hooks.pool.now += timedelta(hours=1)
        await asyncio.gather(hooks.runner.turn(), ahead.turn())
    lanes = in_order(hooks.receiver.calls)
    assert sorted(map(len, lanes.values())) == [4, 4, 4]
    assert {one["state"] for one in await hooks.deliveries()} == {"DELIVERED"}
    await ahead._client.close()


async def test_a_body_that_cannot_be_made_now_is_made_later(hooks: Hooks) -> None:
    await hooks.create(filter=RELEASES)
    await hooks.tell(0)
    keys = UrlKeyRing(hooks.pool.database)  # there is no key yet
    services = replace(hooks.pool.services, addresses=SignedAddresses("http://localhost:8000", keys, seconds=60))
    runner = HookRunner(services, SCHEMA, GuardedClient(allow_private=True), clock=lambda: hooks.pool.now)
    await runner.turn()
    (one,) = await hooks.deliveries()
    assert (one["state"], one["attempts"][0]["error"]) == ("PENDING", "internal: GraphQLError")
    async with hooks.pool.database.write() as session:
        await ensure_url_key(session, hooks.pool.now)
    hooks.pool.now += timedelta(minutes=1)
    await runner.turn()
    (one,) = await hooks.deliveries()
    assert (one["state"], len(hooks.receiver.calls)) == ("DELIVERED", 1)
    await runner._client.close()
