"""The full text of the pool: one row a live variant, at its position in the pool, on SQLite and on PostgreSQL.

SQLite has an FTS5 table `pool_text` whose rowid is the position. It is contentless and holds for each token no more
than the rows that have it (`detail=none`, `columnsize=0`), the smallest form there is. SQLite 3.40 takes a row out of
such a table only when it is given the very tokens again, so they are kept, compressed, in `pool_text_source`; an
ordinary FTS5 table would keep them in full. PostgreSQL has a table `pool_text` with a tsvector without positions and a
GIN index. That index has no pending list: each search would have to read it from end to end.

Neither engine can say without looking through everything that two frequent words never meet in a row, and PostgreSQL
collects all matches before it sorts them. So the pool is walked from one end, mostly from the newest position downwards, in windows, each
made of aligned stretches of positions, **segments**, that the rows in them carry as one more token. On PostgreSQL the
windows begin at a few hundred releases and grow by how few matches were found so far. SQLite finds matches in order of
position and stops by itself, so it needs a window only as the bound for several words.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from models.base import POSTGRESQL, SQLITE
from models.search.query import SearchQuery

TextRow = tuple[int, str, str]
"""A position, and the stored tokens of the headline and of the rest of a variant (`tokeniser.stored_tokens`)."""

BUDGET: Final = 2**26
"""Positions that one search for several words examines before it gives what it has: 65,536 releases."""

_FINEST_SEGMENT = 18
_COARSEST_SEGMENT = 26
_SEGMENTS = {SQLITE: (_COARSEST_SEGMENT,), POSTGRESQL: tuple(range(_FINEST_SEGMENT, _COARSEST_SEGMENT + 1, 2))}
"""Binary logarithms of the lengths of segments, in positions. 18: 256 releases."""

_WHOLE_POOL = 62
"""Binary logarithm of a length that no pool has: a window without segments."""
_BEYOND_THE_POOL: Final = 2**63 - 1

_CREATE_GIN = "CREATE INDEX IF NOT EXISTS pool_text_tokens ON pool_text USING gin (tokens) WITH (fastupdate = off)"


def create_statements(dialect: str) -> tuple[str, ...]:
    """The statements that make the index, empty.

    :param dialect: `sqlite` or `postgresql`.
    """
    return {
        SQLITE: (
            "CREATE VIRTUAL TABLE pool_text USING fts5(tokens, content='', detail=none, columnsize=0,"
            " tokenize=\"ascii tokenchars '_'\")",
            # Every unmerged part of the index is one more place to look; merging at two halves the time of a search.
            "INSERT INTO pool_text (pool_text, rank) VALUES ('automerge', 2)",
            "CREATE TABLE pool_text_source (position INTEGER PRIMARY KEY, tokens BLOB NOT NULL)",
        ),
        POSTGRESQL: (
            # Tokens are read only to build the index anew; out of line they leave the rows of a result close together.
            "CREATE TABLE pool_text (position bigint PRIMARY KEY, tokens tsvector NOT NULL)"
            " WITH (toast_tuple_target = 128)",
            _CREATE_GIN,
        ),
    }[dialect]


def drop_statements(dialect: str) -> tuple[str, ...]:
    """The statements that take the index away.

    :param dialect: `sqlite` or `postgresql`.
    """
    return {
        SQLITE: ("DROP TABLE pool_text", "DROP TABLE pool_text_source"),
        POSTGRESQL: ("DROP TABLE pool_text",),
    }[dialect]


def is_search_object(name: str) -> bool:
    """Whether a table or an index belongs to the full-text index, so that schema comparison must leave it alone."""
    return name == "pool_text" or name.startswith("pool_text_")


@dataclass(frozen=True, slots=True)
class Matches:
    """What a search found.

    :ivar positions: in the order asked for.
    :ivar examined_to: newest first, all positions from here upwards were examined, oldest first, all below: go on from it,
        with `before` or `start`. None: there are no further matches.
    """

    positions: list[int]
    examined_to: int | None

    @property
    def exhausted(self) -> bool:
        """Whether there are no further matches."""
        return self.examined_to is None


async def add(session: AsyncSession, rows: Sequence[TextRow]) -> None:
    """Adds variants at positions that the index does not have.

    :raises sqlalchemy.exc.IntegrityError: when it has one of them.
    """
    if not rows:
        return
    connection = await session.connection()
    dialect = connection.dialect.name
    tokens = {position: row_tokens(position, headline, rest, dialect) for position, headline, rest in rows}
    if dialect == POSTGRESQL:
        await connection.execute(
            sa.text("INSERT INTO pool_text VALUES (:position, array_to_tsvector(CAST(:tokens AS text[])))"),
            [{"position": position, "tokens": words} for position, words in tokens.items()],
        )
        return
    texts = [{"position": position, "tokens": " ".join(words)} for position, words in tokens.items()]
    await connection.execute(
        sa.text("INSERT INTO pool_text_source (position, tokens) VALUES (:position, :tokens)"),
        [text | {"tokens": zlib.compress(str(text["tokens"]).encode())} for text in texts],
    )
    await connection.execute(sa.text("INSERT INTO pool_text (rowid, tokens) VALUES (:position, :tokens)"), texts)


async def remove(session: AsyncSession, positions: Sequence[int]) -> None:
    """Takes variants out; positions that the index does not have are ignored."""
    rows = [{"position": position} for position in dict.fromkeys(positions)]
    if not rows:
        return
    connection = await session.connection()
    if connection.dialect.name == POSTGRESQL:
        await connection.execute(sa.text("DELETE FROM pool_text WHERE position = :position"), rows)
        return
    stored = await connection.execute(
        sa.text("SELECT position, tokens FROM pool_text_source WHERE position IN :positions").bindparams(
            sa.bindparam("positions", expanding=True)
        ),
        {"positions": [row["position"] for row in rows]},
    )
    known = [{"position": position, "tokens": zlib.decompress(tokens).decode()} for position, tokens in stored]
    if known:
        await connection.execute(
            sa.text("INSERT INTO pool_text (pool_text, rowid, tokens) VALUES ('delete', :position, :tokens)"), known
        )
        await connection.execute(sa.text("DELETE FROM pool_text_source WHERE position = :position"), rows)


async def begin_bulk(session: AsyncSession) -> None:
    """Makes adding very many rows fast. Until `finish_bulk`, searches on PostgreSQL read every row.

    Once more does no harm: not where it was begun before and broken off.
    """
    connection = await session.connection()
    if connection.dialect.name == POSTGRESQL:
        await connection.execute(sa.text("DROP INDEX IF EXISTS pool_text_tokens"))


async def finish_bulk(session: AsyncSession) -> None:
    """Brings the index into its fastest form: builds it on PostgreSQL, merges its parts on SQLite.

    It can be called at any time, also without `begin_bulk`. On SQLite it takes time in proportion to the pool.
    """
    connection = await session.connection()
    if connection.dialect.name == POSTGRESQL:
        await connection.execute(sa.text(_CREATE_GIN))
        await connection.execute(sa.text("ANALYZE pool_text"))
    else:
        await connection.execute(sa.text("INSERT INTO pool_text (pool_text) VALUES ('optimize')"))


async def newest_matches(
    session: AsyncSession, query: SearchQuery, *, before: int | None = None, limit: int, budget: int = BUDGET
) -> Matches:
    """The next matches of a query below a position, newest first.

    The time it takes does not depend on the size of the pool for one word, common or rare, nor for words that meet.
    Words that rarely meet are looked for until the budget is spent: then there are fewer matches than asked for, and
    the position to go on from.

    :param before: only positions below this one; None: from the newest.
    :param limit: how many matches to find, at least 1.
    :param budget: how many positions a search for several words may examine.
    """
    return await _walk(
        session, query, 0, _BEYOND_THE_POOL if before is None else before, limit, budget, ascending=False
    )


async def oldest_matches(
    session: AsyncSession, query: SearchQuery, *, start: int = 0, limit: int, budget: int = BUDGET
) -> Matches:
    """The next matches of a query from a position upwards, oldest first; otherwise as `newest_matches`.

    :param start: only positions from this one.
    """
    return await _walk(session, query, start, _BEYOND_THE_POOL, limit, budget, ascending=True)


async def _walk(
    session: AsyncSession, query: SearchQuery, lower: int, upper: int, limit: int, budget: int, *, ascending: bool
) -> Matches:
    """The first matches at `lower <= position < upper`, window after window, from the one end or from the other."""
    if limit < 1:
        raise ValueError(f"The limit is {limit}; a search needs room for one match.")
    if not query.languages:
        return Matches([], None)
    connection = await session.connection()
    dialect = connection.dialect.name
    conjunction = query.is_conjunction
    if dialect == SQLITE and not conjunction:
        finest = coarsest = _WHOLE_POOL
    else:
        oldest, newest = (await connection.execute(_BOUNDS[dialect])).one()
        if newest is None:
            return Matches([], None)
        lower, upper = max(lower, oldest), min(upper, newest + 1)
        finest, coarsest = _SEGMENTS[dialect][0], _COARSEST_SEGMENT if conjunction else _WHOLE_POOL
    whole, length = upper - lower, finest
    positions: list[int] = []
    while upper > lower and len(positions) < limit:
        if conjunction and whole - (upper - lower) >= budget:
            return Matches(positions, lower if ascending else upper)
        floor, ceiling, segments = _window(lower, upper, length, ascending)
        room = limit - len(positions)
        positions += await _matches_between(connection, query, segments, floor, ceiling, room, ascending=ascending)
        lower, upper = (ceiling, upper) if ascending else (lower, floor)
        length = min(max(_next_length(whole - (upper - lower), len(positions), limit), finest), coarsest)
    if len(positions) < limit:
        return Matches(positions, None)
    return Matches(positions, positions[-1] + 1 if ascending else positions[-1])


def _window(lower: int, upper: int, length: int, ascending: bool) -> tuple[int, int, list[str]]:
    """The bounds of a window at one end of a stretch, and its segments: between one and two lengths."""
    if length > _COARSEST_SEGMENT:
        return lower, upper, []
    first = lower >> length if ascending else max(((upper - 1) >> length) - 1, 0)
    segments = [_segment(length, number) for number in (first, first + 1)]
    if ascending:
        return lower, min((first + 2) << length, upper), segments
    return max(first << length, lower), upper, segments


def _next_length(examined: int, found: int, limit: int) -> int:
    """The length of segments for half as much again as is still needed, going by what was found so far.

    Too long a window costs PostgreSQL the reading of all its matches, too short a one costs another round trip. After
    nothing was found the next window is some hundred times as long as all before.
    """
    wanted = examined * 3 * (limit - found) // (2 * found) if found else examined * 64
    length = (wanted - 1).bit_length()
    return length + length % 2


def _segment(length: int, number: int) -> str:
    return f"s{length}_{number}"


def row_tokens(position: int, headline: str, rest: str, dialect: str) -> list[str]:
    """Every token that the index holds for a variant: those of its texts, each once, then those of its position."""
    segments = [_segment(length, position >> length) for length in _SEGMENTS[dialect]]
    return [*dict.fromkeys(f"{headline} {rest}".split()), *segments]


# Two scalar queries, since SQLite answers one with both aggregates by reading the whole table.
_BOUNDS = {
    SQLITE: sa.text(
        "SELECT (SELECT min(position) FROM pool_text_source), (SELECT max(position) FROM pool_text_source)"
    ),
    POSTGRESQL: sa.text("SELECT (SELECT min(position) FROM pool_text), (SELECT max(position) FROM pool_text)"),
}

_MATCHES = {
    SQLITE: "SELECT rowid FROM pool_text WHERE pool_text MATCH :words AND rowid >= :floor AND rowid < :ceiling"
    " ORDER BY rowid {direction} LIMIT :room",
    # MATERIALIZED, and the bounds outside, keep the planner from walking the primary key and testing row after row.
    POSTGRESQL: "WITH found AS MATERIALIZED (SELECT position FROM pool_text WHERE tokens @@ CAST(:words AS tsquery))"
    " SELECT position FROM found WHERE position >= :floor AND position < :ceiling"
    " ORDER BY position {direction} LIMIT :room",
}
_MATCHES_IN_ORDER = {
    (dialect, ascending): sa.text(statement.format(direction="ASC" if ascending else "DESC"))
    for dialect, statement in _MATCHES.items()
    for ascending in (False, True)
}


async def _matches_between(
    connection: AsyncConnection,
    query: SearchQuery,
    segments: list[str],
    floor: int,
    ceiling: int,
    room: int,
    *,
    ascending: bool,
) -> list[int]:
    dialect = connection.dialect.name
    words = query.tsquery(segments) if dialect == POSTGRESQL else query.fts5_match(segments)
    bounds = {"words": words, "floor": floor, "ceiling": ceiling, "room": room}
    found = await connection.execute(_MATCHES_IN_ORDER[dialect, ascending], bounds)
    return [position for (position,) in found]
