"""The release door through the API: updates, corrections, withholding, killing, reinstating, withdrawing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from models.draft import VariantDraft
from models.errors import Forbidden
from models.event import Event, EventKind
from models.notice.table import Notice
from models.pool.tables import PoolStory, Release
from models.scope import Scope
from models.variant import DeskState, Variant
from tests.schema.desk import TEXTS, Desk
from tests.seeded import NOW, Pool


async def test_words_are_updated_and_corrected_with_a_notice_each_and_a_retry_gives_the_first_result(
    pool: Pool,
) -> None:
    desk = await Desk.of(pool)
    await desk.write("en", "Another headline")
    given: dict[str, Any] = {"variantIds": [desk.variant("en")], "revision": 1}
    assert await desk.refused("release", **given) == "NOT_RELEASABLE"  # it would go out without a notice
    updated = await desk.done("update", **given)
    assert updated["release"] == {
        "version": 2,
        "kind": "RELEASE",
        "variantIds": [desk.variant("en")],
        "noticeIds": [updated["noticeId"]],
    }
    assert await desk.done("update", **given) == updated
    assert await desk.refused("correct", **given, texts=TEXTS) == "WRONG_STATE"  # nothing has changed

    await desk.write("zh", "另一个标题")
    stale = await desk.act("correct", **given | {"revision": 7, "variantIds": [desk.variant("zh")]}, texts=TEXTS)
    assert [(error["code"], error["field"], error["currentVersion"]) for error in stale["userErrors"]] == [
        ("REVISION_CONFLICT", ["revision"], 1)
    ]
    assert await desk.refused("correct", **given | {"variantIds": [desk.variant("zh")]}, texts=[]) == "BAD_INPUT"
    both = [{"variantId": desk.variant("zh"), "fate": "KEEP"}]
    zh = given | {"variantIds": [desk.variant("zh")], "texts": TEXTS}
    assert await desk.refused("correct", **zh, others=both) == "BAD_INPUT"
    correction = zh | {"others": [{"variantId": desk.variant("ja"), "fate": "WITHHOLD"}]}
    corrected = await desk.done("correct", **correction)
    assert (corrected["release"]["version"], corrected["release"]["kind"]) == (3, "WITHHOLD")
    assert desk.seen(corrected) == desk.seen(updated) | {"ja": "WITHHELD"}
    assert await desk.done("correct", **correction) == corrected

    async with pool.database.read() as session:
        notices = (await session.exec(select(Notice).order_by(col(Notice.id)))).all()
        drafts = (
            await session.exec(select(VariantDraft).where(VariantDraft.variant_id == desk.variants["zh"].id))
        ).all()
        authors = (await session.exec(select(Variant.authors).where(Variant.id == desk.variants["zh"].id))).one()
        told = (await session.exec(select(Event.kind).where(Event.story_version == 3))).all()
    ja, zh_id = str(desk.variants["ja"].id), str(desk.variants["zh"].id)
    assert [(notice.kind, notice.story_version) for notice in notices] == [
        ("UPDATE", 2),
        ("WITHHOLD", 3),
        ("CORRECTION", 3),
    ]
    assert [notice.variant_ids for notice in notices[1:]] == [[ja], [zh_id]]
    assert max(draft.released_version or 0 for draft in drafts) == 2
    assert authors == []
    assert {*told} >= {EventKind.STORY_RELEASED, EventKind.STORY_WITHHELD}


async def test_a_story_is_withheld_given_back_and_killed_once_in_words_that_say_nothing_of_it(pool: Pool) -> None:
    desk = await Desk.of(pool)
    zh = desk.variants["zh"]
    reason = {"reason": "A court order."}
    withheld = await desk.done("withhold", **reason, texts=TEXTS)
    assert withheld["story"]["pubStatus"] == "WITHHELD"
    assert set(desk.seen(withheld).values()) == {"WITHHELD"}  # staff still see what it says
    assert await desk.done("withhold", **reason, texts=TEXTS) == withheld
    assert await desk.refused("withhold", reason="Another.", texts=TEXTS) == "WRONG_STATE"
    assert await desk.refused("release", revision=1) == "WRONG_STATE"
    back = await desk.done("reinstate", variantIds=[desk.variant("zh")])
    assert (back["story"]["pubStatus"], desk.seen(back)["zh"], desk.seen(back)["en"]) == (
        "USABLE",
        "USABLE",
        "WITHHELD",
    )
    assert await desk.done("reinstate", variantIds=[desk.variant("zh")]) == back
    assert set(desk.seen(await desk.done("reinstate")).values()) == {"USABLE"}
    assert await desk.refused("reinstate", reason="Again.", variantIds=[desk.variant("en")]) == "WRONG_STATE"

    quoted = zh.body_text.replace("\n", "")[10:40]
    for text in (f"请勿使用：{zh.headline}", f"撤稿。{quoted}"):
        assert await desk.refused("kill", **reason, text=text) == "BAD_INPUT"
    kept = [{"variantId": desk.variant(language), "fate": "KEEP"} for language in desk.variants]
    text = "请勿使用，并删除所有副本。"
    killed = await desk.done("kill", **reason, text=text, texts=TEXTS[:1])
    assert (killed["story"]["pubStatus"], killed["release"]["kind"]) == ("CANCELED", "CANCEL")
    assert (killed["story"]["variants"], killed["story"]["slugline"]) == ([], None)  # without audit:read
    assert await desk.done("kill", **reason, text=text, texts=TEXTS[:1]) == killed
    assert await desk.refused("kill", reason="Another.", text=text) == "WRONG_STATE"
    assert await desk.refused("kill", reason="  ", text=text) == "BAD_INPUT"
    assert await desk.refused("kill", reason="A\0", text=text) == "BAD_INPUT"
    for act, more in (
        ("withhold", reason | {"texts": TEXTS}),
        ("reinstate", {}),
        ("release", {"revision": 1}),
        ("correct", {"revision": 1, "variantIds": [desk.variant("zh")], "texts": TEXTS}),
        ("withdraw", reason | {"variantId": desk.variant("zh"), "texts": TEXTS}),
        ("kill", reason | {"text": "Other words.", "others": kept}),
    ):
        assert await desk.refused(act, **more) == "WRONG_STATE", act
    async with pool.database.read() as session:
        notice = (await session.exec(select(Notice).order_by(col(Notice.id).desc()).limit(1))).one()
        versions = (await session.exec(select(Release.version).where(Release.story_id == desk.story.id))).all()
    assert notice.texts == {"zh": text, "en": "Take note."}
    assert sorted(versions) == [1, 2, 3, 4, 5]
    assert isinstance(
        await pool.refusal(
            await pool.actor("china-daily"),
            'mutation { killStory(input: {storyId: "x", reason: "x", text: "x"}) { noticeId } }',
        ),
        Forbidden,
    )


async def test_single_variants_are_withdrawn_and_the_story_is_what_is_left_of_it(pool: Pool) -> None:
    desk = await Desk.of(pool, "glasses-park", *Scope)
    partner = await pool.actor("china-daily")
    story = "query($id: ID!) { story(id: $id) { pubStatus version slugline variants { language form } } }"
    reason = {"reason": "Wrong names.", "texts": TEXTS}
    withdrawn = await desk.done("withdraw", **reason, variantId=desk.variant("ja"))
    assert (withdrawn["story"]["pubStatus"], desk.seen(withdrawn)["ja"]) == ("USABLE", "CANCELED")
    assert withdrawn["release"]["variantIds"] == [desk.variant("ja")]
    assert await desk.done("withdraw", **reason, variantId=desk.variant("ja")) == withdrawn
    assert await desk.refused("withdraw", **reason, variantId=desk.variant("ja"), status="WITHHELD") == "WRONG_STATE"
    assert await desk.refused("withdraw", **reason, variantId=desk.variant("en"), status="USABLE") == "BAD_INPUT"
    seen = (await pool.ask(partner, story, id=desk.id))["story"]
    assert "ja" not in {variant["language"] for variant in seen["variants"]}
    assert (seen["pubStatus"], seen["version"]) == ("USABLE", 2)
    # killing the rest but one language, which is only withheld, leaves a withheld story
    others = [{"variantId": desk.variant("en"), "fate": "WITHHOLD"}]
    killed = await desk.done("kill", reason="Wrong.", text="Delete it.", others=others)
    assert (killed["story"]["pubStatus"], killed["release"]["kind"]) == ("WITHHELD", "CANCEL")
    assert len(killed["release"]["noticeIds"]) == 2
    assert (await pool.ask(partner, story, id=desk.id))["story"] == {
        "pubStatus": "WITHHELD",
        "version": 3,
        "slugline": None,
        "variants": [],
    }
    last = await desk.done("withdraw", **reason, variantId=desk.variant("en"))
    assert last["story"]["pubStatus"] == "CANCELED"
    async with pool.database.read() as session:
        live = await session.get_one(PoolStory, desk.story.id)
        statement = select(Event).where(Event.story_id == desk.story.id, col(Event.story_version) == 2)
        told = {event.kind: event for event in (await session.exec(statement)).all()}
    assert (live.pub_status, live.variant_status) == ("CANCELED", {})
    assert told[EventKind.STORY_CANCELED].variant_id == desk.variants["ja"].id
    assert told[EventKind.STORY_CANCELED].scope["variants"] == [["ja", "ARTICLE"]]
    assert ["ja", "ARTICLE"] not in told[EventKind.STORY_RELEASED].scope["variants"]


async def test_further_languages_are_let_out_and_those_that_are_out_stay_as_they_are(pool: Pool) -> None:
    desk = await Desk.of(pool)
    async with pool.database.write() as session:
        row = await session.get_one(Variant, desk.variants["en"].id)
        fields = row.model_dump(exclude={"id", "uri", "language", "version", "released_hash", "version_created"})
        session.add(Variant(**fields, language="de", uri=f"{row.uri}.de"))
        session.add(Variant(**fields | {"desk_state": DeskState.DRAFT}, language="fr", uri=f"{row.uri}.fr"))
    again = await desk.done("release", revision=1, languages=["zh", "en"])
    assert again["release"]["version"] == 1  # they are out, and nothing has changed
    assert await desk.refused("release", revision=1, languages=["fr"]) == "NOT_RELEASABLE"
    assert await desk.refused("release", revision=1, languages=["de"], variantIds=[]) == "BAD_INPUT"
    out = await desk.done("release", revision=1)
    assert (out["release"]["version"], out["noticeId"]) == (2, None)
    assert {"de", "zh"} <= desk.seen(out).keys()
    assert "fr" not in desk.seen(out)
    assert await desk.done("release", revision=1, languages=["de"]) == out


async def test_embargo_and_expiry_move_at_once_and_an_embargo_does_not_come_back(pool: Pool) -> None:
    desk = await Desk.of(pool)
    document = """mutation($i: RescheduleStoryInput!) { rescheduleStory(input: $i) {
      story { version embargoedUntil expires } userErrors { code } } }"""

    async def move(**given: Any) -> Any:
        answer = (await pool.ask(desk.actor, document, i={"storyId": desk.id} | given))["rescheduleStory"]
        return answer["story"] or answer["userErrors"][0]["code"]

    later = (NOW + timedelta(days=1)).isoformat()
    assert await move(revision=1, embargoedUntil=later) == "WRONG_STATE"  # everybody has seen it
    moved = await move(revision=1, expires=later)
    assert (moved["version"], moved["embargoedUntil"]) == (1, None)
    assert moved["expires"] is not None
    assert await move(revision=1, expires=later) == moved
    assert await move(revision=1, expires=None) == "REVISION_CONFLICT"
    listed = "{ stories(first: 100) { edges { node { id } } } }"
    pool.now = NOW + timedelta(days=2)
    partner = await pool.actor("china-daily")
    assert desk.id not in {edge["node"]["id"] for edge in (await pool.ask(partner, listed))["stories"]["edges"]}
    assert (await move(revision=2, expires=None))["expires"] is None
    assert desk.id in {edge["node"]["id"] for edge in (await pool.ask(partner, listed))["stories"]["edges"]}
    async with pool.database.read() as session:
        told = (await session.exec(select(Event.kind).where(Event.story_id == desk.story.id))).all()
    assert [kind for kind in told if kind is not EventKind.STORY_RELEASED] == [EventKind.STORY_RESCHEDULED] * 2
