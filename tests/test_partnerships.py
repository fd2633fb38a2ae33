"""The walk for the partnership officer answers as it is written, from its first call to its last."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.seeded import JsonAnswer, Pool

WALK = (Path(__file__).parents[1] / "docs" / "partnerships.md").read_text(encoding="utf-8")
STEPS = re.findall(r"^```graphql\n(.*?)^```\n\n```json\n(.*?)^```\n", WALK, re.MULTILINE | re.DOTALL)


def filled(variables: str, answers: JsonAnswer) -> JsonAnswer:
    """Variables with every `<path>` replaced by what an answer before gave."""

    def found(path: re.Match[str]) -> str:
        value = answers
        for name in path[1].split("."):
            value = value[name]
        return json.dumps(value)

    read: JsonAnswer = json.loads(re.sub(r'"<([\w.]+)>"', found, variables))
    return read


async def test_the_walk_of_the_officer_leads_to_its_end(pool: Pool) -> None:
    assert len(STEPS) == WALK.count("```graphql") > 5
    officer, answers = await pool.actor(None), JsonAnswer()
    for document, variables in STEPS:
        data = await pool.ask(officer, document, **filled(variables, answers))
        assert all(payload.get("userErrors", []) == [] for payload in data.values()), data
        answers |= data
    contract = answers["createAgreement"]["agreement"]
    assert (contract["startsAt"], contract["endsAt"]) == ("2025-12-31T23:00:00Z", "2027-12-31T23:00:00Z")
    assert [quota["left"] for quota in contract["quotas"]] == [30, 10]
    assert answers["updateAgreement"]["agreement"]["version"] == 2
    assert answers["suspendAgreement"]["agreement"] == {"suspended": True, "version": 3}
    assert answers["endAgreement"]["agreement"]["endsAt"] == "2027-06-30T22:00:00Z"
    assert answers["saveAlliance"]["alliance"]["partnerKeys"] == ["china-daily", "river-herald"]
    keys = [edge["node"]["key"] for edge in answers["partners"]["edges"]]
    assert "river-herald" in keys
    assert [edge["node"]["version"] for edge in answers["agreements"]["edges"]] == [4]
