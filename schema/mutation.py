"""The root of mutations. Each takes one input and answers one payload; refusals are data."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry.types import Info

from models.errors import Forbidden, StorypoolError
from models.scope import Scope
from schema.access import RequiresScope
from schema.context import Context
from schema.error import UserError
from schema.pickup import AcknowledgePickupInput, Pickup, acknowledge_pickup
from schema.query import Query


@strawberry.type(description="What acknowledging a pickup gave.")
class AcknowledgePickupPayload:
    pickup: Pickup | None = strawberry.field(description="The pickup with its receipt; null where it was refused.")
    user_errors: list[UserError] = strawberry.field(description="Why it was refused; empty where it was not.")
    query: Query | None = strawberry.field(description="To read on in the same request.")


@strawberry.type(description="What can be changed.")
class Mutation:
    @strawberry.mutation(
        description="Takes a variant version for stated uses, once: the same again gives the same pickup.",
        extensions=[RequiresScope(Scope.PICKUP_WRITE)],
    )
    async def acknowledge_pickup(
        self,
        info: Info[Context, None],
        input: Annotated[AcknowledgePickupInput, strawberry.argument(description="What is taken.")],
    ) -> AcknowledgePickupPayload | None:
        try:
            pickup = await acknowledge_pickup(info, input)
        except Forbidden:
            raise
        except StorypoolError as error:
            return AcknowledgePickupPayload(pickup=None, user_errors=[UserError.of(error)], query=Query())
        return AcknowledgePickupPayload(pickup=pickup, user_errors=[], query=Query())
