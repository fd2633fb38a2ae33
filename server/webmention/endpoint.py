"""`POST /webmention`: a page says that it links to a short link of ours (W3C Webmention, section 3.2).

What needs no network is checked at once; the page itself is looked at later. Nothing is kept of who sent it. A flood of the same costs a
look-up each.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.errors import BadInput, BadUrl
from models.reprint.address import canonical_address
from models.trace.link import SHORT_PATH
from models.webmention.queue import NotTaken, QueueFull, is_known, receive
from models.webmention.target import is_ours, pickup_of
from schema.context import Services
from server.outgoing import is_public
from server.problem import ErrorCode, Problem, problem_response

WEBMENTION_PATH: Final = "/webmention"
_FORM: Final = "application/x-www-form-urlencoded"
_MOST_FIELDS: Final = 20
_TAKEN: Final = "The page will be looked at. Send it again when the page has changed or is gone.\n"


class WebmentionEndpoint:
    """Receives Webmentions.

    :param allow_private: also of pages at addresses that are not public; for tests and demonstrations on one machine.
    """

    def __init__(self, services: Services, *, allow_private: bool) -> None:
        self._services = services
        self._allow_private = allow_private

    def routes(self) -> list[Route]:
        """The one route."""
        return [Route(WEBMENTION_PATH, self.receive, methods=["POST"], name="webmention")]

    async def receive(self, request: Request) -> Response:
        """202 where the page will be looked at; 400 where it cannot be right, 415 for another form of body, 429 or 503 where no more is
        taken."""
        try:
            return await self._receive(request)
        except Problem as problem:
            return problem_response(problem, request.scope)
        except BadInput as error:
            return problem_response(Problem(400, error.message, reason=error.code), request.scope)
        except NotTaken as error:
            headers, status = {"Retry-After": str(error.seconds)}, 503 if isinstance(error, QueueFull) else 429
            busy = Problem(status, error.message, code=ErrorCode.RATE_LIMITED, headers=headers)
            return problem_response(busy, request.scope)

    async def _receive(self, request: Request) -> Response:
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
            raise Problem(415, f"send source and target as {_FORM}")
        form = await request.form(max_files=0, max_fields=_MOST_FIELDS)
        source, target = (_one(form.getlist(name), name) for name in ("source", "target"))
        self._check_source(source)
        if source.partition("#")[0] == target.partition("#")[0]:
            raise BadInput("source and target are the same; a page does not mention itself")
        services, now = self._services, self._services.clock()
        async with services.database.read() as session:
            pickup_id = await pickup_of(session, target, services.public_url)
            if pickup_id is None:
                raise BadInput(f"target is no short link of ours; one is {services.public_url}{SHORT_PATH}/ and a code")
            known = await is_known(session, source, pickup_id)
        if not known:
            async with services.database.write() as session:
                await receive(session, source.partition("#")[0], target, pickup_id, now)
        return PlainTextResponse(_TAKEN, 202, {"Cache-Control": "no-store"})

    def _check_source(self, source: str) -> None:
        """:raises BadUrl: it is no page that could be looked at."""
        canonical_address(source)
        parts = urlsplit(source.strip(" "))
        host = parts.hostname or ""
        if parts.port == 0 or any(character <= " " for character in source):
            raise BadUrl("source must be an absolute http or https address, without spaces")
        if is_ours(parts, self._services.public_url):
            raise BadUrl("source is at this server, which mentions nothing")
        written = host == "localhost" or ":" in host or host.replace(".", "").isdecimal()
        if written and not self._allow_private and not is_public(host):
            raise BadUrl(f"source: {host[:100]!r} is not at a public address")


class WebmentionLink:
    """Middleware that says at every short link where Webmentions of it are received (section 3.1.2: the HTTP `Link` header).

    :param public_url: under which this server is reached.
    """

    def __init__(self, app: ASGIApp, public_url: str) -> None:
        self.app = app
        self._link = f'<{public_url}{WEBMENTION_PATH}>; rel="webmention"'

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(f"{SHORT_PATH}/"):
            await self.app(scope, receive, send)
            return

        async def send_with_link(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("Link", self._link)
            await send(message)

        await self.app(scope, receive, send_with_link)


def _one(values: Sequence[object], name: str) -> str:
    """:raises BadInput: it is missing, or stands there twice."""
    if len(values) != 1 or not isinstance(values[0], str) or not values[0]:
        raise BadInput(f"send {name} once: the address of a page", field=[name])
    return values[0]
