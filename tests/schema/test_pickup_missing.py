"""Pickups that never ran: awaited, seen, missing, and told once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import select

from models.actor import Actor
from models.event import Event, EventKind
from models.pickup import Pickup, tell_missing
from models.pickup.publication import PATIENCE, due_of
from schema.identifier import global_id, uuid_of
from tests.schema.notices import TAKE, Case
from tests.schema.partnership import change, mutation
from tests.schema.reprints import PAGE, REPORT, UPDATE, WITHDRAW, reported, staff
from tests.seeded import JsonAnswer, Pool

STATE = "publication awaitedUntil missingSince"
LIST = f"query($filter: PickupFilter) {{ pickups(first: 50, filter: $filter) {{ edges {{ node {{ id {STATE} }} }} }} }}"
RELEASE = mutation("releasePickup", "ReleasePickupInput", "pickup", STATE)
TOLD = """query { changes(last: 50, filter: { kinds: [PICKUP_MISSING] }) { edges { node { kind partnerId storyId
 pickup { id publication } } } } }"""
SECOND = timedelta(seconds=1)


@pytest.fixture
async def partner(pool: Pool) -> Actor:
    return await pool.client("china-daily")


async def found(pool: Pool, actor: Actor, state: str | None = None) -> dict[str, JsonAnswer]:
    wanted = {} if state is None else {"publication": state}
    edges = (await pool.ask(actor, LIST, filter=wanted))["pickups"]["edges"]
    return {edge["node"]["id"]: edge["node"] for edge in edges}


async def state_of(pool: Pool, actor: Actor, pickup: str) -> str:
    return str((await found(pool, actor))[pickup]["publication"])


async def told(pool: Pool, actor: Actor) -> list[JsonAnswer]:
    return [edge["node"] for edge in (await pool.ask(actor, TOLD))["changes"]["edges"]]


async def wait(pool: Pool, *more: timedelta) -> int:
    pool.now += sum(more, PATIENCE)
    return await tell_missing(pool.database, pool.now)


async def test_a_pickup_without_a_copy_by_its_day_is_told_once_to_its_partner_and_staff(
    pool: Pool, partner: Actor
) -> None:
    taken = await (await Case.of(pool)).take(partner)
    assert await state_of(pool, partner, taken) == "AWAITED"
    due = pool.now + PATIENCE
    assert await tell_missing(pool.database, due - SECOND) == 0
    assert await tell_missing(pool.database, due) == 1
    pool.now = due + timedelta(days=3)
    assert await tell_missing(pool.database, pool.now) == 0
    node = (await found(pool, partner, "MISSING"))[taken]
    assert node == {
        "id": taken,
        "publication": "MISSING",
        "awaitedUntil": None,
        "missingSince": due.isoformat().replace("+00:00", "Z"),
    }
    assert await found(pool, partner, "AWAITED") == await found(pool, partner, "SEEN") == {}
    (heard,) = await told(pool, partner)
    assert heard["pickup"] == {"id": taken, "publication": "MISSING"}
    assert heard["partnerId"] == global_id("Partner", partner.partner_id)
    assert len(await told(pool, await pool.actor(None))) == 1
    assert await told(pool, await pool.client("peoples-daily-overseas")) == []


async def test_a_copy_ends_the_waiting_and_what_was_missing(pool: Pool, partner: Actor) -> None:
    case = await Case.of(pool)
    early, late = await case.take(partner), await case.take(partner, territory="DE")
    await reported(pool, partner, pickupId=early, url=PAGE)
    assert await state_of(pool, partner, early) == "SEEN"
    assert await wait(pool) == 1
    assert set(await found(pool, partner, "MISSING")) == {late}
    await reported(pool, partner, pickupId=late, url=PAGE + "?page=2")
    assert await found(pool, partner, "MISSING") == {}
    assert set(await found(pool, partner, "SEEN")) == {early, late}
    assert await wait(pool) == 0


async def test_a_copy_that_is_taken_back_was_none(pool: Pool, partner: Actor) -> None:
    taken = await (await Case.of(pool)).take(partner)
    copies = [await reported(pool, partner, pickupId=taken, url=f"{PAGE}?page={number}") for number in (2, 3)]
    await change(pool, partner, WITHDRAW, reprintId=copies[0]["id"])
    assert await state_of(pool, partner, taken) == "SEEN"
    await change(pool, partner, WITHDRAW, reprintId=copies[1]["id"])
    assert await state_of(pool, partner, taken) == "AWAITED"
    assert await wait(pool) == 1
    await reported(pool, partner, pickupId=taken, url=copies[1]["url"])
    assert await state_of(pool, partner, taken) == "SEEN"
    await change(pool, partner, WITHDRAW, reprintId=copies[1]["id"])
    assert await tell_missing(pool.database, pool.now) == 1
    assert (await state_of(pool, partner, taken), len(await told(pool, partner))) == ("MISSING", 2)


async def test_what_staff_say_of_the_state_of_a_copy_counts(pool: Pool, partner: Actor) -> None:
    taken = await (await Case.of(pool)).take(partner)
    copy = await reported(pool, partner, pickupId=taken, url=PAGE)
    for state, expected in (("WITHDRAWN", "AWAITED"), ("VERIFIED", "SEEN")):
        payload = await change(
            pool, await staff(pool), UPDATE, reprintId=copy["id"], revision=copy["revision"], state=state
        )
        assert payload["userErrors"] == []
        copy = payload["reprint"]
        assert await state_of(pool, partner, taken) == expected


async def test_a_plan_says_when_and_another_plan_when_anew(pool: Pool, partner: Actor) -> None:
    case = await Case.of(pool)

    async def plan(**more: object) -> str:
        uses = [{"territory": "FR", "channel": "WEB"}]
        variant = global_id("Variant", case.variants["en"])
        payload = await change(pool, partner, TAKE, variantId=variant, version=1, uses=uses, **more)
        assert payload["userErrors"] == []
        return str(payload["pickup"]["id"])

    began = pool.now
    taken = await plan(plannedAt=(began + timedelta(days=10)).isoformat())
    assert await tell_missing(pool.database, began + PATIENCE + timedelta(days=10) - SECOND) == 0
    assert await wait(pool, timedelta(days=10)) == 1
    assert await plan(plannedAt=(began + timedelta(days=10)).isoformat(), note="still to come") == taken
    assert await state_of(pool, partner, taken) == "MISSING"
    assert await plan(plannedAt=(pool.now + timedelta(days=1)).isoformat()) == taken
    assert await state_of(pool, partner, taken) == "AWAITED"
    assert await wait(pool) == 0
    assert await wait(pool, timedelta(days=-29)) == 1
    await reported(pool, partner, pickupId=taken, url=PAGE)
    await plan(plannedAt=(pool.now + timedelta(days=5)).isoformat())
    assert await state_of(pool, partner, taken) == "SEEN"


async def test_what_was_given_back_is_not_waited_for(pool: Pool, partner: Actor) -> None:
    taken = await (await Case.of(pool)).take(partner)
    payload = await change(pool, partner, RELEASE, pickupId=taken)
    assert payload["pickup"] == {"publication": None, "awaitedUntil": None, "missingSince": None}
    assert await wait(pool) == 0
    for state in ("AWAITED", "SEEN", "MISSING"):
        assert await found(pool, partner, state) == {}


async def test_a_duty_to_tell_the_centre_says_by_when(pool: Pool, partner: Actor) -> None:
    taken = await (await Case.of(pool)).take(partner)
    async with pool.database.read() as session:
        row = await session.get(Pickup, uuid_of(taken, "Pickup"))
    assert row is not None
    by = row.created_at + timedelta(days=3)
    told_by = {"duties": [{"action": "inform", "deadline": by.isoformat(), "blocking": False}]}
    row.decision = {"uses": [told_by]}
    assert due_of(row) == by
    row.planned_at = row.created_at + timedelta(days=9)
    assert due_of(row) == row.planned_at
    row.decision = {"uses": [told_by, {"duties": [{"action": "inform", "deadline": None, "blocking": False}]}]}
    assert due_of(row) == row.planned_at + PATIENCE


async def test_two_servers_tell_each_pickup_once_in_batches(pool: Pool, partner: Actor) -> None:
    case = await Case.of(pool)
    for territory in ("FR", "DE", "IT", "ES", "PT"):
        await case.take(partner, territory=territory)
    pool.now += PATIENCE
    turns = [await asyncio.gather(*(tell_missing(pool.database, pool.now, 2) for _ in range(2))) for _ in range(3)]
    assert sum(sum(turn) for turn in turns) == 5
    async with pool.database.read() as session:
        events = (await session.exec(select(Event).where(Event.kind == EventKind.PICKUP_MISSING))).all()
    assert len({event.subject_id for event in events}) == len(events) == 5


async def test_a_copy_reported_while_its_pickup_falls_due_is_not_overlooked(pool: Pool, partner: Actor) -> None:
    case = await Case.of(pool)
    for number, territory in enumerate(("FR", "DE", "IT", "ES")):
        taken = await case.take(partner, territory=territory)
        pool.now += PATIENCE
        report = change(pool, partner, REPORT, pickupId=taken, url=f"{PAGE}?page={number}")
        payload, _ = await asyncio.gather(report, tell_missing(pool.database, pool.now))
        assert payload["userErrors"] == []
        await tell_missing(pool.database, pool.now)
        assert await state_of(pool, partner, taken) == "SEEN"
