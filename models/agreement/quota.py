"""Quotas: how many pickups an agreement allows, in a calendar month of its own zone or in all, and how many were charged to it."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.agreement.table import QuotaUse
from models.base import JsonObject
from models.errors import BadInput, QuotaBelowUse
from models.variant import Form

LARGEST_LIMIT = 1_000_000
MOST_QUOTAS = 20


class QuotaPeriod(StrEnum):
    """Over which time a quota counts."""

    MONTH = "MONTH"
    """A calendar month on the wall clock of the agreement's zone."""
    TOTAL = "TOTAL"
    """The whole life of the agreement."""


@dataclass(frozen=True)
class Quota:
    """At most `limit` pickups in a period, of one form or, where it is None, of all forms together."""

    period: QuotaPeriod
    limit: int
    form: Form | None = None

    def record(self) -> JsonObject:
        """The quota as tables keep it."""
        return {"period": self.period.value, "limit": self.limit, "form": self.form.value if self.form else None}

    @classmethod
    def of(cls, record: JsonObject) -> Quota:
        """The quota out of what `record` gave."""
        return cls(QuotaPeriod(record["period"]), record["limit"], Form(record["form"]) if record["form"] else None)

    def __str__(self) -> str:
        per = "a month" if self.period is QuotaPeriod.MONTH else "in all"
        return f"{self.limit} pickups {per}" + (f" of {self.form.value}" if self.form else "")


@dataclass(frozen=True)
class QuotaState:
    """A quota with what was charged to it.

    :param resets_at: when it starts anew; None where it never does.
    """

    quota: Quota
    used: int
    resets_at: datetime | None

    @property
    def left(self) -> int:
        """How many pickups are left now."""
        return max(0, self.quota.limit - self.used)


def period_of(now: datetime, zone: str) -> str:
    """The month that holds `now` in `zone` (an IANA name), as `YYYY-MM`: the key of what is counted in it."""
    return f"{now.astimezone(ZoneInfo(zone)):%Y-%m}"


def period_end(now: datetime, zone: str) -> datetime:
    """The first moment, in UTC, of the month after the one that holds `now` in `zone`: when a monthly quota starts anew.

    It is midnight on the wall there. Where clocks are put forward over that midnight it is the moment at which they are, and where
    midnight comes twice it is the first of them.
    """
    place = ZoneInfo(zone)
    local = now.astimezone(place)
    years, month = divmod(local.month, 12)
    return datetime(local.year + years, month + 1, 1, tzinfo=place).astimezone(UTC)


def parse_quotas(quotas: Sequence[Quota]) -> tuple[Quota, ...]:
    """Quotas, as they were given.

    :raises BadInput: a limit out of range; two quotas for the same period and form; too many.
    """
    if len(quotas) > MOST_QUOTAS:
        raise BadInput(f"quotas holds {len(quotas)}; at most {MOST_QUOTAS} are possible", field=["quotas"])
    seen: set[tuple[QuotaPeriod, Form | None]] = set()
    for place, quota in enumerate(quotas):
        if not 0 <= quota.limit <= LARGEST_LIMIT:
            raise BadInput(
                f"the limit {quota.limit} must lie between 0 and {LARGEST_LIMIT}",
                field=["quotas", str(place), "limit"],
            )
        if (quota.period, quota.form) in seen:
            of = quota.form.value if quota.form else "all forms"
            raise BadInput(f"there is a second {quota.period} quota for {of}; give one", field=["quotas", str(place)])
        seen.add((quota.period, quota.form))
    return tuple(quotas)


async def uses_of(session: AsyncSession, agreements: Collection[uuid.UUID]) -> dict[uuid.UUID, list[QuotaUse]]:
    """What was charged to each of these agreements."""
    found: dict[uuid.UUID, list[QuotaUse]] = {agreement: [] for agreement in agreements}
    for use in (await session.exec(select(QuotaUse).where(col(QuotaUse.agreement_id).in_(agreements)))).all():
        found[use.agreement_id].append(use)
    return found


def quota_state(quota: Quota, uses: Sequence[QuotaUse], zone: str, now: datetime) -> QuotaState:
    """Where a quota stands.

    :param uses: all that was charged to its agreement.
    :param zone: the agreement's.
    """
    monthly = quota.period is QuotaPeriod.MONTH
    present = period_of(now, zone)
    used = sum(
        use.used
        for use in uses
        if (not monthly or use.period == present) and (quota.form is None or use.form == quota.form.value)
    )
    return QuotaState(quota, used, period_end(now, zone) if monthly else None)


def refuse_below_use(states: Sequence[QuotaState]) -> None:
    """Refuses quotas that are smaller than what they have to hold already.

    :raises QuotaBelowUse: naming the limit and what was charged.
    """
    for place, state in enumerate(states):
        if state.quota.limit < state.used:
            raise QuotaBelowUse(
                f"the quota of {state.quota} lies below the {state.used} that were charged to it already; allow at least those",
                field=["quotas", str(place), "limit"],
            )
