"""Reprint tracking: reports over much against reports over little, the ledger as a file, matches, a page and a chain.

`python -m tests.bench reprints`; smaller: `--pickups 10000 --variants 2000 --nodes 5000`.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final, get_args

import httpx2
from sqlalchemy.engine import URL

from models.database import Database
from models.report.catalogue import ReportName, make
from models.report.measure import Scope
from models.report.period import Period
from models.rollup.fold import fold
from server.cli.output import progress_bar
from tests.bench.figures import Figure, at_most, print_figures, reprints_as_markdown
from tests.bench.pool import Engine, Pool, postgres_database, postgres_server
from tests.bench.process import Target, storypool
from tests.bench.reprint_data import ZONE, load, postgres_reprints, sqlite_reprints
from tests.bench.reprint_match import chain, lay_corpus, look_up, verification
from tests.bench.reprint_sql import Size

PICKUPS: Final = 1_000_000
VARIANTS: Final = 100_000
NODES: Final = 100_000
GROWTH_BAR: Final = 1.5
MEMORY_BAR: Final = 1.1
MATCH_BAR: Final = 2.0
EXPORTED: Final = 1_000_000
REPORT: Final = Path(__file__).parents[2] / "docs" / "benchmarks-reprints.md"

_HUNDREDTH: Final = 100
_FEWEST: Final = 1_000
_EARLY: Final = 10_000
_FEW_VARIANTS: Final = 1_000
_FIRST: Final = 100
_LONGEST_SECONDS: Final = 20.0
_NOW: Final = datetime(2026, 1, 15, tzinfo=UTC)
PERIODS: Final = {
    "2025": Period.of(date(2025, 1, 1), date(2026, 1, 1), ZONE),
    "June 2025": Period.of(date(2025, 6, 1), date(2025, 7, 1), ZONE),
}


@dataclass(frozen=True)
class Sizes:
    """How much of everything there is, at most."""

    pickups: int = PICKUPS
    variants: int = VARIANTS
    nodes: int = NODES

    def of(self, engine: Engine) -> tuple[Size, Size]:
        """Little and much, on an engine: SQLite has a tenth. Little is a hundredth, or as little as can be."""
        most = max(self.pickups if engine == "postgresql" else self.pickups // 10, _FEWEST)
        return Size(max(most // _HUNDREDTH, _FEWEST)), Size(most)


def reprints(engine: Engine, folder: Path, sizes: Sizes, seconds: float) -> Iterator[Figure]:
    """Everything about reprint tracking, on one engine.

    :param folder: that keeps the databases.
    :param seconds: how long each figure is measured.
    """
    server = postgres_server(folder) if engine == "postgresql" else nullcontext(None)
    with server as maintenance:
        pools = [_loaded(engine, size, folder, maintenance) for size in sizes.of(engine)]
        yield from _reports(engine, pools, sizes.of(engine), seconds)
        yield from _export(pools[-1])
        yield from _matches(engine, folder, maintenance, sizes.variants, seconds)
        yield from _chain(pools[0], sizes.nodes)


def _loaded(engine: Engine, size: Size, folder: Path, server: URL | None) -> Pool:
    url = sqlite_reprints(folder, size) if server is None else asyncio.run(postgres_reprints(server, size))
    with progress_bar(f"Loading {engine} with {size.reprints:,} reprints") as progress:
        return asyncio.run(load(engine, size, url, progress))


# Reports


def _reports(engine: Engine, pools: Sequence[Pool], sizes: Sequence[Size], seconds: float) -> Iterator[Figure]:
    counted = " / ".join(f"{size.reprints:,}" for size in reversed(sizes))
    with asyncio.Runner() as runner:
        databases = [Database(pool.url) for pool in pools]
        try:
            for called, period in PERIODS.items():
                for name in ReportName:
                    (low, few), (high, many) = runner.run(_times(databases, name, Scope(period), seconds))
                    rows = f"{many:,} / {few:,} rows" if many != few else f"{many:,} rows"
                    measured = f"{high:.1f} / {low:.1f} ms, {rows}"
                    yield at_most(engine, f"{name}, {called}, of {counted} copies", measured, high / low, GROWTH_BAR)
        finally:
            for database in databases:
                runner.run(database.close())


async def _times(
    databases: Sequence[Database], name: ReportName, scope: Scope, seconds: float
) -> list[tuple[float, int]]:
    """The median in milliseconds, and how many rows there are, for each database; a long one is not asked again.

    All are asked for as many rows as the first has on its first page.
    """
    page = await _asked(databases[0], name, scope, _FIRST)
    first = max(1, min(page, _FIRST))
    found: list[tuple[list[float], int]] = []
    for database in databases:
        sent = time.perf_counter()
        rows = await _asked(database, name, scope, first)
        found.append(([time.perf_counter() - sent], rows))
    began = time.perf_counter()
    if max(times[0] for times, _ in found) < _LONGEST_SECONDS:
        for times, _ in found:
            times.clear()  # what came first only warmed
        while len(found[0][0]) < 3 or time.perf_counter() - began < seconds:
            for database, (times, _) in zip(databases, found, strict=True):
                sent = time.perf_counter()
                await _asked(database, name, scope, first)
                times.append(time.perf_counter() - sent)
    return [(statistics.median(times) * 1000, rows) for times, rows in found]


async def _asked(database: Database, name: ReportName, scope: Scope, first: int) -> int:
    await fold(database)
    async with database.read() as session:
        return len((await make(session, name, scope, _NOW, first=first)).rows)


# The ledger as a file


def _export(pool: Pool) -> Iterator[Figure]:
    with storypool(pool) as target:
        rows, elapsed, early, late = _read_ledger(target)
    what = f"ledger as CSV: memory when row {rows:,} passed, against row {_EARLY:,}"
    if early and rows > _EARLY:
        yield at_most(pool.engine, what, f"{late / 1e6:.0f} / {early / 1e6:.0f} MB", late / early, MEMORY_BAR)
    yield Figure(pool.engine, f"ledger as CSV, {rows:,} rows", f"{rows / elapsed:,.0f} rows a second")


def _read_ledger(target: Target) -> tuple[int, float, int, int]:
    """How many rows came, in how many seconds, and the most memory held when the early row and the last one came, in bytes."""
    address = f"http://127.0.0.1:{target.port}/reports/reprint-ledger.csv?from=2023-01-01&until=2026-01-02"
    rows, early = -1, 0  # the first line is the heading
    began = time.perf_counter()
    headers = {"Authorization": target.headers["Authorization"]}
    with httpx2.stream("GET", address, headers=headers, timeout=600) as answer:
        answer.raise_for_status()
        for chunk in answer.iter_bytes():
            rows += chunk.count(b"\n")
            if rows >= _EARLY and not early:
                early = target.most_resident_bytes()
            if rows >= EXPORTED:
                break
        elapsed, late = time.perf_counter() - began, target.most_resident_bytes()
    return rows, elapsed, early, late


# Matches, a page, a chain


def _matches(engine: Engine, folder: Path, server: URL | None, variants: int, seconds: float) -> Iterator[Figure]:
    counts = (min(_FEW_VARIANTS, variants), variants)
    urls = [_corpus_url(folder, server, count) for count in counts]
    for url, count in zip(urls, counts, strict=True):
        with progress_bar(f"Laying {count:,} variants into {engine}") as progress:
            asyncio.run(lay_corpus(url, count, progress))

    async def measured() -> list[float]:
        databases = [Database(url) for url in urls]
        try:
            return await look_up(databases, seconds)
        finally:
            for database in databases:
                await database.close()

    low, high = asyncio.run(measured())
    what = f"a match over {counts[1]:,} variants, against {counts[0]:,}"
    yield at_most(engine, what, f"{high:.2f} / {low:.2f} ms", high / low, MATCH_BAR)


def _corpus_url(folder: Path, server: URL | None, variants: int) -> URL:
    if server is None:
        return URL.create("sqlite+aiosqlite", database=(folder / f"variants-{variants}.db").absolute().as_posix())
    return asyncio.run(postgres_database(server, f"variants_{variants}"))


def _chain(pool: Pool, nodes: int) -> Iterator[Figure]:
    async def measured() -> Figure:
        database = Database(pool.url)
        try:
            taken, found = await chain(database, nodes)
        finally:
            await database.close()
        what = f"a chain of {found.copies:,} copies over {found.depth} steps, summed up"
        return Figure(pool.engine, what, f"{taken:.0f} ms", bar="some 1,000 ms")

    yield asyncio.run(measured())


def verified(seconds: float) -> Iterator[Figure]:
    """A local page looked at, without a database."""
    taken, finding = verification(seconds)
    yield Figure("", f"a page verified ({finding.state})", f"{taken:.1f} ms of the processor", bar="some 150 ms")


def told(figures: Iterator[Figure]) -> list[Figure]:
    """The figures, each told as soon as it is there."""
    found = []
    for figure in figures:
        print(" · ".join(cell for cell in figure.cells() if cell), file=sys.stderr, flush=True)
        found.append(figure)
    return found


def report_missed(figures: Sequence[Figure]) -> int:
    """Tells which bars were missed; 1 where one was."""
    missed = [figure for figure in figures if figure.met is False]
    for figure in missed:
        print(f"missed: {figure.engine}, {figure.what}: {figure.measured}, asked {figure.bar}", file=sys.stderr)
    return 1 if missed else 0


def main(words: Sequence[str]) -> int:
    """1 where a bar was missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench reprints", description=__doc__)
    parser.add_argument("--pickups", type=int, default=PICKUPS, help="on PostgreSQL; SQLite has a tenth")
    parser.add_argument("--variants", type=int, default=VARIANTS, help="over which matches are looked up")
    parser.add_argument("--nodes", type=int, default=NODES, help="of the long chain")
    parser.add_argument("--engines", default="sqlite,postgresql", help="sqlite, postgresql or both")
    parser.add_argument("--data", type=Path, default=Path(".bench"), help="folder that keeps the databases")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each figure is measured")
    parser.add_argument("--write", action="store_true", help=f"write {REPORT.name}")
    arguments = parser.parse_args(words)
    arguments.data.mkdir(parents=True, exist_ok=True)
    sizes = Sizes(arguments.pickups, arguments.variants, arguments.nodes)
    figures = []
    for engine in get_args(Engine):
        if engine in arguments.engines.split(","):
            figures += told(reprints(engine, arguments.data, sizes, arguments.seconds))
    figures += told(verified(arguments.seconds))
    print_figures(figures)
    if arguments.write:
        REPORT.write_text(reprints_as_markdown(figures, sizes.pickups), encoding="utf-8")
    return report_missed(figures)
