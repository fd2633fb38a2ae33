"""Compliance, and what the desk issues beside the release door: advisories and exercises."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import col, select

from models.errors import Forbidden
from models.notice.table import NoticeKind
from models.pool.tables import PoolStory
from models.scope import Scope
from models.story import Story
from schema.identifier import global_id
from tests.schema.notices import ACKNOWLEDGE, COMPLIANCE, DRILL, ISSUE, VERIFY, Case, clocks, listed
from tests.schema.partnership import SAVE_PARTNER, change, codes, ids
from tests.seeded import NOW, Pool

MINUTE = timedelta(minutes=1)
TEXTS = [{"language": "en", "text": "Nothing to do."}, {"language": "zh", "text": "无需处理。"}]


async def test_the_clock_of_each_partner_and_copy_is_kept(pool: Pool) -> None:
    case = await Case.of(pool)
    officer, taker, late = await pool.actor(None), await pool.client("china-daily"), await pool.client("smbu")
    pickup = await case.take(taker)
    await case.take(late, territory="CN")
    notice = global_id("Notice", (await case.issue(NoticeKind.KILL)).id)
    pool.now = NOW + 5 * MINUTE
    await listed(pool, taker)
    pool.now = NOW + 20 * MINUTE
    soon = (pool.now + MINUTE).isoformat()
    copies = [
        {"pickupId": pickup, "action": "REMOVED"},
        {"pickupId": pickup, "url": "https://a.example", "dueAt": soon},
    ]
    said = await change(pool, taker, ACKNOWLEDGE, noticeId=notice, copies=copies)
    first, second = (copy["id"] for copy in said["notice"]["copies"])
    pool.now = NOW + 60 * MINUTE
    assert (await change(pool, officer, VERIFY, copyId=first))["userErrors"] == []
    found = await clocks(pool, officer, noticeId=notice)
    assert found.keys() >= {"china-daily", "smbu", "embassy-russia"}
    mine = found["china-daily"]
    assert (mine["state"], mine["overdue"], mine["deliveredVia"]) == ("ACKNOWLEDGED", True, "API")
    assert (mine["secondsToDelivered"], mine["secondsToAcknowledged"]) == (300, 1200)
    assert (mine["secondsToTakenDown"], mine["secondsToVerified"]) == (None, None)
    assert mine["copies"] == [
        {
            "overdue": False,
            "secondsToTakenDown": 1200,
            "secondsToVerified": 3600,
            "copy": {"id": first, "action": "REMOVED"},
        },
        {
            "overdue": True,
            "secondsToTakenDown": None,
            "secondsToVerified": None,
            "copy": {"id": second, "action": None},
        },
    ]
    assert (await clocks(pool, officer, noticeId=notice, state="OVERDUE")).keys() == {"smbu"}
    assert found["embassy-russia"]["state"] == "OPEN"
    done = [{"pickupId": pickup, "url": "https://a.example", "action": "REMOVED"}]
    await change(pool, taker, ACKNOWLEDGE, noticeId=notice, copies=done)
    await change(pool, officer, VERIFY, copyId=second)
    partner = (await ids(pool, "china-daily"))["id"]
    [mine] = (await clocks(pool, officer, partnerId=partner, storyId=global_id("Story", case.story.id))).values()
    assert (mine["overdue"], mine["secondsToTakenDown"], mine["secondsToVerified"]) == (False, 3600, 3600)
    assert isinstance(await pool.refusal(taker, COMPLIANCE), Forbidden)
    page_of = "{ pageInfo { endCursor hasNextPage } edges { node { partnerKey } } }"
    pages = f"query($after: String) {{ compliance(first: 2, after: $after) {page_of} }}"
    after, keys = None, []
    while True:
        page = (await pool.ask(officer, pages, after=after))["compliance"]
        keys += [edge["node"]["partnerKey"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert sorted(keys) == sorted(found)


async def test_an_advisory_goes_to_readers_alone_and_other_kinds_have_mutations_of_their_own(pool: Pool) -> None:
    case = await Case.of(pool)
    officer = await pool.actor(None)
    story = global_id("Story", case.story.id)
    reader, stranger = (await ids(pool, "smbu"))["id"], (await ids(pool, "arabic-news-demo"))["id"]
    for kind, instead in (("KILL", "killStory"), ("CORRECTION", "correctStory"), ("WITHHOLD", "withholdStory")):
        refused = await change(pool, officer, ISSUE, storyId=story, texts=TEXTS, kind=kind)
        assert codes(refused) == ["BAD_INPUT"]
        assert instead in refused["userErrors"][0]["message"]
    assert codes(await change(pool, officer, ISSUE, storyId=story, texts=[])) == ["BAD_INPUT"]
    hidden = await change(pool, officer, ISSUE, storyId=story, texts=TEXTS, partnerIds=[reader, stranger])
    assert (codes(hidden), hidden["userErrors"][0]["field"]) == (["NOT_FOUND"], ["partnerIds", "1"])
    told = await change(pool, officer, ISSUE, storyId=story, texts=TEXTS, partnerIds=[reader])
    again = await change(pool, officer, ISSUE, storyId=story, texts=TEXTS, partnerIds=[reader])
    assert again["notice"] == told["notice"]
    assert (await clocks(pool, officer)).keys() == {"smbu"}
    everybody = await change(pool, officer, ISSUE, storyId=story, texts=TEXTS[:1])
    assert everybody["notice"]["id"] != told["notice"]["id"]
    assert "arabic-news-demo" not in await clocks(pool, officer, noticeId=everybody["notice"]["id"])
    partner = await pool.actor("china-daily")
    assert isinstance(await pool.refusal(partner, ISSUE, input={"storyId": story, "texts": TEXTS}), Forbidden)


async def test_an_exercise_reaches_sandboxes_alone_and_leaves_the_story_as_it_is(pool: Pool) -> None:
    case = await Case.of(pool)
    officer, training = await pool.actor(None), await pool.client("arabic-news-demo")
    story = global_id("Story", case.story.id)
    sandbox, real = (await ids(pool, "arabic-news-demo"))["id"], (await ids(pool, "smbu"))["id"]
    refused = await change(pool, officer, DRILL, storyId=story, texts=TEXTS, partnerIds=[sandbox])
    assert codes(refused) == ["BAD_INPUT"]
    saved = await change(pool, officer, SAVE_PARTNER, id=sandbox, sandbox=True, noticeEmail=" drill@example.org ")
    assert saved["userErrors"] == []
    bad = await change(pool, officer, SAVE_PARTNER, id=sandbox, noticeEmail="a@b.example\nBcc: c@d.example")
    assert (codes(bad), bad["userErrors"][0]["field"]) == (["BAD_INPUT"], ["noticeEmail"])
    assert codes(await change(pool, officer, DRILL, storyId=story, texts=TEXTS, partnerIds=[sandbox, real])) == [
        "BAD_INPUT"
    ]
    assert codes(await change(pool, officer, DRILL, storyId=story, texts=TEXTS, partnerIds=[])) == ["BAD_INPUT"]
    drill = (await change(pool, officer, DRILL, storyId=story, texts=TEXTS, partnerIds=[sandbox]))["notice"]
    assert (drill["kind"], drill["drill"]) == ("KILL", True)
    assert drill["recipients"]["edges"] == [{"node": {"partnerKey": "arabic-news-demo", "bound": True}}]
    async with pool.database.read() as session:
        live = (await session.exec(select(PoolStory).where(PoolStory.story_id == case.story.id))).one()
    assert (live.version, live.pub_status) == (1, "USABLE")
    [seen] = await listed(pool, training, drill=True, state="OPEN")
    assert (seen["id"], seen["respondBy"]) == (drill["id"], "2026-11-20T09:00:00Z")
    pool.now = NOW + 61 * MINUTE
    assert (await clocks(pool, officer, state="OVERDUE", drill=True)).keys() == {"arabic-news-demo"}
    assert await clocks(pool, officer, drill=False) == {}
    assert (await change(pool, training, ACKNOWLEDGE, noticeId=drill["id"]))["notice"]["state"] == "ACKNOWLEDGED"
    weak = await pool.actor(None, Scope.POOL_READ)
    given = {"storyId": story, "texts": TEXTS, "partnerIds": [sandbox]}
    assert isinstance(await pool.refusal(weak, DRILL, input=given), Forbidden)
    notice = "query($uri: String!) { story(uri: $uri) { notice { id } } }"
    async with pool.database.read() as session:
        uri = (await session.exec(select(Story.uri).where(col(Story.id) == case.story.id))).one()
    assert (await pool.ask(officer, notice, uri=uri))["story"]["notice"] is None
