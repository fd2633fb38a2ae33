"""`saveTerms`, `setTerms`, and terms as editors and partners read them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlmodel import col, select

from models.actor import Actor
from models.asset import Asset
from models.errors import BadInput, Forbidden, NotFound
from models.event import Event, EventKind
from models.release import release_story
from models.scope import PARTNER_SCOPES, Scope
from models.story import Story
from models.variant import Form, Variant
from schema.identifier import global_id
from tests.seeded import NOW, JsonAnswer, Pool

TERMS = """
  id key name policyHash inherits zone inherited usageTerms(language: "en") zh: wording(language: "zh") en: wording(language: "en")
  creditLine
  policy { hash permissions { actions constraints { leftOperand operator rightOperand } duties { action within } }
           prohibitions { actions constraints { leftOperand operator rightOperand } } }
"""
SAVE = f"""mutation Save($input: SaveTermsInput!) {{ saveTerms(input: $input) {{
  terms {{ {TERMS} }} warnings {{ code field prohibition message }} userErrors {{ code field message }} query {{ __typename }} }} }}"""
SET = """mutation Set($input: SetTermsInput!) { setTerms(input: $input) {
  terms { id } revision userErrors { code field message currentVersion } } }"""
READ = f"query Read($id: ID, $key: String) {{ terms(id: $id, key: $key) {{ {TERMS} }} }}"
NOT_IN_CHINA = {
    "actions": ["USE"],
    "constraints": [{"leftOperand": "SPATIAL", "operator": "IS_ANY_OF", "rightOperand": ["CN"]}],
}
UNTIL_JUNE = {"leftOperand": "DATE_TIME", "operator": "LTEQ", "rightOperand": ["2027-06-30"]}
PUBLISH = {"actions": ["DISTRIBUTE"], "constraints": [UNTIL_JUNE], "duties": [{"action": "INFORM", "within": "P7D"}]}
POLICY = {"permissions": [PUBLISH], "prohibitions": [NOT_IN_CHINA]}
TEMPLATE = {"key": "worldwide", "names": [{"language": "en", "text": "Worldwide"}], "policy": POLICY}


@pytest.fixture
async def editor(pool: Pool) -> Actor:
    return await pool.actor(None, Scope.STORY_WRITE)


async def save(pool: Pool, actor: Actor, **given: Any) -> JsonAnswer:
    answer: JsonAnswer = (await pool.ask(actor, SAVE, input=given))["saveTerms"]
    return answer


async def test_terms_are_composed_worded_and_read_again(pool: Pool, editor: Actor) -> None:
    credit = [{"language": "en", "text": "Longgang"}]
    answer = await save(pool, editor, **TEMPLATE, creditLine=credit)
    assert (answer["userErrors"], answer["warnings"], answer["query"]) == ([], [], {"__typename": "Query"})
    terms = answer["terms"]
    assert terms["usageTerms"] == terms["en"]
    assert terms["en"] == (
        "You may publish the content until the end of 30 June 2027. In return you must tell the centre within 7 days of taking it. "
        "You must not use the content in any way in mainland China. Dates and times are in China Time."
    )
    assert terms["zh"].startswith("允许至2027年6月30日24:00止，发布本内容。")
    assert terms["policy"]["hash"] == terms["policyHash"]
    assert terms["policy"]["permissions"][0]["duties"] == [{"action": "INFORM", "within": "P7D"}]
    assert (terms["zone"], terms["inherited"], terms["creditLine"]) == ("Asia/Shanghai", False, "Longgang")
    assert (await pool.ask(editor, READ, id=terms["id"]))["terms"] == terms
    assert (await pool.ask(editor, READ, key="worldwide"))["terms"] == terms


async def test_what_is_saved_says_who_saved_it_in_the_log(pool: Pool, editor: Actor) -> None:
    await save(pool, editor, policy=POLICY)
    await save(pool, editor, policy=POLICY)
    async with pool.database.read() as session:
        events = (await session.exec(select(Event).where(Event.kind == EventKind.TERMS_SAVED))).all()
    assert len(events) == 1


async def test_a_template_is_saved_anew_by_whoever_read_it_last(pool: Pool, editor: Actor) -> None:
    first = (await save(pool, editor, **TEMPLATE))["terms"]
    changed = {**TEMPLATE, "policy": {"permissions": [PUBLISH]}}
    (refused,) = (await save(pool, editor, **changed))["userErrors"]
    assert (refused["code"], refused["field"]) == ("REVISION_CONFLICT", ["replaces"])
    results = await asyncio.gather(
        *(
            save(pool, editor, **changed, replaces=first["id"], creditLine=[{"language": "en", "text": str(n)}])
            for n in range(5)
        )
    )
    assert sorted(len(result["userErrors"]) for result in results) == [0, 1, 1, 1, 1]
    present = (await pool.ask(editor, READ, key="worldwide"))["terms"]
    assert present["id"] in {result["terms"]["id"] for result in results if result["terms"]}
    assert (await pool.ask(editor, READ, id=first["id"]))["terms"] == {**first, "key": None}


async def test_templates_are_listed_and_inherited_from(pool: Pool, editor: Actor) -> None:
    await save(pool, editor, **TEMPLATE)
    saved = await save(pool, editor, policy={"permissions": [{"actions": ["PRINT"]}]}, inherits=["worldwide"])
    assert saved["terms"]["inherits"] == ["worldwide"]
    assert [rule["actions"] for rule in saved["terms"]["policy"]["permissions"]] == [["DISTRIBUTE"], ["PRINT"]]
    listed = (await pool.ask(editor, "{ termsTemplates { key id } }"))["termsTemplates"]
    keys = [terms["key"] for terms in listed]
    assert "worldwide" in keys
    assert keys == sorted(keys)
    ring = await save(pool, editor, **{**TEMPLATE, "inherits": ["worldwide"]})
    assert [error["code"] for error in ring["userErrors"]] == ["INHERITANCE_CYCLE"]


@pytest.mark.parametrize(
    ("policy", "warnings"),
    [
        (
            {"permissions": [{"actions": ["PRINT"]}, PUBLISH], "prohibitions": [NOT_IN_CHINA, {"actions": ["PRINT"]}]},
            [("NEVER_HOLDS", "policy.permissions.0", "policy.prohibitions.1")],
        ),
        ({"prohibitions": [NOT_IN_CHINA]}, [("PROHIBITS_NOTHING", "policy.prohibitions.0", None)]),
        (
            {
                "permissions": [
                    {
                        "actions": ["PRINT"],
                        "constraints": [
                            {"leftOperand": "DATE_TIME", "operator": "GTEQ", "rightOperand": ["2027-01-01"]}
                        ],
                        "duties": [{"action": "LINK"}, {"action": "ATTRIBUTE", "by": "2026-12-31"}],
                    }
                ]
            },
            [("DEADLINE_BEFORE_START", "policy.permissions.0.duties.1", None)],
        ),
    ],
)
async def test_what_cannot_be_meant_is_pointed_out_where_it_was_written(
    pool: Pool, editor: Actor, policy: dict[str, object], warnings: list[tuple[str, str, str | None]]
) -> None:
    answer = await save(pool, editor, policy=policy)
    assert answer["terms"]
    given = [
        (w["code"], ".".join(w["field"]), w["prohibition"] and ".".join(w["prohibition"])) for w in answer["warnings"]
    ]
    assert given == warnings


async def test_a_contradiction_with_what_is_inherited_is_pointed_out(pool: Pool, editor: Actor) -> None:
    await save(pool, editor, **TEMPLATE)
    answer = await save(pool, editor, policy={"prohibitions": [{"actions": ["DISTRIBUTE"]}]}, inherits=["worldwide"])
    never = next(warning for warning in answer["warnings"] if warning["code"] == "NEVER_HOLDS")
    assert (never["field"], never["prohibition"]) == (["inherits"], ["policy", "prohibitions", "0"])


BACKWARDS = [UNTIL_JUNE, {"leftOperand": "DATE_TIME", "operator": "GTEQ", "rightOperand": ["2027-07-01"]}]


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"policy": {"permissions": [{"actions": []}]}}, "BAD_POLICY", "policy.permissions.0.actions"),
        (
            {"policy": {"permissions": [PUBLISH, {"actions": ["PRINT"], "constraints": BACKWARDS}]}},
            "BAD_POLICY",
            "policy.permissions.1.constraints",
        ),
        (
            {"policy": {"permissions": [{"actions": ["USE"], "duties": [{"action": "INFORM", "within": "soon"}]}]}},
            "BAD_POLICY",
            "policy.permissions.0.duties.0.within",
        ),
        ({"policy": {"prohibitions": [PUBLISH]}}, "BAD_POLICY", "policy.prohibitions.0.duties"),
        ({"policy": POLICY, "zone": "Asia/Longgang"}, "BAD_ZONE", "zone"),
        ({"policy": POLICY, "key": "No Key"}, "BAD_INPUT", "key"),
        ({"policy": POLICY, "key": "nameless"}, "BAD_INPUT", "names"),
        ({"policy": POLICY, "inherits": ["nothing"]}, "NOT_FOUND", "inherits.0"),
        ({"policy": POLICY, "key": "a", "replaces": "bm9uc2Vuc2U"}, "NOT_FOUND", "replaces"),
        ({"policy": POLICY, "names": [{"language": "en", "text": t} for t in "ab"]}, "BAD_INPUT", "names.1"),
    ],
)
async def test_what_cannot_be_right_is_refused_by_its_path(
    pool: Pool, editor: Actor, given: dict[str, Any], code: str, field: str
) -> None:
    answer = await save(pool, editor, **given)
    assert answer["terms"] is None
    assert [(error["code"], ".".join(error["field"])) for error in answer["userErrors"]] == [(code, field)]


async def test_terms_that_are_not_there_are_not_found(pool: Pool, editor: Actor) -> None:
    assert isinstance(await pool.refusal(editor, READ, key="nothing"), NotFound)
    assert isinstance(await pool.refusal(editor, READ, id=global_id("Story", "1")), NotFound)
    assert isinstance(await pool.refusal(editor, READ), BadInput)


async def test_a_partner_composes_and_lists_nothing(pool: Pool) -> None:
    partner = await pool.actor("china-daily", *PARTNER_SCOPES)
    assert isinstance(await pool.refusal(partner, SAVE, input={"policy": POLICY}), Forbidden)
    assert isinstance(await pool.refusal(partner, SET, input={"termsId": None}), Forbidden)
    assert isinstance(await pool.refusal(partner, READ, key="open-world"), Forbidden)
    assert isinstance(await pool.refusal(partner, "{ termsTemplates { key } }"), Forbidden)


STORY = f"""query($uri: String!) {{ story(uri: $uri) {{ id
  terms {{ {TERMS} }}
  variants {{ id ownTerms terms {{ id inherited }} }}
  assets {{ id ownTerms terms {{ id inherited policy {{ permissions {{ actions }} }} }} }} }} }}"""


async def story_of(pool: Pool, slug: str) -> Story:
    async with pool.database.read() as session:
        return (await session.exec(select(Story).where(col(Story.uri).endswith(":" + slug)))).one()


async def given_terms(pool: Pool, editor: Actor, **given: Any) -> JsonAnswer:
    answer: JsonAnswer = (await pool.ask(editor, SET, input=given))["setTerms"]
    return answer


async def released(pool: Pool, story: Story) -> JsonAnswer:
    async with pool.database.write() as session:
        await release_story(session, story.id, by="test", now=NOW)
    partner = await pool.actor("china-daily")
    seen: JsonAnswer = (await pool.ask(partner, STORY, uri=story.uri))["story"]
    return seen


async def test_a_partner_reads_the_rules_and_what_is_inherited_says_so(pool: Pool, editor: Actor) -> None:
    story = await story_of(pool, "glasses-park")
    own = (await save(pool, editor, policy={"permissions": [{"actions": ["DISTRIBUTE", "PRINT"]}]}))["terms"]
    whole = (await save(pool, editor, policy=POLICY))["terms"]
    async with pool.database.read() as session:
        asset = (await session.exec(select(Asset.id).where(Asset.story_id == story.id).limit(1))).one()
    assert (await given_terms(pool, editor, storyId=global_id("Story", story.id), termsId=whole["id"]))["terms"]
    assert (await given_terms(pool, editor, assetId=global_id("Asset", asset), termsId=own["id"]))["terms"]
    seen = await released(pool, story)
    assert seen["terms"] == whole
    assert {(v["ownTerms"], v["terms"]["inherited"], v["terms"]["id"]) for v in seen["variants"]} == {
        (False, True, whole["id"])
    }
    shown = {part["id"]: part for part in seen["assets"]}
    assert shown[global_id("Asset", asset)]["terms"] == {
        "id": own["id"],
        "inherited": False,
        "policy": {"permissions": [{"actions": ["DISTRIBUTE", "PRINT"]}]},
    }
    others = [part for key, part in shown.items() if key != global_id("Asset", asset)]
    assert all(part["terms"]["inherited"] is not part["ownTerms"] for part in others)


async def test_what_was_released_stays_under_its_terms_when_the_template_is_saved_anew(
    pool: Pool, editor: Actor
) -> None:
    story = await story_of(pool, "glasses-park")
    old = (await save(pool, editor, **TEMPLATE))["terms"]
    await given_terms(pool, editor, storyId=global_id("Story", story.id), termsId=old["id"])
    before = await released(pool, story)
    await save(pool, editor, **{**TEMPLATE, "policy": {"permissions": [PUBLISH]}}, replaces=old["id"])
    after = await released(pool, story)
    assert after["terms"]["policy"] == before["terms"]["policy"] == old["policy"]


async def test_a_variant_can_have_terms_of_its_own_and_lose_them_again(pool: Pool, editor: Actor) -> None:
    story = await story_of(pool, "glasses-park")
    own = (await save(pool, editor, policy={"permissions": [{"actions": ["DISTRIBUTE"]}]}))["terms"]
    async with pool.database.read() as session:
        chosen = select(Variant).where(
            Variant.story_id == story.id, Variant.language == "en", Variant.form == Form.ARTICLE
        )
        variant = (await session.exec(chosen)).one()
    name = global_id("Variant", variant.id)
    first = await given_terms(pool, editor, variantId=name, termsId=own["id"], revision=variant.revision)
    assert first["revision"] == variant.revision + 1
    again = await given_terms(pool, editor, variantId=name, termsId=own["id"], revision=variant.revision)
    assert again == first
    seen = {part["id"]: part for part in (await released(pool, story))["variants"]}
    assert seen[name]["terms"] == {"id": own["id"], "inherited": False}
    stale = await given_terms(pool, editor, variantId=name, termsId=None, revision=variant.revision)
    assert [(e["code"], e["currentVersion"]) for e in stale["userErrors"]] == [
        ("REVISION_CONFLICT", variant.revision + 1)
    ]
    back = await given_terms(pool, editor, variantId=name, termsId=None, revision=variant.revision + 1)
    assert (back["terms"], back["userErrors"]) == (None, [])
    assert {part["id"]: part for part in (await released(pool, story))["variants"]}[name]["terms"]["inherited"]


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({}, "BAD_INPUT", None),
        ({"storyId": "<story>", "variantId": "<story>"}, "NOT_FOUND", ["variantId"]),
        ({"storyId": "<story>", "assetId": "<asset>"}, "BAD_INPUT", None),
        ({"storyId": "<story>", "termsId": None}, "BAD_INPUT", ["termsId"]),
        ({"storyId": "<story>", "termsId": "<no terms>"}, "NOT_FOUND", ["termsId"]),
        ({"storyId": "<no story>"}, "NOT_FOUND", ["storyId"]),
        ({"storyId": "<story>", "revision": 99}, "REVISION_CONFLICT", ["revision"]),
        ({"assetId": "<asset>", "revision": 1}, "BAD_INPUT", ["revision"]),
    ],
)
async def test_terms_are_given_to_one_thing_that_is_there(
    pool: Pool, editor: Actor, given: dict[str, Any], code: str, field: list[str] | None
) -> None:
    story = await story_of(pool, "glasses-park")
    nothing = "01990000-0000-7000-8000-000000000000"
    async with pool.database.read() as session:
        asset = (await session.exec(select(Asset.id).where(Asset.story_id == story.id).limit(1))).one()
    known = {
        "<story>": global_id("Story", story.id),
        "<asset>": global_id("Asset", asset),
        "<no story>": global_id("Story", nothing),
        "<no terms>": global_id("Terms", nothing),
    }
    terms = (await save(pool, editor, policy=POLICY))["terms"]
    answer = await given_terms(
        pool, editor, **{"termsId": terms["id"], **{name: known.get(value, value) for name, value in given.items()}}
    )
    assert [(error["code"], error["field"]) for error in answer["userErrors"]] == [(code, field)]


async def test_a_decision_is_explained_in_the_language_asked_for(pool: Pool) -> None:
    partner = await pool.actor("china-daily")
    read = 'query($uri: String!) { story(uri: $uri) { variant(languages: ["en"], form: ARTICLE) { id } } }'
    uri = (await story_of(pool, "low-carbon-city")).uri
    variant = (await pool.ask(partner, read, uri=uri))["story"]["variant"]["id"]
    document = """query($id: ID!, $use: UseInput!) {
      usageDecision(variantId: $id, use: $use) { zh: explanation(language: "zh-Hans") en: explanation(language: "fr") }
      usageDecisions(variantIds: [$id], uses: [$use]) { decisions { en: explanation(language: "en") } } }"""
    answer = await pool.ask(partner, document, id=variant, use={"territory": "CN", "channel": "WEB"})
    assert answer["usageDecision"]["en"].startswith(
        "No: you may not publish the content in mainland China, on the web, because the story's terms prohibit it."
    )
    assert answer["usageDecision"]["zh"].startswith("不可以在中国大陆，通过网站，发布本内容：稿件条款禁止这样使用")
    assert answer["usageDecisions"][0]["decisions"][0]["en"] == answer["usageDecision"]["en"]
