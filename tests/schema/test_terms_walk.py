"""The worked example of the document on terms, run as it stands: composed, set, released, decided, listed, taken, refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from models.actor import Actor
from models.client import create_client
from models.policy.contradiction import Contradiction
from models.release import release_story, story_by_uri
from models.scope import Scope
from schema.policy import ConstraintOperand
from tests.seeded import JsonAnswer, Pool
from tests.test_docs import examples, table

TEXT = (Path(__file__).parents[2] / "docs" / "terms.md").read_text(encoding="utf-8")
EXAMPLES = {example.name: example for example in examples(TEXT)}


async def run(pool: Pool, actor: Actor, name: str, **known: object) -> JsonAnswer:
    """An example's answer, with what its placeholders stand for."""
    example = EXAMPLES[name]
    variables = example.variables
    for placeholder, value in known.items():
        variables = variables.replace(json.dumps(f"<{placeholder.replace('_', ' ')}>"), json.dumps(value))
    assert "<" not in variables
    return await pool.ask(actor, example.document, **json.loads(variables))


async def registered(pool: Pool) -> Actor:
    actor = await pool.actor("china-daily")
    async with pool.database.write() as session:
        client, _ = await create_client(session, actor.partner_id, "Walk", sorted(actor.scopes), pool.now)
    return replace(actor, client_id=client.client_id, client_uuid=client.id)


async def test_the_worked_example_holds_from_the_first_mutation_to_the_fourth_use(pool: Pool) -> None:
    editor = await pool.actor(None, Scope.STORY_WRITE, Scope.POOL_READ)
    saved = (await run(pool, editor, "SaveTerms"))["saveTerms"]
    assert (saved["userErrors"], saved["warnings"]) == ([], [])
    quoted = " ".join(line.removeprefix("> ") for line in TEXT.splitlines() if line.startswith("> "))
    assert saved["terms"]["usageTerms"] == quoted
    assert saved["terms"]["wording"].startswith("允许至2027年6月30日24:00止，在全球范围内，通过网站和印刷品，")

    (edge,) = (await run(pool, editor, "FindStory"))["stories"]["edges"]
    story = edge["node"]
    given = await run(pool, editor, "SetTerms", story_id=story["id"], terms_id=saved["terms"]["id"])
    assert given["setTerms"]["userErrors"] == []
    async with pool.database.write() as session:
        await release_story(session, (await story_by_uri(session, story["uri"])).id, by="desk", now=pool.now)

    partner = await registered(pool)
    read = """query($uri: String!) { story(uri: $uri) { variant(languages: ["en"], form: ARTICLE) { id version } } }"""
    variant = (await pool.ask(partner, read, uri=story["uri"]))["story"]["variant"]

    decided = await run(pool, partner, "Decisions", variant_id=variant["id"])
    assert {name: answer["decision"] for name, answer in decided.items()} == {
        "france": "PERMIT_WITH_DUTIES",
        "mainland": "DENY",
        "app": "DENY",
        "russian": "PERMIT_WITH_DUTIES",
        "french": "DENY",
    }
    assert {duty["action"] for duty in decided["france"]["duties"]} >= {"ATTRIBUTE", "LINK"}
    assert ("PROHIBITION", "APPLIES") in [(r["code"], r["outcome"]) for r in decided["mainland"]["reasons"]]

    listed = await run(pool, partner, "Lists")
    found = {name: story["uri"] in [edge["node"]["uri"] for edge in page["edges"]] for name, page in listed.items()}
    assert found == {"france": True, "mainland": False}

    wanted = {"variant_id": variant["id"], "variant_version": variant["version"]}
    taken = (await run(pool, partner, "Take", **wanted))["acknowledgePickup"]
    assert taken["userErrors"] == []
    assert taken["pickup"]["creditLine"] == "Longgang International Communication Centre"
    assert taken["pickup"]["licenseText"] == quoted
    again = (await run(pool, partner, "Take", **wanted))["acknowledgePickup"]
    assert again == taken
    fourth = (await run(pool, partner, "TakeAFourth", **wanted))["acknowledgePickup"]
    assert [error["code"] for error in fourth["userErrors"]] == ["COUNT_EXHAUSTED"]


def test_every_left_operand_and_every_warning_is_documented() -> None:
    assert table(TEXT, "left operand", "operators", "values").keys() == {item.name for item in ConstraintOperand}
    assert table(TEXT, "warning", "says").keys() == {item.value for item in Contradiction}
