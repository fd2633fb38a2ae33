"""A compliance report says of each rule what the decision made of it, by the IRIs that exports have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.base import JsonObject
from models.odrl.export import export_policy
from models.odrl.report import DecidedCase, compliance_report
from models.policy import DutyAction, Policy, RightsAction, Rule
from models.usage import STAFF, Account, DutyFact, Quota, Standing, Subject, Use, decide
from tests.models.odrl.published import expanded, needs_published
from tests.models.odrl.test_export import TIMES, USES
from tests.models.policies import policies
from tests.models.usage.cases import (
    ARTICLE,
    NOW,
    PARTNER,
    agreement,
    allow,
    constraint,
    duty,
    forbid,
    held,
    use,
    variant_id,
)

TARGET = "urn:newsml:centre.example:20250315:story"
PARTY = "urn:uuid:00000000-0000-0000-0000-000000000007"
LIVE = replace(ARTICLE, variant=variant_id(0))


def report_of(
    policy: Policy, asked: Use, standing: Standing = STAFF, at: datetime = NOW, subject: Subject = LIVE
) -> JsonObject:
    decision = decide((policy,), subject, asked, standing, at)
    party = None if standing.is_staff else PARTY
    return compliance_report(DecidedCase(decision, (policy,), subject, asked, standing, at, TARGET, party))


def rule_reports(report: JsonObject, policy: int = 0) -> list[JsonObject]:
    found: list[JsonObject] = report["storypool:policyReport"][policy]["report:ruleReport"]
    return found


def only_rule(report: JsonObject, policy: int = 0) -> JsonObject:
    (found,) = rule_reports(report, policy)
    return found


def activation(rule: JsonObject) -> str:
    return str(rule["report:activationState"]["@id"])


def premises(rule: JsonObject) -> list[tuple[str, bool]]:
    return [
        (part["@type"].removeprefix("report:"), part["report:satisfactionState"] == {"@id": "report:Satisfied"})
        for part in rule["report:premiseReport"]
    ]


def named(part: Any, *keys: str) -> Iterator[str]:
    """The IRIs that a document gives under these keys, at any depth."""
    if isinstance(part, list):
        for item in part:
            yield from named(item, *keys)
    elif isinstance(part, dict):
        for key, value in part.items():
            if key in keys and isinstance(value, dict):
                yield value["@id"]
            elif key in keys and isinstance(value, str):
                yield value
            yield from named(value, *keys)


@given(policies(), USES, TIMES)
def test_a_use_is_permitted_where_a_permission_is_active_and_no_prohibition_is(
    policy: Policy, asked: Use, at: datetime
) -> None:
    report = report_of(policy, asked, at=at)
    active = {rule["@type"] for rule in rule_reports(report) if activation(rule) == "report:Active"}
    permitted = report["storypool:decision"]["@id"] != "storypool:DENY"
    assert permitted is (active == {"report:PermissionReport"})


@given(policies(), USES, TIMES)
def test_a_rule_is_active_where_all_its_premises_hold(policy: Policy, asked: Use, at: datetime) -> None:
    free = (
        replace(rule, duties=tuple(duty for duty in rule.duties if not duty.precondition))
        for rule in policy.permissions
    )
    for rule in rule_reports(report_of(Policy(tuple(free), policy.prohibitions), asked, at=at)):
        holds = all(satisfied for _, satisfied in premises(rule))
        assert (activation(rule) == "report:Active") is holds


@given(policies(), USES)
def test_rules_constraints_and_duties_have_the_iris_that_exports_give_them(policy: Policy, asked: Use) -> None:
    exported = set(named(export_policy(policy, "urn:example:terms"), "uid", "storypool:inGroup"))
    assert set(named(report_of(policy, asked), "report:rule", "report:constraint")) <= exported


@needs_published
@given(policies(), USES, st.sampled_from([STAFF, PARTNER]))
def test_every_word_of_a_report_is_defined(policy: Policy, asked: Use, standing: Standing) -> None:
    (whole,) = expanded(report_of(policy, asked, standing))
    assert whole["@type"] == ["https://w3id.org/storypool/odrl#UsageDecision"]
    assert "https://w3id.org/force/compliance-report#ruleReport" in str(whole) or not (
        policy.permissions or policy.prohibitions
    )


def test_the_same_question_at_the_same_moment_has_the_same_report() -> None:
    assert report_of(allow(), use()) == report_of(allow(), use())
    assert (
        report_of(allow(), use())["storypool:request"]["@id"]
        != report_of(allow(), use(territory="JP"))["storypool:request"]["@id"]
    )


def test_the_request_says_who_asks_for_what() -> None:
    asked = use(RightsAction.TRANSLATE, "JP", language="ja", purpose="editorial", percentage=30)
    request = report_of(allow(), asked, PARTNER)["storypool:request"]
    assert request["sotw:requestedAction"] == {"@id": "odrl:translate"}
    assert request["sotw:requestedTarget"] == {"@id": TARGET}
    assert request["sotw:requestingParty"] == {"@id": PARTY}
    given = {item["sotw:describesFeature"]["@id"]: item["sotw:value"] for item in request["sotw:requestParameter"]}
    assert given == {
        "odrl:spatial": "JP",
        "odrl:deliveryChannel": {"@id": "storypool:WEB"},
        "odrl:language": "ja",
        "odrl:purpose": "editorial",
        "odrl:percentage": 30,
    }


def test_each_action_of_a_rule_is_reported_by_itself() -> None:
    policy = Policy((Rule(("distribute", "print")),))
    report = report_of(policy, use())
    assert [
        (rule["report:rule"]["@id"].rpartition("#")[2], rule["report:attemptState"]["@id"], activation(rule))
        for rule in rule_reports(report)
    ] == [
        ("permission-1-distribute", "report:Attempted", "report:Active"),
        ("permission-1-print", "report:NotAttempted", "report:Inactive"),
    ]


def test_each_constraint_says_whether_it_holds() -> None:
    policy = allow(
        constraint("spatial", "JP"),
        constraint("deliveryChannel", "WEB"),
        constraint("dateTime", "2025-03-01T00:00:00Z", operator="lt"),
    )
    rule = only_rule(report_of(policy, use()))
    assert activation(rule) == "report:Inactive"
    assert sorted(premises(rule)) == [
        ("ActionReport", True),
        ("ConstraintReport", False),
        ("ConstraintReport", False),
        ("ConstraintReport", True),
    ]


def test_a_prohibition_is_active_where_a_part_of_the_asked_place_is_meant() -> None:
    report = report_of(forbid(constraint("spatial", "CN-GD")), use(territory="CN"))
    assert [activation(rule) for rule in rule_reports(report)] == ["report:Active", "report:Active"]
    assert report["storypool:decision"] == {"@id": "storypool:DENY"}


def test_a_count_holds_until_it_is_used_up() -> None:
    policy = allow(constraint("count", "1", operator="lteq"))
    standing = replace(PARTNER, account=Account(held=(held(use(territory="JP"), LIVE),)))
    assert premises(only_rule(report_of(policy, use(), PARTNER)))[1] == ("ConstraintReport", True)
    assert premises(only_rule(report_of(policy, use(), standing)))[1] == ("ConstraintReport", False)
    assert premises(only_rule(report_of(policy, use(territory="JP"), standing)))[1][1], "held already"


LATE = NOW - timedelta(days=1)
STATES = {
    "accepted, new": (duty("inform"), (), "report:NonSet", "report:Active"),
    "a precondition not met": (duty("inform", precondition=True), (), "report:NonSet", "report:Inactive"),
    "a precondition met": (
        duty("inform", precondition=True),
        (DutyFact(DutyAction.INFORM, True),),
        "report:Fulfilled",
        "report:Active",
    ),
    "violated, and blocking": (
        duty("inform", blocking=True),
        (DutyFact(DutyAction.INFORM, False, True),),
        "report:Violated",
        "report:Inactive",
    ),
    "overdue, and blocking": (
        duty("inform", blocking=True),
        (DutyFact(DutyAction.INFORM, False, False, LATE),),
        "report:Violated",
        "report:Inactive",
    ),
    "violated, and not blocking": (
        duty("inform"),
        (DutyFact(DutyAction.INFORM, False, True),),
        "report:Violated",
        "report:Active",
    ),
    "done late, and so settled": (
        duty("inform", blocking=True),
        (DutyFact(DutyAction.INFORM, True, True, LATE),),
        "report:NonSet",
        "report:Active",
    ),
}


@pytest.mark.parametrize(("owed", "facts", "state", "activated"), STATES.values(), ids=STATES.keys())
def test_duties_are_reported_with_where_they_stand(owed: Any, facts: Any, state: str, activated: str) -> None:
    standing = replace(PARTNER, account=Account(duties=facts))
    rule = only_rule(report_of(allow(duties=(owed,)), use(), standing))
    (found,) = rule["report:conditionReport"]
    assert found["report:deonticState"] == {"@id": state}
    assert activation(rule) == activated


def test_a_deadline_is_counted_from_the_moment_that_is_decided_for() -> None:
    owed = duty("inform", constraint("elapsedTime", "PT3600S", operator="lteq"))
    (found,) = only_rule(report_of(allow(duties=(owed,)), use()))["report:conditionReport"]
    assert found["storypool:deadline"]["@value"] == "2025-03-15T13:00:00Z"


def test_an_agreement_is_reported_with_what_it_asks_beside_its_policy() -> None:
    standing = Standing(agreements=(agreement(territories=("JP",), languages=("ru",)),))
    report = report_of(allow(), use(), standing)
    found = report["storypool:policyReport"][1]
    uid = f"{standing.agreements[0].id.urn}#version-1"
    assert found["report:policy"] == {"@id": uid}
    rule = only_rule(report, 1)
    assert rule["report:rule"] == {"@id": f"{uid}-permission-1"}
    assert premises(rule) == [
        ("ActionReport", True),
        ("TargetReport", False),
        ("PartyReport", True),
        ("ConstraintReport", False),
        ("ConstraintReport", True),
        ("ConstraintReport", True),
    ]
    assert rule["report:premiseReport"][3]["report:constraint"] == {"@id": f"{uid}-territories"}
    assert activation(rule) == "report:Inactive"


def test_agreements_are_reported_up_to_the_one_that_permits() -> None:
    standing = Standing(agreements=tuple(agreement(number=number) for number in (1, 2)))
    assert len(report_of(allow(), use(), standing)["storypool:policyReport"]) == 2


def test_what_no_policy_says_stands_among_the_reasons() -> None:
    exhausted = Standing(agreements=(agreement(quotas=(Quota(1, 1),)),))
    report = report_of(allow(), use(), exhausted)
    codes = {reason["storypool:code"]: reason["storypool:outcome"]["@id"] for reason in report["storypool:reason"]}
    assert codes["QUOTA_EXHAUSTED"] == "storypool:APPLIES"
    assert report["storypool:decision"] == {"@id": "storypool:DENY"}


def test_the_answer_says_until_when_it_holds() -> None:
    policy = allow(constraint("dateTime", "2025-04-01T00:00:00Z", operator="lt"))
    assert report_of(policy, use())["storypool:validUntil"]["@value"] == "2025-04-01T00:00:00Z"
    assert "storypool:validUntil" not in report_of(allow(), use())


def test_a_canceled_story_asks_everybody_to_delete() -> None:
    canceled = report_of(allow(), use(), subject=replace(LIVE, pub_status="CANCELED"))
    assert canceled["storypool:obligation"]["report:rule"] == {"@id": "storypool:deleteCopies"}
    assert "storypool:obligation" not in report_of(allow(), use())


def test_without_terms_there_is_nothing_to_report_but_the_reasons() -> None:
    decision = decide((), LIVE, use(), STAFF, NOW)
    report = compliance_report(DecidedCase(decision, (), LIVE, use(), STAFF, NOW, TARGET))
    assert report["storypool:policyReport"] == []
    assert report["storypool:reason"]
