"""Hypothesis strategies for policies, over few enough values that rules meet one another."""

from __future__ import annotations

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
MOMENTS = tuple(f"2025-0{month}-01T00:00:00Z" for month in range(1, 7))


def any_of(operand: LeftOperand, values: tuple[str, ...]) -> st.SearchStrategy[Constraint]:
    chosen = st.lists(st.sampled_from(values), min_size=1, max_size=3)
    return chosen.map(lambda some: Constraint(operand, Operator.IS_ANY_OF, tuple(some)))


CONSTRAINTS = st.one_of(
    any_of(LeftOperand.SPATIAL, TERRITORIES),
    any_of(LeftOperand.SPATIAL, TERRITORIES),
    any_of(LeftOperand.DELIVERY_CHANNEL, tuple(channel.value for channel in DeliveryChannel)),
    any_of(LeftOperand.LANGUAGE, (*LANGUAGES, "*")),
    any_of(LeftOperand.PURPOSE, PURPOSES),
    st.builds(
        lambda operator, moment: Constraint(LeftOperand.DATE_TIME, operator, (moment,)),
        st.sampled_from([Operator.GTEQ, Operator.LT]),
        st.sampled_from(MOMENTS),
    ),
)
DUTIES = st.sampled_from([DutyAction.ATTRIBUTE, DutyAction.INFORM, DutyAction.ACCEPT_TRACKING]).map(Duty)
ACTIONS = st.lists(st.sampled_from(["use", "use", *ACTION_TERMS]), min_size=1, max_size=3).map(tuple)
CONSTRAINT_SETS = st.lists(CONSTRAINTS, max_size=3).map(tuple)
PERMISSIONS = st.builds(Rule, ACTIONS, CONSTRAINT_SETS, st.lists(DUTIES, max_size=2).map(tuple))
PROHIBITIONS = st.builds(Rule, ACTIONS, CONSTRAINT_SETS)


def policies(*, prohibitions: int = 2) -> st.SearchStrategy[Policy]:
    """Policies of up to three permissions and so many prohibitions."""
    return st.builds(
        Policy,
        st.lists(PERMISSIONS, max_size=3).map(tuple),
        st.lists(PROHIBITIONS, max_size=prohibitions).map(tuple),
    )
