"""The process that serves: uvicorn, stopped so that what it began is finished."""

from __future__ import annotations

import gc
import socket
from collections.abc import Callable
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from server.settings import Settings


class GracefulServer(uvicorn.Server):
    """On SIGTERM or SIGINT: says so first, takes no new connections, and gives requests in progress their time.

    :param draining: called at the signal, so that `/readyz` answers 503 on connections that are still open.
    """

    def __init__(self, config: uvicorn.Config, *, draining: Callable[[], None]) -> None:
        super().__init__(config)
        self._draining = draining

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begins to serve. What was made until then stays as long as the process, so that the collector need not look at it again."""
        await super().startup(sockets)
        gc.collect()
        gc.freeze()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Called by uvicorn in the signal's handler."""
        self._draining()
        super().handle_exit(sig, frame)


def server_config(app: ASGIApp, settings: Settings) -> uvicorn.Config:
    """uvicorn's configuration: our own log lines only, and the time that shutting down may take."""
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=settings.shutdown_seconds,
    )
