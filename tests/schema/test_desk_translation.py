"""Translations at the desk and in the pool: what they were made from, what they are released with, when they have fallen behind."""

from __future__ import annotations

import uuid
from datetime import timedelta

from sqlmodel import select

from models.actor import Actor
from models.release import release_story
from models.scope import Scope
from models.story import Story
from schema.identifier import global_id, uuid_of
from tests.schema.partnership import change, codes
from tests.schema.writing import APPROVE, READ, REMOVE, SAVE, SUBMIT, UPDATE, editor, new_story, saved
from tests.seeded import JsonAnswer, Pool

IN_POOL = """query($uri: String) { story(uri: $uri) { variants {
  language version stale translatedFrom { version language } } } }"""
LIST = """query($filter: DeskStoryFilter, $first: Int, $after: String, $last: Int, $before: String) {
  deskStories(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
    edges { node { id uri } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
MATRIX = """query($filter: TranslationMatrixFilter) { translationMatrix(filter: $filter, first: 100) {
  languages edges { node { storyId missingLanguages cells { language stale version deskState sourceId } } } } }"""
DRAFTS = """query($id: ID!, $from: Int!, $to: Int) { node(id: $id) { ... on DeskVariant {
  stale drafts { revision by releasedVersion headline } difference(from: $from, to: $to) { field segments { kind text } } } } }"""


async def released(pool: Pool, story: JsonAnswer, *variants: JsonAnswer) -> None:
    """Has variants read by somebody else, and lets them out."""
    ana, ben = await editor(pool), await editor(pool, "ben")
    ids = [variant["id"] for variant in variants]
    payload = await change(pool, ana, SUBMIT, variantIds=ids)
    for variant in payload["variants"]:
        done = await change(pool, ben, APPROVE, variantId=variant["id"], revision=variant["revision"])
        assert done["userErrors"] == []
    pool.now += timedelta(hours=1)
    async with pool.database.write() as session:
        await release_story(
            session,
            uuid_of(story["id"], "Story"),
            by="ben",
            now=pool.now,
            variant_ids=[uuid_of(id, "Variant") for id in ids],
        )


async def in_pool(pool: Pool, reader: Actor, story: JsonAnswer) -> dict[str, tuple[int, bool, int | None]]:
    """What partners are told of each language: its version, whether it is stale, and the version of its source."""
    found = (await pool.ask(reader, IN_POOL, uri=story["uri"]))["story"]["variants"]
    return {
        variant["language"]: (
            variant["version"],
            variant["stale"],
            variant["translatedFrom"] and variant["translatedFrom"]["version"],
        )
        for variant in found
    }


async def test_a_translation_is_released_with_the_version_that_it_was_made_from(pool: Pool) -> None:
    ana = await editor(pool)
    async with pool.database.read() as session:
        terms = (await session.exec(select(Story.terms_id))).first()
    story = await new_story(pool, ana, termsId=global_id("Terms", terms))
    chinese = await saved(pool, ana, story, "zh", headline="无人机", body="<p>今晚。</p>")
    source = {"translatedFromId": chinese["variantId"], "translationMethod": "HUMAN"}
    english = await saved(pool, ana, story, "en", headline="Drones", body="<p>Tonight.</p>", **source)
    russian = await saved(pool, ana, story, "ru", headline="Дроны", body="<p>Сегодня.</p>", **source)
    greek = await saved(pool, ana, story, "el", headline="Drones", body="<p>Απόψε.</p>", translatedFromId=english["id"])
    assert greek["translatedFrom"]["variantId"] == english["id"]

    # Source and translation in one release: the source's new version, though en comes before zh.
    await released(pool, story, chinese, english)
    assert await in_pool(pool, ana, story) == {"zh": (1, False, None), "en": (1, False, 1)}

    # The source moves on, and goes out alone: what was translated is what was released first.
    read = (await pool.ask(ana, READ, id=story["id"]))["deskStory"]
    now = {variant["language"]: variant for variant in read["variants"]}
    assert (now["zh"]["authors"], now["en"]["translatedFrom"]["version"]) == ([], 1)
    chinese = await saved(pool, ana, story, "zh", revision=now["zh"]["revision"], headline="无人机群")
    await released(pool, story, chinese)
    await released(pool, story, russian)
    assert await in_pool(pool, ana, story) == {"zh": (2, False, None), "en": (1, True, 1), "ru": (1, True, 1)}
    matrix = (await pool.ask(ana, MATRIX, filter={"storyIds": [story["storyId"]]}))["translationMatrix"]
    assert matrix["languages"] == ["el", "en", "ru", "zh"]
    (row,) = matrix["edges"]
    assert {cell["language"]: (cell["stale"], cell["version"]) for cell in row["node"]["cells"]} == {
        "el": (False, 0),
        "en": (True, 1),
        "ru": (True, 1),
        "zh": (False, 2),
    }
    stale = (await pool.ask(ana, LIST, filter={"stale": True}))["deskStories"]["edges"]
    assert [edge["node"]["id"] for edge in stale] == [story["id"]]

    # The translation follows, and goes out.
    revision = now["en"]["revision"]
    again = await saved(pool, ana, story, "en", revision=revision, headline="Swarms", translatedFromId=chinese["id"])
    assert again["stale"], "to name the source again says nothing of what it has become"
    followed = await saved(
        pool, ana, story, "en", revision=again["revision"], translatedFromRevision=chinese["contentRevision"]
    )
    assert (followed["stale"], followed["translatedFrom"]["version"]) == (False, 2)
    await released(pool, story, followed)
    assert (await in_pool(pool, ana, story))["en"] == (2, False, 2)

    # What is put back as it was is as it was.
    current = (await pool.ask(ana, READ, id=story["id"]))["deskStory"]
    revision = next(variant["revision"] for variant in current["variants"] if variant["language"] == "zh")
    back = await saved(pool, ana, story, "zh", revision=revision, headline="无人机")
    seen = {
        variant["language"]: variant["stale"]
        for variant in (await pool.ask(ana, READ, id=story["id"]))["deskStory"]["variants"]
    }
    assert seen == {"zh": False, "en": True, "ru": False, "el": True}
    told = (await pool.ask(ana, DRAFTS, **{"id": back["id"], "from": 1, "to": back["revision"]}))["node"]
    assert told["difference"] == []
    assert [(draft["releasedVersion"], draft["headline"]) for draft in told["drafts"]] == [
        (None, "无人机"),
        (2, "无人机群"),
        (1, "无人机"),
    ]
    await pool.refusal(ana, DRAFTS, **{"id": back["id"], "from": 99})

    (ring,) = (
        await change(
            pool, ana, SAVE, storyId=story["id"], language="zh", revision=back["revision"], translatedFromId=greek["id"]
        )
    )["userErrors"]
    assert (ring["code"], ring["field"]) == ("BAD_INPUT", ["translatedFromId"])
    draft = await saved(pool, ana, story, "ar", headline="طائرات", translatedFromId=greek["id"])
    held = await change(pool, ana, REMOVE, variantId=greek["id"])
    assert codes(held) == ["WRONG_STATE"], "another was made from it"
    for wrong in ({"translatedFromRevision": 9}, {"translatedFromId": None, "translatedFromRevision": 1}):
        refused = await change(pool, ana, SAVE, storyId=story["id"], language="ar", revision=draft["revision"], **wrong)
        assert [error["field"] for error in refused["userErrors"]] == [["translatedFromRevision"]]


async def test_the_desk_lists_what_was_saved_last_first(pool: Pool) -> None:
    ana = await editor(pool)
    stories = []
    for slug in ("one", "two", "three"):
        pool.now += timedelta(minutes=1)
        stories.append(await new_story(pool, ana, slug, slugline=f"Walk {slug}"))
    pool.now += timedelta(minutes=1)
    await saved(pool, ana, stories[0], "sw", headline="Ndege %")

    async def listed(**asked: object) -> list[str]:
        page = (await pool.ask(ana, LIST, **asked))["deskStories"]
        return [edge["node"]["uri"].rpartition(":")[2] for edge in page["edges"]]

    drafts = {"released": False}
    assert await listed(filter=drafts) == ["one", "three", "two"], "a variant's save counts"
    page = (await pool.ask(ana, LIST, filter=drafts, first=2))["deskStories"]["pageInfo"]
    assert await listed(filter=drafts, first=2, after=page["endCursor"]) == ["two"]
    assert await listed(filter=drafts, last=1, before=page["endCursor"]) == ["one"]
    assert await listed(filter={"languages": ["sw"], "states": ["DRAFT"]}) == ["one"]
    assert await listed(filter={"languages": ["sw"], "states": ["APPROVED"]}) == []
    assert await listed(filter={"text": "E %"}) == ["one"]
    assert await listed(filter={"text": "walk t"}) == ["three", "two"]
    assert await listed(filter={"series": "nowhere"}) == []
    assert len(await listed(filter={"released": True}, first=5)) == 5
    await pool.refusal(ana, LIST, after="x")
    await pool.refusal(ana, LIST, filter={"text": "x" * 101})
    reader = await pool.actor(None, Scope.POOL_READ)
    await pool.refusal(reader, LIST)
    await pool.refusal(reader, MATRIX)
    given = {"storyId": global_id("Story", uuid.uuid4()), "revision": 1, "urgency": 2}
    assert codes(await change(pool, ana, UPDATE, **given)) == ["NOT_FOUND"]
