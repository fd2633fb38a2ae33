"""Liaisons: the officers of the centre who are attached to partners."""

from __future__ import annotations

import uuid
from typing import Annotated

import strawberry
from strawberry.types import Info

from models.audit.subject import about
from models.partner import Liaison as LiaisonRow
from models.partner.edit import LiaisonChanges, create_liaison, update_liaison
from models.partner.reading import find_liaison
from schema.change import LEFT_OUT, Payload, attempt, change_by, given_fields
from schema.context import Context
from schema.identifier import global_id, uuid_of
from schema.node import Node


@strawberry.type(description="An officer of the centre who is attached to partners.")
class Liaison(Node):
    name: str = strawberry.field(description="The officer's name.")
    email: str = strawberry.field(description="The officer's e-mail address.")

    @classmethod
    def of(cls, row: LiaisonRow) -> Liaison:
        return cls(id=global_id("Liaison", row.id), name=row.name, email=row.email)


@strawberry.input(description="An officer to add, or, with the id, what to say anew. What is left out stays as it is.")
class SaveLiaisonInput:
    id: strawberry.ID | None = strawberry.field(
        default=None, description="The officer to change; absent for a new one."
    )
    name: str | None = strawberry.field(default=LEFT_OUT, description="The officer's name. A new one needs it.")
    email: str | None = strawberry.field(
        default=LEFT_OUT, description="The officer's e-mail address, of nobody else. A new one needs it."
    )


@strawberry.type(description="What saving a liaison gave.")
class LiaisonPayload(Payload):
    liaison: Liaison | None = strawberry.field(description="The officer; null where it was refused.")


async def save_liaison(
    info: Info[Context, None],
    input: Annotated[SaveLiaisonInput, strawberry.argument(description="The officer.")],
) -> LiaisonPayload | None:
    """Adds or changes an officer in one write transaction."""
    liaison, refusals = await attempt(_saved(info.context, input))
    return LiaisonPayload(liaison=liaison, user_errors=refusals)


async def one_liaison(context: Context, liaison_id: uuid.UUID) -> Liaison:
    """An officer by id.

    :raises NotFound: none, or not attached to the actor's partner.
    """
    async with context.database.read() as session:
        return Liaison.of(await find_liaison(session, liaison_id, context.actor))


async def _saved(context: Context, given: SaveLiaisonInput) -> Liaison:
    changes: LiaisonChanges = given_fields(given, without=("id",))  # type: ignore[assignment]  # the input has the same fields
    liaison_id = uuid_of(given.id, "Liaison") if given.id is not None else None
    async with context.write("saveLiaison", given) as session:
        if liaison_id is None:
            row = await create_liaison(session, changes, change_by(context))
            about(session, global_id("Liaison", row.id))
            return Liaison.of(row)
        return Liaison.of(await update_liaison(session, liaison_id, changes, change_by(context)))
