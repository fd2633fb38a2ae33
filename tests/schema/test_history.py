"""What there has been of a story: versions, differences, and who received which, for staff."""

from __future__ import annotations

import json
from typing import Any

from models.errors import Forbidden, NotFound
from models.scope import Scope
from schema.identifier import global_id
from tests.schema.desk import TEXTS, Desk
from tests.schema.test_pickup import TAKE, WEB
from tests.seeded import Pool

VERSIONS = """query($id: ID!, $first: Int, $after: String) { storyVersions(storyId: $id, first: $first, after: $after) {
  pageInfo { hasNextPage endCursor } edges { node { id version kind at by reason variantIds noticeIds
    story { version slugline variants { language form headline body } } recipients { basis at partner { key } } } } } }"""
DIFFERENCE = """query($id: ID!, $from: Int!, $to: Int!) { storyDifference(storyId: $id, from: $from, to: $to) {
  variantId language field before after segments { kind text } } }"""


async def test_staff_read_every_version_what_differs_and_who_received_which(pool: Pool) -> None:
    desk = await Desk.of(pool)
    partner = await pool.client("china-daily")
    old = desk.variants["en"].headline
    given = {"variantId": desk.variant("en"), "version": 1, "uses": [WEB]}
    assert (await pool.ask(partner, TAKE, input=given))["acknowledgePickup"]["userErrors"] == []
    await desk.write("en", "Another headline")
    update: dict[str, Any] = {"variantIds": [desk.variant("en")], "revision": 1, "texts": TEXTS}
    updated = await desk.done("update", **update)
    await desk.done("withdraw", variantId=desk.variant("ja"), reason="Wrong names.", texts=TEXTS)

    page = (await pool.ask(desk.actor, VERSIONS, id=desk.id, first=2))["storyVersions"]
    nodes = [edge["node"] for edge in page["edges"]]
    assert [(node["version"], node["kind"], node["reason"]) for node in nodes] == [
        (3, "CANCEL", "Wrong names."),
        (2, "RELEASE", None),
    ]
    assert (nodes[1]["noticeIds"], nodes[1]["variantIds"]) == ([updated["noticeId"]], [desk.variant("en")])
    rest = (await pool.ask(desk.actor, VERSIONS, id=desk.id, after=page["pageInfo"]["endCursor"]))["storyVersions"]
    (first,) = [edge["node"] for edge in rest["edges"]]
    articles = [variant for variant in first["story"]["variants"] if variant["form"] == "ARTICLE"]
    says = {variant["language"]: variant["headline"] for variant in articles}
    assert (first["version"], first["story"]["version"], says["en"]) == (1, 1, old)
    assert "ja" not in says  # killed since
    ways = {(one["partner"]["key"], one["basis"]) for one in first["recipients"]}
    assert {("china-daily", "READABLE"), ("china-daily", "PICKED_UP")} <= ways
    assert ("china-daily", "NOTIFIED") not in ways
    told = {(one["partner"]["key"], one["basis"]) for one in nodes[1]["recipients"]}
    assert ("china-daily", "NOTIFIED") in told
    assert ("china-daily", "PICKED_UP") not in told
    again = await pool.ask(desk.actor, "query($id: ID!) { node(id: $id) { id } }", id=first["id"])
    assert again["node"]["id"] == first["id"]

    auditor = await pool.actor(None)
    everything = (await pool.ask(auditor, VERSIONS, id=desk.id))["storyVersions"]["edges"]
    assert all("ja" in json.dumps(edge["node"]["story"]) for edge in everything)
    changes = (await pool.ask(desk.actor, DIFFERENCE, **{"id": desk.id, "from": 1, "to": 2}))["storyDifference"]
    pieces = changes[0].pop("segments")
    assert "".join(piece["text"] for piece in pieces if piece["kind"] != "ADDED") == old
    assert "".join(piece["text"] for piece in pieces if piece["kind"] != "REMOVED") == "Another headline"
    assert changes == [
        {
            "variantId": desk.variant("en"),
            "language": "en",
            "field": "headline",
            "before": old,
            "after": "Another headline",
        }
    ]


async def test_history_is_for_staff_and_the_content_of_a_killed_story_for_auditors(pool: Pool) -> None:
    desk = await Desk.of(pool)
    await desk.done("kill", reason="Wrong.", text="Delete it.")
    nodes = [edge["node"] for edge in (await pool.ask(desk.actor, VERSIONS, id=desk.id))["storyVersions"]["edges"]]
    assert [node["story"] for node in nodes] == [None, None]
    assert (await pool.ask(desk.actor, DIFFERENCE, **{"id": desk.id, "from": 1, "to": 2}))["storyDifference"] == []
    auditor = await pool.actor(None)
    seen = (await pool.ask(auditor, VERSIONS, id=desk.id))["storyVersions"]["edges"]
    assert all(edge["node"]["story"]["slugline"] for edge in seen)
    for versions in ((1, 9), (2, 1)):
        asked = {"id": desk.id, "from": versions[0], "to": versions[1]}
        assert await pool.refusal(auditor, DIFFERENCE, **asked)
    unknown = global_id("Story", "00000000-0000-0000-0000-000000000000")
    assert isinstance(await pool.refusal(auditor, VERSIONS, id=unknown), NotFound)
    partner = await pool.actor("china-daily")
    assert isinstance(await pool.refusal(partner, VERSIONS, id=desk.id), Forbidden)
    node = "query($id: ID!) { node(id: $id) { id } }"
    assert isinstance(await pool.refusal(partner, node, id=nodes[0]["id"]), NotFound)
    reader = await pool.actor(None, Scope.POOL_READ)
    assert isinstance(await pool.refusal(reader, node, id=nodes[0]["id"]), NotFound)
