"""What is folded is what is there: after writes of every kind, in whatever portions they were worked in."""

from __future__ import annotations

import random
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from models.reprint.table import Reprint, ReprintState
from models.rollup import fold as folding
from models.rollup.fold import fold
from models.rollup.rebuild import differences, rebuild
from models.rollup.table import RollupCell, RollupChange, RollupState
from tests.models.rollup.writes import MOMENTS, Writes
from tests.schema.reprints import pickup
from tests.seeded import Pool

SHANGHAI = ZoneInfo("Asia/Shanghai")


async def differing(pool: Pool) -> list[str]:
    async with pool.database.read() as session:
        return await differences(session, SHANGHAI)


async def kept(pool: Pool) -> list[dict[str, object]]:
    async with pool.database.read() as session:
        return [row.model_dump() for row in (await session.exec(select(RollupCell).order_by(RollupCell.id))).all()]


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_is_written_the_cells_say_what_the_rows_say(pool: Pool, seed: int) -> None:
    numbers = random.Random(seed)
    await pickup(pool, await pool.client("china-daily"))
    for part in range(6):
        async with pool.database.write() as session:
            await Writes(session, seed * 100 + part).few(numbers.randrange(1, 25))
        if numbers.random() < 0.7:
            await fold(pool.database)
            assert await differing(pool) == []
    await fold(pool.database)
    assert await differing(pool) == []
    before = await kept(pool)
    assert len(before) > 50
    assert await rebuild(pool.database, SHANGHAI) == len(before)
    assert await kept(pool) == before


async def test_what_is_rolled_back_is_not_counted(pool: Pool) -> None:
    await fold(pool.database)
    before = await kept(pool)
    with pytest.raises(ZeroDivisionError):
        async with pool.database.write() as session:
            await Writes(session, 1).few(30)
            raise ZeroDivisionError
    await fold(pool.database)
    assert await kept(pool) == before


async def test_a_cell_that_is_wrong_is_told_of(pool: Pool) -> None:
    await fold(pool.database)
    assert await differing(pool) == []
    async with pool.database.write() as session:
        cell = (await session.exec(select(RollupCell).order_by(RollupCell.id))).first()
        assert cell is not None
        await session.execute(sa.update(RollupCell).where(col(RollupCell.id) == cell.id).values(copies=cell.copies + 1))
    assert await differing(pool) == [cell.id]
    await rebuild(pool.database, SHANGHAI)
    assert await differing(pool) == []


async def test_where_much_is_pending_the_rows_are_counted_anew(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    await fold(pool.database)
    monkeypatch.setattr(folding, "MOST_PENDING", 10)
    async with pool.database.write() as session:
        await Writes(session, 3).few(40)
    assert await fold(pool.database) > 10
    assert await differing(pool) == []
    assert await fold(pool.database) == 0


async def test_nothing_is_kept_of_rows_that_were_never_counted(pool: Pool) -> None:
    async with pool.database.write() as session:
        await session.execute(sa.update(RollupState).values(zone=None))
        await Writes(session, 4).few(20)
    await fold(pool.database)
    async with pool.database.read() as session:
        assert (await session.exec(select(RollupChange))).all() == []
    await rebuild(pool.database, SHANGHAI)
    assert await differing(pool) == []


async def test_what_was_written_and_is_as_it_was_still_counts_beside_what_went_away(pool: Pool) -> None:
    async with pool.database.write() as session:
        writes = Writes(session, 5)
        copies = [await writes.add() for _ in range(2)]
        for copy in copies:
            copy.story_id, copy.outlet_id, copy.published_at = copies[0].story_id, copies[0].outlet_id, MOMENTS[4]
            copy.language, copy.territory, copy.state = "en", "FR", ReprintState.VERIFIED
    await fold(pool.database)
    async with pool.database.write() as session:
        one, other = (sa.update(Reprint).where(col(Reprint.id) == copy.id) for copy in copies)
        await session.execute(one.values(state=ReprintState.WITHDRAWN))
        await session.execute(other.values(state=ReprintState.PARTIAL))
        await session.execute(other.values(state=ReprintState.VERIFIED))
    await fold(pool.database)
    assert await differing(pool) == []
