"""Notices: those who could read it are told, and nobody else; those who took it answer in time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from models.errors import Forbidden, NotFound
from models.event import EventAudience, EventKind
from models.notice.escalation import escalate
from models.notice.table import NoticeKind
from models.pool.tables import Release, ReleaseKind
from models.scope import Scope
from schema.identifier import global_id, uuid_of
from tests.schema.notices import ACKNOWLEDGE, VERIFY, Case, listed
from tests.schema.partnership import change, codes, events, ids
from tests.seeded import NOW, Pool

HOUR = timedelta(hours=1)


async def test_a_notice_goes_to_those_who_could_read_it_and_binds_those_who_took_it(pool: Pool) -> None:
    case = await Case.of(pool)
    taker, reader = await pool.client("china-daily"), await pool.actor("cuhk-shenzhen")
    stranger = await pool.actor("arabic-news-demo")
    await case.take(taker)
    notice = await case.issue(NoticeKind.CORRECTION)
    recipients = await case.recipients(notice)
    assert recipients.keys() >= {"china-daily", "cuhk-shenzhen", "embassy-russia"}
    assert not recipients.keys() & {"arabic-news-demo", "peoples-daily-online-russian"}
    bound = {key for key, row in recipients.items() if row.bound}
    assert bound == {"china-daily"}
    assert recipients["china-daily"].respond_by == NOW + 24 * HOUR
    assert recipients["cuhk-shenzhen"].respond_by is None
    told = await events(pool, EventKind.NOTICE_ISSUED)
    assert {event.partner_id for event in told} == {row.partner_id for row in recipients.values()}
    assert {(event.audience, event.subject_id) for event in told} == {(EventAudience.PARTNER, str(notice.id))}

    [seen] = await listed(pool, taker)
    assert (seen["kind"], seen["state"], seen["drill"]) == ("CORRECTION", "OPEN", False)
    assert {text["language"] for text in seen["texts"]} == {"en", "zh"}
    assert await listed(pool, stranger) == []
    node = "query($id: ID!) { node(id: $id) { ... on Notice { id story { uri notice { id } } storyUri deliveredAt } } }"
    assert isinstance(await pool.refusal(stranger, node, id=seen["id"]), NotFound)
    pool.now = NOW + HOUR
    found = (await pool.ask(reader, node, id=seen["id"]))["node"]
    assert found["story"] == {"uri": case.story.uri, "notice": {"id": seen["id"]}}
    assert found["storyUri"] == case.story.uri
    after = await case.recipients(notice)
    assert after["china-daily"].delivered_at == NOW
    assert after["cuhk-shenzhen"].delivered_at == NOW + HOUR
    assert after["embassy-russia"].delivered_at is None
    assert isinstance(await pool.refusal(taker, "{ notices { edges { node { reason } } } }"), Forbidden)
    staff = await pool.ask(await pool.actor(None), "{ notices { edges { node { state reason } } } }")
    assert staff["notices"]["edges"] == [{"node": {"state": None, "reason": "a reader wrote"}}]


async def test_a_notice_of_one_variant_goes_to_those_who_could_read_that_one(pool: Pool) -> None:
    case = await Case.of(pool)
    taker = await pool.client("china-daily")
    await case.take(taker, "en")
    japanese = await case.recipients(await case.issue(NoticeKind.WITHHOLD, ["ja"]))
    assert japanese.keys() == {"china-daily", "peoples-daily-overseas"}
    assert not any(row.bound for row in japanese.values())
    english = await case.recipients(await case.issue(NoticeKind.KILL, ["en"]))
    assert english["china-daily"].respond_by == NOW + HOUR
    assert "longgang-media-group" not in english
    advisory = await case.recipients(await case.issue(NoticeKind.ADVISORY, ["en"]))
    assert (advisory["china-daily"].bound, advisory["china-daily"].respond_by) == (True, None)
    async with pool.database.write() as session:
        number = case.release.id + 1000
        back = Release(id=number, story_id=case.story.id, version=9, kind=ReleaseKind.REINSTATE, at=NOW, by="test")
        session.add(back)
    case.release = back
    reinstated = await case.recipients(await case.issue(NoticeKind.UPDATE, ["ja"]))
    assert reinstated.keys() == japanese.keys()


async def test_a_partner_acknowledges_once_and_says_what_became_of_each_copy(pool: Pool) -> None:
    case = await Case.of(pool)
    taker, other = await pool.client("china-daily"), await pool.client("cuhk-shenzhen")
    pickup, foreign = await case.take(taker), await case.take(other, territory="CN")
    notice = global_id("Notice", (await case.issue(NoticeKind.KILL)).id)
    outlet = (await ids(pool, "china-daily"))["outlets"][0]["id"]
    strange = (await ids(pool, "glamorous-lingnan"))["outlets"][0]["id"]
    at = (NOW + HOUR).isoformat()
    past = (NOW - HOUR).isoformat()

    async def say(*copies: dict[str, Any], **more: Any) -> Any:
        return await change(pool, taker, ACKNOWLEDGE, noticeId=notice, copies=list(copies), **more)

    page = {"pickupId": pickup, "url": "https://example.org/a", "action": "REMOVED"}
    for copy, code, field in [
        ({**page, "doneAt": at}, "BAD_INPUT", "doneAt"),
        ({**page, "dueAt": at}, "BAD_INPUT", "dueAt"),
        ({"pickupId": pickup, "dueAt": past}, "BAD_INPUT", "dueAt"),
        ({"pickupId": pickup, "action": "COULD_NOT"}, "BAD_INPUT", "note"),
        ({"pickupId": pickup}, "BAD_INPUT", None),
        ({"action": "REMOVED"}, "BAD_INPUT", None),
        ({**page, "pickupId": foreign}, "NOT_FOUND", "pickupId"),
        ({**page, "outletId": strange}, "NOT_FOUND", "outletId"),
        ({**page, "note": "x" * 2001}, "BAD_INPUT", "note"),
    ]:
        refused = await say(copy)
        assert codes(refused) == [code], copy
        assert refused["userErrors"][0]["field"] == ["copies", "0", *([field] if field else [])]
    assert codes(await say(*[page] * 101)) == ["BAD_INPUT"]
    result = await pool.run(taker, ACKNOWLEDGE, input={"noticeId": notice, "copies": [{**page, "url": "javascript:x"}]})
    assert result.errors
    assert (await listed(pool, taker))[0]["state"] == "OPEN"

    said = await say({**page, "outletId": outlet}, {"pickupId": pickup, "dueAt": at}, note="We are at it.")
    assert said["userErrors"] == []
    told = said["notice"]
    assert (told["state"], told["note"]) == ("ACKNOWLEDGED", "We are at it.")
    assert [(copy["action"], copy["doneAt"], copy["url"]) for copy in told["copies"]] == [
        ("REMOVED", "2026-11-20T08:00:00Z", "https://example.org/a"),
        (None, None, None),
    ]
    pool.now = NOW + HOUR / 2
    assert (await say({**page, "outletId": outlet}))["notice"] == told
    assert len(await events(pool, EventKind.NOTICE_ACKNOWLEDGED)) == 0
    more = await say({"pickupId": pickup, "action": "COULD_NOT", "note": "It is in print."})
    assert [copy["action"] for copy in more["notice"]["copies"]] == ["REMOVED", "COULD_NOT"]
    assert more["notice"]["acknowledgedAt"] == told["acknowledgedAt"]
    [event] = await events(pool, EventKind.NOTICE_ACKNOWLEDGED)
    assert event.partner_id == taker.partner_id
    hidden = await change(pool, await pool.actor("arabic-news-demo"), ACKNOWLEDGE, noticeId=notice)
    assert codes(hidden) == ["NOT_FOUND"]
    weak = await pool.actor("china-daily", Scope.POOL_READ)
    assert isinstance(await pool.refusal(weak, ACKNOWLEDGE, input={"noticeId": notice}), Forbidden)
    officer = await pool.actor(None)
    assert isinstance(await pool.refusal(officer, ACKNOWLEDGE, input={"noticeId": notice}), Forbidden)

    removed, could_not = (copy["id"] for copy in more["notice"]["copies"])
    assert codes(await change(pool, officer, VERIFY, copyId=could_not)) == ["WRONG_STATE"]
    assert (await change(pool, officer, VERIFY, copyId=removed))["copy"]["verifiedAt"] is not None
    assert isinstance(await pool.refusal(taker, VERIFY, input={"copyId": removed}), Forbidden)
    again = await say({**page, "note": "and its archive"})
    assert again["notice"]["copies"][0]["verifiedAt"] is None
    node = "query($id: ID!) { node(id: $id) { ... on Copy { url } } }"
    assert (await pool.ask(taker, node, id=removed))["node"] == {"url": "https://example.org/a"}
    assert isinstance(await pool.refusal(other, node, id=removed), NotFound)


async def test_what_nobody_acknowledges_in_time_is_escalated_once(pool: Pool) -> None:
    case = await Case.of(pool)
    late, prompt = await pool.client("china-daily"), await pool.client("cuhk-shenzhen")
    for actor in (late, prompt):
        await case.take(actor, territory="CN")
    notice = await case.issue(NoticeKind.WITHHOLD)
    await change(pool, prompt, ACKNOWLEDGE, noticeId=global_id("Notice", notice.id))
    assert await escalate(pool.database, NOW + 2 * HOUR - timedelta(seconds=1)) == 0
    pool.now = NOW + 2 * HOUR
    assert await escalate(pool.database, pool.now) == 1
    for moment in (pool.now, NOW, NOW + 9 * HOUR):
        assert await escalate(pool.database, moment) == 0
    [event] = await events(pool, EventKind.NOTICE_OVERDUE)
    assert event.partner_id == late.partner_id
    [overdue] = await listed(pool, late, state="OVERDUE")
    assert uuid_of(overdue["id"], "Notice") == notice.id
    assert await listed(pool, prompt, state="OVERDUE") == []
    assert len(await listed(pool, await pool.actor(None), state="OVERDUE", kinds=["WITHHOLD"])) == 1
    assert await listed(pool, late, state="OVERDUE", kinds=["KILL"]) == []
    assert await listed(pool, late, drill=True) == []
