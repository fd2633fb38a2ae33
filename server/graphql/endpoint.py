"""The GraphQL endpoint: Strawberry's view, answering HTTP as the GraphQL-over-HTTP specification asks."""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from typing import Any, Final, Protocol

import orjson
from graphql import GraphQLError
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types.unset import UNSET

from schema.documents import LimitedSchema
from server.admission import Admission
from server.challenge import AuthenticationError
from server.graphql.caching import UNCHANGED_COST, AnswerCache, is_cacheable
from server.graphql.events import accepts_events, event_stream
from server.graphql.negotiation import EVENT_STREAM, GRAPHQL_RESPONSE, JSON, is_json, response_type
from server.graphql.operations import ContextFactory, Operations, Refused, Result, not_allowed
from server.graphql.parameters import Parameters, read_json_body, read_query_string
from server.graphql.socket import SocketAdapter, SocketHandler, SocketState
from server.limits import CostBudget
from server.operation import Operation
from server.persisted import PersistedDocuments
from server.problem import MASKED, ErrorCode, Problem, problem_response
from server.request_id import request_id_of
from server.streams import Streams

logger = logging.getLogger("storypool.graphql")

ALLOWED = "GET, POST"
CONNECTION_INIT_WAIT: Final = timedelta(seconds=10)


class Gate(Protocol):
    """Who may come in; `server.authentication.Authenticator` is one."""

    async def admit_connection(self, connection: HTTPConnection) -> Admission:
        """Who is asking, and until when that holds.

        :raises AuthenticationError: nobody who is served.
        """

    async def admit(self, authorization: str | None) -> Admission:
        """Who sent these credentials; otherwise as `admit_connection`."""

    def challenge_response(self, error: AuthenticationError, request_id: str, *, media_type: str) -> Response:
        """What to answer then."""


class GraphQLEndpoint(GraphQL[object, None]):
    """Serves one schema over HTTP: POST and GET, one operation a request, no page in front of it; and over streams: Server-Sent Events
    and WebSockets.

    Mount it with `Route` and `WebSocketRoute` at one path, inside the middleware `RequestId` and `BodyLimit`.

    :param schema: its documents are limited, validated and cached by itself.
    :param gate: authentication.
    :param context_factory: see `ContextFactory`.
    :param budget: what clients may spend a minute.
    :param persisted: documents named by their hash.
    :param streams: those that are open.
    :param cache: of what pollers were told; None remembers nothing.
    :param stall_seconds: how long a stream's client may leave a message untaken.
    :param encode_options: of `orjson.dumps`, for results.
    """

    schema: LimitedSchema
    graphql_transport_ws_handler_class = SocketHandler
    websocket_adapter_class = SocketAdapter

    def __init__(
        self,
        schema: LimitedSchema,
        *,
        gate: Gate,
        context_factory: ContextFactory,
        budget: CostBudget,
        persisted: PersistedDocuments,
        streams: Streams,
        cache: AnswerCache | None = None,
        stall_seconds: float = 30,
        encode_options: int = 0,
    ) -> None:
        super().__init__(
            schema,
            graphql_ide=None,
            multipart_uploads_enabled=False,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
            connection_init_wait_timeout=CONNECTION_INIT_WAIT,
        )
        self.gate = gate
        self.streams = streams
        self.stall_seconds = stall_seconds
        self.cache = cache or AnswerCache(lambda: None)
        self.operations = Operations(schema, context_factory, budget, persisted)
        self._encode_options = encode_options

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self.run(WebSocket(scope, receive, send))
            return
        request = Request(scope, receive)
        accept = request.headers.get("accept", "")
        media_type = EVENT_STREAM if accepts_events(accept) else response_type(accept)
        operation = Operation()
        request.state.operation = operation
        began = time.perf_counter()
        try:
            response = await self._serve(request, operation, media_type)
        except AuthenticationError as error:
            response = self.gate.challenge_response(error, request_id_of(scope), media_type=_refusal_type(media_type))
        except ClientDisconnect:
            raise
        except Problem as problem:
            response = problem_response(problem, scope, _refusal_type(media_type))
        except Exception:
            logger.exception("a GraphQL request failed")
            operation.outcome = "internal"
            response = problem_response(Problem(500, MASKED, code=ErrorCode.INTERNAL), scope, _refusal_type(media_type))
        response.headers["Vary"] = "Accept, Authorization" if "etag" in response.headers else "Accept"
        operation.seconds = time.perf_counter() - began
        await response(scope, receive, send)

    async def _serve(self, request: Request, operation: Operation, media_type: str | None) -> Response:
        """Check the request from the outside in, then run its operation.

        :raises Problem: the request is refused as a whole.
        :raises AuthenticationError: nobody who is served here is asking.
        """
        if request.method not in ("GET", "POST"):
            raise not_allowed(f"GraphQL is served to GET and POST, not to {request.method[:20]}.", ALLOWED)
        if media_type is None:
            raise Problem(
                406,
                f"Answers come as {GRAPHQL_RESPONSE}, {JSON} or {EVENT_STREAM}. Accept one.",
                reason="NOT_ACCEPTABLE",
            )
        admission = await self.gate.admit_connection(request)
        request.state.actor = admission.actor
        parameters = await _read(request)
        if media_type == EVENT_STREAM:
            return event_stream(self, request, admission, parameters)
        asked = self.cache.asked(request, admission.actor, parameters, media_type)
        if asked is not None and self.cache.is_unchanged(asked):
            operation.kind, operation.outcome, operation.cost = "query", "ok", UNCHANGED_COST
            allowance = await self.operations.budget.spend(admission.actor.client_id, UNCHANGED_COST)
            if allowance.granted:
                self.cache.note(admission.actor)
                return self.cache.unchanged(asked, UNCHANGED_COST, allowance)
        try:
            started = await self.operations.start(request, admission.actor, operation, parameters)
            result = await self.operations.execute(started)
            if asked is not None and is_cacheable(started):
                operation.outcome = "ok"
                if (response := await self.cache.answer(asked, started, result)) is not None:
                    return response
        except Refused as refused:
            result = Result(None, refused.errors, False, refused.extensions)
        except GraphQLError as error:
            result = Result(None, [error], False, {})
        return self._response(request, operation, result, media_type)

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Any:
        """What a WebSocket starts with; operations have a context of their own each."""
        assert isinstance(request, WebSocket)
        return SocketState(request)

    async def on_ws_connect(self, context: Any) -> Any:
        """Lets a client in that has initialised its connection.

        :raises ConnectionRejectionError: nobody who is served.
        """
        await context.handler.admit()
        return UNSET

    def _response(self, request: Request, operation: Operation, result: Result, media_type: str) -> Response:
        body, operation.outcome = self.operations.answer(result, request_id_of(request.scope))
        status = 200
        if not result.ran and operation.outcome == "internal":
            status = 500
        elif operation.outcome == "rate_limited":
            status = 429
        elif not result.ran and media_type == GRAPHQL_RESPONSE:
            status = 400
        encoded = orjson.dumps(body, option=self._encode_options)
        response = Response(encoded, status, media_type=f"{media_type}; charset=utf-8")
        if status == 429 and result.allowance is not None:
            response.headers["Retry-After"] = str(result.allowance.retry_after)
        return response

    def encode_json(self, data: object) -> str:
        """JSON text: a WebSocket client expects text frames, not binary ones."""
        return orjson.dumps(data, option=self._encode_options).decode()

    def decode_json(self, data: str | bytes) -> object:
        """Any JSON value."""
        return orjson.loads(data)


async def _read(request: Request) -> Parameters:
    if request.method == "GET":
        return read_query_string(request.query_params)
    content_type = request.headers.get("content-type", "")
    if not is_json(content_type):
        sent = f"not {content_type[:100]}" if content_type else "and the request names none"
        raise Problem(415, f"Send the body as Content-Type: {JSON} in UTF-8, {sent}.", reason="UNSUPPORTED_MEDIA_TYPE")
    return read_json_body(await request.body())


def _refusal_type(media_type: str | None) -> str:
    """How a refusal comes to a client that accepts this: a stream that does not begin is refused in JSON."""
    return JSON if media_type in (None, EVENT_STREAM) else str(media_type)
