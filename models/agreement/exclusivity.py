"""Exclusivities: what one partner alone may use for a time, and where the promises of two agreements meet."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.agreement.table import Agreement, Exclusivity
from models.base import POSTGRESQL, JsonObject
from models.errors import ExclusivityConflict
from models.event import Counter
from models.language import LanguageRange, language_covers
from models.policy.value import moment_text
from models.territory import Territory, touches

MOST_EXCLUSIVITIES = 50
_QUEUE = "exclusivity"


@dataclass(frozen=True)
class Exclusive:
    """Territories, channels, or both, to one partner alone in `[starts_at, ends_at)`; None means all."""

    territories: tuple[str, ...] | None
    channels: tuple[str, ...] | None
    starts_at: datetime
    ends_at: datetime

    @classmethod
    def of(cls, row: Exclusivity) -> Exclusive:
        """The exclusivity in a row."""
        territories = None if row.territories is None else tuple(row.territories)
        channels = None if row.channels is None else tuple(row.channels)
        return cls(territories, channels, row.starts_at, row.ends_at)

    def __str__(self) -> str:
        where = "everywhere" if self.territories is None else " ".join(self.territories)
        through = "every channel" if self.channels is None else " ".join(self.channels)
        return f"{where} on {through} from {moment_text(self.starts_at)} until {moment_text(self.ends_at)}"


@dataclass(frozen=True)
class Coverage:
    """What an agreement covers; None means all."""

    languages: tuple[str, ...] | None = None
    forms: tuple[str, ...] | None = None
    series: tuple[str, ...] | None = None
    topics: tuple[str, ...] | None = None

    def meets(self, other: Coverage) -> bool:
        """Whether there can be a variant that both cover."""
        return (
            (
                self.languages is None
                or other.languages is None
                or any(_ranges_meet(one, two) for one in self.languages for two in other.languages)
            )
            and _share(self.forms, other.forms)
            and _share(self.series, other.series)
            and _share(self.topics, other.topics)
        )

    def record(self) -> JsonObject:
        """The coverage as the change log keeps it."""
        return {"languages": self.languages, "forms": self.forms, "series": self.series, "topics": self.topics}


def conflicts(one: Exclusive, other: Exclusive) -> bool:
    """Whether there is a place, a channel and a moment in both."""
    if one.starts_at >= other.ends_at or other.starts_at >= one.ends_at or not _share(one.channels, other.channels):
        return False
    if one.territories is None or other.territories is None:
        return True
    return any(touches(Territory(here), Territory(there)) for here in one.territories for there in other.territories)


async def refuse_conflicts(
    session: AsyncSession, partner_id: uuid.UUID, coverage: Coverage, wanted: Sequence[Exclusive]
) -> None:
    """Refuses to promise what another partner has to itself.

    Exclusivities are saved one transaction after the other: until the commit no other gets past this point.

    :raises ExclusivityConflict: naming the other agreement.
    """
    if not wanted:
        return
    await _queue_up(session)
    statement = (
        select(Exclusivity, Agreement)
        .join(Agreement, col(Agreement.id) == col(Exclusivity.agreement_id))
        .where(
            Agreement.partner_id != partner_id,
            Exclusivity.starts_at < max(item.ends_at for item in wanted),
            Exclusivity.ends_at > min(item.starts_at for item in wanted),
        )
        .order_by(col(Agreement.key), col(Exclusivity.starts_at))
    )
    for row, agreement in (await session.exec(statement)).all():
        held = Exclusive.of(row)
        if not coverage.meets(coverage_of(agreement)):
            continue
        for place, item in enumerate(wanted):
            if conflicts(item, held):
                raise ExclusivityConflict(
                    f"the agreement {agreement.key!r} has {held} to itself, which meets this one; change the place, the channel,"
                    " the time or what the agreement covers",
                    field=["exclusivities", str(place)],
                )


def coverage_of(agreement: Agreement) -> Coverage:
    """What an agreement covers."""
    listed = (agreement.languages, agreement.forms, agreement.series, agreement.topics)
    return Coverage(*(None if values is None else tuple(values) for values in listed))


async def _queue_up(session: AsyncSession) -> None:
    """Two that promise the same to two partners see nothing of each other; so they take turns at a row of their own."""
    insert = postgresql.insert if session.get_bind().dialect.name == POSTGRESQL else sqlite.insert
    first = insert(Counter).values(name=_QUEUE, value=1)
    await session.execute(first.on_conflict_do_update(index_elements=["name"], set_={"value": col(Counter.value) + 1}))


def _ranges_meet(one: str, other: str) -> bool:
    here, there = LanguageRange(one), LanguageRange(other)
    if "*" in (here, there):
        return True
    return language_covers(here, there) or language_covers(there, here)  # type: ignore[arg-type]  # a range of one tag


def _share(one: tuple[str, ...] | None, other: tuple[str, ...] | None) -> bool:
    return one is None or other is None or not set(one).isdisjoint(other)
