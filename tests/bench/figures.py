"""What was measured, against what is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table

from tests.bench.machine import machine_facts

COLUMNS = ("engine", "what", "measured", "ratio", "bar", "met")


@dataclass(frozen=True)
class Figure:
    """One line of the table.

    :param measured: the figures that the ratio comes from, with their units.
    :param bar: what is asked of the ratio, or of what was measured; empty where nothing is.
    :param met: None where nothing is asked.
    :param part: the report that it belongs to; empty for the first.
    """

    engine: str
    what: str
    measured: str
    ratio: float | None = None
    bar: str = ""
    met: bool | None = None
    part: str = ""

    def cells(self) -> tuple[str, ...]:
        """The line as text."""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        met = "" if self.met is None else ("yes" if self.met else "NO")
        return self.engine, self.what, self.measured, ratio, self.bar, met


def at_most(engine: str, what: str, measured: str, ratio: float, limit: float) -> Figure:
    """A ratio that must not be larger than the limit."""
    return Figure(engine, what, measured, ratio, f"≤ {limit:g}", ratio <= limit)


def at_least(engine: str, what: str, measured: str, ratio: float, limit: float) -> Figure:
    """A ratio that must not be smaller than the limit."""
    return Figure(engine, what, measured, ratio, f"≥ {limit:g}", ratio >= limit)


def print_figures(figures: Sequence[Figure]) -> None:
    """The table on standard output."""
    table = Table(*COLUMNS, box=None, pad_edge=False)
    for figure in figures:
        table.add_row(*figure.cells())
    Console(highlight=False, width=150).print(table)


def delivery_as_markdown(figures: Sequence[Figure], stories: str) -> str:
    """The whole of `docs/benchmarks-delivery.md`."""
    lines = [
        "# Benchmarks of delivery",
        "",
        "Written by `python -m tests.bench --part delivery --write`. Only ratios are asked for: milliseconds belong to the machine, which",
        "the server, the load generator, the receiver of webhooks and the subscribers share.",
        "",
        f"Run on {datetime.now(UTC):%d %B %Y}, over a pool of {stories} stories.",
        "",
        *_table(figures),
        "",
        "- **a poll that finds nothing**: `changes` after the end of the log, by POST; **304**: the same document by its hash and GET,",
        "  with the ETag of the answer before. Both against a page of 50 stories with everything, by four connections; rounds alternate.",
        "- **publish to**: an editor withholds a story, or lets it out again, through the API; from the sending of that request to each",
        "  arrival, so with the act itself and the notices that it issues. The first two acts are not counted.",
        "- **memory each**: what the server's resident memory grew by, divided by the subscribers.",
        "- **two bare loops**: two processes that sign a body of the same length with `standardwebhooks` and post it with httpx2, 64 at a",
        "  time, and do nothing else, before and after. Webhooks are counted from the commit of the events to the last arrival: with all",
        "  that is read, decided and kept for them in the database.",
        "- **a log of so many events**: pages of `changes` from three cursors of one server, asked in turn.",
        "",
    ]
    return "\n".join(lines)


def reprints_as_markdown(figures: Sequence[Figure], pickups: int) -> str:
    """The whole of `docs/benchmarks-reprints.md`."""
    lines = [
        "# Benchmarks of reprint tracking",
        "",
        "Written by `python -m tests.bench reprints --write`. Only ratios are asked for: milliseconds belong to the machine, which the",
        "database, the server and whoever reads share.",
        "",
        f"Run on {datetime.now(UTC):%d %B %Y}, over {pickups:,} pickups, three times as many copies and twenty times as many figures on",
        f"PostgreSQL, a tenth of each on SQLite ({pickups // 10:,} pickups), each against a hundredth of that.",
        "",
        *_table(figures),
        "",
        "- **a report of 2025**, compared with 2024, and **of June 2025**, compared with May: from its name to its rows, in one process",
        "  with the database beside it, as a manager reads it: its first page, of 100 rows (of each kind, where it has kinds), or, where",
        "  the smaller has fewer, of as many as that has. Both sizes are asked in turn, and the median counts; a report that takes more",
        "  than twenty seconds is asked once. Under 200 ms are expected.",
        "- **the same catalogue** lies under both sizes: 5,000 stories in four languages, 200 partners, 3,000 outlets, 50 brands. The n-th",
        "  of each takes a share of 1 / n; 30 % of the copies came from another, over at most five steps; 70 % are verified.",
        "- **ledger as CSV**: `GET /reports/reprint-ledger.csv` over all three years. The most that the server process ever held",
        "  when its last row passed, against when row 10,000 did.",
        "- **a match**: a page that is an edited copy of a variant, looked up by `models.reprint.index.reuses` over so many",
        "  variants of 24 phrases each; both are asked in turn.",
        "- **a page verified**: 60 kB of HTML, read and judged against twelve texts of 500 words (`read_page`, `judge`), in processor time",
        "  and without the fetch; 150 ms are expected. **A chain summed up**: `summarise`; one second is expected.",
        "",
    ]
    return "\n".join(lines)


def _table(figures: Sequence[Figure]) -> list[str]:
    """The machine, and what was measured on it."""
    return [
        "| | |",
        "|---|---|",
        *(f"| {name} | {value} |" for name, value in machine_facts()),
        "",
        f"| {' | '.join(COLUMNS)} |",
        f"|{'---|' * len(COLUMNS)}",
        *(f"| {' | '.join(figure.cells())} |" for figure in figures),
    ]


def as_markdown(figures: Sequence[Figure], pools: Sequence[str]) -> str:
    """The whole of `docs/benchmarks.md`."""
    lines = [
        "# Benchmarks",
        "",
        "`make bench` grows pools of synthetic stories with four variants each, runs the server as one process and a load generator as",
        "another, and compares. Only ratios are asked for: milliseconds belong to the machine. Medians are warm. Written by",
        "`python -m tests.bench --write`.",
        "",
        f"Run on {datetime.now(UTC):%d %B %Y}, with pools of {', '.join(pools)} stories.",
        "",
        *_table(figures),
        "",
        "- **stock baseline**: plain Strawberry over SQLModel entities and DataLoaders, without rights or tokens",
        "  (`tests/bench/baseline.py`). It gives the same answer to the same document, which the run checks; rounds alternate.",
        "- **first, deep**: a first page, and one from the middle of the list. Both pools return equally many, and are asked in turn.",
        "- **budget**: the page came short because its budget of 5,000 positions was examined; **whole**: it did not.",
        "- **usable for, so many policies**: the page filtered by a use that so much of the pool permits, against the page without a",
        "  filter, of one server, asked in turn. For this the largest pool is labelled anew, and put back afterwards",
        "  (`tests/bench/labels.py`): every story gets one of the policies, of which the n-th has a share of 1 / n of the stories, spread",
        "  evenly over the pool by release number; policies permit four channels such that the stories of those that permit a channel make",
        "  90, 50, 5 and 0.5 % of all. Only the index is touched (`pool_entry.rights_id`, and the policies and rights that it names).",
        "- **first look, first use**: the same page for a use that was not asked for before, which decides every policy once; at the",
        "  first look the server reads the policies besides. Others are requests of `/healthz`, sent over and over meanwhile.",
        "- **matrix**, **a decision**: in one process, without server and database.",
        "",
    ]
    return "\n".join(lines)
