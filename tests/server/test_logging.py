from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator

import pytest
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Message

from server.logging import JsonFormatter, TextFormatter, configure_logging, redact
from server.request_id import current_request_id
from tests.server.tiny import lines, sha256, tiny_app

JWT = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJzcF8xIn0.c2lnbmF0dXJl"
SECRET = "Zm9yLXlvdXItZXllcy1vbmx5"


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """All lines of a process that logs as the server does."""
    stream = io.StringIO()
    loggers = [logging.getLogger(), *(logging.getLogger(name) for name in list(logging.root.manager.loggerDict))]
    before = [(logger, list(logger.handlers), logger.level, logger.propagate) for logger in loggers]
    monkeypatch.setattr(sys, "stderr", stream)
    configure_logging("debug", "json")
    yield stream
    for logger, handlers, level, propagate in before:
        logger.handlers[:] = handlers
        logger.setLevel(level)
        logger.propagate = propagate


def record(message: str, *args: object, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord("storypool.test", logging.WARNING, __file__, 1, message, args, None)
    vars(made).update(extra)
    return made


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {SECRET}",
        f"authorization: basic {SECRET}",
        f"the token {JWT} is expired",
        f"grant_type=client_credentials&client_secret={SECRET}&scope=pool:read",
        f'{{"client_secret": "{SECRET}"}}',
        f"{{'refresh_token': '{SECRET}'}}",
        f"client_assertion={JWT}",
        f"CLIENT_SECRET = {SECRET}",
        f"postgresql+asyncpg://pool:{SECRET}@db:5432/pool",
        f"redis://:{SECRET}@cache",
        f"X-Api-Key: {SECRET}",
        f"Set-Cookie: {SECRET}; HttpOnly",
        f"-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----",
        f"-----BEGIN EC PRIVATE KEY-----\n{SECRET}",
    ],
)
def test_what_looks_like_a_secret_is_struck_out(text: str) -> None:
    for line in (redact(text), JsonFormatter().format(record(text)), TextFormatter().format(record("%s", text))):
        assert SECRET not in line
        assert JWT not in line
        assert "[redacted]" in line


@pytest.mark.parametrize(
    "text",
    [
        "GET /graphql took 12 ms",
        "the secretary of the token endpoint",
        "https://pool.example.org/graphql",
        "story urn:newsml:longgang:20250410:1",
        "max_tokens exceeded by 3 tokens",
    ],
)
def test_everything_else_is_left_alone(text: str) -> None:
    assert redact(text) == text


def test_a_line_is_one_json_object_with_the_request_id() -> None:
    token = current_request_id.set("req-12345678")
    try:
        line = JsonFormatter().format(record("taken by %s", "sp_1\nforged", count=3, note=None))
    finally:
        current_request_id.reset(token)
    assert "\n" not in line
    parsed = json.loads(line)
    assert parsed["message"] == "taken by sp_1\nforged"
    assert (parsed["level"], parsed["logger"]) == ("warning", "storypool.test")
    assert (parsed["requestId"], parsed["count"], parsed["note"]) == ("req-12345678", 3, None)
    assert parsed["time"].endswith("Z")


def test_a_text_line_cannot_be_forged_by_a_line_break() -> None:
    assert TextFormatter().format(record("one\nERROR two")).count("\n") == 0


def test_a_traceback_is_logged_without_the_secrets_in_it() -> None:
    failed = record("failed")
    try:
        raise ConnectionError(f"cannot reach postgresql://pool:{SECRET}@db")
    except ConnectionError:
        failed.exc_info = sys.exc_info()
    [line] = lines([failed], JsonFormatter())
    assert "ConnectionError" in str(line["exception"])
    assert SECRET not in str(line)
    assert SECRET not in TextFormatter().format(failed)


@pytest.mark.anyio
async def test_a_request_is_logged_once_with_what_it_did(log: io.StringIO) -> None:
    async with tiny_app().client() as client:
        response = await client.post(
            "/graphql?trace=1", json={"query": "query Front { hello item { id } }", "operationName": "Front"}
        )
    [line] = [json.loads(line) for line in log.getvalue().splitlines() if '"storypool.access"' in line]
    assert line.pop("durationMs") >= 0
    assert line.pop("time")
    assert line == {
        "level": "info",
        "logger": "storypool.access",
        "message": "request",
        "requestId": response.headers["x-request-id"],
        "method": "POST",
        "path": "/graphql",
        "status": 200,
        "clientId": "sp_tiny",
        "operationType": "query",
        "operationName": "Front",
        "outcome": "ok",
        "cost": 3,
    }


@pytest.mark.anyio
async def test_a_session_full_of_secrets_leaves_none_in_the_log(log: io.StringIO) -> None:
    async def fail(request: Request) -> Response:
        form = (await request.body()).decode()
        logging.getLogger("authlib").debug("token response %s", form)
        raise RuntimeError(f"could not read {form} with {request.headers['authorization']}")

    headers = {"authorization": f"Bearer {JWT}", "cookie": f"session={SECRET}"}
    query = "query($name: String!) { hello(name: $name) crash }"
    async with tiny_app(routes=[Route("/token", fail, methods=["POST"])]).client() as client:
        await client.post("/graphql", json={"query": query, "variables": {"name": SECRET}}, headers=headers)
        await client.get("/graphql", params={"query": query, "variables": f'{{"name": "{SECRET}"}}'}, headers=headers)
        await client.post("/graphql", json={"query": f'{{hello(nam: "{SECRET}")}}'}, headers=headers)
        await client.post("/graphql", content=f'{{"query": "{SECRET}'.encode(), headers=headers)
        await client.post("/graphql", json={"documentId": f"sha256:{sha256(SECRET)}"}, headers=headers)
        with pytest.raises(RuntimeError):
            await client.post("/token", content=f"grant_type=x&client_secret={SECRET}", headers=headers)
    written = log.getvalue()
    assert len(written.splitlines()) >= 7
    assert "a GraphQL field failed" in written
    assert SECRET not in written
    assert JWT not in written


@pytest.mark.anyio
async def test_a_client_that_goes_away_is_logged_and_no_error(log: io.StringIO) -> None:
    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        pytest.fail("nobody is there to answer")

    headers = [(b"content-type", b"application/json")]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/graphql",
        "headers": headers,
        "query_string": b"",
        "http_version": "1.1",
        "scheme": "http",
        "server": ("tiny", 80),
        "client": ("127.0.0.1", 1),
        "root_path": "",
    }
    tiny = tiny_app()
    await tiny.app(scope, receive, send)
    [line] = [json.loads(line) for line in log.getvalue().splitlines() if '"storypool.access"' in line]
    assert line["status"] == 499
    assert ClientDisconnect.__name__ not in log.getvalue()
    counted = {"method": "POST", "route": "/graphql", "status": "499"}
    assert tiny.metrics.registry.get_sample_value("storypool_http_requests_total", counted) == 1
