from __future__ import annotations

import httpx2
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.problem import ErrorCode, Problem
from tests.server.tiny import error_of, tiny_app

pytestmark = pytest.mark.anyio


async def refuse(request: Request) -> Response:
    raise Problem(403, "Not for you.", code=ErrorCode.FORBIDDEN, headers={"X-Why": "because"})


async def fail(request: Request) -> Response:
    raise RuntimeError("the vault's combination is 12-34-56")


async def ask(path: str, method: str = "GET") -> httpx2.Response:
    app = tiny_app(routes=[Route("/refused", refuse), Route("/failing", fail)]).app
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://tiny") as client:
        return await client.request(method, path)


@pytest.mark.parametrize(
    ("path", "method", "status", "code"),
    [
        ("/nowhere", "GET", 404, "NOT_FOUND"),
        ("/healthz", "DELETE", 405, "BAD_USER_INPUT"),
        ("/refused", "GET", 403, "FORBIDDEN"),
        ("/failing", "GET", 500, "INTERNAL"),
    ],
)
async def test_every_refusal_is_json_with_a_code_and_the_request_id(
    path: str, method: str, status: int, code: str
) -> None:
    response = await ask(path, method)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert error_of(response)["code"] == code
    assert error_of(response)["requestId"] == response.headers["x-request-id"] != ""


async def test_a_failure_keeps_its_details_to_itself() -> None:
    assert "vault" not in (await ask("/failing")).text


async def test_a_problem_sends_its_headers() -> None:
    assert (await ask("/refused")).headers["x-why"] == "because"
    assert (await ask("/healthz", "DELETE")).headers["allow"] in ("GET, HEAD", "HEAD, GET")
