"""The worked example of the document on the desk, run as it stands: written, translated, overtaken by its source, read, approved."""

from __future__ import annotations

import json
from pathlib import Path

from models.actor import Actor
from models.desk.checklist import ChecklistCode
from models.desk.moves import MOVES
from models.scope import Scope
from tests.schema.writing import editor
from tests.seeded import JsonAnswer, Pool
from tests.test_docs import examples, table

TEXT = (Path(__file__).parents[2] / "docs" / "desk.md").read_text(encoding="utf-8")
EXAMPLES = {example.name: example for example in examples(TEXT)}


async def run(pool: Pool, actor: Actor, name: str, **known: object) -> JsonAnswer:
    """An example's answer, with what its placeholders stand for."""
    variables = EXAMPLES[name].variables
    for placeholder, value in known.items():
        variables = variables.replace(json.dumps(f"<{placeholder.replace('_', ' ')}>"), json.dumps(value))
    assert " id>" not in variables
    return await pool.ask(actor, EXAMPLES[name].document, **json.loads(variables))


async def test_the_worked_example_holds_from_the_first_word_to_the_checklist(pool: Pool) -> None:
    ana = await editor(pool, "ana")
    ben = await editor(pool, "ben", Scope.STORY_WRITE, Scope.STORY_RELEASE, Scope.POOL_READ)
    begun = (await run(pool, ana, "Begin"))["createStory"]
    assert begun["userErrors"] == []
    assert begun["story"]["uri"] == "urn:newsml:localhost:20261120:evening-drones"
    known = {"story_id": begun["story"]["id"]}
    written = (await run(pool, ana, "Write", **known))["saveVariant"]["variant"]
    assert written["body"] == "<p>今晚，一千架无人机点亮了龙岗的夜空。</p>"
    known["chinese_id"] = written["id"]
    translated = await run(pool, ana, "Translate", **known)
    for language in ("english", "russian"):
        variant = translated[language]["variant"]
        assert (variant["stale"], variant["translatedFrom"]["revision"]) == (False, 1)
        known[f"{language}_id"] = variant["id"]

    changed = (await run(pool, ana, "Change", **known))["saveVariant"]
    assert (changed["userErrors"], changed["variant"]["revision"]) == ([], 2)
    seen = await run(pool, ben, "Matrix", **known)
    (edge,) = seen["translationMatrix"]["edges"]
    assert edge["node"]["missingLanguages"] == ["fr"]
    stale = {cell["language"]: cell["stale"] for cell in edge["node"]["cells"]}
    assert stale == {"zh": False, "en": True, "ru": True}
    (difference,) = seen["node"]["sourceDifference"]
    assert difference["field"] == "headline"
    segments = [(segment["kind"], segment["text"]) for segment in difference["segments"]]
    assert segments == [("SAME", "龙岗"), ("REMOVED", "上"), ("ADDED", "夜"), ("SAME", "空的无人机")]
    followed = (await run(pool, ana, "Follow", **known))["saveVariant"]["variant"]
    assert (followed["stale"], followed["deskState"], followed["revision"]) == (False, "DRAFT", 2)

    submitted = (await run(pool, ana, "Submit", **known))["submitForReview"]
    assert [(variant["deskState"], variant["revision"]) for variant in submitted["variants"]] == [("IN_REVIEW", 3)] * 2
    own = await run(pool, ana, "Approve", **known)
    assert [error["code"] for answer in own.values() for error in answer["userErrors"]] == ["OWN_WORK"] * 2
    approved = await run(pool, ben, "Approve", **known)
    assert {answer["variant"]["deskState"] for answer in approved.values()} == {"APPROVED"}

    found = (await run(pool, ben, "Checklist", **known))["releaseChecklist"]
    assert [(item["code"], item["severity"]) for item in found] == [
        ("NO_TERMS", "BLOCKS"),
        ("NOT_APPROVED", "BLOCKS"),
        ("STALE_TRANSLATION", "WARNS"),
    ]
    assert {item["variantId"] for item in found} == {None, known["russian_id"]}


def test_every_move_and_every_point_of_the_checklist_is_documented() -> None:
    assert table(TEXT, "code", "severity", "says").keys() == {code.value for code in ChecklistCode}
    for move in MOVES:
        assert f"| {move.source} | {move.name} | {move.target} |" in TEXT
