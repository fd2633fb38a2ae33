"""Fixtures of the tests of webhooks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlmodel import col, select

from models.story import Story
from server.hook import HookRunner
from server.outgoing import GuardedClient
from tests.seeded import Pool
from tests.server.hook.hooks import PARTNER, SCHEMA, Hooks
from tests.server.hook.receiver import receiving


@pytest.fixture
async def hooks(pool: Pool) -> AsyncIterator[Hooks]:
    pool.services = replace(pool.services, check_outgoing_url=str)
    client = GuardedClient(allow_private=True, seconds=1)
    runner = HookRunner(pool.services, SCHEMA, client, clock=lambda: pool.now, chance=lambda: 0.5)
    actor = await pool.client(PARTNER)
    async with pool.database.read() as session:
        stories = list((await session.exec(select(Story).where(Story.version == 1).order_by(col(Story.uri)))).all())
    async with receiving() as receiver:
        yield Hooks(pool, actor, receiver, runner, stories)
        await client.close()
