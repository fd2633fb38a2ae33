"""What an evaluation finds, after FORCE's compliance report."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from models.odrl.evaluation.performed import DutyState
from models.odrl.evaluation.policy import RuleType


class Decision(StrEnum):
    """What the policy says to the request."""

    PERMIT = "PERMIT"
    PERMIT_WITH_DUTIES = "PERMIT_WITH_DUTIES"
    """Permitted; duties come with it that are not fulfilled yet."""
    DENY = "DENY"


class Activation(StrEnum):
    """Whether a rule is in effect for what is asked."""

    ACTIVE = "Active"
    INACTIVE = "Inactive"


class Satisfaction(StrEnum):
    """Whether a constraint or a refinement holds."""

    SATISFIED = "Satisfied"
    UNSATISFIED = "Unsatisfied"


@dataclass(frozen=True)
class ConstraintReport:
    """One constraint or refinement, logical ones and their parts each by itself."""

    uid: str
    satisfaction: Satisfaction


@dataclass(frozen=True)
class DutyReport:
    """One duty, remedy, consequence or obligation."""

    uid: str
    state: DutyState


@dataclass(frozen=True)
class RuleReport:
    """One rule.

    :param constraints: its constraints, then the refinements of its actions, targets and assignees.
    :param duties: its duties, each followed by its consequences; an obligation comes first itself.
    """

    uid: str
    type: RuleType
    activation: Activation
    constraints: tuple[ConstraintReport, ...]
    duties: tuple[DutyReport, ...]


@dataclass(frozen=True)
class Report:
    """The decision, and every rule looked at: permissions, prohibitions, obligations, each in the policy's order."""

    decision: Decision
    rules: tuple[RuleReport, ...]

    def as_json(self) -> dict[str, object]:
        """The form that `storypool rights evaluate --json` prints."""
        return {
            "decision": self.decision.value,
            "rules": [
                {
                    "uid": rule.uid,
                    "type": rule.type.value,
                    "activation": rule.activation.value,
                    "constraints": [
                        {"uid": part.uid, "satisfaction": part.satisfaction.value} for part in rule.constraints
                    ],
                    "duties": [{"uid": duty.uid, "state": duty.state.value} for duty in rule.duties],
                }
                for rule in self.rules
            ],
        }
