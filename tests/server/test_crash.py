"""A server killed in the middle of its work loses nothing that it answered with success."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import Any

import httpx2
import orjson

from tests.server.command_line import CommandLine

START_SECONDS = 60
STOP_SECONDS = 40
ANSWERS_BEFORE_THE_KILL = 30
TAKE = """mutation($input: AcknowledgePickupInput!) {
  acknowledgePickup(input: $input) { pickup { id } userErrors { code message } } }"""
VARIANTS = """{ stories(first: 30, filter: {usableFor: {territory: "FR", channel: WEB}}) {
  edges { node { variants { id version usageDecision(use: {territory: "FR", channel: WEB}) { decision } } } } } }"""
CHANNELS = ("WEB", "APP", "SOCIAL")


class Demonstration:
    """`storypool demo` as a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.process = CommandLine(folder).start("demo", "--json")
        self.told: dict[str, Any] = orjson.loads(self.process.line(START_SECONDS))

    async def wait(self, client: httpx2.AsyncClient) -> None:
        """Until it is ready."""
        for _ in range(START_SECONDS * 10):
            try:
                if (await client.get(self.told["url"] + "/readyz")).status_code == 200:
                    return
            except httpx2.TransportError:
                pass
            await asyncio.sleep(0.1)
        raise TimeoutError("the demonstration did not become ready")

    async def token(self, client: httpx2.AsyncClient) -> str:
        first = self.told["clients"][0]
        answer = await client.post(
            self.told["tokenUrl"],
            data={"grant_type": "client_credentials"},
            auth=(first["clientId"], first["clientSecret"]),
        )
        token: str = answer.json()["access_token"]
        return token

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        self.process.send_signal(number)
        self.process.wait(STOP_SECONDS)


async def ask(client: httpx2.AsyncClient, url: str, token: str, query: str, **variables: object) -> dict[str, Any]:
    answer = await client.post(
        url, json={"query": query, "variables": variables}, headers={"authorization": f"Bearer {token}"}
    )
    data: dict[str, Any] = answer.json()["data"]
    return data


async def test_a_server_killed_during_a_hundred_pickups_keeps_each_that_it_answered(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    answered: set[str] = set()
    running = Demonstration(folder)
    try:
        async with httpx2.AsyncClient(timeout=30, limits=httpx2.Limits(max_connections=100)) as client:
            await running.wait(client)
            token = await running.token(client)
            url = running.told["graphqlUrl"]
            stories = (await ask(client, url, token, VARIANTS))["stories"]["edges"]
            permitted = [
                variant
                for edge in stories
                for variant in edge["node"]["variants"]
                if variant["usageDecision"]["decision"] != "DENY"
            ]
            inputs = [
                {
                    "variantId": variant["id"],
                    "version": variant["version"],
                    "uses": [{"territory": "FR", "channel": channel}],
                }
                for variant in permitted
                for channel in CHANNELS
            ][:100]
            assert len(inputs) == 100

            async def take(given: dict[str, Any]) -> None:
                try:
                    pickup = (await ask(client, url, token, TAKE, input=given))["acknowledgePickup"]["pickup"]
                except httpx2.TransportError:
                    return
                if pickup is not None:
                    answered.add(pickup["id"])
                if len(answered) == ANSWERS_BEFORE_THE_KILL:
                    running.stop(signal.SIGKILL)

            await asyncio.gather(*(take(given) for given in inputs))
    finally:
        running.stop()
    assert len(answered) >= ANSWERS_BEFORE_THE_KILL
    again = Demonstration(folder)
    try:
        async with httpx2.AsyncClient(timeout=30) as client:
            await again.wait(client)
            assert again.told["clients"] == running.told["clients"]
            listed = "{ pickups(first: 100) { edges { node { id } } } }"
            pickups = (await ask(client, again.told["graphqlUrl"], await again.token(client), listed))["pickups"][
                "edges"
            ]
    finally:
        again.stop()
    assert answered <= {edge["node"]["id"] for edge in pickups}
