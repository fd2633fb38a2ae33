"""What cannot be meant in a policy: permissions that can never hold, prohibitions of nothing, deadlines that come too early.

Trying every use would take millions of decisions. Instead every rule is taken as a box of uses with seven sides, each a set of bits,
and what prohibitions take away is cut off the boxes. The bits of a side are the cases that the rules tell apart: the finest
territories; the languages that are named, and one that is not, which only `*` covers; likewise purposes and events; and the spans of
time between the moments that are named. Counts and percentages leave something always, so they are not looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from models.language import ANY_LANGUAGE, LanguageTag, ranges_covering
from models.policy.rules import Constraint, Policy, Rule
from models.policy.vocabulary import DeliveryChannel, LeftOperand, Operator, RightsAction
from models.territory import standard_tree

MOST_COMPARISONS: Final = 200_000
"""Boxes that are compared for one policy, which takes some tenths of a second. Past that nothing more is found: what is said is always
true."""

UNNAMED: Final = ""
"""Stands for every language, purpose and event that no rule names."""

_SIDES: Final = (
    LeftOperand.DELIVERY_CHANNEL,
    LeftOperand.SPATIAL,
    LeftOperand.LANGUAGE,
    LeftOperand.PURPOSE,
    LeftOperand.EVENT,
    LeftOperand.DATE_TIME,
)
_SHARED: Final = {
    LeftOperand.DELIVERY_CHANNEL: "the channels of its constraints have none in common",
    LeftOperand.SPATIAL: "the territories of its constraints share no place",
    LeftOperand.LANGUAGE: "the languages of its constraints have none in common",
    LeftOperand.PURPOSE: "the purposes of its constraints have none in common",
    LeftOperand.EVENT: "the events of its constraints have none in common",
    LeftOperand.DATE_TIME: "it ends before it begins",
}

Box = tuple[int, ...]
"""The uses that a rule speaks of: bits of actions, then of each of `_SIDES`."""


class Contradiction(StrEnum):
    """What is wrong with a rule that is well formed."""

    NEVER_HOLDS = "NEVER_HOLDS"
    """A permission that can never hold."""
    PROHIBITS_NOTHING = "PROHIBITS_NOTHING"
    """A prohibition of what is not permitted anyhow, or that can never apply."""
    DEADLINE_BEFORE_START = "DEADLINE_BEFORE_START"
    """A duty that must be done before its permission begins."""


@dataclass(frozen=True)
class Finding:
    """One contradiction.

    :param path: of the rule or duty in the canonical form, outermost first.
    :param rule: the rule that it is about.
    :param sentence: in English; it has the rule as "it".
    :param other: the prohibition that alone is in its way, where one is.
    """

    kind: Contradiction
    path: tuple[str, ...]
    rule: Rule
    sentence: str
    other: Rule | None = None


class Period(NamedTuple):
    """When a rule may hold: from `start` on and before `end`; None where that is not said."""

    start: datetime | None
    end: datetime | None

    @classmethod
    def of(cls, rule: Rule) -> Period:
        """The latest start and the earliest end that a rule names."""
        return cls(*rule.bounds)

    @property
    def is_empty(self) -> bool:
        """Whether it ends before, or when, it begins."""
        return self.start is not None and self.end is not None and self.end <= self.start


def contradictions(policy: Policy) -> list[Finding]:
    """Everything in a policy that cannot be meant, in the order of its rules; empty where nothing was found."""
    space = _Space.of(policy)
    permitted = [space.box(rule) for rule in policy.permissions]
    prohibited = [space.box(rule) for rule in policy.prohibitions]
    cutting = _Cutting()
    found = []
    for place, rule in enumerate(policy.permissions):
        path = ("permissions", str(place))
        why, other = _never(space, permitted[place], prohibited, cutting)
        if why is not None:
            in_the_way = None if other is None else policy.prohibitions[other]
            found.append(Finding(Contradiction.NEVER_HOLDS, path, rule, f"It can never hold: {why}.", in_the_way))
        found.extend(_early_deadlines(rule, path))
    for place, rule in enumerate(policy.prohibitions):
        path = ("prohibitions", str(place))
        why = space.emptiness(prohibited[place])
        if why is not None:
            sentence = f"It can never apply: {why}."
        elif all(_common(prohibited[place], box) is None for box in permitted):
            sentence = "It prohibits nothing that is permitted here."
        else:
            continue
        found.append(Finding(Contradiction.PROHIBITS_NOTHING, path, rule, sentence))
    return found


def _early_deadlines(rule: Rule, path: tuple[str, ...]) -> Iterator[Finding]:
    start = Period.of(rule).start
    for place, duty in enumerate(rule.duties):
        deadlines = [item.moment for item in duty.constraints if item.left_operand is LeftOperand.DATE_TIME]
        if start is not None and deadlines and min(deadlines) <= start:
            sentence = f"Its duty {duty.action.value!r} must be done by {_shown(min(deadlines))}, but it begins only at {_shown(start)}."
            yield Finding(Contradiction.DEADLINE_BEFORE_START, (*path, "duties", str(place)), rule, sentence)


def _never(space: _Space, box: Box, prohibited: Sequence[Box], cutting: _Cutting) -> tuple[str | None, int | None]:
    """Why a permission can never hold, and the place of the one prohibition in its way; None where it can."""
    empty = space.emptiness(box)
    if empty is not None:
        return empty, None
    for place, taken in enumerate(prohibited):
        if _common(box, taken) == box:
            return "a prohibition covers all of it", place
    if not cutting.leaves(box, prohibited):
        return "the prohibitions together cover all of it", None
    return None, None


@dataclass(frozen=True)
class _Space:
    """The cases that make a difference, and how rules become boxes over them."""

    languages: tuple[LanguageTag, ...]
    purposes: tuple[str, ...]
    events: tuple[str, ...]
    moments: tuple[datetime, ...]

    @classmethod
    def of(cls, policy: Policy) -> _Space:
        constraints = [item for rule in (*policy.permissions, *policy.prohibitions) for item in rule.constraints]

        def named(operand: LeftOperand) -> list[str]:
            return sorted({value for item in constraints if item.left_operand is operand for value in item.values})

        languages = [tag for tag in named(LeftOperand.LANGUAGE) if tag != ANY_LANGUAGE]
        return cls(
            tuple(LanguageTag(tag) for tag in (UNNAMED, *languages)),
            (UNNAMED, *named(LeftOperand.PURPOSE)),
            (UNNAMED, *named(LeftOperand.EVENT)),
            tuple(sorted({item.moment for item in constraints if item.left_operand is LeftOperand.DATE_TIME})),
        )

    def box(self, rule: Rule) -> Box:
        """The uses that the rule speaks of. A side without bits is one on which its constraints exclude each other."""
        sides = {operand: self._all(operand) for operand in _SIDES}
        for constraint in rule.constraints:
            if constraint.left_operand in sides:
                sides[constraint.left_operand] &= self._bits(constraint)
        return (_bits(action in rule.covered for action in RightsAction), *sides.values())

    def emptiness(self, box: Box) -> str | None:
        """Why no use is in the box; None where there are some."""
        return next((_SHARED[operand] for operand, side in zip(_SIDES, box[1:], strict=True) if not side), None)

    def _all(self, operand: LeftOperand) -> int:
        if operand is LeftOperand.SPATIAL:
            return standard_tree().finest()
        sizes = {
            LeftOperand.DELIVERY_CHANNEL: len(DeliveryChannel),
            LeftOperand.LANGUAGE: len(self.languages),
            LeftOperand.PURPOSE: len(self.purposes),
            LeftOperand.EVENT: len(self.events),
            LeftOperand.DATE_TIME: len(self.moments) + 1,
        }
        return (1 << sizes[operand]) - 1

    def _bits(self, constraint: Constraint) -> int:
        values = constraint.values
        match constraint.left_operand:
            case LeftOperand.SPATIAL:
                return constraint.area
            case LeftOperand.DELIVERY_CHANNEL:
                return _bits(channel in values for channel in DeliveryChannel)
            case LeftOperand.LANGUAGE:
                return _bits(_covered(tag, values) for tag in self.languages)
            case LeftOperand.PURPOSE:
                return _bits(purpose in values for purpose in self.purposes)
            case LeftOperand.EVENT:
                return _bits(event in values for event in self.events)
        # Span n begins with moment n - 1 and ends before moment n.
        before = (1 << (self.moments.index(constraint.moment) + 1)) - 1
        return before if constraint.operator is Operator.LT else ~before


class _Cutting:
    """Cuts boxes off a box, within a bound."""

    def __init__(self) -> None:
        self._left = MOST_COMPARISONS

    def leaves(self, box: Box, taken: Sequence[Box]) -> bool:
        """Whether a use in the box is in none of those taken; true as well when the bound was reached.

        What one of them leaves of the box is cut into smaller boxes that do not overlap, at most one a side, and each of those is
        asked for the ones that follow.
        """
        for place, cut in enumerate(taken):
            self._left -= 1
            if self._left < 0:
                return True
            if _common(box, cut) is None:
                continue
            inner = list(box)
            for side, taken_side in enumerate(cut):
                outside = inner[side] & ~taken_side
                if outside and self.leaves((*inner[:side], outside, *inner[side + 1 :]), taken[place + 1 :]):
                    return True
                inner[side] &= taken_side
            return False
        return True


def _common(one: Box, other: Box) -> Box | None:
    """The uses in both boxes; None where there are none."""
    sides = tuple(first & second for first, second in zip(one, other, strict=True))
    return sides if all(sides) else None


def _covered(tag: LanguageTag, ranges: frozenset[str]) -> bool:
    return ANY_LANGUAGE in ranges if tag == UNNAMED else not ranges_covering(tag).isdisjoint(ranges)


def _bits(chosen: Iterable[bool]) -> int:
    return sum(1 << place for place, is_chosen in enumerate(chosen) if is_chosen)


def _shown(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
