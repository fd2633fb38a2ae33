"""Hypothesis strategies for policies, over few enough values that rules meet one another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from math import prod
from typing import TypeVar

from hypothesis import strategies as st

from models.policy import (
    ACTION_TERMS,
    Constraint,
    DeliveryChannel,
    Duty,
    DutyAction,
    LeftOperand,
    Operator,
    Policy,
    Rule,
)

TERRITORIES = ("001", "142", "030", "EU", "CN", "CN-GD", "CN-BJ", "HK", "JP", "CY", "FR-IDF")
LANGUAGES = ("zh", "zh-Hans", "en", "ru", "de", "de-CH")
PURPOSES = ("editorial", "education")
EVENTS = ("qixi", "fair")
MOMENTS = tuple(f"2025-0{month}-01T00:00:00Z" for month in range(1, 7))
DUTY_ACTIONS = (DutyAction.ATTRIBUTE, DutyAction.INFORM, DutyAction.ACCEPT_TRACKING, DutyAction.OBTAIN_CONSENT)


T = TypeVar("T")


def one_of_each(build: Callable[..., T], *choices: Sequence[object]) -> st.SearchStrategy[T]:
    """What `build` makes of one value of each of the choices. One number says which: drawing costs far more than dividing.

    A value that stands several times among its choices is drawn so much more often.
    """

    def pick(number: int) -> T:
        values = []
        for choice in choices:
            number, place = divmod(number, len(choice))
            values.append(choice[place])
        return build(*values)

    return st.integers(0, prod(map(len, choices)) - 1).map(pick)


def some_of(values: Sequence[T], most: int) -> list[tuple[T, ...]]:
    """Every set of one to so many of the values."""
    return [chosen for size in range(1, most + 1) for chosen in combinations(values, size)]


def _any_of(operand: LeftOperand, sets: Iterable[tuple[str, ...]]) -> list[Constraint]:
    return [Constraint(operand, Operator.IS_ANY_OF, chosen) for chosen in sets]


def _at_most(operand: LeftOperand, *values: str) -> list[Constraint]:
    return [Constraint(operand, Operator.LTEQ, (value,)) for value in values]


CHANNELS = tuple(channel.value for channel in DeliveryChannel)
BOUNDS = [
    Constraint(LeftOperand.DATE_TIME, operator, (moment,))
    for operator in (Operator.GTEQ, Operator.LT)
    for moment in MOMENTS
]
KINDS = (
    _any_of(LeftOperand.SPATIAL, some_of(TERRITORIES, 2)),
    _any_of(LeftOperand.SPATIAL, some_of(("001", "142", "CN"), 3)),
    _any_of(LeftOperand.DELIVERY_CHANNEL, some_of(CHANNELS, 4)),
    _any_of(LeftOperand.LANGUAGE, some_of((*LANGUAGES, "*"), 3)),
    _any_of(LeftOperand.PURPOSE, some_of(PURPOSES, 2)),
    _any_of(LeftOperand.EVENT, some_of(EVENTS, 2)),
    BOUNDS,
)
EVENLY = [constraint for kind in KINDS for place in range(60) for constraint in (kind[place * 7 % len(kind)],)]
"""Constraints of every kind, as many of each."""
LIMITS = [(), (), (), *((limit,) for limit in _at_most(LeftOperand.COUNT, "1", "2", "3"))]
PERCENTAGES = [(), (), (), (), *((limit,) for limit in _at_most(LeftOperand.PERCENTAGE, "10", "50"))]
DEADLINES = [
    (),
    (),
    *((limit,) for limit in _at_most(LeftOperand.ELAPSED_TIME, "PT3600S", "PT2592000S")),
    *((bound,) for bound in BOUNDS if bound.operator is Operator.LT),
]
DUTIES = [
    *(Duty(action, deadline) for action in DUTY_ACTIONS for deadline in DEADLINES),
    *[Duty(action, precondition=True) for action in DUTY_ACTIONS] * 5,
    *(Duty(action, deadline, blocking=True) for action in DUTY_ACTIONS for deadline in DEADLINES),
]
ACTIONS = [*[("use",)] * 24, *[("distribute",)] * 6, *some_of(tuple(ACTION_TERMS), 2)]
MAYBE_CONSTRAINTS = [None] * len(EVENLY) + EVENLY


def _rule(
    actions: tuple[str, ...],
    count: tuple[Constraint, ...],
    percentage: tuple[Constraint, ...],
    *parts: Constraint | Duty | None,
) -> Rule:
    constraints = [part for part in parts if isinstance(part, Constraint)]
    # No action stands twice among the duties of a rule: a policy cannot say it.
    duties = {part.action: part for part in parts if isinstance(part, Duty)}
    return Rule(actions, (*count, *percentage, *constraints), tuple(duties.values()))


def permissions(*, counts: bool = True) -> st.SearchStrategy[Rule]:
    """Permissions of every kind.

    :param counts: whether some of them have a count, which only the terms of stories can.
    """
    duties = [None] * len(DUTIES) + DUTIES
    limits = LIMITS if counts else [()]
    return one_of_each(_rule, ACTIONS, limits, PERCENTAGES, *[MAYBE_CONSTRAINTS] * 3, duties, duties)


PERMISSIONS = permissions()
PROHIBITIONS = one_of_each(_rule, ACTIONS, [()], [()], EVENLY, *[MAYBE_CONSTRAINTS] * 2)


def policies(*, prohibitions: int = 2, counts: bool = True) -> st.SearchStrategy[Policy]:
    """Policies of up to three permissions and so many prohibitions."""
    return st.builds(
        Policy,
        st.lists(permissions(counts=counts), max_size=3).map(tuple),
        st.just(()) | st.lists(PROHIBITIONS, max_size=prohibitions).map(tuple),
    )
