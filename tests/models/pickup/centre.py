"""A small centre of our own: partners with agreements, stories under terms, and what partners do with them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from sqlmodel import col, select

from models.actor import Actor
from models.agreement import Agreement, Exclusivity, QuotaUse
from models.base import JsonObject, new_id
from models.client import create_client
from models.database import Database
from models.duty import AcceptedDuty, DutyState
from models.partner import Partner
from models.partner.table import PartnerKind
from models.pickup import (
    Beforehand,
    Pickup,
    PickupRequest,
    acknowledge,
    fulfil,
    fulfil_beforehand,
    release,
    settle,
)
from models.policy import DeliveryChannel, DutyAction, Policy
from models.pool.case import VariantCase, variant_case
from models.pool.reading import read_story
from models.pool.rights import ENTRY, RightsBook
from models.pool.tables import PoolEntry
from models.release import release_story
from models.scope import PARTNER_SCOPES
from models.story import Story
from models.terms import PolicyCache, Terms, store_policy
from models.usage import UsageDecision, Use
from models.variant import DeskState, Form, Variant
from models.viewer import Viewer, load_viewer
from tests.models.usage.cases import EVERYTHING, NOW, TIMES

STAFF = Actor("desk", uuid.UUID(int=1), None, PARTNER_SCOPES)
_NUMBERS = count(1)


@dataclass(frozen=True)
class Offer:
    """A released story with its variants, in the order of their languages."""

    story: uuid.UUID
    variants: tuple[uuid.UUID, ...]


@dataclass
class Centre:
    """A database at migration head, at a moment that tests move."""

    database: Database
    now: datetime = NOW
    book: RightsBook = field(default_factory=lambda: RightsBook(PolicyCache()))

    async def partner(
        self,
        *,
        policy: Policy = EVERYTHING,
        quotas: Sequence[JsonObject] = (),
        exclusivities: Sequence[JsonObject] = (),
        zone: str = "UTC",
    ) -> Actor:
        """A client of a new partner with one agreement about everything."""
        key = f"partner-{next(_NUMBERS)}"
        async with self.database.write() as session:
            partner = Partner(key=key, kind=PartnerKind.OTHER, names={"en": key})
            session.add(partner)
            await session.flush()
            agreement = Agreement(
                id=new_id(),
                key=key,
                partner_id=partner.id,
                starts_at=TIMES[0],
                territories=["001"],
                channels=list(DeliveryChannel),
                policy_hash=await store_policy(session, policy),
                zone=zone,
                quotas=list(quotas),
            )
            session.add(agreement)
            await session.flush()
            session.add_all(Exclusivity(agreement_id=agreement.id, **one) for one in exclusivities)
            client, _ = await create_client(session, partner.id, key, sorted(PARTNER_SCOPES), self.now)
        return Actor(client.client_id, client.id, partner.id, PARTNER_SCOPES)

    async def story(self, policy: Policy, languages: Sequence[str] = ("en",), form: Form = Form.ARTICLE) -> Offer:
        """A released story under terms."""
        uri = f"urn:newsml:example.org:20250301:story-{next(_NUMBERS)}"
        async with self.database.write() as session:
            terms = Terms(policy_hash=await store_policy(session, policy))
            session.add(terms)
            await session.flush()
            story = Story(uri=uri, terms_id=terms.id)
            session.add(story)
            await session.flush()
            rows = [
                Variant(
                    story_id=story.id,
                    uri=f"{uri}.{language}",
                    language=language,
                    form=form,
                    headline="A headline",
                    body="<p>A body.</p>",
                    body_text="A body.",
                    desk_state=DeskState.APPROVED,
                )
                for language in sorted(languages)
            ]
            session.add_all(rows)
            await session.flush()
            await release_story(session, story.id, by="test", now=self.now)
            return Offer(story.id, tuple(row.id for row in rows))

    async def release_again(self, offer: Offer, policy: Policy | None = None, headline: str | None = None) -> None:
        """Releases a story again, under other terms or with another headline for every variant."""
        async with self.database.write() as session:
            if policy is not None:
                terms = Terms(policy_hash=await store_policy(session, policy))
                session.add(terms)
                await session.flush()
                story = await session.get_one(Story, offer.story)
                story.terms_id = terms.id
                session.add(story)
            if headline is not None:
                for row in (await session.exec(select(Variant).where(Variant.story_id == offer.story))).all():
                    row.headline = headline
                    session.add(row)
            await session.flush()
            await release_story(session, offer.story, by="test", now=self.now)

    async def viewer(self, actor: Actor) -> Viewer:
        async with self.database.read() as session:
            return await load_viewer(session, actor, self.book.policies, self.now)

    async def take(self, actor: Actor, variant: uuid.UUID, *uses: Use) -> Pickup:
        """Acknowledges a pickup of the live version."""
        viewer = await self.viewer(actor)
        async with self.database.read() as session:
            version = (await variant_case(session, variant, viewer, self.book)).part["version"]
        async with self.database.write() as session:
            return await acknowledge(session, PickupRequest(variant, version, uses), viewer, self.book)

    async def give_back(self, actor: Actor, pickup: Pickup) -> Pickup:
        async with self.database.write() as session:
            return await release(session, pickup.id, await self.viewer(actor))

    async def fulfil(self, actor: Actor, duty: AcceptedDuty) -> None:
        async with self.database.write() as session:
            await fulfil(session, duty.id, None, await self.viewer(actor))

    async def settle(self, duty: AcceptedDuty, state: DutyState) -> None:
        async with self.database.write() as session:
            await settle(session, duty.id, state, None, await self.viewer(STAFF))

    async def fulfil_beforehand(self, actor: Actor, offer: Offer, action: DutyAction, policy: Policy) -> None:
        assert actor.partner_id is not None
        wanted = Beforehand(actor.partner_id, action, variant_id=offer.variants[0])
        async with self.database.write() as session:
            await fulfil_beforehand(session, wanted, policy, offer.story, None, await self.viewer(STAFF))

    async def duties(self, actor: Actor) -> list[AcceptedDuty]:
        """What a partner owes, in the order in which it came to owe it."""
        statement = select(AcceptedDuty).where(AcceptedDuty.partner_id == actor.partner_id)
        async with self.database.read() as session:
            return list((await session.exec(statement.order_by(col(AcceptedDuty.id)))).all())

    async def case(self, actor: Actor, variant: uuid.UUID) -> VariantCase:
        viewer = await self.viewer(actor)
        async with self.database.read() as session:
            return await variant_case(session, variant, viewer, self.book)

    async def decide(self, actor: Actor, variant: uuid.UUID, use: Use) -> UsageDecision:
        return (await self.case(actor, variant)).decide(use, await self.viewer(actor), self.now)

    async def usable(self, actor: Actor, use: Use) -> set[uuid.UUID]:
        """The variants that a list of what may be used so is made of."""
        viewer = await self.viewer(actor)
        async with self.database.read() as session:
            permitted = await self.book.permits(session, viewer, use)
            statement = select(PoolEntry.variant_id).where(permitted, viewer.sees(ENTRY))
            return set((await session.exec(statement)).all())

    async def readable(self, actor: Actor, offer: Offer) -> dict[uuid.UUID, bool]:
        """Whether the body of each variant is shown."""
        viewer = await self.viewer(actor)
        async with self.database.read() as session:
            story = await read_story(session, offer.story, viewer, self.book)
        assert story is not None
        return {uuid.UUID(variant.part["id"]): variant.readable for variant in story.variants}

    async def charged(self, actor: Actor) -> dict[tuple[str, str], int]:
        """What is charged to the agreement of a partner, by month and form."""
        statement = (
            select(QuotaUse)
            .join(Agreement, col(Agreement.id) == QuotaUse.agreement_id)
            .where(Agreement.partner_id == actor.partner_id, QuotaUse.used != 0)
        )
        async with self.database.read() as session:
            return {(row.period, row.form): row.used for row in (await session.exec(statement)).all()}
