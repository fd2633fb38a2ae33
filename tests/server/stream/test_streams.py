"""Subscriptions as partners have them: over WebSockets and Server-Sent Events, from a cursor on, until something ends them."""

from __future__ import annotations

import asyncio
import itertools
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import orjson
import pytest
import websockets
from sqlalchemy.engine import URL
from websockets.asyncio.client import ClientConnection

from models.base import JsonObject
from models.client import suspend_client
from models.log.reader import change_cursor
from models.scope import Scope
from models.story import PubStatus
from tests.server.served import CHANGES, Served, changes, heard, say, served, subscribe

START = change_cursor(0)
KINDS = "subscription($after: String) { changes(after: $after) { cursor previousCursor kind } }"


async def test_a_stream_catches_up_and_goes_on_live_without_loss_or_repetition(server: Served) -> None:
    async with server.socket() as connection:
        await subscribe(connection, query=KINDS, after=START)
        moving = asyncio.create_task(move_to_and_fro(server, 10))
        seen = await changes(connection, 8)
        await moving
        while seen[-1]["kind"] != "STORY_CANCELED":
            seen += await changes(connection, 1)
        assert seen[0]["previousCursor"] == START
        for earlier, later in itertools.pairwise(seen):
            assert later["previousCursor"] == earlier["cursor"]
        kinds = [change["kind"] for change in seen]
        assert kinds.count("STORY_WITHHELD") == kinds.count("STORY_REINSTATED") == 5
    async with server.socket() as connection:  # whoever reads the log again hears the same
        await subscribe(connection, query=KINDS, after=START)
        assert await changes(connection, len(seen)) == seen


async def move_to_and_fro(server: Served, times: int) -> None:
    for number in range(times):
        await server.move(0, PubStatus.WITHHELD if number % 2 == 0 else PubStatus.USABLE)
    await server.move(0, PubStatus.CANCELED)


async def test_a_killed_story_arrives_as_a_stub(server: Served) -> None:
    async with server.socket() as connection:
        await subscribe(connection)
        await asyncio.sleep(0.2)  # it begins with what is to come
        await server.move(3, PubStatus.CANCELED)
        (change,) = await changes(connection, 1)
        assert (change["kind"], change["story"]["pubStatus"]) == ("STORY_CANCELED", "CANCELED")


async def test_an_event_stream_that_was_cut_goes_on_after_the_last_event(local_server: Served) -> None:
    async with local_server.events({"after": START}) as events:
        first = [await anext(events) for _ in range(3)]
    assert [event["event"] for event in first] == ["next"] * 3
    async with local_server.events({"after": START}, **{"Last-Event-ID": first[1]["id"]}) as events:
        again = await anext(events)
    assert again == first[2]
    assert again["data"]["data"]["changes"]["previousCursor"] == first[1]["id"]
    async with local_server.events(None, **{"Last-Event-ID": "nonsense"}) as events:
        refused, complete = [event async for event in events]
    assert refused["data"]["errors"][0]["extensions"]["reason"] == "BAD_CURSOR"
    assert complete["event"] == "complete"


async def test_a_query_runs_over_either_stream_and_a_subscription_over_neither_plain_way(local_server: Served) -> None:
    async with local_server.socket() as connection:
        await subscribe(connection, "q", "{ viewer { isStaff } }")
        answer, complete = await heard(connection), await heard(connection)
        assert answer["payload"]["data"] == {"viewer": {"isStaff": False}}
        assert complete == {"id": "q", "type": "complete"}
        await subscribe(connection, "r", 'subscription { changes(after: "x") { cursor } }')
        refused = await heard(connection)
        assert (refused["type"], refused["payload"][0]["extensions"]["reason"]) == ("error", "BAD_CURSOR")


async def test_a_stream_ends_when_its_token_expires(local_server: Served) -> None:
    almost = await local_server.token_for(timedelta(seconds=-2))  # a few seconds are granted for clocks that differ
    async with local_server.socket(almost) as connection:
        await subscribe(connection)
        assert await closing(connection) == (4403, "the access token has expired")
    almost = await local_server.token_for(timedelta(seconds=-2))
    async with local_server.events(Authorization=f"Bearer {almost}") as events:
        told, complete = [event async for event in events]
    assert told["data"]["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert complete["event"] == "complete"


async def test_a_stream_ends_when_its_client_is_suspended(server: Served) -> None:
    async with server.socket() as connection, server.events() as events:
        await subscribe(connection)
        told = asyncio.ensure_future(anext(events))
        await asyncio.sleep(0.5)  # both have caught up
        await server.move(0, PubStatus.WITHHELD)
        withheld, noticed = await changes(connection, 2)
        assert (withheld["kind"], noticed["kind"]) == ("STORY_WITHHELD", "NOTICE_ISSUED")
        await told, await anext(events)
        async with server.database.write() as session:
            await suspend_client(session, server.client_id, datetime.now(UTC))
        await server.move(0, PubStatus.USABLE)
        assert await closing(connection) == (4403, "the client is suspended")
        refused, complete = [event async for event in events]
        assert refused["data"]["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        assert complete["event"] == "complete"


async def closing(connection: ClientConnection) -> tuple[int, str]:
    """The code and the reason with which a connection ends; an operation that had not begun by then may be refused before."""
    refused: list[JsonObject] = []
    with pytest.raises(websockets.ConnectionClosed) as closed:
        while len(refused) < 3:
            refused.append(await heard(connection))
    for message in refused:
        assert message["type"] == "error", message
        assert message["payload"][0]["extensions"]["code"] == "UNAUTHENTICATED", message
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code, closed.value.rcvd.reason


async def test_who_has_no_right_hears_nothing(local_server: Served) -> None:
    async with websockets.connect(
        f"ws://127.0.0.1:{local_server.port}/graphql", subprotocols=[websockets.Subprotocol("graphql-transport-ws")]
    ) as connection:
        await say(connection, type="connection_init")
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await heard(connection)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4403
    hooks_only = await local_server.token_for(timedelta(hours=1), Scope.HOOK_WRITE)
    async with local_server.socket(hooks_only) as connection:
        await subscribe(connection)
        refused = await heard(connection)
        assert refused["payload"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_a_client_has_so_many_streams_and_no_more(local_server: Served) -> None:
    async with local_server.socket() as connection:
        for number in range(6):
            await subscribe(connection, str(number))
        refused = await heard(connection)
        assert (refused["id"], refused["payload"][0]["extensions"]["code"]) == ("5", "RATE_LIMITED")
        await say(connection, id="0", type="complete")
        await asyncio.sleep(0.1)
        await subscribe(connection, "6", "{ __typename }")
        assert (await heard(connection))["id"] == "6"


async def test_streams_are_told_that_the_server_stops(local_server: Served) -> None:
    async with local_server.socket() as connection, local_server.events() as events:
        await subscribe(connection)
        following = asyncio.ensure_future(anext(events))
        await asyncio.sleep(0.2)
        local_server.app.state.health.drain()
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await heard(connection)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1012
        told = await asyncio.wait_for(following, 10)
        assert "restarts" in told["data"]["errors"][0]["message"]


async def test_a_subscriber_that_takes_nothing_is_let_go(local_url: URL, tmp_path: Path) -> None:
    async with served(local_url, tmp_path, send_buffer=4096, stream_stall_seconds=0.5) as server:
        streams = server.app.state.streams
        with socket.socket() as silent:
            silent.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            silent.setblocking(False)
            loop = asyncio.get_running_loop()
            await loop.sock_connect(silent, ("127.0.0.1", server.port))
            body = orjson.dumps(
                {"query": CHANGES.replace("uri", "uri variants { body }"), "variables": {"after": START}}
            )
            head = (
                f"POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {server.token}\r\nAccept: text/event-stream\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            )
            await loop.sock_sendall(silent, head.encode() + body)
            for _ in range(100):
                await asyncio.sleep(0.05)
                if streams.count("sse") == 1:
                    break
            for _ in range(200):
                await asyncio.sleep(0.05)
                if streams.count("sse") == 0:
                    break
            assert streams.count("sse") == 0
            assert len(server.app.state.hub) == 0


async def test_metrics_tell_of_streams_hooks_and_the_log(local_server: Served) -> None:
    async with local_server.socket() as connection, local_server.events({"after": START}) as events:
        await subscribe(connection)
        await anext(events)
        async with httpx2.AsyncClient(base_url=local_server.url) as http:
            text = (await http.get("/metrics")).text
    said = dict(line.rsplit(" ", 1) for line in text.splitlines() if line and not line.startswith("#"))
    assert said['storypool_streams{transport="websocket"}'] == said['storypool_streams{transport="sse"}'] == "1.0"
    assert said["storypool_subscriptions"] == "2.0"
    assert float(said["storypool_log_position"]) == float(said["storypool_log_length"]) > 20
    assert said["storypool_deliveries_pending"] == said['storypool_delivery_attempts_total{outcome="arrived"}'] == "0.0"
