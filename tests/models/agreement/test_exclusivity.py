"""Where two promises meet: in time, place, channel, and what the agreements cover."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.agreement.exclusivity import Coverage, Exclusive, conflicts

START = datetime(2026, 7, 1, tzinfo=UTC)
PLACES = st.none() | st.lists(st.sampled_from(["GR", "CY", "EU", "001", "CN-GD", "CN"]), min_size=1).map(tuple)
CHANNELS = st.none() | st.lists(st.sampled_from(["WEB", "APP", "PRINT"]), min_size=1).map(tuple)


@st.composite
def exclusives(draw: st.DrawFn) -> Exclusive:
    start = START + timedelta(days=draw(st.integers(0, 9)))
    return Exclusive(draw(PLACES), draw(CHANNELS), start, start + timedelta(days=draw(st.integers(1, 9))))


@given(exclusives(), exclusives())
def test_to_meet_is_mutual(one: Exclusive, other: Exclusive) -> None:
    assert conflicts(one, other) == conflicts(other, one)


@given(exclusives())
def test_everything_meets_itself_and_never_what_begins_when_it_ends(one: Exclusive) -> None:
    assert conflicts(one, one)
    after = Exclusive(one.territories, one.channels, one.ends_at, one.ends_at + timedelta(days=1))
    assert not conflicts(one, after)


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        (Coverage(), Coverage(("zh",), ("VIDEO",), ("a",), ("b",)), True),
        (Coverage(languages=("zh",)), Coverage(languages=("zh-Hans",)), True),
        (Coverage(languages=("zh-Hans",)), Coverage(languages=("zh-Hant",)), False),
        (Coverage(languages=("*",)), Coverage(languages=("el",)), True),
        (Coverage(forms=("VIDEO",)), Coverage(forms=("ARTICLE",)), False),
        (Coverage(series=("a",)), Coverage(topics=("b",)), True),
        (Coverage(series=("a",)), Coverage(series=("b",)), False),
    ],
)
def test_what_two_agreements_cover_meets_where_one_variant_can_be_in_both(
    one: Coverage, other: Coverage, meet: bool
) -> None:
    assert one.meets(other) is meet
    assert other.meets(one) is meet
