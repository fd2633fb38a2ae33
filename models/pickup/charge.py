"""What pickups cost: charged to the agreements' quotas, once for the same uses of a variant, and given back once."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.agreement import Agreement, QuotaUse
from models.agreement.quota import period_of
from models.base import POSTGRESQL, JsonObject
from models.pickup.table import Pickup

UseItems = frozenset[tuple[str, str | int | None]]
"""A use as a pickup keeps it (`models.pickup.record.use_record`), so that it can be looked up."""


async def charge(session: AsyncSession, pickup: Pickup, agreement_ids: Iterable[uuid.UUID], form: str) -> None:
    """Charges a new pickup to agreements, and notes on it what was charged."""
    wanted = sorted(set(agreement_ids))
    rows = (await session.exec(select(Agreement).where(col(Agreement.id).in_(wanted)))).all() if wanted else []
    pickup.charges = [
        {"agreement": str(row.id), "period": period_of(pickup.created_at, row.zone), "form": form} for row in rows
    ]
    insert = postgresql.insert if session.get_bind().dialect.name == POSTGRESQL else sqlite.insert
    for entry in pickup.charges:
        values = {"agreement_id": uuid.UUID(entry["agreement"]), "period": entry["period"], "form": entry["form"]}
        statement = insert(QuotaUse).values(**values, used=1)
        statement = statement.on_conflict_do_update(
            index_elements=["agreement_id", "period", "form"], set_={"used": col(QuotaUse.used) + 1}
        )
        await session.execute(statement)


async def give_back(session: AsyncSession, pickup: Pickup) -> None:
    """Takes the charges off a pickup that is released, but for what others still hold of its uses of the variant.

    The first of those takes the charge over. A further one that holds something else of it, and was free only because of this pickup,
    is charged now: otherwise uses could be had for nothing by taking them together, then apart, and giving back the first.
    """
    statement = select(Pickup).where(
        Pickup.partner_id == pickup.partner_id,
        Pickup.variant_id == pickup.variant_id,
        Pickup.id != pickup.id,
        col(Pickup.released_at).is_(None),
    )
    others = (await session.exec(statement.order_by(col(Pickup.id)))).all()
    charges: list[JsonObject] = pickup.charges
    pickup.charges = []
    for entry in charges:
        heirs = _heirs(_uses_charged(pickup, entry), others, entry["agreement"])
        for heir in heirs:
            heir.charges = [*heir.charges, entry]
            session.add(heir)
        await session.execute(
            sa.update(QuotaUse)
            .where(
                col(QuotaUse.agreement_id) == uuid.UUID(entry["agreement"]),
                col(QuotaUse.period) == entry["period"],
                col(QuotaUse.form) == entry["form"],
            )
            .values(used=col(QuotaUse.used) + len(heirs) - 1)
        )


def _heirs(uses: set[UseItems], others: Sequence[Pickup], agreement: str) -> list[Pickup]:
    """Those of the other pickups that hold some of the uses which no charge to the agreement stands for any more."""
    left = set(uses)
    for other in others:
        if any(entry["agreement"] == agreement for entry in other.charges):
            left -= _uses(other)
    heirs = []
    for other in others:
        if not left.isdisjoint(_uses(other)):
            heirs.append(other)
            left -= _uses(other)
    return heirs


def _uses_charged(pickup: Pickup, entry: JsonObject) -> set[UseItems]:
    """The uses that a charge of a pickup stands for: those that the agreement permitted, or all where it took the charge over."""
    decided = zip(pickup.uses, pickup.decision["uses"], strict=True)
    permitted = {frozenset(use.items()) for use, decision in decided if decision["agreement"] == entry["agreement"]}
    return permitted or _uses(pickup)


def _uses(pickup: Pickup) -> set[UseItems]:
    return {frozenset(use.items()) for use in pickup.uses}
