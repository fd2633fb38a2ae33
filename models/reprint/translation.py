"""Proposes of which story a text may be a translation, from numbers, dates and names that are the same in every language.

A proposal is never a decision: who else reports the same event has the same numbers. Editors look, and say so
(`updateReprint`, form TRANSLATION). How the score comes about says `models.reprint.fact.score`.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import JsonObject
from models.pool.tables import Release
from models.reprint.fact.fact import Fact, FactKind
from models.reprint.fact.index import commonness, held_by, holders, names_of_pool, text_of
from models.reprint.fact.known import Names
from models.reprint.fact.reading import facts_of
from models.reprint.fact.score import LEAST_SHARED, Commonness, Likeness, Shared, enough, likeness, weight_of
from models.reprint.index import parts_of
from models.reprint.language import language_of
from models.reprint.page import Page
from models.reprint.table import MatchText
from models.reprint.verify import Finding
from models.story import Story

MOST_CANDIDATES: Final = 64
"""Stories whose facts are compared: those that share the heaviest."""
MOST_READ: Final = 8
"""Stories whose texts are read: those of which all languages together share enough."""
MOST_TEXTS: Final = 60
"""Texts of a story that are read, the newest."""
EARLY: Final = timedelta(days=1)
"""How long before its release a story may have run: clocks, zones and pages that name the day alone."""


@dataclass(frozen=True)
class Proposal:
    """A variant version of which a text may be a translation, and what speaks for it."""

    variant_id: uuid.UUID
    story_id: uuid.UUID
    story_uri: str
    version: int
    language: str
    found: Likeness

    def record(self) -> JsonObject:
        """For those who read JSON; `score` and `bits` as `models.reprint.fact.score` says."""
        return {
            "variantId": str(self.variant_id),
            "storyUri": self.story_uri,
            "version": self.version,
            "score": round(self.found.score, 1),
            "shared": [shared_record(one) for one in self.found.shared],
        }


def shared_record(one: Shared) -> JsonObject:
    """A shared fact in the words of both."""
    return {
        "kind": one.page.kind.value,
        "value": one.page.value,
        "page": one.page.words,
        "variant": one.variant.words,
        "bits": round(one.bits, 1),
    }


def in_words(shared: Sequence[Shared]) -> str:
    """Shared facts for people, the heaviest first: what the page has for each, and what the variant has where that is written otherwise."""
    return ", ".join(
        one.page.words if one.page.words == one.variant.words else f"{one.page.words} = {one.variant.words}"
        for one in shared
    )


async def translations(
    session: AsyncSession,
    text: str,
    *,
    language: str | None = None,
    published_at: datetime | None = None,
    known: Iterable[uuid.UUID] = (),
) -> list[Proposal]:
    """Of which stories a text may be a translation, the likeliest first. The index must be at the newest release.

    :param text: plain, a paragraph a line; the nearer to the article alone, the better.
    :param language: of the text, where it is known; else it is told from the text.
    :param published_at: when it ran; stories that were released later are left out.
    :param known: stories that the text is known to reuse word for word.
    """
    names = await names_of_pool(session)
    page, spoken = await asyncio.to_thread(_page_facts, text, language, names)
    common = await commonness(session, (fact.hash() for fact in page))
    chance = common.chances(page)
    weights = {fact.hash(): weight_of(chance(fact)) for fact in page}
    needed = enough(common.stories)
    first = _heaviest(await holders(session, common), weights, set(known), 0.0)[:MOST_CANDIDATES]
    likely = _heaviest(await held_by(session, first), weights, set(), needed)[:MOST_READ]
    found = [await _proposal(session, story_id, page, spoken, names, common, published_at) for story_id in likely]
    proposals = [one for one in found if one is not None and one.found.is_enough(common.stories)]
    return sorted(proposals, key=lambda one: (-one.found.score, one.story_uri))


def _heaviest(
    held: Mapping[uuid.UUID, set[int]], weights: Mapping[int, float], left_out: set[uuid.UUID], least: float
) -> list[uuid.UUID]:
    sums = {story_id: sum(weights.get(number, 0.0) for number in numbers) for story_id, numbers in held.items()}
    chosen = [story_id for story_id, bits in sums.items() if story_id not in left_out and bits > 0 and bits >= least]
    return sorted(chosen, key=lambda story_id: (-sums[story_id], story_id))


def _page_facts(text: str, language: str | None, names: Names) -> tuple[tuple[Fact, ...], str | None]:
    detected = language_of(text)
    spoken = detected.tag if detected is not None else language
    return facts_of(text, spoken, names), spoken


async def _proposal(
    session: AsyncSession,
    story_id: uuid.UUID,
    page: Sequence[Fact],
    spoken: str | None,
    names: Names,
    common: Commonness,
    published_at: datetime | None,
) -> Proposal | None:
    """The variant version of a story that a text in another language is nearest to."""
    uri = (await session.exec(select(Story.uri).where(Story.id == story_id))).one()
    if published_at is not None and await _released_after(session, story_id, published_at + EARLY):
        return None
    rows = select(MatchText).where(MatchText.story_id == story_id).order_by(col(MatchText.id).desc()).limit(MOST_TEXTS)
    texts = {row.id: row for row in (await session.exec(rows)).all() if not _same_language(row.language, spoken)}
    parts = await parts_of(session, texts)
    read = await asyncio.to_thread(_read, parts, names)
    all_facts = {fact.hash() for facts in read.values() for fact in facts}
    fuller = await commonness(session, all_facts | common.held.keys())
    found = [(likeness(page, facts, fuller), text_id) for text_id, facts in read.items()]
    if not found:
        return None
    best, text_id = max(found, key=lambda one: (one[0].score, one[1]))
    row = texts[text_id]
    return Proposal(row.variant_id, story_id, uri, row.version, row.language, best)


def _read(parts: Mapping[int, JsonObject], names: Names) -> dict[int, tuple[Fact, ...]]:
    return {text_id: facts_of(text_of(part), part["language"], names) for text_id, part in parts.items()}


async def _released_after(session: AsyncSession, story_id: uuid.UUID, moment: datetime) -> bool:
    first = select(Release.at).where(Release.story_id == story_id).order_by(col(Release.id)).limit(1)
    return (await session.exec(first)).one() > moment


def _same_language(one: str, other: str | None) -> bool:
    return other is not None and one.partition("-")[0] == other.partition("-")[0]


def article_of(page: Page) -> str:
    """The text of a page whose facts count: its title and the article alone, without what stands around it, where that was found."""
    return f"{page.title}\n{page.display_text}" if page.display_text else page.text


async def weighed(session: AsyncSession, finding: Finding, page: Page, story_id: uuid.UUID) -> Finding:
    """A finding in a language that the story was not supplied in, with what speaks for and against a translation.

    The state stays: somebody has to look. The reason TRANSLATION_LIKELY or TRANSLATION_UNLIKELY is added; neither where the two
    have too few facts for either.
    """
    if finding.reasons != ("OTHER_LANGUAGE",):
        return finding
    names = await names_of_pool(session)
    facts, spoken = await asyncio.to_thread(_page_facts, article_of(page), finding.language, names)
    common = await commonness(session, (fact.hash() for fact in facts))
    proposal = await _proposal(session, story_id, facts, spoken, names, common, None)
    if proposal is None:
        return finding
    found = proposal.found
    if found.is_enough(1):
        reasons = ("OTHER_LANGUAGE", "TRANSLATION_LIKELY")
    elif _can_tell(facts) and found.most >= 2 * enough(1):  # half of its facts would be enough
        reasons = ("OTHER_LANGUAGE", "TRANSLATION_UNLIKELY")
    else:
        return finding
    return replace(finding, reasons=reasons, translation=proposal.record())


def _can_tell(page: Sequence[Fact]) -> bool:
    """Whether a page has facts that count against it. Names in Latin letters do not: in German every noun looks like one."""
    return sum(fact.kind is not FactKind.NAME for fact in page) >= LEAST_SHARED
