"""Stories and variants at the desk: begun, saved, read by others, approved, through GraphQL."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from models.asset import Asset
from models.draft import VariantDraft
from models.errors import Forbidden, NotFound
from models.release import change_status
from models.scope import Scope
from models.story import PubStatus, Story
from models.variant import Variant
from schema.identifier import global_id
from tests.schema.partnership import change, codes
from tests.schema.writing import (
    APPROVE,
    CREATE,
    READ,
    REMOVE,
    RETURN,
    SAVE,
    SUBMIT,
    UPDATE,
    editor,
    new_story,
    saved,
    with_approvals,
)
from tests.seeded import JsonAnswer, Pool

FILED: dict[str, Any] = {
    "slugline": " Drones over Longgang ",
    "urgency": 3,
    "contentCreated": "2026-11-20T10:00:00+08:00",
    "embargoedUntil": "2026-11-21T10:00:00+08:00",
    "expires": "2026-12-21T10:00:00+08:00",
    "organisations": [],
    "contributors": [],
}
BODIES = {
    "zh": ("龙岗上空的无人机", "<p>今晚，一千架无人机点亮了龙岗的夜空。</p>"),
    "en": ("Drones over Longgang", "<p>Tonight a thousand drones lit the sky.</p>"),
    "ru": ("Дроны над Лунганом", "<p>Сегодня вечером тысяча дронов осветила небо.</p>"),
    "ar": ("طائرات فوق لونغانغ", "<p>أضاءت ألف طائرة سماء المدينة الليلة.</p>"),
}


def text(language: str) -> JsonAnswer:
    headline, body = BODIES[language]
    return {"headline": headline, "body": body}


async def filed_codes(pool: Pool) -> JsonAnswer:
    """Codes and keys that there are, taken from a story of the demonstration."""
    staff = await editor(pool)
    page = await pool.ask(
        staff,
        "{ deskStories(first: 100) { edges { node { series topic genres subjects places people"
        " organisations { key } contributors { key } } } } }",
    )
    found: JsonAnswer = {}
    for edge in page["deskStories"]["edges"]:
        for name, value in edge["node"].items():
            if value and name not in found:
                found[name] = value
    return found


async def test_a_story_is_begun_once_and_edited_by_whoever_read_it_last(pool: Pool) -> None:
    ana, ben = await editor(pool), await editor(pool, "ben")
    known = await filed_codes(pool)
    filed: JsonAnswer = {
        **FILED,
        **{name: known[name] for name in ("series", "topic", "genres", "subjects", "places") if name in known},
        "organisations": [{"key": known["organisations"][0]["key"], "isBrand": True}],
        "contributors": [{"key": known["contributors"][0]["key"], "role": "TRANSLATOR"}],
    }
    story = await new_story(pool, ana, **filed)
    assert story["uri"] == "urn:newsml:localhost:20261120:drones"
    assert (story["revision"], story["version"], story["slugline"]) == (1, 0, "Drones over Longgang")
    assert story["embargoedUntil"] == "2026-11-21T02:00:00Z"
    assert story["organisations"] == filed["organisations"]
    assert story["contributors"] == filed["contributors"]
    assert (story["series"], story["genres"], story["savedBy"]) == (known["series"], known["genres"], "ana")
    assert await new_story(pool, ben, **filed) == story, "the same again gives the same story"
    other = await change(pool, ben, CREATE, slug="drones", day="2026-11-20T00:00:00+08:00", urgency=5)
    assert codes(other) == ["KEY_TAKEN"]
    assert "urgency" in other["userErrors"][0]["message"]

    first = await change(pool, ana, UPDATE, storyId=story["id"], revision=1, urgency=1, genres=[], topic=None)
    assert (first["story"]["revision"], first["story"]["genres"], first["story"]["topic"]) == (2, [], None)
    again = await change(pool, ana, UPDATE, storyId=story["storyId"], revision=1, urgency=1, genres=[])
    assert (again["userErrors"], again["story"]) == ([], first["story"]), "an answer that was lost is given again"
    (late,) = (await change(pool, ben, UPDATE, storyId=story["id"], revision=1, urgency=9, slugline="Mine"))[
        "userErrors"
    ]
    assert (late["code"], late["field"], late["currentVersion"]) == ("REVISION_CONFLICT", ["revision"], 2)
    conflict = late["conflict"]
    assert (conflict["revision"], conflict["currentRevision"], conflict["savedBy"]) == (1, 2, "ana")
    assert {field["field"]: (field["yours"], field["theirs"]) for field in conflict["fields"]} == {
        "urgency": ("9", "1"),
        "slugline": ("Mine", "Drones over Longgang"),
    }
    assert (await pool.ask(ben, READ, uri=story["uri"]))["deskStory"] == first["story"]
    assert (
        await pool.ask(ben, "query($id: ID!) { node(id: $id) { id ... on DeskStory { urgency } } }", id=story["id"])
    )["node"] == {"id": story["id"], "urgency": 1}


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"slug": "a b"}, "BAD_INPUT", ["slug"]),
        ({"slug": "ok", "uri": "urn:newsml:x:20261120:ok"}, "BAD_INPUT", ["uri"]),
        ({"uri": "http://example.org/ok"}, "BAD_INPUT", ["uri"]),
        ({"slug": "ok", "urgency": 10}, "BAD_INPUT", ["urgency"]),
        ({"slug": "ok", "slugline": "x" * 129}, "BAD_INPUT", ["slugline"]),
        ({"slug": "ok", "slugline": "a\0b"}, "BAD_INPUT", ["slugline"]),
        ({"slug": "ok", "places": ["a\0b"]}, "BAD_INPUT", ["places"]),
        ({"slug": "ok", "series": "nowhere"}, "NOT_FOUND", ["series"]),
        ({"slug": "ok", "subjects": ["nonsense"]}, "NOT_FOUND", ["subjects"]),
        ({"slug": "ok", "contributors": [{"key": "nobody", "role": "CAMERA"}]}, "NOT_FOUND", ["contributors"]),
        (
            {"slug": "ok", "organisations": [{"key": "a"}, {"key": "a", "isBrand": True}]},
            "BAD_INPUT",
            ["organisations"],
        ),
        ({"slug": "ok", "termsId": global_id("Story", 1)}, "NOT_FOUND", ["termsId"]),
        ({"slug": "ok", "genres": None}, "BAD_INPUT", ["genres"]),
        (
            {"slug": "ok", "embargoedUntil": "2026-12-01T00:00:00Z", "expires": "2026-12-01T00:00:00Z"},
            "END_BEFORE_START",
            ["expires"],
        ),
    ],
)
@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_a_story_that_cannot_be_right_is_refused(
    pool: Pool, given: JsonAnswer, code: str, field: list[str]
) -> None:
    (error,) = (await change(pool, await editor(pool), CREATE, **given))["userErrors"]
    assert (error["code"], error["field"]) == (code, field), error


async def test_texts_are_saved_as_they_are_typed_and_two_at_one_paragraph_lose_nothing(pool: Pool) -> None:
    ana, ben = await editor(pool), await editor(pool, "ben")
    story = await new_story(pool, ana)
    first = await saved(pool, ana, story, "en", **text("en"), by=" Ana Li ")
    assert (first["revision"], first["contentRevision"], first["deskState"]) == (1, 1, "DRAFT")
    assert (first["bodyText"], first["wordCount"], first["by"]) == (
        "Tonight a thousand drones lit the sky.",
        7,
        "Ana Li",
    )
    assert await saved(pool, ana, story, "en", **text("en"), by="Ana Li") == first, "begun once"
    assert await saved(pool, ben, story, "en", **text("en"), revision=77) == first, "nothing new is nothing saved"
    taken = await change(pool, ben, SAVE, storyId=story["id"], language="EN", headline="Mine")
    assert codes(taken) == ["REVISION_CONFLICT"]
    assert taken["userErrors"][0]["conflict"]["revision"] == 0

    mine = {"storyId": story["id"], "language": "en", "revision": 1}
    answers = await asyncio.gather(
        change(pool, ana, SAVE, **mine, body="<p>Tonight a thousand drones lit up the sky.</p>"),
        change(
            pool, ben, SAVE, **mine, body="<p>Last night a thousand drones lit the sky.</p><script>alert(1)</script>"
        ),
    )
    (won,) = [answer["variant"] for answer in answers if answer["variant"]]
    (lost,) = [answer["userErrors"][0] for answer in answers if answer["userErrors"]]
    (field,) = lost["conflict"]["fields"]
    assert (lost["code"], field["field"], field["base"]) == ("REVISION_CONFLICT", "body", first["body"])
    assert field["theirs"] == won["body"]
    assert {field["theirs"], field["yours"]} == {
        "<p>Tonight a thousand drones lit up the sky.</p>",
        "<p>Last night a thousand drones lit the sky.</p>",
    }, "what was sent is given back, without the script"
    assert (won["revision"], lost["conflict"]["currentRevision"]) == (2, 2)

    # One sitting of one person is one draft; what somebody else has saved stays.
    pool.now += timedelta(minutes=11)
    revision = 2
    for words in ("A", "A b", "A b c", "A b c d"):
        revision = (await saved(pool, ana, story, "en", revision=revision, body=f"<p>{words}</p>"))["revision"]
    await saved(pool, ben, story, "en", revision=revision, body="<p>Ben</p>")
    late = await change(pool, ana, SAVE, storyId=story["id"], language="en", revision=5, body="<p>A late word</p>")
    assert late["userErrors"][0]["conflict"]["fields"][0]["base"] is None, "a draft that was typed over is no base"
    async with pool.database.read() as session:
        drafts = (await session.exec(select(VariantDraft).order_by(VariantDraft.revision))).all()  # type: ignore[arg-type]
    kept = [(draft.revision, draft.since, draft.content["bodyText"]) for draft in drafts if draft.by in ("ana", "ben")]
    assert [kept[0][0], *kept[-3:]] == [1, (3, 3, "A"), (6, 4, "A b c d"), (7, 7, "Ben")]


async def test_two_who_begin_one_variant_at_once_make_one(pool: Pool) -> None:
    ana, ben = await editor(pool), await editor(pool, "ben")
    story = await new_story(pool, ana)
    answers = await asyncio.gather(
        *(change(pool, actor, SAVE, storyId=story["id"], language="ru", **text("ru")) for actor in (ana, ben) * 3)
    )
    assert len({answer["variant"]["id"] for answer in answers}) == 1
    stories = await asyncio.gather(*(new_story(pool, actor, "twice", urgency=2) for actor in (ana, ben) * 3))
    assert len({one["id"] for one in stories}) == 1
    async with pool.database.read() as session:
        assert len((await session.exec(select(Story).where(Story.uri == stories[0]["uri"]))).all()) == 1


async def test_what_others_have_read_is_approved_and_a_word_more_makes_it_a_draft(pool: Pool) -> None:
    ana, ben, cleo, dan = [await editor(pool, name) for name in ("ana", "ben", "cleo", "dan")]
    with_approvals(pool, 2)
    story = await new_story(pool, ana)
    assert story["uri"] == "urn:newsml:desk.example:20261120:drones"
    draft = await saved(pool, ana, story, "zh", **text("zh"))
    assert [move["name"] for move in draft["allowedMoves"]] == ["SAVE", "SUBMIT"]
    assert codes(await change(pool, ben, APPROVE, variantId=draft["id"], revision=1)) == ["WRONG_STATE"]
    (review,) = (await change(pool, ana, SUBMIT, variantIds=[draft["id"]], revision=1))["variants"]
    assert (review["deskState"], review["revision"], review["contentRevision"]) == ("IN_REVIEW", 2, 1)
    assert [move["name"] for move in review["allowedMoves"]] == ["SAVE", "RETURN"], "not by its author"
    assert (await change(pool, ana, SUBMIT, variantIds=[draft["variantId"]]))["variants"] == [review]
    assert codes(await change(pool, ana, APPROVE, variantId=draft["id"], revision=2)) == ["OWN_WORK"]

    one = (await change(pool, ben, APPROVE, variantId=draft["id"], revision=2))["variant"]
    assert (one["deskState"], one["approvals"]) == ("IN_REVIEW", [{"by": "ben", "revision": 1}])
    assert (await change(pool, ben, APPROVE, variantId=draft["id"], revision=2))["variant"] == one, "again is nothing"
    returned = await change(pool, cleo, RETURN, variantId=draft["id"], revision=2, note="Which night?")
    assert (returned["variant"]["deskState"], returned["variant"]["approvals"]) == ("DRAFT", [])
    assert returned["variant"]["reviewNote"] == "Which night?"
    edited = await saved(pool, dan, story, "zh", revision=3, headline="龙岗今夜的无人机")
    assert edited["authors"] == ["ana", "dan"]
    (stale,) = (await change(pool, ben, APPROVE, variantId=draft["id"], revision=2))["userErrors"]
    assert stale["code"] == "REVISION_CONFLICT"
    assert [(field["field"], field["base"], field["theirs"]) for field in stale["conflict"]["fields"]] == [
        ("headline", "龙岗上空的无人机", "龙岗今夜的无人机")
    ]
    await change(pool, dan, SUBMIT, variantIds=[draft["id"]])
    assert codes(await change(pool, dan, APPROVE, variantId=draft["id"], revision=5)) == ["OWN_WORK"]
    await asyncio.gather(*(change(pool, who, APPROVE, variantId=draft["id"], revision=5) for who in (ben, cleo, ben)))
    approved = (await pool.ask(ana, READ, id=story["id"]))["deskStory"]["variants"][0]
    assert (approved["deskState"], sorted(approval["by"] for approval in approved["approvals"])) == (
        "APPROVED",
        ["ben", "cleo"],
    )
    assert (await saved(pool, ana, story, "zh", revision=5, headline="龙岗今夜的无人机")) == approved, "the same words"
    reopened = await saved(pool, ana, story, "zh", revision=5, headline="龙岗昨夜的无人机")
    assert (reopened["deskState"], reopened["approvals"], reopened["contentRevision"]) == ("DRAFT", [], 6)


async def test_what_a_variant_shows_is_of_its_story_and_counts_as_what_it_says(pool: Pool) -> None:
    ana, ben = await editor(pool), await editor(pool, "ben")
    async with pool.database.read() as session:
        variant = (await session.exec(select(Variant).where(Variant.language == "en"))).first()
        assert variant is not None
        own = (await session.exec(select(Asset.id).where(Asset.story_id == variant.story_id))).all()
        foreign = (await session.exec(select(Asset.id).where(Asset.story_id != variant.story_id))).first()
        killed = (await session.exec(select(Story).where(Story.id != variant.story_id))).first()
        assert killed is not None
    story = (await pool.ask(ana, READ, id=global_id("Story", variant.story_id)))["deskStory"]
    given = {"storyId": story["id"], "language": "en", "form": variant.form.value, "revision": 1}
    (error,) = (await change(pool, ana, SAVE, **given, assetIds=[global_id("Asset", foreign)]))["userErrors"]
    assert (error["code"], error["field"]) == ("NOT_FOUND", ["assetIds"])
    wanted = [global_id("Asset", asset) for asset in own[:1]]
    shown = await saved(pool, ana, story, "en", form=variant.form.value, revision=1, assetIds=[], by="Someone")
    assert (shown["deskState"], shown["assetIds"], shown["contentRevision"]) == ("DRAFT", [], 2)
    back = await saved(pool, ana, story, "en", form=variant.form.value, revision=2, assetIds=wanted)
    assert (back["assetIds"], back["authors"]) == (wanted, ["ana"])
    async with pool.database.read() as session:
        first = await session.get(VariantDraft, (variant.id, 1))
    assert first is not None
    assert (first.released_version, first.content["headline"]) == (1, variant.headline), "what was released is kept"

    (refused,) = (await change(pool, ana, REMOVE, variantId=back["id"]))["userErrors"]
    assert (refused["code"], "withdrawVariant" in refused["message"]) == ("WRONG_STATE", True)
    (later,) = (await change(pool, ana, UPDATE, storyId=story["id"], revision=1, expires="2027-12-01T00:00:00Z"))[
        "userErrors"
    ]
    assert (later["code"], "rescheduleStory" in later["message"]) == ("WRONG_STATE", True)
    draft = await saved(pool, ana, story, "ar", **text("ar"))
    assert draft["bodyText"] == "أضاءت ألف طائرة سماء المدينة الليلة."
    removed = (await change(pool, ben, REMOVE, variantId=draft["id"], revision=1))["story"]
    assert draft["id"] not in {one["id"] for one in removed["variants"]}
    assert codes(await change(pool, ben, REMOVE, variantId=draft["id"])) == ["NOT_FOUND"]

    async with pool.database.write() as session:
        await change_status(session, killed.id, PubStatus.CANCELED, by="test", now=pool.now)
    dead = global_id("DeskStory", killed.id)
    assert codes(await change(pool, ana, UPDATE, storyId=dead, revision=killed.revision, urgency=9, genres=[])) == [
        "WRONG_STATE"
    ]
    assert codes(await change(pool, ana, SAVE, storyId=dead, language="sw", headline="x")) == ["WRONG_STATE"]


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_the_desk_is_for_those_who_write(pool: Pool) -> None:
    ana = await editor(pool)
    story = await new_story(pool, ana)
    variant = await saved(pool, ana, story, "en", **text("en"))
    reader = await pool.actor(None, Scope.POOL_READ, Scope.STORY_RELEASE)
    refused: list[tuple[str, JsonAnswer]] = [
        (CREATE, {"slug": "x"}),
        (UPDATE, {"storyId": story["id"], "revision": 1}),
        (SAVE, {"storyId": story["id"], "language": "en"}),
        (SUBMIT, {"variantIds": [variant["id"]]}),
        (APPROVE, {"variantId": variant["id"], "revision": 1}),
    ]
    for document, given in refused:
        assert isinstance(await pool.refusal(reader, document, input=given), Forbidden)
    assert isinstance(await pool.refusal(reader, READ, id=story["id"]), Forbidden)
    node = "query($id: ID!) { node(id: $id) { id } }"
    assert isinstance(await pool.refusal(reader, node, id=variant["id"]), NotFound)
    assert (await pool.ask(ana, node, id=variant["id"]))["node"] == {"id": variant["id"]}
    foreign: list[tuple[str, JsonAnswer, str]] = [
        (UPDATE, {"storyId": variant["id"], "revision": 1}, "storyId"),
        (SAVE, {"storyId": global_id("Story", "x"), "language": "en"}, "storyId"),
        (
            SAVE,
            {"storyId": story["id"], "language": "en", "revision": 1, "translatedFromId": story["id"]},
            "translatedFromId",
        ),
        (SUBMIT, {"variantIds": [story["id"]]}, "variantIds"),
        (APPROVE, {"variantId": story["id"], "revision": 1}, "variantId"),
    ]
    for document, given, field in foreign:
        (error,) = (await change(pool, ana, document, **given))["userErrors"]
        assert (error["code"], error["field"]) == ("NOT_FOUND", [field])
    for given in (
        {"headline": "x" * 501},
        {"label": "二"},
        {"language": "de", "label": "x" * 65},
        {"by": "x" * 256},
        {"headline": "\ud800"},
    ):
        values = {"storyId": story["id"], "language": "en", "revision": None if "label" in given else 1, **given}
        assert codes(await change(pool, ana, SAVE, **values)) == ["BAD_INPUT"], given
