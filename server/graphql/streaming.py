"""Operations whose results are sent one after another: subscriptions, and, over the same connection, queries and mutations."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import NamedTuple, cast

from graphql import GraphQLError, OperationType
from starlette.requests import HTTPConnection
from strawberry.types.execution import ExecutionResult

from models.actor import Actor
from schema.context import Context
from server.graphql.errors import answer_errors
from server.graphql.operations import Operations, Refused, Started
from server.graphql.parameters import Parameters
from server.operation import Operation
from server.problem import Problem
from server.request_id import request_id_of


class Frame(NamedTuple):
    """One result on its way to the client.

    :ivar body: `data`, `errors` and `extensions`, as GraphQL has them.
    :ivar cursor: the place in the change log that a stream has come to with it.
    :ivar refused: whether the operation never ran.
    """

    body: dict[str, object]
    cursor: str | None = None
    refused: bool = False


@dataclass(frozen=True)
class StreamRequest:
    """An operation that was asked for over a connection.

    :param resume: the cursor after which a stream that was cut is to go on, whatever its variables say.
    """

    connection: HTTPConnection
    actor: Actor
    parameters: Parameters
    resume: str | None = None


async def frames(operations: Operations, asked: StreamRequest) -> AsyncGenerator[Frame, None]:
    """The results of an operation; what refuses it is one, too."""
    request_id = request_id_of(asked.connection.scope)
    try:
        started = await operations.start(asked.connection, asked.actor, Operation(), asked.parameters, streamed=True)
        if started.definition.operation is not OperationType.SUBSCRIPTION:
            body, _ = operations.answer(await operations.execute(started), request_id)
            yield Frame(body, refused="data" not in body)
            return
    except Refused as refused:
        yield Frame(_errors(refused.errors, request_id), refused=True)
        return
    except GraphQLError as error:
        yield Frame(_errors([error], request_id), refused=True)
        return
    except Problem as problem:
        yield Frame(problem.body(request_id), refused=True)
        return
    if started.refusals:
        yield Frame(_errors(started.refusals, request_id), refused=True)
        return
    context = started.context
    if isinstance(context, Context):
        context.cursor = asked.resume
    async with aclosing(_results(operations, started)) as results:
        is_first = True
        async for result in results:
            yield _frame(result, context, request_id, is_first)
            is_first = False


def _results(operations: Operations, started: Started) -> AsyncGenerator[ExecutionResult, None]:
    async def results() -> AsyncIterator[ExecutionResult]:
        stream = await operations.schema.subscribe(
            started.text,
            variable_values=started.parameters.variables,
            context_value=started.context,
            operation_name=started.parameters.operation_name,
        )
        async with aclosing(stream):
            async for result in stream:
                yield result

    return cast(AsyncGenerator[ExecutionResult, None], results())


def _frame(result: ExecutionResult, context: object, request_id: str, is_first: bool) -> Frame:
    errors = result.errors or []
    refused = is_first and result.data is None and bool(errors)
    body: dict[str, object] = {} if refused else {"data": result.data}
    if errors:
        body |= _errors(errors, request_id)
    if not isinstance(context, Context):
        return Frame(body, refused=refused)
    if context.is_lagging:
        body["extensions"] = {"lagging": True}
    return Frame(body, context.cursor, refused)


def _errors(errors: Sequence[GraphQLError], request_id: str) -> dict[str, object]:
    return {"errors": [answered.error for answered in answer_errors(errors, request_id)]}
