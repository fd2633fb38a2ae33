"""Hot topics: opened in one call with their stories, followed at once, closed by the clock."""

from __future__ import annotations

import asyncio
import uuid
from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from models.errors import Forbidden, NotFound
from models.event import EventKind
from models.partner import Partner, PartnerStatus
from models.pool.tables import PoolStory, Release
from models.release import change_status
from models.scope import Scope
from models.story import PubStatus, Story
from schema.identifier import global_id, uuid_of
from tests.schema.partnership import change, codes, events, mutation
from tests.seeded import JsonAnswer, Pool

FIELDS = "id key openedAt closesAt names { language text }"
OPEN = (
    "mutation($input: OpenTopicInput!) { openTopic(input: $input) {"
    f" topic {{ {FIELDS} }} stories {{ storyId uri formerTopic version }} userErrors {{ code field message }}"
    " query { viewer { isStaff } } } }"
)
SAVE = mutation("saveTopic", "SaveTopicInput", "topic", FIELDS)
CLOSE = mutation("closeTopic", "CloseTopicInput", "topic", FIELDS)
TOPICS = "query($open: Boolean) { topics(filter: {open: $open}, first: 100) { edges { node { id key closesAt } } } }"
HUNG = "query($topic: String!) { stories(filter: {topics: [$topic]}) { edges { node { uri version topic { key name } } } } }"
NEW: dict[str, Any] = {
    "key": "night-of-drones",
    "names": [{"language": "zh", "text": "无人机之夜"}, {"language": "ar", "text": "ليلة الطائرات"}],
    "closesAt": "2026-11-27T08:00:00Z",
}


async def story_ids(pool: Pool, *slugs: str) -> list[str]:
    async with pool.database.read() as session:
        rows = {row.uri.rsplit(":")[-1]: row.id for row in (await session.exec(select(Story))).all()}
    return [global_id("Story", rows[slug]) for slug in slugs]


async def hung(pool: Pool, partner: str | None, topic: str = "night-of-drones") -> set[str]:
    found = (await pool.ask(await pool.actor(partner), HUNG, topic=topic))["stories"]["edges"]
    return {edge["node"]["uri"].rsplit(":")[-1] for edge in found}


async def keys(pool: Pool, partner: str | None, **wanted: Any) -> list[str]:
    found: JsonAnswer = await pool.ask(await pool.actor(partner), TOPICS, **wanted)
    return [edge["node"]["key"] for edge in found["topics"]["edges"]]


async def test_a_topic_is_opened_with_its_stories_followed_at_once_and_left_out_once_it_has_closed(pool: Pool) -> None:
    editor = await pool.actor(None, Scope.STORY_RELEASE, Scope.STORY_WRITE, Scope.POOL_READ)
    stories = await story_ids(pool, "low-altitude-economy", "paris-drone-night", "glasses-park")
    async with pool.database.write() as session:
        draft = Story(uri="urn:newsml:example.com:20261120:draft")
        session.add(draft)
        revision = draft.revision
    given = {**NEW, "storyIds": [*stories, global_id("Story", draft.id)]}
    first, again = [await change(pool, editor, OPEN, **given) for _ in range(2)]
    assert first["topic"] == again["topic"]
    assert first["topic"]["openedAt"] == "2026-11-20T08:00:00Z"
    assert [(story["formerTopic"], story["version"]) for story in first["stories"]] == [
        (None, 2), ("going-global", 2), (None, 2), (None, None),
    ]  # fmt: skip
    assert [(story["formerTopic"], story["version"]) for story in again["stories"]] == [("night-of-drones", None)] * 4
    everywhere = {"low-altitude-economy", "paris-drone-night", "glasses-park"}
    assert await hung(pool, None) == await hung(pool, "china-daily") == everywhere
    assert "paris-drone-night" not in await hung(pool, None, "going-global")
    [opened] = await events(pool, EventKind.TOPIC_OPENED)
    assert (opened.scope, opened.subject_id) == ({"topic": NEW["key"]}, str(uuid_of(first["topic"]["id"], "Topic")))
    assert len(await events(pool, EventKind.STORY_RELEASED)) == 3
    async with pool.database.read() as session:
        kept = await session.get_one(Story, draft.id)
        assert (str(kept.topic_id), kept.revision) == (opened.subject_id, revision + 1)
        assert await session.get(PoolStory, draft.id) is None
    more = await change(pool, editor, OPEN, **{**NEW, "storyIds": await story_ids(pool, "robotaxi-at-the-fair")})
    assert [story["formerTopic"] for story in more["stories"]] == ["hi-tech-fair"]
    assert len(await hung(pool, "china-daily")) == 4
    assert "night-of-drones" in await keys(pool, "china-daily")
    pool.now += timedelta(days=7)
    assert "night-of-drones" not in await keys(pool, "china-daily")
    assert "night-of-drones" not in await keys(pool, None, open=True)
    assert "night-of-drones" in await keys(pool, None, open=False)
    assert len(await hung(pool, "china-daily")) == 4
    one = "query($id: ID!) { node(id: $id) { ... on Topic { key closesAt } } }"
    assert isinstance(await pool.refusal(await pool.actor("china-daily"), one, id=first["topic"]["id"]), NotFound)
    later = await change(pool, editor, SAVE, id=first["topic"]["id"], closesAt=None)
    assert later["topic"]["closesAt"] is None
    assert (await pool.ask(await pool.actor("china-daily"), one, id=first["topic"]["id"]))["node"]["key"] == NEW["key"]
    for _ in range(2):
        closed = await change(pool, editor, CLOSE, topicId=first["topic"]["id"])
        assert closed["topic"]["closesAt"] == "2026-11-27T08:00:00Z"
    early = await change(pool, editor, SAVE, id=first["topic"]["id"], closesAt="2026-11-20T08:00:00Z")
    assert codes(early) == ["END_BEFORE_START"]


async def test_what_cannot_be_hung_is_named_and_nothing_is_half_done(pool: Pool) -> None:
    editor = await pool.actor(None, Scope.STORY_RELEASE, Scope.STORY_WRITE, Scope.POOL_READ)
    stories = await story_ids(pool, "glasses-park", "paris-drone-night", "patrol-robot")
    async with pool.database.write() as session:
        for story, status in zip(stories[1:], (PubStatus.WITHHELD, PubStatus.CANCELED), strict=True):
            await change_status(session, uuid_of(story, "Story"), status, by="test", now=pool.now)
        before = (await session.exec(select(col(Release.id)).order_by(col(Release.id).desc()))).first()
    refused = await change(pool, editor, OPEN, **NEW, storyIds=stories)
    [error] = refused["userErrors"]
    assert (error["code"], error["field"], refused["topic"]) == ("WRONG_STATE", ["storyIds"], None)
    assert "paris-drone-night is WITHHELD" in error["message"]
    assert "patrol-robot is CANCELED" in error["message"]
    for changes, code in (
        ({"storyIds": [stories[0], global_id("Story", uuid.UUID(int=1))]}, "NOT_FOUND"),
        ({"storyIds": ["x"]}, "NOT_FOUND"),
        ({"storyIds": [stories[0]] * 201}, "BAD_INPUT"),
        ({"closesAt": "2026-11-20T08:00:00Z"}, "BAD_INPUT"),
        ({"names": []}, "BAD_INPUT"),
        ({"key": "Hot!"}, "BAD_INPUT"),
        ({"key": "going-global"}, "KEY_TAKEN"),
    ):
        assert codes(await change(pool, editor, OPEN, **{**NEW, **changes})) == [code]
    async with pool.database.read() as session:
        assert (await session.exec(select(col(Release.id)).order_by(col(Release.id).desc()))).first() == before
    assert await events(pool, EventKind.TOPIC_OPENED) == []
    assert NEW["key"] not in await keys(pool, None)
    writer = await pool.actor(None, Scope.STORY_WRITE)
    assert isinstance(await pool.refusal(writer, OPEN, input=NEW), Forbidden)
    prepared = await change(pool, editor, SAVE, **NEW)
    assert prepared["topic"]["openedAt"] is None
    assert codes(await change(pool, editor, CLOSE, topicId=prepared["topic"]["id"])) == ["WRONG_STATE"]
    opened = await change(pool, editor, OPEN, key=NEW["key"], storyIds=stories[:1])
    assert opened["topic"]["id"] == prepared["topic"]["id"]
    assert await hung(pool, "china-daily") == {"glasses-park"}


async def test_a_topic_that_many_open_at_once_is_one_and_partners_see_those_that_their_agreements_cover(
    pool: Pool,
) -> None:
    editor = await pool.actor(None, Scope.STORY_RELEASE, Scope.PARTNER_WRITE, Scope.POOL_READ)
    given = {**NEW, "storyIds": await story_ids(pool, "glasses-park", "patrol-robot")}
    payloads = await asyncio.gather(*(change(pool, editor, OPEN, **given) for _ in range(4)))
    assert len({payload["topic"]["id"] for payload in payloads}) == 1
    assert len(await events(pool, EventKind.TOPIC_OPENED)) == 1
    assert len(await events(pool, EventKind.STORY_RELEASED)) == 2
    assert await keys(pool, "drone-enterprise-demo") == ["drone-show-repost", "going-global"]
    async with pool.database.write() as session:
        partner = (await session.exec(select(Partner).where(Partner.key == "drone-enterprise-demo"))).one()
        partner.status = PartnerStatus.SUSPENDED
        session.add(partner)
    assert await keys(pool, "drone-enterprise-demo") == []
