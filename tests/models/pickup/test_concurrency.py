"""Limits under fire: of 200 pickups from four processes at once, exactly as many succeed as there is room for."""

from __future__ import annotations

import asyncio
from collections import Counter
from multiprocessing.connection import Connection
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from models.account import PickupUse
from models.actor import Actor
from models.pickup import Pickup
from models.policy import Policy
from tests.models.pickup.centre import Centre, Offer
from tests.models.pickup.taking import DISTINCT, take_some
from tests.models.usage.cases import EVERYTHING, allow, constraint
from tests.server.called import PREPARED

PROCESSES, EACH, ROOM = 4, 50, 7
PATIENCE = 120.0
"""Seconds for all of it; a writer of SQLite waits half as long for its turn."""
COUNTED = allow(constraint("count", str(ROOM), operator="lteq"), action="use")
QUOTA = {"period": "TOTAL", "limit": ROOM, "form": None}


async def take_from_everywhere(centre: Centre, actor: Actor, offer: Offer) -> Counter[str]:
    """How many of all pickups ended how."""
    return await asyncio.to_thread(_take_from_everywhere, centre, actor, offer)


def _take_from_everywhere(centre: Centre, actor: Actor, offer: Offer) -> Counter[str]:
    url = centre.database.url.render_as_string(hide_password=False)
    pipes, processes = [], []
    try:
        for number in range(PROCESSES):
            pipe, other = PREPARED.Pipe()
            stretch = (number * EACH, (number + 1) * EACH)
            processes.append(PREPARED.Process(target=take_some, args=(other, url, actor, offer.variants[0], *stretch)))
            processes[-1].start()
            other.close()
            pipes.append(pipe)
        assert [_received(pipe) for pipe in pipes] == ["ready"] * PROCESSES
        for pipe in pipes:
            pipe.send("go")
        return sum((_received(pipe) for pipe in pipes), Counter())
    finally:
        for process in processes:
            process.kill()
            process.join()


def _received(pipe: Connection) -> Any:
    assert pipe.poll(PATIENCE)
    return pipe.recv()


@pytest.mark.parametrize(
    ("policy", "quotas", "refusal"),
    [(COUNTED, [], "COUNT_EXHAUSTED"), (EVERYTHING, [QUOTA], "QUOTA_EXHAUSTED")],
    ids=["count", "quota"],
)
async def test_exactly_as_many_succeed_as_there_is_room_for(
    centre: Centre, policy: Policy, quotas: list[dict[str, object]], refusal: str
) -> None:
    assert len(set(DISTINCT)) >= PROCESSES * EACH
    actor, offer = await centre.partner(quotas=quotas), await centre.story(policy)
    ended = await take_from_everywhere(centre, actor, offer)
    assert ended == {"TAKEN": ROOM, refusal: PROCESSES * EACH - ROOM}
    async with centre.database.read() as session:
        live = select(Pickup.uses).where(Pickup.partner_id == actor.partner_id, col(Pickup.released_at).is_(None))
        taken = {item["territory"] + item["channel"] for uses in (await session.exec(live)).all() for item in uses}
        held = (await session.exec(select(sa.func.count()).select_from(PickupUse))).one()
    assert len(taken) == held == sum((await centre.charged(actor)).values()) == ROOM
    for asked in DISTINCT[: PROCESSES * EACH : 20]:
        is_held = asked.territory + asked.channel.value in taken
        assert (await centre.decide(actor, offer.variants[0], asked)).is_permitted is is_held
        assert (offer.variants[0] in await centre.usable(actor, asked)) is is_held
