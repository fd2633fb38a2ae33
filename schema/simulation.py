"""The simulator: what terms that are not yet saved would change, for editors."""

from __future__ import annotations

from datetime import datetime

import strawberry

from models.base import DEFAULT_ZONE
from models.partner.reading import PartnerRecord, read_partners
from models.policy import DeliveryChannel, RightsAction
from models.simulation import (
    ChannelChange,
    PartnerChange,
    TermsTarget,
    partners_to_simulate,
    simulate,
    simulation_of,
)
from models.territory import Territory
from models.zone import parse_zone
from schema.context import Context
from schema.identifier import uuid_of
from schema.partner import Partner
from schema.policy import PolicyInput
from schema.usage import Duty


@strawberry.type(
    name="SimulatedChannelResult",
    description="Where a partner may use the variant on a channel, now and under the terms in question.",
)
class SimulatedChannel:
    channel: DeliveryChannel = strawberry.field(description="The channel.")
    present: list[Territory] = strawberry.field(
        description="Where it may now, in as few territories as there are names for."
    )
    proposed: list[Territory] = strawberry.field(description="Where it could under the terms in question.")
    gained: list[Territory] = strawberry.field(description="Where it could only under the terms in question.")
    lost: list[Territory] = strawberry.field(description="Where it could no longer.")

    @classmethod
    def of(cls, change: ChannelChange) -> SimulatedChannel:
        return cls(
            channel=change.channel,
            present=list(change.present),
            proposed=list(change.proposed),
            gained=list(change.gained),
            lost=list(change.lost),
        )


@strawberry.type(name="SimulatedPartnerResult", description="What the terms in question mean for a partner.")
class SimulatedPartner:
    partner: Partner = strawberry.field(description="The partner.")
    changes: bool = strawberry.field(description="Whether anything would be different for it.")
    channels: list[SimulatedChannel] = strawberry.field(description="The channels of its agreements.")
    present_duties: list[Duty] = strawberry.field(description="What it takes upon itself now.")
    proposed_duties: list[Duty] = strawberry.field(description="What it would take upon itself.")


@strawberry.input(description="Terms that are not yet saved, and what they would be set on.")
class SimulateTermsInput:
    variant_id: strawberry.ID = strawberry.field(description="The variant, as it lies on the desk.")
    policy: PolicyInput = strawberry.field(description="The rules in question.")
    target: TermsTarget = strawberry.field(default=TermsTarget.STORY, description="What they would be set on.")
    zone: str = strawberry.field(default=DEFAULT_ZONE, description="In which a date alone is a whole day (IANA).")
    action: RightsAction = strawberry.field(default=RightsAction.DISTRIBUTE, description="What would be done.")
    partner_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Only these partners; otherwise every one that is active, up to 200."
    )


async def simulate_terms(context: Context, given: SimulateTermsInput) -> list[SimulatedPartner]:
    """What the terms in question mean for each partner.

    :raises BadInput: the zone is none, or there are more partners than are looked at at once.
    :raises BadPolicy: the rules are not understood.
    :raises NotFound: the variant or a partner is not there.
    """
    zone = parse_zone(given.zone, ["input", "zone"])
    policy = given.policy.policy(zone, "input", "policy")
    wanted = None if given.partner_ids is None else {uuid_of(id, "Partner") for id in given.partner_ids}
    viewer = await context.viewer()
    async with context.database.read() as session:
        simulation = await simulation_of(session, uuid_of(given.variant_id, "Variant"), policy, given.target)
        found = [
            await simulate(session, simulation, partner, given.action, context.book.policies, viewer.now)
            for partner in await partners_to_simulate(session, wanted)
        ]
        records = await read_partners(session, [change.partner for change in found])
    return [_partner(change, record, viewer.now) for change, record in zip(found, records, strict=True)]


def _partner(change: PartnerChange, record: PartnerRecord, now: datetime) -> SimulatedPartner:
    return SimulatedPartner(
        partner=Partner.of(record),
        changes=change.changes,
        channels=[SimulatedChannel.of(channel) for channel in change.channels],
        present_duties=[Duty.of(duty, now) for duty in change.present_duties],
        proposed_duties=[Duty.of(duty, now) for duty in change.proposed_duties],
    )
