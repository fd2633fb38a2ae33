"""What the release door does reaches those who could read it, whatever has become of them since."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import col, select

from models.notice.table import Notice, NoticeKind, NoticeRecipient
from models.partner import Partner
from models.pool.tables import PoolEntry, PoolStory
from models.scope import PARTNER_SCOPES
from tests.schema.desk import TEXTS, Desk
from tests.schema.notices import Case, listed
from tests.schema.partnership import END, SUSPEND_PARTNER, change, ids
from tests.seeded import NOW, Pool

DAY = timedelta(days=1)
REASON = {"reason": "a reader wrote", "texts": TEXTS}


async def told(pool: Pool, kind: NoticeKind) -> set[str]:
    """To whom the newest notice of a kind went."""
    async with pool.database.read() as session:
        newest = select(Notice.id).where(Notice.kind == kind).order_by(col(Notice.id).desc())
        notice_id = (await session.exec(newest)).first()
        rows = await session.exec(
            select(Partner.key)
            .join(NoticeRecipient, col(NoticeRecipient.partner_id) == col(Partner.id))
            .where(NoticeRecipient.notice_id == notice_id)
        )
        return set(rows.all())


async def test_those_who_read_it_once_are_told_and_those_who_came_too_late_are_not(pool: Pool) -> None:
    desk, case = await Desk.of(pool), await Case.of(pool)
    taker = await pool.client("china-daily")
    await case.take(taker)
    officer = await pool.actor(None)
    smbu, embassy = await ids(pool, "smbu"), await ids(pool, "embassy-russia")
    pool.now = NOW + DAY
    assert (await change(pool, officer, SUSPEND_PARTNER, partnerId=smbu["id"]))["userErrors"] == []
    ended = await change(pool, officer, END, agreementId=embassy["agreements"][0]["id"])
    assert ended["userErrors"] == []
    pool.now = NOW + 2 * DAY
    await desk.done("withhold", **REASON)
    readers = await told(pool, NoticeKind.WITHHOLD)
    assert readers >= {"china-daily", "smbu", "embassy-russia", "cuhk-shenzhen"}
    assert not readers & {"arabic-news-demo", "peoples-daily-online-russian"}
    [seen] = await listed(pool, taker, kinds=["WITHHOLD"])
    assert (seen["state"], seen["respondBy"]) == ("OPEN", "2026-11-22T10:00:00Z")
    pool.now = NOW + 3 * DAY
    await desk.done("reinstate")
    assert await told(pool, NoticeKind.UPDATE) == readers

    pool.now = NOW + 4 * DAY
    await desk.done("withdraw", variantId=desk.variant("en"), status="CANCELED", **REASON)
    killed = await told(pool, NoticeKind.KILL)
    assert killed >= {"china-daily", "smbu"}
    assert "longgang-media-group" not in killed
    pool.now = NOW + 5 * DAY
    await desk.done("kill", reason="a reader wrote", text="请注意。")
    assert "longgang-media-group" in await told(pool, NoticeKind.KILL)
    stub = (
        'query($uri: String!) { story(uri: $uri) { pubStatus variants { id } notice { kind text(language: "zh") } } }'
    )
    story = (await pool.ask(taker, stub, uri=case.story.uri))["story"]
    assert story == {"pubStatus": "CANCELED", "variants": [], "notice": {"kind": "KILL", "text": "请注意。"}}


async def test_what_was_under_embargo_all_along_was_read_by_those_alone_who_may_read_ahead(pool: Pool) -> None:
    async with pool.database.write() as session:
        case = await Case.of(pool)
        live = (await session.exec(select(PoolStory).where(PoolStory.story_id == case.story.id))).one()
        live.embargoed_until = NOW + 9 * DAY
        session.add(live)
        entries = await session.exec(select(PoolEntry).where(col(PoolEntry.variant_id).in_(case.variants.values())))
        for entry in entries.all():
            entry.embargoed_until = live.embargoed_until
            session.add(entry)
    assert await case.recipients(await case.issue(NoticeKind.KILL)) == {}
    await pool.client("china-daily", *PARTNER_SCOPES)
    assert (await case.recipients(await case.issue(NoticeKind.KILL))).keys() == {"china-daily"}
