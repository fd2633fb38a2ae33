"""Operations: from the parameters of a request to an answer's body, whichever way the request came."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from graphql import FragmentDefinitionNode, GraphQLError, OperationDefinitionNode, OperationType
from starlette.requests import HTTPConnection

from models.actor import Actor
from schema.documents import LimitedSchema
from server.graphql.errors import answer_errors, outcome_of
from server.graphql.negotiation import EVENT_STREAM
from server.graphql.parameters import Parameters
from server.graphql.text import refuse_nul
from server.limits import Allowance, CostBudget
from server.operation import Operation, Outcome
from server.persisted import PersistedDocuments, document_hash
from server.problem import ErrorCode, Problem

_LONGEST_NAME = 100
_KINDS = {
    OperationType.QUERY: "query",
    OperationType.MUTATION: "mutation",
    OperationType.SUBSCRIPTION: "subscription",
}

ContextFactory = Callable[[HTTPConnection, Actor], Awaitable[object]]
"""Makes what resolvers find under `info.context`, once for every operation."""


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


class Started(NamedTuple):
    """An operation that was read, measured and charged, with all that it takes to run it.

    :ivar extensions: of the answer as a whole.
    """

    text: str
    parameters: Parameters
    definition: OperationDefinitionNode
    fragments: dict[str, FragmentDefinitionNode]
    context: object
    extensions: dict[str, object]
    cost: int
    allowance: Allowance

    @property
    def refusals(self) -> list[GraphQLError]:
        """Why it does not run; empty where it was paid for."""
        return [] if self.allowance.granted else [_rate_limited(self.cost, self.allowance)]


class Refused(Exception):
    """A document that will not run.

    :param extensions: of the answer as a whole.
    """

    def __init__(self, errors: Sequence[GraphQLError], extensions: dict[str, object]) -> None:
        super().__init__("the document is not valid")
        self.errors = errors
        self.extensions = extensions


class Operations:
    """Runs the operations of one schema.

    :param schema: its documents are limited, validated and cached by itself.
    :param context_factory: see `ContextFactory`.
    :param budget: what clients may spend a minute.
    :param persisted: documents named by their hash.
    """

    def __init__(
        self,
        schema: LimitedSchema,
        context_factory: ContextFactory,
        budget: CostBudget,
        persisted: PersistedDocuments,
    ) -> None:
        self.schema = schema
        self._context_factory = context_factory
        self.budget = budget
        self._persisted = persisted

    async def start(
        self,
        connection: HTTPConnection,
        actor: Actor,
        operation: Operation,
        parameters: Parameters,
        *,
        streamed: bool = False,
    ) -> Started:
        """Choose, measure and charge an operation.

        :param operation: is filled in.
        :param streamed: whether it has a stream to go to.

        :raises Refused: the document is not valid.
        :raises GraphQLError: no operation can be chosen, it costs too much, or a string in the document holds U+0000.
        :raises Problem: the operation is not served with this method.
        """
        method = connection.scope.get("method", "POST")
        text, extensions = await self._text(parameters, actor, registering=method == "POST")
        prepared = self.schema.documents.prepare(text)
        if prepared.errors:
            raise Refused(prepared.errors, extensions)
        assert prepared.document is not None
        refuse_nul(text, prepared.document)
        definition = prepared.operation(parameters.operation_name)
        operation.kind = _KINDS[definition.operation]
        operation.name = definition.name.value[:_LONGEST_NAME] if definition.name else None
        if method == "GET" and definition.operation is OperationType.MUTATION:
            raise not_allowed("A GET may only query. Send mutations with POST.", "POST")
        if definition.operation is OperationType.SUBSCRIPTION and not streamed:
            raise Problem(
                400,
                f"Subscriptions are served as {EVENT_STREAM}, or over a WebSocket. Accept {EVENT_STREAM}.",
                reason="SUBSCRIPTION_NOT_SERVED",
            )
        cost = prepared.cost(definition, parameters.variables)
        operation.cost = cost
        allowance = await self.budget.spend(actor.client_id, cost)
        extensions |= {"cost": {"requested": cost, "limit": allowance.limit, "remaining": allowance.remaining}}
        context = await self._context_factory(connection, actor)
        fragments = {
            node.name.value: node for node in prepared.document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        return Started(text, parameters, definition, fragments, context, extensions, cost, allowance)

    async def execute(self, started: Started) -> Result:
        """Run an operation that is no subscription, if it was paid for."""
        if started.refusals:
            return Result(None, started.refusals, False, started.extensions, started.allowance)
        executed = await self.schema.execute(
            started.text,
            variable_values=started.parameters.variables,
            context_value=started.context,
            operation_name=started.parameters.operation_name,
            operation_extensions=started.parameters.extensions,
        )
        errors = executed.errors or []
        ran = executed.data is not None or any(error.path is not None for error in errors)
        return Result(
            executed.data, errors, ran, {**(executed.extensions or {}), **started.extensions}, started.allowance
        )

    def answer(self, result: Result, request_id: str) -> tuple[dict[str, object], Outcome]:
        """The answer's body, and how the operation ended."""
        answered = answer_errors(result.errors, request_id)
        body: dict[str, object] = {"data": result.data} if result.ran else {}
        if answered:
            body["errors"] = [answer.error for answer in answered]
        if result.extensions:
            body["extensions"] = result.extensions
        return body, outcome_of(answered, ran=result.ran)

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


def not_allowed(message: str, allowed: str) -> Problem:
    """The refusal of a method."""
    return Problem(405, message, reason="METHOD_NOT_ALLOWED", headers={"Allow": allowed})


def _rate_limited(cost: int, allowance: Allowance) -> GraphQLError:
    return GraphQLError(
        f"This operation costs {cost:,}, and {allowance.remaining:,} of {allowance.limit:,} a minute are left."
        f" Try again in {allowance.retry_after} seconds.",
        extensions={"code": ErrorCode.RATE_LIMITED.value, "retryAfter": allowance.retry_after},
    )
