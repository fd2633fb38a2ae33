"""Which conditional permissions of a policy are open to a partner, as bits, and from when."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

from models.policy import Policy, Rule
from models.usage.facts import Account
from models.usage.terms import Conditions, conditional_match

BEGINNING: Final = datetime.fromisoformat("0001-01-02T00:00:00+00:00")
"""Before any other moment."""


class Opening(NamedTuple):
    """What is open from a moment on. Bit n stands for the n-th of `Policy.conditional`.

    :param new: for a use that is not held yet; `held` for one that is.
    """

    starts_at: datetime
    new: int
    held: int


def openings(policy: Policy, account: Account) -> list[Opening]:
    """What is open over time: the first holds from the beginning, each until the next; deadlines that pass make new ones."""
    moments = [BEGINNING, *sorted({fact.deadline for fact in account.duties if fact.deadline is not None})]
    found: list[Opening] = []
    for moment in moments:
        now = Opening(
            moment,
            _bits(policy.conditional, Conditions(account), moment),
            _bits(policy.conditional, Conditions(account, held=True), moment),
        )
        if not found or (found[-1].new, found[-1].held) != (now.new, now.held):
            found.append(now)
    return found


def _bits(rules: tuple[Rule, ...], conditions: Conditions, at: datetime) -> int:
    return sum(1 << place for place, rule in enumerate(rules) if conditional_match(rule, conditions).holds(at))
