"""Looking up, looking at, and summing up copies: a match over many variants against one over few, a page judged, a chain of many nodes."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlmodel import SQLModel, col, select

from models.base import JsonObject, id_at
from models.database import Database, Session
from models.document import encode
from models.event import Counter
from models.migration import upgrade
from models.outlet import Outlet, OutletKind
from models.pool.tables import POSITIONS_PER_RELEASE, Document, Release, ReleaseKind
from models.reprint.chain import CONFIDENCE, ChainSummary, summarise
from models.reprint.index import INDEXED, MOST_TEXTS, Reuse, reuses
from models.reprint.page import read_page
from models.reprint.shingles import hashes
from models.reprint.table import EdgeBasis, EdgeKind, MatchShingle, MatchText, Reprint, TimePrecision, TimeSource
from models.reprint.verify import Expected, Finding, judge
from models.story import Story
from models.variant import Form, Variant
from seed.progress import Progress, silent
from seed.synthetic.text import Writer

VARIANTS_A_STORY: Final = 4
LANGUAGES: Final = ("en", "zh", "ru", "ar")
PAGES: Final = 20
"""Pages that are looked up in turn: each is an edited copy of a variant that every corpus holds."""

_PARAGRAPHS: Final = 6
_PHRASES: Final = 4
_STORIES_AT_ONCE: Final = 250
_BEGAN: Final = datetime(2023, 1, 1, tzinfo=UTC)
_STAGING: Final = "bench_shingle"


class Texts:
    """Texts that differ, of phrases that many of them share, as the texts of one house do; the same for the same numbers."""

    def __init__(self) -> None:
        self._writers = {language: Writer(language, 1) for language in LANGUAGES}

    def of(self, story: int, language: str, paragraphs: int = _PARAGRAPHS) -> str:
        """The plain text of a variant, a paragraph a line."""
        rng = random.Random(f"{story} {language}")
        writer = self._writers[language]
        glue, stop = ("，", "。") if language == "zh" else (" ", ".")
        return "\n".join(glue.join(writer.phrase(rng).text for _ in range(_PHRASES)) + stop for _ in range(paragraphs))

    def page(self, number: int) -> str:
        """What an outlet made of a variant: a paragraph of its own first, the second and the last of the variant's left out."""
        language = LANGUAGES[number % len(LANGUAGES)]
        lines = self.of(number, language).split("\n")
        return "\n".join([self.of(-1 - number, language, 1), lines[0], *lines[2:-1]])


async def lay_corpus(url: URL, variants: int, progress: Progress = silent) -> None:
    """Fills the empty database at that address with released variants and their index, unless it holds them already."""
    await upgrade(url)
    database = Database(url)
    try:
        stories = variants // VARIANTS_A_STORY
        async with database.read() as session:
            have = (await session.exec(select(sa.func.count()).select_from(Story))).one()
            done = (await session.exec(select(Counter.value).where(Counter.name == INDEXED))).one()
        if have == stories == done:
            return
        await _empty(database)
        texts = Texts()
        for first in range(0, stories, _STORIES_AT_ONCE):
            numbers = range(first, min(first + _STORIES_AT_ONCE, stories))
            rows, shingles = await asyncio.to_thread(_rows, texts, numbers)
            async with database.writer.begin() as connection:
                for table, some in rows.items():
                    await connection.execute(sa.insert(table), some)
                await connection.execute(
                    sa.insert(sa.table(_STAGING, sa.column("hash"), sa.column("text_id"))), shingles
                )
            progress(numbers.stop, stories)
        await _index(database, stories)
    finally:
        await database.close()


async def _empty(database: Database) -> None:
    async with database.writer.begin() as connection:
        for table in (MatchShingle, MatchText, Document, Release, Variant, Story):
            await connection.execute(sa.delete(table))
        await connection.execute(sa.text(f"DROP TABLE IF EXISTS {_STAGING}"))
        await connection.execute(sa.text(f"CREATE TABLE {_STAGING} (hash bigint, text_id bigint)"))


def _rows(texts: Texts, numbers: Sequence[int]) -> tuple[dict[type[SQLModel], list[JsonObject]], list[JsonObject]]:
    rows: dict[type[SQLModel], list[JsonObject]] = {
        table: [] for table in (Story, Variant, Release, Document, MatchText)
    }
    shingles: list[JsonObject] = []
    for number in numbers:
        story_id, release, at = uuid.UUID(int=(number + 1) << 16), number + 1, _BEGAN + timedelta(minutes=number)
        uri = f"urn:newsml:example.org:20230101:bench-{number}"
        moments = {"created_at": at, "updated_at": at}
        rows[Story].append({"id": story_id, "uri": uri, "version": 1, **moments})
        rows[Release].append(
            {
                "id": release,
                "story_id": story_id,
                "version": 1,
                "kind": ReleaseKind.RELEASE,
                "at": at,
                "by": "benchmark",
            }
        )
        parts = []
        for place, language in enumerate(LANGUAGES):
            text, variant_id = texts.of(number, language), uuid.UUID(int=((number + 1) << 16) + place + 1)
            names = {"language": language, "headline": f"Story {number}", "body": "", "body_text": text, "version": 1}
            rows[Variant].append(
                {
                    "id": variant_id,
                    "story_id": story_id,
                    "uri": f"{uri}:{language}",
                    "form": Form.ARTICLE,
                    **names,
                    **moments,
                }
            )
            parts.append({"id": str(variant_id), "version": 1, "language": language, "bodyText": text})
            text_id = release * POSITIONS_PER_RELEASE + place
            named = {"story_id": story_id, "variant_id": variant_id, "version": 1, "language": language}
            rows[MatchText].append({"id": text_id, **named})
            shingles += ({"hash": found, "text_id": text_id} for found in hashes(text))
        rows[Document].append({"release_id": release, "content": encode({"variants": parts})})
    return rows, shingles


async def _index(database: Database, stories: int) -> None:
    """As `models.reprint.index` would: of each shingle the first texts that hold it."""
    placed = f"SELECT hash, text_id, row_number() OVER (PARTITION BY hash ORDER BY text_id) AS place FROM {_STAGING}"
    filled = (
        f"INSERT INTO match_shingle SELECT hash, text_id FROM ({placed}) AS p WHERE place <= {MOST_TEXTS} ORDER BY 1, 2"
    )
    async with database.writer.begin() as connection:
        await connection.execute(sa.text(filled))
        await connection.execute(sa.text(f"DROP TABLE {_STAGING}"))
        await connection.execute(sa.update(Counter).where(col(Counter.name) == INDEXED).values(value=stories))
    async with database.writer.begin() as connection:
        await connection.execute(sa.text("ANALYZE"))


async def look_up(databases: Sequence[Database], seconds: float) -> list[float]:
    """How long a match takes over each of several corpora, in milliseconds: the median of edited copies, looked up in turn.

    :raises RuntimeError: a copy was not known.
    """
    texts = Texts()
    pages = [texts.page(number) for number in range(PAGES)]
    times: list[list[float]] = [[] for _ in databases]
    began, rounds = time.perf_counter(), 0
    while rounds < 2 or time.perf_counter() - began < seconds:
        for number, page in enumerate(pages):
            for place, database in enumerate(databases):
                sent = time.perf_counter()
                async with database.read() as session:
                    found = await reuses(session, page)
                if rounds:  # the first round warms
                    times[place].append((time.perf_counter() - sent) * 1000)
                _make_sure(found, number)
        rounds += 1
    return [statistics.median(found) for found in times]


def _make_sure(found: Sequence[Reuse], number: int) -> None:
    expected = uuid.UUID(int=((number + 1) << 16) + number % len(LANGUAGES) + 1)
    if not found or found[0].variant_id != expected:
        raise RuntimeError(f"the copy of variant {expected} was not known")


def local_page() -> tuple[bytes, Expected]:
    """A page of an outlet, some 60 kB of HTML with an article of 500 words in it, and what it is expected to hold: three versions in four
    languages."""
    texts = Texts()
    line = "Source: Longgang International Communication Centre"
    article = texts.of(7, "en", 20).split("\n")
    shown = "".join(f"<p>{one}</p>" for one in [*article[:4], texts.of(-9, "en", 1), *article[5:], line])
    links = "".join(
        f'<li><a href="/news/{n}"><span class="t">Other news of the day, number {n}</span></a></li>' for n in range(500)
    )
    html = (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{article[0]}</title>"
        '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2025-03-04T08:00:00+08:00"}</script></head>'
        f"<body><header><nav><ul>{links}</ul></nav></header><main><article><h1>{article[0]}</h1>{shown}</article></main>"
        "<footer>All rights reserved</footer></body></html>"
    )
    versions = ["\n".join(article[: len(article) - cut]) for cut in range(3)]
    others = [texts.of(7, language, 20 - cut) for language in LANGUAGES[1:] for cut in range(3)]
    expected = Expected(
        texts=[*versions, *others],
        languages=["en"] * 3 + [language for language in LANGUAGES[1:] for _ in range(3)],
        credit_line=line,
        names=["Longgang International Communication Centre"],
        needs_credit=True,
    )
    return html.encode(), expected


def verification(seconds: float) -> tuple[float, Finding]:
    """How much of the processor's time the reading and judging of a local page take, in milliseconds, in the median; and what was found."""
    body, expected = local_page()
    times: list[float] = []
    began = time.perf_counter()
    while len(times) < 4 or time.perf_counter() - began < seconds:
        sent = time.process_time()
        page = read_page(body, url="https://news.example.org/a", content_type="text/html; charset=utf-8")
        finding = judge(page, 200, {"content-type": "text/html"}, expected)
        times.append((time.process_time() - sent) * 1000)
    return statistics.median(times[1:]), finding


async def chain(database: Database, nodes: int) -> tuple[float, ChainSummary]:
    """How long the summary of a chain of so many copies takes, in milliseconds, in the median of three. Nothing of it is kept."""
    times = []
    async with Session(database.writer, expire_on_commit=False) as session:  # which is left without a commit
        outlet = Outlet(key=f"bench-chain-{uuid.uuid4().hex}", name="Chain", kind=OutletKind.SITE)
        session.add(outlet)
        await session.flush()
        rows = list(_nodes(nodes, outlet.id))
        for first in range(0, nodes, 5000):
            await session.execute(sa.insert(Reprint), rows[first : first + 5000])
        await session.execute(sa.text("ANALYZE reprint"))
        for _ in range(3):
            sent = time.perf_counter()
            found = await summarise(session, rows[0]["id"])
            times.append((time.perf_counter() - sent) * 1000)
    return statistics.median(times), found


def _nodes(count: int, outlet_id: uuid.UUID) -> Iterator[dict[str, Any]]:
    """A chain in which few copies have many that came from them, and most have none."""
    rng = random.Random(3)
    ids: list[uuid.UUID] = []
    depths: list[int] = []
    for number in range(count):
        at = _BEGAN + timedelta(seconds=number)
        parent = int(number * rng.random() ** 2) if number else None
        ids.append(id_at(at))
        depths.append(0 if parent is None else depths[parent] + 1)
        yield {
            "id": ids[-1],
            "copy_key": f"{number:064x}",
            "outlet_id": outlet_id,
            "parent_id": None if parent is None else ids[parent],
            "root_id": ids[0],
            "depth": depths[-1],
            "edge_kind": EdgeKind.REPOST,
            "edge_basis": EdgeBasis.STATED,
            "edge_confidence": CONFIDENCE[EdgeBasis.STATED],
            "language": LANGUAGES[number % len(LANGUAGES)],
            "territory": ("US", "FR", "JP")[number % 3],
            "published_at": at,
            "published_precision": TimePrecision.SECOND,
            "published_source": TimeSource.STATED,
            "created_at": at,
            "updated_at": at,
        }
