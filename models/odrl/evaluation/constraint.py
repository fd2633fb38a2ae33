"""Whether a constraint holds: yes, no, or unknown (None), which logical operands carry on as Kleene's logic does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple, TypeVar

from models.errors import BadLanguageTag
from models.language import language_covers, parse_language, parse_language_range
from models.odrl.evaluation.policy import AnyConstraint, Constraint, LogicalConstraint
from models.odrl.evaluation.value import Moment, day_of_week, equal, lies_within, moment, sign, territory
from models.odrl.evaluation.world import CARRIERS, Period, World
from models.odrl.graph import Value
from models.odrl.vocabulary import local_name, odrl

Truth = bool | None
Item = TypeVar("Item")


class Given(NamedTuple):
    """What is known of a left operand."""

    values: tuple[Value, ...]
    unit: str | None = None


Lookup = Callable[[Constraint], Given | None]
"""Gives what is known of a constraint's left operand; None where it is unknown."""

SPATIAL: Final = odrl("spatial")
LANGUAGE: Final = odrl("language")
EVENT: Final = odrl("event")
POLICY_USAGE: Final = odrl("policyUsage")

WITHIN: Final[dict[str, str]] = {
    odrl("elapsedTime"): "lteq",
    odrl("meteredTime"): "lteq",
    odrl("delayPeriod"): "gteq",
    odrl("timeInterval"): "gteq",
}
"""What `eq` means for left operands that are defined as a time within which, or after which, the action may be exercised."""

ORDER: Final[dict[str, Callable[[int], bool]]] = {
    "eq": lambda order: order == 0,
    "lt": lambda order: order < 0,
    "lteq": lambda order: order <= 0,
    "gt": lambda order: order > 0,
    "gteq": lambda order: order >= 0,
}


def satisfied(constraint: AnyConstraint, lookup: Lookup, world: World) -> Truth:
    """Whether a constraint holds."""
    if isinstance(constraint, LogicalConstraint):
        truths = [satisfied(part, lookup, world) for part in constraint.constraints]
        return LOGIC[constraint.operand](truths)
    if constraint.left_operand == EVENT:
        return _event_satisfied(constraint, lookup, world)
    given = lookup(constraint)
    if given is None or not given.values:
        # Of what is not given, nothing can be among the values that are excluded.
        return True if constraint.operator == "isNoneOf" else None
    if constraint.unit and given.unit and local_name(constraint.unit).lower() != local_name(given.unit).lower():
        return None
    right = _right(constraint, world)
    return _compared(constraint, given.values, right, world) if right else None


def all_of(truths: Iterable[Truth]) -> Truth:
    """Whether all hold: one that does not settles it, before one that is unknown."""
    found = set(truths)
    return False if False in found else None if None in found else True


def any_of(truths: Iterable[Truth]) -> Truth:
    """Whether any holds: one that does settles it, before one that is unknown."""
    found = set(truths)
    return True if True in found else None if None in found else False


def _one_of(truths: Sequence[Truth]) -> Truth:
    """Whether exactly one holds."""
    if truths.count(True) > 1:
        return False
    return None if None in truths else truths.count(True) == 1


LOGIC: Final[dict[str, Callable[[Sequence[Truth]], Truth]]] = {
    "and": all_of,
    "andSequence": all_of,
    "or": any_of,
    "xone": _one_of,
}
"""A sequence is evaluated in order (Information Model 2.5.2); as nothing here has effects, it holds when all of it holds."""


def _right(constraint: Constraint, world: World) -> tuple[Value, ...]:
    """The right operand's values; those that a reference leads to, where it is one."""
    if not constraint.reference:
        return constraint.right_operand
    return tuple(
        value for named in constraint.right_operand for iri in CARRIERS for value in world.attribute(named.text, iri)
    )


def _compared(constraint: Constraint, left: tuple[Value, ...], right: tuple[Value, ...], world: World) -> Truth:
    operator = WITHIN.get(constraint.left_operand, "eq") if constraint.operator == "eq" else constraint.operator
    same = SAME.get(constraint.left_operand, _same)
    match operator:
        case "eq" | "isAnyOf":
            return any_of(same(one, other, world) for one in left for other in right)
        case "neq" | "isNoneOf":
            return _not(any_of(same(one, other, world) for one in left for other in right))
        case "isAllOf":
            return all_of(any_of(same(one, other, world) for one in left) for other in right)
        case "isA":
            return any(other.text in world.kinds(one.text) for one in left for other in right)
        case "isPartOf":
            return any_of(_part(one, other, world) for one in left for other in right)
        case "hasPart":
            return all_of(any_of(_part(other, one, world) for one in left) for other in right)
    orders = [sign(one, other) for one in left for other in right]
    return all_of(None if order is None else ORDER[operator](order) for order in orders)


def _same(one: Value, other: Value, _world: World) -> Truth:
    return equal(one, other)


def _same_language(one: Value, other: Value, _world: World) -> Truth:
    """Whether a language is covered by a range (RFC 4647, basic filtering): `de` covers `de-CH`."""
    try:
        return language_covers(parse_language_range(other.text), parse_language(one.text))
    except BadLanguageTag:
        return equal(one, other)


def _same_place(one: Value, other: Value, world: World) -> Truth:
    """Whether a place is another or lies within it; unknown where they overlap only, as Europe and France do."""
    if equal(one, other) or lies_within(one, other) or other.text in world.wholes(one.text):
        return True
    separate = lies_within(one, other) is False or territory(one) is None or territory(other) is None
    return False if separate and one.text not in world.wholes(other.text) else None


SAME: Final[dict[str, Callable[[Value, Value, World], Truth]]] = {SPATIAL: _same_place, LANGUAGE: _same_language}


def _part(inner: Value, outer: Value, world: World) -> Truth:
    if lies_within(inner, outer):
        return True
    return equal(inner, outer) or outer.text in world.wholes(inner.text) or outer.text in world.kinds(inner.text)


def _not(truth: Truth) -> Truth:
    return None if truth is None else not truth


def _event_satisfied(constraint: Constraint, lookup: Lookup, world: World) -> Truth:
    """Events are stretches of time: `lt` is before, `eq` during, `gt` after (Vocabulary 2.2, event)."""
    given = lookup(constraint)
    if given is not None and given.values:
        return _compared(constraint, given.values, constraint.right_operand, world)
    excludes = constraint.operator in ("neq", "isNoneOf")
    relation = constraint.operator if constraint.operator in ("lt", "lteq", "gt", "gteq") else "eq"
    truth = any_of(_related(relation, value.text, world) for value in constraint.right_operand)
    return _not(truth) if excludes else truth


def _related(relation: str, event: str, world: World) -> Truth:
    """Whether now is before, during or after an event."""
    if event == POLICY_USAGE:
        return relation in ("lt", "lteq", "eq")  # what is asked for has not been done yet
    period = world.events.get(event)
    if period is None:
        return None
    if period == Period():
        return relation != "lt"  # it has taken place, the state does not say when
    order = _relation(period, world.now)
    return None if order is None else ORDER[relation](order)


def _relation(period: Period, now: Moment | None) -> int | None:
    """-1 before, 0 during, 1 after an event."""
    if now is None:
        return None
    if period.begin is not None and now.last < period.begin.first:
        return -1
    return 1 if period.end is not None and now.first > period.end.last else 0


def week_day(world: World) -> Given | None:
    """The day of the week, which no vocabulary of a state gives: it follows from the time."""
    return Given((day_of_week(world.now),)) if world.now else None


def deadline_passed(constraint: AnyConstraint, world: World) -> bool:
    """Whether a constraint on the time can never hold again."""
    if not isinstance(constraint, Constraint) or constraint.left_operand != odrl("dateTime") or world.now is None:
        return False
    bounds = [found for value in _right(constraint, world) if (found := moment(value))]
    if constraint.operator == "lt":
        return any(world.now.first >= bound.first for bound in bounds)
    return constraint.operator in ("lteq", "eq") and any(world.now.first > bound.last for bound in bounds)
