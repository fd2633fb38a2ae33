"""What pickups cost: charged to the agreements' quotas, once for the same uses of a variant, and given back once."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.agreement import Agreement, QuotaUse
from models.agreement.quota import period_of
from models.base import POSTGRESQL, JsonObject
from models.pickup.table import Pickup


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
    """Takes the charges off a pickup that is released. Where another one holds the same uses of the variant, it takes them over."""
    same = select(Pickup).where(
        Pickup.partner_id == pickup.partner_id,
        Pickup.variant_id == pickup.variant_id,
        Pickup.uses_key == pickup.uses_key,
        Pickup.id != pickup.id,
        col(Pickup.released_at).is_(None),
    )
    heir = (await session.exec(same.order_by(col(Pickup.id)).limit(1))).first()
    charges: list[JsonObject] = pickup.charges
    pickup.charges = []
    if heir is not None:
        heir.charges = [*heir.charges, *charges]
        session.add(heir)
        return
    for entry in charges:
        await session.execute(
            sa.update(QuotaUse)
            .where(
                col(QuotaUse.agreement_id) == uuid.UUID(entry["agreement"]),
                col(QuotaUse.period) == entry["period"],
                col(QuotaUse.form) == entry["form"],
            )
            .values(used=col(QuotaUse.used) - 1)
        )
