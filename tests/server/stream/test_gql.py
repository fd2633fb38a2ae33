"""`gql`, as it is published, follows the log over a WebSocket and goes on where it was cut."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

import pytest
from gql import Client, GraphQLRequest
from gql.transport.exceptions import TransportError
from gql.transport.websockets import WebsocketsTransport

from models.log.reader import change_cursor
from models.story import PubStatus
from tests.server.served import Served

FOLLOW = "subscription($after: String) { changes(after: $after) { cursor previousCursor kind } }"
PATIENCE = 10


def transport(server: Served, token: str) -> WebsocketsTransport:
    return WebsocketsTransport(
        url=f"ws://127.0.0.1:{server.port}/graphql",
        subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
        init_payload={"Authorization": f"Bearer {token}"},
    )


async def test_gql_follows_the_log_and_resumes(server: Served) -> None:
    seen: list[Any] = []
    for until in ("STORY_RELEASED", "STORY_WITHHELD"):
        after = seen[-1]["cursor"] if seen else change_cursor(0)
        async with Client(transport=transport(server, server.token)) as session:
            following = session.subscribe(GraphQLRequest(FOLLOW, variable_values={"after": after}))
            if seen:
                await server.move(0, PubStatus.WITHHELD)
            async with asyncio.timeout(PATIENCE):
                async for result in following:
                    seen.append(result["changes"])
                    if seen[-1]["kind"] == until:
                        break
            await following.aclose()
    assert seen[0]["previousCursor"] == change_cursor(0)
    for earlier, later in itertools.pairwise(seen):
        assert later["previousCursor"] == earlier["cursor"]


async def test_gql_is_told_that_its_token_is_wrong(local_server: Served) -> None:
    with pytest.raises(TransportError):
        async with Client(transport=transport(local_server, "wrong")) as session:
            await anext(session.subscribe(GraphQLRequest(FOLLOW)))
