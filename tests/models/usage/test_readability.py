"""A body is readable exactly when some use of it is permitted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import cache
from itertools import product

import pytest
from hypothesis import given, settings

from models.language import LanguageTag
from models.policy import EMPTY_POLICY, DeliveryChannel, Policy, RightsAction
from models.territory import Territory, contains, standard_tree
from models.usage import STAFF, Readability, Standing, Subject, Use, is_permitted, readable
from tests.models.policies import LANGUAGES, PURPOSES, TERRITORIES
from tests.models.usage.cases import (
    ARTICLE,
    EVERYTHING,
    MERGED_TERMS,
    MOMENTS_ASKED,
    NOW,
    PARTNER,
    STANDINGS,
    SUBJECTS,
    TIMES,
    agreement,
    allow,
    constraint,
    forbid,
)

BEYOND = ("GD", "BJ", "XZ")
SMALL = ("HK", "JP", "KR", "CY", "FR-75C", "FR-13", "DE-BY", "GB-ABD", "US-NY", *(f"CN-{part}" for part in BEYOND))


@cache
def every_use() -> tuple[Use, ...]:
    """Enough uses that no other could be permitted where none of these is, for what the strategies generate."""
    territories = [Territory(code) for code in (*TERRITORIES, *SMALL)]
    languages = [None, *(LanguageTag(tag) for tag in (*LANGUAGES, "tlh"))]
    purposes = (None, *PURPOSES, "other")
    return tuple(Use(*parts) for parts in product(RightsAction, territories, DeliveryChannel, languages, purposes))


def some_use_is_permitted(terms: list[Policy], subject: Subject, standing: Standing, now: datetime) -> bool:
    own = {
        code
        for code in (*TERRITORIES, *SMALL)
        for contract in standing.agreements
        for outer in contract.territories
        if contains(outer, Territory(code))
    }
    return any(is_permitted(terms, subject, asked, standing, now) for asked in every_use() if asked.territory in own)


# Each example tries tens of thousands of uses.
@settings(max_examples=15, deadline=None)
@given(MERGED_TERMS, SUBJECTS, STANDINGS, MOMENTS_ASKED)
def test_readable_is_what_trying_every_use_says(
    terms: list[Policy], subject: Subject, standing: Standing, now: datetime
) -> None:
    partner = replace(standing, is_staff=False)
    assert readable(terms, subject, partner, now).is_readable is some_use_is_permitted(terms, subject, partner, now)


@given(MERGED_TERMS, SUBJECTS, STANDINGS, MOMENTS_ASKED)
def test_the_answer_stands_until_valid_until_and_changes_there(
    terms: list[Policy], subject: Subject, standing: Standing, now: datetime
) -> None:
    answer = readable(terms, subject, standing, now)
    for moment in TIMES:
        if now <= moment and (answer.valid_until is None or moment < answer.valid_until):
            assert readable(terms, subject, standing, moment).is_readable is answer.is_readable
    if answer.valid_until is not None:
        assert readable(terms, subject, standing, answer.valid_until).is_readable is not answer.is_readable


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
