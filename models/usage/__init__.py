"""The usage decision: who may do what with a story, where, in which language, until when, and why.

`decide` answers one question, `readable` whether any use is permitted, and `PolicyRule`, `StatusRule`, `EmbargoRule`,
`ExpiryRule` and `CoverageRule` filter the pool index by the same rules. Nothing here reads a database or a clock.

Reason codes. A refusal APPLIES or DOES_NOT_APPLY: `STORY_CANCELED`, `STORY_WITHHELD`, `UNDER_EMBARGO`,
`LANGUAGE_NOT_GIVEN` (only looked at for translate), `PARTNER_SUSPENDED`, `EXCLUSIVE_TO_ANOTHER` (only looked at where
another's exclusivity touches the use), `NOT_COVERED`, `QUOTA_EXHAUSTED` (where the agreement has a quota), and, only
listed where they apply, `COUNT_EXHAUSTED`, `DUTY_NOT_DONE`, `DUTY_VIOLATED` and `NOTHING_PERMITS`. A requirement is
SATISFIED or UNSATISFIED: `AGREEMENT_PERIOD`, `AGREEMENT_TERRITORY`, `AGREEMENT_CHANNEL`. A rule of terms APPLIES or
DOES_NOT_APPLY: `PERMISSION`, `PROHIBITION`.
"""

from models.usage.decision import decide, is_permitted
from models.usage.facts import (
    NOTHING_HELD,
    STAFF,
    Account,
    AgreementFacts,
    DutyFact,
    ExclusivityFacts,
    HeldUse,
    Quota,
    Standing,
    Subject,
    Use,
)
from models.usage.filter import PermissionMap, PolicyRule, Rights, StandingTables
from models.usage.matrix import MatrixCase, decide_matrix
from models.usage.outcome import AgreementRef, Decision, Outcome, Readability, RuleOutcome, UsageDecision
from models.usage.readability import readable
from models.usage.rules import CoverageRule, EmbargoRule, ExpiryRule, PoolColumns, StatusRule

__all__ = [
    "NOTHING_HELD",
    "STAFF",
    "Account",
    "AgreementFacts",
    "AgreementRef",
    "CoverageRule",
    "Decision",
    "DutyFact",
    "EmbargoRule",
    "ExclusivityFacts",
    "ExpiryRule",
    "HeldUse",
    "MatrixCase",
    "Outcome",
    "PermissionMap",
    "PolicyRule",
    "PoolColumns",
    "Quota",
    "Readability",
    "Rights",
    "RuleOutcome",
    "Standing",
    "StandingTables",
    "StatusRule",
    "Subject",
    "UsageDecision",
    "Use",
    "decide",
    "decide_matrix",
    "is_permitted",
    "readable",
]
