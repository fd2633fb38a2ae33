"""How requests are answered: one middleware sees it, and tells whoever counts it or writes it down."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

AnswerListener = Callable[[Scope, int, float], None]
"""Told once of each request: its scope, the status of its answer, and the seconds until the end of the answer."""

CLIENT_GONE = 499
"""The status that is told where a client went away before it was answered (as nginx does)."""


class AnswerWatch:
    """Middleware that tells the listeners of each HTTP request once it has been answered.

    A client that goes away before its request was read is no error of ours and ends here, with status 499.
    """

    def __init__(self, app: ASGIApp, *listeners: AnswerListener) -> None:
        self.app = app
        self.listeners = listeners

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status: int | None = None
        began = time.perf_counter()

        async def send_noting_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            with suppress(ClientDisconnect):  # told by the status
                await self.app(scope, receive, send_noting_status)
        except Exception:
            status = status or 500
            raise
        finally:
            seconds = time.perf_counter() - began
            for listener in self.listeners:
                listener(scope, status or CLIENT_GONE, seconds)
