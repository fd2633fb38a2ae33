"""Counts, quotas and duties as clients meet them: refusals with what was left, pickups given back, duties settled, lists that follow."""

from __future__ import annotations

import asyncio
import uuid
from datetime import timedelta
from typing import Any

import pytest

from models.actor import Actor
from models.database import Database
from models.scope import Scope
from schema.identifier import global_id
from tests.models.pickup.centre import Centre, Offer
from tests.models.usage.cases import EVERYTHING, NOW, allow, constraint, duty
from tests.seeded import JsonAnswer, Pool

TAKE = """mutation($input: AcknowledgePickupInput!) { acknowledgePickup(input: $input) {
  pickup { id variantVersion duties { action deadline blocking } acceptedDuties { id state deadline } }
  userErrors { code field remaining message } } }"""
GIVE_BACK = """mutation($input: ReleasePickupInput!) { releasePickup(input: $input) {
  pickup { id releasedAt acceptedDuties { state } } userErrors { code } } }"""
FULFIL = "mutation($input: FulfilDutyInput!) { fulfilDuty(input: $input) { duty { state } userErrors { code } } }"
SETTLE = "mutation($input: SettleDutyInput!) { settleDuty(input: $input) { duty { state } userErrors { code } } }"
SHOWN = """query($id: ID!, $use: UseInput!) {
  stories(filter: {usableFor: $use}) { edges { node { id } } }
  node(id: $id) { ... on Variant { body usageDecision(use: $use) { decision validUntil reasons { code outcome } } } } }"""
FR, JP, DE = ({"territory": code, "channel": "WEB"} for code in ("FR", "JP", "DE"))
STAFF = Actor("desk", uuid.UUID(int=1), None, frozenset(Scope))


class Desk:
    """A centre whose partners ask through the schema."""

    def __init__(self, database: Database) -> None:
        self.centre, self.pool = Centre(database), Pool.over(database)
        self.move(NOW - self.centre.now)

    def move(self, step: timedelta) -> None:
        self.centre.now += step
        self.pool.now = self.centre.now

    async def take(self, actor: Actor, offer: Offer, *uses: dict[str, str], version: int = 1) -> JsonAnswer:
        given = {"variantId": global_id("Variant", offer.variants[0]), "version": version, "uses": list(uses)}
        answer: JsonAnswer = (await self.pool.ask(actor, TAKE, input=given))["acknowledgePickup"]
        return answer

    async def do(self, actor: Actor, document: str, **given: Any) -> JsonAnswer:
        (answer,) = (await self.pool.ask(actor, document, input=given)).values()
        assert answer["userErrors"] == []
        found: JsonAnswer = answer
        return found

    async def shows(self, actor: Actor, offer: Offer, use: dict[str, str]) -> bool:
        """Whether the use is permitted, as the list and the variant say alike."""
        variant = global_id("Variant", offer.variants[0])
        answer = await self.pool.ask(actor, SHOWN, id=variant, use=use)
        listed = global_id("Story", offer.story) in {edge["node"]["id"] for edge in answer["stories"]["edges"]}
        assert listed is (answer["node"]["usageDecision"]["decision"] != "DENY")
        assert answer["node"]["body"] is not None or not listed
        return bool(listed)


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def refusals(answer: JsonAnswer) -> list[tuple[str, int | None]]:
    assert (answer["pickup"] is None) is bool(answer["userErrors"])
    return [(error["code"], error["remaining"]) for error in answer["userErrors"]]


@pytest.mark.parametrize("limit", ["count", "quota"])
async def test_as_many_as_there_is_room_for_and_then_a_refusal_with_what_was_left(desk: Desk, limit: str) -> None:
    counted = allow(constraint("count", "3", operator="lteq"), action="use")
    quotas = [] if limit == "count" else [{"period": "MONTH", "limit": 3, "form": None}]
    partner = await desk.centre.partner(quotas=quotas)
    offer = await desk.centre.story(counted if limit == "count" else EVERYTHING)
    codes = [f"{limit.upper()}_EXHAUSTED"]
    for asked in (FR, JP):
        assert refusals(await desk.take(partner, offer, asked)) == []
    if limit == "count":
        too_many = await desk.take(partner, offer, DE, {"territory": "KR", "channel": "WEB"})
        assert refusals(too_many) == [("COUNT_EXHAUSTED", 1)]
        assert too_many["userErrors"][0]["field"] == ["uses", "1"]
    last = await desk.take(partner, offer, DE)
    assert refusals(last) == []
    more = {"territory": "KR", "channel": "WEB"}
    assert refusals(await desk.take(partner, offer, more)) == [(codes[0], 0)]
    assert not await desk.shows(partner, offer, more)
    assert await desk.shows(partner, offer, FR)
    for _ in range(2):
        given_back = await desk.do(partner, GIVE_BACK, pickupId=last["pickup"]["id"])
        assert given_back["pickup"]["releasedAt"] is not None
    assert await desk.shows(partner, offer, more)
    assert refusals(await desk.take(partner, offer, more)) == []
    assert refusals(await desk.take(partner, offer, DE)) == [(codes[0], 0)]


async def test_the_same_uses_of_a_later_version_are_free_when_nothing_is_left(desk: Desk) -> None:
    partner = await desk.centre.partner(quotas=[{"period": "TOTAL", "limit": 1, "form": None}])
    offer = await desk.centre.story(allow(constraint("count", "1", operator="lteq"), action="use"))
    first = await desk.take(partner, offer, FR)
    await desk.centre.release_again(offer, headline="Corrected")
    second = await desk.take(partner, offer, FR, version=2)
    assert refusals(second) == []
    await desk.do(partner, GIVE_BACK, pickupId=first["pickup"]["id"])
    assert len(refusals(await desk.take(partner, offer, JP, version=2))) == 1
    await desk.do(partner, GIVE_BACK, pickupId=second["pickup"]["id"])
    assert refusals(await desk.take(partner, offer, JP, version=2)) == []


async def test_of_fifty_requests_at_once_as_many_succeed_as_there_is_room_for(desk: Desk) -> None:
    partner = await desk.centre.partner()
    offer = await desk.centre.story(allow(constraint("count", "7", operator="lteq"), action="use"))
    channels = ("WEB", "APP", "SOCIAL", "PRINT", "BROADCAST")
    countries = ("FR", "DE", "JP", "KR", "IT", "ES", "PT", "SE", "NO", "FI")
    uses = [{"territory": country, "channel": channel} for country in countries for channel in channels]
    answers = await asyncio.gather(*(desk.take(partner, offer, asked) for asked in uses))
    assert sum(answer["pickup"] is not None for answer in answers) == 7
    assert {code for answer in answers for code in refusals(answer)} == {("COUNT_EXHAUSTED", 0)}


async def test_a_duty_shuts_the_story_past_its_deadline_until_the_centre_waives_it(desk: Desk) -> None:
    a_day = constraint("elapsedTime", "PT86400S", operator="lteq")
    partner = await desk.centre.partner()
    offer = await desk.centre.story(allow(action="use", duties=(duty("inform", a_day, blocking=True),)))
    pickup = (await desk.take(partner, offer, FR))["pickup"]
    (owed,) = pickup["acceptedDuties"]
    assert owed["state"] == "PENDING"
    assert pickup["duties"] == [{"action": "INFORM", "deadline": owed["deadline"], "blocking": True}]
    assert await desk.shows(partner, offer, JP)
    desk.move(timedelta(days=1))
    assert not await desk.shows(partner, offer, JP)
    assert refusals(await desk.take(partner, offer, JP)) == [("USAGE_DENIED", None)]
    assert (await desk.do(STAFF, SETTLE, dutyId=owed["id"], state="WAIVED"))["duty"]["state"] == "WAIVED"
    assert await desk.shows(partner, offer, JP)


async def test_what_must_be_done_beforehand_opens_the_story_to_whoever_says_it_is_done(desk: Desk) -> None:
    partner, other = await desk.centre.partner(), await desk.centre.partner()
    offer = await desk.centre.story(allow(action="use", duties=(duty("inform", precondition=True),)))
    assert not await desk.shows(partner, offer, FR)
    variant = global_id("Variant", offer.variants[0])
    assert (await desk.do(partner, FULFIL, action="INFORM", variantId=variant))["duty"]["state"] == "FULFILLED"
    assert await desk.shows(partner, offer, FR)
    assert not await desk.shows(other, offer, FR)
