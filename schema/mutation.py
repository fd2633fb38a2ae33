"""The root of mutations. Each takes one input and answers one payload; refusals are data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import strawberry
from strawberry.types import Info

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
from schema.catalogue import CatalogueMutations
from schema.change import Payload, attempt
from schema.context import Context
from schema.desk.mutation import DeskMutations
from schema.duty import AcceptedDuty, FulfilDutyInput, SettleDutyInput, fulfil_duty, settle_duty
from schema.feed import FeedMutations
from schema.hook import HookMutations
from schema.liaison import LiaisonPayload, save_liaison
from schema.notice import NoticeMutations
from schema.odrl.agreement import import_odrl_agreement
from schema.odrl.terms import import_odrl
from schema.outlet import OutletPayload, save_outlet
from schema.partner import PartnerPayload, reactivate_partner, save_partner, suspend_partner
from schema.pickup import AcknowledgePickupInput, Pickup, ReleasePickupInput, acknowledge_pickup, release_pickup
from schema.release import ReleaseMutations
from schema.report.link import ReportLinkMutations
from schema.reprint.mutation import ReprintMutations
from schema.terms import SaveTermsPayload, SetTermsPayload, save_terms, set_terms


@strawberry.type(description="What acknowledging a pickup gave.")
class AcknowledgePickupPayload(Payload):
    pickup: Pickup | None = strawberry.field(description="The pickup with its receipt; null where it was refused.")


@strawberry.type(description="What giving a pickup back gave.")
class ReleasePickupPayload(Payload):
    pickup: Pickup | None = strawberry.field(description="The pickup; null where it was refused.")


@strawberry.type(description="What saying where a duty stands gave.")
class DutyPayload(Payload):
    duty: AcceptedDuty | None = strawberry.field(description="The duty; null where it was refused.")


def partnership(resolver: Callable[..., Any], description: str) -> Any:
    """A mutation of the partnership officer."""
    return strawberry.mutation(
        resolver=resolver, description=description, extensions=[RequiresScope(Scope.PARTNER_WRITE)]
    )


@strawberry.type(description="What can be changed.")
class Mutation(
    CatalogueMutations,
    DeskMutations,
    ReleaseMutations,
    NoticeMutations,
    HookMutations,
    FeedMutations,
    ReprintMutations,
    ReportLinkMutations,
):
    @strawberry.mutation(
        description="Takes a variant version for stated uses, once: the same again gives the same pickup.",
        extensions=[RequiresScope(Scope.PICKUP_WRITE)],
    )
    async def acknowledge_pickup(
        self,
        info: Info[Context, None],
        input: Annotated[AcknowledgePickupInput, strawberry.argument(description="What is taken.")],
    ) -> AcknowledgePickupPayload | None:
        pickup, errors = await attempt(acknowledge_pickup(info, input))
        return AcknowledgePickupPayload(pickup=pickup, user_errors=errors)

    @strawberry.mutation(
        description="Gives a pickup back unused: it counts no longer, and its quota is free again. Again changes nothing.",
        extensions=[RequiresScope(Scope.PICKUP_WRITE)],
    )
    async def release_pickup(
        self,
        info: Info[Context, None],
        input: Annotated[ReleasePickupInput, strawberry.argument(description="What is given back.")],
    ) -> ReleasePickupPayload | None:
        pickup, errors = await attempt(release_pickup(info, input))
        return ReleasePickupPayload(pickup=pickup, user_errors=errors)

    @strawberry.mutation(
        description="Says that you have done what you owe. Again changes nothing.",
        extensions=[RequiresScope(Scope.PICKUP_WRITE)],
    )
    async def fulfil_duty(
        self,
        info: Info[Context, None],
        input: Annotated[FulfilDutyInput, strawberry.argument(description="What was done.")],
    ) -> DutyPayload | None:
        duty, errors = await attempt(fulfil_duty(info, input))
        return DutyPayload(duty=duty, user_errors=errors)

    @strawberry.mutation(
        description="Says, for the centre, where a partner's duty stands: fulfilled, waived, violated, or pending again.",
        extensions=[RequiresScope(Scope.PARTNER_WRITE)],
    )
    async def settle_duty(
        self,
        info: Info[Context, None],
        input: Annotated[SettleDutyInput, strawberry.argument(description="Which duty, and where it stands.")],
    ) -> DutyPayload | None:
        duty, errors = await attempt(settle_duty(info, input))
        return DutyPayload(duty=duty, user_errors=errors)

    save_terms: SaveTermsPayload | None = strawberry.mutation(
        resolver=save_terms,
        description="Saves terms, with a key as a template. The same again gives the same terms; what says something new is new terms.",
        extensions=[RequiresScope(Scope.STORY_WRITE)],
    )
    import_terms: SaveTermsPayload | None = strawberry.mutation(
        resolver=import_odrl,
        description="Saves terms from an ODRL 2.2 policy in JSON-LD, as `saveTerms` does. What terms cannot say is refused.",
        extensions=[RequiresScope(Scope.STORY_WRITE)],
    )

    save_partner: PartnerPayload | None = partnership(save_partner, "Adds a partner, or says anew what it is.")
    suspend_partner: PartnerPayload | None = partnership(suspend_partner, "Stops supplying a partner.")
    reactivate_partner: PartnerPayload | None = partnership(reactivate_partner, "Supplies a suspended partner again.")
    save_liaison: LiaisonPayload | None = partnership(save_liaison, "Adds an officer, or says anew who it is.")
    save_outlet: OutletPayload | None = partnership(save_outlet, "Adds an outlet, or says anew what it is.")
    save_alliance: AlliancePayload | None = partnership(save_alliance, "Adds an alliance, or says anew who is in it.")
    create_agreement: AgreementPayload | None = partnership(create_agreement, "Adds an agreement, as version 1.")
    import_agreement: AgreementPayload | None = partnership(
        import_odrl_agreement,
        "Adds an agreement from an ODRL 2.2 Agreement in JSON-LD, as `createAgreement` does. What agreements cannot say is refused.",
    )
    update_agreement: AgreementPayload | None = partnership(update_agreement, "Makes an agreement's next version.")
    suspend_agreement: AgreementPayload | None = partnership(suspend_agreement, "Supplies nothing under an agreement.")
    resume_agreement: AgreementPayload | None = partnership(resume_agreement, "Supplies under a suspended one again.")
    end_agreement: AgreementPayload | None = partnership(end_agreement, "Ends an agreement earlier than was agreed.")
    set_terms: SetTermsPayload | None = strawberry.mutation(
        resolver=set_terms,
        description="Says which terms hold for a story, a variant or an asset, from the next release on.",
        extensions=[RequiresScope(Scope.STORY_WRITE)],
    )
