"""Relevance: the story that is about it comes before the one that mentions it."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.search.query import parse_query
from models.search.ranking import MAX_RANKED, Candidate, ranked


def order(typed: str, *candidates: Candidate) -> list[int]:
    query = parse_query(typed, {candidate.language for candidate in candidates})
    return [match.position for match in ranked(query, candidates)]


def story(position: int, headline: str, body: str, language: str = "en") -> Candidate:
    return Candidate(position, language, headline, body)


FILLER = "The city opened a park by the river and people came to see it on a warm evening in spring. "


@pytest.mark.parametrize(
    ("typed", "better", "worse"),
    [
        ("lantern", story(1, "Lantern night", FILLER), story(9, "A night out", "A lantern hung there. " + FILLER)),
        (
            "lantern",
            story(1, "Out", "Lantern by lantern, lanterns. " + FILLER),
            story(9, "Out", "A lantern. " + FILLER),
        ),
        ("lantern", story(1, "Out", "A lantern. " + FILLER), story(9, "Out", "A lantern. " + FILLER * 8)),
        (
            "patrol robot",
            story(1, "Out", "A patrol robot and a dog. " + FILLER),
            story(9, "Out", "A robot met a dog on patrol. " + FILLER),
        ),
        (
            "无人机",
            story(1, "龙岗的夜晚", "无人机升空。", "zh-Hans"),
            story(9, "龙岗的夜晚", "无人商店里有人机对弈。", "zh-Hans"),
        ),
        ("ДРОНЫ", story(1, "Дроны над рекой", "Вечер.", "ru"), story(9, "Вечер", "Дроны.", "ru")),
        ("lantern", story(1, "Lantern", "One.", "en"), story(9, "Φανάρι", "Lantern.", "el")),
    ],
)
def test_the_story_that_is_about_it_comes_first(typed: str, better: Candidate, worse: Candidate) -> None:
    assert order(typed, worse, better) == [1, 9]
    assert order(typed, better, worse) == [1, 9]


def test_equal_stories_come_newest_first_however_they_are_given() -> None:
    stories = [story(position, "Lantern", FILLER) for position in range(50)]
    random.Random(1).shuffle(stories)
    assert order("lantern", *stories) == list(reversed(range(50)))


def test_no_more_than_the_limit_is_ranked() -> None:
    with pytest.raises(ValueError, match="at most 500"):
        order("lantern", *[story(position, "Lantern", "") for position in range(MAX_RANKED + 1)])


def test_nothing_ranks_to_nothing() -> None:
    assert ranked(parse_query("lantern", ["en"]), []) == []


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=50)), max_size=8))
def test_each_candidate_is_ranked_once_in_falling_order(texts: list[tuple[str, str]]) -> None:
    candidates = [story(position, headline, body) for position, (headline, body) in enumerate(texts)]
    matches = ranked(parse_query("a 0 龙岗", ["en"]), candidates)
    assert sorted(match.position for match in matches) == list(range(len(texts)))
    assert all((one.score, one.position) > (two.score, two.position) for one, two in pairwise(matches))
