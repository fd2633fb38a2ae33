"""After a kill: whoever reads, by whatever way, finds the stub and the notice, and nothing of the content."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from sqlmodel import select

from models.actor import Actor
from models.agreement.table import Agreement
from models.base import JsonObject
from models.errors import NotFound
from models.pool.index import live_story
from models.scope import Scope
from schema.identifier import global_id
from tests.schema.desk import Desk
from tests.schema.test_pickup import TAKE, WEB
from tests.seeded import NOW, Pool

STORY = """{ __typename id uri version versionCreated pubStatus slugline urgency contentCreated embargoedUntil expires demonstration
  genres { code } subjects { code } places { code } people { code } organisations { key } contributors { name } series { key } topic { key }
  assets { id caption renditions { href sha256 } } terms { id usageTerms } languages { language }
  variants { id uri headline body assets { id } } variant(languages: ["zh"]) { id } }"""
LIST = f"""query($f: StoryFilter, $o: StoryOrder) {{ stories(first: 100, filter: $f, orderBy: $o) {{
  totalCount {{ value }} facets {{ languages {{ value }} forms {{ value }} series {{ value }} subjects {{ value }} }}
  pageInfo {{ endCursor }} edges {{ cursor highlight {{ text }} node {STORY} }} }} }}"""
DECISIONS = """query($id: ID!, $use: UseInput!) {
  usageDecision(variantId: $id, use: $use) { decision duties { action } reasons { code message } complianceReport }
  usageDecisions(variantIds: [$id], uses: [$use]) { decisions { decision reasons { code message } complianceReport } } }"""
OWN = """{ pickups(first: 100) { edges { node { id creditLine licenseText content { headline body } omittedAssets { assetId }
  acceptedDuties { action state deadline } } } }
  duties(first: 100, state: PENDING) { edges { node { action storyId pickupId } } } }"""
EMPTY_FACETS: JsonObject = {"languages": [], "forms": [], "series": [], "subjects": []}
CANCELED = {"pubStatuses": ["CANCELED"]}


class Secret:
    """What a story says, and what it is filed under."""

    def __init__(self, document: JsonObject) -> None:
        self.document = document
        story, parts = document["story"], document["variants"]
        self.words = {part["headline"] for part in parts} | {part["bodyText"][20:40] for part in parts}
        self.words |= {story["slugline"], *(asset["id"] for asset in document["assets"])}
        self.words |= {file["sha256"] for asset in document["assets"] for file in asset["renditions"]}
        self.words |= {terms["usageTerms"].get("en", "?") for terms in document["terms"].values()}

    def require_absent(self, answer: object) -> None:
        said = json.dumps(answer, ensure_ascii=False)
        assert not [word for word in self.words if word and word in said]

    def filters(self) -> list[JsonObject]:
        """Everything that can be asked of the content; each matched the story before."""
        story, part = self.document["story"], self.document["variants"][0]
        codes = {name: [one["code"] for one in story[name]] for name in ("subjects", "genres", "places") if story[name]}
        asked: list[JsonObject] = [{name: values} for name, values in codes.items()]
        asked += [{"organisations": [one["key"]]} for one in story["organisations"][:1]]
        asked += [{"urgencies": [story["urgency"]]}] if story["urgency"] else []
        asked += [{"series": [story["series"]["key"]]}] if story["series"] else []
        asked += [{"media": [asset["kind"]]} for asset in self.document["assets"][:1]]
        return [
            *asked,
            {"languages": [part["language"]]},
            {"forms": [part["form"]]},
            {"text": f'"{part["headline"]}"'},
            {"contentCreated": {"start": story["contentCreated"], "until": NOW.isoformat()}},
        ]


async def test_after_a_kill_no_reader_finds_anything_but_the_stub(pool: Pool) -> None:
    desk = await Desk.of(pool, "glasses-park")
    partner = await pool.client("china-daily")
    async with pool.database.read() as session:
        live = await live_story(session, desk.story.id)
    assert live is not None
    secret = Secret(live[1])
    zh = {"variantId": desk.variant("zh"), "version": 1, "uses": [WEB]}
    assert (await pool.ask(partner, TAKE, input=zh))["acknowledgePickup"]["userErrors"] == []
    for asked in secret.filters():
        assert desk.story.uri in await listed(pool, partner, asked), asked

    await desk.done("kill", reason="Wrong from beginning to end.", text="Delete it.")
    stub = {"id": desk.id, "uri": desk.story.uri, "version": 2, "pubStatus": "CANCELED"}
    auditor = await pool.actor(None)
    for reader in (partner, desk.actor):
        await finds_the_stub_alone(pool, reader, desk, secret, stub)
    for asked in secret.filters():
        assert desk.story.uri in await listed(pool, auditor, asked | CANCELED), asked
    assert (await pool.ask(auditor, f"query($id: ID!) {{ story(id: $id) {STORY} }}", id=desk.id))["story"]["slugline"]

    again = (await pool.ask(partner, TAKE, input=zh))["acknowledgePickup"]
    assert (again["pickup"], again["userErrors"][0]["code"]) == (None, "USAGE_DENIED")
    secret.require_absent(again)
    own = await pool.ask(partner, OWN)
    secret.require_absent(own)
    pickup = own["pickups"]["edges"][0]["node"]
    assert pickup["content"] is pickup["creditLine"] is None
    owed = [edge["node"] for edge in own["duties"]["edges"] if edge["node"]["action"] == "DELETE"]
    assert owed == [{"action": "DELETE", "storyId": desk.id, "pickupId": pickup["id"]}]
    # giving the pickup back does not undo what is owed
    await pool.ask(
        partner, "mutation($id: ID!) { releasePickup(input: {pickupId: $id}) { pickup { id } } }", id=pickup["id"]
    )
    assert "DELETE" in json.dumps((await pool.ask(partner, OWN))["duties"])


async def finds_the_stub_alone(pool: Pool, reader: Actor, desk: Desk, secret: Secret, stub: JsonObject) -> None:
    """Walks every way to the story."""
    by_id = await pool.ask(
        reader, f"query($id: ID!) {{ story(id: $id) {STORY} node(id: $id) {{ ...on Story {STORY} }} }}", id=desk.id
    )
    by_uri = await pool.ask(reader, f"query($u: String!) {{ story(uri: $u) {STORY} }}", u=desk.story.uri)
    for story in (by_id["story"], by_id["node"], by_uri["story"]):
        assert story.items() >= stub.items()
        told = {"__typename", "id", "uri", "version", "versionCreated", "pubStatus"}
        assert not [name for name, value in story.items() if value and name not in told]
    ids = [desk.variant(language) for language in desk.variants]
    ids += [global_id("Asset", asset["id"]) for asset in secret.document["assets"]]
    nodes = await pool.ask(reader, "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)
    assert nodes["nodes"] == [None] * len(ids)
    decided = await pool.ask(reader, DECISIONS, id=desk.variant("zh"), use=WEB)
    assert decided["usageDecision"]["decision"] == "DENY"
    secret.require_absent(decided)

    answer = (await pool.ask(reader, LIST, f=CANCELED))["stories"]
    assert [edge["node"]["uri"] for edge in answer["edges"]] == [desk.story.uri]
    assert (answer["totalCount"]["value"], answer["facets"]) == (1, EMPTY_FACETS)
    secret.require_absent(answer)
    assert desk.story.uri not in await listed(pool, reader, {})
    for asked in secret.filters():
        assert desk.story.uri not in await listed(pool, reader, asked | CANCELED), asked
    everything = {"pubStatuses": ["USABLE", "WITHHELD", "CANCELED"], "includeExpired": True}
    assert desk.story.uri in await listed(pool, reader, everything)
    ordered = await listed(pool, reader, everything, "CONTENT_NEWEST_FIRST")
    assert desk.story.uri not in ordered  # its place would tell when it happened


DESK = """query($t: String!, $u: String!) { deskStories(first: 100, filter: {text: $t}) { edges { node { uri } } }
  byUri: deskStories(first: 100, filter: {text: $u}) { edges { node { uri variants { language headline } } } } }"""


async def on_the_desk(pool: Pool, reader: Actor, desk: Desk, headline: str) -> JsonObject:
    """What the desk's list gives of a story: found by a headline, and by its URI."""
    found = await pool.ask(reader, DESK, t=headline, u=desk.story.uri)
    ids = [global_id("DeskStory", desk.story.id), global_id("DeskVariant", desk.variants["ja"].id)]
    nodes = (await pool.ask(reader, "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids))["nodes"]
    return {
        "by_headline": [edge["node"]["uri"] for edge in found["deskStories"]["edges"]],
        "variants": [part for edge in found["byUri"]["edges"] for part in edge["node"]["variants"]],
        "story": nodes[0] is not None,
        "variant": nodes[1] is not None,
    }


async def test_the_desk_shows_what_was_killed_to_auditors_alone(pool: Pool) -> None:
    desk, auditor = await Desk.of(pool, "glasses-park"), await pool.actor(None)
    headline = desk.variants["ja"].headline
    texts = [{"language": "en", "text": "Delete it."}]
    await desk.done("withdraw", variantId=desk.variant("ja"), reason="Wrong.", texts=texts)
    seen = await on_the_desk(pool, desk.actor, desk, headline)
    assert (seen["by_headline"], seen["story"], seen["variant"]) == ([], True, False)
    assert seen["variants"]
    assert "ja" not in {part["language"] for part in seen["variants"]}
    await desk.done("kill", reason="Wrong.", text="Delete it.")
    nothing = {"by_headline": [], "variants": [], "story": False, "variant": False}
    assert await on_the_desk(pool, desk.actor, desk, headline) == nothing
    seen = await on_the_desk(pool, auditor, desk, headline)
    assert (seen["by_headline"], seen["story"], seen["variant"]) == ([desk.story.uri], True, True)


async def listed(pool: Pool, reader: Actor, asked: JsonObject, order: str = "NEWEST_FIRST") -> list[str]:
    stories = (await pool.ask(reader, LIST, f=asked, o=order))["stories"]
    return [edge["node"]["uri"] for edge in stories["edges"]]


async def test_one_killed_language_leaves_the_others_and_the_facets_and_pictures_of_what_is_left(pool: Pool) -> None:
    desk = await Desk.of(pool, "glasses-park")
    partner = await pool.actor("china-daily")
    staff = await pool.actor(None, Scope.POOL_READ)
    async with pool.database.read() as session:
        live = await live_story(session, desk.story.id)
    assert live is not None
    ja = next(part for part in live[1]["variants"] if part["id"] == str(desk.variants["ja"].id))
    facet = "{ stories { facets { languages { value count } } } }"

    async def japanese(reader: Actor) -> int:
        values = (await pool.ask(reader, facet))["stories"]["facets"]["languages"]
        return next((int(value["count"]) for value in values if value["value"] == "ja"), 0)

    before = {reader: await japanese(reader) for reader in (partner, staff)}
    await desk.done(
        "withdraw", variantId=desk.variant("ja"), reason="Wrong.", texts=[{"language": "en", "text": "Delete it."}]
    )
    for reader in (partner, staff):
        assert await japanese(reader) == before[reader] - 1
        assert desk.story.uri in await listed(pool, reader, {})
        assert desk.story.uri not in await listed(pool, reader, CANCELED)
        assert desk.story.uri not in await listed(pool, reader, {"text": f'"{ja["headline"]}"'} | CANCELED)
        seen = (await pool.ask(reader, f"query($id: ID!) {{ story(id: $id) {STORY} }}", id=desk.id))["story"]
        assert ja["headline"] not in json.dumps(seen, ensure_ascii=False)
        assert seen["slugline"]
        refused = await pool.refusal(reader, "query($id: ID!) { node(id: $id) { id } }", id=desk.variant("ja"))
        assert isinstance(refused, NotFound)


async def test_who_is_not_covered_any_more_sees_the_stub_of_what_it_took_and_nothing_of_anything_else(
    pool: Pool,
) -> None:
    desk = await Desk.of(pool, "glasses-park")
    partner = await pool.client("china-daily")
    given = {"variantId": desk.variant("en"), "version": 1, "uses": [WEB]}
    assert (await pool.ask(partner, TAKE, input=given))["acknowledgePickup"]["userErrors"] == []
    other = await pool.client("peoples-daily-overseas")
    async with pool.database.write() as session:
        for actor in (partner, other):
            ended = sa.update(Agreement).where(sa.column("partner_id") == actor.partner_id)
            await session.execute(ended.values(languages=["de"]))
    query = "query($id: ID!) { story(id: $id) { uri pubStatus version slugline variants { id } } }"
    assert isinstance(await pool.refusal(partner, query, id=desk.id), NotFound)  # it is usable, and not covered
    await desk.done("kill", reason="Wrong.", text="Delete it.")
    stub: Any = (await pool.ask(partner, query, id=desk.id))["story"]
    assert stub == {"uri": desk.story.uri, "pubStatus": "CANCELED", "version": 2, "slugline": None, "variants": []}
    assert await listed(pool, partner, CANCELED) == [desk.story.uri]
    assert isinstance(await pool.refusal(other, query, id=desk.id), NotFound)
    assert await listed(pool, other, CANCELED) == []
    async with pool.database.read() as session:
        assert (await session.exec(select(Agreement.languages).where(Agreement.partner_id == other.partner_id))).first()
