"""Whether a body may be read before any pickup: whether at least one use of it is permitted.

Trying every use would take millions of decisions. Instead every rule is taken as a box of uses, with one side for each
of action, channel, territory, language, purpose and event, and what prohibitions take away is cut off the boxes. Each side
is a set of bits:

- territories: the finest codes only. Whoever may use a larger area may use every part of it, so nothing is missed.
- languages: those that the rules name, the variant's, and one that no rule names, which stands for all others. If any
  language below a named range is permitted, then the range itself, taken as a language, is.
- purposes: those that the rules name, and one that no rule names. To give no purpose permits less than that one. Events
  likewise.

How much of a text is used makes no difference: whatever is permitted of more is permitted of one per cent. What the partner
holds already is decided use by use, for counts and quotas ask nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import product
from typing import Final

from models.language import ANY_LANGUAGE, LanguageTag, ranges_covering
from models.policy import Constraint, DeliveryChannel, LeftOperand, Policy, RightsAction, Rule
from models.territory import Territory, standard_tree
from models.usage.decision import is_permitted
from models.usage.facts import Account, AgreementFacts, ExclusivityFacts, Standing, Subject, Use
from models.usage.outcome import Readability
from models.usage.rules import EmbargoRule, StatusRule, covers, period_gate, quota_gate
from models.usage.terms import Conditions, conditional_match
from models.usage.window import ALWAYS, Gate, Window, edges

Box = tuple[int, int, int, int, int, int]
"""The uses that a rule speaks of: bits of actions, channels, territories, languages, purposes, events."""

ACTIONS: Final = tuple(RightsAction)
CHANNELS: Final = tuple(DeliveryChannel)
UNNAMED: Final = ""
"""Stands for every purpose or event that no rule names; no rule can name it, for each is at least one character."""


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
    story = [space.terms(policy, Conditions(standing.account)) for policy in policies]
    contracts = [_Contract.of(agreement, subject, space) for agreement in agreements]
    others = [
        _TimedBox(Window(theirs.starts_at, theirs.ends_at), space.theirs(theirs))
        for theirs in standing.exclusivities
        if covers(theirs, subject)
    ]
    held = space.held(standing.account, subject)

    def answer(at: datetime) -> bool:
        if not EmbargoRule().holds(subject, at):
            return False
        if any(contract.permits_anything(story, others, at) for contract in contracts):
            return True
        return any(is_permitted(policies, subject, use, standing, at) for use in held)

    answered = answer(now)
    moments = {edge for terms in story for edge in terms.edges()}
    moments.update(edge for contract in contracts for edge in contract.edges())
    moments.update(edge for timed in others for edge in timed.window.edges())
    moments.update(fact.deadline for fact in standing.account.duties if fact.deadline is not None)
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
    """An agreement that covers the subject: when it is in force and not used up, the partner's own uses, and its terms."""

    gates: tuple[Gate, ...]
    own: Box
    terms: _Terms

    @classmethod
    def of(cls, agreement: AgreementFacts, subject: Subject, space: _Space) -> _Contract:
        gates = (
            period_gate(agreement),
            *(quota_gate(agreement, quota, held=False) for quota in agreement.quotas if quota.counts(subject.form)),
        )
        terms = space.terms(agreement.policy, Conditions(Account(duties=agreement.duties)))
        return cls(gates, space.own(agreement), terms)

    def permits_anything(self, story: Sequence[_Terms], others: Sequence[_TimedBox], at: datetime) -> bool:
        if not all(gate.passes(at) for gate in self.gates):
            return False
        everyone = [*story, self.terms]
        boxes = [self.own]
        for terms in everyone:
            allowed = terms.permitted(at)
            boxes = [box for one in boxes for other in allowed if (box := _common(one, other)) is not None]
        forbidden = [box for terms in everyone for box in terms.prohibited(at)]
        forbidden += [timed.box for timed in others if timed.window.holds(at)]
        return any(_is_left(box, forbidden) for box in boxes)

    def edges(self) -> Iterator[datetime]:
        yield from edges(self.gates)
        yield from self.terms.edges()


@dataclass(frozen=True)
class _Space:
    """The languages, purposes and events that make a difference, and how rules become boxes over them."""

    languages: tuple[LanguageTag, ...]
    purposes: tuple[str, ...]
    events: tuple[str, ...]

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
        purposes, happenings = (
            sorted(_named(constraints, operand) | {UNNAMED}) for operand in (LeftOperand.PURPOSE, LeftOperand.EVENT)
        )
        return cls(tuple(LanguageTag(tag) for tag in languages), tuple(purposes), tuple(happenings))

    def terms(self, policy: Policy, conditions: Conditions) -> _Terms:
        """A policy for uses that are not held yet: conditional permissions only as far as they are open."""
        open_rules = ((rule, conditional_match(rule, conditions)) for rule in policy.permissions)
        return _Terms(
            tuple(self._timed(rule, match.window) for rule, match in open_rules if match.is_possible),
            tuple(self._timed(rule, ALWAYS) for rule in policy.prohibitions),
        )

    def own(self, agreement: AgreementFacts) -> Box:
        return self._box(agreement.channels, agreement.territories)

    def theirs(self, exclusivity: ExclusivityFacts) -> Box:
        return self._box(exclusivity.channels, exclusivity.territories)

    def held(self, account: Account, subject: Subject) -> list[Use]:
        """What is held of the subject, for every purpose and event that makes a difference: it is held whatever it is for."""
        uses = (own.use for own in account.held if own.variant == subject.variant)
        parts = product(uses, self.purposes, self.events)
        return [replace(use, purpose=purpose, event=event, percentage=1) for use, purpose, event in parts]

    def _box(self, channels: frozenset[DeliveryChannel] | None, territories: frozenset[Territory] | None) -> Box:
        """Every use in these channels and territories; None stands for all."""
        area = standard_tree().finest() if territories is None else 0
        for territory in territories or ():
            area |= standard_tree().mask(territory)
        allowed = _bits(channels is None or channel in channels for channel in CHANNELS)
        return (_all(ACTIONS), allowed, area, _all(self.languages), _all(self.purposes), _all(self.events))

    def _timed(self, rule: Rule, window: Window) -> _TimedBox:
        actions = _bits(action in rule.covered for action in ACTIONS)
        channels, languages = _all(CHANNELS), _all(self.languages)
        purposes, happenings = _all(self.purposes), _all(self.events)
        territories = standard_tree().finest()
        for constraint in rule.conditions:
            values = constraint.values
            match constraint.left_operand:
                case LeftOperand.SPATIAL:
                    territories &= constraint.area
                case LeftOperand.DELIVERY_CHANNEL:
                    channels &= _bits(channel in values for channel in CHANNELS)
                case LeftOperand.LANGUAGE:
                    languages &= _bits(not ranges_covering(tag).isdisjoint(values) for tag in self.languages)
                case LeftOperand.PURPOSE:
                    purposes &= _bits(purpose in values for purpose in self.purposes)
                case LeftOperand.EVENT:
                    happenings &= _bits(happening in values for happening in self.events)
        start, until = rule.bounds
        window = window if start is None else window.after(start)
        window = window if until is None else window.before(until)
        return _TimedBox(window, (actions, channels, territories, languages, purposes, happenings))


def _named(constraints: Iterable[Constraint], operand: LeftOperand) -> set[str]:
    return {value for item in constraints if item.left_operand is operand for value in item.right_operand}


def _bits(chosen: Iterable[bool]) -> int:
    return sum(1 << place for place, is_chosen in enumerate(chosen) if is_chosen)


def _all(items: Sequence[object]) -> int:
    return (1 << len(items)) - 1


def _common(one: Box, other: Box) -> Box | None:
    """The uses in both boxes; None where there are none."""
    actions, channels, territories = one[0] & other[0], one[1] & other[1], one[2] & other[2]
    languages, purposes, happenings = one[3] & other[3], one[4] & other[4], one[5] & other[5]
    if actions and channels and territories and languages and purposes and happenings:
        return (actions, channels, territories, languages, purposes, happenings)
    return None


def _is_left(box: Box, forbidden: Sequence[Box]) -> bool:
    """Whether a use in the box is in none of the forbidden boxes.

    What one forbidden box leaves of the box is cut into at most six smaller boxes that do not overlap, one a side, and
    each of them is asked for the boxes that follow.
    """
    for place, taken in enumerate(forbidden):
        if _common(box, taken) is None:
            continue
        inner = list(box)
        for side in range(6):
            outside = inner[side] & ~taken[side]
            if outside:
                piece = (*inner[:side], outside, *inner[side + 1 :])
                if _is_left(piece, forbidden[place + 1 :]):  # type: ignore[arg-type]  # six sides, as before
                    return True
            inner[side] &= taken[side]
        return False
    return True
