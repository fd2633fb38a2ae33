"""Looks at copies: fetched from where they are, kept with their evidence, again and again, and at once after a kill."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlmodel import select

from models.actor import Actor
from models.release import change_status
from models.reprint.check import AFTER
from models.reprint.table import Reprint
from models.story import PubStatus
from server.checking import Checker
from server.outgoing import GuardedClient
from tests.models.reprint.test_translation import GERMAN, OTHER
from tests.schema.notices import Case
from tests.schema.partnership import change, mutation
from tests.schema.reprints import WITHDRAW, reported, staff
from tests.seeded import JsonAnswer, Pool
from tests.server.hook.receiver import listening
from tests.server.outgoing.test_pages import plain, serving

CHECKS = """query($id: ID!) { node(id: $id) { ... on Reprint { state title form language published { at source }
 checks { state reasons form status evidence coverage credit paragraphsKept paragraphsCut } } } }"""
CHECK = mutation("checkReprint", "CheckReprintInput", "reprint", "id")


SHORT = "Der Hund lief am Ufer entlang, sprang ins Wasser und kam nach einer Weile mit einem Stock im Maul zurück zu uns allen."


class Site:
    """A site on this machine: pages by their paths, with robots.txt."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes] = {"/robots.txt": plain(b"", status=404)}
        self.asked: list[str] = []
        self.port = 0

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def show(self, path: str, *paragraphs: str) -> None:
        body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
        date = '<meta property="article:published_time" content="2026-05-01T09:30:00+08:00">'
        source = f"<html><head><title>A copy</title>{date}</head><body><article>{body}</article></body></html>"
        self.pages[path] = plain(source.encode(), "Content-Type: text/html; charset=utf-8")

    async def write(self, writer: asyncio.StreamWriter, path: str) -> None:
        self.asked.append(path)
        writer.write(self.pages.get(path, plain(b"", status=404)))


@asynccontextmanager
async def site() -> AsyncIterator[Site]:
    served = Site()
    async with listening(serving(served.write)) as port:
        served.port = port
        yield served


@pytest.fixture
async def partner(pool: Pool) -> Actor:
    return await pool.client("china-daily")


async def look(pool: Pool) -> int:
    client = GuardedClient(allow_private=True, most_bytes=1_000_000)
    try:
        return await Checker(pool.services, client, pause=0).work(pool.now)
    finally:
        await client.close()


async def text_of(pool: Pool, case: Case, language: str = "en") -> list[str]:
    document = "query($uri: String!) { story(uri: $uri) { variants { language form bodyText } } }"
    story = (await pool.ask(await pool.actor(None), document, uri=case.story.uri))["story"]
    body = next(one["bodyText"] for one in story["variants"] if (one["language"], one["form"]) == (language, "ARTICLE"))
    return str(body).split("\n")


async def seen(pool: Pool, actor: Actor, reprint: JsonAnswer) -> JsonAnswer:
    node: JsonAnswer = (await pool.ask(actor, CHECKS, id=reprint["id"]))["node"]
    return node


async def test_a_copy_is_looked_at_at_once_and_on_its_schedule(pool: Pool, partner: Actor) -> None:
    case = await Case.of(pool)
    taken = await case.take(partner)
    pickups = (await pool.ask(partner, "{ pickups(first: 1) { edges { node { creditLine } } } }"))["pickups"]
    line = pickups["edges"][0]["node"]["creditLine"]
    async with site() as served:
        served.show("/copy", *await text_of(pool, case), line)
        reprint = await reported(pool, partner, pickupId=taken, url=served.address("/copy"))
        assert await look(pool) == 1
        assert await look(pool) == 0
        found = await seen(pool, partner, reprint)
        assert (found["state"], found["title"], found["form"]) == ("VERIFIED", "A copy", "FULL")
        assert found["published"] == {"at": "2026-05-01T01:30:00Z", "source": "META"}
        (check,) = found["checks"]
        assert (check["reasons"], check["status"], check["credit"]) == (["FORM_FULL"], 200, "FOUND")
        assert check["coverage"] > 0.99
        with pool.services.files.media.open(check["evidence"]) as kept:
            assert b"A copy" in kept.read()
        began = pool.now
        for after in AFTER:
            pool.now = began + after
            assert await look(pool) == 1
            assert await look(pool) == 0
        pool.now = began + timedelta(days=400)
        assert await look(pool) == 0
        assert len((await seen(pool, partner, reprint))["checks"]) == 1 + len(AFTER)


async def test_after_a_kill_copies_are_looked_at_at_once(pool: Pool, partner: Actor) -> None:
    case = await Case.of(pool)
    taken = await case.take(partner)
    async with site() as served:
        served.show("/copy", *await text_of(pool, case))
        reprint = await reported(pool, partner, pickupId=taken, url=served.address("/copy"))
        await look(pool)
        assert (await seen(pool, partner, reprint))["state"] == "CREDIT_MISSING"
        async with pool.database.write() as session:
            await change_status(session, case.story.id, PubStatus.CANCELED, by="desk", now=pool.now)
        assert await look(pool) == 1
        found = await seen(pool, partner, reprint)
        assert (found["state"], found["checks"][0]["reasons"]) == ("MISMATCH", ["STORY_CANCELED"])
        served.show(
            "/copy",
            "This page was taken down by the editors of the site, who have put nothing else in its place so far.",
        )
        assert (await change(pool, await staff(pool), CHECK, reprintId=reprint["id"]))["userErrors"] == []
        assert await look(pool) == 1
        assert (await seen(pool, partner, reprint))["checks"][0]["reasons"] == ["TAKEN_DOWN"]


async def test_what_is_not_there_does_not_answer_or_may_not_be_read_is_told_apart(pool: Pool, partner: Actor) -> None:
    taken = await (await Case.of(pool)).take(partner)
    async with site() as served:
        served.pages["/robots.txt"] = plain(b"User-agent: *\nDisallow: /private/\n")
        gone = await reported(pool, partner, pickupId=taken, url=served.address("/gone"))
        private = await reported(pool, partner, pickupId=taken, url=served.address("/private/copy"))
        dead = await reported(pool, partner, pickupId=taken, url="http://127.0.0.1:1/copy")
        assert await look(pool) == 3
        assert [(await seen(pool, partner, one))["state"] for one in (gone, private, dead)] == [
            "DEAD_LINK",
            "NEEDS_REVIEW",
            "UNREACHABLE",
        ]
        assert (served.asked.count("/robots.txt"), "/private/copy" in served.asked) == (1, False)


async def test_what_somebody_stated_stays_and_what_was_withdrawn_is_left_alone(pool: Pool, partner: Actor) -> None:
    case = await Case.of(pool)
    taken = await case.take(partner)
    async with site() as served:
        served.show("/copy", *await text_of(pool, case))
        given = {"title": "Own title", "form": "EDITED", "publishedAt": "2026-04-30T00:00:00Z"}
        reprint = await reported(pool, partner, pickupId=taken, url=served.address("/copy"), **given)
        await look(pool)
        found = await seen(pool, partner, reprint)
        assert (found["title"], found["form"], found["published"]["source"]) == ("Own title", "EDITED", "STATED")
        other = await reported(pool, partner, pickupId=taken, url=served.address("/other"))
        await change(pool, partner, WITHDRAW, reprintId=other["id"])
        assert await look(pool) == 0
        assert (await seen(pool, partner, other))["checks"] == []


async def test_two_processes_never_look_at_the_same_copy(pool: Pool, partner: Actor) -> None:
    taken = await (await Case.of(pool)).take(partner)
    async with site() as served:
        for number in range(6):
            await reported(pool, partner, pickupId=taken, url=served.address(f"/{number}"))
        looked = await asyncio.gather(look(pool), look(pool))
        assert sum(looked) == 6
        assert sorted(path for path in served.asked if path != "/robots.txt") == [f"/{number}" for number in range(6)]
    async with pool.database.read() as session:
        assert len((await session.exec(select(Reprint).where(Reprint.state == "DEAD_LINK"))).all()) == 6


LEAD = """query($id: ID!) { node(id: $id) { ... on Reprint { state form checks { reasons form
 translation { variantId version score shared { value page } } } } } }"""


async def test_in_another_language_a_look_says_whether_a_translation_is_likely_and_decides_nothing(
    pool: Pool, partner: Actor
) -> None:
    case = await Case.of(pool, "four-official-accounts")
    taken = await case.take(partner)
    async with site() as served:
        for path, text in (("/german", GERMAN), ("/other", OTHER), ("/short", SHORT)):
            served.show(path, *text.splitlines())
        copies = {
            path: await reported(pool, partner, pickupId=taken, url=served.address(path))
            for path in ("/german", "/other", "/short")
        }
        assert await look(pool) == 3
    told = {path: (await pool.ask(partner, LEAD, id=copy["id"]))["node"] for path, copy in copies.items()}
    assert {(one["state"], one["form"], one["checks"][0]["form"]) for one in told.values()} == {
        ("NEEDS_REVIEW", None, None)
    }
    checks = {path: one["checks"][0] for path, one in told.items()}
    assert checks["/german"]["reasons"] == ["OTHER_LANGUAGE", "TRANSLATION_LIKELY"]
    assert "800000" in [one["value"] for one in checks["/german"]["translation"]["shared"]]
    assert checks["/german"]["translation"]["score"] > 10
    assert checks["/other"]["reasons"] == ["OTHER_LANGUAGE", "TRANSLATION_UNLIKELY"]
    assert checks["/other"]["translation"]["score"] < 6
    assert (checks["/short"]["reasons"], checks["/short"]["translation"]) == (["OTHER_LANGUAGE"], None)
