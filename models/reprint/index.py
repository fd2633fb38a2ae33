"""Which variants a text reuses, across the whole pool, in one look-up.

The index holds every shingle of every released variant version, but of a shingle no more than `MOST_TEXTS` texts: what stands in that
many tells none of them apart, and would make a look-up grow with the pool. It follows the releases by their numbers, whenever it is
asked, so nothing has to wait for it, and it can be thrown away and made anew.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import JsonObject
from models.database import Database
from models.document import decode
from models.event import Counter
from models.pool.tables import POSITIONS_PER_RELEASE, Document, Release, ReleaseKind
from models.reprint.fact import index as fact_index
from models.reprint.match import Form, Match, Span, match
from models.reprint.shingles import hashes
from models.reprint.table import MatchShingle, MatchText
from models.story import Story

INDEXED: Final = "match-index"
"""The counter that holds the number of the last release in the index."""
MOST_TEXTS: Final = 64
"""In which one shingle is kept. A story has some ten variants with a handful of versions; what is in more than that is a phrase of the
house."""
MOST_CANDIDATES: Final = 64
"""Texts that are compared word for word: those that share most shingles with what was given."""
MOST_SHINGLES: Final = 20_000
"""Of a text that are looked up: as many as 20,000 words have. Of more, those with the smallest hashes, which are as good as any."""
HOUSE_STORIES: Final = 5
"""In so many stories stands what the house says below or within all of them, and which proves none: what it is, where it is, how it
works. Fewer are follow-ups and round-ups, which repeat paragraphs of the story that they follow."""
_PARTS: Final = frozenset({Form.EXCERPT, Form.QUOTATION})
_AT_ONCE: Final = 25
_PARAMETERS: Final = 5000
_RANK: Final = {form: rank for rank, form in enumerate(Form)}


@dataclass(frozen=True)
class Reuse:
    """A variant version that a text reuses.

    :ivar spans: of `found`, in characters of the text that was given and of the variant's plain text.
    """

    variant_id: uuid.UUID
    story_id: uuid.UUID
    story_uri: str
    version: int
    language: str
    found: Match

    def record(self) -> JsonObject:
        """For those who read JSON; shares are from 0 to 1."""
        return {
            "variantId": str(self.variant_id),
            "storyUri": self.story_uri,
            "version": self.version,
            "coverage": round(self.found.coverage, 4),
            "pageShare": round(self.found.page_share, 4),
            "spans": [
                {
                    "pageStart": span.page_start,
                    "pageEnd": span.page_end,
                    "variantStart": span.variant_start,
                    "variantEnd": span.variant_end,
                }
                for span in self.found.spans
            ],
            "form": self.found.form.value,
        }


async def catch_up(database: Database) -> int:
    """Brings the index to the newest release, and that of facts, in short transactions.

    :returns: how many texts came in.
    """
    await fact_index.catch_up(database)
    came = 0
    while True:
        async with database.read() as session:
            done = (await session.exec(select(Counter.value).where(Counter.name == INDEXED))).one()
            newer = select(Release.id).where(col(Release.id) > done).limit(1)
            if (await session.exec(newer)).first() is None:
                return came
        async with database.write() as session:
            came += await _index_some(session)


async def rebuild(database: Database) -> int:
    """Makes the index anew from the releases.

    :returns: how many texts it holds.
    """
    async with database.write() as session:
        await fact_index.forget(session)
        await session.execute(sa.delete(MatchShingle))
        await session.execute(sa.delete(MatchText))
        await session.execute(sa.update(Counter).where(col(Counter.name) == INDEXED).values(value=0))
    return await catch_up(database)


async def _index_some(session: AsyncSession) -> int:
    held = select(Counter).where(Counter.name == INDEXED).with_for_update()
    counter = (await session.exec(held.execution_options(populate_existing=True))).one()
    newer = select(Release).where(col(Release.id) > counter.value).order_by(col(Release.id)).limit(_AT_ONCE)
    releases = (await session.exec(newer)).all()
    came = 0
    for release in releases:
        if release.kind is ReleaseKind.RELEASE:
            came += await _index(session, release)
        counter.value = release.id
    session.add(counter)
    await session.flush()
    return came


async def _index(session: AsyncSession, release: Release) -> int:
    content = (await session.exec(select(Document.content).where(Document.release_id == release.id))).one()
    parts: list[JsonObject] = decode(content)["variants"]
    known = select(MatchText.variant_id, MatchText.version).where(MatchText.story_id == release.story_id)
    there = {(str(variant_id), version) for variant_id, version in (await session.exec(known)).all()}
    came = 0
    for place, part in enumerate(parts):
        if (part["id"], part["version"]) in there:
            continue
        text_id = release.id * POSITIONS_PER_RELEASE + place
        found = await asyncio.to_thread(hashes, part["bodyText"] or "")
        session.add(
            MatchText(
                id=text_id,
                story_id=release.story_id,
                variant_id=uuid.UUID(part["id"]),
                version=part["version"],
                language=part["language"],
            )
        )
        await session.flush()
        kept = sorted(found - await _common(session, sorted(found)))
        if kept:
            rows = [{"hash": number, "text_id": text_id} for number in kept]
            await session.execute(sa.insert(MatchShingle), rows)
        came += 1
    return came


async def _common(session: AsyncSession, wanted: Sequence[int]) -> set[int]:
    """Those shingles of which the index holds as many texts as it may."""
    found: set[int] = set()
    for some in _slices(wanted):
        full = (
            sa.select(col(MatchShingle.hash))
            .where(col(MatchShingle.hash).in_(some))
            .group_by(col(MatchShingle.hash))
            .having(sa.func.count() >= MOST_TEXTS)
        )
        found.update((await session.execute(full)).scalars())
    return found


async def reuses(session: AsyncSession, text: str) -> list[Reuse]:
    """The variants that a text reuses, the one that it holds most of first: of each variant the version that fits best.

    :param text: plain, a paragraph a line.
    """
    candidates = await _candidates(session, sorted(await asyncio.to_thread(hashes, text))[:MOST_SHINGLES])
    rows = {
        row.id: row for row in (await session.exec(select(MatchText).where(col(MatchText.id).in_(candidates)))).all()
    }
    parts = await parts_of(session, candidates)
    texts = {text_id: str(part["bodyText"] or "") for text_id, part in parts.items()}
    ids = [text_id for text_id in candidates if text_id in texts]
    found = await asyncio.to_thread(match, text, [texts[text_id] for text_id in ids])
    uris = select(Story.id, Story.uri).where(col(Story.id).in_({row.story_id for row in rows.values()}))
    uri_of = dict((await session.exec(uris)).all())
    best: dict[uuid.UUID, Reuse] = {}
    for text_id, one in zip(ids, found, strict=True):
        if one.form is Form.NONE:
            continue
        row = rows[text_id]
        reuse = Reuse(row.variant_id, row.story_id, uri_of[row.story_id], row.version, row.language, one)
        other = best.get(row.variant_id)
        if other is None or (one.own_coverage, row.version) > (other.found.own_coverage, other.version):
            best[row.variant_id] = reuse
    ranked = sorted(best.values(), key=lambda one: (_RANK[one.found.form], -one.found.page_share, -one.found.coverage))
    apart = _not_from_others(ranked, len(text))
    said_by_the_house = await _said_by_the_house(session, text, apart)
    return [reuse for reuse in apart if reuse.variant_id not in said_by_the_house]


def _not_from_others(ranked: Sequence[Reuse], length: int) -> list[Reuse]:
    """Without parts of variants that the page has from another one, of which it holds more.

    Stories of one house share titles of its works and whole sentences. Who took one of them has those from it, and took nothing of
    the others. Whole texts (FULL, EDITED) stay, for a short form of a story can stand whole in its long one.

    :param ranked: the one that the page holds most of first.
    :param length: of the page's text, in characters.
    """
    taken = bytearray(length)
    kept: list[Reuse] = []
    for reuse in ranked:
        spans = reuse.found.spans
        if reuse.found.form in _PARTS and all(taken.find(0, span.page_start, span.page_end) < 0 for span in spans):
            continue
        kept.append(reuse)
        for span in spans:
            taken[span.page_start : span.page_end] = b"\1" * (span.page_end - span.page_start)
    return kept


async def _said_by_the_house(session: AsyncSession, text: str, reuses: Sequence[Reuse]) -> set[uuid.UUID]:
    """The variants of which there is nothing but what stands in `HOUSE_STORIES` stories or more: whose words those are, nobody can tell."""
    shared = {
        reuse.variant_id: await asyncio.to_thread(_hashes_at, text, reuse.found.spans)
        for reuse in reuses
        if reuse.found.form in _PARTS
    }
    house: set[int] = set()
    for some in _slices(sorted(set().union(*shared.values()))):
        often = (
            sa.select(col(MatchShingle.hash))
            .join(MatchText, col(MatchText.id) == col(MatchShingle.text_id))
            .where(col(MatchShingle.hash).in_(some))
            .group_by(col(MatchShingle.hash))
            .having(sa.func.count(sa.distinct(col(MatchText.story_id))) >= HOUSE_STORIES)
        )
        house.update((await session.execute(often)).scalars())
    return {variant_id for variant_id, found in shared.items() if found <= house}


def _hashes_at(text: str, spans: Iterable[Span]) -> set[int]:
    return {number for span in spans for number in hashes(text[span.page_start : span.page_end])}


async def _candidates(session: AsyncSession, wanted: Sequence[int]) -> list[int]:
    shared: dict[int, int] = {}
    for some in _slices(wanted):
        counted = (
            sa.select(col(MatchShingle.text_id), sa.func.count())
            .where(col(MatchShingle.hash).in_(some))
            .group_by(col(MatchShingle.text_id))
        )
        for text_id, number in (await session.execute(counted)).all():
            shared[text_id] = shared.get(text_id, 0) + number
    return sorted(shared, key=lambda text_id: (-shared[text_id], text_id))[:MOST_CANDIDATES]


async def parts_of(session: AsyncSession, text_ids: Iterable[int]) -> dict[int, JsonObject]:
    """The variant versions that texts of the index are of, out of the documents of their releases."""
    wanted = {text_id: divmod(text_id, POSITIONS_PER_RELEASE) for text_id in text_ids}
    documents = select(Document).where(col(Document.release_id).in_({release for release, _ in wanted.values()}))
    parts = {row.release_id: decode(row.content)["variants"] for row in (await session.exec(documents)).all()}
    return {text_id: parts[release][place] for text_id, (release, place) in wanted.items()}


def _slices(wanted: Sequence[int]) -> Iterable[Sequence[int]]:
    return (wanted[start : start + _PARAMETERS] for start in range(0, len(wanted), _PARAMETERS))
