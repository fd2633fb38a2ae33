"""A body is readable exactly when some use of it is permitted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import cache
from itertools import chain, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.language import LanguageTag
from models.policy import EMPTY_POLICY, DeliveryChannel, LeftOperand, Policy, RightsAction
from models.territory import Territory, contains, standard_tree
from models.usage import STAFF, Readability, Standing, Use, is_permitted, readable
from tests.conftest import LONG
from tests.models.policies import EVENTS, LANGUAGES, PURPOSES, TERRITORIES
from tests.models.usage.cases import (
    ARTICLE,
    CASES,
    EVERYTHING,
    NOW,
    PARTNER,
    TIMES,
    Case,
    agreement,
    allow,
    constraint,
    forbid,
)

BEYOND = ("GD", "BJ", "XZ")
SMALL = ("HK", "JP", "KR", "CY", "FR-75C", "FR-13", "DE-BY", "GB-ABD", "US-NY", *(f"CN-{part}" for part in BEYOND))


@cache
def every_use(purposes: tuple[str, ...] = PURPOSES, events: tuple[str, ...] = EVENTS) -> tuple[Use, ...]:
    """Enough uses that no other could be permitted where none of these is, for what the strategies generate.

    :param purposes: those that rules name. Any other is decided as any other: one stands for all of them. Events likewise.
    """
    territories = [Territory(code) for code in (*TERRITORIES, *SMALL)]
    languages = [LanguageTag(tag) for tag in (*LANGUAGES, "tlh")]
    parts = product(
        RightsAction, territories, DeliveryChannel, languages, (*purposes, "other"), (*events, "other"), [1]
    )
    return tuple(Use(*part) for part in parts)


def named(case: Case, operand: LeftOperand) -> tuple[str, ...]:
    """What the rules of a case compare a use with."""
    policies = (*case.terms, *(contract.policy for contract in case.standing.agreements))
    rules = [rule for policy in policies for rule in (*policy.permissions, *policy.prohibitions)]
    limits = [limit for rule in rules for limit in rule.constraints if limit.left_operand is operand]
    return tuple(sorted({value for limit in limits for value in limit.right_operand}))


def some_use_is_permitted(case: Case) -> bool:
    own = {
        code
        for code in (*TERRITORIES, *SMALL)
        for contract in case.standing.agreements
        for outer in contract.territories
        if contains(outer, Territory(code))
    }
    held = (item.use for item in case.standing.account.held if item.variant == case.subject.variant)
    asking = every_use() if LONG else every_use(named(case, LeftOperand.PURPOSE), named(case, LeftOperand.EVENT))
    asked = chain(held, (use for use in asking if use.territory in own))
    return any(is_permitted(case.terms, case.subject, use, case.standing, case.now) for use in asked)


# Each example tries up to tens of thousands of uses.
@settings(max_examples=max(LONG // 500, 10))
@given(CASES)
def test_readable_is_what_trying_every_use_says(drawn: Case) -> None:
    case = replace(drawn, standing=replace(drawn.standing, is_staff=False))
    answer = readable(case.terms, case.subject, case.standing, case.now)
    assert answer.is_readable is some_use_is_permitted(case)


@given(CASES, st.sampled_from((*PURPOSES, *EVENTS, "other", "another")))
def test_what_no_rule_names_is_decided_as_anything_else_that_none_names(case: Case, value: str) -> None:
    if value not in named(case, LeftOperand.PURPOSE):
        asked = (replace(case.use, purpose=purpose) for purpose in (value, "yet another"))
        assert len({is_permitted(case.terms, case.subject, use, case.standing, case.now) for use in asked}) == 1
    if value not in named(case, LeftOperand.EVENT):
        asked = (replace(case.use, event=event) for event in (value, "yet another"))
        assert len({is_permitted(case.terms, case.subject, use, case.standing, case.now) for use in asked}) == 1


@given(CASES)
def test_whoever_may_use_it_somehow_may_read_it(case: Case) -> None:
    if is_permitted(case.terms, case.subject, case.use, case.standing, case.now):
        assert readable(case.terms, case.subject, case.standing, case.now).is_readable


@given(CASES)
def test_the_answer_stands_until_valid_until_and_changes_there(case: Case) -> None:
    def answer(at: datetime) -> Readability:
        return readable(case.terms, case.subject, case.standing, at)

    now = answer(case.now)
    for moment in TIMES:
        if case.now <= moment and (now.valid_until is None or moment < now.valid_until):
            assert answer(moment).is_readable is now.is_readable
    if now.valid_until is not None:
        assert answer(now.valid_until).is_readable is not now.is_readable


PROVINCES = tuple(sorted(code for code in standard_tree().codes() if code.startswith("CN-")))
IN_CHINA = Standing(agreements=(agreement(territories=("CN",)),))
IN_ASIA = Standing(agreements=(agreement(territories=("142",)),))


@pytest.mark.parametrize(
    ("terms", "standing", "is_readable"),
    [
        (EVERYTHING, PARTNER, True),
        (EMPTY_POLICY, PARTNER, False),
        (forbid(action="use"), PARTNER, False),
        (allow(constraint("language", "ru"), action="translate"), PARTNER, True),
        (allow(constraint("purpose", "education")), PARTNER, True),
        (allow(constraint("spatial", "EU")), IN_ASIA, True),
        (allow(constraint("spatial", "150")), IN_ASIA, False),
        (forbid(constraint("spatial", "CN"), action="use"), IN_CHINA, False),
        (forbid(constraint("spatial", "CN"), action="use"), IN_ASIA, True),
        # Every province is forbidden, one by one: there is no smaller area left to ask for.
        (forbid(constraint("spatial", *PROVINCES), action="use"), IN_CHINA, False),
        (forbid(constraint("spatial", *PROVINCES[1:]), action="use"), IN_CHINA, True),
        (forbid(constraint("language", "*"), action="use"), PARTNER, False),
        (forbid(constraint("language", "zh"), action="use"), PARTNER, True),
        (allow(), Standing(agreements=(agreement(channels=()),)), False),
        (allow(), Standing(agreements=(agreement(policy=allow(action="print")),)), False),
        (allow(), replace(PARTNER, partner_active=False), False),
        (EMPTY_POLICY, STAFF, True),
    ],
)
def test_what_is_readable(terms: Policy, standing: Standing, is_readable: bool) -> None:
    assert readable([terms], ARTICLE, standing, NOW) == Readability(is_readable)


def test_an_embargoed_body_is_read_ahead_only_by_leaving_the_embargo_out() -> None:
    embargoed = replace(ARTICLE, embargoed_until=TIMES[4])
    assert readable([EVERYTHING], embargoed, PARTNER, NOW) == Readability(False, TIMES[4])
    assert readable([EVERYTHING], embargoed.without_embargo(), PARTNER, NOW) == Readability(True)
