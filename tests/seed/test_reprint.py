"""The copies that the source tells of: loaded once, as lower bounds and claims, and nothing beyond what it says."""

from __future__ import annotations

from sqlmodel import select

from models.metric.standing import standing_figures
from models.metric.table import MetricGroup, MetricSnapshot
from models.outlet import FigureGrade, FigureQualifier
from models.reprint.record import records_of
from models.reprint.table import Reprint, Stage
from seed.loader import load
from tests.seeded import NOW, Pool


async def test_the_four_examples_are_there_as_claims_and_lower_bounds(pool: Pool) -> None:
    staff = await pool.actor(None)
    async with pool.database.read() as session:
        rows = (await session.exec(select(Reprint))).all()
        groups = {row.key: row for row in (await session.exec(select(MetricGroup))).all()}
        figures = await standing_figures(session, [row.id for row in groups.values()])
        records = {record.row.place: record for record in await records_of(session, rows, staff)}
    said = {key: {figure.measure.value: figure.value for figure in figures[row.id]} for key, row in groups.items()}
    assert said["patrol-robot-russian-readers"] == {"REACH": 1_000_000}
    assert said["qixi-nine-posts"] == {"VIEWS": 50_000}
    assert said["four-official-accounts"] == {"FOLLOWERS": 200_000, "READS": 800_000}
    assert groups["qixi-nine-posts"].stated_size == 9
    for figure in (figure for found in figures.values() for figure in found):
        assert (figure.grade, figure.qualifier) == (FigureGrade.CLAIMED, FigureQualifier.AT_LEAST)
    embassy, channel = records["patrol-robot-embassy"], records["patrol-robot-russian-channel"]
    assert (embassy.row.parent_id, embassy.row.depth) == (channel.row.id, 1)
    lingnan = records["acupuncture-maria-glamorous-lingnan"]
    assert (lingnan.stage, lingnan.has_unknown_parent, lingnan.figures) == (Stage.BIG_ACCOUNT, True, ())


async def test_loading_again_adds_nothing(pool: Pool) -> None:
    async def counted() -> list[int]:
        async with pool.database.read() as session:
            return [len((await session.exec(select(table))).all()) for table in (Reprint, MetricSnapshot, MetricGroup)]

    before = await counted()
    await load(pool.database, pool.services.files.media, now=NOW)
    assert await counted() == before
