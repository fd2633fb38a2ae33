"""Whether the process lives, and whether it should be sent requests."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

logger = logging.getLogger(__name__)

Check = Callable[[], Awaitable[str | None]]
"""Answers why the server cannot serve now, in a few words without secrets, or None when it can."""

_NO_CACHE = {"Cache-Control": "no-store"}


class Health:
    """`/healthz` and `/readyz`.

    :param check: asked at each `/readyz`: does the database answer, and is it migrated. May raise.
    :param timeout_seconds: how long it may take.
    """

    def __init__(self, check: Check, *, timeout_seconds: float = 3.0) -> None:
        self._check = check
        self._timeout_seconds = timeout_seconds
        self._draining = False
        self._listeners: list[Callable[[], None]] = []

    def on_drain(self, listener: Callable[[], None]) -> None:
        """Adds what is called when the server begins to shut down."""
        self._listeners.append(listener)

    def drain(self) -> None:
        """Say "not ready" from now on: the server is shutting down."""
        self._draining = True
        for listener in self._listeners:
            listener()

    def routes(self) -> list[Route]:
        """The two routes."""
        return [Route("/healthz", self.live, name="healthz"), Route("/readyz", self.ready, name="readyz")]

    async def live(self, request: Request) -> Response:
        """200 as long as the process answers at all."""
        return JSONResponse({"status": "alive"}, headers=_NO_CACHE)

    async def ready(self, request: Request) -> Response:
        """200 when the server can serve, else 503 with the reason."""
        reason = "shutting down" if self._draining else await self._reason()
        if reason is None:
            return JSONResponse({"status": "ready"}, headers=_NO_CACHE)
        return JSONResponse({"status": "unavailable", "reason": reason}, status_code=503, headers=_NO_CACHE)

    async def _reason(self) -> str | None:
        try:
            async with asyncio.timeout(self._timeout_seconds):
                return await self._check()
        except TimeoutError:
            return "the database does not answer in time"
        except Exception:
            # Whatever the driver raises means the same to a load balancer; the log has the details.
            logger.exception("the readiness check failed")
            return "the database does not answer"
