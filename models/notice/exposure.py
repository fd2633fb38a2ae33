"""For whom a story's body was readable at any time until now: to them, and to nobody else, its notices go.

That is worked out from what is kept (`models.notice.history`): which words were in the pool when, each version of each agreement, and
when partners were suspended. Two things are assumed, because nobody kept them: that no quota was used up and nothing was held, so that a
body was open as far as its terms opened it to somebody who had taken nothing; and that a partner one of whose clients holds
`embargo:read` has held it all along. A precondition that a partner has fulfilled counts as fulfilled from when it first said so.

Agreements open a body each by itself, so each is asked alone, whatever its period: `readable` over time is worked out once for each
distinct set of terms, and then looked up. Coverage, which is cheap, comes first.
"""

from __future__ import annotations

import asyncio
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.notice.history import History, Stretch, Supply
from models.notice.history_reading import read_kept
from models.pickup.table import Pickup
from models.policy import Policy
from models.terms import load_policies
from models.usage import Account, AgreementFacts, DutyFact, ExclusivityFacts, Standing, Subject, readable
from models.usage.openings import BEGINNING
from models.usage.rules import covers
from models.usage.window import Window

_NOBODY: Final = uuid.UUID(int=0)
_DECIDED_AT_ONCE: Final = 50
"""More versions of agreements than these are worked out in a thread, so that other requests go on meanwhile."""


@dataclass(frozen=True)
class Exposure:
    """When a partner could first read a body of the story, or took it, and of which variants that is true."""

    first_at: datetime
    variant_ids: frozenset[uuid.UUID]


async def exposures_of(
    session: AsyncSession, story_id: uuid.UUID, now: datetime, variant_ids: Collection[uuid.UUID] = ()
) -> dict[uuid.UUID, Exposure]:
    """The partners that could read a body of the story before now, or took one, by id.

    :param variant_ids: the variants that are asked about; none means all of the story's.
    """
    kept = await read_kept(session, story_id)
    policies = await load_policies(session, kept.policy_names())

    def decide() -> dict[uuid.UUID, dict[uuid.UUID, datetime]]:
        return first_readings(kept.history(now), policies)

    found = await asyncio.to_thread(decide) if len(kept.versions) > _DECIDED_AT_ONCE else decide()
    taken = select(Pickup.partner_id, Pickup.variant_id, Pickup.created_at).where(Pickup.story_id == story_id)
    for partner_id, variant_id, at in (await session.exec(taken)).all():
        first = found.setdefault(partner_id, {})
        first[variant_id] = min(first.get(variant_id, at), at)
    return _about(found, set(variant_ids))


def _about(
    found: Mapping[uuid.UUID, Mapping[uuid.UUID, datetime]], wanted: set[uuid.UUID]
) -> dict[uuid.UUID, Exposure]:
    exposures = {}
    for partner_id, firsts in found.items():
        asked = {variant: at for variant, at in firsts.items() if not wanted or variant in wanted}
        if asked:
            exposures[partner_id] = Exposure(min(asked.values()), frozenset(asked))
    return exposures


def first_readings(history: History, policies: Mapping[str, Policy]) -> dict[uuid.UUID, dict[uuid.UUID, datetime]]:
    """By partner and variant, the first moment at which the body was readable. What never was is left out."""
    book = _ReadingBook(policies, history.until)
    found = {}
    for partner_id, supplies in history.supplies.items():
        firsts = _firsts_of(partner_id, supplies, history, book)
        if firsts:
            found[partner_id] = firsts
    return found


def _firsts_of(
    partner_id: uuid.UUID, supplies: Sequence[Supply], history: History, book: _ReadingBook
) -> dict[uuid.UUID, datetime]:
    ahead = partner_id in history.reads_ahead
    others = [facts for owner, facts in history.exclusivities if owner != partner_id]
    by_variant: dict[uuid.UUID, list[Stretch]] = defaultdict(list)
    for stretch in history.stretches:
        by_variant[stretch.variant_id].append(stretch)
    firsts = {}
    for variant_id, stretches in by_variant.items():
        cases = sorted(
            (
                (start, until, supply, stretch)
                for stretch in stretches
                for supply in supplies
                if _covers(supply.facts, stretch.subject)
                for start, until in _overlaps(stretch.window_for(reads_ahead=ahead), supply.window, history.until)
            ),
            key=lambda case: case[0],
        )
        first: datetime | None = None
        for start, until, supply, stretch in cases:
            if first is not None and start >= first:
                break
            opened = book.first(supply, stretch, _theirs(others, stretch.subject, start, until), start, until)
            if opened is not None:
                first = opened if first is None else min(first, opened)
        if first is not None:
            firsts[variant_id] = first
    return firsts


def _covers(agreement: AgreementFacts, subject: Subject) -> bool:
    """Whether the agreement covers the subject, and no quota of it allows nothing of that form."""
    return covers(agreement, subject) and not any(quota.counts(subject.form) for quota in agreement.quotas)


def _overlaps(one: Window, other: Window, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """What two stretches of time have in common before now; nothing, or one pair."""
    start = max(moment for moment in (one.start, other.start, BEGINNING) if moment is not None)
    until = min(moment for moment in (one.until, other.until, now) if moment is not None)
    if start < until:
        yield start, until


def _theirs(
    others: Iterable[ExclusivityFacts], subject: Subject, start: datetime, until: datetime
) -> tuple[ExclusivityFacts, ...]:
    """What others had to themselves of the subject in that time, whatever else their agreements cover."""
    return tuple(
        replace(facts, languages=None, forms=None, series=None, topics=None)
        for facts in others
        if facts.starts_at < until and facts.ends_at > start and covers(facts, subject)
    )


class _ReadingBook:
    """When bodies were readable under distinct terms: each worked out once, over all of the time that is asked about."""

    def __init__(self, policies: Mapping[str, Policy], until: datetime) -> None:
        self._policies = policies
        self._until = until
        self._timelines: dict[object, list[tuple[datetime, bool]]] = {}

    def first(
        self,
        supply: Supply,
        stretch: Stretch,
        others: tuple[ExclusivityFacts, ...],
        start: datetime,
        until: datetime,
    ) -> datetime | None:
        """The first moment in `[start, until)` at which the agreement opened the body; None where it did not."""
        timeline = self._timeline(supply, stretch, others)
        for place, (opened, is_open) in enumerate(timeline):
            closed = timeline[place + 1][0] if place + 1 < len(timeline) else until
            if is_open and max(opened, start) < min(closed, until):
                return max(opened, start)
        return None

    def _timeline(
        self, supply: Supply, stretch: Stretch, others: tuple[ExclusivityFacts, ...]
    ) -> list[tuple[datetime, bool]]:
        facts = supply.facts
        key = (
            stretch.policy,
            stretch.subject.language,
            facts.territories,
            facts.channels,
            supply.policy,
            supply.settled,
            others,
        )
        if (known := self._timelines.get(key)) is not None:
            return known
        subject = Subject(stretch.subject.language, stretch.subject.form)
        duties = tuple(DutyFact(action, settled=True) for action in supply.settled)
        standing = Standing(
            agreements=(self._bare(supply, duties),), exclusivities=others, account=Account(duties=duties)
        )
        timeline: list[tuple[datetime, bool]] = []
        at: datetime | None = BEGINNING
        while at is not None and at < self._until:
            answer = readable((self._policies[stretch.policy],), subject, standing, at)
            timeline.append((at, answer.is_readable))
            at = answer.valid_until
        return self._timelines.setdefault(key, timeline)

    def _bare(self, supply: Supply, duties: tuple[DutyFact, ...]) -> AgreementFacts:
        """The agreement without its period and without what it covers: both are asked before."""
        return AgreementFacts(
            id=_NOBODY,
            version=0,
            starts_at=BEGINNING,
            ends_at=None,
            territories=supply.facts.territories,
            channels=supply.facts.channels,
            policy=self._policies[supply.policy],
            duties=duties,
        )


async def live_pickups(
    session: AsyncSession, story_id: uuid.UUID, variant_ids: Collection[uuid.UUID] = ()
) -> set[uuid.UUID]:
    """The partners that hold a pickup of one of the variants, or of any where none is named, that was not given back."""
    held = select(Pickup.partner_id).where(Pickup.story_id == story_id, col(Pickup.released_at).is_(None)).distinct()
    if variant_ids:
        held = held.where(col(Pickup.variant_id).in_(list(variant_ids)))
    return set((await session.exec(held)).all())
