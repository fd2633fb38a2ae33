"""Matches a story with every partner that could take it."""

from __future__ import annotations

import asyncio
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from models.errors import BadInput
from models.language import LanguageTag
from models.matching.candidate import Candidate, candidates
from models.matching.case import Case, MatchedStory, rights_in, story_to_match
from models.matching.score import WOULD_TAKE, Reason, Rights, Taste, reads, reasons, score
from models.matching.taste import taste_of, tasting_of
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
    matched = [
        max(_matches(looked, now), key=lambda match: match.score)
        async for looked in _look(session, found, story, lambda candidate: cases, now)
    ]
    return _ordered(matched)


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

    def cases(candidate: Candidate) -> list[Case]:
        public = _public(candidate)
        named = {*public, *(language for language in story.languages if reads(public, language))}
        return [case for language in sorted(named) for case in story.in_language(language)]

    takers: dict[LanguageTag, list[PartnerMatch]] = defaultdict(list)
    async for looked in _look(session, found, story, cases, now):
        by_language: dict[LanguageTag, PartnerMatch] = {}
        for match in _matches(looked, now):
            former = by_language.get(match.language)
            if match.would_take and (former is None or match.score > former.score):
                by_language[match.language] = match
        for language, match in by_language.items():
            takers[language].append(match)
    present = set(story.languages)
    served = {match.partner.id for language in present for match in takers.get(language, ())}
    matched = [
        LanguageMatch(
            language=language,
            is_present=language in present,
            takers=tuple(_ordered(takers.get(language, ()))),
            newly_served=sum(match.partner.id not in served for match in takers.get(language, ())),
        )
        for language in {*takers, *present}
    ]
    return sorted(matched, key=lambda match: (-len(match.takers), -match.score, match.language))


@dataclass(frozen=True)
class _Looked:
    """A partner with what it may do in each case, and what it took."""

    candidate: Candidate
    rights: tuple[tuple[Case, Rights], ...]
    taste: Taste


async def _look(
    session: AsyncSession,
    found: Sequence[Candidate],
    story: MatchedStory,
    cases: Callable[[Candidate], Sequence[Case]],
    now: datetime,
) -> AsyncIterator[_Looked]:
    """Reads what a score is made of, partner by partner. What was taken is read only where it can matter."""
    tasting = tasting_of(story, now)
    for candidate in found:
        # In a thread: a partner may take milliseconds, and other requests go on meanwhile.
        rights = await asyncio.to_thread(_rights, candidate, cases(candidate), now)
        if not rights:
            continue
        can_use = any(known.permitted for _, known in rights)
        taste = await taste_of(session, candidate.partner.id, tasting) if can_use else Taste()
        yield _Looked(candidate, rights, taste)


def _rights(candidate: Candidate, cases: Sequence[Case], now: datetime) -> tuple[tuple[Case, Rights], ...]:
    """What the partner may do in each case, as far as it makes a difference: no form can be better than one without limits."""
    territories = [Territory(code) for code in candidate.partner.territories]
    found: list[tuple[Case, Rights]] = []
    unlimited: set[LanguageTag] = set()
    for case in cases:
        if case.language not in unlimited:
            rights = rights_in(case, candidate.standing, territories, now)
            found.append((case, rights))
            if rights.permitted and rights.usable == rights.asked:
                unlimited.add(case.language)
    return tuple(found)


def _matches(looked: _Looked, now: datetime) -> list[PartnerMatch]:
    public = _public(looked.candidate)
    return [
        _match(looked.candidate, case, reasons(case.language, public, rights, looked.taste, now))
        for case, rights in looked.rights
    ]


def _match(candidate: Candidate, case: Case, found: tuple[Reason, ...]) -> PartnerMatch:
    return PartnerMatch(candidate.partner, case.language, Form(case.subject.form), score(found), found)


def _ordered(matches: Iterable[PartnerMatch]) -> list[PartnerMatch]:
    return sorted(matches, key=lambda match: (-match.score, match.partner.key))


def _public(candidate: Candidate) -> tuple[LanguageTag, ...]:
    return tuple(LanguageTag(tag) for tag in candidate.partner.languages)
