"""How surprising it is that two texts share what they share.

A text that has nothing to do with a story shares facts with it by chance. How likely that is of one fact is taken as the larger of two
estimates, so that a fact never weighs more than either allows:

- **what it is**: one number in ten begins with the digits 1 to 9 as Benford's law has it, so a number with the significant digits D is
  one of log₁₀(1 + 1/D) numbers, and no more than half of those are of one order of magnitude. A page with k numbers holds it with a
  chance of 1 − (1 − q)ᵏ: a table of a thousand numbers holds any number, and sharing one with it says nothing. Years, dates, times
  and names have a q of their own (`_CHANCE`);
- **how many other stories of the pool hold it**, for a text of as many facts.

A fact weighs −log₂ p bits, and no more than `MOST_BITS`. Facts that stand side by side in the page count as the heaviest of them. The
sum is no measure yet, since a long text has many facts to share. How likely an unrelated text reaches a sum of t with a
story of n facts is bounded by Chernoff: for every θ, P(sum ≥ t) ≤ 2^(−θt) ∏ (1 − pᵢ + pᵢ 2^(θwᵢ)). The **score** is −log₂ of the smallest
such bound: 10 bits are one chance in a thousand.

**Enough** is a score for which fewer than one unrelated page in a hundred gets one proposal by accident: every story of the pool is a
chance, so log₂(stories) + log₂ 100 bits; where somebody says which story a copy is of, there is one chance, and 6.6 bits. And the facts
have to be `LEAST_SHARED`, for two can be one told twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log2, log10
from typing import Final

from models.reprint.fact.fact import Fact, FactKind
from models.reprint.fact.reading import kinds_of

MOST_BITS: Final = 10.0
"""What one fact weighs at most: nothing is known of a fact that would let one say that it is rarer than one in a thousand."""
LEAST_CHANCE: Final = float(0.5**MOST_BITS)
LEAST_SHARED: Final = 3
"""Facts that do not stand side by side."""
ACCIDENTS: Final = 0.01
"""Of unrelated pages, the share that may get a proposal."""
TYPICAL: Final = 10
"""Numbers, or names, of a short news text; fewer are taken for as many."""
_FEW: Final = 2
_CHANCE: Final = {FactKind.YEAR: 1 / 3, FactKind.DATE: 1 / 14, FactKind.TIME: 1 / 24, FactKind.KNOWN: 1 / 1000}
"""That one year, date, time or known name is this one. A paper names the years around it, and the days of a week or two; times are
mostly full hours."""
_WORLD: Final = 1 / 100
"""That one name of a country or a great city is this one."""
_NAME: Final = {2: 1 / 40, 3: 1 / 200}
"""That one name in Latin letters is this one, by its letters: those with two, as AI and TV, are few, and everywhere."""
_LONG_NAME: Final = 1 / 1000
_STEPS: Final = 20


@dataclass(frozen=True)
class Shared:
    """A fact of a page that a variant has, too.

    :param bits: what it weighs; 0 where another counts that stands beside it.
    """

    page: Fact
    variant: Fact
    bits: float


@dataclass(frozen=True)
class Likeness:
    """What a page and a variant share.

    :param score: in bits; 0 where nothing surprises. `most` is what a text with all facts of the variant would have.
    """

    shared: tuple[Shared, ...]
    score: float
    most: float

    @property
    def independent(self) -> int:
        """How many shared facts do not stand beside one that weighs more."""
        return sum(one.bits > 0 for one in self.shared)

    def is_enough(self, stories: int) -> bool:
        """Whether it is a proposal, out of so many stories."""
        return self.independent >= LEAST_SHARED and self.score >= enough(stories)


def enough(stories: int) -> float:
    """The score, in bits, that a proposal out of so many stories needs."""
    return log2(max(stories, 1)) - log2(ACCIDENTS)


@dataclass(frozen=True)
class Commonness:
    """How many stories hold facts.

    :param stories: how many there are; `held` says by hash how many of them hold a fact.
    """

    stories: int
    held: Mapping[int, int]

    def chances(self, page: Sequence[Fact]) -> Callable[[Fact], float]:
        """How likely a page with such facts, that has nothing to do with a story of the pool, holds a fact of it."""
        kinds = kinds_of(page)
        others = max(self.stories - 1, 1)

        def chance(fact: Fact) -> float:
            least = _FEW if fact.kind in (FactKind.YEAR, FactKind.DATE, FactKind.TIME) else TYPICAL
            number = max(kinds[fact.kind], least)
            usual = min(max(self.held.get(fact.hash(), 1) - 1, 0) / others, 1.0)
            by_kind = 1 - (1 - _chance(fact)) ** number
            by_pool = 1 - (1 - usual) ** (number / least)
            return float(min(max(by_kind, by_pool, LEAST_CHANCE), 1.0))

        return chance


def weight_of(chance: float) -> float:
    """What a fact weighs, in bits."""
    return float(-log2(chance))


def likeness(page: Sequence[Fact], variant: Sequence[Fact], common: Commonness) -> Likeness:
    """What a page shares with a variant, and how surprising that is."""
    chance = common.chances(page)
    by_hash = {fact.hash(): fact for fact in variant}
    pairs = [(fact, by_hash[number]) for fact in page if (number := fact.hash()) in by_hash]
    pairs = [(one, other) for one, other in pairs if one.agrees(other)]
    heaviest: dict[int, float] = {}
    for one, _ in pairs:
        heaviest[one.group] = max(heaviest.get(one.group, 0.0), weight_of(chance(one)))
    shared: list[Shared] = []
    for one, other in pairs:
        bits = weight_of(chance(one))
        counts = bits > 0 and bits == heaviest[one.group]
        if counts:
            heaviest[one.group] = -1.0
        shared.append(Shared(one, other, bits if counts else 0.0))
    ordered = tuple(sorted(shared, key=lambda one: -one.bits))
    chances = [chance(fact) for fact in variant]
    return Likeness(
        ordered,
        _surprise(sum(one.bits for one in ordered), chances),
        _surprise(sum(map(weight_of, chances)), chances),
    )


def _surprise(total: float, chances: Sequence[float]) -> float:
    """−log₂ of Chernoff's bound on the chance that facts of these chances add up to so many bits or more."""
    best = 0.0
    for step in range(1, _STEPS + 1):
        theta = step / _STEPS
        moments = sum(log2(1 - chance + chance ** (1 - theta)) for chance in chances)
        best = max(best, theta * total - moments)
    return best


def _chance(fact: Fact) -> float:
    if fact.kind is FactKind.NUMBER:
        significant = int(fact.value.replace(".", "").strip("0") or "1")
        return log10(1 + 1 / significant) / 2
    if fact.kind is FactKind.NAME:
        return _NAME.get(len(fact.value), _LONG_NAME)
    if fact.value.startswith(("territory:", "city:")):
        return _WORLD
    return _CHANCE[fact.kind]
