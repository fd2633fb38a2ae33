"""What is at the end of a short link: the story as its pickup took it, where it is public, or that it is not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.pickup.receipt import receipts_of
from models.pickup.table import Pickup
from models.pool.case import live_versions
from models.story import PubStatus, Story
from models.trace.link import Link


class LandingState(StrEnum):
    """What may be said of the story."""

    PUBLIC = "PUBLIC"
    """It may be shown."""
    CANCELED = "CANCELED"
    """It was killed."""
    WITHHELD = "WITHHELD"
    """It is not to be used until further notice."""
    NOT_PUBLIC = "NOT_PUBLIC"
    """It is not public yet, or the pickup was given back."""


@dataclass(frozen=True)
class Landing:
    """What is shown. Nothing of a story that is not public: then all but the state is None.

    :param language: of the variant, in which the other texts are.
    """

    state: LandingState
    uri: str | None = None
    language: str | None = None
    headline: str | None = None
    credit_line: str | None = None
    license_text: str | None = None


async def landing_of(session: AsyncSession, link: Link, now: datetime) -> Landing:
    """What is at the end of a link. A story is public for a pickup once the partner meant to publish it, unless it is embargoed."""
    pickup = await session.get_one(Pickup, link.pickup_id)
    live = (await live_versions(session, {pickup.release_id})).get(pickup.story_id)
    status = PubStatus.CANCELED if live is None else live.status_of(str(pickup.variant_id))
    if status is not PubStatus.USABLE:
        return Landing(LandingState(status.value))
    assert live is not None
    embargoed = live.embargoed_until is not None and live.embargoed_until > now
    planned = pickup.planned_at is not None and pickup.planned_at > now
    if embargoed or planned or pickup.released_at is not None:
        return Landing(LandingState.NOT_PUBLIC)
    receipt = (await receipts_of(session, [pickup]))[0]
    assert receipt.variant is not None
    uri = (await session.exec(select(Story.uri).where(Story.id == pickup.story_id))).one()
    part = receipt.variant.part
    return Landing(
        LandingState.PUBLIC, uri, part["language"], part["headline"], receipt.credit_line, receipt.license_text
    )
