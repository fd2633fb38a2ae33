"""The root of mutations. Each takes one input and answers one payload; refusals are data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import strawberry
from strawberry.types import Info

from models.errors import Forbidden, StorypoolError
from models.scope import Scope
from schema.access import RequiresScope
from schema.agreement import (
    AgreementPayload,
    create_agreement,
    end_agreement,
    resume_agreement,
    suspend_agreement,
    update_agreement,
)
from schema.alliance import AlliancePayload, save_alliance
from schema.context import Context
from schema.error import UserError
from schema.liaison import LiaisonPayload, save_liaison
from schema.outlet import OutletPayload, save_outlet
from schema.partner import PartnerPayload, reactivate_partner, save_partner, suspend_partner
from schema.pickup import AcknowledgePickupInput, Pickup, acknowledge_pickup
from schema.query import Query


@strawberry.type(description="What acknowledging a pickup gave.")
class AcknowledgePickupPayload:
    pickup: Pickup | None = strawberry.field(description="The pickup with its receipt; null where it was refused.")
    user_errors: list[UserError] = strawberry.field(description="Why it was refused; empty where it was not.")
    query: Query | None = strawberry.field(description="To read on in the same request.")


def partnership(resolver: Callable[..., Any], description: str) -> Any:
    """A mutation of the partnership officer."""
    return strawberry.mutation(
        resolver=resolver, description=description, extensions=[RequiresScope(Scope.PARTNER_WRITE)]
    )


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

    save_partner: PartnerPayload | None = partnership(save_partner, "Adds a partner, or says anew what it is.")
    suspend_partner: PartnerPayload | None = partnership(suspend_partner, "Stops supplying a partner.")
    reactivate_partner: PartnerPayload | None = partnership(reactivate_partner, "Supplies a suspended partner again.")
    save_liaison: LiaisonPayload | None = partnership(save_liaison, "Adds an officer, or says anew who it is.")
    save_outlet: OutletPayload | None = partnership(save_outlet, "Adds an outlet, or says anew what it is.")
    save_alliance: AlliancePayload | None = partnership(save_alliance, "Adds an alliance, or says anew who is in it.")
    create_agreement: AgreementPayload | None = partnership(create_agreement, "Adds an agreement, as version 1.")
    update_agreement: AgreementPayload | None = partnership(update_agreement, "Makes an agreement's next version.")
    suspend_agreement: AgreementPayload | None = partnership(suspend_agreement, "Supplies nothing under an agreement.")
    resume_agreement: AgreementPayload | None = partnership(resume_agreement, "Supplies under a suspended one again.")
    end_agreement: AgreementPayload | None = partnership(end_agreement, "Ends an agreement earlier than was agreed.")
