"""The usage decision: who may do what with a story, where, in which language, until when, and why.

`decide` answers one question, `readable` whether any use is permitted, and `PolicyRule`, `StatusRule`, `EmbargoRule`,
`ExpiryRule` and `CoverageRule` filter the pool index by the same rules. Nothing here reads a database or a clock.

Reason codes. A refusal APPLIES or DOES_NOT_APPLY: `STORY_CANCELED`, `STORY_WITHHELD`, `UNDER_EMBARGO`,
`LANGUAGE_NOT_GIVEN` (only looked at for translate), `PARTNER_SUSPENDED`, `NOT_COVERED`, `NOTHING_PERMITS` (only listed
where it applies). A requirement is SATISFIED or UNSATISFIED: `AGREEMENT_PERIOD`, `AGREEMENT_TERRITORY`,
`AGREEMENT_CHANNEL`. A rule of terms APPLIES or DOES_NOT_APPLY: `PERMISSION`, `PROHIBITION`.
"""

from models.usage.decision import decide, is_permitted
from models.usage.facts import STAFF, AgreementFacts, Standing, Subject, Use
from models.usage.filter import PolicyRule, Rights
from models.usage.outcome import AgreementRef, Decision, Outcome, Readability, RuleOutcome, UsageDecision
from models.usage.readability import readable
from models.usage.rules import CoverageRule, EmbargoRule, ExpiryRule, PoolColumns, StatusRule

__all__ = [
    "STAFF",
    "AgreementFacts",
    "AgreementRef",
    "CoverageRule",
    "Decision",
    "EmbargoRule",
    "ExpiryRule",
    "Outcome",
    "PolicyRule",
    "PoolColumns",
    "Readability",
    "Rights",
    "RuleOutcome",
    "Standing",
    "StatusRule",
    "Subject",
    "UsageDecision",
    "Use",
    "decide",
    "is_permitted",
    "readable",
]
