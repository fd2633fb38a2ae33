"""Saying again what a pickup says: the same pickup, with another plan, or for another purpose in the same place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from models import event
from models.account import PickupUse
from models.event import EventKind
from models.pickup.accept import accept, omitted_assets
from models.pickup.publication import due_of, wait_anew
from models.pickup.record import decision_record, pickup_event, use_record
from models.pickup.table import Pickup
from models.pool.case import VariantCase
from models.pool.openings import refresh_openings
from models.usage import Use
from models.viewer import Viewer


@dataclass(frozen=True)
class Plan:
    """What may change of a pickup without being decided: where and when it is to run, and the partner's note."""

    outlet_ids: list[str]
    planned_at: datetime | None
    note: str | None


async def say_again(
    session: AsyncSession, pickup: Pickup, case: VariantCase, uses: Sequence[Use], plan: Plan, viewer: Viewer
) -> Pickup:
    """Brings a pickup up to what is said of it now; nothing is written where that is what was said before.

    :raises UsageDenied: another purpose, event or share of the text is not permitted; the pickup stays as it was.
    """
    said = [use_record(use) for use in uses]
    anew = _each(said) != _each(pickup.uses)
    due = due_of(pickup)
    if anew:
        accepted = accept(case, uses, viewer, plan.planned_at)
        omitted = omitted_assets(case, uses, viewer)
        pickup.uses, pickup.decision = said, decision_record(accepted.decisions, omitted=omitted, at=viewer.now)
        await session.execute(sa.delete(PickupUse).where(col(PickupUse.pickup_id) == pickup.id))
        session.add_all(held_uses(pickup, uses))
    if anew or (pickup.outlet_ids, pickup.planned_at, pickup.note) != (plan.outlet_ids, plan.planned_at, plan.note):
        pickup.outlet_ids, pickup.planned_at, pickup.note = plan.outlet_ids, plan.planned_at, plan.note
        pickup.updated_at = viewer.now
        session.add(pickup)
        await session.flush()
        if due_of(pickup) != due:
            await wait_anew(session, pickup)
        event.append(session, pickup_event(EventKind.PICKUP_UPDATED, pickup, viewer.now))
    if anew:
        await refresh_openings(session, pickup.story_id, [pickup.partner_id])
    return pickup


def held_uses(pickup: Pickup, uses: Sequence[Use]) -> list[PickupUse]:
    """The rows of the uses that a pickup holds."""
    return [
        PickupUse(
            pickup_id=pickup.id,
            ordinal=ordinal,
            partner_id=pickup.partner_id,
            story_id=pickup.story_id,
            variant_id=pickup.variant_id,
            action=use.action.value,
            territory=use.territory,
            channel=use.channel.value,
            language=use.language or "",
            purpose=use.purpose,
            event=use.event,
            percentage=use.percentage,
        )
        for ordinal, use in enumerate(uses)
    ]


def _each(records: Sequence[dict[str, object]]) -> list[list[tuple[str, object]]]:
    """Uses as they are kept, in an order of their own; what was not asked in earlier days was not said."""
    return sorted(sorted((name, value) for name, value in record.items() if value is not None) for record in records)
