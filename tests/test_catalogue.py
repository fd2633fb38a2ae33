"""The editor's walk through the catalogue answers as it is written, and its table of points is that of the code."""

from __future__ import annotations

import json
import re
from pathlib import Path

from models.matching.score import MOST
from tests.seeded import JsonAnswer, Pool

WALK = (Path(__file__).parents[1] / "docs" / "catalogue.md").read_text(encoding="utf-8")
STEPS = re.findall(r"^```graphql\n(.*?)^```\n\n```json\n(.*?)^```\n", WALK, re.MULTILINE | re.DOTALL)


def filled(variables: str, answers: JsonAnswer) -> JsonAnswer:
    """Variables with every `<path>` replaced by what an answer before gave."""

    def found(path: re.Match[str]) -> str:
        value = answers
        for name in path[1].split("."):
            value = value[int(name)] if name.isdigit() else value[name]  # type: ignore[index]  # a list on the way
        return json.dumps(value)

    read: JsonAnswer = json.loads(re.sub(r'"<([\w.]+)>"', found, variables))
    return read


async def test_the_walk_of_the_editor_leads_to_its_end(pool: Pool) -> None:
    assert len(STEPS) == WALK.count("```graphql") > 8
    editor = await pool.actor(None)
    answers: JsonAnswer = {}
    for document, variables in STEPS:
        data = await pool.ask(editor, document, **filled(variables, answers))
        assert all(payload.get("userErrors", []) == [] for payload in data.values() if isinstance(payload, dict)), data
        answers = {**data, **answers}
    assert [edge["node"]["code"] for edge in answers["concepts"]["edges"]] == ["athens"]
    assert [story["version"] for story in answers["openTopic"]["stories"]] == [2, 2]
    assert "night-of-drones" in [edge["node"]["key"] for edge in answers["topics"]["edges"]]
    assert answers["closeTopic"]["topic"]["closesAt"] == "2026-11-20T08:00:00Z"
    assert answers["partnerMatches"][0]["wouldTake"]
    assert answers["languageMatches"][0]["partnerCount"] > 1


def test_the_table_of_points_is_that_of_the_code() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \|", WALK, re.MULTILINE)
    assert {code: int(most) for code, most in rows} == MOST
