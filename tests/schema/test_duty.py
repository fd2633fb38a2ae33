"""Duties are taken on with pickups, settled by those who may, and shut what the terms say they shut."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models.document import timestamp
from models.errors import Forbidden, NotFound
from models.scope import Scope
from tests.schema.duties import OTHER, PARTNER, variant_under
from tests.seeded import Pool

TAKE = """mutation($input: AcknowledgePickupInput!) { acknowledgePickup(input: $input) {
  pickup { id duties { action deadline blocking } acceptedDuties { id action state deadline blocking } }
  userErrors { code message } } }"""
FULFIL = """mutation($input: FulfilDutyInput!) { fulfilDuty(input: $input) {
  duty { id action state note } userErrors { code field message } } }"""
SETTLE = """mutation($input: SettleDutyInput!) { settleDuty(input: $input) {
  duty { id action state note } userErrors { code field message } } }"""
DECIDE = """query($variant: ID!, $use: UseInput!) { usageDecision(variantId: $variant, use: $use) {
  decision validUntil duties { action deadline } reasons { code outcome } } }"""
USABLE = """query($use: UseInput!) { stories(first: 100, filter: {usableFor: $use}) {
  edges { node { variants { id body } } } } }"""
OWED = "query($state: DutyState) { duties(state: $state) { edges { node { id state } } } }"
USE = {"territory": "FR", "channel": "WEB"}


def with_duty(**duty: Any) -> dict[str, Any]:
    return {"permissions": [{"actions": ["use"], "duties": [duty]}]}


REPORT_IN_A_WEEK = with_duty(
    action="inform",
    blocking=True,
    constraints=[{"leftOperand": "elapsedTime", "operator": "lteq", "rightOperand": "P7D"}],
)


async def is_usable(pool: Pool, actor: Any, variant: str) -> bool:
    """Whether the list and the decision both say so; they must agree."""
    decision = (await pool.ask(actor, DECIDE, variant=variant, use=USE))["usageDecision"]["decision"]
    listed = (await pool.ask(actor, USABLE, use=USE))["stories"]["edges"]
    ids = {item["id"] for edge in listed for item in edge["node"]["variants"] if item["body"] is not None}
    assert (variant in ids) == (decision != "DENY")
    return bool(decision != "DENY")


async def take(pool: Pool, actor: Any, variant: str, version: int) -> Any:
    answer = await pool.ask(actor, TAKE, input={"variantId": variant, "version": version, "uses": [USE]})
    assert answer["acknowledgePickup"]["userErrors"] == []
    return answer["acknowledgePickup"]["pickup"]


async def test_a_duty_that_is_not_done_in_time_shuts_the_story_until_it_is_done(pool: Pool) -> None:
    variant, version = await variant_under(pool, REPORT_IN_A_WEEK)
    partner = await pool.client(PARTNER)
    pickup = await take(pool, partner, variant, version)
    (owed,) = pickup["acceptedDuties"]
    deadline = pool.now + timedelta(days=7)
    assert (owed["action"], owed["state"], owed["blocking"]) == ("INFORM", "PENDING", True)
    assert owed["deadline"] == timestamp(deadline)
    decision = (await pool.ask(partner, DECIDE, variant=variant, use=USE))["usageDecision"]
    assert decision["decision"] == "PERMIT_WITH_DUTIES"
    assert decision["validUntil"] == timestamp(deadline)
    pool.now = deadline
    assert not await is_usable(pool, partner, variant)
    refused = (await pool.ask(partner, DECIDE, variant=variant, use=USE))["usageDecision"]
    assert {"code": "DUTY_VIOLATED", "outcome": "APPLIES"} in refused["reasons"]
    assert [edge["node"]["id"] for edge in (await pool.ask(partner, OWED, state="VIOLATED"))["duties"]["edges"]] == [
        owed["id"]
    ]
    assert await is_usable(pool, await pool.client(OTHER), variant), "another partner owes nothing"
    done = (await pool.ask(partner, FULFIL, input={"dutyId": owed["id"], "note": "Sent by mail."}))["fulfilDuty"]
    assert (done["duty"]["state"], done["duty"]["note"], done["userErrors"]) == ("FULFILLED", "Sent by mail.", [])
    assert await is_usable(pool, partner, variant)


async def test_a_precondition_shuts_until_it_is_done(pool: Pool) -> None:
    variant, version = await variant_under(pool, with_duty(action="inform", precondition=True))
    partner = await pool.client(PARTNER)
    assert not await is_usable(pool, partner, variant)
    refused = (await pool.ask(partner, DECIDE, variant=variant, use=USE))["usageDecision"]
    assert {"code": "DUTY_NOT_DONE", "outcome": "APPLIES"} in refused["reasons"]
    given = {"action": "INFORM", "variantId": variant}
    first = (await pool.ask(partner, FULFIL, input=given))["fulfilDuty"]
    assert first["userErrors"] == []
    again = (await pool.ask(partner, FULFIL, input=given))["fulfilDuty"]
    assert again["duty"]["id"] == first["duty"]["id"]
    assert await is_usable(pool, partner, variant)
    assert not await is_usable(pool, await pool.client(OTHER), variant)
    assert (await take(pool, partner, variant, version))["acceptedDuties"] == []


async def test_only_the_centre_gives_its_consent(pool: Pool) -> None:
    variant, _ = await variant_under(pool, with_duty(action="obtainConsent", precondition=True))
    partner = await pool.client(PARTNER)
    given = {"action": "OBTAIN_CONSENT", "variantId": variant}
    assert isinstance(await pool.refusal(partner, FULFIL, input=given), Forbidden)
    staff = await pool.actor(None, *Scope)
    viewer = await pool.ask(partner, "{ viewer { partner { id } } }")
    consent = given | {"partnerId": viewer["viewer"]["partner"]["id"], "state": "FULFILLED"}
    assert (await pool.ask(staff, SETTLE, input=consent))["settleDuty"]["userErrors"] == []
    assert await is_usable(pool, partner, variant)


async def test_what_the_centre_finds_violated_only_the_centre_settles(pool: Pool) -> None:
    variant, version = await variant_under(pool, REPORT_IN_A_WEEK)
    partner, staff = await pool.client(PARTNER), await pool.actor(None, *Scope)
    (owed,) = (await take(pool, partner, variant, version))["acceptedDuties"]
    found = {"dutyId": owed["id"], "state": "VIOLATED", "note": "The page had no credit line."}
    assert (await pool.ask(staff, SETTLE, input=found))["settleDuty"]["duty"]["state"] == "VIOLATED"
    assert not await is_usable(pool, partner, variant)
    assert isinstance(await pool.refusal(partner, FULFIL, input={"dutyId": owed["id"]}), Forbidden)
    await pool.ask(staff, SETTLE, input={"dutyId": owed["id"], "state": "WAIVED"})
    assert await is_usable(pool, partner, variant)


async def test_a_duty_belongs_to_its_partner(pool: Pool) -> None:
    variant, version = await variant_under(pool, REPORT_IN_A_WEEK)
    (owed,) = (await take(pool, await pool.client(PARTNER), variant, version))["acceptedDuties"]
    stranger = await pool.client(OTHER)
    answer = (await pool.ask(stranger, FULFIL, input={"dutyId": owed["id"]}))["fulfilDuty"]
    assert [error["code"] for error in answer["userErrors"]] == ["NOT_FOUND"]
    node = "query($id: ID!) { node(id: $id) { id } }"
    assert isinstance(await pool.refusal(stranger, node, id=owed["id"]), NotFound)
    assert (await pool.ask(stranger, OWED))["duties"]["edges"] == []
    assert (await pool.ask(await pool.client(PARTNER), node, id=owed["id"]))["node"]["id"] == owed["id"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "BAD_INPUT"),
        ({"action": "INFORM"}, "BAD_INPUT"),
        ({"dutyId": "x"}, "NOT_FOUND"),
        ({"action": "LINK", "variantId": "<variant>"}, "BAD_INPUT"),
        ({"action": "INFORM", "variantId": "<variant>", "note": "x" * 2001}, "BAD_INPUT"),
        ({"action": "INFORM", "variantId": "<variant>", "dutyId": "x"}, "BAD_INPUT"),
    ],
)
async def test_bad_input_is_refused_and_changes_nothing(pool: Pool, given: dict[str, str], code: str) -> None:
    variant, _ = await variant_under(pool, with_duty(action="inform", precondition=True))
    partner = await pool.client(PARTNER)
    filled = {name: value.replace("<variant>", variant) for name, value in given.items()}
    answer = (await pool.ask(partner, FULFIL, input=filled))["fulfilDuty"]
    assert [error["code"] for error in answer["userErrors"]] == [code]
    assert (await pool.ask(partner, OWED))["duties"]["edges"] == []


async def test_settling_is_for_staff_with_the_scope(pool: Pool) -> None:
    given = {"dutyId": "x", "state": "WAIVED"}
    assert isinstance(await pool.refusal(await pool.client(PARTNER), SETTLE, input=given), Forbidden)
    reader = await pool.actor(None, Scope.POOL_READ)
    assert isinstance(await pool.refusal(reader, SETTLE, input=given), Forbidden)
