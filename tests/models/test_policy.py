"""A policy is read strictly, and named by what it says, not by how it was written."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import BadPolicy
from models.policy import (
    EMPTY_POLICY,
    Constraint,
    Duty,
    DutyAction,
    LeftOperand,
    Operator,
    Policy,
    RightsAction,
    Rule,
    included_actions,
    parse_policy,
)
from tests.models.policies import policies


def constraint(left: object, operator: object, right: object) -> dict[str, object]:
    return {"leftOperand": left, "operator": operator, "rightOperand": right}


def permission(*constraints: dict[str, object], **changes: object) -> dict[str, object]:
    return {"permissions": [{"actions": ["distribute"], "constraints": list(constraints)} | changes]}


def test_a_policy_is_read_with_its_values_in_canonical_spelling() -> None:
    policy = parse_policy(
        {
            "permissions": [
                {
                    "actions": ["print", "distribute", "print"],
                    "constraints": [
                        constraint("spatial", "isAnyOf", ["jp", "CN-HK", "JP"]),
                        constraint("language", "eq", "ZH-hans"),
                        constraint("dateTime", "lt", ["2025-07-01T00:00:00+08:00"]),
                    ],
                    "duties": [{"action": "attribute"}],
                }
            ],
            "prohibitions": [
                {"actions": ["use"], "constraints": [constraint("deliveryChannel", "isAnyOf", ["SOCIAL"])]}
            ],
        }
    )
    assert policy == Policy(
        permissions=(
            Rule(
                actions=("distribute", "print"),
                constraints=(
                    Constraint(LeftOperand.DATE_TIME, Operator.LT, ("2025-06-30T16:00:00Z",)),
                    Constraint(LeftOperand.LANGUAGE, Operator.IS_ANY_OF, ("zh-Hans",)),
                    Constraint(LeftOperand.SPATIAL, Operator.IS_ANY_OF, ("HK", "JP")),
                ),
                duties=(Duty(DutyAction.ATTRIBUTE),),
            ),
        ),
        prohibitions=(Rule(("use",), (Constraint(LeftOperand.DELIVERY_CHANNEL, Operator.IS_ANY_OF, ("SOCIAL",)),)),),
    )
    assert policy.permissions[0].constraints[0].moment == datetime(2025, 6, 30, 16, tzinfo=UTC)


def test_nothing_said_is_the_empty_policy() -> None:
    assert parse_policy({}) == EMPTY_POLICY
    assert EMPTY_POLICY.canonical() == '{"conflict":"prohibit","permissions":[],"prohibitions":[]}'


@pytest.mark.parametrize(
    ("data", "field", "said"),
    [
        (None, "", "object"),
        ([], "", "object"),
        ("permit all", "", "'permit all'"),
        ({"obligations": []}, "obligations", "not known"),
        ({"conflict": "perm"}, "conflict", "'perm'"),
        ({"permissions": {}}, "permissions", "list"),
        ({"permissions": ["distribute"]}, "permissions.0", "'distribute'"),
        ({"permissions": [{}]}, "permissions.0.actions", "empty"),
        (permission(actions=["sell"]), "permissions.0.actions.0", "'sell'"),
        (permission(actions=["DISTRIBUTE"]), "permissions.0.actions.0", "'DISTRIBUTE'"),
        (permission(actions=[3]), "permissions.0.actions.0", "int"),
        (permission(target="x"), "permissions.0.target", "not known"),
        (permission(duties=[{"action": "pay"}]), "permissions.0.duties.0.action", "'pay'"),
        (permission(duties=[{"action": "delete"}]), "permissions.0.duties.0.action", "'delete'"),
        (permission(duties=[{}]), "permissions.0.duties.0.action", "missing"),
        (
            permission(duties=[{"action": "inform", "constraints": [{}]}]),
            "permissions.0.duties.0.constraints.0.leftOperand",
            "missing",
        ),
        (
            {"prohibitions": [{"actions": ["use"], "duties": [{"action": "inform"}]}]},
            "prohibitions.0.duties",
            "no duties",
        ),
    ],
)
def test_what_is_not_understood_is_refused_by_name(data: object, field: str, said: str) -> None:
    with pytest.raises(BadPolicy) as refusal:
        parse_policy(data)
    assert ".".join(refusal.value.field or []) == field
    assert said in refusal.value.message


@pytest.mark.parametrize(
    ("bad", "field", "said"),
    [
        (constraint("count", "lteq", ["0"]), "rightOperand.0", "from 1 to"),
        (constraint("count", "lteq", "three"), "rightOperand", "'three'"),
        (constraint("count", "lt", "3"), "operator", "'lt'"),
        (constraint("count", "lteq", ["3", "4"]), "rightOperand", "2 values"),
        (constraint("percentage", "lteq", 101), "rightOperand", "from 1 to 100"),
        (constraint("percentage", "eq", ["3"]), "operator", "'eq'"),
        (constraint("event", "lt", ["x"]), "operator", "'lt'"),
        (constraint("elapsedTime", "lteq", "P7D"), "leftOperand", "'elapsedTime'"),
        (constraint("media", "eq", ["x"]), "leftOperand", "'media'"),
        (constraint(["x"], "eq", ["x"]), "leftOperand", "list"),
        (constraint("spatial", "isNoneOf", ["CN"]), "operator", "'isNoneOf'"),
        (constraint("spatial", "lt", ["CN"]), "operator", "'lt'"),
        (constraint("spatial", "eq", ["CN", "JP"]), "rightOperand", "2 values"),
        (constraint("spatial", "isAnyOf", []), "rightOperand", "empty"),
        (constraint("spatial", "isAnyOf", ["CN", "ZZ"]), "rightOperand.1", "'ZZ'"),
        (constraint("spatial", "isAnyOf", [86]), "rightOperand.0", "'86'"),
        (constraint("language", "eq", "en_US"), "rightOperand", "'en_US'"),
        (constraint("deliveryChannel", "eq", "FAX"), "rightOperand", "'FAX'"),
        (constraint("purpose", "eq", " "), "rightOperand", "1 to 64 characters"),
        (constraint("dateTime", "lteq", "2025-06-30T00:00:00Z"), "operator", "'lteq'"),
        (constraint("dateTime", "lt", ["2025-06-30T00:00:00Z", "2025-07-30T00:00:00Z"]), "rightOperand", "2 values"),
        (constraint("dateTime", "lt", "2025-06-30"), "rightOperand", "time zone"),
        (constraint("dateTime", "lt", "2025-06-30T00:00:00"), "rightOperand", "with a zone"),
        (constraint("dateTime", "lt", "2025-02-30T00:00:00Z"), "rightOperand", "no such moment"),
        (constraint("dateTime", "lt", "0001-01-01T00:00:00+14:00"), "rightOperand", "no such moment"),
        ({"leftOperand": "purpose", "operator": "eq"}, "rightOperand", "missing"),
        (constraint("purpose", "eq", "x") | {"unit": "x"}, "unit", "not known"),
    ],
)
def test_a_constraint_that_is_not_understood_is_refused_by_name(bad: dict[str, object], field: str, said: str) -> None:
    with pytest.raises(BadPolicy) as refusal:
        parse_policy(permission(constraint("purpose", "eq", "news"), bad))
    assert refusal.value.field == ["permissions", "0", "constraints", "1", *field.split(".")]
    assert said in refusal.value.message


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["permissions", "prohibitions", "actions", "constraints", "duties", "leftOperand", "rightOperand"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_either_read_or_refused(data: object) -> None:
    try:
        policy = parse_policy(data)
    except BadPolicy:
        return
    assert parse_policy(json.loads(policy.canonical())) == policy


@given(policies())
def test_reading_the_canonical_form_gives_the_same_policy_and_the_same_name(policy: Policy) -> None:
    again = parse_policy(json.loads(policy.canonical()))
    assert again == policy
    assert again.hash() == policy.hash()
    assert len(policy.hash()) == 64


@given(policies(), st.randoms(use_true_random=False))
def test_order_repetition_and_spelling_do_not_change_the_name(policy: Policy, chance: random.Random) -> None:
    def scramble(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            items = list(value.items())
            chance.shuffle(items)
            return {name: scramble(item, str(value.get("leftOperand", name))) for name, item in items}
        if isinstance(value, list):
            once = [scramble(item, key) for item in value]
            single = key in ("dateTime", "count", "percentage", "elapsedTime")
            doubled = once if single else once + chance.sample(once, chance.randint(0, len(once)))
            chance.shuffle(doubled)
            return doubled
        if key in ("spatial", "language") and isinstance(value, str) and value not in ("spatial", "language"):
            return chance.choice([value.lower(), value.upper()]) if value != "isAnyOf" else value
        return value.replace("Z", "+00:00") if key == "dateTime" else value

    assert parse_policy(scramble(json.loads(policy.canonical()))).hash() == policy.hash()


@given(policies(), policies())
def test_different_policies_have_different_names(one: Policy, other: Policy) -> None:
    assert (one == other) == (one.hash() == other.hash())


@given(policies(), policies())
def test_own_terms_replace_permissions_and_keep_the_storys_prohibitions(own: Policy, story: Policy) -> None:
    merged = own.merged_under(story)
    assert merged.permissions == own.permissions
    assert set(merged.prohibitions) == {*own.prohibitions, *story.prohibitions}
    assert merged.merged_under(story) == merged


def test_included_in_is_closed_transitively() -> None:
    assert included_actions("use") == frozenset(RightsAction)
    assert included_actions("play") == {RightsAction.DISPLAY}
    assert included_actions("reproduce") == {RightsAction.EXTRACT}
    for action in RightsAction:
        assert included_actions(action) == {action}
    assert Rule(("play", "print")).covered == {RightsAction.DISPLAY, RightsAction.PRINT}
