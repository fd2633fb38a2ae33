"""How the centre came to know of copies, and how it tells of them."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import event as log
from models.base import JsonObject, new_id
from models.event import Event, EventAudience, EventKind
from models.key import add_with_key
from models.reprint.table import Reprint, ReprintSource, ReprintWay


@dataclass(frozen=True)
class Teller:
    """Who says so, by which way, and when.

    :param partner_id: of a partner; None for the centre and for what came by itself.
    """

    way: ReprintWay
    by: str
    at: datetime
    partner_id: uuid.UUID | None = None

    def source_key(self) -> str:
        """What is the same for the same way and teller."""
        reporter = str(self.partner_id or "centre") if self.way in (ReprintWay.PARTNER, ReprintWay.EDITOR) else self.by
        return hashlib.sha256(f"{self.way}:{reporter}".encode()).hexdigest()


async def add_source(session: AsyncSession, reprint: Reprint, said: JsonObject, teller: Teller) -> bool:
    """Adds a way in which the centre came to know of a copy; whether that says anything new."""
    source = ReprintSource(
        id=new_id(),
        reprint_id=reprint.id,
        source_key=teller.source_key(),
        way=teller.way,
        partner_id=teller.partner_id,
        by=teller.by,
        said=said,
        first_at=teller.at,
        last_at=teller.at,
    )
    kept, is_new = await add_with_key(session, source, "reprint_id", "source_key")
    if is_new:
        return True
    again = kept.said != said
    if again:
        kept.said, kept.last_at = said, teller.at
        session.add(kept)
    return again


async def sources_of(session: AsyncSession, ids: list[uuid.UUID]) -> dict[uuid.UUID, list[ReprintSource]]:
    """The sources of copies, the first to say so first."""
    found: dict[uuid.UUID, list[ReprintSource]] = {reprint_id: [] for reprint_id in ids}
    statement = select(ReprintSource).where(col(ReprintSource.reprint_id).in_(ids)).order_by(col(ReprintSource.id))
    for source in (await session.exec(statement)).all():
        found[source.reprint_id].append(source)
    return found


def announce(session: AsyncSession, reprint: Reprint, now: datetime) -> None:
    """Tells of a copy in the change log: the partner that it descends from, and staff."""
    to_partner = reprint.origin_partner_id is not None
    log.append(
        session,
        Event(
            kind=EventKind.REPRINT_CHANGED,
            at=now,
            audience=EventAudience.PARTNER if to_partner else EventAudience.STAFF,
            partner_id=reprint.origin_partner_id,
            story_id=reprint.story_id,
            variant_id=reprint.variant_id,
            subject_id=str(reprint.id),
        ),
    )
