"""The worked example of the document on the desk, run as it stands: written, translated, overtaken by its source, read, approved."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from models.actor import Actor
from models.desk.checklist import ChecklistCode
from models.desk.moves import MOVES
from models.errors import NotFound
from models.notice.escalation import escalate
from models.scope import Scope
from schema.identifier import global_id
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
    assert "<story" not in variables
    assert " id>" not in variables
    return await pool.ask(actor, EXAMPLES[name].document, **json.loads(variables))


async def written_and_approved(pool: Pool, ana: Actor, ben: Actor) -> dict[str, object]:
    """Walks to the checklist, and gives what the placeholders stand for."""
    begun = (await run(pool, ana, "Begin"))["createStory"]
    assert begun["userErrors"] == []
    assert begun["story"]["uri"] == "urn:newsml:localhost:20261120:evening-drones"
    known: dict[str, object] = {"story_id": begun["story"]["id"]}
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
    return known


async def test_the_worked_example_holds_from_the_first_word_to_the_partner_that_does_not_obey(pool: Pool) -> None:
    ana = await editor(pool, "ana")
    ben = await editor(pool, "ben", Scope.STORY_WRITE, Scope.STORY_RELEASE, Scope.POOL_READ)
    known = await written_and_approved(pool, ana, ben)
    await released_to_three(pool, ana, ben, known)
    await corrected(pool, ana, ben, known)
    await killed(pool, ben, known)


TAKERS = ("china-daily", "cuhk-shenzhen", "longgang-media-group")
"""Who takes the Chinese, in the walk: the last of them does not obey."""
COMPLIANCE = "query($notice: ID!) { compliance(filter: { noticeId: $notice }) { edges { node { id } } } }"
IDS = "query($id: ID!) { deskStory(id: $id) { storyId revision variants { id variantId language revision } } }"


async def desk_ids(pool: Pool, actor: Actor, known: dict[str, object]) -> dict[str, object]:
    """What the desk says of the story and its Chinese now: ids for the pool, and revisions."""
    story = (await pool.ask(actor, IDS, id=known["story_id"]))["deskStory"]
    variants = {variant["language"]: variant for variant in story["variants"]}
    return {
        "pool_story_id": story["storyId"],
        "story_revision": story["revision"],
        "pool_chinese_id": variants["zh"]["variantId"],
        "chinese_revision": variants["zh"]["revision"],
        "pool_english_id": variants["en"]["variantId"],
    }


async def released_to_three(pool: Pool, ana: Actor, ben: Actor, known: dict[str, object]) -> None:
    known |= await desk_ids(pool, ana, known)
    known["terms_id"] = (await run(pool, ana, "Choose"))["terms"]["id"]
    given = (await run(pool, ana, "Give", **known))["setTerms"]
    assert given["userErrors"] == []
    known["story_revision"] = given["revision"]
    released = (await run(pool, ben, "Release", **known))["releaseStory"]
    assert released["userErrors"] == []
    assert released["release"]["version"] == 1
    assert {variant["language"] for variant in released["story"]["variants"]} == {"zh", "en"}
    for partner in TAKERS:
        actor = await pool.client(partner)
        taken = (await run(pool, actor, "Take", **known))["acknowledgePickup"]
        assert taken["userErrors"] == []
        known[f"pickup of {partner}"] = taken["pickup"]["id"]


async def corrected(pool: Pool, ana: Actor, ben: Actor, known: dict[str, object]) -> None:
    known |= await desk_ids(pool, ana, known)
    assert (await run(pool, ana, "Mend", **known))["saveVariant"]["userErrors"] == []
    known |= await desk_ids(pool, ana, known)
    submit = EXAMPLES["Submit"].document
    (sent,) = (await pool.ask(ana, submit, input={"variantIds": [known["chinese_id"]]}))["submitForReview"]["variants"]
    wanted = {"variantId": known["chinese_id"], "revision": sent["revision"]}
    approve = "mutation($input: ApproveInput!) { approve(input: $input) { userErrors { code } } }"
    assert (await pool.ask(ben, approve, input=wanted))["approve"]["userErrors"] == []
    known |= await desk_ids(pool, ana, known)
    answer = (await run(pool, ben, "Correct", **known))["correctStory"]
    assert answer["userErrors"] == []
    assert answer["noticeId"] is not None
    shown = {variant["language"]: (variant["version"], variant["stale"]) for variant in answer["story"]["variants"]}
    assert shown == {"zh": (2, False), "en": (1, True)}


async def killed(pool: Pool, ben: Actor, known: dict[str, object]) -> None:
    pool.now += timedelta(minutes=5)
    answer = (await run(pool, ben, "Kill", **known))["killStory"]
    assert (answer["userErrors"], answer["release"]["version"], answer["release"]["kind"]) == ([], 3, "CANCEL")
    known["kill_notice_id"] = answer["noticeId"]
    for partner in TAKERS[:2]:
        actor = await pool.client(partner)
        (edge,) = (await run(pool, actor, "Hear"))["notices"]["edges"]
        assert edge["node"]["story"]["pubStatus"] == "CANCELED"
        assert edge["node"]["text"] == "此稿撤销，请立即删除全部已发布内容。"
        known |= {"notice_id": edge["node"]["id"], "pickup_id": known[f"pickup of {partner}"]}
        obeyed = (await run(pool, actor, "Obey", **known))["acknowledgeNotice"]
        assert (obeyed["userErrors"], obeyed["notice"]["state"]) == ([], "ACKNOWLEDGED")
    pool.now += timedelta(hours=1)
    assert await escalate(pool.database, pool.now) == 1
    assert await escalate(pool.database, pool.now) == 0
    found = (await run(pool, ben, "Obeyed", **known))["compliance"]["edges"]
    states = {edge["node"]["partnerKey"]: edge["node"]["state"] for edge in found if edge["node"]["bound"]}
    assert states == dict(zip(TAKERS, ("ACKNOWLEDGED", "ACKNOWLEDGED", "OVERDUE"), strict=True))
    listed = (await pool.ask(ben, COMPLIANCE, notice=known["kill_notice_id"]))["compliance"]["edges"]
    for edge in listed:
        found_again = await pool.ask(ben, "query($id: ID!) { node(id: $id) { id } }", id=edge["node"]["id"])
        assert found_again["node"] == edge["node"]
    for unknown in (global_id("Compliance", "x.y"), global_id("StoryVersion", "x"), global_id("TranslationRow", "x")):
        refused = await pool.refusal(ben, "query($id: ID!) { node(id: $id) { id } }", id=unknown)
        assert isinstance(refused, NotFound)


def test_every_move_and_every_point_of_the_checklist_is_documented() -> None:
    assert table(TEXT, "code", "severity", "says").keys() == {code.value for code in ChecklistCode}
    for move in MOVES:
        assert f"| {move.source} | {move.name} | {move.target} |" in TEXT
