"""The territories named as permitted are those that a decision permits, and no others."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from models.policy import Policy
from models.territory import Territory, contains, standard_tree
from models.usage import STAFF, Standing, Subject, Use, is_permitted
from models.usage.area import named as together
from models.usage.area import permitted_territories, without
from tests.models.policies import TERRITORIES, policies
from tests.models.usage.cases import ARTICLE, MOMENTS_ASKED, NOW, STANDINGS, USES, constraint, forbid, use

SOME = st.lists(st.sampled_from(TERRITORIES).map(Territory), max_size=4)


@settings(max_examples=60)
@given(policies(), USES, STANDINGS, MOMENTS_ASKED)
def test_a_territory_is_permitted_where_it_lies_in_one_that_is_named(
    terms: Policy, asked: Use, standing: Standing, now: datetime
) -> None:
    named = permitted_territories((terms,), ARTICLE, asked, standing, now)
    for inside in named:
        assert is_permitted((terms,), ARTICLE, replace(asked, territory=inside), standing, now)
        assert not any(contains(other, inside) for other in named if other != inside)
    for code in map(Territory, TERRITORIES):
        permitted = is_permitted((terms,), ARTICLE, replace(asked, territory=code), standing, now)
        assert not permitted or not standard_tree().mask(code) & ~together(named)


@given(SOME, SOME)
def test_what_is_left_of_territories_has_nothing_of_the_others_and_misses_nothing(
    some: list[Territory], others: list[Territory]
) -> None:
    tree = standard_tree()
    left = without(some, others)
    assert all(not tree.touches(code, other) for code in left for other in others)
    area = 0
    for code in left:
        area |= tree.mask(code)
    wanted = 0
    for code in some:
        wanted |= tree.mask(code)
    for code in others:
        wanted &= ~tree.mask(code)
    assert area & tree.finest() == wanted & tree.finest()


def test_a_country_that_is_forbidden_is_cut_out_of_the_groups_around_it() -> None:
    named = permitted_territories((forbid(constraint("spatial", "CN")),), ARTICLE, use(), STAFF, NOW)
    assert {"150", "JP", "HK", "034"} <= set(named)
    assert not {"001", "142", "030", "CN", "CN-GD"} & set(named)


def test_a_canceled_story_is_permitted_nowhere() -> None:
    canceled = Subject(ARTICLE.language, ARTICLE.form, pub_status="CANCELED")
    assert permitted_territories((Policy(),), canceled, use(), STAFF, NOW) == ()
