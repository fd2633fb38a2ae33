"""A tiny schema and an application around it, assembled as the real one is."""

from __future__ import annotations

import hashlib
import json
import logging
import uuid
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import NewType

import httpx2
import strawberry
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from strawberry.schema.config import StrawberryConfig
from strawberry.types.scalar import ScalarDefinition

from models.actor import Actor
from models.errors import BadTerritory, Forbidden, NotFound, StaleVersion
from models.scope import Scope
from schema.cost import QueryLimits
from schema.documents import LimitedSchema
from server.admission import Admission
from server.answer import AnswerWatch
from server.challenge import AuthenticationError, TokenMissing, challenge_response
from server.graphql import GraphQLEndpoint
from server.health import Check, Health
from server.limits import BodyLimit, CostBudget
from server.logging import log_answer
from server.metrics import Metrics
from server.persisted import PersistedDocuments
from server.problem import EXCEPTION_HANDLERS
from server.request_id import RequestId
from server.standing import Standing
from server.streams import Streams

GRAPHQL_RESPONSE = "application/graphql-response+json"
ACTOR = Actor("sp_tiny", uuid.UUID(int=1), None, frozenset({Scope.POOL_READ}))


def _territory(value: object) -> str:
    if value == "XX":
        raise BadTerritory("XX is not a territory.")
    if not isinstance(value, str):
        raise TypeError("a territory is a string")
    return value


Territory = NewType("Territory", str)

SCALARS: dict[object, ScalarDefinition] = {
    Territory: strawberry.scalar(name="Territory", serialize=str, parse_value=_territory)
}


@strawberry.enum
class Colour(Enum):
    GREEN = "green"
    GREY = "grey"


@strawberry.type
class Item:
    id: int

    @strawberry.field
    def friend(self) -> Item:
        return self

    @strawberry.field
    def tags(self) -> list[Item]:
        return [Item(id=1)]


@strawberry.type
class Edge:
    node: Item


@strawberry.type
class Items:
    edges: list[Edge]
    total: int


@strawberry.type
class Query:
    @strawberry.field
    def hello(self, name: str = "world") -> str:
        return f"hello, {name}"

    @strawberry.field
    def twice(self, number: int) -> int:
        return number * 2

    @strawberry.field
    def of(self, territory: Territory, colour: Colour = Colour.GREY) -> str:
        return f"{territory} {colour.value}"

    @strawberry.field
    def item(self) -> Item:
        return Item(id=7)

    @strawberry.field
    def items(self, first: int = 20) -> Items:
        return Items(edges=[Edge(node=Item(id=number)) for number in range(first)], total=first)

    @strawberry.field
    def who(self, info: strawberry.Info) -> str:
        return str(info.context)

    @strawberry.field
    def crash(self) -> str | None:
        raise RuntimeError("the vault's combination is 12-34-56")

    @strawberry.field
    def unreadable(self) -> int | None:
        return "not a number"  # type: ignore[return-value]

    @strawberry.field
    def missing(self) -> str | None:
        raise NotFound("There is no such story.")

    @strawberry.field
    def forbidden(self) -> str | None:
        raise Forbidden("This needs the scope story:write.")

    @strawberry.field
    def wrong(self) -> str | None:
        raise BadTerritory("'Atlantis' is not a territory.", field=["use", "territory"])

    @strawberry.field
    def stale(self) -> str | None:
        raise StaleVersion("Version 1 was named; 2 is live.", current=2)


@strawberry.type
class Mutation:
    @strawberry.mutation
    def ping(self) -> str:
        return "pong"


def tiny_schema(limits: QueryLimits | None = None, *, introspection: bool = True) -> LimitedSchema:
    """The schema above."""
    return LimitedSchema(
        Query,
        Mutation,
        limits=limits,
        introspection=introspection,
        config=StrawberryConfig(scalar_map=SCALARS),
    )


class OpenGate:
    """Lets everybody in as the same client, or nobody."""

    def __init__(self, *, closed: bool = False) -> None:
        self._closed = closed

    async def admit_connection(self, connection: HTTPConnection) -> Admission:
        return await self.admit(None)

    async def admit(self, authorization: str | None) -> Admission:
        if self._closed:
            raise TokenMissing
        return Admission(ACTOR, datetime.max.replace(tzinfo=UTC))

    def challenge_response(self, error: AuthenticationError, request_id: str, *, media_type: str) -> Response:
        return challenge_response(error, request_id, resource_metadata="http://tiny/metadata", media_type=media_type)


class NobodyIsSuspended:
    """The standing of every client."""

    async def of(self, client_id: str) -> Standing:
        return Standing(ACTOR.client_uuid, None, None)


class DocumentsInMemory:
    """Persisted documents of a process that ends with the test."""

    def __init__(self, *, per_client: int = 1000) -> None:
        self.texts: dict[str, str] = {}
        self._per_client = per_client

    async def get(self, sha256: str) -> str | None:
        return self.texts.get(sha256)

    async def put(self, sha256: str, text: str, client_id: str) -> bool:
        if len(self.texts) >= self._per_client:
            return False
        self.texts[sha256] = text
        return True


async def context(request: HTTPConnection, actor: Actor) -> object:
    """Resolvers see the client's id."""
    return actor.client_id


async def ready() -> str | None:
    """Always."""
    return None


@dataclass
class Tiny:
    """An application and its parts."""

    app: Starlette
    metrics: Metrics
    health: Health

    @asynccontextmanager
    async def client(self) -> AsyncIterator[httpx2.AsyncClient]:
        """A client that talks to the application in this process."""
        transport = httpx2.ASGITransport(app=self.app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://tiny") as client:
            yield client


async def echo(request: Request) -> Response:
    """Answers with the size of the body."""
    return PlainTextResponse(str(len(await request.body())))


def tiny_app(
    *,
    limits: QueryLimits | None = None,
    introspection: bool = True,
    persisted: PersistedDocuments | None = None,
    per_minute: int = 5_000_000,
    max_body_bytes: int = 1_048_576,
    closed: bool = False,
    check: Check = ready,
    routes: Iterable[Route] = (),
) -> Tiny:
    """The schema, behind all middleware in its order."""
    metrics = Metrics()
    health = Health(check)
    endpoint = GraphQLEndpoint(
        tiny_schema(limits, introspection=introspection),
        gate=OpenGate(closed=closed),
        context_factory=context,
        budget=CostBudget("memory://", per_minute),
        persisted=persisted or DocumentsInMemory(),
        streams=Streams(NobodyIsSuspended(), per_client=100),  # type: ignore[arg-type]  # as much of it as is asked
    )
    app = Starlette(
        routes=[
            Route("/graphql", endpoint),
            Route("/echo", echo, methods=["POST"]),
            Route("/metrics", metrics.endpoint),
            *health.routes(),
            *routes,
        ],
        middleware=[
            Middleware(RequestId),
            Middleware(AnswerWatch, log_answer, metrics.observe),
            Middleware(BodyLimit, max_bytes=max_body_bytes),
        ],
        exception_handlers=EXCEPTION_HANDLERS,
    )
    return Tiny(app, metrics, health)


def sha256(text: str) -> str:
    """The hash that names a document."""
    return hashlib.sha256(text.encode()).hexdigest()


def error_of(response: httpx2.Response) -> dict[str, object]:
    """The only error of an answer, its extensions beside its message."""
    [error] = response.json()["errors"]
    return {"message": error["message"], **error["extensions"]}


def lines(records: Iterable[logging.LogRecord], formatter: logging.Formatter) -> list[dict[str, object]]:
    """What a JSON formatter makes of log records."""
    return [json.loads(formatter.format(record)) for record in records]
