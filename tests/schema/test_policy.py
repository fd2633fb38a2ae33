"""The GraphQL form of policies: read into the same rules, refused by the paths of the input, and given back."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from models.errors import BadPolicy
from models.policy import ACTION_TERMS, DutyAction, LeftOperand, Operator, parse_policy
from schema.policy import (
    ConstraintInput,
    ConstraintOperand,
    ConstraintOperator,
    DutyInput,
    Policy,
    PolicyAction,
    PolicyInput,
    RuleInput,
)

SHENZHEN = ZoneInfo("Asia/Shanghai")
UNTIL_JUNE = ConstraintInput(
    left_operand=ConstraintOperand.DATE_TIME, operator=ConstraintOperator.LTEQ, right_operand=["2026-06-30"]
)


def permitting(*duties: DutyInput, constraints: list[ConstraintInput] | None = None) -> PolicyInput:
    rule = RuleInput(actions=[PolicyAction.DISTRIBUTE], constraints=constraints or [], duties=list(duties))
    return PolicyInput(permissions=[rule])


def test_every_word_that_a_policy_knows_can_be_written() -> None:
    assert {action.value for action in PolicyAction} == ACTION_TERMS.keys()
    assert {operand.value for operand in ConstraintOperand} == {item.value for item in LeftOperand} - {"elapsedTime"}
    assert {operator.value for operator in ConstraintOperator} >= {item.value for item in Operator}


def test_a_date_alone_is_the_whole_day_in_the_zone() -> None:
    (rule,) = permitting(constraints=[UNTIL_JUNE]).policy(SHENZHEN).permissions
    assert rule.constraints[0].moment == datetime(2026, 6, 30, 16, tzinfo=UTC)
    (rule,) = permitting(constraints=[UNTIL_JUNE]).policy(ZoneInfo("UTC")).permissions
    assert rule.constraints[0].moment == datetime(2026, 7, 1, tzinfo=UTC)


def test_the_deadline_of_a_duty_is_a_duration_a_day_or_a_moment() -> None:
    policy = permitting(
        DutyInput(action=DutyAction.INFORM, within="P1W", blocking=True),
        DutyInput(action=DutyAction.LINK, by="2026-06-30"),
        DutyInput(action=DutyAction.ATTRIBUTE, by="2026-06-30T12:00:00+08:00"),
        DutyInput(action=DutyAction.OBTAIN_CONSENT, precondition=True),
    ).policy(SHENZHEN)
    shown = {duty.action: duty for duty in Policy.of(policy).permissions[0].duties}
    assert (shown[DutyAction.INFORM].within, shown[DutyAction.INFORM].blocking) == ("P7D", True)
    assert shown[DutyAction.LINK].by == "2026-06-30T16:00:00Z"
    assert shown[DutyAction.ATTRIBUTE].by == "2026-06-30T04:00:00Z"
    assert shown[DutyAction.OBTAIN_CONSENT].precondition


def test_what_is_shown_can_be_written_again_as_the_same_policy() -> None:
    prohibition = RuleInput(
        actions=[PolicyAction.USE],
        constraints=[
            ConstraintInput(
                left_operand=ConstraintOperand.SPATIAL, operator=ConstraintOperator.EQ, right_operand=["cn"]
            )
        ],
    )
    given = permitting(DutyInput(action=DutyAction.INFORM, within="PT36H"), constraints=[UNTIL_JUNE])
    given.prohibitions.append(prohibition)
    policy = given.policy(SHENZHEN)
    assert policy == parse_policy(given.document(), SHENZHEN)
    shown = Policy.of(policy)
    again = PolicyInput(
        permissions=[
            RuleInput(
                actions=rule.actions,
                constraints=[ConstraintInput(**vars(item)) for item in rule.constraints],
                duties=[DutyInput(**vars(duty)) for duty in rule.duties],
            )
            for rule in shown.permissions
        ],
        prohibitions=[
            RuleInput(actions=rule.actions, constraints=[ConstraintInput(**vars(item)) for item in rule.constraints])
            for rule in shown.prohibitions
        ],
    )
    assert again.policy(ZoneInfo("UTC")).hash() == shown.hash == policy.hash()


@pytest.mark.parametrize(
    ("duty", "field"),
    [
        (DutyInput(action=DutyAction.INFORM, within="soon"), "within"),
        (DutyInput(action=DutyAction.INFORM, within="P7D", by="2026-02-30"), "by"),
        (DutyInput(action=DutyAction.INFORM, by="2026-06-30T12:00:00"), "by"),
        (DutyInput(action=DutyAction.DELETE), "action"),
        (DutyInput(action=DutyAction.INFORM, within="P7D", precondition=True), "precondition"),
    ],
)
def test_a_wrong_duty_is_refused_by_its_field_in_the_input(duty: DutyInput, field: str) -> None:
    with pytest.raises(BadPolicy) as refusal:
        permitting(DutyInput(action=DutyAction.LINK), duty).policy(SHENZHEN, "policy")
    assert refusal.value.field == ["policy", "permissions", "0", "duties", "1", field]
    assert refusal.value.message.startswith(f"policy.permissions.0.duties.1.{field} ")


def test_a_wrong_constraint_is_refused_by_its_path_in_the_input() -> None:
    wrong = ConstraintInput(
        left_operand=ConstraintOperand.SPATIAL, operator=ConstraintOperator.IS_ANY_OF, right_operand=["JP", "ZZ"]
    )
    with pytest.raises(BadPolicy) as refusal:
        permitting(constraints=[UNTIL_JUNE, wrong]).policy(SHENZHEN, "policy")
    assert refusal.value.field == ["policy", "permissions", "0", "constraints", "1", "rightOperand", "1"]
    assert "'ZZ'" in refusal.value.message
