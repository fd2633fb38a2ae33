"""Many uses of many variants, each distinct question decided once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from models.policy import Policy
from models.usage.decision import decide
from models.usage.facts import NOTHING_HELD, Account, Standing, Subject, Use
from models.usage.outcome import UsageDecision


@dataclass(frozen=True)
class MatrixCase:
    """A variant to be decided about: its policies, itself, and what the partner holds and owes of its story."""

    policies: tuple[Policy, ...]
    subject: Subject
    account: Account = NOTHING_HELD

    def question(self) -> MatrixCase:
        """What the answer depends on: for a story that nothing is held of, not which variant it is."""
        return self if self.account.held else replace(self, subject=replace(self.subject, variant=None))


def decide_matrix(
    cases: Sequence[MatrixCase], uses: Sequence[Use], standing: Standing, now: datetime
) -> list[list[UsageDecision]]:
    """`decide` for every case and every use: a row a case, a column a use."""
    rows: dict[MatrixCase, list[UsageDecision]] = {}
    answers = []
    for case in cases:
        question = case.question()
        row = rows.get(question)
        if row is None:
            towards = standing.towards(case.account)
            row = [decide(case.policies, case.subject, use, towards, now) for use in uses]
            rows[question] = row
        answers.append(row)
    return answers
