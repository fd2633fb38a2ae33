"""Limits under fire: of 200 pickups from four processes at once, exactly as many succeed as there is room for."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from models.account import PickupUse
from models.actor import Actor
from models.pickup import Pickup
from models.policy import Policy
from tests.models.pickup.centre import Centre, Offer
from tests.models.pickup.taking import DISTINCT
from tests.models.usage.cases import EVERYTHING, allow, constraint

PROCESSES, EACH, ROOM = 4, 50, 7
PATIENCE = 120.0
"""Seconds for all of it; a writer of SQLite waits half as long for its turn."""
COUNTED = allow(constraint("count", str(ROOM), operator="lteq"), action="use")
QUOTA = {"period": "TOTAL", "limit": ROOM, "form": None}


async def start(centre: Centre, actor: Actor, offer: Offer, number: int) -> Process:
    names = [str(actor.client_uuid), str(actor.partner_id), str(offer.variants[0])]
    stretch = [str(number * EACH), str((number + 1) * EACH)]
    url = centre.database.url.render_as_string(hide_password=False)
    module = [sys.executable, "-m", "tests.models.pickup.taking"]
    return await asyncio.create_subprocess_exec(*module, url, *names, *stretch, stdin=PIPE, stdout=PIPE, stderr=PIPE)


async def take_from_everywhere(centre: Centre, actor: Actor, offer: Offer) -> Counter[str]:
    """How many of all pickups ended how."""
    processes = [await start(centre, actor, offer, number) for number in range(PROCESSES)]
    try:
        async with asyncio.timeout(PATIENCE):
            for process in processes:
                assert process.stdout is not None
                assert await process.stdout.readline() == b"ready\n"
            answers = await asyncio.gather(*(process.communicate(b"go\n") for process in processes))
    finally:
        for process in processes:
            if process.returncode is None:
                process.kill()
                await process.wait()
    ended: Counter[str] = Counter()
    for process, (said, complaint) in zip(processes, answers, strict=True):
        assert process.returncode == 0, complaint.decode()
        ended.update(json.loads(said))
    return ended


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
