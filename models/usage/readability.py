"""Whether a body may be read before any pickup: whether at least one use of it is permitted.

Trying every use would take millions of decisions. Instead every rule is taken as a box of uses, with one side for each
of action, channel, territory, language and purpose, and what prohibitions take away is cut off the boxes. Each side is
a set of bits:

- territories: the finest codes only. Whoever may use a larger area may use every part of it, so nothing is missed.
- languages: those that the rules name, the variant's, and one that no rule names, which stands for all others. If any
  language below a named range is permitted, then the range itself, taken as a language, is.
- purposes: those that the rules name, and one that no rule names. To give no purpose permits less than that one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from models.language import ANY_LANGUAGE, LanguageTag, ranges_covering
from models.policy import Constraint, DeliveryChannel, LeftOperand, Policy, RightsAction, Rule
from models.territory import standard_tree
from models.usage.facts import AgreementFacts, Standing, Subject
from models.usage.outcome import Readability
from models.usage.rules import EmbargoRule, StatusRule, covers, period
from models.usage.terms import narrowed
from models.usage.window import ALWAYS, Window

Box = tuple[int, int, int, int, int]
"""The uses that a rule speaks of: bits of actions, channels, territories, languages, purposes."""

ACTIONS: Final = tuple(RightsAction)
CHANNELS: Final = tuple(DeliveryChannel)
UNNAMED_PURPOSE: Final = ""
"""Stands for every purpose that no rule names; no rule can name it, for a purpose is at least one character."""


def readable(policies: Sequence[Policy], subject: Subject, standing: Standing, now: datetime) -> Readability:
    """Whether `decide` permits at least one use within the partner's own territories and channels, now.

    The use may be of any action, in any language and for any purpose. Staff read everything: who may see canceled
    content is not asked here. For what an actor with `embargo:read` reads ahead, give `subject.without_embargo()`.
    """
    if standing.is_staff:
        return Readability(True)
    if not StatusRule().holds(subject, now) or not standing.partner_active or not policies:
        return Readability(False)
    agreements = [agreement for agreement in standing.agreements if covers(agreement, subject)]
    space = _Space.of([*policies, *(agreement.policy for agreement in agreements)], subject)
    story = [space.terms(policy) for policy in policies]
    contracts = [
        _Contract(period(agreement), space.own(agreement), space.terms(agreement.policy)) for agreement in agreements
    ]

    def answer(at: datetime) -> bool:
        if not EmbargoRule().holds(subject, at):
            return False
        return any(contract.permits_anything(story, at) for contract in contracts)

    answered = answer(now)
    moments = {edge for terms in story for edge in terms.edges()}
    moments.update(edge for contract in contracts for edge in contract.edges())
    if subject.embargoed_until is not None:
        moments.add(subject.embargoed_until)
    later = (moment for moment in sorted(moments) if moment > now)
    return Readability(answered, next((moment for moment in later if answer(moment) != answered), None))


@dataclass(frozen=True)
class _TimedBox:
    window: Window
    box: Box


@dataclass(frozen=True)
class _Terms:
    """The rules of a policy as boxes, each with the window in which it holds."""

    permissions: tuple[_TimedBox, ...]
    prohibitions: tuple[_TimedBox, ...]

    def permitted(self, at: datetime) -> list[Box]:
        return [timed.box for timed in self.permissions if timed.window.holds(at)]

    def prohibited(self, at: datetime) -> list[Box]:
        return [timed.box for timed in self.prohibitions if timed.window.holds(at)]

    def edges(self) -> Iterator[datetime]:
        for timed in (*self.permissions, *self.prohibitions):
            yield from timed.window.edges()


@dataclass(frozen=True)
class _Contract:
    """An agreement that covers the subject: when it is in force, the partner's own uses, and its terms."""

    window: Window
    own: Box
    terms: _Terms

    def permits_anything(self, story: Sequence[_Terms], at: datetime) -> bool:
        if not self.window.holds(at):
            return False
        everyone = [*story, self.terms]
        boxes = [self.own]
        for terms in everyone:
            allowed = terms.permitted(at)
            boxes = [box for one in boxes for other in allowed if (box := _common(one, other)) is not None]
        forbidden = [box for terms in everyone for box in terms.prohibited(at)]
        return any(_is_left(box, forbidden) for box in boxes)

    def edges(self) -> Iterator[datetime]:
        yield from self.window.edges()
        yield from self.terms.edges()


@dataclass(frozen=True)
class _Space:
    """The languages and purposes that make a difference, and how rules become boxes over them."""

    languages: tuple[LanguageTag, ...]
    purposes: tuple[str, ...]

    @classmethod
    def of(cls, policies: Iterable[Policy], subject: Subject) -> _Space:
        constraints = [
            constraint
            for policy in policies
            for rule in (*policy.permissions, *policy.prohibitions)
            for constraint in rule.constraints
        ]
        named = _named(constraints, LeftOperand.LANGUAGE) - {ANY_LANGUAGE} | {subject.language}
        # ISO 639 keeps qaa to qtz for private use.
        private = (f"q{second}{third}" for second in "abcdefghijklmnopqrst" for third in "abcdefghijklmnopqrstuvwxyz")
        unnamed = next((tag for tag in private if tag not in named), None)
        languages = sorted(named if unnamed is None else named | {unnamed})
        purposes = sorted(_named(constraints, LeftOperand.PURPOSE) | {UNNAMED_PURPOSE})
        return cls(tuple(LanguageTag(tag) for tag in languages), tuple(purposes))

    def terms(self, policy: Policy) -> _Terms:
        return _Terms(
            tuple(self._timed(rule) for rule in policy.permissions),
            tuple(self._timed(rule) for rule in policy.prohibitions),
        )

    def own(self, agreement: AgreementFacts) -> Box:
        territories = 0
        for territory in agreement.territories:
            territories |= standard_tree().mask(territory)
        channels = _bits(channel in agreement.channels for channel in CHANNELS)
        return (_all(ACTIONS), channels, territories, _all(self.languages), _all(self.purposes))

    def _timed(self, rule: Rule) -> _TimedBox:
        window = ALWAYS
        actions = _bits(action in rule.covered for action in ACTIONS)
        channels, languages, purposes = _all(CHANNELS), _all(self.languages), _all(self.purposes)
        territories = standard_tree().finest()
        for constraint in rule.constraints:
            values = constraint.values
            match constraint.left_operand:
                case LeftOperand.DATE_TIME:
                    window = narrowed(window, constraint)
                case LeftOperand.SPATIAL:
                    territories &= constraint.area
                case LeftOperand.DELIVERY_CHANNEL:
                    channels &= _bits(channel in values for channel in CHANNELS)
                case LeftOperand.LANGUAGE:
                    languages &= _bits(not ranges_covering(tag).isdisjoint(values) for tag in self.languages)
                case LeftOperand.PURPOSE:
                    purposes &= _bits(purpose in values for purpose in self.purposes)
        return _TimedBox(window, (actions, channels, territories, languages, purposes))


def _named(constraints: Iterable[Constraint], operand: LeftOperand) -> set[str]:
    return {value for item in constraints if item.left_operand is operand for value in item.right_operand}


def _bits(chosen: Iterable[bool]) -> int:
    return sum(1 << place for place, is_chosen in enumerate(chosen) if is_chosen)


def _all(items: Sequence[object]) -> int:
    return (1 << len(items)) - 1


def _common(one: Box, other: Box) -> Box | None:
    """The uses in both boxes; None where there are none."""
    actions, channels = one[0] & other[0], one[1] & other[1]
    territories, languages, purposes = one[2] & other[2], one[3] & other[3], one[4] & other[4]
    if actions and channels and territories and languages and purposes:
        return (actions, channels, territories, languages, purposes)
    return None


def _is_left(box: Box, forbidden: Sequence[Box]) -> bool:
    """Whether a use in the box is in none of the forbidden boxes.

    What one forbidden box leaves of the box is cut into at most five smaller boxes that do not overlap, one a side, and
    each of them is asked for the boxes that follow.
    """
    for place, taken in enumerate(forbidden):
        if _common(box, taken) is None:
            continue
        inner = list(box)
        for side in range(5):
            outside = inner[side] & ~taken[side]
            if outside:
                piece = (*inner[:side], outside, *inner[side + 1 :])
                if _is_left(piece, forbidden[place + 1 :]):  # type: ignore[arg-type]  # five sides, as before
                    return True
            inner[side] &= taken[side]
        return False
    return True
