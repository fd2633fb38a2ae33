"""The addresses that copies carry: a short link, which leads to the story, and a picture of one pixel.

    /s/<code>                   302 to the story
    /s/<code>/story             the page of it, where the centre has none of its own
    /s/<code>/<signature>.gif   the pixel

Answers set no cookies and are kept by nobody, or later ones would not be counted. Nothing is kept of who asks; of the page that a pixel
was shown on, what stands before the question mark.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final, TypeVar
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from models.base import Clock, utc_now
from models.database import Database
from models.trace.landing import Landing, LandingState, landing_of
from models.trace.link import SHORT_PATH, Link, find_link, is_signature
from models.trace.pixel import shown_on
from models.trace.table import TraceKind
from server.problem import ErrorCode, Problem
from server.trace.counter import TraceCounter
from server.trace.page import no_such_link, story_page
from server.trace.robots import is_person

T = TypeVar("T")
PIXEL: Final = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")
"""A transparent GIF of one pixel: 43 bytes."""
_NOT_KEPT: Final = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}
_MOST_LINKS: Final = 10_000
_LINK_FOR: Final = timedelta(minutes=1)
_STORY_FOR: Final = timedelta(seconds=1)
"""For which it is remembered where a link leads: a story that is taken back is told of a second later."""


class TraceEndpoint:
    """Serves short links and pixels.

    :param public_url: of this server; no page of it is a copy.
    :param story_page_url: the centre's own pages of stories, with `{uri}` and perhaps `{language}` in it; None where it has none.
    """

    def __init__(
        self,
        database: Database,
        counter: TraceCounter,
        *,
        public_url: str,
        story_page_url: str | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self._database = database
        self._counter = counter
        self._own_host = urlsplit(public_url).hostname
        self._story_page_url = story_page_url
        self._clock = clock
        self._links: OrderedDict[str, tuple[datetime, Link]] = OrderedDict()
        self._stories: OrderedDict[str, tuple[datetime, str]] = OrderedDict()

    def routes(self) -> list[Route]:
        """The routes to mount at the root; each answers GET and HEAD."""
        return [
            Route(SHORT_PATH + "/{code}", self.follow, methods=["GET"]),
            Route(SHORT_PATH + "/{code}/story", self.show, methods=["GET"]),
            Route(SHORT_PATH + "/{code}/{signature}.gif", self.pixel, methods=["GET"]),
        ]

    async def follow(self, request: Request) -> Response:
        """Counts, and leads to the story."""
        link = await self._link(request)
        if link is None:
            return no_such_link(request)
        target = await self._target(link)
        self._counter.count(link.pickup_id, TraceKind.SHORT_LINK, by_person=is_person(request))
        return RedirectResponse(target, 302, _NOT_KEPT)

    async def show(self, request: Request) -> Response:
        """The page of the story, or that there is nothing to be shown; counts nothing."""
        link = await self._link(request)
        return no_such_link(request) if link is None else story_page(request, await self._landing(link))

    async def pixel(self, request: Request) -> Response:
        """Counts, and answers the picture.

        :raises Problem: 404 where there is no such pixel, 403 where its address was not made here.
        """
        link = await self._link(request)
        if link is None or not link.has_pixel:
            raise Problem(404, "there is no such pixel", code=ErrorCode.NOT_FOUND, headers=_NOT_KEPT)
        if not is_signature(request.path_params["signature"], link.signature):
            message = "this address of a pixel was not made by this server, or was changed; nothing was counted"
            raise Problem(403, message, code=ErrorCode.FORBIDDEN, headers=_NOT_KEPT)
        if request.method == "GET":  # a picture of which the headers alone are asked for is not shown
            page = shown_on(request.headers.get("referer"), self._own_host)
            self._counter.count(link.pickup_id, TraceKind.PIXEL, by_person=is_person(request), page=page)
        return Response(
            PIXEL, media_type="image/gif", headers={**_NOT_KEPT, "Cross-Origin-Resource-Policy": "cross-origin"}
        )

    async def _link(self, request: Request) -> Link | None:
        """What the code of a request stands for; in capitals it is the same."""
        code, now = request.path_params["code"].lower(), self._clock()
        held = self._links.get(code)
        if held is not None and held[0] > now:
            return held[1]
        async with self._database.read() as session:
            link = await find_link(session, code)
        if link is not None:
            _keep(self._links, code, (now + _LINK_FOR, link))
        return link

    async def _target(self, link: Link) -> str:
        """Where a link leads: to the centre's own page where it has one and the story is public, else to ours. Nothing of the request
        goes into it."""
        own = f"{SHORT_PATH}/{link.code}/story"
        if self._story_page_url is None:
            return own
        now = self._clock()
        held = self._stories.get(link.code)
        if held is not None and held[0] > now:
            return held[1]
        landing = await self._landing(link)
        target = own
        if landing.state is LandingState.PUBLIC:
            uri, language = quote(landing.uri or "", safe=""), quote(landing.language or "", safe="")
            target = self._story_page_url.replace("{uri}", uri).replace("{language}", language)
        _keep(self._stories, link.code, (now + _STORY_FOR, target))
        return target

    async def _landing(self, link: Link) -> Landing:
        async with self._database.read() as session:
            return await landing_of(session, link, self._clock())


def _keep(kept: OrderedDict[str, T], name: str, value: T) -> None:
    kept[name] = value
    if len(kept) > _MOST_LINKS:
        kept.popitem(last=False)
