"""What terms that are not yet saved would change: which partners could use a variant where, beside the terms of now."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.account import account_of
from models.actor import Actor
from models.errors import BadInput, NotFound
from models.freeze import Desk, read_desk
from models.language import LanguageTag
from models.partner import Partner, PartnerStatus
from models.policy import EMPTY_POLICY, DeliveryChannel, Duty, Policy, RightsAction
from models.story import more_severe
from models.terms import PolicyCache
from models.territory import WORLD, Territory
from models.usage import Standing, Subject, Use, decide
from models.usage.area import permitted_territories, without
from models.variant import Variant
from models.viewer import load_viewer

MOST_PARTNERS: Final = 200
"""Partners that are looked at at once."""


class TermsTarget(StrEnum):
    """What the terms would be set on."""

    STORY = "STORY"
    """The story: variants with terms of their own keep those, under the story's prohibitions."""
    VARIANT = "VARIANT"
    """The variant alone: its own permissions, under the story's prohibitions."""


@dataclass(frozen=True)
class ChannelChange:
    """Where a partner may use the variant on a channel, now and under the terms in question, and the difference."""

    channel: DeliveryChannel
    present: tuple[Territory, ...]
    proposed: tuple[Territory, ...]

    @property
    def gained(self) -> tuple[Territory, ...]:
        """Where it could only under the terms in question."""
        return without(self.proposed, self.present)

    @property
    def lost(self) -> tuple[Territory, ...]:
        """Where it could no longer."""
        return without(self.present, self.proposed)


@dataclass(frozen=True)
class PartnerChange:
    """What the terms in question mean for a partner."""

    partner: Partner
    channels: tuple[ChannelChange, ...]
    present_duties: tuple[Duty, ...]
    proposed_duties: tuple[Duty, ...]

    @property
    def changes(self) -> bool:
        """Whether anything would be different."""
        same = all(change.present == change.proposed for change in self.channels)
        return not same or self.present_duties != self.proposed_duties


@dataclass(frozen=True)
class Simulation:
    """The variant as it lies on the desk, and the policies that would hold for it."""

    subject: Subject
    story_id: uuid.UUID
    present: Policy
    proposed: Policy


async def simulation_of(
    session: AsyncSession, variant_id: uuid.UUID, proposed: Policy, target: TermsTarget
) -> Simulation:
    """What to compare.

    :raises NotFound: no such variant on the desk.
    """
    variant = await session.get(Variant, variant_id)
    if variant is None:
        raise NotFound(f"there is no variant {variant_id}")
    desk = await read_desk(session, variant.story_id)
    story, own = _policy(desk, desk.story.terms_id), _policy(desk, variant.terms_id)
    present = own.merged_under(story) if variant.terms_id else story
    for_story = own.merged_under(proposed) if variant.terms_id else proposed
    merged = for_story if target is TermsTarget.STORY else proposed.merged_under(story)
    subject = Subject(
        language=LanguageTag(variant.language),
        form=variant.form.value,
        pub_status=more_severe(desk.story.pub_status, variant.pub_status).value,
        embargoed_until=desk.story.embargoed_until,
        series=desk.series.key if desk.series else None,
        topic=desk.topic.key if desk.topic else None,
        variant=variant_id,
    )
    return Simulation(subject, desk.story.id, present, merged)


def _policy(desk: Desk, terms_id: uuid.UUID | None) -> Policy:
    return EMPTY_POLICY if terms_id is None else desk.policies[desk.terms[terms_id].policy_hash]


async def partners_to_simulate(session: AsyncSession, partner_ids: Collection[uuid.UUID] | None) -> list[Partner]:
    """These partners, or every one that is active, by key.

    :raises BadInput: they are more than are looked at at once; name some of them.
    :raises NotFound: one of them is not there.
    """
    statement = select(Partner).order_by(col(Partner.key)).limit(MOST_PARTNERS + 1)
    if partner_ids is None:
        statement = statement.where(Partner.status == PartnerStatus.ACTIVE)
    else:
        statement = statement.where(col(Partner.id).in_(partner_ids))
    partners = list((await session.exec(statement)).all())
    if len(partners) > MOST_PARTNERS:
        message = f"there are more than {MOST_PARTNERS} partners; name those that are meant"
        raise BadInput(message, field=["partnerIds"])
    unknown = set(partner_ids or ()) - {partner.id for partner in partners}
    if unknown:
        raise NotFound(f"there is no partner {min(map(str, unknown))}", field=["partnerIds"])
    return partners


async def simulate(
    session: AsyncSession,
    simulation: Simulation,
    partner: Partner,
    action: RightsAction,
    policies: PolicyCache,
    now: datetime,
) -> PartnerChange:
    """What the terms in question mean for a partner, on each of the channels of its agreements."""
    actor = Actor("simulation", uuid.UUID(int=0), partner.id, frozenset())
    viewer = await load_viewer(session, actor, policies, now)
    standing = viewer.standing.towards(await account_of(session, partner.id, simulation.story_id))
    # In a thread: it takes milliseconds for each channel, and other requests go on meanwhile.
    channels, present, proposed = await asyncio.to_thread(_compare, simulation, standing, action, now)
    return PartnerChange(partner, channels, present, proposed)


def _compare(
    simulation: Simulation, standing: Standing, action: RightsAction, now: datetime
) -> tuple[tuple[ChannelChange, ...], tuple[Duty, ...], tuple[Duty, ...]]:
    """What would change on each channel, and the duties now and then."""
    own = {channel for agreement in standing.agreements for channel in agreement.channels}
    channels = []
    duties: list[tuple[Duty, ...]] = [(), ()]
    for channel in sorted(own):
        use = Use(action, WORLD, channel, simulation.subject.language)
        areas = []
        for place, policy in enumerate((simulation.present, simulation.proposed)):
            area = permitted_territories((policy,), simulation.subject, use, standing, now)
            areas.append(area)
            duties[place] = _joined(duties[place], policy, simulation.subject, use, area, standing, now)
        channels.append(ChannelChange(channel, *areas))
    return tuple(channels), duties[0], duties[1]


def _joined(
    known: tuple[Duty, ...],
    policy: Policy,
    subject: Subject,
    use: Use,
    area: tuple[Territory, ...],
    standing: Standing,
    now: datetime,
) -> tuple[Duty, ...]:
    """The duties known, and those of using it in one of these territories."""
    if not area:
        return known
    taken = decide((policy,), subject, Use(use.action, area[0], use.channel, use.language), standing, now)
    return tuple(sorted({*known, *taken.duties}))
