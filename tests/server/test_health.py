from __future__ import annotations

import asyncio

import pytest

from server.health import Health
from tests.server.tiny import ready, tiny_app

pytestmark = pytest.mark.anyio


async def test_a_living_process_says_so() -> None:
    async with tiny_app().client() as client:
        response = await client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "alive"})


async def test_a_server_whose_database_answers_is_ready() -> None:
    async with tiny_app().client() as client:
        response = await client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "ready"})
    assert response.headers["cache-control"] == "no-store"


async def test_a_server_behind_its_migrations_is_not() -> None:
    async def behind() -> str | None:
        return "the database is not migrated"

    async with tiny_app(check=behind).client() as client:
        response = await client.get("/readyz")
        alive = await client.get("/healthz")
    assert response.status_code == 503
    assert response.json() == {"status": "unavailable", "reason": "the database is not migrated"}
    assert alive.status_code == 200


async def test_a_check_that_fails_tells_the_log_and_not_the_caller(caplog: pytest.LogCaptureFixture) -> None:
    async def broken() -> str | None:
        raise ConnectionError("postgresql://pool:hunter2@db refused")

    async with tiny_app(check=broken).client() as client:
        response = await client.get("/readyz")
    assert response.status_code == 503
    assert "hunter2" not in response.text
    assert "the readiness check failed" in caplog.text


async def test_a_check_that_hangs_is_given_up() -> None:
    async def hanging() -> str | None:
        await asyncio.sleep(60)
        return None

    health = Health(hanging, timeout_seconds=0.01)
    async with tiny_app(routes=health.routes()[1:], check=hanging).client():
        assert await health._reason() == "the database does not answer in time"


async def test_a_server_that_shuts_down_is_no_longer_ready() -> None:
    tiny = tiny_app(check=ready)
    async with tiny.client() as client:
        tiny.health.drain()
        response = await client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["reason"] == "shutting down"
