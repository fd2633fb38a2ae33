"""A report that is read from rollups says what the same report counted from the rows says."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from models.report.catalogue import ReportName, make
from models.report.measure import Scope
from models.report.period import Period
from models.rollup.calendar import period_of, span_of
from models.rollup.fold import fold
from models.rollup.table import RollupState
from tests.models.rollup.writes import Writes
from tests.schema.reprints import pickup
from tests.seeded import Pool

SHANGHAI = ZoneInfo("Asia/Shanghai")
PERIODS = {"2025": (date(2025, 1, 1), date(2026, 1, 1)), "2025-Q1": (date(2025, 1, 1), date(2025, 4, 1))}
PERIODS |= {"2025-05": (date(2025, 5, 1), date(2025, 6, 1)), "2024": (date(2024, 1, 1), date(2025, 1, 1))}


async def reports(pool: Pool) -> dict[tuple[str, ReportName], Any]:
    """Every report of each period, its rows in an order that ties cannot change."""
    found = {}
    async with pool.database.read() as session:
        for span, days in PERIODS.items():
            for name in ReportName:
                scope = Scope(Period.of(*days, SHANGHAI))
                table = await make(session, name, scope, pool.now, first=1000)
                found[span, name] = sorted(table.rows, key=str)
    return found


@pytest.mark.parametrize("seed", [11, 12])
async def test_rollups_and_rows_say_the_same(pool: Pool, seed: int) -> None:
    await pickup(pool, await pool.client("china-daily"))
    async with pool.database.write() as session:
        await Writes(session, seed).few(80)
    await fold(pool.database)
    from_rollups = await reports(pool)
    async with pool.database.write() as session:
        await session.execute(sa.update(RollupState).values(zone=None))
    from_rows = await reports(pool)
    for place, rows in from_rows.items():
        assert from_rollups[place] == rows, place
    assert len(from_rows["2025", ReportName.STORY_IMPACT]) > 2


def test_a_span_is_a_period_and_back() -> None:
    for span, days in PERIODS.items():
        assert span_of(Period.of(*days, SHANGHAI)) == span
        assert period_of(span, SHANGHAI) == Period.of(*days, SHANGHAI)
    for since, until in (("2025-01-02", "2025-02-01"), ("2025-02-01", "2025-05-01"), ("2025-07-01", "2026-07-01")):
        assert span_of(Period.of(date.fromisoformat(since), date.fromisoformat(until), SHANGHAI)) is None
