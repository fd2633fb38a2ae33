"""Request ids: one for every request, in its answer, in its errors and on every line that it logs."""

from __future__ import annotations

import re
import uuid
from contextvars import ContextVar

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "X-Request-Id"

_ACCEPTED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{7,127}")

current_request_id: ContextVar[str | None] = ContextVar("current_request_id", default=None)
"""The id of the request being served, for the log; None outside of requests."""


class RequestId:
    """Middleware that takes a sane `X-Request-Id`, or makes one, and sends it back.

    Sane is 8 to 128 letters, digits and `._~-`: nothing that could forge a log line or a header.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        request_id = given if _ACCEPTED.fullmatch(given) else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        token = current_request_id.set(request_id)
        try:
            await self.app(scope, receive, send_with_id)
        finally:
            current_request_id.reset(token)


def request_id_of(scope: Scope) -> str:
    """The id that `RequestId` gave to this request; empty without that middleware."""
    request_id: str = scope.get("state", {}).get("request_id", "")
    return request_id
