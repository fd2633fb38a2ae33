"""Feeds: the same rights in every format, valid in each, and gone from all of them the moment a story is."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import httpx2
import pytest
from jsonschema_rs import validator_for
from lxml import etree
from sqlmodel import select

from models.agreement.table import Agreement
from models.change import Change
from models.client import suspend_client
from models.feed.taken_back import read_taken_back
from models.paging import PageRequest, encode_cursor
from models.pool.filter import StoryFilter
from models.release import change_status, withdraw_variant
from models.release.retract import Retraction
from models.scope import Scope
from models.story import PubStatus, Story
from models.variant import Variant
from schema.context import Context
from tests.seeded import Pool
from tests.server.served import Served

FORMATS = ("ninjs", "atom", "rss", "json")
NINJS = Path(__file__).parents[4] / "shared" / "data" / "ninjs"
TOMBSTONE = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
CREATE = 'mutation { createFeedKey(input: {note: "CMS"}) { feedKey { id note } urls userErrors { code } } }'
REVOKE = "mutation($id: ID!) { revokeFeedKey(input: {feedKeyId: $id}) { feedKey { revokedAt } userErrors { code } } }"


async def get(server: Served, path: str, token: str | None = "", **headers: str) -> httpx2.Response:
    sent = dict(headers)
    if token is not None:
        sent["Authorization"] = f"Bearer {token or server.token}"
    async with httpx2.AsyncClient(base_url=server.url) as http:
        return await http.get(path, headers=sent)


async def graphql(server: Served, query: str, **variables: Any) -> Any:
    async with httpx2.AsyncClient(base_url=server.url, headers={"Authorization": f"Bearer {server.token}"}) as http:
        return (await http.post("/graphql", json={"query": query, "variables": variables})).json()["data"]


def uris(name: str, answer: httpx2.Response) -> list[str]:
    """The ids of the items that are there, and of those that were taken back."""
    if name == "ninjs":
        return [item["uri"] for item in answer.json()["items"]]
    if name == "json":
        return [item["id"] for item in answer.json()["items"]]
    parsed = feedparser.parse(answer.content)
    assert not parsed.bozo, parsed.get("bozo_exception")
    found = [entry.id for entry in parsed.entries]
    return found + [one.attrib["ref"] for one in ET.fromstring(answer.content).iter(TOMBSTONE)]


async def every(server: Served, name: str, query: str = "limit=5") -> list[str]:
    """The ids on all pages."""
    found: list[str] = []
    path: str | None = f"/feeds/{name}?{query}"
    for _ in range(50):
        assert path is not None
        answer = await get(server, path)
        assert answer.status_code == 200
        found += uris(name, answer)
        path = next_page(name, answer)
        if path is None:
            return found
    raise AssertionError("the pages did not end")


def next_page(name: str, answer: httpx2.Response) -> str | None:
    if name == "ninjs":
        address: str | None = answer.json()["next"]
        return address
    if name == "json":
        address = answer.json().get("next_url")
        return address
    links = [link for link in feedparser.parse(answer.content).feed.links if link.rel == "next"]
    return links[0].href if links else None


async def test_every_format_has_the_same_items_and_they_are_those_that_the_api_shows(server: Served) -> None:
    shown = await graphql(server, "{ stories(first: 100) { edges { node { variants { uri } } } } }")
    expected = sorted(variant["uri"] for edge in shown["stories"]["edges"] for variant in edge["node"]["variants"])
    assert len(expected) > 30
    for name in FORMATS:
        assert sorted(await every(server, name)) == expected


async def test_ninjs_is_valid_for_all_of_the_seed_and_says_what_the_variant_says(server: Served) -> None:
    answer = await get(server, "/feeds/ninjs?limit=100")
    assert answer.headers["content-type"].startswith("application/json")
    items = answer.json()["items"]
    validator = validator_for(ninjs_schema()) if NINJS.exists() else None
    for item in items:
        if validator is not None:
            assert [str(error) for error in validator.iter_errors(item)] == []
        assert item["pubStatus"] == "usable"
        assert item["headlines"][0]["value"] == item["title"]
        assert item["rightsInfo"]["linkedRights"].startswith("urn:")
    whole = [item for item in items if item["representationType"] == "full"]
    assert whole
    assert any(body["contentType"] == "text/html" and body["value"] for item in whole for body in item["bodies"])
    pictures = [one for item in items for one in item["associations"] if one["type"] == "picture"]
    assert any(picture.get("renditions") for picture in pictures)
    languages = {item["language"] for item in items}
    assert {one["language"] for item in items for one in item["associations"] if "language" in one} <= languages


def ninjs_schema() -> Any:
    schema = json.loads((NINJS / "ninjs-schema_3.1.json").read_text(encoding="utf-8"))

    def without_geometry(value: Any) -> Any:  # which would be fetched, and of which there is none
        if isinstance(value, dict):
            return {
                name: {} if name == "geoJSON" else without_geometry(part)
                for name, part in value.items()
                if name != "$id"
            }
        return [without_geometry(part) for part in value] if isinstance(value, list) else value

    return without_geometry(schema)


async def test_xml_is_in_the_namespaces_of_its_standards(local_server: Served) -> None:
    for name in ("atom", "rss", "atom"):  # the one leaves nothing behind for the other
        root = ET.fromstring((await get(local_server, f"/feeds/{name}?limit=3")).content)
        if name == "rss":
            assert (root.tag, [child.tag for child in root]) == ("rss", ["channel"])
            (item, *_) = root.iterfind("channel/item")
            assert {child.tag for child in item} >= {"guid", "title", "description", "pubDate"}
            assert root.find("channel/{http://www.w3.org/2005/Atom}link") is not None
            continue
        atom = "{http://www.w3.org/2005/Atom}"
        assert root.tag == f"{atom}feed"
        for entry in root.iterfind(f"{atom}entry"):
            assert {child.tag.removeprefix(atom) for child in entry} >= {"id", "title", "updated", "content", "rights"}


async def test_atom_and_rss_hold_what_their_standards_ask(server: Served) -> None:
    parsed = feedparser.parse((await get(server, "/feeds/atom?limit=100")).content)
    assert (parsed.version, parsed.feed.title) == ("atom10", "Storypool")
    for entry in parsed.entries:
        assert entry.id.startswith("urn:newsml:")
        assert entry.title
        assert entry.updated_parsed
        assert entry.get("content") or entry.get("summary")
    assert any(link.rel == "enclosure" and link.length.isdigit() for entry in parsed.entries for link in entry.links)
    parsed = feedparser.parse((await get(server, "/feeds/rss?limit=100")).content)
    assert parsed.version == "rss20"
    assert any(entry.get("media_content") and entry.get("media_credit") for entry in parsed.entries)
    assert all(entry.guidislink is False for entry in parsed.entries)
    assert all(entry.published_parsed for entry in parsed.entries)


@pytest.mark.parametrize("name", ["atom", "rss"])
async def test_all_of_the_seed_is_valid_by_schema(name: str, local_server: Served) -> None:
    for place in (0, 5):
        await local_server.move(place, PubStatus.WITHHELD if place else PubStatus.CANCELED)
    grammar = etree.RelaxNG(etree.parse(Path(__file__).with_name(f"{name}.rng")))
    content = (await get(local_server, f"/feeds/{name}?limit=100")).content
    grammar.assertValid(etree.fromstring(content))
    assert len(etree.fromstring(content).findall(".//{*}entry" if name == "atom" else ".//item")) > 20
    for wrong in (b"", b"T25:61:61Z"):
        broken = re.sub(rb"<(updated|pubDate)>[^<]*<", rb"<\1>" + wrong + b"<", content)
        assert not grammar.validate(etree.fromstring(broken))


async def test_json_feed_holds_what_its_standard_asks(server: Served) -> None:
    answer = await get(server, "/feeds/json?limit=100")
    feed = answer.json()
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert len({item["id"] for item in feed["items"]}) == len(feed["items"])
    for item in feed["items"]:
        assert isinstance(item["id"], str)
        assert "content_html" in item or "content_text" in item
        assert datetime.fromisoformat(item["date_modified"]).tzinfo
        for attachment in item.get("attachments", []):
            assert attachment.keys() >= {"url", "mime_type"}
            assert attachment["url"].startswith(f"{server.url}/media/")


async def test_what_is_killed_leaves_every_feed_at_once_and_its_place_says_so_under_any_filter(server: Served) -> None:
    variants = (await newest(server))["variants"]
    await server.move(await place_of(server, variants), PubStatus.CANCELED)
    words = [variant["headline"] for variant in variants]
    for name in FORMATS:
        answer = await get(server, f"/feeds/{name}?limit=100")
        assert not [word for word in words if word in answer.text]
        assert {variant["uri"] for variant in variants} <= set(uris(name, answer))
        for variant in variants:
            query = f"language={variant['language']}&form={variant['form']}&subject=nothing"
            assert await every(server, name, query) == [variant["uri"]]
        other = await every(server, name, "series=another&subject=nothing")
        assert other == []
    (gone, *_) = [
        item for item in (await get(server, "/feeds/json")).json()["items"] if item["id"] == variants[0]["uri"]
    ]
    assert (gone["title"], gone["_storypool"]) in (
        (title, {"pubStatus": "CANCELED"}) for title in ("Withdrawn", "已撤回")
    )
    (ninjs, *_) = [
        item for item in (await get(server, "/feeds/ninjs")).json()["items"] if item["uri"] == variants[0]["uri"]
    ]
    assert (ninjs["pubStatus"], ninjs["edNote"]) == ("canceled", gone["content_text"])
    if NINJS.exists():
        validator_for(ninjs_schema()).validate(ninjs)


async def test_a_part_that_is_killed_is_told_of_beside_the_parts_that_stay_and_since_when(server: Served) -> None:
    story = await newest(server, 2)
    first, *rest = story["variants"]
    act = Retraction("wrong", {"en": "Do not use.", "zh": "请勿使用。"})
    now = datetime.now(UTC)
    async with server.database.write() as session:
        variant = (await session.exec(select(Variant.id).where(Variant.uri == first["uri"]))).one()
        await withdraw_variant(session, variant, PubStatus.CANCELED, act, Change("desk", now))
    text = (await get(server, "/feeds/json")).json()["items"]
    (gone,) = [item for item in text if item["id"] == first["uri"]]
    assert gone["content_text"] in act.texts.values()
    assert {variant["uri"] for variant in rest} <= {item["id"] for item in text}
    assert first["uri"] in await every(server, "atom", f"language={first['language']}")
    killed_at = gone["date_modified"]
    await server.move(await place_of(server, rest), PubStatus.WITHHELD)  # a later version of the story
    again = (await get(server, "/feeds/json")).json()["items"]
    (still,) = [item for item in again if item["id"] == first["uri"]]
    assert (still["date_modified"], still["content_text"]) == (killed_at, gone["content_text"])
    (withheld, *_) = [item for item in again if item["id"] == rest[0]["uri"]]
    assert (withheld["title"], withheld["_storypool"]) in (
        (title, {"pubStatus": "WITHHELD"}) for title in ("Withheld", "暂停使用")
    )


async def test_what_was_taken_back_long_ago_is_told_no_more(pool: Pool) -> None:
    viewer = await Context(await pool.actor(None), pool.services, "test").viewer()
    async with pool.database.read() as session:
        story = (await session.exec(select(Story.id).where(Story.version == 1))).first()
    assert story is not None
    async with pool.database.write() as session:
        await change_status(session, story, PubStatus.CANCELED, by="desk", now=pool.now)
    for later, told in ((timedelta(days=29), True), (timedelta(days=31), False)):
        async with pool.database.read() as session:
            seen = replace(viewer, now=pool.now + later)
            found = await read_taken_back(session, seen, StoryFilter(), PageRequest(size=5))
        assert bool(found.found) is told


async def test_pages_of_any_size_tell_the_same_with_what_was_taken_back_among_it(server: Served) -> None:
    for place in (0, 3, 7, len(server.stories) - 1):
        await server.move(place, PubStatus.CANCELED if place % 2 else PubStatus.WITHHELD)
    assert len((await get(server, f"/feeds/atom?after={encode_cursor('feed', (2**61,))}")).content) > 1000
    for query in ("", "language=en&", "form=ARTICLE&"):
        whole = sorted(await every(server, "atom", f"{query}limit=100"))
        assert len(whole) == len(set(whole))
        for limit in (1, 4):
            assert sorted(await every(server, "atom", f"{query}limit={limit}")) == whole


async def newest(server: Served, variants: int = 1) -> Any:
    """The newest story that has so many variants."""
    document = "{ stories(first: 50) { edges { node { uri variants { uri language form headline } } } } }"
    edges = (await graphql(server, document))["stories"]["edges"]
    return next(edge["node"] for edge in edges if len(edge["node"]["variants"]) >= variants)


async def place_of(server: Served, variants: Any) -> int:
    async with server.database.read() as session:
        story = (await session.exec(select(Variant.story_id).where(Variant.uri == variants[0]["uri"]))).one()
    return server.stories.index(story)


async def test_whoever_has_the_etag_is_told_that_nothing_changed_until_something_does(server: Served) -> None:
    for name in FORMATS:
        first = await get(server, f"/feeds/{name}")
        etag = first.headers["etag"]
        again = await get(server, f"/feeds/{name}", **{"If-None-Match": etag})
        assert (again.status_code, again.content) == (304, b"")
        assert first.headers["cache-control"] == "private, no-cache"
        assert first.headers["vary"] == "Authorization"
    await server.move(len(server.stories) - 1, PubStatus.WITHHELD)
    changed = await get(server, "/feeds/json?limit=100", **{"If-None-Match": etag})
    assert changed.status_code == 200


async def test_a_date_serves_too_and_a_lost_agreement_is_never_missed(
    server: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.feed.endpoint._SETTLED", timedelta())
    for _ in range(20):  # a server that has just begun may hear of an event between two answers
        answer = await get(server, "/feeds/atom")
        since = answer.headers["last-modified"]
        again = await get(server, "/feeds/atom", **{"If-Modified-Since": since})
        if again.status_code == 304:
            break
    assert again.status_code == 304
    old = "Thu, 01 Jan 2015 00:00:00 GMT"
    assert (await get(server, "/feeds/atom", **{"If-Modified-Since": old})).status_code == 200
    assert (await get(server, "/feeds/atom", **{"If-Modified-Since": "nonsense"})).status_code == 200
    async with server.database.write() as session:
        rows = (await session.exec(select(Agreement).where(Agreement.partner_id == server.partner_id))).all()
        for row in rows:
            row.suspended = True
            session.add(row)
    empty = await get(server, "/feeds/json", **{"If-None-Match": answer.headers["etag"]})
    assert empty.json()["items"] == []


async def test_a_key_opens_feeds_and_nothing_else_until_it_is_revoked(server: Served) -> None:
    made = (await graphql(server, CREATE))["createFeedKey"]
    assert [url.split("?")[0].rsplit("/", 1)[1] for url in made["urls"]] == list(FORMATS)
    key = made["urls"][0].partition("key=")[2]
    found, path = [], f"{made['urls'][3]}&limit=7"
    for _ in range(50):
        answer = await get(server, path, None)
        assert answer.status_code == 200
        found += uris("json", answer)
        assert answer.text.count(key) == (
            "next_url" in answer.json()
        )  # it stands where it is needed to go on, and nowhere else
        if "next_url" not in answer.json():
            break
        path = answer.json()["next_url"]
    assert sorted(found) == sorted(await every(server, "json"))
    async with httpx2.AsyncClient(base_url=server.url) as http:
        refused = await http.post(f"/graphql?key={key}", json={"query": "{ __typename }"})
    assert refused.status_code == 401
    revoked = await graphql(server, REVOKE, id=made["feedKey"]["id"])
    assert revoked["revokeFeedKey"]["feedKey"]["revokedAt"]
    for url in made["urls"]:
        assert (await get(server, url, None)).status_code == 404
    assert (await get(server, "/feeds/json?key=nonsense", None)).status_code == 404


async def test_a_key_of_a_client_that_is_suspended_opens_nothing(server: Served) -> None:
    made = (await graphql(server, CREATE))["createFeedKey"]
    async with server.database.write() as session:
        await suspend_client(session, server.client_id, datetime.now(UTC))
    assert (await get(server, made["urls"][0], None)).status_code == 404


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("limit=0", "limit"), ("limit=101", "limit"), ("limit=x", "limit"), ("language=no_tag", "language tag"), ("form=NONE", "no form"),
        ("after=x", "cursor"), ("colour=red", "no parameter 'colour'"), ("&".join(["series=x"] * 51), "more than 50"),
    ],
)  # fmt: skip
async def test_bad_input_is_told(local_server: Served, query: str, words: str) -> None:
    answer = await get(local_server, f"/feeds/rss?{query}")
    assert answer.status_code == 400
    assert words in answer.json()["errors"][0]["message"]


async def test_feeds_need_a_token_with_the_scope_and_are_read_only(server: Served) -> None:
    assert (await get(server, "/feeds/json", None)).status_code == 401
    assert (await get(server, "/feeds/json", "nonsense")).status_code == 401
    hooks_only = await server.token_for(timedelta(hours=1), Scope.HOOK_WRITE)
    assert (await get(server, "/feeds/json", hooks_only)).status_code == 403
    async with httpx2.AsyncClient(base_url=server.url, headers={"Authorization": f"Bearer {server.token}"}) as http:
        assert (await http.post("/feeds/json")).status_code == 405
        head = await http.head("/feeds/json")
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["etag"]
    assert (await get(server, "/feeds/nonsense")).status_code == 404


async def test_filters_narrow(server: Served) -> None:
    answer = await get(server, "/feeds/json?limit=100&language=en&form=ARTICLE")
    assert answer.json()["items"]
    assert {(item["language"].split("-")[0], item["_storypool"]["form"]) for item in answer.json()["items"]} == {
        ("en", "ARTICLE")
    }
