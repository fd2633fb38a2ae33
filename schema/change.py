"""What mutations share: an answer that holds refusals as data, and inputs of which only what is given counts."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Collection
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import strawberry
from strawberry.utils.str_converters import to_camel_case

from models.change import Change
from models.errors import BadInput, Forbidden, OperationalError, StorypoolError
from schema.context import Context
from schema.error import UserError

if TYPE_CHECKING:
    from schema.query import Query

T = TypeVar("T")

LEFT_OUT: Any = strawberry.UNSET
"""The default of an input field that changes nothing where it is left out."""


@strawberry.type
class Payload:
    """What every mutation answers beside the thing that it changed."""

    user_errors: list[UserError] = strawberry.field(description="Why it was refused; empty where it was not.")

    @strawberry.field(description="To read on in the same request.")
    def query(self) -> Annotated["Query", strawberry.lazy("schema.query")] | None:  # noqa: UP037 - a lazy type is named by a string
        from schema.query import Query

        return Query()


async def attempt(work: Awaitable[T]) -> tuple[T | None, list[UserError]]:
    """What the work gives; None with the reason where it is refused.

    :raises Forbidden: a missing right is a GraphQL error, as anywhere else.
    """
    try:
        return await work, []
    except (Forbidden, OperationalError):
        raise
    except StorypoolError as error:
        return None, [UserError.of(error)]


def given_fields(input: object, *, nullable: Collection[str] = (), without: Collection[str] = ()) -> dict[str, Any]:
    """The fields of an input that were given.

    :param nullable: those for which null is a value.
    :param without: those that say what is to be changed.
    :raises BadInput: another field is null.
    """
    found = {}
    for field in dataclasses.fields(input):  # type: ignore[arg-type]  # Strawberry's inputs are dataclasses
        value = getattr(input, field.name)
        if value is strawberry.UNSET or field.name in without:
            continue
        if value is None and field.name not in nullable:
            name = to_camel_case(field.name)
            raise BadInput(f"{name} cannot be null; leave it out to keep it as it is", field=[name])
        found[field.name] = value
    return found


def change_by(context: Context) -> Change:
    """A change by whoever asks, now."""
    return Change(by=context.actor.client_id, at=context.services.clock())
