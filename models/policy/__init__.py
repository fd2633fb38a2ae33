"""Policies: what terms permit, prohibit and ask for, as an ODRL 2.2 subset with RightsML's vocabulary.

A policy is immutable and named by the hash of its canonical form. Two ways to write the same rules are the same value:
whatever order or spelling they came in, actions, values, constraints and rules are sorted and said once.

How values are compared (`models.usage` does it): `spatial` by containment, `language` as RFC 4647 ranges, `dateTime` on
the clock, `deliveryChannel` and `purpose` by equality. All constraints of a rule must hold together.
"""

from models.policy.reading import parse_policy
from models.policy.rules import EMPTY_POLICY, MOST_CONDITIONAL, Constraint, Duty, Policy, PolicyHash, Rule
from models.policy.vocabulary import (
    ACTION_TERMS,
    INCLUDED_IN,
    DeliveryChannel,
    DutyAction,
    LeftOperand,
    Operator,
    RightsAction,
    included_actions,
)

__all__ = [
    "ACTION_TERMS",
    "EMPTY_POLICY",
    "INCLUDED_IN",
    "MOST_CONDITIONAL",
    "Constraint",
    "DeliveryChannel",
    "Duty",
    "DutyAction",
    "LeftOperand",
    "Operator",
    "Policy",
    "PolicyHash",
    "RightsAction",
    "Rule",
    "included_actions",
    "parse_policy",
]
