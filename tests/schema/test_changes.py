"""`changes`: what each reader hears, in order, with nothing left out and nothing that is not for it."""

from __future__ import annotations

import asyncio
import itertools
import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from models import event as log
from models.actor import Actor
from models.agreement.moment import tell_agreements
from models.agreement.table import Agreement
from models.errors import BadCursor, BadInput, CursorTooOld, Forbidden, NotFound, PageSizeOutOfRange
from models.event import Event, EventAudience, EventKind
from models.log import trim
from models.log.reader import change_cursor
from models.moment import MomentKind, StoryMoment
from models.pool.tables import PoolStory
from models.release import change_status, tell_moments
from models.scope import Scope
from models.series import Series
from models.story import PubStatus, Story
from schema.identifier import global_id, uuid_of
from tests.schema.partnership import END, change, ids, mutation
from tests.schema.test_pickup import WEB, take
from tests.seeded import NOW, JsonAnswer, Pool

CHANGES = """query($f: ChangeFilter, $first: Int, $after: String, $last: Int, $before: String, $wait: Int! = 0) {
  changes(filter: $f, first: $first, after: $after, last: $last, before: $before, waitSeconds: $wait) {
    edges { cursor node { id cursor previousCursor kind at storyId storyVersion variantId partnerId story { id uri pubStatus }
      variant { id } notice { kind text } pickup { id } topic { key }
      entitlement { agreementVersion before { languages } after { languages } wasInForce isInForce } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } retryAfter latestCursor } }"""
NODE = "query($id: ID!) { node(id: $id) { id ... on Change { kind cursor previousCursor } } }"
KILL = mutation("killStory", "KillStoryInput", "story", "id")
GREEK, RUSSIAN, TAKER = "greek-news-demo", "embassy-russia", "china-daily"


async def read(pool: Pool, actor: Actor, **asked: Any) -> JsonAnswer:
    page: JsonAnswer = (await pool.ask(actor, CHANGES, **asked))["changes"]
    return page


async def end(pool: Pool) -> str:
    """The end of the log."""
    cursor: str = (await read(pool, await pool.actor(None), last=1))["latestCursor"]
    return cursor


def kinds(page: JsonAnswer) -> list[str]:
    return [edge["node"]["kind"] for edge in page["edges"]]


async def the_story(pool: Pool, slug: str) -> Story:
    async with pool.database.read() as session:
        rows = (await session.exec(select(Story))).all()
    return next(row for row in rows if row.uri.endswith(f":{slug}"))


async def all_pages(pool: Pool, actor: Actor, size: int, **asked: Any) -> list[JsonAnswer]:
    """Every change from the beginning, page by page."""
    found: list[JsonAnswer] = []
    after = None
    for _ in range(1000):
        page = await read(pool, actor, first=size, after=after, **asked)
        assert not page["edges"] or page["edges"][0]["node"]["previousCursor"] == after
        found += [edge["node"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            assert page["retryAfter"] > 0
            return found
        assert page["retryAfter"] == 0
    raise AssertionError("the pages did not end")


async def test_pages_of_any_size_give_the_same_changes_and_each_names_the_one_before_it(pool: Pool) -> None:
    actor = await pool.actor(GREEK)
    whole = await all_pages(pool, actor, 100)
    assert len(whole) > 10
    assert await all_pages(pool, actor, 3) == whole
    assert whole[0]["previousCursor"] is None
    for earlier, later in itertools.pairwise(whole):
        assert later["previousCursor"] == earlier["cursor"]


async def test_pages_backward_give_the_same_changes(pool: Pool) -> None:
    actor = await pool.actor(GREEK)
    whole = await all_pages(pool, actor, 100)
    found: list[JsonAnswer] = []
    before = None
    for _ in range(1000):
        page = await read(pool, actor, last=4, before=before)
        found = [edge["node"] for edge in page["edges"]] + found
        before = page["pageInfo"]["startCursor"]
        if not page["pageInfo"]["hasPreviousPage"]:
            break
    assert found == whole


async def test_a_change_is_found_again_by_its_id_and_only_by_who_may_hear_of_it(pool: Pool) -> None:
    greek, russian = await pool.actor(GREEK), await pool.actor(RUSSIAN)
    own = await all_pages(pool, greek, 100)
    for node in own[:5]:
        again = (await pool.ask(greek, NODE, id=node["id"]))["node"]
        assert again == {name: node[name] for name in ("id", "kind", "cursor", "previousCursor")}
    others = {node["id"] for node in own} - {node["id"] for node in await all_pages(pool, russian, 100)}
    assert isinstance(await pool.refusal(russian, NODE, id=sorted(others)[0]), NotFound)
    for id in ("Change:x", "Change:-1", "Change:99999", "Change:123456789012345678901"):
        kind, key = id.split(":")
        assert isinstance(await pool.refusal(greek, NODE, id=global_id(kind, key)), NotFound)


async def test_partners_hear_of_what_their_agreements_cover_and_never_of_each_other(pool: Pool) -> None:
    taker, other = await pool.client(TAKER), await pool.actor(RUSSIAN)
    after = await end(pool)
    story = await the_story(pool, "low-altitude-economy")
    variant = (
        await pool.ask(taker, "query($u: String!) { story(uri: $u) { variants { id version language } } }", u=story.uri)
    )["story"]["variants"][0]
    await take(pool, taker, variant, WEB)
    mine = await read(pool, taker, after=after)
    assert kinds(mine) == ["PICKUP_ACKNOWLEDGED"]
    node = mine["edges"][0]["node"]
    assert (node["previousCursor"], node["variantId"], node["variant"]["id"]) == (after, variant["id"], variant["id"])
    assert node["pickup"]["id"]
    assert node["partnerId"]
    assert kinds(await read(pool, other, after=after)) == []
    assert kinds(await read(pool, await pool.actor(None), after=after)) == kinds(mine)


async def test_a_kill_is_a_change_with_a_stub_and_a_notice_and_nothing_of_the_content(pool: Pool) -> None:
    officer, partner = await pool.actor(None), await pool.actor(GREEK)
    story = await the_story(pool, "low-altitude-economy")
    after = await end(pool)
    await change(pool, officer, KILL, storyId=global_id("Story", story.id), reason="wrong", text="Do not use.")
    page = await read(pool, partner, after=after)
    assert kinds(page) == ["STORY_CANCELED", "NOTICE_ISSUED"]
    killed, notice = (edge["node"] for edge in page["edges"])
    assert killed["story"] == {"id": killed["storyId"], "uri": story.uri, "pubStatus": "CANCELED"}
    assert notice["notice"] == {"kind": "KILL", "text": "Do not use."}
    assert notice["previousCursor"] == killed["cursor"]


async def test_filters_narrow_and_never_keep_a_notice_back(pool: Pool) -> None:
    officer, partner = await pool.actor(None), await pool.actor(GREEK)
    story = await the_story(pool, "low-altitude-economy")
    after = await end(pool)
    await change(pool, officer, KILL, storyId=global_id("Story", story.id), reason="wrong", text="Do not use.")
    narrow = {"languages": ["ja"]}
    assert kinds(await read(pool, partner, after=after, f=narrow)) == ["NOTICE_ISSUED"]
    assert kinds(await read(pool, partner, after=after, f={"languages": ["en"]})) == ["STORY_CANCELED", "NOTICE_ISSUED"]
    assert kinds(await read(pool, partner, after=after, f={"kinds": ["STORY_CANCELED"]})) == ["STORY_CANCELED"]
    assert (
        kinds(await read(pool, partner, after=after, f={"storyIds": [global_id("Story", officer.client_uuid)]})) == []
    )
    skipped = await read(pool, partner, after=after, f={"kinds": ["TOPIC_OPENED"]})
    assert skipped["edges"] == []
    assert skipped["pageInfo"]["endCursor"] == skipped["latestCursor"] != after


async def test_an_embargoed_story_is_told_of_when_its_embargo_lifts(pool: Pool) -> None:
    partner, ahead = await pool.actor(GREEK), await pool.actor(GREEK, Scope.POOL_READ, Scope.EMBARGO_READ)
    story = await the_story(pool, "low-altitude-economy")
    after = await end(pool)
    lifts = NOW + timedelta(hours=1)
    async with pool.database.write() as session:
        live = await session.get_one(PoolStory, story.id)
        live.embargoed_until = lifts
        session.add_all([live, StoryMoment(story_id=story.id, kind=MomentKind.EMBARGO_LIFTED, due_at=lifts)])
        log.append(
            session,
            Event(
                kind=EventKind.STORY_RELEASED,
                at=NOW,
                audience=EventAudience.PARTNER,
                story_id=story.id,
                story_version=2,
                scope={"series": None, "topic": None, "variants": [["el", "ARTICLE"]]},
            ),
        )
    await with_any_series(pool)
    assert kinds(await read(pool, partner, after=after)) == []
    assert kinds(await read(pool, ahead, after=after)) == ["STORY_RELEASED"]
    hidden = (await read(pool, partner, after=after))["pageInfo"]["endCursor"]
    pool.now = lifts
    await tell_moments(pool.database, lifts)
    assert kinds(await read(pool, partner, after=hidden)) == ["EMBARGO_LIFTED"]


async def with_any_series(pool: Pool) -> None:
    """Makes the Greek agreement cover everything in its languages."""
    async with pool.database.write() as session:
        for agreement in (await session.exec(select(Agreement))).all():
            agreement.series = agreement.topics = None
            session.add(agreement)


async def test_that_a_story_left_what_is_covered_is_told_to_whoever_lost_it_alone(pool: Pool) -> None:
    async with pool.database.write() as session:
        series = Series(key="elsewhere", names={"en": "Elsewhere"})
        session.add(series)
    story = await the_story(pool, "low-altitude-economy")
    async with pool.database.read() as session:
        covered = await session.get_one(Agreement, await the_agreement(pool))
    was = {
        "series": covered.series[0] if covered.series else None,
        "topic": covered.topics[0] if covered.topics else None,
        "variants": [["el", "ARTICLE"]],
    }
    after = await end(pool)
    async with pool.database.write() as session:
        for now in ({**was, "variants": [["ja", "ARTICLE"]]}, was):
            log.append(
                session,
                Event(
                    kind=EventKind.STORY_REMOVED,
                    at=NOW,
                    audience=EventAudience.PARTNER,
                    story_id=story.id,
                    scope={**was, "now": now},
                ),
            )
    partner = await pool.actor(GREEK)
    assert kinds(await read(pool, partner, after=after)) == ["STORY_REMOVED"]
    assert kinds(await read(pool, await pool.actor(RUSSIAN), after=after)) == []
    assert kinds(await read(pool, await pool.actor(None), after=after)) == []
    assert kinds(await read(pool, await pool.actor(None), after=after, f={"languages": ["el"]})) == ["STORY_REMOVED"]


async def test_whoever_took_a_story_hears_that_it_is_taken_back_also_without_an_agreement(pool: Pool) -> None:
    taker, officer = await pool.client(TAKER), await pool.actor(None)
    story = await the_story(pool, "low-altitude-economy")
    document = "query($u: String!) { story(uri: $u) { variants { id version } } }"
    variant = (await pool.ask(taker, document, u=story.uri))["story"]["variants"][0]
    await take(pool, taker, variant, WEB)
    await change(pool, officer, END, agreementId=global_id("Agreement", await the_agreement(pool, TAKER)), at=None)
    after = await end(pool)
    async with pool.database.write() as session:
        await change_status(session, story.id, PubStatus.WITHHELD, by="officer", now=NOW, reason="checking")
    assert "STORY_WITHHELD" in kinds(await read(pool, taker, after=after))


async def test_an_agreement_that_begins_or_ends_by_the_clock_is_one_change(pool: Pool) -> None:
    partner = await pool.actor(GREEK)
    async with pool.database.write() as session:
        row = await session.get_one(Agreement, await the_agreement(pool))
        row.ends_at = NOW + timedelta(days=1)
        session.add(row)
    after = await end(pool)
    assert await tell_agreements(pool.database, NOW) == 0
    late = NOW + timedelta(days=2)
    assert sorted([await tell_agreements(pool.database, late) for _ in range(2)]) == [0, 1]
    page = await read(pool, partner, after=after)
    assert kinds(page) == ["AGREEMENT_CHANGED"]
    told = page["edges"][0]["node"]["entitlement"]
    assert (told["wasInForce"], told["isInForce"]) == (True, False)
    assert told["before"] == told["after"] == {"languages": row.languages}
    assert await told_to(pool, RUSSIAN, after) == []


async def the_agreement(pool: Pool, partner: str = GREEK) -> uuid.UUID:
    found = await ids(pool, partner)
    return uuid_of(found["agreements"][0]["id"], "Agreement")


async def told_to(pool: Pool, partner: str, after: str) -> list[str]:
    return kinds(await read(pool, await pool.actor(partner), after=after))


async def test_what_only_servers_tell_each_other_reaches_nobody_and_what_staff_tell_no_partner(pool: Pool) -> None:
    after = await end(pool)
    async with pool.database.write() as session:
        for kind, audience in (
            (EventKind.SIGNING_KEY_ROTATED, EventAudience.SYSTEM),
            (EventKind.TERMS_SAVED, EventAudience.STAFF),
        ):
            log.append(session, Event(kind=kind, at=NOW, audience=audience, subject_id="x"))
    assert await told_to(pool, GREEK, after) == []
    assert kinds(await read(pool, await pool.actor(None), after=after)) == ["TERMS_SAVED"]


async def test_a_budget_leads_past_what_is_not_for_the_reader(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.log.reader.read_changes.__defaults__", (5,))
    partner = await pool.actor(GREEK)
    after = await end(pool)
    async with pool.database.write() as session:
        for number in range(12):
            audience = EventAudience.STAFF
            log.append(session, Event(kind=EventKind.TERMS_SAVED, at=NOW, audience=audience, subject_id=str(number)))
    page = await read(pool, partner, after=after, first=10)
    assert page["edges"] == []
    assert page["pageInfo"]["hasNextPage"]
    assert page["retryAfter"] == 0
    for _ in range(2):
        page = await read(pool, partner, after=page["pageInfo"]["endCursor"], first=10)
    assert not page["pageInfo"]["hasNextPage"]


async def test_a_long_poll_answers_as_soon_as_there_is_something_for_the_reader(pool: Pool) -> None:
    officer, partner = await pool.actor(None), await pool.actor(GREEK)
    story = await the_story(pool, "low-altitude-economy")
    after = await end(pool)
    waiting = asyncio.create_task(read(pool, partner, after=after, wait=20))
    await asyncio.sleep(0.1)
    assert not waiting.done()
    async with pool.database.write() as session:  # nothing for this reader
        log.append(session, Event(kind=EventKind.TERMS_SAVED, at=NOW, audience=EventAudience.STAFF, subject_id="x"))
    await hear(pool)
    await asyncio.sleep(0.1)
    assert not waiting.done()
    await change(pool, officer, KILL, storyId=global_id("Story", story.id), reason="wrong", text="Do not use.")
    await hear(pool)
    page = await asyncio.wait_for(waiting, 10)
    assert kinds(page) == ["STORY_CANCELED", "NOTICE_ISSUED"]
    assert page["edges"][0]["node"]["previousCursor"] == after
    quiet = await read(pool, partner, after=page["pageInfo"]["endCursor"], wait=1)
    assert quiet["edges"] == []
    assert quiet["pageInfo"]["endCursor"] == page["pageInfo"]["endCursor"]


async def hear(pool: Pool) -> None:
    async with pool.database.read() as session:
        latest = await log.last_position(session)
        events = [await session.get_one(Event, latest)]
    pool.services.news.hear(events)


async def test_a_cursor_that_is_too_old_says_where_to_resume(pool: Pool) -> None:
    partner = await pool.actor(GREEK)
    first = (await read(pool, partner, first=1))["edges"][0]["cursor"]
    async with pool.database.read() as session:
        events = (await session.exec(select(Event).order_by(Event.position))).all()  # type: ignore[arg-type]  # a column
    cut = max(event.at for event in events) + timedelta(seconds=1)
    assert await trim(pool.database, cut, batch=30) > 0
    error = await pool.refusal(partner, CHANGES, after=first)
    assert isinstance(error, CursorTooOld)
    assert isinstance(await pool.refusal(partner, CHANGES, last=5, before=first), CursorTooOld)
    resumed = await read(pool, partner, after=error.resume_after)
    fresh = await read(pool, partner)
    assert [edge["cursor"] for edge in resumed["edges"]] == [edge["cursor"] for edge in fresh["edges"]]


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"after": "nonsense"}, BadCursor),
        ({"after": change_cursor(10**9)}, BadCursor),
        ({"first": 0}, PageSizeOutOfRange),
        ({"first": 101}, PageSizeOutOfRange),
        ({"first": 1, "last": 1}, PageSizeOutOfRange),
        ({"wait": 31}, BadInput),
        ({"wait": -1}, BadInput),
        ({"wait": 1, "last": 1}, BadInput),
        ({"f": {"storyIds": ["nonsense"]}}, NotFound),
        ({"f": {"series": ["x"] * 101}}, BadInput),
    ],
)
async def test_what_cannot_be_asked_is_refused(pool: Pool, asked: JsonAnswer, refusal: type[Exception]) -> None:
    assert isinstance(await pool.refusal(await pool.actor(GREEK), CHANGES, **asked), refusal)


async def test_changes_need_a_scope(pool: Pool) -> None:
    assert isinstance(await pool.refusal(await pool.actor(GREEK, Scope.HOOK_WRITE), CHANGES), Forbidden)
