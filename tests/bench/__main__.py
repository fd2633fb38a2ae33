"""Measures throughput, latency and memory, prints the ratios, and ends with 1 where one misses its bar: `python -m tests.bench`,
and of reprint tracking alone `python -m tests.bench reprints`."""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal, get_args

from server.cli.output import progress_bar
from tests.bench.cases import CONJUNCTIONS, COUNTED, RELEVANCE, SINGLE, Case
from tests.bench.decisions import decisions
from tests.bench.delivery import delivery
from tests.bench.documents import COUNTS, FACETS, FILTERED_PAGE, STORY_PAGE
from tests.bench.figures import (
    Figure,
    as_markdown,
    at_least,
    at_most,
    delivery_as_markdown,
    print_figures,
    reprints_as_markdown,
)
from tests.bench.pool import Engine, Pool, postgres_server, postgres_url, prepare, settle, sqlite_url
from tests.bench.process import Load, Target, load_generator, stock_baseline, storypool
from tests.bench.reprints import PICKUPS, Sizes, report_missed, reprints, told, verified
from tests.bench.reprints import REPORT as REPRINT_REPORT
from tests.bench.reprints import main as measure_reprints
from tests.bench.rights import usable_for

Part = Literal["pool", "rights", "delivery", "reprints"]

BASELINE_BAR: Final = 4.0
GROWTH_BAR: Final = 1.5
MEMORY_BAR: Final = 400_000_000
LARGEST_POSTGRES: Final = 100_000

_PAGE: Final = 50
_FILTERED_PAGE: Final = 20
_BASELINE_ROUNDS: Final = 5
_CONNECTIONS: Final = 4
_REPORT: Final = Path(__file__).parents[2] / "docs" / "benchmarks.md"
_DELIVERY_REPORT: Final = _REPORT.with_name("benchmarks-delivery.md")


@dataclass(frozen=True)
class Served:
    """A pool with the server over it."""

    pool: Pool
    target: Target


class Bench:
    """One run over the pools of one engine, smallest first."""

    def __init__(self, load: Load, served: Sequence[Served], seconds: float) -> None:
        self._load = load
        self._small, self._large = served[0], served[-1]
        self._seconds = seconds
        self._engine = self._small.pool.engine
        self._sizes = f"{self._large.pool.stories:,} / {self._small.pool.stories:,}"

    def figures(self) -> Iterator[Figure]:
        """Everything, in the order of the table."""
        yield self._against_baseline()
        if self._large is not self._small:
            yield self._growth(f"page of {_PAGE} with everything", STORY_PAGE, {"first": _PAGE}, {"first": _PAGE})
            for case in SINGLE:
                for deep in (False, True):
                    yield self._single(case, deep=deep)
        for case in (*CONJUNCTIONS, *RELEVANCE):
            yield self._bounded(case)
        for name, document in (("count", COUNTS), ("facets", FACETS)):
            for case in COUNTED:
                yield self._plain(f"{name}, {case.name}", document, {"filter": case.filter})
        yield self._memory()

    def _against_baseline(self) -> Figure:
        small = self._small
        variables = {"first": _PAGE}
        with stock_baseline(small.pool, f"http://127.0.0.1:{small.target.port}/media") as baseline:
            expected = self._load.ask(baseline, STORY_PAGE, variables)
            if self._load.ask(small.target, STORY_PAGE, variables) != expected:
                raise SystemExit(f"{self._engine}: the baseline gives another answer")
            if len(expected["stories"]["edges"]) != _PAGE:
                raise SystemExit(f"{self._engine}: the page holds {len(expected['stories']['edges'])} stories")
            rates: dict[str, list[float]] = {"ours": [], "stock": []}
            for _ in range(_BASELINE_ROUNDS + 1):
                for name, target in (("ours", small.target), ("stock", baseline)):
                    done = self._load.send(
                        [(target, variables)], STORY_PAGE, connections=_CONNECTIONS, seconds=self._seconds
                    )
                    rates[name].append(done["targets"][0]["requests"] / done["elapsed"])
        ours, stock = (statistics.median(rates[name][1:]) for name in ("ours", "stock"))  # the first round warms
        what = f"page of {_PAGE} with everything, against the stock baseline, {small.pool.stories:,}"
        return at_least(self._engine, what, f"{ours:.1f} / {stock:.1f} pages a second", ours / stock, BASELINE_BAR)

    def _single(self, case: Case, *, deep: bool) -> Figure:
        variables = self._comparable(case, deep=deep)
        what = f"{case.name}, {'deep' if deep else 'first'}"
        if variables is None:
            return Figure(self._engine, what, "the smaller pool has no such story")
        return self._growth(what, FILTERED_PAGE, *variables)

    def _comparable(self, case: Case, *, deep: bool) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """The variables for the small and for the large pool with which both return equally many stories."""
        first = _FILTERED_PAGE
        for _ in range(3):
            both = [
                (served, case.variables(first, served.pool.stories, deep=deep)) for served in (self._small, self._large)
            ]
            found = [len(self._page(served, variables)["edges"]) for served, variables in both]
            if min(found) == 0:
                return None
            if found[0] == found[1]:
                return both[0][1], both[1][1]
            first = min(found)
        return None

    def _page(self, served: Served, variables: dict[str, Any]) -> dict[str, Any]:
        page: dict[str, Any] = self._load.ask(served.target, FILTERED_PAGE, variables)["stories"]
        return page

    def _growth(self, what: str, document: str, small: dict[str, Any], large: dict[str, Any]) -> Figure:
        """The median of the large pool over that of the small one. One that misses its bar is measured again, and the median of
        three counts: whatever else a machine does comes in bursts."""
        asked = [(self._small.target, small), (self._large.target, large)]
        runs = [self._medians(asked, document)]
        if runs[0][1] / runs[0][0] > GROWTH_BAR:
            runs += [self._medians(asked, document) for _ in range(2)]
        low, high = sorted(runs, key=lambda run: run[1] / run[0])[len(runs) // 2]
        return at_most(self._engine, what, f"{high:.2f} / {low:.2f} ms ({self._sizes})", high / low, GROWTH_BAR)

    def _bounded(self, case: Case) -> Figure:
        served = self._large
        variables = case.variables(_FILTERED_PAGE, served.pool.stories, deep=False)
        page = self._page(served, variables)
        cut = "budget" if page["budgetExhausted"] else "whole"
        return self._plain(f"{case.name} ({len(page['edges'])} found, {cut})", FILTERED_PAGE, variables)

    def _plain(self, what: str, document: str, variables: dict[str, Any]) -> Figure:
        """The median of the large pool, of which nothing is asked."""
        [median] = self._medians([(self._large.target, variables)], document)
        return Figure(self._engine, what, f"{median:.2f} ms ({self._large.pool.stories:,})")

    def _medians(self, asked: Sequence[tuple[Target, dict[str, Any]]], document: str) -> list[float]:
        """The median of each target in milliseconds, warm."""
        self._load.send(asked, document, seconds=self._seconds / 5)
        done = self._load.send(asked, document, seconds=self._seconds)
        return [target["median"] * 1000 for target in done["targets"]]

    def _memory(self) -> Figure:
        used = self._large.target.resident_bytes()
        what = f"resident memory of the server after all this, {self._large.pool.stories:,}"
        return Figure(self._engine, what, f"{used / 1e6:.0f} MB", bar="< 400 MB", met=used < MEMORY_BAR)


def _measure(pools: Sequence[Pool], seconds: float, parts: Collection[Part], events: int) -> Iterator[Figure]:
    with load_generator() as load:
        if "pool" in parts:
            with ExitStack() as running:
                ends = (pools[0], pools[-1])[: len(pools)]
                served = [Served(pool, running.enter_context(storypool(pool))) for pool in ends]
                yield from Bench(load, served, seconds).figures()
        if "rights" in parts:
            yield from usable_for(load, pools[-1], seconds)
        if "delivery" in parts:
            yield from (replace(figure, part="delivery") for figure in delivery(load, pools[0], seconds, events))


def _grown(engine: Engine, stories: int, url: Any) -> Pool:
    with progress_bar(f"Growing {engine} to {stories:,} stories") as progress:
        pool = asyncio.run(prepare(engine, stories, url, progress))
    asyncio.run(settle(pool))
    return pool


def _run(
    engine: Engine, sizes: Sequence[int], folder: Path, seconds: float, parts: Collection[Part], events: int
) -> Iterator[Figure]:
    if engine == "sqlite":
        yield from _measure([_grown(engine, size, sqlite_url(folder, size)) for size in sizes], seconds, parts, events)
        return
    smaller = [size for size in sizes if size <= LARGEST_POSTGRES] or list(sizes[:1])
    with postgres_server(folder) as server:
        pools = [_grown(engine, size, asyncio.run(postgres_url(server, size))) for size in smaller]
        yield from _measure(pools, seconds, parts, events)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--sizes", default="1000,100000,1000000", help="stories in the pools, comma-separated")
    parser.add_argument("--engines", default="sqlite,postgresql", help="sqlite, postgresql or both")
    parser.add_argument("--part", choices=(*get_args(Part), "all"), default="all", help="what is measured")
    parser.add_argument("--data", type=Path, default=Path(".bench"), help="folder that keeps the pools")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each figure is measured")
    parser.add_argument("--events", type=int, default=10_000_000, help="events in the long log")
    parser.add_argument("--write", action="store_true", help=f"write {_REPORT.name} and {_DELIVERY_REPORT.name}")
    arguments = parser.parse_args()
    if arguments.write and arguments.part not in ("all", "delivery"):
        parser.error("--write needs every part, or that of delivery")
    return arguments


def main() -> int:
    """1 where a bar was missed."""
    if sys.argv[1:2] == ["reprints"]:
        return measure_reprints(sys.argv[2:])
    arguments = _arguments()
    sizes = sorted({int(size) for size in arguments.sizes.split(",")})
    engines: list[Engine] = [engine for engine in get_args(Engine) if engine in arguments.engines.split(",")]
    arguments.data.mkdir(parents=True, exist_ok=True)
    parts: Collection[Part] = get_args(Part) if arguments.part == "all" else (arguments.part,)
    of_pools = set(parts) - {"reprints"}
    figures = [
        figure
        for engine in engines
        if of_pools
        for figure in told(_run(engine, sizes, arguments.data, arguments.seconds, parts, arguments.events))
    ]
    if "rights" in parts:
        figures += told(decisions())
    of_reprints: list[Figure] = []
    if "reprints" in parts:
        for engine in engines:
            of_reprints += told(reprints(engine, arguments.data, Sizes(), arguments.seconds))
        of_reprints += told(verified(arguments.seconds))
    print_figures([*figures, *of_reprints])
    if arguments.write:
        of_delivery = [figure for figure in figures if figure.part == "delivery"]
        _DELIVERY_REPORT.write_text(delivery_as_markdown(of_delivery, f"{sizes[0]:,}"), encoding="utf-8")
        if arguments.part == "all":
            others = [figure for figure in figures if figure.part != "delivery"]
            _REPORT.write_text(as_markdown(others, [f"{size:,}" for size in sizes]), encoding="utf-8")
            REPRINT_REPORT.write_text(reprints_as_markdown(of_reprints, PICKUPS), encoding="utf-8")
    return report_missed([*figures, *of_reprints])


if __name__ == "__main__":
    sys.exit(main())
