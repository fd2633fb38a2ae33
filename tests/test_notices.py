"""The drill in the guide to notices answers as it is written, from both sides."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from tests.seeded import JsonAnswer, Pool

WALK = (Path(__file__).parents[1] / "docs" / "notices.md").read_text(encoding="utf-8")
STEPS = re.findall(
    r"^\*\*(Officer|Partner)\.\*\*[^\n]*\n\n```graphql\n(.*?)^```\n\n```json\n(.*?)^```\n",
    WALK,
    re.MULTILINE | re.DOTALL,
)


def filled(variables: str, answers: JsonAnswer) -> JsonAnswer:
    """Variables with every `<path>` replaced by what an answer before gave."""

    def found(path: re.Match[str]) -> str:
        value: Any = answers
        for name in path[1].split("."):
            value = value[int(name)] if name.isdecimal() else value[name]
        return json.dumps(value)

    read: JsonAnswer = json.loads(re.sub(r'"<([\w.]+)>"', found, variables))
    return read


async def test_the_drill_leads_to_a_copy_that_is_verified(pool: Pool) -> None:
    assert len(STEPS) == WALK.count("```graphql") > 5
    actors = {"Officer": await pool.actor(None), "Partner": await pool.client("greek-news-demo")}
    answers = JsonAnswer()
    for who, document, variables in STEPS:
        data = await pool.ask(actors[who], document, **filled(variables, answers))
        assert all(payload.get("userErrors", []) == [] for payload in data.values()), data
        answers |= data
    assert answers["partner"]["sandbox"] is True
    [notice] = [edge["node"] for edge in answers["notices"]["edges"]]
    assert (notice["drill"], notice["story"]["pubStatus"]) == (True, "USABLE")
    assert notice["text"].startswith("Άσκηση")
    [clock] = [edge["node"] for edge in answers["compliance"]["edges"]]
    assert (clock["state"], clock["overdue"], clock["secondsToTakenDown"]) == ("ACKNOWLEDGED", False, 0)
    assert answers["verifyCopy"]["copy"]["verifiedAt"] is not None
