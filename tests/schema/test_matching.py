"""Partner matching: who would take a story, in which language, and why."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlmodel import select

from models.agreement import Agreement
from models.errors import Forbidden, NotFound, PageSizeOutOfRange, WrongState
from models.partner import Partner, PartnerStatus
from models.release import change_status
from models.scope import Scope
from models.story import PubStatus
from models.variant import Variant
from schema.identifier import global_id, uuid_of
from tests.schema.test_topic import story_ids
from tests.seeded import JsonAnswer, Pool

MATCH = """
query($input: PartnerMatchesInput!, $first: Int) { partnerMatches(input: $input, first: $first) {
  partner { key audience { text } } language form score wouldTake
  reasons { code points most message chinese: message(language: "zh") } } }
"""
LANGUAGES = """
query($id: ID!) { languageMatches(storyId: $id) { language isPresent partnerCount newlyServed score
  partners { partner { key } score language } } }
"""
TAKE = "mutation($input: AcknowledgePickupInput!) { acknowledgePickup(input: $input) { pickup { id } userErrors { code message } } }"


async def matches(pool: Pool, story: str, **given: Any) -> dict[str, JsonAnswer]:
    editor = await pool.actor(None, Scope.STORY_WRITE)
    found = (await pool.ask(editor, MATCH, input={"storyId": story, **given}, first=100))["partnerMatches"]
    assert [match["score"] for match in found] == sorted((match["score"] for match in found), reverse=True)
    for match in found:
        assert match["score"] == sum(reason["points"] for reason in match["reasons"])
        assert all(reason["message"] != reason["chinese"] for reason in match["reasons"])
    return {match["partner"]["key"]: match for match in found}


async def languages(pool: Pool, story: str) -> dict[str, JsonAnswer]:
    editor = await pool.actor(None, Scope.STORY_WRITE)
    found = (await pool.ask(editor, LANGUAGES, id=story))["languageMatches"]
    order = [(-match["partnerCount"], -match["score"], match["language"]) for match in found]
    assert order == sorted(order)
    return {match["language"]: match for match in found}


def reason(match: JsonAnswer, code: str) -> int:
    return int(next((reason["points"] for reason in match["reasons"] if reason["code"] == code), -1))


async def test_a_language_that_a_story_lacks_is_matched_with_those_who_read_it_and_may_use_it(pool: Pool) -> None:
    [story] = await story_ids(pool, "paris-drone-night")
    async with pool.database.write() as session:
        kept = select(Variant).where(Variant.story_id == uuid_of(story, "Story"))
        present = {variant.language for variant in (await session.exec(kept)).all()}
    lacking = next(language for language in ("ar", "ru", "el") if language not in present)
    reader = {"el": "greek-news-demo", "ar": "arabic-news-demo", "ru": "peoples-daily-online-russian"}[lacking]
    found = await matches(pool, story, language=lacking)
    assert found == await matches(pool, story, language=lacking)
    assert (found[reader]["wouldTake"], found[reader]["language"]) == (True, lacking)
    assert reason(found[reader], "PUBLIC_READS") == 25
    assert found["longgang-media-group"]["score"] == 0
    assert [item["code"] for item in found["longgang-media-group"]["reasons"]] == ["NOT_COVERED"]
    reach = await languages(pool, story)
    assert {language for language, match in reach.items() if match["isPresent"]} >= present
    assert (reach[lacking]["isPresent"], reader in str(reach[lacking]["partners"])) == (False, True)
    assert reach[lacking]["newlyServed"] >= 1
    assert max(match["partnerCount"] for match in reach.values()) == next(iter(reach.values()))["partnerCount"]
    before = reach[lacking]["partnerCount"]
    async with pool.database.write() as session:
        row = (await session.exec(select(Partner).where(Partner.key == reader))).one()
        row.status = PartnerStatus.SUSPENDED
        ended = (await session.exec(select(Agreement).where(Agreement.key == "smbu-supply"))).one()
        ended.ends_at = pool.now
        trial = (await session.exec(select(Partner).where(Partner.key == "cuhk-shenzhen"))).one()
        trial.sandbox = True
        session.add_all([row, ended, trial])
    left = await matches(pool, story, language=lacking)
    assert found.keys() - left.keys() == {reader, "smbu", "cuhk-shenzhen"}
    assert (await languages(pool, story))[lacking]["partnerCount"] < before


async def test_what_a_partner_took_speaks_for_more_of_the_same_and_less_as_it_grows_old(pool: Pool) -> None:
    taken, story = await story_ids(pool, "drone-guinness-records", "musk-drone-repost")
    before = await matches(pool, story)
    async with pool.database.read() as session:
        wanted = select(Variant).where(Variant.story_id == uuid_of(taken, "Story"), Variant.language == "en")
        variant = (await session.exec(wanted)).first()
    assert variant is not None
    use = {"territory": "FR", "channel": "WEB"}
    given = {"variantId": global_id("Variant", variant.id), "version": 1, "uses": [use]}
    client = await pool.client("china-daily")
    answer = (await pool.ask(client, TAKE, input=given))["acknowledgePickup"]
    assert answer["userErrors"] == []
    after = await matches(pool, story)
    assert after["china-daily"]["score"] > before["china-daily"]["score"]
    assert reason(after["china-daily"], "TOOK_TOPIC") > 0
    assert reason(after["china-daily"], "TOOK_SUBJECTS") > 0
    assert reason(after["china-daily"], "TOOK_RECENTLY") == 5
    assert {key: match for key, match in after.items() if key != "china-daily"} == {
        key: match for key, match in before.items() if key != "china-daily"
    }
    pool.now += timedelta(days=300)
    old = await matches(pool, story)
    assert 0 < reason(old["china-daily"], "TOOK_TOPIC") <= reason(after["china-daily"], "TOOK_TOPIC")
    assert reason(old["china-daily"], "TOOK_RECENTLY") == 2
    editor = await pool.actor(None, Scope.STORY_WRITE)
    lone = {"storyId": story, "partnerIds": [global_id("Partner", client.partner_id)]}
    assert len((await pool.ask(editor, MATCH, input=lone))["partnerMatches"]) == 1
    for wrong, first, error in (
        ({"storyId": "x"}, 1, NotFound),
        ({"storyId": story, "partnerIds": [global_id("Partner", variant.id)]}, 1, NotFound),
        ({"storyId": story}, 101, PageSizeOutOfRange),
    ):
        assert isinstance(await pool.refusal(editor, MATCH, input=wrong, first=first), error)
    assert isinstance(await pool.refusal(client, MATCH, input=lone), Forbidden)
    async with pool.database.write() as session:
        await change_status(session, uuid_of(story, "Story"), PubStatus.CANCELED, by="test", now=pool.now)
    assert isinstance(await pool.refusal(editor, MATCH, input=lone), WrongState)
