"""What holds of every usage decision, whatever the terms."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from models.policy import DutyAction, Policy, Rule
from models.usage import (
    Account,
    Decision,
    DutyFact,
    HeldUse,
    MatrixCase,
    Outcome,
    Use,
    decide,
    decide_matrix,
    is_permitted,
)
from tests.conftest import LONG
from tests.models.policies import PERMISSIONS, PROHIBITIONS
from tests.models.usage.cases import CASES, TIMES, USES, Case

REFUSED = {
    "STORY_CANCELED",
    "STORY_WITHHELD",
    "UNDER_EMBARGO",
    "LANGUAGE_NOT_GIVEN",
    "PARTNER_SUSPENDED",
    "EXCLUSIVE_TO_ANOTHER",
}

LATER = [*TIMES, *(moment - timedelta(microseconds=1) for moment in TIMES), TIMES[-1] + timedelta(days=400)]


@given(CASES)
def test_the_answer_stands_until_valid_until_and_changes_there(case: Case) -> None:
    def answer(at: datetime) -> tuple[object, ...]:
        decision = decide(case.terms, case.subject, case.use, case.standing, at)
        return decision.decision, decision.duties, decision.agreement

    until = decide(case.terms, case.subject, case.use, case.standing, case.now).valid_until
    for moment in LATER:
        if case.now <= moment and (until is None or moment < until):
            assert answer(moment) == answer(case.now)
    if until is not None:
        assert until > case.now
        assert answer(until) != answer(case.now)


@given(CASES, PROHIBITIONS)
def test_a_prohibition_that_applies_always_wins(case: Case, prohibition: Rule) -> None:
    with_it = Policy(case.terms[0].permissions, (*case.terms[0].prohibitions, prohibition))
    decision = decide([with_it, *case.terms[1:]], case.subject, case.use, case.standing, case.now)
    story = [reason for reason in decision.reasons if "story's terms" in reason.message]
    if any(reason.code == "PROHIBITION" and reason.outcome is Outcome.APPLIES for reason in story):
        assert decision.decision is Decision.DENY
    if decision.is_permitted:
        assert is_permitted(case.terms, case.subject, case.use, case.standing, case.now)


@given(CASES, PERMISSIONS)
def test_to_permit_more_never_denies(case: Case, permission: Rule) -> None:
    if not is_permitted(case.terms, case.subject, case.use, case.standing, case.now):
        return
    more = Policy((*case.terms[0].permissions, permission), case.terms[0].prohibitions)
    assert is_permitted([more, *case.terms[1:]], case.subject, case.use, case.standing, case.now)
    wider = Policy(
        tuple(
            Rule((*rule.actions, "use"), rule.constraints[1:], tuple(item for item in rule.duties if not item.blocking))
            for rule in case.terms[0].permissions
        ),
        case.terms[0].prohibitions,
    )
    assert is_permitted([wider, *case.terms[1:]], case.subject, case.use, case.standing, case.now)


@given(CASES)
def test_to_hold_the_use_and_to_have_settled_every_duty_never_denies(case: Case) -> None:
    if case.standing.is_staff or not is_permitted(case.terms, case.subject, case.use, case.standing, case.now):
        return
    assert case.subject.variant is not None
    language = case.use.language or case.subject.language
    own = HeldUse(case.subject.variant, replace(case.use, language=language))
    settled = tuple(DutyFact(action, settled=True) for action in DutyAction)
    dutiful = case.standing.towards(Account((*case.standing.account.held, own), settled))
    assert is_permitted(case.terms, case.subject, case.use, dutiful, case.now)


@given(CASES)
def test_reasons_and_answer_agree(case: Case) -> None:
    decision = decide(case.terms, case.subject, case.use, case.standing, case.now)
    assert decision.is_permitted == is_permitted(case.terms, case.subject, case.use, case.standing, case.now)
    assert decision.is_permitted or decision.agreement is None
    assert (decision.decision is Decision.PERMIT) == (decision.is_permitted and not decision.duties)
    assert (decision.agreement is not None) == (decision.is_permitted and not case.standing.is_staff)
    assert set(decision.duties) >= {*decision.story_duties, *decision.agreement_duties}
    applying = {reason.code for reason in decision.reasons if reason.outcome is Outcome.APPLIES}
    if applying & REFUSED:
        assert not decision.is_permitted
    if not decision.is_permitted:
        unmet = any(reason.outcome is Outcome.UNSATISFIED for reason in decision.reasons)
        assert unmet or applying & {*REFUSED, "NOT_COVERED", "QUOTA_EXHAUSTED", "NOTHING_PERMITS", "PROHIBITION"}
        assert decision.denials
    for reason in decision.reasons:
        assert reason.message.endswith(".")
        assert "{" not in reason.message


@settings(max_examples=max(LONG // 5, 100))
@given(st.lists(CASES, min_size=1, max_size=4), st.lists(USES, min_size=1, max_size=3))
def test_a_matrix_says_of_each_variant_and_use_what_a_decision_does(several: list[Case], uses: list[Use]) -> None:
    standing, now = several[0].standing, several[0].now
    rows = [MatrixCase(tuple(case.terms), case.subject, case.standing.account) for case in several]
    answers = decide_matrix(rows, uses, standing, now)
    for row, answered in zip(rows, answers, strict=True):
        towards = standing.towards(row.account)
        assert answered == [decide(row.policies, row.subject, use, towards, now) for use in uses]
