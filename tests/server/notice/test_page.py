"""The page behind the link of a mail: reading it acknowledges nothing, its button does, and what became of copies can be said."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import httpx2
from sqlmodel import select
from starlette.applications import Starlette

from models.audit.table import AuditEntry
from models.event import EventKind
from models.notice.table import CopyAction, NoticeChannel, NoticeCopy, NoticeKind, NoticeRecipient
from schema.identifier import uuid_of
from server.limits import FailureLimit
from server.logging import redact
from server.notice.link import NoticeKey, NoticeLinks
from server.notice.page import BY_PAGE, NoticePage
from tests.schema.notices import Case
from tests.schema.partnership import events
from tests.seeded import NOW, Pool

BASE = "https://pool.example.org"
TEXTS = {"en": "The <b>date</b> is wrong.", "zh": "日期有误。", "ar": "التاريخ خاطئ."}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CHINESE = {"accept-language": "zh-CN,zh;q=0.9,en;q=0.8"}


def browser(pool: Pool, *, failures: int = 60) -> httpx2.AsyncClient:
    links = NoticeLinks(pool.database, BASE, 30 * DAY, clock=lambda: pool.now)
    page = NoticePage(pool.database, links, FailureLimit("memory://", failures), clock=lambda: pool.now)
    transport = httpx2.ASGITransport(app=Starlette(routes=page.routes()))
    return httpx2.AsyncClient(transport=transport, base_url=BASE)


async def test_a_partner_acknowledges_on_the_page_and_says_what_became_of_its_copy(pool: Pool) -> None:
    case = await Case.of(pool)
    taker, other = await pool.client("china-daily"), await pool.client("cuhk-shenzhen")
    pickup = uuid_of(await case.take(taker), "Pickup")
    foreign = uuid_of(await case.take(other, territory="CN"), "Pickup")
    notice = await case.issue(NoticeKind.CORRECTION, texts=TEXTS)
    assert taker.partner_id is not None
    links = NoticeLinks(pool.database, BASE, 30 * DAY, clock=lambda: pool.now)
    link = await links.link(NoticeKey(notice.id, taker.partner_id))

    async def recipient() -> NoticeRecipient:
        async with pool.database.read() as session:
            return await session.get_one(NoticeRecipient, (notice.id, taker.partner_id))

    async with browser(pool) as http:
        assert (await http.head(link)).status_code == 200
        assert (await recipient()).delivered_at is None
        shown = await http.get(link, headers=CHINESE)
        assert shown.status_code == 200
        assert (shown.headers["content-language"], shown.headers["cache-control"]) == ("zh", "no-store")
        assert "default-src 'none'" in shown.headers["content-security-policy"]
        assert "noindex" in shown.headers["x-robots-tag"]
        assert "我已阅读此通知" in shown.text
        assert '<blockquote lang="zh" dir="ltr">日期有误。' in shown.text
        assert '<blockquote lang="ar" dir="rtl">' in shown.text
        assert "<b>date" not in shown.text
        assert "&lt;b&gt;date" in shown.text
        assert str(pickup) not in shown.text
        assert "http:" not in shown.text
        row = await recipient()
        assert (row.delivered_at, row.delivered_via, row.acknowledged_at) == (NOW, NoticeChannel.PAGE, None)
        pool.now = NOW + HOUR
        done = await http.post(link, headers=CHINESE)
        assert (done.status_code, done.headers["location"]) == (303, link.removeprefix(BASE))
        row = await recipient()
        assert (row.acknowledged_at, row.acknowledged_via) == (pool.now, NoticeChannel.PAGE)
        assert len(await events(pool, EventKind.NOTICE_ACKNOWLEDGED)) == 1
        pool.now += HOUR
        assert (await http.post(link)).status_code == 303
        assert (await recipient()).acknowledged_at == NOW + HOUR
        form = await http.get(link, params={"lang": "en"}, headers=CHINESE)
        assert "Acknowledged on 2026-11-20 17:00 (UTC+08:00). Thank you." in form.text
        assert str(pickup) in form.text
        for fields in (
            {"pickup": str(pickup), "action": "COULD_NOT", "note": " "},
            {"pickup": str(pickup), "action": "EATEN"},
            {"pickup": str(foreign), "action": "REMOVED"},
            {"pickup": "x", "action": "REMOVED"},
        ):
            refused = await http.post(link, params={"lang": "en"}, data=fields)
            assert (refused.status_code, 'role="alert"' in refused.text) == (400, True), fields
        said = {"pickup": str(pickup), "action": "COULD_NOT", "note": '"><script>in print</script>'}
        assert (await http.post(link, data=said)).status_code == 303
        after = await http.get(link, params={"lang": "en"})
        assert "Saved: could not be corrected or removed" in after.text
        assert "<script>" not in after.text
        async with pool.database.read() as session:
            [copy] = (await session.exec(select(NoticeCopy))).all()
            kept = (await session.exec(select(AuditEntry).where(AuditEntry.by == BY_PAGE))).all()
        assert {(entry.action, entry.by_partner_id) for entry in kept} == {("acknowledgeNotice", taker.partner_id)}
        assert len(kept) == 3
        assert (copy.pickup_id, copy.action, copy.partner_id) == (pickup, CopyAction.COULD_NOT, taker.partner_id)
        pool.now = NOW + 31 * DAY
        assert (await http.get(link)).status_code == 404
    assert link.rpartition("/")[2] not in redact(f"GET {link.removeprefix(BASE)} 200")


async def test_links_that_open_nothing_get_one_friendly_answer_and_then_have_to_wait(pool: Pool) -> None:
    case = await Case.of(pool)
    notice = await case.issue(NoticeKind.KILL)
    stranger = (await pool.actor("arabic-news-demo")).partner_id
    assert stranger is not None
    links = NoticeLinks(pool.database, BASE, 30 * DAY, clock=lambda: pool.now)
    link = await links.link(NoticeKey(notice.id, stranger))
    async with browser(pool, failures=4) as http:
        answers = [await http.get(url, headers=CHINESE) for url in (link, link[:-3], f"{BASE}/notices/x")]
        assert [answer.status_code for answer in answers] == [404, 404, 404]
        assert len({answer.text.replace(answer.url.path, "") for answer in answers}) == 1
        assert "此链接无效或已过期" in answers[0].text
        assert (await http.post(f"{BASE}/notices/x")).status_code == 404
        waiting = await http.get(link)
        assert (waiting.status_code, int(waiting.headers["retry-after"]) > 0) == (429, True)


def test_the_page_holds_no_script_and_loads_nothing() -> None:
    for template in (Path(__file__).parents[3] / "server" / "templates").glob("*page*"):
        text = template.read_text(encoding="utf-8")
        assert "<script" not in text
        assert "src=" not in text
        assert "url(" not in text
