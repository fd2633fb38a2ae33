"""What mutations share: an answer that holds refusals as data, and inputs of which only what is given counts."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Awaitable, Callable, Collection
from typing import TYPE_CHECKING, Annotated, Any, Protocol, TypeVar

import strawberry
from sqlmodel.ext.asyncio.session import AsyncSession
from strawberry.utils.str_converters import to_camel_case

from models.change import Change
from models.errors import BadInput, Forbidden, OperationalError, StorypoolError
from schema.context import Context
from schema.error import UserError
from schema.identifier import uuid_of

if TYPE_CHECKING:
    from schema.query import Query

T = TypeVar("T")


class Keyed(Protocol):
    """A row with a natural key."""

    key: str


Row = TypeVar("Row", bound=Keyed)

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


class SaveByKey(Protocol):
    """An input that adds something by its key, or changes it by its id."""

    id: strawberry.ID | None
    key: str | None

    def changes(self) -> Any:
        """What is to be said anew."""


async def saved_by_key(
    context: Context,
    action: str,
    given: SaveByKey,
    kind: str,
    create: Callable[[AsyncSession, str, Any], Awaitable[Row]],
    update: Callable[[AsyncSession, uuid.UUID, Any], Awaitable[Row]],
) -> Row:
    """What was added by its key or changed by its id, in one write transaction.

    :param action: the mutation's name in GraphQL.
    :param kind: the GraphQL type of the thing.
    :raises BadInput: a new one has no key, or that of another would change.
    """
    changes, noun = given.changes(), kind.lower()
    if given.id is None and given.key is None:
        raise BadInput(f"a new {noun} needs a key", field=["key"])
    async with context.write(action, given) as session:
        if given.id is None:
            return await create(session, str(given.key), changes)
        row = await update(session, uuid_of(given.id, kind), changes)
        if given.key is not None and given.key != row.key:
            raise BadInput(f"the key of a {noun} never changes; leave it out", field=["key"])
        return row


def change_by(context: Context) -> Change:
    """A change by whoever asks, now."""
    return Change(by=context.actor.client_id, at=context.services.clock())
