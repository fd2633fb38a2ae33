"""The body of a call: what a hook's document says of a change, as its partner sees it at that moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from graphql import GraphQLError

from models.base import JsonObject
from models.document import timestamp
from models.errors import OperationalError, StorypoolError
from models.event import Event
from schema.context import Context
from schema.hook.document import PLAIN_DOCUMENT, VARIABLE
from schema.identifier import global_id

AnswerErrors = Callable[[Sequence[GraphQLError]], list[JsonObject]]
"""Puts errors into the client's form."""


class Executed(Protocol):
    """What executing a document gives."""

    data: JsonObject | None
    errors: list[GraphQLError] | None


class Executes(Protocol):
    """A schema, as far as it is asked for here."""

    async def execute(self, query: str, *, variable_values: JsonObject, context_value: object) -> Executed:
        """Runs a query."""


async def body_of(
    schema: Executes, context: Context, document: str | None, event: Event, answer_errors: AnswerErrors
) -> JsonObject | None:
    """The body for a change; None where the plain body would say nothing of it, since it is not there any more.

    :param document: the hook's own; None stands for the plain body.
    :raises GraphQLError: it could not be made, by no fault of the partner's: it may be at another time.
    """
    result = await schema.execute(
        document or PLAIN_DOCUMENT,
        variable_values={VARIABLE: global_id("Change", event.position)},
        context_value=context,
    )
    for error in result.errors or ():
        if not isinstance(error.original_error, StorypoolError | None) or isinstance(
            error.original_error, OperationalError
        ):
            raise error
    if document is None:
        if result.data is None or result.data["node"] is None:
            return None
        return {"type": event.kind.value, "timestamp": timestamp(event.at), "data": result.data["node"]}
    body: JsonObject = {"data": result.data}
    if result.errors:
        body["errors"] = answer_errors(result.errors)
    return body
