"""A whole server in this process, on a port of its own, for clients that keep connections open."""

from __future__ import annotations

import asyncio
import socket
import uuid
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import orjson
import uvicorn
import websockets
from sqlalchemy.engine import URL
from sqlmodel import select
from starlette.applications import Starlette
from websockets.asyncio.client import ClientConnection

from models.client import create_client
from models.database import Database
from models.partner import Partner
from models.release import change_status
from models.scope import PARTNER_SCOPES, Scope
from models.story import PubStatus, Story
from server.app import create_app
from server.oauth.access_token import access_token_claims, sign
from server.oauth.keys import KeyRing
from server.settings import Settings

CHANGES = "subscription($after: String) { changes(after: $after) { cursor previousCursor kind storyId story { uri pubStatus } } }"
START_SECONDS = 30
JsonObject = dict[str, Any]


@dataclass
class Served:
    """A server with the demonstration's pool, and a client of a partner.

    :ivar port: on the loopback.
    :ivar client_id: of the partner's client; `token` is its access token.
    """

    database: Database
    app: Starlette
    server: uvicorn.Server
    port: int
    key_ring: KeyRing
    partner_id: uuid.UUID
    client_id: str = ""
    token: str = ""
    secret: str = ""
    stories: list[uuid.UUID] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def token_for(self, lifetime: timedelta, *scopes: Scope) -> str:
        """An access token of the client."""
        claims = access_token_claims(
            issuer=self.url,
            client_id=self.client_id,
            partner_id=self.partner_id,
            scope=" ".join(scopes or PARTNER_SCOPES - {Scope.EMBARGO_READ}),
            now=datetime.now(UTC),
            lifetime=lifetime,
            token_id=uuid.uuid4().hex,
        )
        return sign(claims, await self.key_ring.signing_key())

    async def move(self, story: int, status: PubStatus) -> None:
        """Withholds, kills or reinstates one of the stories."""
        async with self.database.write() as session:
            await change_status(session, self.stories[story], status, by="desk", now=datetime.now(UTC))

    @asynccontextmanager
    async def socket(self, token: str | None = None) -> AsyncIterator[ClientConnection]:
        """A WebSocket that was let in."""
        async with websockets.connect(
            f"ws://127.0.0.1:{self.port}/graphql",
            subprotocols=[websockets.Subprotocol("graphql-transport-ws")],
        ) as connection:
            payload = {"Authorization": f"Bearer {token or self.token}"}
            await say(connection, type="connection_init", payload=payload)
            assert (await heard(connection))["type"] == "connection_ack"
            yield connection

    @asynccontextmanager
    async def events(
        self, variables: JsonObject | None = None, **headers: str
    ) -> AsyncIterator[AsyncIterator[JsonObject]]:
        """Server-Sent Events, each as its fields."""
        asked = {"query": CHANGES, "variables": variables or {}}
        sent = {"Authorization": f"Bearer {self.token}", "Accept": "text/event-stream", **headers}
        async with (
            httpx2.AsyncClient(timeout=20) as client,
            client.stream("POST", f"{self.url}/graphql", json=asked, headers=sent) as answer,
        ):
            assert answer.headers["content-type"].startswith("text/event-stream"), await answer.aread()
            async with aclosing(_events(answer)) as events:
                yield events


async def _events(answer: httpx2.Response) -> AsyncGenerator[JsonObject, None]:
    event: JsonObject = {}
    async for line in answer.aiter_lines():
        if not line:
            if event:
                yield event
            event = {}
        elif not line.startswith(":"):
            name, _, value = line.partition(": ")
            event[name] = orjson.loads(value) if name == "data" and value else value


async def say(connection: ClientConnection, **message: object) -> None:
    await connection.send(orjson.dumps(message).decode())


async def subscribe(connection: ClientConnection, id: str = "1", query: str = CHANGES, **variables: object) -> None:
    await say(connection, id=id, type="subscribe", payload={"query": query, "variables": variables})


async def heard(connection: ClientConnection, seconds: float = 10) -> JsonObject:
    message: JsonObject = orjson.loads(await asyncio.wait_for(connection.recv(), seconds))
    return message


async def changes(connection: ClientConnection, count: int) -> list[JsonObject]:
    """The next so many changes."""
    found = []
    for _ in range(count):
        message = await heard(connection)
        assert message["type"] == "next", message
        found.append(message["payload"]["data"]["changes"])
    return found


@asynccontextmanager
async def served(url: URL, folder: Path, *, send_buffer: int | None = None, **settings: Any) -> AsyncIterator[Served]:
    """The server, until the block ends.

    :param send_buffer: bytes that the kernel keeps for a client that does not read.
    """
    listening = socket.socket()
    if send_buffer is not None:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)
    listening.bind(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    given: JsonObject = {"follower_poll_seconds": 0.05, "public_url": f"http://127.0.0.1:{port}"} | settings
    app = create_app(Settings(database_url=url.render_as_string(hide_password=False), data_dir=folder, **given))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=2))
    database = Database(url)
    task = asyncio.create_task(server._serve([listening]))
    try:
        for _ in range(START_SECONDS * 100):
            if server.started:
                break
            assert not task.done(), task.exception()
            await asyncio.sleep(0.01)
        async with database.write() as session:
            partner_id = (await session.exec(select(Partner.id).where(Partner.key == "china-daily"))).one()
            client, secret = await create_client(session, partner_id, "test", sorted(PARTNER_SCOPES), datetime.now(UTC))
            stories = (await session.exec(select(Story.id).where(Story.version == 1).order_by(Story.uri))).all()
        one = Served(database, app, server, port, KeyRing(database), partner_id, client.client_id)
        one.stories, one.secret = list(stories), secret
        one.token = await one.token_for(timedelta(hours=1))
        yield one
    finally:
        server.should_exit = True
        await asyncio.wait_for(task, 15)
        await database.close()
        listening.close()
