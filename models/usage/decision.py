"""The usage decision: one pure function, asked by lists, bodies, renditions, feeds, webhooks and pickups alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from models.policy import Duty, DutyAction, Policy, Rule
from models.usage.facts import Account, AgreementFacts, Standing, Subject, Use
from models.usage.outcome import AgreementRef, Decision, Outcome, RuleOutcome, UsageDecision
from models.usage.rules import (
    CANCELED,
    EmbargoRule,
    StatusRule,
    agreement_gates,
    exclusivity_gates,
    no_agreement_gate,
    partner_gate,
    translation_gate,
)
from models.usage.terms import Conditions, Question, TermsMatch, match_terms, question
from models.usage.window import Gate, edges

FREE_FOR_ALL: Final = Policy((Rule(("use",)),))
"""Permits everything: what is left to ask is the agreement."""
STORY_TERMS: Final = "the story's terms"
DELETE_COPIES: Final = Duty(DutyAction.DELETE)


def decide(policies: Sequence[Policy], subject: Subject, use: Use, standing: Standing, now: datetime) -> UsageDecision:
    """Whether the use of the subject is permitted now, why, at what price, and until when that stands.

    :param policies: the terms of the variant, merged under its story's (`Policy.merged_under`). Where there are
        several, each must permit; where there are none, nothing is said and all is denied.
    :param standing: for a partner, one of its agreements must cover the subject and permit the use as well; staff are
        decided for under the story's terms alone, for there is no agreement that could say anything about them.
    :param now: the moment that is decided for, with a zone.
    """
    return Asking.of(subject, use, standing).decide(policies, standing.account, now)


def _decided(case: _Case, now: datetime) -> UsageDecision:
    answer = case.answer(now)
    changes = (moment for moment in sorted({edge for edge in case.edges() if edge > now}))
    return UsageDecision(
        decision=answer.decision(),
        reasons=tuple(case.reasons(now)),
        duties=answer.duties,
        valid_until=next((moment for moment in changes if case.answer(moment) != answer), None),
        agreement=answer.agreement,
        story_duties=answer.story_duties,
        agreement_duties=answer.agreement_duties,
    )


def is_permitted(policies: Sequence[Policy], subject: Subject, use: Use, standing: Standing, now: datetime) -> bool:
    """`decide`, without the reasons: for deciding a great many cases at once."""
    return Asking.of(subject, use, standing).case(policies, standing.account).answer(now).permitted


def permitting(policy: Policy, asking: Asking, now: datetime) -> tuple[int, int]:
    """What of a policy permits a use, apart from what the partner holds and owes of the story.

    :returns: `(64, 0)` where an unconditional permission does; otherwise the bits of the conditional ones that would, each alone, and
        which of those are open to a partner that holds and owes nothing.
    """
    terms = match_terms(policy, asking.asked, None)
    bits, permission_number = 0, 0
    if any(match.holds(now) for match in terms.prohibitions):
        return 0, 0
    for match in terms.permissions:
        if match.rule.is_conditional:
            bits |= match.holds(now) << permission_number
            permission_number += 1
        elif match.holds(now):
            bits = 64
            break
    if not bits or not asking.agreed(now):
        return 0, 0
    return bits, 0 if bits == 64 else bits & policy.open_at_first


class _Answer(NamedTuple):
    permitted: bool
    duties: tuple[Duty, ...] = ()
    agreement: AgreementRef | None = None
    story_duties: tuple[Duty, ...] = ()
    agreement_duties: tuple[Duty, ...] = ()

    def decision(self) -> Decision:
        if not self.permitted:
            return Decision.DENY
        return Decision.PERMIT_WITH_DUTIES if self.duties else Decision.PERMIT


class _AgreementCase(NamedTuple):
    """An agreement applied to one use of one subject."""

    agreement: AgreementFacts
    gates: tuple[Gate, ...]
    terms: TermsMatch

    def duties(self, at: datetime) -> tuple[Duty, ...] | None:
        return self.terms.duties(at) if all(gate.passes(at) for gate in self.gates) else None

    def source(self) -> str:
        return f"agreement {self.agreement.id}"


class _Case(NamedTuple):
    """Every rule that there is to look at, compared with one use of one subject apart from the clock."""

    asked: Question
    is_canceled: bool
    needs_agreement: bool
    gates: tuple[Gate, ...]
    story: tuple[TermsMatch, ...]
    agreements: tuple[_AgreementCase, ...]

    def answer(self, at: datetime) -> _Answer:
        """The answer at a moment."""
        denied = _Answer(False, (DELETE_COPIES,) if self.is_canceled else ())
        if not self.story or not all(gate.passes(at) for gate in self.gates):
            return denied
        duties: set[Duty] = set()
        for terms in self.story:
            asked_for = terms.duties(at)
            if asked_for is None:
                return denied
            duties.update(asked_for)
        if not self.needs_agreement:
            return _Answer(True, tuple(sorted(duties)), None, tuple(sorted(duties)))
        for case in self.agreements:
            asked_for = case.duties(at)
            if asked_for is not None:
                chosen = AgreementRef(case.agreement.id, case.agreement.version)
                together = tuple(sorted(duties.union(asked_for)))
                return _Answer(True, together, chosen, tuple(sorted(duties)), tuple(sorted(asked_for)))
        return denied

    def edges(self) -> Iterator[datetime]:
        """The moments at which the answer may change."""
        yield from edges(self.gates)
        for terms in self.story:
            yield from terms.edges()
        for case in self.agreements:
            yield from edges(case.gates)
            yield from case.terms.edges()

    def reasons(self, at: datetime) -> Iterator[RuleOutcome]:
        """Every rule looked at, in order; agreements up to the first that permits."""
        for gate in self.gates:
            yield gate.outcome(at)
        for terms in self.story:
            yield from terms.outcomes(self.asked, STORY_TERMS, at)
        if not self.story:
            yield RuleOutcome("NOTHING_PERMITS", Outcome.APPLIES, "The story has no terms, so nothing is permitted.")
        if self.needs_agreement and not self.agreements:
            yield no_agreement_gate().outcome(at)
        for case in self.agreements:
            for gate in case.gates:
                yield gate.outcome(at)
            yield from case.terms.outcomes(self.asked, case.source(), at)
            if case.duties(at) is not None:
                return


class Asking:
    """A use of a subject by somebody, before any terms of the subject are looked at: what many policies can be asked about.

    :ivar asked: the use as rules are compared with it.
    """

    def __init__(
        self,
        asked: Question,
        subject: Subject,
        use: Use,
        gates: tuple[Gate, ...],
        agreements: tuple[_AgreementCase, ...],
        needs_agreement: bool,
    ) -> None:
        self.asked = asked
        self._subject, self._use = subject, use
        self._gates, self._agreements, self._needs_agreement = gates, agreements, needs_agreement
        self._agreed: tuple[datetime, bool] | None = None

    @classmethod
    def of(cls, subject: Subject, use: Use, standing: Standing) -> Asking:
        """What is looked at whatever the terms say: status, embargo, partner, exclusivities and agreements."""
        asked = question(use, subject)
        gates = [*StatusRule().gates(subject), EmbargoRule().gate(subject)]
        if (translation := translation_gate(use)) is not None:
            gates.append(translation)
        agreements: tuple[_AgreementCase, ...] = ()
        if not standing.is_staff:
            held = standing.account.holds(subject, use)
            gates.append(partner_gate(standing))
            gates += exclusivity_gates(standing, subject, use)
            agreements = tuple(
                _AgreementCase(
                    agreement,
                    agreement_gates(agreement, subject, use, held=held),
                    match_terms(agreement.policy, asked, Conditions(Account(duties=agreement.duties), held)),
                )
                for agreement in standing.agreements
            )
        return cls(asked, subject, use, tuple(gates), agreements, not standing.is_staff)

    def case(self, policies: Sequence[Policy], account: Account) -> _Case:
        """The same under terms."""
        conditions = Conditions(account, account.holds(self._subject, self._use))
        return _Case(
            asked=self.asked,
            is_canceled=self._subject.pub_status == CANCELED,
            needs_agreement=self._needs_agreement,
            gates=self._gates,
            story=tuple(match_terms(policy, self.asked, conditions) for policy in policies),
            agreements=self._agreements,
        )

    def decide(self, policies: Sequence[Policy], account: Account, now: datetime) -> UsageDecision:
        """`decide` under terms.

        :param account: that of the standing which this was made for.
        """
        return _decided(self.case(policies, account), now)

    def agreed(self, now: datetime) -> bool:
        """Whether everything but the terms of the subject permits the use."""
        if self._agreed is None or self._agreed[0] != now:
            self._agreed = now, self.case((FREE_FOR_ALL,), Account()).answer(now).permitted
        return self._agreed[1]
