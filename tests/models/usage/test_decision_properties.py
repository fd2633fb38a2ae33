"""What holds of every usage decision, whatever the terms."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given

from models.policy import Policy, Rule
from models.usage import Decision, Outcome, Standing, Subject, Use, decide, is_permitted
from tests.models.policies import PERMISSIONS, PROHIBITIONS
from tests.models.usage.cases import MERGED_TERMS, MOMENTS_ASKED, STANDINGS, SUBJECTS, TIMES, USES


@given(MERGED_TERMS, SUBJECTS, USES, STANDINGS, MOMENTS_ASKED)
def test_the_answer_stands_until_valid_until_and_changes_there(
    terms: list[Policy], subject: Subject, asked: Use, standing: Standing, now: datetime
) -> None:
    def answer(at: datetime) -> tuple[object, ...]:
        decision = decide(terms, subject, asked, standing, at)
        return decision.decision, decision.duties, decision.agreement

    until = decide(terms, subject, asked, standing, now).valid_until
    asked_at = [*TIMES, *(moment - timedelta(microseconds=1) for moment in TIMES), TIMES[-1] + timedelta(days=400)]
    for moment in asked_at:
        if now <= moment and (until is None or moment < until):
            assert answer(moment) == answer(now)
    if until is not None:
        assert until > now
        assert answer(until) != answer(now)


@given(MERGED_TERMS, SUBJECTS, USES, STANDINGS, MOMENTS_ASKED, PROHIBITIONS)
def test_a_prohibition_that_applies_always_wins(
    terms: list[Policy], subject: Subject, asked: Use, standing: Standing, now: datetime, prohibition: Rule
) -> None:
    with_it = Policy(terms[0].permissions, (*terms[0].prohibitions, prohibition))
    decision = decide([with_it, *terms[1:]], subject, asked, standing, now)
    story = [reason for reason in decision.reasons if "story's terms" in reason.message]
    if any(reason.code == "PROHIBITION" and reason.outcome is Outcome.APPLIES for reason in story):
        assert decision.decision is Decision.DENY
    if decision.is_permitted:
        assert is_permitted(terms, subject, asked, standing, now)


@given(MERGED_TERMS, SUBJECTS, USES, STANDINGS, MOMENTS_ASKED, PERMISSIONS)
def test_to_permit_more_never_denies(
    terms: list[Policy], subject: Subject, asked: Use, standing: Standing, now: datetime, permission: Rule
) -> None:
    if not is_permitted(terms, subject, asked, standing, now):
        return
    more = Policy((*terms[0].permissions, permission), terms[0].prohibitions)
    assert is_permitted([more, *terms[1:]], subject, asked, standing, now)
    wider = Policy(
        tuple(Rule((*rule.actions, "use"), rule.constraints[1:], rule.duties) for rule in terms[0].permissions),
        terms[0].prohibitions,
    )
    assert is_permitted([wider, *terms[1:]], subject, asked, standing, now)


@given(MERGED_TERMS, SUBJECTS, USES, STANDINGS, MOMENTS_ASKED)
def test_reasons_and_answer_agree(
    terms: list[Policy], subject: Subject, asked: Use, standing: Standing, now: datetime
) -> None:
    decision = decide(terms, subject, asked, standing, now)
    assert decision.is_permitted == is_permitted(terms, subject, asked, standing, now)
    assert decision.is_permitted or decision.agreement is None
    assert (decision.decision is Decision.PERMIT) == (decision.is_permitted and not decision.duties)
    assert (decision.agreement is not None) == (decision.is_permitted and not standing.is_staff)
    refused = {"STORY_CANCELED", "STORY_WITHHELD", "UNDER_EMBARGO", "LANGUAGE_NOT_GIVEN", "PARTNER_SUSPENDED"}
    applying = {reason.code for reason in decision.reasons if reason.outcome is Outcome.APPLIES}
    if applying & refused:
        assert not decision.is_permitted
    if not decision.is_permitted:
        unmet = any(reason.outcome is Outcome.UNSATISFIED for reason in decision.reasons)
        assert unmet or applying & (refused | {"NOT_COVERED", "NOTHING_PERMITS", "PROHIBITION"})
    for reason in decision.reasons:
        assert reason.message.endswith(".")
        assert "{" not in reason.message
