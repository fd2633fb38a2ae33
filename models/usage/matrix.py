"""Many uses of many variants, each distinct question decided once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from models.policy import Policy
from models.usage.decision import Asking
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
    askings: dict[tuple[Subject, Account], list[Asking]] = {}
    answers = []
    for case in cases:
        question = case.question()
        row = rows.get(question)
        if row is None:
            about = (question.subject, question.account)
            if about not in askings:
                towards = standing.towards(question.account)
                askings[about] = [Asking.of(question.subject, use, towards) for use in uses]
            row = [asking.decide(question.policies, question.account, now) for asking in askings[about]]
            rows[question] = row
        answers.append(row)
    return answers
