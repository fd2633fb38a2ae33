"""What a usage decision says, and why."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from models.policy import Duty

PERMISSION = "PERMISSION"
"""The code of the one kind of rule that speaks for a use where it applies."""


class Decision(StrEnum):
    """Whether a use is permitted."""

    PERMIT = "PERMIT"
    """Permitted, and nothing is asked for it."""
    PERMIT_WITH_DUTIES = "PERMIT_WITH_DUTIES"
    """Permitted to whoever takes the listed duties upon itself."""
    DENY = "DENY"
    """Not permitted; the reasons say why."""


class Outcome(StrEnum):
    """What became of one rule that was looked at."""

    SATISFIED = "SATISFIED"
    """A requirement, and it is met."""
    UNSATISFIED = "UNSATISFIED"
    """A requirement, and it is not met: enough to deny."""
    APPLIES = "APPLIES"
    """A rule whose conditions all hold: a permission allows, a prohibition or a refusal denies."""
    DOES_NOT_APPLY = "DOES_NOT_APPLY"
    """A rule with a condition that does not hold: it neither allows nor denies."""


class RuleOutcome(NamedTuple):
    """One rule that was looked at, and what became of it.

    The words are put together only when somebody reads them: most decisions are made for lists, where nobody does.

    :param code: stable, in SCREAMING_SNAKE_CASE; see `models.usage.rules`.
    :param wording: the English sentence, with `{}` for each of `values`.
    """

    code: str
    outcome: Outcome
    wording: str
    values: tuple[object, ...] = ()

    @property
    def message(self) -> str:
        """The English sentence, saying the value asked for and the value allowed."""
        return self.wording.format(*(_shown(value) for value in self.values))


class AgreementRef(NamedTuple):
    """An agreement in one of its versions."""

    id: uuid.UUID
    version: int


@dataclass(frozen=True)
class UsageDecision:
    """The answer to "may I use this so, now?".

    :param reasons: every rule looked at, in the order looked at. What story and actor are is looked at first, then the
        story's terms, then the agreements up to the first that permits.
    :param duties: what is taken on with the use; for a canceled story, that all copies are deleted.
    :param valid_until: the first moment at which decision, duties or agreement change by the clock alone; None: never.
    :param agreement: the agreement that permits; None where none does, and for staff.
    :param story_duties: those of the duties that the story's terms ask for; `agreement_duties` those that the agreement's own policy
        does. Both may ask for the same.
    """

    decision: Decision
    reasons: tuple[RuleOutcome, ...]
    duties: tuple[Duty, ...] = ()
    valid_until: datetime | None = None
    agreement: AgreementRef | None = None
    story_duties: tuple[Duty, ...] = ()
    agreement_duties: tuple[Duty, ...] = ()

    @property
    def denials(self) -> tuple[RuleOutcome, ...]:
        """The reasons that speak against the use, in the order looked at."""
        return tuple(
            reason
            for reason in self.reasons
            if reason.outcome is Outcome.UNSATISFIED
            or (reason.outcome is Outcome.APPLIES and reason.code != PERMISSION)
        )

    @property
    def is_permitted(self) -> bool:
        """Whether the use may go ahead, with duties or without."""
        return self.decision is not Decision.DENY


@dataclass(frozen=True)
class Readability:
    """Whether content may be read before any pickup, and until when that answer holds (None: for ever)."""

    is_readable: bool
    valid_until: datetime | None = None


def _shown(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, frozenset | tuple):
        return ", ".join(sorted(str(item) for item in value))
    return str(value)
