"""Bulk reprints keep every rule that rows which came one by one keep."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlmodel import SQLModel, col, select

from models.base import POSTGRESQL
from models.database import Database
from models.metric.standing import standing_of
from models.metric.table import MetricGroup, MetricGroupMember, MetricSnapshot, StandingFigure
from models.pickup import Pickup
from models.pickup.publication import due_of
from models.report.catalogue import ReportName, make
from models.report.measure import Scope
from models.report.period import Period
from models.report.table import Row
from models.reprint.chain import summarise
from models.reprint.table import Reprint, ReprintState
from models.rollup.rebuild import differences
from models.rollup.table import RollupChain, RollupChange
from tests.bench.reprint_catalogue import BLOCK, LEVELS, PATTERNS, chain_patterns, slots_by_rank
from tests.bench.reprint_data import ZONE, load
from tests.bench.reprint_sql import GROUP_SIZE, Size
from tests.databases import DatabaseFactory, Dialect

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 1, 15, tzinfo=UTC)
SIZE = Size(1000, group_every=3000)
STORIES = 40


@pytest.fixture
def loaded_url(database_factory: DatabaseFactory, dialect: Dialect) -> URL:
    async def fill(database: Database) -> None:
        await load(dialect, SIZE, database.url, stories=STORIES)

    return database_factory.filled(dialect, "bulk_reprints", fill)


@pytest.fixture
def migrated_url(database_factory: DatabaseFactory, dialect: Dialect) -> URL:
    return database_factory.migrated(dialect)


@pytest.fixture
def seeded_url(database_factory: DatabaseFactory) -> URL:
    return database_factory.seeded("sqlite")


@pytest.fixture
async def loaded(database_factory: DatabaseFactory, loaded_url: URL) -> AsyncIterator[Database]:
    """Bulk reprints of a small size."""
    async with database_factory.opened(loaded_url) as database:
        yield database


async def test_there_are_as_many_rows_as_were_asked_for(loaded: Database) -> None:
    counts = {}
    async with loaded.read() as session:
        for table in (Pickup, Reprint, MetricSnapshot, MetricGroup, MetricGroupMember):
            counts[table] = (await session.exec(select(sa.func.count()).select_from(table))).one()
        of_copies = select(sa.func.count()).where(col(MetricSnapshot.reprint_id).is_not(None))
        assert (await session.exec(of_copies)).one() == SIZE.snapshots
    assert (counts[Pickup], counts[Reprint]) == (1000, 3000)
    assert (counts[MetricGroup], counts[MetricGroupMember]) == (1, GROUP_SIZE)
    assert SIZE.snapshots == pytest.approx(SIZE.pickups * 20, rel=0.001)


async def test_every_reference_leads_somewhere(loaded: Database) -> None:
    broken = {}
    async with loaded.read() as session:
        for table in SQLModel.metadata.sorted_tables:
            for key in table.foreign_keys:
                other = key.column.table.alias("other")
                there = sa.exists().where(other.c[key.column.name] == key.parent)
                lost = sa.select(sa.func.count()).select_from(table).where(key.parent.is_not(None), ~there)
                if number := (await session.execute(lost)).scalar_one():
                    broken[str(key.parent)] = number
        lost = sa.select(sa.func.count()).where(
            ~sa.exists().where(col(MetricSnapshot.id) == col(StandingFigure.snapshot_id))
        )
        assert (await session.execute(lost.select_from(StandingFigure))).scalar_one() == 0
    assert broken == {}


async def test_indexes_and_triggers_are_as_migrations_make_them(
    loaded: Database, database_factory: DatabaseFactory, migrated_url: URL
) -> None:
    async with database_factory.opened(migrated_url) as fresh:
        found = []
        for database in (loaded, fresh):
            async with database.read() as session:
                connection = await session.connection()
                found.append(await connection.run_sync(_found_by))
    assert found[0] == found[1]


def _found_by(connection: sa.Connection) -> tuple[dict[str, object], set[str]]:
    named = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if connection.dialect.name == POSTGRESQL:
        named = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'"
    inspector = sa.inspect(connection)
    tables = ("pickup", "reprint", "metric_snapshot", "standing_figure")
    found: dict[str, object] = {
        table: (
            sorted(
                (index["name"] or "", index["column_names"], index["unique"]) for index in inspector.get_indexes(table)
            ),
            sorted((one["name"] or "", one["column_names"]) for one in inspector.get_unique_constraints(table)),
        )
        for table in tables
    }
    return found, set(connection.execute(sa.text(named)).scalars())


async def test_a_copy_is_named_by_its_address(loaded: Database) -> None:
    async with loaded.read() as session:
        rows = (await session.exec(select(Reprint).limit(200))).all()
    assert [row.copy_key for row in rows] == [hashlib.sha256((row.address or "").encode()).hexdigest() for row in rows]


async def test_chains_are_what_the_rules_make_of_their_edges(loaded: Database) -> None:
    async with loaded.read() as session:
        rows = {row.id: row for row in (await session.exec(select(Reprint))).all()}
        pickups = {row.id: row for row in (await session.exec(select(Pickup))).all()}
    for row in rows.values():
        pickup = pickups[row.pickup_id] if row.pickup_id is not None else None
        assert row.partner_id == (pickup.partner_id if pickup is not None else None)
        if pickup is not None:
            assert (row.story_id, row.variant_id) == (pickup.story_id, pickup.variant_id)
        if row.parent_id is None:
            assert (row.root_id, row.depth, row.origin_partner_id) == (row.id, 0, row.partner_id)
            continue
        parent = rows[row.parent_id]
        assert (row.root_id, row.depth) == (parent.root_id, parent.depth + 1)
        assert row.origin_partner_id == (row.partner_id or parent.origin_partner_id)
        assert row.story_id == parent.story_id
    depths = Counter(row.depth for row in rows.values())
    assert [depths[depth] for depth in range(6)] == [count * SIZE.reprints // BLOCK for count in LEVELS]


async def test_a_pickup_without_a_copy_is_missing(loaded: Database) -> None:
    async with loaded.read() as session:
        there = select(Reprint.pickup_id).where(Reprint.state != ReprintState.WITHDRAWN)
        copied = set((await session.exec(there)).all())
        pickups = (await session.exec(select(Pickup))).all()
    for row in pickups:
        expected = None if row.released_at is not None or row.id in copied else due_of(row)
        assert (row.missing_since, row.awaited_until) == (expected, None)
    assert len({row.missing_since is None for row in pickups}) == 2


async def test_states_have_their_shares(loaded: Database) -> None:
    async with loaded.read() as session:
        statement = select(Reprint.state, sa.func.count()).group_by(col(Reprint.state))
        found = dict((await session.exec(statement)).all())
    assert found[ReprintState.VERIFIED] == pytest.approx(SIZE.reprints * 0.7, rel=0.05)
    assert found[ReprintState.CREDIT_MISSING] == pytest.approx(SIZE.reprints * 0.08, rel=0.15)
    assert set(found) == set(ReprintState)


async def test_what_stands_is_what_the_rules_make_of_the_figures(loaded: Database) -> None:
    async with loaded.read() as session:
        some = select(Reprint.id).order_by(col(Reprint.id)).limit(500)
        wanted = sa.or_(col(MetricSnapshot.reprint_id).in_(some), col(MetricSnapshot.reprint_id).is_(None))
        snapshots = (await session.exec(select(MetricSnapshot).where(wanted))).all()
        stands = {
            (row.subject_id, row.measure, row.counting): row
            for row in (await session.exec(select(StandingFigure))).all()
        }
    given: dict[tuple[object, ...], list[MetricSnapshot]] = {}
    for one in snapshots:
        given.setdefault((one.reprint_id or one.group_id or one.outlet_id, one.measure, one.counting), []).append(one)
    for key, figures in given.items():
        expected, row = standing_of(figures), stands[key]  # type: ignore[index]  # one subject is set
        assert expected is not None
        assert (row.value, row.grade, row.qualifier, row.as_of, row.snapshot_id) == (
            expected.value, expected.grade, expected.qualifier, expected.as_of, expected.snapshot_ids[0],
        )  # fmt: skip
    subjects = {key[0] for key in given}
    assert {key for key in stands if key[0] in subjects} == set(given)


async def test_the_ledger_goes_over_every_copy_once_also_where_many_share_a_moment(loaded: Database) -> None:
    scope = Scope(Period.of(date(2023, 1, 1), date(2026, 1, 2), ZONE))
    listed: list[Row] = []
    after = None
    for _ in range(SIZE.reprints // 500 + 1):
        async with loaded.read() as session:
            page = await make(session, ReportName.REPRINT_LEDGER, scope, NOW, first=500, after=after)
        listed += page.rows
        after = page.after
        if after is None:
            break
    async with loaded.read() as session:
        there = select(Reprint.id).where(Reprint.state != ReprintState.WITHDRAWN)
        order = there.order_by(col(Reprint.published_at).desc(), col(Reprint.id).desc())
        assert [row.node for row in listed] == [("Reprint", one) for one in (await session.exec(order)).all()]
    moments = Counter(row.cells[0] for row in listed)
    assert max(moments.values()) > 1


async def test_rollups_say_what_the_rows_say(loaded: Database) -> None:
    async with loaded.read() as session:
        assert (await session.exec(select(sa.func.count()).select_from(RollupChange))).one() == 0
        assert await differences(session, ZONE) == []


async def test_chains_that_are_kept_spread_as_they_are_summed_up(loaded: Database) -> None:
    async with loaded.read() as session:
        order = select(RollupChain).order_by(col(RollupChain.copies).desc(), col(RollupChain.root_id))
        kept = (await session.exec(order.limit(40))).all()
        assert kept[0].copies > 2
        for one in kept:
            found = await summarise(session, one.root_id)
            counted = (one.copies, one.steps, one.branches, one.outlets, one.seconds, one.unsure)
            assert counted == (
                found.copies, found.depth, found.branches, found.outlets, int(found.seconds), found.unsure,
            )  # fmt: skip


async def test_a_loaded_database_is_loaded_once(loaded: Database, dialect: Dialect) -> None:
    async with loaded.read() as session:
        before = (await session.exec(select(sa.func.count()).select_from(MetricSnapshot))).one()
    await load(dialect, SIZE, loaded.url)
    async with loaded.read() as session:
        assert (await session.exec(select(sa.func.count()).select_from(MetricSnapshot))).one() == before


async def test_a_database_with_other_stories_is_refused(database_factory: DatabaseFactory, seeded_url: URL) -> None:
    async with database_factory.opened(seeded_url) as database:
        with pytest.raises(ValueError, match="made otherwise"):
            await load("sqlite", SIZE, database.url)


async def test_no_copies_are_refused() -> None:
    with pytest.raises(ValueError, match="too few"):
        await load("sqlite", Size(100), URL.create("sqlite"))


def test_slots_hold_every_rank_and_the_first_most() -> None:
    found = Counter(slots_by_rank(50, 1000))
    assert found.total() == 1000
    assert sorted(found) == list(range(50))
    assert found[0] > 4 * found[5] > 0
    with pytest.raises(ValueError, match="cannot hold"):
        slots_by_rank(50, 49)


def test_patterns_of_chains_are_whole() -> None:
    rows = list(chain_patterns())
    assert len(rows) == BLOCK * PATTERNS == sum(LEVELS) * PATTERNS
    placed = {(pattern, place): (root, depth) for pattern, place, root, _, depth in rows}
    for pattern, _place, root, parent, depth in rows:
        if parent is not None:
            assert placed[pattern, parent] == (root, depth - 1)
