"""Where the server listens, and under which address it is reached; and the run of the server there."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import signal
import socket
import sys
from types import FrameType

from models.errors import OperationalError
from server.mail import Mailer
from server.serving import GracefulServer, server_config
from server.settings import Settings

logger = logging.getLogger("storypool.server")


def listening_socket(host: str, port: int) -> socket.socket:
    """A bound socket; with port 0, on a port that was free. Connections are refused until a server listens on it.

    :raises OperationalError: the address cannot be had.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, kind, protocol)
        try:
            # So that a restart does not wait for connections of the process before to time out.
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind(address)
        except BaseException:
            bound.close()
            raise
    except OSError as error:
        raise OperationalError(
            f"cannot listen on {host} port {port}: {error.strerror or error}; choose another with --host or --port"
        ) from error
    return bound


def settled(settings: Settings, bound: socket.socket) -> Settings:
    """The settings with the port that was really taken, and with an address that clients can use.

    Who listens on every address of the machine and names no public one is reached as localhost: 0.0.0.0 is no address
    to call, and tokens are not given over plain http to other machines.
    """
    port = bound.getsockname()[1]
    public_url = settings.public_url
    if public_url is None and _is_every_address(settings.host):
        public_url = f"http://localhost:{port}"
        logger.warning(
            "listening on %s, but clients are told %s: set STORYPOOL_PUBLIC_URL to serve other machines",
            settings.host,
            public_url,
        )
    return settings.model_copy(update={"port": port, "public_url": public_url})


class _EndQuietly:
    """Ends the process with success, and remembers that: what it raises is lost while garbage is collected (as at the start of serving)."""

    told = False

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        self.told = True
        sys.exit(0)


def end_quietly_when_told() -> None:
    """Makes SIGTERM end the process with success at once, as long as it does not serve yet."""
    signal.signal(signal.SIGTERM, _EndQuietly())


def serve_on(bound: socket.socket, settings: Settings, mailer: Mailer | None = None) -> None:
    """Serves until SIGTERM or SIGINT, then finishes what it began, within `settings.shutdown_seconds`.

    :param settings: `settled` ones.
    :param mailer: see `create_app`.
    :raises OperationalError: the application could not start; the log says why.
    """
    from server.app import create_app  # the whole server: loaded only where it is run

    app = create_app(settings, mailer)
    config = server_config(app, settings)
    server = GracefulServer(config, draining=app.state.health.drain)

    def stop(number: int, frame: FrameType | None) -> None:
        server.handle_exit(number, frame)

    async def serve() -> None:
        # uvicorn raises the signal again once it has finished. Ending as asked is success: nobody is left to die of it.
        former = [signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)]
        if any(isinstance(handler, _EndQuietly) and handler.told for handler in former):
            server.should_exit = True
            return
        await server.serve(sockets=[bound])

    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(serve())
    if not server.started and not server.should_exit:
        raise OperationalError("the server could not start; its log says why")


def _is_every_address(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False
