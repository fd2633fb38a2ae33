"""`acknowledgePickup` and `pickups`: taken once, decided, recorded, and nobody else's business."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from models.actor import Actor
from models.errors import Forbidden, NotFound
from models.event import Event, EventKind
from models.language import LanguageTag
from models.pickup import Pickup
from models.release import change_status, release_story, story_by_uri
from models.scope import Scope
from models.story import PubStatus, Story
from models.variant import Variant
from tests.seeded import NOW, JsonAnswer, Pool

TAKE = """
mutation Take($input: AcknowledgePickupInput!) {
  acknowledgePickup(input: $input) {
    pickup {
      id variantVersion storyVersion creditLine licenseText note plannedAt outletIds
      content { headline body language assets { id renditions { href sha256 } } }
      duties { action } omittedAssets { assetId code message }
      uses { action territory channel language usageDecision { decision reasons { code outcome message } } }
    }
    userErrors { code field message currentVersion }
  }
}
"""
LIST = "{ pickups(first: 100) { edges { node { id content { headline } } } } }"
STORY = (
    """query($uri: String!) { story(uri: $uri) { id uri version pubStatus variants { id version language form } } }"""
)
WEB = {"territory": "FR", "channel": "WEB"}


async def story_uri(pool: Pool, slug: str) -> str:
    async with pool.database.read() as session:
        return (await session.exec(select(Story.uri).where(col(Story.uri).endswith(":" + slug)))).one()


@pytest.fixture
async def partner(pool: Pool) -> Actor:
    """A client of the first partner that exists in the database, so that pickups can name it."""
    return await pool.client("china-daily")


async def variant_of(pool: Pool, actor: Actor, slug: str, language: str = "en", form: str = "ARTICLE") -> JsonAnswer:
    story = (await pool.ask(actor, STORY, uri=await story_uri(pool, slug)))["story"]
    found: JsonAnswer = next(v for v in story["variants"] if (v["language"], v["form"]) == (language, form))
    return found


async def take(pool: Pool, actor: Actor, variant: JsonAnswer, *uses: dict[str, Any], **more: Any) -> JsonAnswer:
    given = {"variantId": variant["id"], "version": variant["version"], "uses": list(uses or (WEB,)), **more}
    answer: JsonAnswer = (await pool.ask(actor, TAKE, input=given))["acknowledgePickup"]
    return answer


async def test_the_receipt_holds_the_whole_content_with_credit_and_licence_in_its_language(
    pool: Pool, partner: Actor
) -> None:
    variant = await variant_of(pool, partner, "patrol-robot", "ru")
    answer = await take(pool, partner, variant)
    assert answer["userErrors"] == []
    pickup = answer["pickup"]
    assert pickup["content"]["body"].startswith("<p>")
    assert pickup["content"]["language"] == "ru"
    assert any("а" <= letter <= "я" for letter in pickup["creditLine"].lower())
    assert pickup["licenseText"]
    assert pickup["duties"] == [{"action": "ATTRIBUTE"}]
    assert pickup["uses"][0]["language"] == "ru"
    assert [reason["code"] for reason in pickup["uses"][0]["usageDecision"]["reasons"]]


async def test_the_same_again_is_the_same_pickup_and_updates_the_plan(pool: Pool, partner: Actor) -> None:
    variant = await variant_of(pool, partner, "glasses-park")
    first = await take(pool, partner, variant, WEB, {"territory": "JP", "channel": "APP"}, note="first")
    again = await take(
        pool, partner, variant, {"territory": "JP", "channel": "APP"}, {**WEB, "language": "en"}, note="second"
    )
    assert again["pickup"]["id"] == first["pickup"]["id"]
    assert again["pickup"]["note"] == "second"
    assert len((await pool.ask(partner, LIST))["pickups"]["edges"]) == 1


async def test_fifty_identical_calls_at_once_make_one_pickup_and_one_event(pool: Pool, partner: Actor) -> None:
    variant = await variant_of(pool, partner, "glasses-park")
    answers = await asyncio.gather(*(take(pool, partner, variant) for _ in range(50)))
    assert {answer["pickup"]["id"] for answer in answers} == {answers[0]["pickup"]["id"]}
    async with pool.database.read() as session:
        assert (await session.exec(select(sa.func.count()).select_from(Pickup))).one() == 1
        kinds = (await session.exec(select(Event.kind).where(col(Event.story_id).is_not(None), Event.at == NOW))).all()
    assert list(kinds) == [EventKind.PICKUP_ACKNOWLEDGED]


async def test_a_stale_version_is_refused_with_the_current_one(pool: Pool, partner: Actor) -> None:
    variant = await variant_of(pool, partner, "glasses-park")
    answer = await take(pool, partner, {**variant, "version": 7})
    assert answer["pickup"] is None
    assert [(error["code"], error["currentVersion"]) for error in answer["userErrors"]] == [("STALE_VERSION", 1)]


async def test_the_version_taken_stays_when_a_newer_one_is_released(pool: Pool, partner: Actor) -> None:
    variant = await variant_of(pool, partner, "glasses-park")
    first = await take(pool, partner, variant)
    async with pool.database.write() as session:
        story = await story_by_uri(session, await story_uri(pool, "glasses-park"))
        rows = (await session.exec(select(Variant).where(Variant.story_id == story.id, Variant.language == "en"))).all()
        for row in rows:
            row.headline = "Changed"
            session.add(row)
        await release_story(session, story.id, by="test", now=NOW)
    again = await take(pool, partner, variant)
    assert again["pickup"]["id"] == first["pickup"]["id"]
    assert again["pickup"]["content"]["headline"] == first["pickup"]["content"]["headline"] != "Changed"
    other_uses = await take(pool, partner, variant, {"territory": "DE", "channel": "WEB"})
    assert other_uses["userErrors"][0]["code"] == "STALE_VERSION"
    newer = await variant_of(pool, partner, "glasses-park")
    assert newer["version"] == 2
    assert (await take(pool, partner, newer))["pickup"]["content"]["headline"] == "Changed"


async def test_a_denied_use_changes_nothing_and_says_which_rule_denied_it(pool: Pool, partner: Actor) -> None:
    variant = await variant_of(pool, partner, "low-carbon-city")
    answer = await take(pool, partner, variant, WEB, {"territory": "CN", "channel": "WEB"})
    (error,) = answer["userErrors"]
    assert error["code"] == "USAGE_DENIED"
    assert error["field"] == ["uses", "1"]
    assert "PROHIBITION" in error["message"]
    assert (await pool.ask(partner, LIST))["pickups"]["edges"] == []


async def test_the_planned_moment_is_decided_as_well(pool: Pool, partner: Actor) -> None:
    variant = await variant_of(pool, partner, "5g-helmet")
    late = await take(pool, partner, variant, plannedAt="2027-08-01T00:00:00Z")
    assert late["userErrors"][0]["code"] == "USAGE_DENIED"
    past = await take(pool, partner, variant, plannedAt=(NOW - timedelta(days=1)).isoformat())
    assert past["userErrors"][0]["code"] == "BAD_INPUT"
    assert (await take(pool, partner, variant, plannedAt="2027-01-01T00:00:00Z"))["pickup"]


async def test_an_asset_that_the_use_is_not_permitted_for_is_left_out_and_named(pool: Pool, partner: Actor) -> None:
    variant = await variant_of(pool, partner, "robotaxi-at-the-fair")
    pickup = (await take(pool, partner, variant))["pickup"]
    (omitted,) = pickup["omittedAssets"]
    assert omitted["code"] == "NOTHING_PERMITS"
    assert omitted["assetId"] not in {asset["id"] for asset in pickup["content"]["assets"]}
    assert pickup["content"]["assets"]


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"uses": []}, "BAD_INPUT", ["uses"]),
        ({"uses": [WEB] * 51}, "BAD_INPUT", ["uses"]),
        ({"uses": [{**WEB, "at": "2027-01-01T00:00:00Z"}]}, "USE_AT_REFUSED", ["uses", "0", "at"]),
        ({"note": "x" * 2001}, "BAD_INPUT", ["note"]),
        ({"variantId": "bm9uc2Vuc2U"}, "NOT_FOUND", None),
        ({"outletIds": ["T3V0bGV0OjAwMDAwMDAwLTAwMDAtMDAwMC0wMDAwLTAwMDAwMDAwMDAwMA"]}, "NOT_FOUND", ["outletIds"]),
    ],
)
async def test_bad_input_is_refused_by_name(
    pool: Pool, partner: Actor, given: dict[str, Any], code: str, field: list[str] | None
) -> None:
    variant = await variant_of(pool, partner, "glasses-park")
    whole = {"variantId": variant["id"], "version": 1, "uses": [WEB], **given}
    answer = (await pool.ask(partner, TAKE, input=whole))["acknowledgePickup"]
    assert [(error["code"], error["field"]) for error in answer["userErrors"]] == [(code, field)]


async def test_another_partner_sees_neither_the_pickup_nor_its_id(pool: Pool, partner: Actor) -> None:
    variant = await variant_of(pool, partner, "glasses-park")
    pickup = (await take(pool, partner, variant))["pickup"]
    stranger = await pool.client("smbu")
    assert (await pool.ask(stranger, LIST))["pickups"]["edges"] == []
    node = "query($id: ID!) { node(id: $id) { id } }"
    assert isinstance(await pool.refusal(stranger, node, id=pickup["id"]), NotFound)
    assert (await pool.ask(partner, node, id=pickup["id"]))["node"] == {"id": pickup["id"]}


async def test_a_variant_outside_the_agreement_does_not_exist(pool: Pool, partner: Actor) -> None:
    variant = await variant_of(pool, partner, "patrol-robot", "ar")
    stranger = await pool.client("peoples-daily-online-russian")
    assert (await take(pool, stranger, variant))["userErrors"][0]["code"] == "NOT_FOUND"
    node = "query($id: ID!) { node(id: $id) { id } }"
    hidden, wrong = (
        await pool.refusal(stranger, node, id=variant["id"]),
        await pool.refusal(stranger, node, id="VmFyaWFudDox"),
    )
    assert isinstance(hidden, NotFound)
    assert isinstance(wrong, NotFound)


@pytest.mark.parametrize("status", [PubStatus.WITHHELD, PubStatus.CANCELED])
async def test_a_story_taken_back_leaves_a_stub_and_a_receipt_without_content(
    pool: Pool, partner: Actor, status: PubStatus
) -> None:
    variant = await variant_of(pool, partner, "glasses-park")
    await take(pool, partner, variant)
    uri = await story_uri(pool, "glasses-park")
    async with pool.database.write() as session:
        story = await story_by_uri(session, uri)
        await change_status(session, story.id, status, by="test", now=NOW, reason="test")
    stub = (await pool.ask(partner, STORY, uri=uri))["story"]
    assert (stub["pubStatus"], stub["version"], stub["variants"]) == (status, 2, [])
    assert (await pool.ask(partner, LIST))["pickups"]["edges"][0]["node"]["content"] is None
    again = await take(pool, partner, variant)
    assert again["userErrors"][0]["code"] == "USAGE_DENIED"
    decision = """query($id: ID!, $use: UseInput!) {
      usageDecision(variantId: $id, use: $use) { decision duties { action } reasons { code outcome } } }"""
    answer = (await pool.ask(partner, decision, id=variant["id"], use=WEB))["usageDecision"]
    assert answer["decision"] == "DENY"
    assert ({"action": "DELETE"} in answer["duties"]) == (status is PubStatus.CANCELED)
    listed = "query($s: [PubStatus!]) { stories(first: 100, filter: {pubStatuses: $s}) { edges { node { uri pubStatus } } } }"
    assert uri not in {edge["node"]["uri"] for edge in (await pool.ask(partner, listed))["stories"]["edges"]}
    taken_back = (await pool.ask(partner, listed, s=[status]))["stories"]["edges"]
    assert [edge["node"] for edge in taken_back] == [{"uri": uri, "pubStatus": status}]


async def test_an_embargo_hides_a_story_until_it_lifts_but_not_from_who_reads_ahead(pool: Pool, partner: Actor) -> None:
    uri = await story_uri(pool, "glasses-park")
    async with pool.database.write() as session:
        story = await story_by_uri(session, uri)
        story.embargoed_until = NOW + timedelta(hours=1)
        session.add(story)
        await release_story(session, story.id, by="test", now=NOW)
    assert isinstance(await pool.refusal(partner, STORY, uri=uri), NotFound)
    ahead = await pool.client("china-daily", Scope.POOL_READ, Scope.PICKUP_WRITE, Scope.EMBARGO_READ)
    variant = await variant_of(pool, ahead, "glasses-park")
    answer = await take(pool, ahead, variant)
    assert answer["userErrors"][0]["code"] == "USAGE_DENIED"
    assert "UNDER_EMBARGO" in answer["userErrors"][0]["message"]
    pool.now = NOW + timedelta(hours=1)
    assert (await pool.ask(partner, STORY, uri=uri))["story"]["uri"] == uri


async def test_an_expired_story_is_left_out_of_lists_unless_asked_for_and_can_still_be_taken(
    pool: Pool, partner: Actor
) -> None:
    uri = await story_uri(pool, "glasses-park")
    async with pool.database.write() as session:
        story = await story_by_uri(session, uri)
        story.expires = NOW
        session.add(story)
        await release_story(session, story.id, by="test", now=NOW)
    listed = "query($e: Boolean!) { stories(first: 100, filter: {includeExpired: $e}) { edges { node { uri } } } }"
    for include, expected in ((False, False), (True, True)):
        found = {edge["node"]["uri"] for edge in (await pool.ask(partner, listed, e=include))["stories"]["edges"]}
        assert (uri in found) is expected
    assert (await take(pool, partner, await variant_of(pool, partner, "glasses-park")))["pickup"]


async def test_terms_that_permit_nothing_show_the_headline_but_no_body(pool: Pool, partner: Actor) -> None:
    document = (
        "query($u: String!) { story(uri: $u) { variants { headline body bodyText } assets { renditions { href } } } }"
    )
    story = (await pool.ask(partner, document, u=await story_uri(pool, "resource-bank-and-young-cadres")))["story"]
    assert all(
        variant["headline"] and variant["body"] is None and variant["bodyText"] is None for variant in story["variants"]
    )
    assert all(rendition["href"] is None for asset in story["assets"] for rendition in asset["renditions"])


async def test_staff_and_tokens_without_the_scope_take_nothing(pool: Pool, partner: Actor) -> None:
    variant = await variant_of(pool, partner, "glasses-park")
    given = {"variantId": variant["id"], "version": 1, "uses": [WEB]}
    assert isinstance(await pool.refusal(await pool.actor(None), TAKE, input=given), Forbidden)
    reader = await pool.actor("china-daily", Scope.POOL_READ)
    assert isinstance(await pool.refusal(reader, TAKE, input=given), Forbidden)


async def test_the_preferred_language_is_served_and_says_which_it_is(pool: Pool, partner: Actor) -> None:
    document = """query($u: String!, $l: [LanguageTag!]!) {
      story(uri: $u) { variant(languages: $l) { language } languages { language pubStatus version } } }"""
    story = (
        await pool.ask(partner, document, u=await story_uri(pool, "patrol-robot"), l=["de", LanguageTag("ru"), "en"])
    )["story"]
    assert story["variant"] == {"language": "ru"}
    assert {item["language"] for item in story["languages"]} == {"zh", "en", "ru", "ar"}


async def test_nodes_answer_null_for_what_is_not_there(pool: Pool, partner: Actor) -> None:
    variant = await variant_of(pool, partner, "glasses-park")
    document = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
    answer = (await pool.ask(partner, document, ids=[variant["id"], "VmFyaWFudDox", "%%%"]))["nodes"]
    assert answer == [{"__typename": "Variant", "id": variant["id"]}, None, None]
