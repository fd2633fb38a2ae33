"""Copies a whole database into another, across engines, and proves that both hold the same.

The source is read in one snapshot and never written. The target is written in one transaction, which commits only once
the proof holds: a copy that fails leaves the target as it was. The full-text index has another form on each engine, so
it is built anew from the live documents.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import tables
from models.audit.append_only import make_append_only, make_changeable
from models.base import POSTGRESQL
from models.database import Database
from models.document import decode
from models.errors import OperationalError, TargetNotEmpty
from models.event import Counter
from models.pool.index import positions, text_row
from models.pool.tables import Document, PoolStory
from models.rollup.table import RollupState
from models.rollup.trigger import create_statements, drop_statements
from models.search import index as full_text

Progress = Callable[[int, int], None]
"""Called with how many rows are copied and how many there are in all."""

FULL_TEXT = "pool_text"
"""The name under which a proof reports the full-text index."""

_BATCH = 1000
_STORIES_AT_ONCE = 200
_MODULUS = 2**256
_Row = dict[str, Any]


def _silent(_done: int, _total: int) -> None:
    pass


@dataclass(frozen=True)
class Holding:
    """What a table holds.

    :param sha256: hexadecimal, the same for the same rows in any order and on any engine; None for the full-text index,
        of which only the rows are counted.
    """

    rows: int
    sha256: str | None


@dataclass(frozen=True)
class TableProof:
    """One table as it was read from the source and as it is read back from the target."""

    table: str
    source: Holding
    target: Holding

    @property
    def same(self) -> bool:
        """Whether both hold the same."""
        return self.source == self.target


class Digest:
    """Folds rows, in any order, into a `Holding`.

    Each row's SHA-256 over its canonical values is added modulo 2^256; the sum and the count are hashed again. Adding,
    unlike exclusive or, does not let two equal rows cancel out.
    """

    def __init__(self) -> None:
        self.rows = 0
        self._sum = 0

    def add(self, row: _Row) -> None:
        """Takes a row in."""
        encoded = orjson.dumps(row, default=_canonical, option=orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME)
        self._sum = (self._sum + int.from_bytes(hashlib.sha256(encoded).digest(), "big")) % _MODULUS
        self.rows += 1

    def holding(self) -> Holding:
        """What was taken in so far."""
        folded = hashlib.sha256(f"{self.rows}:{self._sum:064x}".encode())
        return Holding(self.rows, folded.hexdigest())


async def copy_database(
    source: Database, target: Database, *, replace: bool = False, progress: Progress = _silent
) -> list[TableProof]:
    """Copies every row; both databases must be at migration head.

    :param replace: empties the target first, in the same transaction.
    :returns: the proof, table by table, in the order of copying.
    :raises TargetNotEmpty: the target holds data and is not to be replaced.
    :raises OperationalError: the target does not hold what the source held; it was left as it was.
    """
    ordered = tables.metadata.sorted_tables
    async with source.read() as reading, target.write() as writing:
        await _each(writing, drop_statements(target.dialect))  # what is copied was counted where it comes from
        if replace:
            await _empty(writing, ordered)
        else:
            await _require_empty(writing, ordered)
        connection = await writing.connection()
        await connection.execute(sa.delete(Counter))  # the migrations put the counters in, at zero,
        await connection.execute(sa.delete(RollupState))  # and by whose days is counted
        total = sum([await _count(reading, table) for table in ordered])
        done = 0
        read: dict[str, Holding] = {}
        for table in ordered:
            progress(done, total)
            read[table.name] = await _copy_table(reading, connection, table, _beyond(done, total, progress))
            done += read[table.name].rows
        await _build_full_text(writing)
        await _set_sequences(connection, ordered)
        await _each(writing, create_statements(target.dialect))
        proof = [TableProof(table.name, read[table.name], await _holding(writing, table)) for table in ordered]
        proof.append(TableProof(FULL_TEXT, await _full_text_rows(reading), await _full_text_rows(writing)))
        if different := [part.table for part in proof if not part.same]:
            raise OperationalError(
                f"the copy differs from its source in {', '.join(different)}; the target was left as it was"
            )
    progress(total, total)
    return proof


async def _each(session: AsyncSession, statements: Iterable[str]) -> None:
    for statement in statements:
        await session.execute(sa.text(statement))


async def _require_empty(session: AsyncSession, ordered: Sequence[sa.Table]) -> None:
    for table in ordered:
        row = sa.select(sa.literal(1)).select_from(table).limit(1)
        if table.name == Counter.__tablename__:
            row = row.where(table.c.value > 0)
        if table.name == RollupState.__tablename__:
            continue
        if (await session.execute(row)).first() is not None:
            raise TargetNotEmpty(f"the target is not empty: its table {table.name} holds rows; name an empty database")


async def _empty(session: AsyncSession, ordered: Sequence[sa.Table]) -> None:
    connection = await session.connection()
    await make_changeable(connection)
    for table in reversed(ordered):
        for column in _self_references(table):
            await connection.execute(sa.update(table).values({column: None}))
        await connection.execute(sa.delete(table))
    await make_append_only(connection)
    dialect = connection.dialect.name
    for statement in (*full_text.drop_statements(dialect), *full_text.create_statements(dialect)):
        await connection.execute(sa.text(statement))


async def _copy_table(
    reading: AsyncSession, connection: AsyncConnection, table: sa.Table, progress: Callable[[int], None]
) -> Holding:
    """Copies a table in batches. A reference to a row of the same table is filled in once all its rows are there."""
    digest = Digest()
    later = _self_references(table)
    rows = await (await reading.connection()).stream(sa.select(table))
    async for partition in rows.mappings().partitions(_BATCH):
        batch = [dict(row) for row in partition]
        for row in batch:
            digest.add(row)
        await connection.execute(sa.insert(table), [row | dict.fromkeys(later) for row in batch])
        progress(digest.rows)
    for name in later:
        await _fill_in(reading, connection, table, name)
    return digest.holding()


async def _fill_in(reading: AsyncSession, connection: AsyncConnection, table: sa.Table, name: str) -> None:
    (key,) = table.primary_key
    referring = sa.select(key.label("row_key"), table.c[name].label("refers_to")).where(table.c[name].is_not(None))
    update = sa.update(table).where(key == sa.bindparam("row_key")).values({name: sa.bindparam("refers_to")})
    rows = await (await reading.connection()).stream(referring)
    async for partition in rows.mappings().partitions(_BATCH):
        await connection.execute(update, [dict(row) for row in partition])


def _self_references(table: sa.Table) -> list[str]:
    return [key.parent.name for key in table.foreign_keys if key.column.table is table]


async def _build_full_text(session: AsyncSession) -> None:
    await full_text.begin_bulk(session)
    last = -1
    while True:
        live = (
            select(PoolStory.release_id, Document.content)
            .join(Document, col(Document.release_id) == PoolStory.release_id)
            .where(PoolStory.release_id > last)
            .order_by(col(PoolStory.release_id))
            .limit(_STORIES_AT_ONCE)
        )
        stories = (await session.exec(live)).all()
        if not stories:
            break
        for release_id, content in stories:
            rows = [text_row(position, variant) for position, variant in positions(release_id, decode(content))]
            await full_text.add(session, rows)
        last = stories[-1][0]
    await full_text.finish_bulk(session)


async def _set_sequences(connection: AsyncConnection, ordered: Sequence[sa.Table]) -> None:
    """Lets PostgreSQL go on after the highest number that was copied; SQLite does so by itself."""
    if connection.dialect.name != POSTGRESQL:
        return
    for table in ordered:
        column = table.autoincrement_column
        if column is None:
            continue
        sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
        highest = sa.select(sa.func.max(column)).scalar_subquery()
        # is_called is false for an empty table, so that its first number is 1.
        statement = sa.select(sa.func.setval(sequence, sa.func.coalesce(highest, 1), highest.is_not(None)))
        await connection.execute(statement)


async def _holding(session: AsyncSession, table: sa.Table) -> Holding:
    digest = Digest()
    rows = await (await session.connection()).stream(sa.select(table))
    async for partition in rows.mappings().partitions(_BATCH):
        for row in partition:
            digest.add(dict(row))
    return digest.holding()


async def _count(session: AsyncSession, table: sa.FromClause) -> int:
    return int((await session.execute(sa.select(sa.func.count()).select_from(table))).scalar_one())


async def _full_text_rows(session: AsyncSession) -> Holding:
    on_postgresql = (await session.connection()).dialect.name == POSTGRESQL
    name = "pool_text" if on_postgresql else "pool_text_source"
    return Holding(await _count(session, sa.table(name)), None)


def _beyond(done: int, total: int, progress: Progress) -> Callable[[int], None]:
    """Tells of a table's rows after those of the tables before it."""
    return lambda rows: progress(done + rows, total)


def _canonical(value: object) -> object:
    """Values that JSON has no form for, the same from every engine."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"no canonical form for {type(value).__name__}")
