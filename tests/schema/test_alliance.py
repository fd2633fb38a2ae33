"""Alliances: who belongs to them is known by keys, and to those who belong."""

from __future__ import annotations

import uuid

from models.errors import Forbidden, NotFound
from models.event import EventKind
from schema.identifier import uuid_of
from tests.schema.partnership import SAVE_ALLIANCE, change, codes, events, ids
from tests.seeded import Pool

NAMES = [{"language": "en", "text": "River cities"}]


async def partner_ids(pool: Pool, *keys: str) -> set[uuid.UUID | None]:
    return {uuid_of((await ids(pool, key))["id"], "Partner") for key in keys}


async def test_an_alliance_has_the_members_that_are_named_and_each_hears_of_it(pool: Pool) -> None:
    officer = await pool.actor(None)
    given = {"key": "rivers", "names": NAMES, "partners": ["smbu", "china-daily"], "contributors": ["benny"]}
    first, again = [await change(pool, officer, SAVE_ALLIANCE, **given) for _ in range(2)]
    assert first["alliance"] == again["alliance"]
    assert first["alliance"]["partnerKeys"] == ["china-daily", "smbu"]
    assert first["alliance"]["contributorKeys"] == ["benny"]
    told = await events(pool, EventKind.PARTNER_CHANGED)
    assert {event.partner_id for event in told} == await partner_ids(pool, "smbu", "china-daily")
    assert len(told) == 2


async def test_a_change_of_members_is_told_to_those_who_came_and_went(pool: Pool) -> None:
    officer = await pool.actor(None)
    made = await change(pool, officer, SAVE_ALLIANCE, key="rivers", names=NAMES, partners=["smbu", "china-daily"])
    alliance_id = made["alliance"]["id"]
    before = len(await events(pool, EventKind.PARTNER_CHANGED))
    changed = await change(pool, officer, SAVE_ALLIANCE, id=alliance_id, partners=["smbu", "embassy-russia"])
    assert changed["alliance"]["partnerKeys"] == ["embassy-russia", "smbu"]
    assert changed["alliance"]["names"] == NAMES
    told = (await events(pool, EventKind.PARTNER_CHANGED))[before:]
    assert {event.partner_id for event in told} == await partner_ids(pool, "embassy-russia", "china-daily")
    assert (await change(pool, officer, SAVE_ALLIANCE, id=alliance_id, partners=[]))["alliance"]["partnerKeys"] == []


async def test_an_unknown_member_is_refused_by_name_and_nothing_is_changed(pool: Pool) -> None:
    officer = await pool.actor(None)
    payload = await change(pool, officer, SAVE_ALLIANCE, key="rivers", names=NAMES, partners=["smbu", "nobody"])
    [error] = payload["userErrors"]
    assert (error["code"], error["field"]) == ("NOT_FOUND", ["partners"])
    assert "'nobody'" in error["message"]
    assert await events(pool, EventKind.PARTNER_CHANGED) == []
    assert codes(await change(pool, officer, SAVE_ALLIANCE, key="messengers", names=NAMES)) == ["KEY_TAKEN"]
    assert codes(await change(pool, officer, SAVE_ALLIANCE, key="rivers")) == ["BAD_INPUT"]


async def test_a_partner_sees_the_alliances_that_it_belongs_to_but_not_who_else_does(pool: Pool) -> None:
    officer = await pool.actor(None)
    alliance_id = (await change(pool, officer, SAVE_ALLIANCE, key="rivers", names=NAMES, partners=["smbu"]))[
        "alliance"
    ]["id"]
    document = "query($id: ID!) { node(id: $id) { ... on Alliance { name } } }"
    assert (await pool.ask(await pool.actor("smbu"), document, id=alliance_id))["node"] == {"name": "River cities"}
    assert isinstance(await pool.refusal(await pool.actor("china-daily"), document, id=alliance_id), NotFound)
    members = "query($id: ID!) { node(id: $id) { ... on Alliance { partnerKeys } } }"
    assert isinstance(await pool.refusal(await pool.actor("smbu"), members, id=alliance_id), Forbidden)
