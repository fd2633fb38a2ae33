"""In which state duties are, and what that means for the rules that they belong to."""

from __future__ import annotations

import pytest

from models.odrl.evaluation import Activation, Decision, DutyReading, DutyState, Report
from tests.models.odrl.documents import (
    CONTEXT,
    Document,
    constraint,
    date_time,
    number,
    only_rule,
    permission,
    policy,
    prohibition,
    report,
    request,
    rule,
    state,
    thing,
    world,
)

FULFILLED, VIOLATED, NON_SET = DutyState.FULFILLED, DutyState.VIOLATED, DutyState.NON_SET
PRECONDITION, COMMITMENT = DutyReading.PRECONDITION, DutyReading.COMMITMENT
EARLIER, LATER = "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"

PAY: Document = {
    "rdf:value": thing("odrl:compensate"),
    "refinement": constraint("payAmount", "eq", number("5.00"), uid="ex:amount", unit="http://money.example/Euro"),
}


def with_duty(**parts: object) -> Document:
    """Alice may read X of the owner's, with a duty to pay five euros."""
    duty = {"uid": "ex:duty", "action": PAY, **parts}
    return policy(permission=permission(assigner="ex:owner", duty=duty))


def paid(**parts: object) -> Document:
    """Alice paid the owner five euros."""
    payment = {
        "@id": "ex:payment", "@type": "pay:Payment", "pay:payer": thing("ex:alice"), "pay:payee": thing("ex:owner"),
        "pay:netAmount": number("5.0"), "pay:currency": thing("https://money.example/Euro"), "pay:paymentDate": date_time(EARLIER), **parts,
    }  # fmt: skip
    return {key: value for key, value in payment.items() if value is not None}


def reported(**states: str) -> Document:
    """A report of an earlier evaluation."""
    duty = {
        "@type": "report:DutyReport", "report:rule": thing("ex:duty"),
        **{f"report:{name}": thing(f"report:{value}") for name, value in states.items()},
    }  # fmt: skip
    return {"@type": "report:PolicyReport", "report:policy": thing("ex:policy"), "report:ruleReport": duty}


def duty_states(found: Report) -> list[DutyState]:
    return [duty.state for duty in only_rule(found).duties]


@pytest.mark.parametrize(
    ("known", "duty", "strict", "lenient"),
    [
        (world(), NON_SET, Decision.DENY, Decision.PERMIT_WITH_DUTIES),
        (world(paid()), FULFILLED, Decision.PERMIT, Decision.PERMIT),
        (world(reported(deonticState="Fulfilled")), FULFILLED, Decision.PERMIT, Decision.PERMIT),
        (world(reported(performanceState="Performed")), FULFILLED, Decision.PERMIT, Decision.PERMIT),
        (world(reported(performanceState="Unknown", deonticState="NonSet")), NON_SET, Decision.DENY, Decision.PERMIT_WITH_DUTIES),
        (world(reported(performanceState="Unperformed", deonticState="Violated")), VIOLATED, Decision.DENY, Decision.DENY),
    ],
    ids=["nothing done", "paid", "reported fulfilled", "reported performed", "reported unknown", "reported violated"],
)  # fmt: skip
def test_a_duty_blocks_its_permission_or_comes_with_it(
    known: Document, duty: DutyState, strict: Decision, lenient: Decision
) -> None:
    for reading, decision in ((PRECONDITION, strict), (COMMITMENT, lenient)):
        found = report(with_duty(), request(), known, reading)
        assert (found.decision, duty_states(found)) == (decision, [duty])
        assert only_rule(found).activation is (Activation.INACTIVE if decision is Decision.DENY else Activation.ACTIVE)


@pytest.mark.parametrize(
    ("payment", "fulfilled"),
    [
        (paid(), True),
        (paid(**{"pay:netAmount": number("4.99")}), False),
        (paid(**{"pay:currency": thing("https://money.example/Yuan")}), False),
        (paid(**{"pay:payee": thing("ex:stranger")}), False),
        (paid(**{"pay:payee": None}), True),
        (paid(**{"pay:payer": thing("ex:bob")}), False),
        (paid(**{"pay:payer": None}), True),
        (paid(**{"pay:paymentDate": date_time(LATER)}), False),
        (paid(**{"pay:paymentDate": None}), True),
        (paid(**{"@type": "ex:Compensate"}), True),
        (paid(**{"@type": "ex:Inform"}), False),
        (paid(**{"@type": None, "sotw:conditionId": thing("ex:duty")}), True),
        (paid(**{"@type": None, "odrl:action": thing("odrl:pay")}), True),
        (paid(**{"sotw:conditionId": thing("ex:another-duty")}), False),
    ],
)
def test_a_payment_fulfils_a_duty_to_pay_when_everything_agrees(payment: Document, fulfilled: bool) -> None:
    assert duty_states(report(with_duty(), request(), world(payment))) == [FULFILLED if fulfilled else NON_SET]


def test_what_was_performed_counts_whoever_performed_it_when_told_so() -> None:
    by_bob = world(paid(**{"pay:payer": thing("ex:bob")}))
    assert report(with_duty(), request(), by_bob).decision is Decision.DENY
    assert report(with_duty(), request(), by_bob, any_performer=True).decision is Decision.PERMIT
    stranger = report(with_duty(), request(party="ex:bob"), by_bob, any_performer=True)
    assert stranger.decision is Decision.DENY, "the permission is still for Alice"


def test_a_duty_may_bind_somebody_else() -> None:
    by_bob = world(paid(**{"pay:payer": thing("ex:bob")}))
    assert report(with_duty(assignee="ex:bob"), request(), by_bob).decision is Decision.PERMIT
    assert report(with_duty(assignee="ex:bob"), request(), world(paid())).decision is Decision.DENY


@pytest.mark.parametrize(
    "known",
    [
        state(**{"sotw:performedAction": paid()}),
        state(**{"sotw:paidAmount": paid(**{"@type": None, "pay:netAmount": None, "rdf:value": number("5")})}),
        state(
            **{
                "sotw:action": {
                    "@type": "ex:Compensate",
                    "ex:payAmount": number("5.00"),
                    "odrl:payee": thing("ex:owner"),
                }
            }
        ),
    ],
)
def test_a_state_may_tell_what_was_performed_in_several_ways(known: Document) -> None:
    assert duty_states(report(with_duty(), request(), known)) == [FULFILLED]


def test_a_report_on_an_action_is_no_action_that_was_performed() -> None:
    told = {"@type": "report:ActionReport", "report:action": thing("odrl:compensate")}
    anything_paid = policy(permission=permission(duty={"uid": "ex:duty", "action": "compensate"}))
    assert duty_states(report(anything_paid, request(), world(told))) == [NON_SET]
    done = state(**{"sotw:action": thing("odrl:compensate")})
    assert duty_states(report(anything_paid, request(), done)) == [FULFILLED]


@pytest.mark.parametrize(("day", "due"), [("Wednesday", True), ("Sunday", False)])
def test_a_duty_that_is_not_due_does_not_block(day: str, due: bool) -> None:
    on_that_day = with_duty(constraint=constraint("ex:dayOfWeek", "eq", day))
    found = report(on_that_day, request(), state())
    assert (found.decision, duty_states(found)) == (Decision.DENY if due else Decision.PERMIT, [NON_SET])


def test_a_duty_that_may_be_due_is() -> None:
    unknown = with_duty(constraint=constraint("purpose", "eq", thing("ex:sale")))
    assert report(unknown, request(), state()).decision is Decision.DENY


DEADLINE = constraint("dateTime", "lt", date_time("2026-03-03T00:00:00Z"), uid="ex:deadline")
BY_THEN: Document = {"rdf:value": thing("odrl:compensate"), "refinement": [DEADLINE, *[PAY["refinement"]]]}


@pytest.mark.parametrize(
    "parts",
    [
        {"constraint": DEADLINE},
        {"constraint": {"uid": "ex:both", "and": [DEADLINE, constraint("dateTime", "gt", date_time(EARLIER), uid="ex:from")]}},
        {"action": BY_THEN},
    ],
    ids=["constraint", "inside and", "refinement"],
)  # fmt: skip
def test_a_duty_is_violated_when_its_time_is_over(parts: Document) -> None:
    def states(*things: Document, now: str = "2026-03-04T12:00:00Z") -> list[DutyState]:
        return duty_states(report(with_duty(**parts), request(), world(*things, now=now), COMMITMENT))

    assert states(now="2026-03-02T00:00:00Z") == [NON_SET]
    assert states() == [VIOLATED]
    assert states(paid()) == [FULFILLED]
    assert states(paid(**{"pay:paymentDate": date_time("2026-03-03T00:00:00Z")})) == [VIOLATED]


def test_what_was_done_late_is_made_good_with_every_consequence() -> None:
    fine: Document = {"uid": "ex:fine", "action": "inform"}
    late = paid(**{"pay:paymentDate": date_time("2026-03-04T00:00:00Z")})
    told: Document = {"@id": "ex:told", "@type": "ex:Inform", "ex:performer": thing("ex:alice")}
    overdue = with_duty(constraint=DEADLINE, consequence=fine)
    assert duty_states(report(overdue, request(), world(late))) == [VIOLATED, NON_SET]
    assert duty_states(report(overdue, request(), world(told))) == [VIOLATED, FULFILLED]
    assert duty_states(report(overdue, request(), world(late, told))) == [FULFILLED, FULFILLED]


def test_a_remedy_is_due_once_the_prohibition_was_broken() -> None:
    remedy: Document = {
        "uid": "ex:remedy",
        "action": "anonymize",
        "constraint": constraint("dateTime", "lt", date_time(EARLIER)),
    }
    forbidden = policy(prohibition=prohibition(action="index", remedy=remedy))
    indexed: Document = {
        "@id": "ex:deed",
        "@type": "ex:Index",
        "ex:performer": thing("ex:alice"),
        "ex:object": thing("ex:x"),
    }
    assert duty_states(report(forbidden, request(), world())) == [NON_SET]
    assert duty_states(report(forbidden, request(), world(indexed))) == [VIOLATED]
    by_bob = indexed | {"ex:performer": thing("ex:bob")}
    assert duty_states(report(forbidden, request(), world(by_bob))) == [NON_SET]


@pytest.mark.parametrize("asked", [{}, {"@context": CONTEXT}, request()])
@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (world(), NON_SET),
        (world(paid()), FULFILLED),
        (world(paid(**{"pay:payer": thing("ex:bob")})), NON_SET),
        (world(now="2026-03-06T00:00:00Z"), VIOLATED),
    ],
)
def test_an_obligation_has_a_state_whatever_is_asked(asked: Document, known: Document, expected: DutyState) -> None:
    until = constraint("dateTime", "lt", date_time("2026-03-05T00:00:00Z"))
    obliged = policy(obligation=rule("ex:obligation", action=PAY, assigner="ex:owner", target=None, constraint=until))
    found = report(obliged, asked, known)
    assert found.decision is Decision.DENY
    assert (only_rule(found).type, duty_states(found)) == ("Obligation", [expected])


def test_an_obligation_is_inactive_while_its_constraints_do_not_hold() -> None:
    later = constraint("dateTime", "gteq", date_time(LATER))
    obliged = policy(obligation=rule("ex:obligation", constraint=later))
    found = report(obliged, {}, state())
    assert (only_rule(found).activation, duty_states(found)) == (Activation.INACTIVE, [NON_SET])
    assert only_rule(report(obliged, {}, state(LATER))).activation is Activation.ACTIVE


def test_the_freest_of_several_permissions_counts() -> None:
    free = rule("ex:free", action="use")
    both = policy(permission=[permission(duty={"uid": "ex:duty", "action": "inform"}), free])
    assert report(both, request(), state(), COMMITMENT).decision is Decision.PERMIT
