"""What cannot be meant in a policy is found, and nothing else is."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given

from models.language import LanguageTag
from models.policy import DeliveryChannel, DutyAction, Policy, Rule, contradiction, parse_policy
from models.policy.contradiction import Contradiction, contradictions
from models.territory import WORLD
from models.usage import Account, AgreementFacts, DutyFact, Standing, Subject, readable
from tests.models.policies import policies

NEVER, NOTHING, EARLY = Contradiction
BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
SUPPLIED = Standing(
    agreements=(
        AgreementFacts(
            id=uuid.UUID(int=1),
            version=1,
            starts_at=BEGIN - timedelta(days=400),
            ends_at=None,
            territories=frozenset({WORLD}),
            channels=frozenset(DeliveryChannel),
            policy=Policy((Rule(("use",)),)),
        ),
    )
)
"""A partner whose agreement permits everything."""
DUTIFUL = SUPPLIED.towards(Account(duties=tuple(DutyFact(action, settled=True) for action in DutyAction)))
"""The same, having done whatever may be asked beforehand."""


def limit(operand: str, *values: str, operator: str = "isAnyOf") -> dict[str, object]:
    return {"leftOperand": operand, "operator": operator, "rightOperand": list(values)}


def rule(*constraints: dict[str, object], actions: tuple[str, ...] = ("use",), **more: Any) -> dict[str, object]:
    return {"actions": list(actions), "constraints": list(constraints), **more}


SINCE_MAY = limit("dateTime", "2026-05-01T00:00:00Z", operator="gteq")
UNTIL_MAY = limit("dateTime", "2026-05-01T00:00:00Z", operator="lt")
DUTY = {"action": "inform", "constraints": [UNTIL_MAY]}


@pytest.mark.parametrize(
    ("permissions", "prohibitions", "kind", "path", "said"),
    [
        ([rule(SINCE_MAY, UNTIL_MAY)], [], NEVER, "permissions.0", "it ends before it begins"),
        ([rule(limit("spatial", "FR"), limit("spatial", "142"))], [], NEVER, "permissions.0", "share no place"),
        ([rule(limit("language", "de"), limit("language", "fr"))], [], NEVER, "permissions.0", "languages"),
        ([rule(limit("deliveryChannel", "WEB"), limit("deliveryChannel", "APP"))], [], NEVER, "permissions.0", "chan"),
        ([rule(limit("purpose", "a"), limit("purpose", "b"))], [], NEVER, "permissions.0", "purposes"),
        ([rule(limit("event", "a"), limit("event", "b"))], [], NEVER, "permissions.0", "events"),
        (
            [rule(limit("spatial", "JP"))],
            [rule(limit("spatial", "142"))],
            NEVER,
            "permissions.0",
            "a prohibition covers",
        ),
        ([rule(actions=("print",))], [rule()], NEVER, "permissions.0", "a prohibition covers all of it"),
        (
            [rule(limit("spatial", "FR", "JP"))],
            [rule(limit("spatial", "150")), rule(limit("spatial", "142"))],
            NEVER,
            "permissions.0",
            "the prohibitions together cover all of it",
        ),
        ([rule()], [rule(SINCE_MAY), rule(UNTIL_MAY)], NEVER, "permissions.0", "together"),
        ([rule(limit("spatial", "FR"))], [rule(limit("spatial", "JP"))], NOTHING, "prohibitions.0", "nothing that is"),
        ([rule(UNTIL_MAY)], [rule(SINCE_MAY)], NOTHING, "prohibitions.0", "nothing that is permitted"),
        ([], [rule()], NOTHING, "prohibitions.0", "nothing that is permitted"),
        ([rule()], [rule(SINCE_MAY, UNTIL_MAY)], NOTHING, "prohibitions.0", "It can never apply: it ends before"),
        ([rule(SINCE_MAY, duties=[DUTY])], [], EARLY, "permissions.0.duties.0", "2026-05-01T00:00:00Z"),
    ],
)
def test_what_cannot_be_meant_is_found(
    permissions: list[object], prohibitions: list[object], kind: Contradiction, path: str, said: str
) -> None:
    (found,) = contradictions(parse_policy({"permissions": permissions, "prohibitions": prohibitions}))
    assert (found.kind, ".".join(found.path)) == (kind, path)
    assert said in found.sentence


@pytest.mark.parametrize(
    ("permissions", "prohibitions"),
    [
        ([], []),
        ([rule(limit("spatial", "001"))], [rule(limit("spatial", "CN"))]),
        ([rule(limit("spatial", "EU"), limit("spatial", "142"))], []),  # Cyprus is in both
        ([rule(limit("language", "de"), limit("language", "de-CH"))], []),
        ([rule(limit("language", "de"))], [rule(limit("language", "de-CH"))]),
        ([rule(limit("language", "*"))], [rule(limit("language", "de", "fr"))]),
        ([rule()], [rule(limit("purpose", "advertising"))]),
        ([rule()], [rule(actions=("print", "grantUse"))]),
        ([rule(SINCE_MAY)], [rule(UNTIL_MAY, limit("spatial", "CN")), rule(SINCE_MAY, limit("spatial", "CN"))][1:]),
        ([rule(UNTIL_MAY, duties=[DUTY])], []),
        ([rule(limit("count", "1", operator="lteq"))], []),
    ],
)
def test_what_may_be_meant_is_let_through(permissions: list[object], prohibitions: list[object]) -> None:
    assert contradictions(parse_policy({"permissions": permissions, "prohibitions": prohibitions})) == []


def test_the_prohibition_that_is_in_the_way_is_named() -> None:
    idle, whole = rule(limit("spatial", "JP")), rule(limit("spatial", "150"))
    policy = parse_policy({"permissions": [rule(limit("spatial", "FR"))], "prohibitions": [idle, whole]})
    never = next(item for item in contradictions(policy) if item.kind is NEVER)
    assert never.other == parse_policy({"prohibitions": [whole]}).prohibitions[0]


def test_what_would_take_too_long_to_prove_is_not_said(monkeypatch: pytest.MonkeyPatch) -> None:
    policy = parse_policy({"permissions": [rule()], "prohibitions": [rule(SINCE_MAY), rule(UNTIL_MAY)]})
    assert contradictions(policy)
    monkeypatch.setattr(contradiction, "MOST_COMPARISONS", 0)
    assert contradictions(policy) == []


@given(policies())
def test_a_permission_is_said_never_to_hold_exactly_when_it_permits_nobody_anything(policy: Policy) -> None:
    never = {found.path[1] for found in contradictions(policy) if found.kind is NEVER}
    subject = Subject(LanguageTag("en"), "ARTICLE")
    for place, permission in enumerate(policy.permissions):
        alone = Policy((permission,), policy.prohibitions)
        moments = [BEGIN + timedelta(days=15 + 30 * month) for month in range(-1, 7)]
        holds = any(readable([alone], subject, DUTIFUL, moment).is_readable for moment in moments)
        assert holds == (str(place) not in never)


@given(policies())
def test_prohibitions_said_to_prohibit_nothing_can_be_left_out(policy: Policy) -> None:
    found = contradictions(policy)
    idle = {item.rule for item in found if item.kind is NOTHING}
    without = Policy(policy.permissions, tuple(rule for rule in policy.prohibitions if rule not in idle))
    never = {item.rule for item in found if item.kind is NEVER}
    assert {item.rule for item in contradictions(without) if item.kind is not EARLY} == never
