from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message, Receive, Scope, Send

from models.errors import OperationalError
from server.limits import WINDOW_SECONDS, BodyLimit, CostBudget, FailureLimit, seconds_until_affordable
from tests.server.tiny import error_of, tiny_app

anyio = pytest.mark.anyio


@anyio
async def test_each_client_has_a_budget_of_its_own() -> None:
    budget = CostBudget("memory://", 100)
    assert (await budget.spend("a", 60)).remaining == 40
    assert (await budget.spend("b", 90)).remaining == 10
    assert (await budget.spend("a", 40)).remaining == 0


@anyio
async def test_a_refusal_spends_nothing() -> None:
    budget = CostBudget("memory://", 100)
    await budget.spend("a", 60)
    refused = await budget.spend("a", 41)
    assert (refused.granted, refused.remaining, refused.limit) == (False, 40, 100)
    assert 1 <= refused.retry_after <= 2 * WINDOW_SECONDS
    assert (await budget.spend("a", 40)).granted


@anyio
async def test_a_budget_comes_back_with_time(monkeypatch: pytest.MonkeyPatch) -> None:
    began = time.time()
    budget = CostBudget("memory://", 100)
    await budget.spend("a", 100)
    refused = await budget.spend("a", 50)
    assert not refused.granted
    monkeypatch.setattr(time, "time", lambda: began + refused.retry_after + 1)
    assert (await budget.spend("a", 50)).granted


@anyio
async def test_who_has_failed_too_often_waits_and_nobody_else() -> None:
    failures = FailureLimit("memory://", 2)
    await failures.add("client", "a")
    assert await failures.wait("client", "a") == 0
    await failures.add("client", "a")
    assert 1 <= await failures.wait("client", "a") <= 2 * WINDOW_SECONDS
    assert await failures.wait("client", "b") == 0
    assert await failures.wait("address", "a") == 0


def test_a_storage_without_its_driver_is_named_at_the_start() -> None:
    with pytest.raises(OperationalError, match=r"redis:// needs its driver"):
        CostBudget("redis://127.0.0.1:1", 100)


@given(
    cost=st.integers(1, 100),
    previous=st.integers(0, 100),
    current=st.integers(0, 100),
    elapsed=st.floats(0, 59.9),
)
def test_the_wait_is_long_enough_and_no_longer(cost: int, previous: int, current: int, elapsed: float) -> None:
    limit = 100
    ends_in = WINDOW_SECONDS - elapsed
    wait = seconds_until_affordable(cost, limit, previous, ends_in if previous else 0.0, current, ends_in)

    def spent_after(seconds: float) -> float:
        if seconds < ends_in:
            return previous * (ends_in - seconds) / WINDOW_SECONDS + current
        return current * max(0.0, WINDOW_SECONDS - (seconds - ends_in)) / WINDOW_SECONDS

    assert spent_after(wait + 0.001) + cost <= limit + 0.01
    if wait > 1:
        assert spent_after(wait - 1) + cost > limit - 0.01


@anyio
async def test_a_body_within_the_limit_passes_and_one_byte_more_does_not() -> None:
    async with tiny_app(max_body_bytes=1000).client() as client:
        assert (await client.post("/echo", content=b"x" * 1000)).text == "1000"
        response = await client.post("/echo", content=b"x" * 1001)
    assert response.status_code == 413
    assert error_of(response)["reason"] == "BODY_TOO_LARGE"
    assert error_of(response)["requestId"] == response.headers["x-request-id"]


@anyio
@pytest.mark.parametrize("path", ["/echo", "/graphql"])
async def test_a_body_of_unknown_length_is_cut_off_at_the_limit(path: str) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 1_000_000:
            sent += 100
            yield b"x" * 100

    async with tiny_app(max_body_bytes=1000).client() as client:
        response = await client.post(path, content=endless(), headers={"content-type": "application/json"})
    assert response.status_code == 413
    assert response.headers["content-type"].startswith("application/json")


@anyio
async def test_a_content_length_that_is_not_a_number_is_not_believed() -> None:
    async with tiny_app(max_body_bytes=1000).client() as client:
        response = await client.post("/echo", content=b"x" * 2000, headers={"content-length": "9" * 400})
    assert response.status_code == 413


@anyio
async def test_a_body_that_says_it_is_too_large_is_not_read_at_all() -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        pytest.fail("the body was read")

    async def send(message: Message) -> None:
        sent.append(message)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        pytest.fail("the application was called")

    limit = BodyLimit(application, max_bytes=1000, exempt=("/uploads",))
    for path in ("/graphql", "/uploadsx", "/x/uploads/1"):
        scope: Scope = {"type": "http", "path": path, "headers": [(b"content-length", b"1001")]}
        await limit(scope, receive, send)
        assert sent.pop(0)["status"] == 413
        sent.clear()


async def test_paths_that_bound_their_bodies_themselves_are_left_alone() -> None:
    called = []

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        called.append(scope["path"])

    async def nothing(*_: object) -> Any:
        pytest.fail("nothing was read or sent")

    limit = BodyLimit(application, max_bytes=1000, exempt=("/uploads",))
    for path in ("/uploads", "/uploads/1"):
        await limit({"type": "http", "path": path, "headers": [(b"content-length", b"1001")]}, nothing, nothing)
    assert called == ["/uploads", "/uploads/1"]
