"""The simulator says what terms that are not saved would change, and changes nothing itself."""

from __future__ import annotations

from typing import Any

import pytest

from models.errors import BadInput, BadPolicy, Forbidden, NotFound, StorypoolError
from models.scope import Scope
from tests.seeded import Pool

SIMULATE = """
query($input: SimulateTermsInput!) {
  simulateTerms(input: $input) {
    partner { key }
    changes
    channels { channel present proposed gained lost }
    presentDuties { action }
    proposedDuties { action }
  }
}
"""
VARIANT = """
{ stories(first: 1, filter: {languages: ["zh"], forms: [ARTICLE]}) { edges { node { variant(languages: ["zh"], form: ARTICLE) {
  id usageDecision(use: {territory: "FR", channel: WEB}) { decision } } } } } }
"""


def rule(actions: list[str], *constraints: tuple[str, str, list[str]], duties: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "actions": actions,
        "constraints": [
            {"leftOperand": left, "operator": operator, "rightOperand": right} for left, operator, right in constraints
        ],
        "duties": [{"action": duty} for duty in duties],
    }


WEB_OUTSIDE_CHINA = {
    "permissions": [rule(["DISTRIBUTE"], ("DELIVERY_CHANNEL", "IS_ANY_OF", ["WEB"]), duties=("LINK",))],
    "prohibitions": [rule(["USE"], ("SPATIAL", "IS_ANY_OF", ["CN"]))],
}


async def a_variant(pool: Pool) -> str:
    answer = await pool.ask(await pool.actor(None, *Scope), VARIANT)
    return str(answer["stories"]["edges"][0]["node"]["variant"]["id"])


async def test_says_where_each_partner_could_use_a_variant_and_what_would_change(pool: Pool) -> None:
    staff = await pool.actor(None, *Scope)
    given = {"variantId": await a_variant(pool), "policy": WEB_OUTSIDE_CHINA}
    found = (await pool.ask(staff, SIMULATE, input=given))["simulateTerms"]
    assert [partner["partner"]["key"] for partner in found] == sorted(partner["partner"]["key"] for partner in found)
    assert any(partner["changes"] for partner in found)
    channels = [channel for partner in found for channel in partner["channels"]]
    assert all(channel["proposed"] == [] for channel in channels if channel["channel"] != "WEB")
    web = [channel for channel in channels if channel["channel"] == "WEB"]
    assert any(channel["proposed"] for channel in web)
    for channel in channels:
        assert not {"CN", "001", "142", "030"} & set(channel["proposed"])
        assert (channel["present"] == channel["proposed"]) == (not channel["gained"] and not channel["lost"])
    assert {"action": "LINK"} in [duty for partner in found for duty in partner["proposedDuties"]]


async def test_simulating_leaves_the_present_decisions_as_they_are(pool: Pool) -> None:
    staff = await pool.actor(None, *Scope)
    everything = {"permissions": [rule(["USE"])], "prohibitions": []}
    given = {"variantId": await a_variant(pool), "policy": everything, "target": "VARIANT", "action": "INDEX"}
    before = await pool.ask(staff, VARIANT)
    await pool.ask(staff, SIMULATE, input=given)
    assert await pool.ask(staff, VARIANT) == before


async def test_what_is_proposed_for_the_story_permits_what_a_decision_would(pool: Pool) -> None:
    staff = await pool.actor(None, *Scope)
    given = {"variantId": await a_variant(pool), "policy": {"permissions": [], "prohibitions": []}}
    found = (await pool.ask(staff, SIMULATE, input=given))["simulateTerms"]
    assert all(channel["proposed"] == [] for partner in found for channel in partner["channels"])
    assert all(channel["lost"] == channel["present"] for partner in found for channel in partner["channels"])


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"zone": "Mars/Olympus"}, BadInput),
        ({"variantId": "nothing"}, NotFound),
        ({"partnerIds": ["nothing"]}, NotFound),
        ({"policy": {"permissions": [rule(["USE"], ("SPATIAL", "IS_ANY_OF", ["ZZ"]))]}}, BadPolicy),
    ],
)
async def test_bad_input_is_refused(pool: Pool, changes: dict[str, Any], refused: type[StorypoolError]) -> None:
    staff = await pool.actor(None, *Scope)
    given = {"variantId": await a_variant(pool), "policy": WEB_OUTSIDE_CHINA} | changes
    assert isinstance(await pool.refusal(staff, SIMULATE, input=given), refused)


async def test_only_editors_may_simulate(pool: Pool) -> None:
    partner = await pool.actor("china-daily", Scope.POOL_READ)
    given = {"variantId": "x", "policy": WEB_OUTSIDE_CHINA}
    assert isinstance(await pool.refusal(partner, SIMULATE, input=given), Forbidden)
