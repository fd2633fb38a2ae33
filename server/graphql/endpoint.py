"""The GraphQL endpoint: Strawberry's view, answering HTTP as the GraphQL-over-HTTP specification asks."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple, Protocol

import orjson
from graphql import GraphQLError, OperationType
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL

from models.actor import Actor
from schema.documents import LimitedSchema
from server.challenge import AuthenticationError
from server.graphql.errors import answer_errors, outcome_of
from server.graphql.negotiation import GRAPHQL_RESPONSE, JSON, is_json, response_type
from server.graphql.parameters import Parameters, read_json_body, read_query_string
from server.graphql.text import refuse_nul
from server.limits import Allowance, CostBudget
from server.operation import Operation
from server.persisted import PersistedDocuments, document_hash
from server.problem import MASKED, ErrorCode, Problem, problem_response
from server.request_id import request_id_of

logger = logging.getLogger("storypool.graphql")

ALLOWED = "GET, POST"
_LONGEST_NAME = 100
_KINDS = {
    OperationType.QUERY: "query",
    OperationType.MUTATION: "mutation",
    OperationType.SUBSCRIPTION: "subscription",
}


ContextFactory = Callable[[HTTPConnection, Actor], Awaitable[object]]
"""Makes what resolvers find under `info.context`, once for every operation."""


class Gate(Protocol):
    """Who may come in; `server.authentication.Authenticator` is one."""

    async def authenticate_connection(self, connection: HTTPConnection) -> Actor:
        """Who is asking.

        :raises AuthenticationError: nobody who is served.
        """

    def challenge_response(self, error: AuthenticationError, request_id: str, *, media_type: str) -> Response:
        """What to answer then."""


class Result(NamedTuple):
    """What an operation came to.

    :ivar data: None with `errors` where the operation never ran.
    :ivar ran: whether there is data to show, null included.
    :ivar extensions: of the answer as a whole.
    :ivar allowance: what the client had to spend; None where it did not come to that.
    """

    data: object
    errors: Sequence[GraphQLError]
    ran: bool
    extensions: dict[str, object]
    allowance: Allowance | None = None


class GraphQLEndpoint(GraphQL[object, None]):
    """Serves one schema over HTTP: POST and GET, one operation a request, no page in front of it.

    Mount it with `Route("/graphql", endpoint)`, inside the middleware `RequestId` and `BodyLimit`. WebSockets are turned
    away: subscriptions have no resolvers yet.

    :param schema: its documents are limited, validated and cached by itself.
    :param gate: authentication.
    :param context_factory: see `ContextFactory`.
    :param budget: what clients may spend a minute.
    :param persisted: documents named by their hash.
    :param encode_options: of `orjson.dumps`, for results.
    """

    schema: LimitedSchema

    def __init__(
        self,
        schema: LimitedSchema,
        *,
        gate: Gate,
        context_factory: ContextFactory,
        budget: CostBudget,
        persisted: PersistedDocuments,
        encode_options: int = 0,
    ) -> None:
        super().__init__(schema, graphql_ide=None, multipart_uploads_enabled=False, subscription_protocols=())
        self._gate = gate
        self._context_factory = context_factory
        self._budget = budget
        self._persisted = persisted
        self._encode_options = encode_options

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self.reject_websocket(WebSocket(scope, receive, send))
            return
        request = Request(scope, receive)
        media_type = response_type(request.headers.get("accept", ""))
        operation = Operation()
        request.state.operation = operation
        began = time.perf_counter()
        try:
            response = await self._serve(request, operation, media_type)
        except AuthenticationError as error:
            response = self._gate.challenge_response(error, request_id_of(scope), media_type=media_type or JSON)
        except ClientDisconnect:
            raise
        except Problem as problem:
            response = problem_response(problem, scope, media_type or JSON)
        except Exception:
            logger.exception("a GraphQL request failed")
            operation.outcome = "internal"
            response = problem_response(Problem(500, MASKED, code=ErrorCode.INTERNAL), scope, media_type or JSON)
        response.headers["Vary"] = "Accept"
        operation.seconds = time.perf_counter() - began
        await response(scope, receive, send)

    async def _serve(self, request: Request, operation: Operation, media_type: str | None) -> Response:
        """Check the request from the outside in, then run its operation.

        :raises Problem: the request is refused as a whole.
        :raises AuthenticationError: nobody who is served here is asking.
        """
        if request.method not in ("GET", "POST"):
            raise _not_allowed(f"GraphQL is served to GET and POST, not to {request.method[:20]}.", ALLOWED)
        if media_type is None:
            raise Problem(406, f"Answers come as {GRAPHQL_RESPONSE} or {JSON}. Accept one.", reason="NOT_ACCEPTABLE")
        actor = await self._gate.authenticate_connection(request)
        request.state.actor = actor
        parameters = await _read(request)
        try:
            text, extensions = await self._text(parameters, actor, registering=request.method == "POST")
            result = await self._run(request, actor, operation, parameters, text, extensions)
        except GraphQLError as error:
            result = Result(None, [error], False, {})
        return self._response(request, operation, result, media_type)

    async def _text(self, parameters: Parameters, actor: Actor, *, registering: bool) -> tuple[str, dict[str, object]]:
        """The document's text, sent or registered, and what to say of its registration.

        A document that comes with its hash is registered when it is valid. A client that has registered as many as it may
        is served all the same, and told so.

        :raises GraphQLError: nothing is registered under the hash.
        :raises Problem: the hash is another document's.
        """
        if parameters.query is None:
            assert parameters.sha256 is not None
            text = await self._persisted.get(parameters.sha256)
            if text is None:
                # The words and the code that Apollo's clients look for before they send the text.
                raise GraphQLError(
                    "PersistedQueryNotFound", extensions={"code": ErrorCode.PERSISTED_QUERY_NOT_FOUND.value}
                )
            return text, {}
        if parameters.sha256 is None:
            return parameters.query, {}
        try:
            found = document_hash(parameters.query)
        except UnicodeEncodeError as error:
            raise Problem(400, "query holds a lone surrogate, which no UTF-8 text can.") from error
        if found != parameters.sha256:
            raise Problem(
                400,
                f"The SHA-256 of query is {found}, not the one that was sent.",
                reason="PERSISTED_DOCUMENT_MISMATCH",
            )
        if registering and not self.schema.documents.prepare(parameters.query).errors:
            stored = await self._persisted.put(found, parameters.query, actor.client_id)
            if not stored:
                return parameters.query, {"persistedDocument": {"stored": False, "reason": "PERSISTED_DOCUMENT_LIMIT"}}
        return parameters.query, {}

    async def _run(
        self,
        request: Request,
        actor: Actor,
        operation: Operation,
        parameters: Parameters,
        text: str,
        extensions: dict[str, object],
    ) -> Result:
        """Choose, measure, charge and execute the operation.

        :raises GraphQLError: no operation can be chosen, it costs too much, or a string in the document holds U+0000.
        :raises Problem: the operation is not served with this method.
        """
        prepared = self.schema.documents.prepare(text)
        if prepared.errors:
            return Result(None, prepared.errors, False, extensions)
        assert prepared.document is not None
        refuse_nul(text, prepared.document)
        definition = prepared.operation(parameters.operation_name)
        operation.kind = _KINDS[definition.operation]
        operation.name = definition.name.value[:_LONGEST_NAME] if definition.name else None
        _check_method(request.method, definition.operation)
        cost = prepared.cost(definition, parameters.variables)
        operation.cost = cost
        allowance = await self._budget.spend(actor.client_id, cost)
        extensions |= {"cost": {"requested": cost, "limit": allowance.limit, "remaining": allowance.remaining}}
        if not allowance.granted:
            return Result(None, [_rate_limited(cost, allowance)], False, extensions, allowance)
        context = await self._context_factory(request, actor)
        executed = await self.schema.execute(
            text,
            variable_values=parameters.variables,
            context_value=context,
            operation_name=parameters.operation_name,
            operation_extensions=parameters.extensions,
        )
        errors = executed.errors or []
        ran = executed.data is not None or any(error.path is not None for error in errors)
        return Result(executed.data, errors, ran, {**(executed.extensions or {}), **extensions}, allowance)

    def _response(self, request: Request, operation: Operation, result: Result, media_type: str) -> Response:
        answered = answer_errors(result.errors, request_id_of(request.scope))
        operation.outcome = outcome_of(answered, ran=result.ran)
        body: dict[str, object] = {"data": result.data} if result.ran else {}
        if answered:
            body["errors"] = [answer.error for answer in answered]
        if result.extensions:
            body["extensions"] = result.extensions
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


def _check_method(method: str, kind: OperationType) -> None:
    if kind == OperationType.SUBSCRIPTION:
        raise Problem(400, "Subscriptions are not served over HTTP.", reason="SUBSCRIPTION_NOT_SERVED")
    if method == "GET" and kind == OperationType.MUTATION:
        raise _not_allowed("A GET may only query. Send mutations with POST.", "POST")


def _not_allowed(message: str, allowed: str) -> Problem:
    return Problem(405, message, reason="METHOD_NOT_ALLOWED", headers={"Allow": allowed})


def _rate_limited(cost: int, allowance: Allowance) -> GraphQLError:
    return GraphQLError(
        f"This operation costs {cost:,}, and {allowance.remaining:,} of {allowance.limit:,} a minute are left."
        f" Try again in {allowance.retry_after} seconds.",
        extensions={"code": ErrorCode.RATE_LIMITED.value, "retryAfter": allowance.retry_after},
    )
