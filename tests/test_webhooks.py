"""The examples in the guide to webhooks answer as they are written."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from tests.seeded import JsonAnswer, Pool
from tests.test_notices import filled

GUIDE = (Path(__file__).parents[1] / "docs" / "webhooks.md").read_text(encoding="utf-8")
STEPS = re.findall(r"^```graphql\n(.*?)^```\n\n```json\n(.*?)^```\n", GUIDE, re.MULTILINE | re.DOTALL)


async def test_the_examples_of_the_guide_to_webhooks_answer(pool: Pool) -> None:
    assert len(STEPS) == GUIDE.count("```graphql") == 4
    pool.services = replace(pool.services, check_outgoing_url=str)
    actor = await pool.client("china-daily")
    answers = JsonAnswer()
    for document, variables in STEPS:
        data = await pool.ask(actor, document, **filled(variables, answers))
        assert all(payload.get("userErrors", []) == [] for payload in data.values()), data
        answers |= data
    assert answers["createHook"]["secret"] != answers["rotateHookSecret"]["secret"]
    assert answers["deliveries"]["edges"] == []
    assert answers["pingHook"]["delivery"]["state"] == "PENDING"
