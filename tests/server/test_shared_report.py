"""The page and files behind a report link: who has the link sees the report, until it ends; a password is asked for where there is one."""

from __future__ import annotations

import asyncio
import io
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx2
import openpyxl
import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from selectolax.lexbor import LexborNode
from sqlmodel import col, select
from starlette.applications import Starlette

from models.audit.table import AuditEntry
from models.client import suspend_client
from models.metric.table import MetricGroup
from models.outlet import Outlet
from models.report import password as hashing
from models.report.catalogue import OF_THE_CENTRE, ReportName
from models.report.link import ReportLink
from models.report.password import is_password
from models.scope import Scope
from models.url_key import ensure_url_key
from schema.identifier import global_id
from server.limits import FailureLimit
from server.logging import redact
from server.shared_report import SharedReports
from server.shared_report import page as shared_page
from server.shared_report.gate import MANY_PER_MINUTE, TRIES_PER_MINUTE, PasswordGate, TriedTooOften, network_of
from tests.schema.partnership import SUSPEND_PARTNER, change
from tests.schema.report_links import centre
from tests.schema.reprints import PAGE, pickup, reported
from tests.schema.test_report_link import REVOKE, YEAR, made
from tests.seeded import NOW, Pool

BASE = "http://localhost:8000"
HOUR = timedelta(hours=1)
PASSWORD = "correct horse"
COOKIE = shared_page.COOKIE


@asynccontextmanager
async def browser(
    pool: Pool, *, address: str = "192.0.2.1", failures: int = 60, app: Starlette | None = None
) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=app or application(pool, failures), client=(address, 1))
    async with httpx2.AsyncClient(transport=transport, base_url=BASE) as http:
        yield http


def application(pool: Pool, failures: int = 60) -> Starlette:
    limit = FailureLimit("memory://", failures)
    return Starlette(routes=SharedReports(pool.services, "memory://", limit, title="龙岗 Centre").routes())


def first(page: HTMLParser, selector: str) -> LexborNode:
    node = page.css_first(selector)
    assert node is not None
    return node


async def row_of(pool: Pool) -> ReportLink:
    async with pool.database.read() as session:
        return (await session.exec(select(ReportLink))).one()


async def with_key(pool: Pool) -> None:
    async with pool.database.write() as session:
        await ensure_url_key(session, NOW)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", list(ReportName))
async def test_every_report_has_a_page_in_english_and_chinese(pool: Pool, name: ReportName, language: str) -> None:
    url = (await made(pool, await centre(pool), name=name.value, report=YEAR))["url"]
    async with browser(pool) as http:
        answer = await http.get(url, params={"lang": language})
    assert answer.status_code == 200
    assert answer.headers["content-language"] == language
    page = HTMLParser(answer.text)
    heading = first(page, "h1").text()
    assert any("一" <= letter <= "鿿" for letter in heading) is (language == "zh")
    assert first(page, "html").attributes["lang"] == language
    columns = len(page.css("thead th"))
    assert all(len(row.css("td")) == columns for row in page.css("tbody tr"))
    assert page.css("script, img, link, iframe") == []


async def test_whoever_has_the_link_sees_the_report_and_nothing_is_kept_of_who_did(pool: Pool) -> None:
    manager = await centre(pool)
    payload = await made(pool, manager, name="REPRINT_LEDGER", language="zh")
    url = payload["url"]
    async with browser(pool) as http:
        assert (await http.head(url)).status_code == 200
        assert (await row_of(pool)).openings == 0
        answer = await http.get(url)
        assert (answer.status_code, answer.headers["content-language"]) == (200, "zh")
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-robots-tag"] == "noindex, nofollow"
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "set-cookie" not in answer.headers
        page = HTMLParser(answer.text)
        assert "2025-01-01 至 2025-12-31" in answer.text
        assert "龙岗 Centre" in answer.text
        files = [link.attributes["href"] or "" for link in page.css(".files a")]
        path = url.removeprefix(BASE)
        assert files == [f"{path}/report.{kind}?lang=zh" for kind in ("xlsx", "csv", "json")]
        pool.now += HOUR
        for file in files:
            got = await http.get(file)
            assert got.status_code == 200, got.text
            assert "reprint-ledger-2025-01-01-2026-01-01." in got.headers["content-disposition"]
            assert (got.headers["referrer-policy"], got.headers["cache-control"]) == ("no-referrer", "no-store")
            assert got.headers["x-robots-tag"] == "noindex, nofollow"
            if file.split("?")[0].endswith("json"):
                assert (got.json()["title"], len(got.json()["rows"])) == ("转载台账", len(page.css("tbody tr")))
            elif "xlsx" in file:
                assert openpyxl.load_workbook(io.BytesIO(got.content)).worksheets[0].max_row > 1
        for query in ("?lang=zh&after=nonsense", "?after=%00"):
            assert (await http.get(url + query)).status_code == 400
        assert (await http.get(f"{url}/report.pdf")).status_code == 404
        assert (await http.post(url)).status_code == 303
    row = await row_of(pool)
    assert (row.openings, row.last_opened_at) == (4, NOW + HOUR)
    async with pool.database.read() as session:
        entries = (await session.exec(select(AuditEntry).where(col(AuditEntry.at) >= NOW))).all()
    assert "192.0.2.1" not in str([*(entry.model_dump() for entry in entries), row.model_dump()])
    assert url.rpartition("/")[2] not in redact(f"GET {url} 200")
    assert url.rpartition("/")[2] not in redact(f"GET {url.removeprefix(BASE)}/report.csv 200")
    pool.now = NOW


async def test_a_list_goes_on_from_page_to_page(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_page, "_ROWS", 2)
    url = (await made(pool, await centre(pool), name="EVIDENCE", report={**YEAR, "from": "2024-01-01"}))["url"]
    async with browser(pool) as http:
        whole = len((await http.get(f"{url}/report.json")).json()["rows"])
        rows, address = 0, url
        for _ in range(10):
            page = HTMLParser((await http.get(address)).text)
            rows += len(page.css("tbody tr"))
            links = {link.attributes.get("rel"): link.attributes["href"] for link in page.css("main p a")}
            other = first(page, "header a").attributes["href"] or ""
            assert ("after=" in other) is ("after=" in address)
            if "next" not in links:
                break
            address = links["next"] or ""
    assert rows == whole > 4
    assert (await row_of(pool)).openings == 2  # the file and the first page


async def test_names_run_in_their_own_direction_and_hold_no_markup(pool: Pool) -> None:
    manager, partner = await centre(pool), await pool.client("china-daily")
    await reported(pool, partner, pickupId=await pickup(pool, partner), url=PAGE, publishedAt="2026-05-02T00:00:00Z")
    async with pool.database.write() as session:
        group = (await session.exec(select(MetricGroup))).first()
        outlet = (await session.exec(select(Outlet).where(Outlet.url == "https://news.example.fr"))).first()
        if outlet is None:
            outlet = (await session.exec(select(Outlet).where(col(Outlet.name).contains("example.fr")))).one()
        outlet.name = 'صحيفة "الشعب" <script>alert(1)</script>'
        session.add(outlet)
    assert group is not None
    year = {"from": "2026-01-01", "until": "2027-01-01"}
    url = (await made(pool, manager, name="REPRINT_LEDGER", report=year))["url"]
    async with browser(pool) as http:
        text = (await http.get(url)).text
    page = HTMLParser(text)
    [cell] = [cell for cell in page.css("td") if "الشعب" in cell.text()]
    assert cell.attributes["dir"] == "auto"
    assert cell.text() == outlet.name
    assert "<script" not in text
    [link] = [link for link in page.css("td a") if link.attributes["href"] == PAGE]
    assert link.attributes["rel"] == "noopener noreferrer nofollow"


async def test_a_link_shows_what_its_maker_may_see_and_ends_with_it(pool: Pool) -> None:
    own, other, manager = await pool.client("china-daily"), await pool.client("cuhk-shenzhen"), await centre(pool)
    await reported(pool, own, pickupId=await pickup(pool, own), url=PAGE, publishedAt="2026-05-02T00:00:00Z")
    year = {"from": "2026-01-01", "until": "2027-01-01"}
    of_own = (await made(pool, own, name="REPRINT_LEDGER", report=year))["url"]
    of_other = (await made(pool, other, name="REPRINT_LEDGER", report=year))["url"]
    assert own.partner_id is not None
    only = {**year, "partnerId": global_id("Partner", own.partner_id)}
    filtered = (await made(pool, manager, name="REPRINT_LEDGER", report=only))["url"]

    async def rows(url: str) -> int:
        async with browser(pool) as http:
            answer = await http.get(url)
            assert answer.status_code == 200
            return len(HTMLParser(answer.text).css("tbody tr"))

    assert [await rows(url) for url in (of_own, of_other, filtered)] == [1, 0, 1]
    async with pool.database.write() as session:
        await suspend_client(session, manager.client_id, NOW)
    staff = await centre(pool)
    await change(pool, staff, SUSPEND_PARTNER, partnerId=global_id("Partner", own.partner_id))
    async with browser(pool) as http:
        for url in (of_own, filtered, f"{of_own}/report.csv", f"{filtered}/report.json"):
            answer = await http.get(url)
            assert (answer.status_code, "<td" in answer.text) == (410, False), url
    assert await rows(of_other) == 0


async def test_revocation_and_expiry_count_from_the_next_request_also_for_files(pool: Pool) -> None:
    manager = await centre(pool)
    first = await made(pool, manager)
    second = await made(pool, manager, expiresAt="2026-11-20T09:00:00Z")
    async with browser(pool, failures=4) as http:
        for url in (first["url"], second["url"]):
            assert (await http.get(url)).status_code == 200
            assert (await http.get(f"{url}/report.csv")).status_code == 200
        await change(pool, manager, REVOKE, reportLinkId=first["reportLink"]["id"])
        pool.now = NOW + HOUR
        for url, ending in itertools.product((first["url"], second["url"]), ("", "/report.csv?lang=zh", "?lang=zh")):
            answer = await http.get(url + ending)
            assert answer.status_code == 410
            assert ("此链接已失效" if ending else "This link has ended") in answer.text
        assert (await http.post(first["url"], data={"password": "x"})).status_code == 410
        unknown = f"{BASE}/shared-reports/{'A' * 43}"
        for url in (unknown, f"{unknown}/report.csv", f"{BASE}/shared-reports/x", unknown):
            assert (await http.get(url)).status_code == 404, url
        waiting = await http.get(unknown)
        assert (waiting.status_code, int(waiting.headers["retry-after"]) > 0) == (429, True)
    pool.now = NOW


async def test_a_password_is_asked_for_once_an_hour_and_by_each_browser(pool: Pool) -> None:
    await with_key(pool)
    manager = await centre(pool)
    url = (await made(pool, manager, password=PASSWORD))["url"]
    other = (await made(pool, manager, password=PASSWORD))["url"]
    async with browser(pool) as http:
        form = HTMLParser((await http.get(url, params={"lang": "zh"})).text)
        assert first(form, "h1").text() == "查看此报告需要密码"
        assert first(form, "form").attributes["method"] == "post"
        assert first(form, "input").attributes["type"] == "password"
        assert form.css("table, .files") == []
        action = first(form, "form").attributes["action"] or ""
        assert (await http.get(f"{url}/report.csv")).status_code == 403
        for wrong in ("wrong horse", "", "a" * 100_000):
            answer = await http.post(action, data={"password": wrong})
            assert (answer.status_code, "密码不正确" in answer.text) == (403, True)
            assert "set-cookie" not in answer.headers
        assert (await http.post(action, content=b"{}", headers={"content-type": "application/json"})).status_code == 403
        opened = await http.post(action, data={"password": PASSWORD})
        assert (opened.status_code, opened.headers["location"]) == (303, action)
        cookie = opened.headers["set-cookie"]
        assert {"HttpOnly", "SameSite=lax", "Max-Age=3600"} <= set(cookie.split("; "))
        assert f"Path={url.removeprefix(BASE)}" in cookie
        assert "Secure" not in cookie  # the server of the test is reached without TLS
        assert "<table>" in (await http.get(url)).text
        assert (await http.get(f"{url}/report.csv")).status_code == 200
        value = cookie.split("=", 1)[1].split(";")[0]
        assert "<table>" not in (await http.get(other, headers={"cookie": f"{COOKIE}={value}"})).text
    async with browser(pool) as http:
        for changed in (value[:-2], f"A{value[1:]}", f"{value}x", "", "a.b.c"):
            answer = await http.get(url, headers={"cookie": f"{COOKIE}={changed}"})
            assert (answer.status_code, "<table>" in answer.text) == (200, False), changed
            file = await http.get(f"{url}/report.csv", headers={"cookie": f"{COOKIE}={changed}"})
            assert file.status_code == 403
        pool.now = NOW + HOUR + timedelta(seconds=1)
        assert "<table>" not in (await http.get(url, headers={"cookie": f"{COOKIE}={value}"})).text
    pool.now = NOW
    async with pool.database.read() as session:
        rows = (await session.exec(select(ReportLink).order_by(col(ReportLink.id)))).all()
    assert [(row.openings, row.wrong_passwords) for row in rows] == [(2, 4), (0, 0)]
    assert rows[0].password_hash != rows[1].password_hash
    assert is_password(PASSWORD, rows[0].password_hash or "")


async def test_who_guesses_has_to_wait_and_keeps_nobody_else_out(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashing, "_COST", 10)  # what a password costs is not what this is about
    await with_key(pool)
    url = (await made(pool, await centre(pool), password=PASSWORD))["url"]
    app = application(pool)

    async def tries(address: str, password: str) -> int:
        async with browser(pool, address=address, app=app) as http:
            return (await http.post(url, data={"password": password})).status_code

    guesses = await asyncio.gather(*(tries("192.0.2.1", f"guess {number}") for number in range(10)))
    assert TRIES_PER_MINUTE <= guesses.count(403) <= TRIES_PER_MINUTE + 1  # at most two are looked at at once
    assert await tries("192.0.2.1", PASSWORD) == 429
    assert await tries("192.0.2.2", PASSWORD) == 303
    for number in range(MANY_PER_MINUTE):
        await tries(f"198.51.100.{number}", "a guess")
    assert await tries("198.51.100.1", PASSWORD) == 429  # who guessed once waits now
    assert await tries("203.0.113.7", PASSWORD) == 303  # who did not is heard
    assert (await row_of(pool)).wrong_passwords >= MANY_PER_MINUTE


async def test_too_many_passwords_at_once_are_refused_before_they_take_memory(pool: Pool) -> None:
    row = await made(pool, await centre(pool), password=PASSWORD)
    assert row["reportLink"]["hasPassword"]
    link, gate = await row_of(pool), PasswordGate("memory://")
    asked = [gate.is_right(link.id, link.password_hash or "", PASSWORD, f"192.0.2.{n}") for n in range(30)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert {type(answer) for answer in answers} == {bool, TriedTooOften}
    assert answers.count(True) == 16


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::"),
        ("", ""),
        ("testclient", "testclient"),
    ],
)
def test_a_network_is_what_somebody_holds(address: str, network: str) -> None:
    assert network_of(address) == network


async def test_one_network_opens_a_link_only_so_often_in_a_minute(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_page, "OPENINGS_PER_MINUTE", 3)
    url = (await made(pool, await centre(pool)))["url"]
    app = application(pool)
    async with browser(pool, app=app) as http:
        answers = [(await http.get(url)).status_code for _ in range(5)]
    assert answers == [200, 200, 200, 429, 429]
    async with browser(pool, address="192.0.2.9", app=app) as http:
        assert (await http.get(url)).status_code == 200


async def test_the_cookie_is_secure_where_the_server_is_reached_by_tls(pool: Pool) -> None:
    await with_key(pool)
    url = (await made(pool, await centre(pool), password=PASSWORD))["url"]
    object.__setattr__(pool.services, "public_url", "https://pool.example.org")
    async with browser(pool) as http:
        answer = await http.post(url, data={"password": PASSWORD})
    assert "Secure" in answer.headers["set-cookie"].split("; ")


async def test_reports_of_the_centre_are_never_a_partners(pool: Pool) -> None:
    """A link that was made wrongly, or of a report that became the centre's own, opens nothing."""
    url = (await made(pool, await pool.client("china-daily", Scope.REPORT_READ)))["url"]
    async with pool.database.write() as session:
        row = (await session.exec(select(ReportLink))).one()
        row.name = sorted(OF_THE_CENTRE)[0]
        session.add(row)
    async with browser(pool) as http:
        assert (await http.get(url)).status_code == 410
