"""The worker takes turns at its jobs, outlives their failures, and stops when it is told."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime

import pytest

from server.worker import Job, Worker


async def test_a_job_goes_on_while_it_finds_something_and_then_waits() -> None:
    waiting, turns = 3, 0
    idle = asyncio.Event()

    async def work(now: datetime) -> int:
        nonlocal waiting, turns
        assert now.tzinfo is not None
        turns += 1
        if not waiting:
            idle.set()
            return 0
        waiting -= 1
        return 1

    async with Worker([Job("count", 3600, work)]).running(), asyncio.timeout(10):
        await idle.wait()
    assert turns == 4


async def test_a_job_that_fails_is_tried_again_and_holds_up_no_other(caplog: pytest.LogCaptureFixture) -> None:
    tried, other = asyncio.Event(), asyncio.Event()
    failures = 0

    async def fail(_now: datetime) -> int:
        nonlocal failures
        failures += 1
        if failures == 3:
            tried.set()
        raise ConnectionError("the database is away")

    async def succeed(_now: datetime) -> int:
        other.set()
        return 0

    with caplog.at_level(logging.WARNING, "server.worker"):
        async with Worker([Job("fail", 0.001, fail), Job("succeed", 3600, succeed)]).running(), asyncio.timeout(10):
            await tried.wait()
            await other.wait()
    assert "the job fail failed, 3 in a row" in caplog.text


async def test_a_turn_under_way_finishes_before_the_worker_stops() -> None:
    begun, finished = asyncio.Event(), False

    async def work(_now: datetime) -> int:
        nonlocal finished
        begun.set()
        await asyncio.sleep(0.05)
        finished = True
        return 0

    async with Worker([Job("slow", 3600, work)]).running(), asyncio.timeout(10):
        await begun.wait()
    assert finished
