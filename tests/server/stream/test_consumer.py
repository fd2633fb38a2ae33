"""The sample consumer, as it stands in the docs, against a server; and the documents of the guide to delivery."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import json
import re
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from models.client import create_client
from models.event import Counter, last_position
from models.log.retention import HORIZON_COUNTER
from models.notice.table import NoticeCopy, NoticeRecipient
from models.scope import Scope
from models.story import PubStatus, Story
from models.variant import Variant
from schema.identifier import global_id, uuid_of
from tests.seeded import SCHEMA
from tests.server.served import Served

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "docs" / "delivery.md").read_text(encoding="utf-8")
PROGRAM = ROOT / "docs" / "examples" / "consumer.py"
PATIENCE = 20
CORRECT = "mutation($i: CorrectStoryInput!) { correctStory(input: $i) { noticeId userErrors { code message } } }"
KILL = "mutation($i: KillStoryInput!) { killStory(input: $i) { noticeId userErrors { code message } } }"
ADVISE = "mutation($i: IssueNoticeInput!) { issueNotice(input: $i) { notice { id } userErrors { code message } } }"
TEXTS = [
    {"language": "en", "text": "The day was wrong: it is Tuesday."},
    {"language": "zh", "text": "日期有误，应为星期二。"},
]


@pytest.fixture
def consumer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("consumer", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "copies"


async def run(consumer: ModuleType, server: Served, folder: Path) -> dict[str, int]:
    """Runs the consumer until it has read everything; the stories that it holds then, with their versions."""
    await asyncio.to_thread(consumer.main, server.url, server.client_id, server.secret, str(folder), "--once")
    return copies(folder)


def copies(folder: Path) -> dict[str, int]:
    return {path.stem: json.loads(path.read_text(encoding="utf-8"))["version"] for path in folder.glob("*.json")}


@asynccontextmanager
async def running(server: Served, folder: Path, *options: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """The consumer as a process of its own."""
    given = (server.url, server.client_id, server.secret, str(folder), *options)
    process = await asyncio.create_subprocess_exec(sys.executable, str(PROGRAM), *given)
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGKILL)
        await process.wait()


async def until(is_so: Callable[[], bool]) -> None:
    for _ in range(PATIENCE * 50):
        if is_so():
            return
        await asyncio.sleep(0.02)
    raise TimeoutError


class Editor:
    """A client of the centre's own, over HTTP."""

    def __init__(self, server: Served) -> None:
        self.server = server
        self.http = httpx2.AsyncClient(base_url=server.url)

    async def act(self, document: str, **given: Any) -> None:
        if "authorization" not in self.http.headers:
            scopes = [Scope.POOL_READ, Scope.STORY_WRITE, Scope.STORY_RELEASE]
            async with self.server.database.write() as session:
                client, secret = await create_client(session, None, "desk", sorted(scopes), datetime.now(UTC))
            form = {"grant_type": "client_credentials"}
            answer = await self.http.post("/oauth/token", data=form, auth=(client.client_id, secret))
            self.http.headers["authorization"] = f"Bearer {answer.json()['access_token']}"
        answer = await self.http.post("/graphql", json={"query": document, "variables": {"i": given}})
        assert "errors" not in answer.json(), answer.text
        (payload,) = answer.json()["data"].values()
        assert payload["userErrors"] == [], payload

    async def correct(self, story_id: str, headline: str) -> None:
        """Says something else in one of its articles, and releases that as a correction."""
        async with self.server.database.write() as session:
            mine = select(Variant).where(Variant.story_id == uuid_of(story_id, "Story"), Variant.language == "en")
            variant = (await session.exec(mine.where(Variant.form == "ARTICLE"))).one()
            variant.headline = headline
            variant.revision += 1
            variant.content_revision = variant.revision
            variant.authors = ["somebody"]
            session.add(variant)
            story = await session.get_one(Story, variant.story_id)
            given = {"storyId": story_id, "variantIds": [global_id("Variant", variant.id)], "revision": story.revision}
        await self.act(CORRECT, **given, texts=TEXTS)


@pytest.fixture
async def editor(server: Served) -> AsyncIterator[Editor]:
    editor = Editor(server)
    async with editor.http:
        yield editor


async def said(server: Served) -> list[tuple[str | None, str | None]]:
    """What the partner said of its copies: the action and the address."""
    async with server.database.read() as session:
        found = (await session.exec(select(NoticeCopy).order_by(col(NoticeCopy.id)))).all()
    return [(copy.action, copy.url) for copy in found]


async def standing(server: Served) -> list[bool]:
    """Of each notice that went to the partner, whether it is acknowledged."""
    async with server.database.read() as session:
        mine = select(NoticeRecipient).where(NoticeRecipient.partner_id == server.partner_id)
        return [recipient.acknowledged_at is not None for recipient in (await session.exec(mine)).all()]


async def test_the_consumer_holds_what_it_may_use_obeys_and_says_so(
    consumer: ModuleType, server: Served, editor: Editor, folder: Path
) -> None:
    held = await run(consumer, server, folder)
    assert len(held) > 5
    listed = [id for id in (global_id("Story", story) for story in server.stories) if id in held]
    english = [
        id for id in listed
        if any(one["language"] == "en" for one in json.loads((folder / f"{id}.json").read_text())["variants"])
    ]  # fmt: skip
    corrected, killed = english[:2]
    withheld = next(id for id in listed if id not in (corrected, killed))

    await editor.correct(corrected, "Skylight on Tuesday")
    await editor.act(ADVISE, storyId=withheld, kind="ADVISORY", texts=TEXTS)
    after = await run(consumer, server, folder)
    assert after == held | {corrected: held[corrected] + 1}
    assert "Skylight on Tuesday" in (folder / f"{corrected}.json").read_text(encoding="utf-8")
    assert {action for action, _ in await said(server)} == {"CORRECTED"}
    assert all(await standing(server))

    await editor.act(KILL, storyId=killed, reason="wrong", text="Do not use.")
    await server.move(server.stories.index(uuid_of(withheld, "Story")), PubStatus.WITHHELD)
    after = await run(consumer, server, folder)
    assert held.keys() - after.keys() == {killed, withheld}
    assert {action for action, _ in await said(server)} == {"CORRECTED", "REMOVED"}
    assert all(url for _, url in await said(server))
    assert len(await standing(server)) >= 4
    assert all(await standing(server))

    await server.move(server.stories.index(uuid_of(withheld, "Story")), PubStatus.USABLE)
    back = await run(consumer, server, folder)
    assert back.keys() - after.keys() == {withheld}
    before = await said(server)
    assert await run(consumer, server, folder) == back  # nothing new: nothing happens
    assert await said(server) == before


async def test_it_reads_everything_anew_where_its_place_is_worth_nothing(
    consumer: ModuleType, local_server: Served, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server, place = local_server, folder / "cursor"
    held = await run(consumer, server, folder)
    first = place.read_text()
    async with server.database.write() as session:  # as if everything so far had been trimmed
        horizon = sa.update(Counter).where(col(Counter.name) == HORIZON_COUNTER)
        await session.execute(horizon.values(value=await last_position(session) + 1))
    await server.move(0, PubStatus.WITHHELD)
    await server.move(1, PubStatus.WITHHELD)
    expected = held.keys() - {global_id("Story", story) for story in server.stories[:2]}
    for worthless in (first, "nonsense", None):
        place.unlink()
        if worthless is not None:
            place.write_text(worthless)
        assert (await run(consumer, server, folder)).keys() == expected
        assert place.read_text() not in (first, "nonsense")
        assert "reading everything anew" in capsys.readouterr().err
    await run(consumer, server, folder)
    assert "anew" not in capsys.readouterr().err


async def test_it_notices_when_a_change_is_missing(
    consumer: ModuleType, local_server: Served, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server = local_server
    held = await run(consumer, server, folder)
    await server.move(0, PubStatus.WITHHELD)
    await server.move(1, PubStatus.WITHHELD)

    class Leaky(consumer.Pool):  # type: ignore[misc,name-defined]
        def ask(self, query: str, **variables: Any) -> Any:
            data = super().ask(query, **variables)
            if "changes" in data and len(data["changes"]["edges"]) > 1:
                del data["changes"]["edges"][1]
            return data

    leaky = consumer.Consumer(Leaky(server.url, server.client_id, server.secret), folder)
    await asyncio.to_thread(leaky.step, 0)
    assert "a change is missing" in capsys.readouterr().err
    assert copies(folder).keys() == held.keys() - {global_id("Story", story) for story in server.stories[:2]}


async def test_what_is_refused_is_told_and_tried_again(
    consumer: ModuleType, local_server: Served, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server = local_server
    held = await run(consumer, server, folder)
    place = next(place for place, id in enumerate(server.stories) if global_id("Story", id) in held)
    await server.move(place, PubStatus.CANCELED)

    class Clumsy(consumer.Pool):  # type: ignore[misc,name-defined]
        def ask(self, query: str, **variables: Any) -> Any:
            given = variables.get("input", {})
            for copy in given.get("copies", ()):
                copy["url"], copy["doneAt"] = None, "2999-01-01T00:00:00Z"
            if "uses" in given:
                given["version"] += 1
            return super().ask(query, **variables)

    clumsy = consumer.Consumer(Clumsy(server.url, server.client_id, server.secret), folder)
    await asyncio.to_thread(clumsy.step, 0)
    assert "is not acknowledged" in capsys.readouterr().err
    assert not all(await standing(server))
    another = next(id for id in held if uuid_of(id, "Story") != server.stories[place])
    await asyncio.to_thread(clumsy.refresh, another)
    assert "was not taken" in capsys.readouterr().err
    assert another not in copies(folder)
    await run(consumer, server, folder)
    assert all(await standing(server))


async def test_a_token_that_has_expired_is_replaced(consumer: ModuleType, local_server: Served, folder: Path) -> None:
    server = local_server
    pool = consumer.Pool(server.url, server.client_id, server.secret)
    pool.token = await server.token_for(-timedelta(hours=1))
    await asyncio.to_thread(consumer.Consumer(pool, folder).step, 0)
    assert copies(folder)
    wrong = consumer.Pool(server.url, server.client_id, "wrong")
    with pytest.raises(OSError, match="401"):
        await asyncio.to_thread(wrong.ask, "{ __typename }")


async def test_it_hears_at_once_while_it_runs_and_loses_nothing_when_it_is_killed(
    consumer: ModuleType, server: Served, folder: Path, tmp_path: Path
) -> None:
    for count in (1, 3, 6):  # killed in the middle, again and again
        async with running(server, folder):
            await until(lambda count=count: len(list(folder.glob("*.json"))) >= count)  # type: ignore[misc]
    assert not (folder / "cursor").exists()
    async with running(server, folder) as process:
        await until((folder / "cursor").exists)
        held = copies(folder)
        assert held == await run(consumer, server, tmp_path / "other")
        killed = next(place for place, id in enumerate(server.stories) if global_id("Story", id) in held)
        gone = folder / f"{global_id('Story', server.stories[killed])}.json"
        await server.move(killed, PubStatus.CANCELED)
        await until(lambda: not gone.exists())  # the poll that waits is answered
        assert process.returncode is None
    await run(consumer, server, folder)
    assert all(await standing(server))


@pytest.mark.parametrize("document", re.findall(r"```graphql\n(.*?)```", GUIDE, re.DOTALL))
def test_the_documents_of_the_guide_are_valid(document: str) -> None:
    assert SCHEMA.documents.prepare(document).errors == ()
