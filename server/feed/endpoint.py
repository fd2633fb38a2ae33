"""`/feeds/{format}`: a partner's feeds, by bearer token or by a feed key in the address."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Final
from urllib.parse import urlencode

import orjson
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models.actor import Actor
from models.errors import BadInput, StorypoolError
from models.feed import FeedPage, find_by_secret, read_feed
from models.language import parse_language
from models.paging import PageRequest, decode_cursor, encode_cursor
from models.pool.filter import StoryFilter
from models.pool.validity import last_moment
from models.scope import Scope, known_scopes
from models.variant import Form
from models.viewer import load_viewer
from schema.context import Services
from schema.media import PlainAddresses
from server.authentication import Authenticator
from server.challenge import AuthenticationError, ScopeInsufficient
from server.conditional import has_etag, known_etags, modified_since
from server.feed import atom, json_feed, ninjs, rss
from server.feed.page import FeedDocument
from server.problem import ErrorCode, Problem, problem_response
from server.request_id import request_id_of

FEEDS_PATH: Final = "/feeds"
LIST_NAME: Final = "feed"
FORMATS: Final[Mapping[str, tuple[str, Callable[[FeedDocument], bytes]]]] = {
    "ninjs": (ninjs.MEDIA_TYPE, ninjs.write),
    "atom": (atom.MEDIA_TYPE, atom.write),
    "rss": (rss.MEDIA_TYPE, rss.write),
    "json": (json_feed.MEDIA_TYPE, json_feed.write),
}
_PARAMETERS: Final = frozenset({"language", "form", "series", "topic", "subject", "limit", "after", "key"})
_MOST_VALUES: Final = 50
_DEFAULT_LIMIT: Final = 20
_MOST: Final = 100
_SETTLED: Final = timedelta(seconds=2)
"""How old the last change must be before a date in whole seconds can tell it from the next."""


class FeedEndpoint:
    """Serves feeds.

    :param title: of the feeds.
    :param heard_at: when the newest event was heard of; None while that is not known.
    """

    def __init__(
        self,
        services: Services,
        authenticator: Authenticator,
        *,
        title: str,
        heard_at: Callable[[], datetime | None] = lambda: None,
    ) -> None:
        self._services = services
        self._heard_at = heard_at
        self._authenticator = authenticator
        self._title = title

    def routes(self) -> list[Route]:
        """One for each format; a HEAD is answered too."""
        return [
            Route(f"{FEEDS_PATH}/{name}", self._handler(name), methods=["GET"], name=f"feed-{name}") for name in FORMATS
        ]

    def _handler(self, name: str) -> Callable[[Request], object]:
        async def get(request: Request) -> Response:
            try:
                return await self._get(request, name)
            except AuthenticationError as error:
                return self._authenticator.challenge_response(error, request_id_of(request.scope))
            except StorypoolError as error:
                return problem_response(Problem(400, error.message, reason=error.code), request.scope)
            except Problem as problem:
                return problem_response(problem, request.scope)

        return get

    async def _get(self, request: Request, name: str) -> Response:
        actor = await self._actor(request)
        request.state.actor = actor
        asked = request.query_params
        wanted, page_request = _wanted(asked), _page_request(asked)
        services, now = self._services, self._services.clock()
        services.polls.note(actor.partner_id, now)
        async with services.database.read() as session:
            viewer = await load_viewer(session, actor, services.book.policies, now)
            changed = await last_moment(session, viewer, services.book, self._heard_at())
            if _is_unmodified(request, changed, now):
                return _headed(Response(status_code=304), None, changed, now)
            page = await read_feed(session, viewer, services.book, wanted, page_request)
        etag = _etag(actor, name, str(request.url.query), page)
        if has_etag(known_etags(request.headers), etag):
            return _headed(Response(status_code=304), etag, changed, now)
        addresses = services.addresses or PlainAddresses(services.public_url)
        media_type, write = FORMATS[name]
        own = f"{services.public_url}{FEEDS_PATH}/{name}"
        document = FeedDocument(
            title=self._title,
            self_url=_address(own, asked, asked.get("after")),
            first_url=_address(own, asked),
            next_url=_next(own, asked, page),
            updated=max((item.changed_at for item in page.items), default=changed or now),
            items=page.items,
            address=await addresses.of(actor, now),
        )
        return _headed(Response(write(document), media_type=f"{media_type}; charset=utf-8"), etag, changed, now)

    async def _actor(self, request: Request) -> Actor:
        """Who asks.

        :raises AuthenticationError: nobody who is served.
        :raises Problem: a key that opens nothing.
        """
        key = request.query_params.get("key")
        if key is None or "authorization" in request.headers:
            actor = await self._authenticator.authenticate_connection(request)
            if not actor.has(Scope.POOL_READ):
                raise ScopeInsufficient
            return actor
        async with self._services.database.read() as session:
            found = await find_by_secret(session, key)
        if found is None:
            message = "This key opens no feed (any more): ask for a new one."
            raise Problem(404, message, code=ErrorCode.NOT_FOUND)
        _, client = found
        if Scope.POOL_READ not in known_scopes(client.scopes):
            raise ScopeInsufficient
        # Nothing beyond it: an address is passed on more easily than a token, so it never reads ahead of an embargo.
        return Actor(client.client_id, client.id, client.partner_id, frozenset({Scope.POOL_READ}))


def _wanted(asked: QueryParams) -> StoryFilter:
    """What is asked for.

    :raises BadInput: a parameter that there is not, or a value that cannot be right.
    """
    if unknown := sorted(set(asked) - _PARAMETERS):
        raise BadInput(f"there is no parameter {unknown[0][:50]!r}; there are {', '.join(sorted(_PARAMETERS))}")
    for name in ("language", "form", "series", "topic", "subject"):
        if len(asked.getlist(name)) > _MOST_VALUES:
            raise BadInput(f"{name} is given more than {_MOST_VALUES} times")
    forms = []
    for value in asked.getlist("form"):
        if value not in Form.__members__:
            raise BadInput(f"{value[:50]!r} is no form; there are {', '.join(Form.__members__)}")
        forms.append(Form(value))
    return StoryFilter(
        languages=tuple(parse_language(value) for value in asked.getlist("language")),
        forms=tuple(forms),
        series=tuple(asked.getlist("series")),
        topics=tuple(asked.getlist("topic")),
        subjects=tuple(asked.getlist("subject")),
    )


def _page_request(asked: QueryParams) -> PageRequest:
    limit = asked.get("limit", str(_DEFAULT_LIMIT))
    if not (limit.isascii() and limit.isdigit() and 1 <= int(limit[:6]) <= _MOST):
        raise BadInput(f"limit is {limit[:20]!r}; it must be a number of stories from 1 to {_MOST}")
    after = asked.get("after")
    return PageRequest(size=int(limit), after=None if after is None else decode_cursor(LIST_NAME, after, (int,)))


def _address(own: str, asked: QueryParams, after: str | None = None, key: str | None = None) -> str:
    """The address of a page."""
    kept = [(name, value) for name, value in asked.multi_items() if name not in ("key", "after")]
    added = [(name, value) for name, value in (("after", after), ("key", key)) if value is not None]
    query = urlencode([*kept, *added])
    return f"{own}?{query}" if query else own


def _next(own: str, asked: QueryParams, page: FeedPage) -> str | None:
    """The address of the next page; None on the last. It alone holds the key, for whoever has nothing else to go on with."""
    if page.next is None:
        return None
    return _address(own, asked, encode_cursor(LIST_NAME, page.next), asked.get("key"))


def _etag(actor: Actor, name: str, query: str, page: FeedPage) -> str:
    """Names what the page says, whatever the addresses of files are signed with."""
    told: list[object] = [actor.client_id, name, hashlib.sha256(query.encode()).hexdigest(), page.next]
    told += [item.told for item in page.items]
    return f'W/"{hashlib.sha256(orjson.dumps(told)).hexdigest()[:32]}"'


def _is_unmodified(request: Request, changed: datetime | None, now: datetime) -> bool:
    """Whether nothing can have changed since the date that the client has."""
    since = modified_since(request.headers)
    if since is None or changed is None or now - changed < _SETTLED:
        return False
    return changed.replace(microsecond=0) <= since


def _headed(response: Response, etag: str | None, changed: datetime | None, now: datetime) -> Response:
    if etag is not None:
        response.headers["ETag"] = etag
    if changed is not None and now - changed >= _SETTLED:
        response.headers["Last-Modified"] = format_datetime(changed.astimezone(UTC), usegmt=True)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Authorization"
    return response
