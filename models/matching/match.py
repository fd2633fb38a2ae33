"""Matches a story with every partner that could take it."""

from __future__ import annotations

import asyncio
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from models.errors import BadInput
from models.language import LanguageTag, language_covers
from models.matching.candidate import Candidate, candidates
from models.matching.case import Case, MatchedStory, rights_in, story_to_match
from models.matching.score import WOULD_TAKE, Reason, Rights, Taste, reads, reasons, score
from models.matching.taste import taste_of
from models.partner import Partner
from models.terms import PolicyCache
from models.territory import Territory
from models.variant import Form


@dataclass(frozen=True)
class PartnerMatch:
    """How well a story fits a partner, in the language that fits best.

    :param form: the form that the rights are those of.
    """

    partner: Partner
    language: LanguageTag
    form: Form
    score: int
    reasons: tuple[Reason, ...]

    @property
    def would_take(self) -> bool:
        """Whether the score is at least `WOULD_TAKE`."""
        return self.score >= WOULD_TAKE


@dataclass(frozen=True)
class LanguageMatch:
    """How far a story would reach in a language.

    :param is_present: the story has it.
    :param takers: the partners whose public reads it and that would take it, best first.
    :param newly_served: how many of them would take nothing in the languages that the story has.
    """

    language: LanguageTag
    is_present: bool
    takers: tuple[PartnerMatch, ...]
    newly_served: int

    @property
    def score(self) -> int:
        """The scores of those who would take it, together: to order languages by, not a number of people."""
        return sum(match.score for match in self.takers)


async def partner_matches(
    session: AsyncSession,
    story_id: uuid.UUID,
    policies: PolicyCache,
    now: datetime,
    *,
    language: LanguageTag | None = None,
    form: Form | None = None,
    partner_ids: Collection[uuid.UUID] | None = None,
) -> list[PartnerMatch]:
    """Every partner that could take a story, best first, then by key.

    :param language: one that the story has or lacks; None for the best of those that it has.
    :raises NotFound: no such story, or no such partner.
    :raises WrongState: the story is withheld or canceled.
    :raises BadInput: there are too many partners, or no language is given and the story has none.
    """
    story = await story_to_match(session, story_id)
    found = await candidates(session, story_id, partner_ids, policies, now)
    wanted = (language,) if language is not None else story.languages
    cases = [case for tag in wanted for case in story.in_language(tag, form)]
    if not cases:
        raise BadInput("the story has no variant yet; give the language that is meant", field=["language"])
    tastes = await _tastes(session, found, story, now)
    matched = []
    for candidate in found:
        # In a thread: a partner takes milliseconds, and other requests go on meanwhile.
        matched.append(await asyncio.to_thread(_best, candidate, cases, tastes[candidate.partner.id], now))
    return _ordered(match for match in matched if match is not None)


async def language_matches(
    session: AsyncSession, story_id: uuid.UUID, policies: PolicyCache, now: datetime
) -> list[LanguageMatch]:
    """Every language of the story and of the publics that could be reached, what reaches most partners first.

    :raises NotFound: no such story.
    :raises WrongState: the story is withheld or canceled.
    :raises BadInput: there are too many partners.
    """
    story = await story_to_match(session, story_id)
    found = await candidates(session, story_id, None, policies, now)
    tastes = await _tastes(session, found, story, now)
    takers: dict[LanguageTag, list[PartnerMatch]] = defaultdict(list)
    for candidate in found:
        matches = await asyncio.to_thread(_by_language, candidate, story, tastes[candidate.partner.id], now)
        for match in matches:
            takers[match[0]].append(match[1])
    present = {language for language in takers if _has(story, language)} | set(story.languages)
    served = {match.partner.id for language in present for match in takers[language]}
    matched = [
        LanguageMatch(
            language=language,
            is_present=language in present,
            takers=tuple(_ordered(takers[language])),
            newly_served=sum(match.partner.id not in served for match in takers[language]),
        )
        for language in {*takers, *present}
    ]
    return sorted(matched, key=lambda match: (-len(match.takers), -match.score, match.language))


async def _tastes(
    session: AsyncSession, found: Sequence[Candidate], story: MatchedStory, now: datetime
) -> dict[uuid.UUID, Taste]:
    return {candidate.partner.id: await taste_of(session, candidate.partner.id, story, now) for candidate in found}


def _by_language(
    candidate: Candidate, story: MatchedStory, taste: Taste, now: datetime
) -> list[tuple[LanguageTag, PartnerMatch]]:
    """What the partner would take in each of the languages of its public."""
    public = _public(candidate)
    named = {*public, *(language for language in story.languages if reads(public, language))}
    found = []
    for language in sorted(named):
        match = _best(candidate, story.in_language(language), taste, now)
        if match is not None and match.would_take:
            found.append((language, match))
    return found


def _best(candidate: Candidate, cases: Sequence[Case], taste: Taste, now: datetime) -> PartnerMatch | None:
    """The best of several cases for a partner; of equals the first."""
    best: PartnerMatch | None = None
    public = _public(candidate)
    territories = [Territory(code) for code in candidate.partner.territories]
    known: dict[tuple[LanguageTag, Rights], PartnerMatch] = {}
    for case in cases:
        rights = rights_in(case, candidate.standing, territories, now)
        if (case.language, rights) in known:
            continue
        found = reasons(case.language, public, rights, taste, now)
        match = PartnerMatch(candidate.partner, case.language, Form(case.subject.form), score(found), found)
        known[case.language, rights] = match
        if best is None or match.score > best.score:
            best = match
    return best


def _ordered(matches: Iterable[PartnerMatch]) -> list[PartnerMatch]:
    return sorted(matches, key=lambda match: (-match.score, match.partner.key))


def _public(candidate: Candidate) -> tuple[LanguageTag, ...]:
    return tuple(LanguageTag(tag) for tag in candidate.partner.languages)


def _has(story: MatchedStory, language: LanguageTag) -> bool:
    return any(language_covers(language, own) for own in story.languages)
