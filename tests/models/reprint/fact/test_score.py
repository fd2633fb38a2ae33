"""What is shared by chance is no proposal, and translations are, on texts that no threshold was fitted to.

`texts.json` holds short stories with what partners made of them in other languages, and reports of games, prices, weather and other things
that are full of numbers, many of them the stories' own.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.reprint.fact.fact import Fact, FactKind
from models.reprint.fact.known import names_of
from models.reprint.fact.reading import facts_of
from models.reprint.fact.score import MOST_BITS, Commonness, Likeness, enough, likeness

TEXTS = json.loads(Path(__file__).with_name("texts.json").read_text(encoding="utf-8"))
NAMES = names_of([("place:longgang", ["龙岗", "Longgang"]), ("place:shenzhen", ["深圳", "Shenzhen"])])
LANGUAGES = {story["slug"]: story["language"] for story in TEXTS["stories"]}
STORIES = {story["slug"]: facts_of(story["text"], story["language"], NAMES) for story in TEXTS["stories"]}
COMMON = Commonness(len(STORIES), Counter(fact.hash() for facts in STORIES.values() for fact in facts))
TOO_FEW_FACTS = {("poet", "en"), ("museum", "el"), ("market", "ja")}
"""Translations that keep so little of a story's facts that nobody could tell by them."""


def others(language: str) -> Mapping[str, Sequence[Fact]]:
    """The stories in other languages than a text: of those alone it can be a translation."""
    return {slug: facts for slug, facts in STORIES.items() if LANGUAGES[slug] != language}


def proposed(text: str, language: str) -> list[str]:
    page = facts_of(text, language, NAMES)
    return [slug for slug, facts in others(language).items() if likeness(page, facts, COMMON).is_enough(len(STORIES))]


@pytest.mark.parametrize(
    ("slug", "language", "text"),
    [(story["slug"], *copy) for story in TEXTS["stories"] for copy in story["copies"]],
    ids=[f"{story['slug']}-{copy[0]}" for story in TEXTS["stories"] for copy in story["copies"]],
)
def test_a_translation_is_proposed_of_its_story_alone(slug: str, language: str, text: str) -> None:
    assert proposed(text, language) in ([slug], [] if (slug, language) in TOO_FEW_FACTS else [slug])


@pytest.mark.parametrize(
    ("language", "text"),
    [tuple(one) for one in TEXTS["unrelated"]],
    ids=[f"{number}-{one[0]}" for number, one in enumerate(TEXTS["unrelated"])],
)
def test_numbers_of_something_else_are_proposed_of_nothing(language: str, text: str) -> None:
    assert proposed(text, language) == []
    page = facts_of(text, language, NAMES)
    assert [slug for slug, facts in others(language).items() if likeness(page, facts, COMMON).is_enough(1)] == []


def test_all_of_them_in_one_page_are_proposed_of_nothing() -> None:
    page = "\n".join(text for language, text in TEXTS["unrelated"] if language == "en")
    assert proposed(page, "en") == []


def alike(shared: int, of: int, among: int, stories: int = 100, held: Mapping[int, int] | None = None) -> Likeness:
    """What a page of numbers shares with a story of numbers."""

    def number(place: int) -> Fact:
        return Fact(FactKind.NUMBER, str(10_007 + 13 * place), str(place), place)

    page = [number(place) for place in range(shared)] + [number(10_000 + place) for place in range(among - shared)]
    return likeness(page, [number(place) for place in range(of)], Commonness(stories, held or {}))


def test_the_same_weighs_less_in_a_page_that_is_full_of_numbers_or_a_pool_that_is_full_of_it() -> None:
    plain = alike(5, 10, 10)
    assert alike(5, 10, 390).score < plain.score
    everywhere = {fact.page.hash(): 60 for fact in plain.shared}
    assert alike(5, 10, 10, held=everywhere).score < plain.score / 3
    assert alike(5, 40, 10).score < plain.score
    assert plain.is_enough(100)
    assert not alike(2, 10, 10).is_enough(1)


def test_the_more_stories_there_are_the_more_is_needed() -> None:
    assert [round(enough(stories), 1) for stories in (0, 1, 100, 100_000)] == [6.6, 6.6, 13.3, 23.3]


def test_words_that_stand_side_by_side_count_once() -> None:
    names = [Fact(FactKind.NAME, name, name, 0) for name in ("south", "china", "morning", "post")]
    found = likeness(names, names, Commonness(100, {}))
    assert (found.independent, len(found.shared)) == (1, 4)


@given(
    st.lists(st.tuples(st.sampled_from(FactKind), st.integers(1, 10**15).map(str), st.integers(0, 30)), max_size=30),
    st.integers(0, 10**6),
)
def test_a_score_is_between_nothing_and_what_all_facts_weigh(
    told: Sequence[tuple[FactKind, str, int]], stories: int
) -> None:
    facts = list({(kind, value): Fact(kind, value, value, group) for kind, value, group in told}.values())
    found = likeness(facts, facts, Commonness(stories, {}))
    assert 0 <= found.score <= found.most + 1e-9 <= MOST_BITS * len(facts) + 1e-6
