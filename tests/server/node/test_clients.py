"""Clients of others, as they are published for Node, against a server."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy.engine import URL

from models.log.reader import change_cursor
from models.story import PubStatus
from tests.server.node.conftest import Node
from tests.server.served import Served, served

PROJECT = "tests/server/node"
START = change_cursor(0)
CREATE = "mutation($input: CreateHookInput!) { createHook(input: $input) { secret userErrors { code message } } }"


@pytest.fixture
async def delivering(local_url: URL, tmp_path: Path) -> AsyncIterator[Served]:
    """A server that delivers to the loopback, too."""
    async with served(local_url, tmp_path, outgoing_private=True) as server:
        yield server


@pytest.mark.parametrize("program", ["websocket.mjs", "events.mjs"])
async def test_a_published_client_follows_the_log_and_resumes(
    program: str, local_server: Served, node_project: Callable[[str], Node]
) -> None:
    node = node_project(PROJECT)
    scheme = "ws" if program == "websocket.mjs" else "http"
    given = (program, f"{scheme}://127.0.0.1:{local_server.port}/graphql", local_server.token)
    async with node.running(*given, "3", START) as client:
        first = [await change(client) for _ in range(3)]
        assert await client.ended() == 0
    assert first[0]["previousCursor"] == START
    async with node.running(*given, "100000", first[0]["cursor"]) as client:
        seen = [first[0], await change(client)]
        assert seen[1] == first[1]
        await local_server.move(0, PubStatus.WITHHELD)
        while seen[-1]["kind"] != "STORY_WITHHELD":
            seen.append(await change(client))
    for earlier, later in itertools.pairwise(seen):
        assert later["previousCursor"] == earlier["cursor"]


async def change(client: Any) -> Any:
    result = await client.line()
    assert "errors" not in result, result
    return result["data"]["changes"]


@pytest.mark.parametrize("program", ["websocket.mjs", "events.mjs"])
async def test_a_published_client_is_told_that_its_token_is_wrong(
    program: str, local_server: Served, node_project: Callable[[str], Node]
) -> None:
    scheme = "ws" if program == "websocket.mjs" else "http"
    given = (program, f"{scheme}://127.0.0.1:{local_server.port}/graphql", "wrong", "1")
    async with node_project(PROJECT).running(*given) as client:
        assert await client.ended() == 1


async def test_the_published_library_verifies_webhooks(delivering: Served, node_project: Callable[[str], Node]) -> None:
    async with node_project(PROJECT).running("webhook.mjs") as program:
        url = f"http://127.0.0.1:{await program.line()}/"
        headers = {"Authorization": f"Bearer {delivering.token}"}
        async with httpx2.AsyncClient(base_url=delivering.url, headers=headers) as http:
            wanted = {"url": url, "filter": {"kinds": ["STORY_WITHHELD"]}}
            answer = await http.post("/graphql", json={"query": CREATE, "variables": {"input": wanted}})
            made = answer.json()["data"]["createHook"]
            assert made["userErrors"] == []
            program.give(made["secret"])
            await delivering.move(0, PubStatus.WITHHELD)
            taken: Any = await program.line()
            assert taken["verified"]["type"] == "STORY_WITHHELD"
            forged = {"webhook-id": taken["id"], "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"}
            assert (await http.post(url, json=taken["verified"], headers=forged)).status_code == 400
            refused: Any = await program.line()
            assert refused.keys() == {"refused"}
