"""What policies of others decide: the ODRL test profile.

Published test suites of ODRL evaluators bring policies, requests and states of the world of their own, in JSON-LD. They are evaluated
here apart from Storypool's own terms: with foreign actions, parties and assets, and with the time and all facts given.
`docs/odrl-evaluation.md` says what is understood, and where the suites disagree.
"""

from models.odrl.evaluation.decision import DutyReading, evaluate
from models.odrl.evaluation.performed import DutyState
from models.odrl.evaluation.policy import RuleType
from models.odrl.evaluation.report import (
    Activation,
    ConstraintReport,
    Decision,
    DutyReport,
    Report,
    RuleReport,
    Satisfaction,
)

__all__ = [
    "Activation",
    "ConstraintReport",
    "Decision",
    "DutyReading",
    "DutyReport",
    "DutyState",
    "Report",
    "RuleReport",
    "RuleType",
    "Satisfaction",
    "evaluate",
]
