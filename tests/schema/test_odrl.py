"""Terms, agreements and decisions in ODRL through the API, and terms and agreements taken over from it."""

from __future__ import annotations

from typing import Any

import pytest

from models.actor import Actor
from models.errors import Forbidden
from models.odrl.reading import read_terms
from models.scope import Scope
from tests.seeded import JsonAnswer, Pool

TEMPLATE = 'query($key: String!) { terms(key: $key) { id key policyHash odrl name(language: "zh") } }'
IMPORT = """mutation($input: ImportTermsInput!) { importTerms(input: $input) {
  terms { id key policyHash name(language: "zh") usageTerms(language: "en") creditLine(language: "en") zone odrl }
  warnings { code field message }
  userErrors { code field message } } }"""
STORY = """{ stories(first: 1, filter: { languages: ["en"], forms: [ARTICLE] }) { edges { node {
  terms { odrl policyHash } variant(languages: ["en"]) { id uri terms { odrl policyHash } assets { terms { odrl policyHash } } } } } } }"""
CONTEXT = ["http://www.w3.org/ns/odrl.jsonld", {"storypool": "https://w3id.org/storypool/odrl#"}]

IMPORT_AGREEMENT = """mutation($input: ImportAgreementInput!) { importAgreement(input: $input) {
  agreement { id key partnerKey version policyHash territories channels startsAt endsAt zone odrl }
  userErrors { code field message } query { viewer { isStaff } } } }"""


def document(**parts: object) -> dict[str, Any]:
    whole = {"@context": CONTEXT, "@type": "Set", "uid": "https://example.org/policy", **parts}
    return {"permission": [{"action": "distribute"}], **whole}


async def imported(pool: Pool, **given: object) -> JsonAnswer:
    answer: JsonAnswer = (await pool.ask(await pool.actor(None), IMPORT, input=given))["importTerms"]
    return answer


async def test_a_template_is_exported_and_comes_back_under_another_key(pool: Pool) -> None:
    terms = (await pool.ask(await pool.actor(None), TEMPLATE, key="web-print-dated"))["terms"]
    answer = await imported(pool, odrl=terms["odrl"], key="copied")
    assert answer["userErrors"] == []
    assert answer["terms"]["key"] == "copied"
    assert answer["terms"]["policyHash"] == terms["policyHash"]
    assert answer["terms"]["name"] == terms["name"]
    assert answer["terms"]["odrl"]["permission"] == terms["odrl"]["permission"]


async def test_importing_twice_gives_the_same_terms(pool: Pool) -> None:
    first, second = [await imported(pool, odrl=document()) for _ in range(2)]
    assert first["terms"]["id"] == second["terms"]["id"]


async def test_texts_beside_the_policy_stand_in_the_place_of_its_own(pool: Pool) -> None:
    titles = [{"@value": "Theirs", "@language": "en"}, {"@value": "他们的", "@language": "zh"}]
    credit = [{"language": "en", "text": "Source: us"}]
    answer = await imported(pool, odrl=document(**{"dct:title": titles}), key="given", creditLine=credit)
    assert answer["terms"]["name"] == "他们的"
    assert answer["terms"]["creditLine"] == "Source: us"
    assert answer["terms"]["usageTerms"], "worded from the rules, where nobody gives a text"


async def test_a_date_alone_is_read_in_the_zone_that_is_given(pool: Pool) -> None:
    until = {"leftOperand": "dateTime", "operator": "lteq", "rightOperand": "2030-06-30"}
    answer = await imported(
        pool, odrl=document(permission=[{"action": "print", "constraint": until}]), zone="Europe/Athens"
    )
    assert answer["terms"]["zone"] == "Europe/Athens"
    (rule,) = answer["terms"]["odrl"]["permission"]
    assert rule["constraint"][0]["rightOperand"]["@value"] == "2030-06-30T21:00:00Z"


async def test_what_terms_cannot_say_is_refused_by_its_path_in_the_input(pool: Pool) -> None:
    answer = await imported(pool, odrl=document(permission=[{"action": "print"}, {"action": "stream"}]))
    assert answer["terms"] is None
    (error,) = answer["userErrors"]
    assert (error["code"], error["field"]) == ("BAD_POLICY", ["odrl", "permission", "1", "action"])
    assert "stream" in error["message"]


async def test_a_rule_that_ends_before_it_begins_is_refused(pool: Pool) -> None:
    bounds = [
        {"leftOperand": "dateTime", "operator": operator, "rightOperand": "2030-01-01T00:00:00Z"}
        for operator in ("gteq", "lt")
    ]
    answer = await imported(pool, odrl=document(permission=[{"action": "print", "constraint": bounds}]))
    assert answer["userErrors"][0]["field"] == ["odrl", "permission", "0", "constraint"]


async def test_what_cannot_be_meant_is_pointed_out_by_its_place(pool: Pool) -> None:
    odrl = document(conflict="prohibit", prohibition=[{"action": "use"}])
    answer = await imported(pool, odrl=odrl)
    assert answer["terms"] is not None
    warning = answer["warnings"][0]
    assert (warning["code"], warning["field"]) == ("NEVER_HOLDS", ["odrl", "permission", "0"])


async def test_a_template_is_replaced_by_name_only(pool: Pool) -> None:
    titles = {"dct:title": {"@value": "Once", "@language": "en"}}
    first = await imported(pool, odrl=document(**titles), key="mine")
    changed = document(**titles, permission=[{"action": "print"}])
    refused = await imported(pool, odrl=changed, key="mine")
    assert refused["userErrors"][0]["code"] == "REVISION_CONFLICT"
    saved = await imported(pool, odrl=changed, key="mine", replaces=first["terms"]["id"])
    assert saved["userErrors"] == []


async def test_importing_needs_the_scope_of_editors(pool: Pool) -> None:
    actor = await pool.actor(None, Scope.POOL_READ)
    error = await pool.refusal(actor, IMPORT, input={"odrl": document()})
    assert isinstance(error, Forbidden)


async def test_partners_read_the_terms_of_stories_variants_and_assets_as_odrl(pool: Pool) -> None:
    data = await pool.ask(await pool.actor("china-daily"), STORY)
    story = data["stories"]["edges"][0]["node"]
    held = [story["terms"], story["variant"]["terms"], *(asset["terms"] for asset in story["variant"]["assets"])]
    assert len(held) > 2
    for terms in held:
        assert read_terms(terms["odrl"]).policy.hash() == terms["policyHash"]


async def test_a_decision_is_given_as_a_compliance_report(pool: Pool) -> None:
    actor = await pool.actor("china-daily")
    variant = (await pool.ask(actor, STORY))["stories"]["edges"][0]["node"]["variant"]
    document = """query($id: ID!) { usageDecision(variantId: $id, use: { territory: "FR", channel: WEB }) {
      decision complianceReport } }"""
    answer = (await pool.ask(actor, document, id=variant["id"]))["usageDecision"]
    report = answer["complianceReport"]
    assert report["storypool:decision"] == {"@id": f"storypool:{answer['decision']}"}
    assert report["storypool:request"]["sotw:requestedTarget"] == {"@id": variant["uri"]}
    assert actor.partner_id is not None
    assert report["storypool:request"]["sotw:requestingParty"] == {"@id": actor.partner_id.urn}
    reported = {rule["report:rule"]["@id"] for rule in report["storypool:policyReport"][0]["report:ruleReport"]}
    odrl = variant["terms"]["odrl"]
    assert reported == {rule["uid"] for rule in [*odrl["permission"], *odrl.get("prohibition", [])]}


async def test_decisions_of_a_matrix_have_their_reports_too(pool: Pool) -> None:
    actor = await pool.actor("china-daily")
    variant = (await pool.ask(actor, STORY))["stories"]["edges"][0]["node"]["variant"]
    document = """query($id: ID!) { usageDecisions(variantIds: [$id], uses: [
      { territory: "FR", channel: WEB }, { territory: "JP", channel: PRINT }]) { decisions { complianceReport } } }"""
    (row,) = (await pool.ask(actor, document, id=variant["id"]))["usageDecisions"]
    asked = [item["complianceReport"]["storypool:request"]["sotw:requestParameter"] for item in row["decisions"]]
    assert [parameters[0]["sotw:value"] for parameters in asked] == ["FR", "JP"]


@pytest.mark.parametrize("partner", [None, "china-daily"])
async def test_an_agreement_is_exported_to_staff_and_to_its_partner(pool: Pool, partner: str | None) -> None:
    staff = await pool.actor(None)
    listed = await pool.ask(staff, "{ agreements(first: 20) { edges { node { id key partnerKey policyHash } } } }")
    wanted = next(e["node"] for e in listed["agreements"]["edges"] if e["node"]["partnerKey"] == "china-daily")
    actor = await pool.actor(partner)
    document = "query($id: ID!) { node(id: $id) { ... on Agreement { odrl } } }"
    odrl = (await pool.ask(actor, document, id=wanted["id"]))["node"]["odrl"]
    assert odrl["@type"] == "Agreement"
    assert odrl["dct:identifier"] == wanted["key"]
    assert odrl["assigner"]["uid"] == "http://localhost:8000"
    assert odrl["storypool:policyHash"] == wanted["policyHash"]


async def agreement_of(pool: Pool, partner: str) -> JsonAnswer:
    """The first agreement of a partner of the demonstration."""
    asked = """{ agreements(first: 20) { edges { node {
      id key partnerKey version policyHash territories channels startsAt endsAt zone odrl } } } }"""
    listed = await pool.ask(await pool.actor(None), asked)
    found: JsonAnswer = next(e["node"] for e in listed["agreements"]["edges"] if e["node"]["partnerKey"] == partner)
    return found


async def taken_over(pool: Pool, actor: Actor | None = None, **given: object) -> Any:
    """What importing an agreement gives."""
    return await pool.run(actor or await pool.actor(None), IMPORT_AGREEMENT, input=given)


async def test_an_agreement_comes_back_as_itself(pool: Pool) -> None:
    agreement = await agreement_of(pool, "china-daily")
    result = await taken_over(pool, odrl=agreement["odrl"])
    assert result.errors is None
    expected = {"agreement": agreement, "userErrors": [], "query": {"viewer": {"isStaff": True}}}
    assert result.data["importAgreement"] == expected


async def test_an_agreement_comes_back_under_another_key_for_a_partner_by_key(pool: Pool) -> None:
    agreement = await agreement_of(pool, "china-daily")
    result = await taken_over(pool, odrl=agreement["odrl"], key="copied", partnerKey="china-daily")
    copied = result.data["importAgreement"]["agreement"]
    assert (copied["key"], copied["version"]) == ("copied", 1)
    assert copied["id"] != agreement["id"]
    for name in ("partnerKey", "policyHash", "startsAt", "endsAt", "zone"):
        assert copied[name] == agreement[name], name
    for name in ("territories", "channels"):
        assert sorted(copied[name]) == sorted(agreement[name]), name


@pytest.mark.parametrize(
    ("changed", "given", "code", "field"),
    [
        ({"inheritFrom": "urn:x:y"}, {}, "BAD_POLICY", ["odrl", "inheritFrom"]),
        ({"storypool:zone": "Asia/Nowhere"}, {}, "BAD_ZONE", ["odrl", "storypool:zone"]),
        ({"dct:title": []}, {}, "BAD_INPUT", ["odrl", "dct:title"]),
        ({}, {"partnerKey": "nobody"}, "NOT_FOUND", ["partnerKey"]),
        ({}, {"key": "No Key"}, "BAD_INPUT", ["key"]),
        ({"dct:title": {"@value": "Another", "@language": "en"}}, {}, "KEY_TAKEN", ["odrl", "dct:identifier"]),
    ],
)
async def test_what_is_no_agreement_is_refused_by_its_path_in_the_input(
    pool: Pool, changed: JsonAnswer, given: JsonAnswer, code: str, field: list[str]
) -> None:
    agreement = await agreement_of(pool, "china-daily")
    result = await taken_over(pool, odrl={**agreement["odrl"], **changed}, **given)
    answer = result.data["importAgreement"]
    (error,) = answer["userErrors"]
    assert (answer["agreement"], error["code"], error["field"]) == (None, code, field)


async def test_importing_an_agreement_needs_the_scope_of_partnership_officers(pool: Pool) -> None:
    agreement = await agreement_of(pool, "china-daily")
    actor = await pool.actor(None, Scope.STORY_WRITE)
    result = await taken_over(pool, actor, odrl=agreement["odrl"])
    assert isinstance(result.errors[0].original_error, Forbidden)
