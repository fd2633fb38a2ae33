"""Webmentions: received, bounded, looked at later by a guarded client, and taken back by nobody but the page that sent them."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from sqlmodel import col, select
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from models.audit.table import AuditEntry
from models.pickup import Pickup, Publication, publication
from models.reprint.edit import withdraw
from models.reprint.table import Reprint, ReprintSource, ReprintState, ReprintWay
from models.trace.link import short_link, traces_of
from models.webmention import outcome
from models.webmention.queue import KEPT, MOST_OF_SITE, MOST_WAITING, QUIET, forget_old, site_of
from models.webmention.table import Webmention, WebmentionState
from models.webmention.target import pickup_of
from schema.identifier import global_id, uuid_of
from server.outgoing import GuardedClient
from server.webmention import WebmentionEndpoint, WebmentionLink, WebmentionReader
from tests.schema.reprints import pickup, reported
from tests.seeded import NOW, Pool
from tests.server.hook.receiver import listening
from tests.server.outgoing.test_pages import plain, serving
from tests.server.test_checking import Site, site

BASE = "http://localhost:8000"
SOURCE = "https://news.example.fr/page"


def application(pool: Pool, *, allow_private: bool = True) -> Starlette:
    return Starlette(routes=WebmentionEndpoint(pool.services, allow_private=allow_private).routes())


async def sent(pool: Pool, source: str, target: str, *, allow_private: bool = True) -> httpx2.Response:
    transport = httpx2.ASGITransport(app=application(pool, allow_private=allow_private))
    async with httpx2.AsyncClient(transport=transport, base_url=BASE) as http:
        return await http.post("/webmention", data={"source": source, "target": target})


async def look(pool: Pool, *, allow_private: bool = True) -> int:
    client = GuardedClient(allow_private=allow_private, most_bytes=5 * 1024 * 1024, seconds=5)
    try:
        return await WebmentionReader(pool.services, client, pause=0).work(pool.now)
    finally:
        await client.close()


async def target_of(pool: Pool) -> str:
    taken = await pickup(pool, await pool.client("china-daily"))
    pickup_id = uuid_of(taken, "Pickup")
    return short_link(BASE, (await traces_of(pool.database, [pickup_id], pool.now))[pickup_id].code)


async def rows(pool: Pool) -> list[Webmention]:
    async with pool.database.read() as session:
        return list((await session.exec(select(Webmention).order_by(col(Webmention.id)))).all())


async def publication_of(pool: Pool, copy: Reprint) -> Publication | None:
    async with pool.database.read() as session:
        return publication((await session.exec(select(Pickup).where(Pickup.id == copy.pickup_id))).one())


async def copies(pool: Pool, *, path: str = "127.0.0.1") -> list[tuple[Reprint, list[ReprintSource]]]:
    async with pool.database.read() as session:
        found = (await session.exec(select(Reprint).where(col(Reprint.address).contains(path)))).all()
        sources = (await session.exec(select(ReprintSource))).all()
    return [(row, [source for source in sources if source.reprint_id == row.id]) for row in found]


def link(served: Site, path: str, *targets: str) -> None:
    body = "".join(f'<a href="{target}">source</a>' for target in targets)
    served.pages[path] = plain(f"<html><body>{body}</body></html>".encode(), "Content-Type: text/html")


@asynccontextmanager
async def copied(pool: Pool) -> AsyncIterator[tuple[Site, str, str]]:
    """A page on this machine that links to a pickup, its address and the pickup's."""
    target = await target_of(pool)
    async with site() as served:
        link(served, "/copy", target)
        yield served, served.address("/copy"), target


async def again(pool: Pool, source: str, target: str) -> None:
    """Sends it once more, when it may be looked at again, and looks."""
    pool.now += QUIET
    assert (await sent(pool, source, target)).status_code == 202
    assert await look(pool) == 1


async def test_a_page_that_links_to_a_pickup_is_a_copy_of_it_and_replays_change_nothing(pool: Pool) -> None:
    async with copied(pool) as (served, source, target):
        link(served, "/copy?utm_source=feed", target)
        for _ in range(3):
            answer = await sent(pool, f"{source}?utm_source=feed#top", target)
            assert (answer.status_code, answer.headers["cache-control"]) == (202, "no-store")
        assert await copies(pool) == []
        assert await look(pool) == 1
        [(copy, sources)] = await copies(pool)
        assert (copy.state, copy.edge_basis.value) == (ReprintState.CLAIMED, "LINKED")
        assert (copy.pickup_id, copy.address) == (await pickup_at(pool, target), source.replace("http:", "https:"))
        assert [source.way for source in sources] == [ReprintWay.WEBMENTION]
        source += "?utm_source=feed"
        for _ in range(5):
            assert (await sent(pool, source, target)).status_code == 202
        assert await look(pool) == 0  # not within the quiet time, however often it is sent
        assert len(served.asked) == 1
        pool.now += QUIET
        assert await look(pool) == 1
        assert await look(pool) == 0
        [row] = await rows(pool)
        assert (row.state, row.due_at, row.reprint_id) == (WebmentionState.CONFIRMED, None, copy.id)
        [(same, same_sources)] = await copies(pool)
        assert (same.revision, len(same_sources)) == (copy.revision, 1)
        async with pool.database.read() as session:
            written = select(AuditEntry).where(AuditEntry.action == "receiveWebmention")
            entries = (await session.exec(written)).all()
        assert [entry.by for entry in entries] == ["storypool", "storypool"]
    pool.now = NOW


async def pickup_at(pool: Pool, target: str) -> uuid.UUID | None:
    async with pool.database.read() as session:
        return await pickup_of(session, target, BASE)


@pytest.mark.parametrize("how", ["unlinked", "gone", "not-found"])
async def test_what_a_page_no_longer_says_is_taken_back_and_said_anew(pool: Pool, how: str) -> None:
    async with copied(pool) as (served, source, target):
        await sent(pool, source, target)
        assert await look(pool) == 1
        if how == "unlinked":
            link(served, "/copy", target + "0")
        else:
            served.pages["/copy"] = plain(b"", status=410 if how == "gone" else 404)
        await again(pool, source, target)
        [(copy, sources)] = await copies(pool)
        assert (copy.state, sources, copy.next_check_at) == (ReprintState.WITHDRAWN, [], None)
        assert await publication_of(pool, copy) is Publication.AWAITED
        [row] = await rows(pool)
        assert row.state is (WebmentionState.NO_LINK if how == "unlinked" else WebmentionState.GONE)
        link(served, "/copy", target)
        await again(pool, source, target)
        [(copy, sources)] = await copies(pool)
        assert (copy.state, len(sources)) == (ReprintState.CLAIMED, 1)
        assert await publication_of(pool, copy) is Publication.SEEN
    pool.now = NOW


async def test_what_others_said_stays(pool: Pool) -> None:
    partner = await pool.client("china-daily")
    async with copied(pool) as (served, source, target):
        await sent(pool, source, target)
        await look(pool)
        await reported(pool, partner, pickupId=global_id("Pickup", await pickup_at(pool, target)), url=source)
        [(copy, sources)] = await copies(pool)
        assert {one.way for one in sources} == {ReprintWay.PARTNER, ReprintWay.WEBMENTION}
        served.pages["/copy"] = plain(b"", status=410)
        await again(pool, source, target)
        [(kept, left)] = await copies(pool)
        assert (kept.state, [one.way for one in left]) == (copy.state, [ReprintWay.PARTNER])
    pool.now = NOW


async def test_what_staff_withdrew_no_page_brings_back(pool: Pool) -> None:
    async with copied(pool) as (served, source, target):
        await sent(pool, source, target)
        await look(pool)
        [(copy, _)] = await copies(pool)
        async with pool.database.write() as session:
            await withdraw(session, copy.id, None, pool.now)
        await again(pool, source, target)
        served.pages["/copy"] = plain(b"", status=404)
        await again(pool, source, target)
        link(served, "/copy", target)
        await again(pool, source, target)
        [(copy, _)] = await copies(pool)
        assert copy.state is ReprintState.WITHDRAWN
    pool.now = NOW


async def test_a_copy_is_where_redirects_lead_and_a_silent_page_is_asked_only_so_often(pool: Pool) -> None:
    async with copied(pool) as (served, source, target):
        served.pages["/away"] = plain(b"", "Location: /copy", status=302)
        await sent(pool, served.address("/away"), target)
        await look(pool)
        [(copy, _)] = await copies(pool)
        assert copy.url == source
        served.pages["/away"] = plain(b"", "Location: /away", status=302)
        await again(pool, served.address("/away"), target)
        tries = 1
        for after in outcome.RETRY_AFTER:
            assert await look(pool) == 0
            pool.now += after
            tries += await look(pool)
        pool.now += timedelta(days=30)
        assert (await look(pool), tries) == (0, 1 + len(outcome.RETRY_AFTER))
        [row] = await rows(pool)
        assert row.state is WebmentionState.UNREACHABLE
        [(copy, sources)] = await copies(pool)
        assert (copy.state, len(sources)) == (ReprintState.CLAIMED, 1)  # silence takes nothing back
    pool.now = NOW


async def test_a_page_that_is_sent_again_while_it_is_read_is_read_again(pool: Pool) -> None:
    target = await target_of(pool)
    source = ""

    async def write(writer: asyncio.StreamWriter, _path: str) -> None:
        pool.now = NOW + timedelta(seconds=1)
        for _ in range(3):
            assert (await sent(pool, source, target)).status_code == 202
        pool.now = NOW
        writer.write(plain(f'<a href="{target}">source</a>'.encode()))

    async with listening(serving(write)) as port:
        source = f"http://127.0.0.1:{port}/copy"
        await sent(pool, source, target)
        assert await look(pool) == 1
    [row] = await rows(pool)
    assert (row.state, row.due_at) == (WebmentionState.CONFIRMED, NOW + QUIET)


@pytest.mark.parametrize(
    ("source", "target", "told"),
    [
        ("", "T", "source once"),
        (SOURCE, "", "target once"),
        ("/page", "T", "absolute"),
        ("ftp://example.org/x", "T", "absolute"),
        ("javascript:alert(1)", "T", "absolute"),
        ("https://user:secret@example.org/x", "T", "user name"),
        ("https://example.org:0/x", "T", "absolute"),
        ("https://example.org:99999/x", "T", "not an address"),
        ("https://example.org/a b", "T", "spaces"),
        ("https://example.org/\n", "T", "control"),
        ("https://example.org/" + "a" * 2100, "T", "2048"),
        ("http://127.0.0.1/x", "T", "public"),
        ("http://[::1]/x", "T", "public"),
        ("http://[::ffff:10.0.0.1]/x", "T", "public"),
        ("http://2130706433/x", "T", "public"),
        ("http://127.1/x", "T", "public"),
        ("http://169.254.169.254/latest", "T", "public"),
        ("http://localhost/x", "T", "public"),
        ("http://localhost:8000/x", "T", "this server"),
        ("T", "T", "this server"),
        (SOURCE, "https://example.org/s/abc", "no short link"),
        (SOURCE, BASE, "no short link"),
        (SOURCE, f"{BASE}/s/nothing", "no short link"),
        (SOURCE, f"{BASE}/s/" + "0" * 32, "no short link"),
        (SOURCE, f"{BASE}/graphql", "no short link"),
        (SOURCE, "T/more", "no short link"),
        (SOURCE, "http://localhost:8001/s/x", "no short link"),
        (SOURCE, "http://user@localhost:8000/s/x", "without a user"),
        (SOURCE, "/s/x", "absolute"),
        (SOURCE, f"{BASE}/s/" + "a" * 2100, "2048"),
        (SOURCE, f"{BASE}/s/x y", "spaces"),
        (SOURCE, "http://[/s/x", "not an address"),
    ],
    ids=lambda value: str(value).replace("\n", "n")[:40],
)
async def test_bad_input_is_refused_at_once_and_leaves_nothing(pool: Pool, source: str, target: str, told: str) -> None:
    real = await target_of(pool)
    said = real if source == "T" else source
    answer = await sent(pool, said, target.replace("T", real), allow_private=False)
    assert answer.status_code == 400
    assert told in answer.json()["errors"][0]["message"]
    assert await rows(pool) == []


async def test_other_bodies_and_methods_are_refused(pool: Pool) -> None:
    transport = httpx2.ASGITransport(app=application(pool))
    target = await target_of(pool)
    async with httpx2.AsyncClient(transport=transport, base_url=BASE) as http:
        assert (await http.post("/webmention", json={"source": SOURCE, "target": target})).status_code == 415
        assert (await http.post("/webmention", content=b"")).status_code == 415
        twice = f"source={SOURCE}&source={SOURCE}x&target={target}"
        form = {"content-type": "application/x-www-form-urlencoded"}
        assert (await http.post("/webmention", content=twice, headers=form)).status_code == 400
        many = "&".join(f"a{number}=1" for number in range(50))
        assert (await http.post("/webmention", content=many, headers=form)).status_code == 400
        assert (await http.get("/webmention")).status_code == 405
    assert await rows(pool) == []


@pytest.mark.parametrize("ending", ["/", "/story", "#top", "?lang=zh", "/story?lang=en"])
async def test_every_address_of_a_short_link_is_a_target(pool: Pool, ending: str) -> None:
    target = await target_of(pool) + ending
    assert (await sent(pool, SOURCE, target)).status_code == 202
    [row] = await rows(pool)
    assert (row.pickup_id, row.target) == (await pickup_at(pool, target), target)


async def test_many_at_once_are_one(pool: Pool) -> None:
    target = await target_of(pool)
    answers = await asyncio.gather(*(sent(pool, SOURCE, target) for _ in range(10)))
    assert {answer.status_code for answer in answers} == {202}
    assert len(await rows(pool)) == 1


async def test_a_site_and_all_together_send_only_so_much(pool: Pool) -> None:
    target = await target_of(pool)
    for number in range(MOST_OF_SITE):
        assert (await sent(pool, f"https://{number}.example.fr/page", target)).status_code == 202
    refused = await sent(pool, "https://another.example.fr/page", target)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "3600")
    assert (await sent(pool, "https://1.example.fr/page", target)).status_code == 202  # it waits already
    assert (await sent(pool, "https://example.de/page", target)).status_code == 202
    pool.now += timedelta(hours=1)
    assert (await sent(pool, "https://another.example.fr/page", target)).status_code == 202
    async with pool.database.write() as session:
        first = (await session.exec(select(Webmention).limit(1))).one()
        for number in range(MOST_WAITING - MOST_OF_SITE - 2):
            more = {"id": None, "pair_key": f"{number:064}", "site": f"site-{number}"}
            values = {**first.model_dump(), **more}
            values.pop("id")
            session.add(Webmention(**values))
    full = await sent(pool, "https://example.it/page", target)
    assert (full.status_code, int(full.headers["retry-after"]) > 0) == (503, True)
    assert len(await rows(pool)) == MOST_WAITING
    pool.now = NOW


async def test_the_guard_is_asked_for_every_spelling_and_every_redirect(pool: Pool) -> None:
    target = await target_of(pool)
    async with copied(pool) as (served, source, _):
        for host in ("0x7f.1", "017700000001", "127.0.0.1.example.invalid"):
            await sent(pool, f"http://{host}:{served.port}/copy", target)  # a server that let them in
        await sent(pool, source, target)
        assert await look(pool, allow_private=False) == 4
        assert served.asked == []
        assert await copies(pool) == []
        assert {row.state for row in await rows(pool)} == {WebmentionState.WAITING}


async def test_what_came_to_nothing_is_forgotten_after_a_while(pool: Pool) -> None:
    async with copied(pool) as (served, source, target):
        served.pages["/other"] = plain(b"<p>nothing", "Content-Type: text/html")
        await sent(pool, source, target)
        await sent(pool, served.address("/other"), target)
        assert await look(pool) == 2
        for after, kept in ((KEPT, 2), (KEPT + timedelta(seconds=1), 1)):
            async with pool.database.write() as session:
                await forget_old(session, NOW + after)
            assert len(await rows(pool)) == kept


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("example.fr", "example.fr"),
        ("a.b.example.fr", "example.fr"),
        ("news.example.com.cn", "example.com.cn"),
        ("192.0.2.1", "192.0.2.1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("localhost", "localhost"),
    ],
)
def test_all_hosts_of_a_domain_share_a_bound(host: str, expected: str) -> None:
    assert site_of(host) == expected


async def test_short_links_say_where_webmentions_are_received() -> None:
    async def answer(_request: Any) -> PlainTextResponse:
        return PlainTextResponse("here", headers={"Link": '<https://a.example>; rel="canonical"'})

    routes = [Route("/s/{code}", answer), Route("/other", answer)]
    app = Starlette(routes=routes, middleware=[Middleware(WebmentionLink, BASE)])
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=BASE) as http:
        assert f'<{BASE}/webmention>; rel="webmention"' in (await http.get("/s/x")).headers.get_list("link")
        assert len((await http.get("/s/x")).headers.get_list("link")) == 2
        assert f"<{BASE}/webmention>" not in (await http.get("/other")).headers["link"]
