"""Of each request it is told once how it was answered."""

from __future__ import annotations

import asyncio

import httpx2
import pytest
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from server.answer import CLIENT_GONE, AnswerWatch

pytestmark = pytest.mark.anyio

Told = list[tuple[str, int, float]]


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers, fails, or finds nobody there, as the path says."""
    if scope["type"] == "websocket" or scope["path"] == "/silent":
        return
    if scope["path"] == "/gone":
        raise ClientDisconnect
    if scope["path"] == "/fails":
        raise RuntimeError("failed")
    await asyncio.sleep(0.01)
    await PlainTextResponse("short and stout", 418)(scope, receive, send)
    if scope["path"] == "/fails-late":
        raise RuntimeError("failed late")


def watched() -> tuple[httpx2.AsyncClient, Told, AnswerWatch]:
    told: Told = []
    watch = AnswerWatch(application, lambda scope, status, seconds: told.append((scope["path"], status, seconds)))
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=watch), base_url="http://tiny"), told, watch


async def test_every_listener_hears_of_the_status_and_the_time() -> None:
    heard: list[tuple[int, float]] = []
    watch = AnswerWatch(application, *[lambda _scope, status, seconds: heard.append((status, seconds))] * 2)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=watch), base_url="http://tiny") as client:
        assert (await client.get("/teapot")).status_code == 418
    assert [status for status, _ in heard] == [418, 418]
    assert heard[0] == heard[1]
    assert 0.005 < heard[0][1] < 10


@pytest.mark.parametrize(("path", "status"), [("/fails", 500), ("/fails-late", 418)])
async def test_a_failure_is_told_and_goes_on(path: str, status: int) -> None:
    client, told, _ = watched()
    async with client:
        with pytest.raises(RuntimeError):
            await client.get(path)
    assert [(path, status) for path, status, _ in told] == [(path, status)]


@pytest.mark.parametrize("path", ["/gone", "/silent"])
async def test_a_client_that_went_away_is_told_and_ends_there(path: str) -> None:
    _, told, watch = watched()

    async def receive() -> dict[str, str]:
        return {"type": "http.disconnect"}

    async def send(message: object) -> None:
        pytest.fail("nobody is there to answer")

    await watch({"type": "http", "path": path}, receive, send)
    assert [(path, status) for path, status, _ in told] == [(path, CLIENT_GONE)]


async def test_what_is_no_http_request_passes_by() -> None:
    _, told, watch = watched()

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    async def send(message: object) -> None:
        pytest.fail("nothing to say")

    await watch({"type": "websocket", "path": "/graphql"}, receive, send)
    assert told == []
