"""Language tags are canonical once parsed, and matched as RFC 4647 says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import BadLanguageTag
from models.language import (
    LanguageRange,
    LanguageTag,
    is_right_to_left,
    language_covers,
    language_name,
    lookup,
    parse_language,
    parse_language_range,
    ranges_covering,
)

TAGS = st.sampled_from(
    [
        "zh",
        "zh-Hans",
        "zh-Hant-TW",
        "en",
        "en-GB",
        "de",
        "de-CH",
        "de-CH-1996",
        "el",
        "ar",
        "ru",
        "ja",
        "yue",
        "sr-Latn",
    ]
).map(LanguageTag)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("ZH-hans-cn", "zh-Hans-CN"),
        ("de-ch", "de-CH"),
        ("iw", "he"),
        ("zh-cmn-Hans", "zh-Hans"),
        ("i-klingon", "tlh"),
        ("en-GB-oed", "en-GB-oxendict"),
        ("x-house", "x-house"),
    ],
)
def test_a_tag_is_put_into_canonical_form(written: str, canonical: str) -> None:
    assert parse_language(written) == canonical


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "*",
        "en_US",
        "en ",
        "zh-Hans\n",
        "123",
        "Latn",
        "english-language",
        "de--CH",
        "-de",
        "en-a",
        "x",
        "İt",
        "中文",
    ],
)
def test_what_is_not_a_tag_is_refused_with_its_value(value: str) -> None:
    with pytest.raises(BadLanguageTag) as refusal:
        parse_language(value)
    assert repr(value)[1:-1] in refusal.value.message


def test_an_endless_tag_is_refused_without_repeating_it() -> None:
    with pytest.raises(BadLanguageTag) as refusal:
        parse_language("en-" + "x" * 100_000)
    assert len(refusal.value.message) < 200


@given(st.text(st.sampled_from("abcdeinuxzhHC0189-_* "), max_size=20))
def test_parsing_either_refuses_or_gives_a_fixed_point(value: str) -> None:
    try:
        tag = parse_language(value)
    except BadLanguageTag:
        return
    assert parse_language(tag) == tag


@pytest.mark.parametrize(
    ("language_range", "tag", "covers"),
    [
        ("de", "de", True),
        ("de", "de-CH", True),
        ("de-CH", "de", False),
        ("de-CH", "de-CH-1996", True),
        ("zh", "zha", False),
        ("DE-ch", "de-CH", True),
        ("*", "ar", True),
    ],
)
def test_a_range_covers_itself_and_what_is_narrower(language_range: str, tag: str, covers: bool) -> None:
    assert language_covers(LanguageRange(language_range), LanguageTag(tag)) is covers


@given(TAGS, TAGS)
def test_the_ranges_that_cover_a_tag_are_those_that_cover_it(one: LanguageTag, other: LanguageTag) -> None:
    assert (LanguageRange(one) in ranges_covering(other)) is language_covers(one, other)
    assert "*" in ranges_covering(other)


def test_the_star_is_a_range_and_not_a_tag() -> None:
    assert parse_language_range("*") == "*"
    assert parse_language_range("DE-ch") == "de-CH"
    with pytest.raises(BadLanguageTag):
        parse_language_range("de-*")


@pytest.mark.parametrize(
    ("preferences", "available", "served"),
    [
        (["en", "zh"], ["zh", "en"], "en"),
        (["fr", "zh"], ["zh", "en"], "zh"),
        (["de-CH", "en"], ["de", "en"], "de"),
        (["zh"], ["zh-Hant", "zh-Hans"], "zh-Hans"),
        (["zh"], ["zh-Hans", "zh"], "zh"),
        (["de-CH"], ["de-AT"], None),
        (["fr"], ["zh", "en"], None),
        ([], ["en"], None),
        (["en"], [], None),
    ],
)
def test_the_first_language_that_exists_is_served(
    preferences: list[str], available: list[str], served: str | None
) -> None:
    assert lookup([LanguageTag(tag) for tag in preferences], [LanguageTag(tag) for tag in available]) == served


@given(st.lists(TAGS, min_size=1, max_size=3), st.sets(TAGS, max_size=5))
def test_what_is_served_is_available_and_the_order_of_what_is_available_is_no_matter(
    preferences: list[LanguageTag], available: set[LanguageTag]
) -> None:
    served = lookup(preferences, available)
    assert served is None or served in available
    assert served == lookup(preferences, sorted(available, reverse=True))
    if preferences[0] in available:
        assert served == preferences[0]


@pytest.mark.parametrize(
    ("tag", "in_language", "name"),
    [
        ("zh-Hans", "en", "Simplified Chinese"),
        ("ru", "zh", "俄语"),
        ("ru", "zh-TW", "俄文"),
        ("el", "ru", "греческий"),
        ("sr-Latn", "en", "Serbian (Latin)"),
        ("ca-valencia", "en", "Catalan (valencia)"),
        ("x-house", "en", "x-house"),
        ("ja", "tlh", "Japanese"),
    ],
)
def test_a_language_has_a_name_in_another(tag: str, in_language: str, name: str) -> None:
    assert language_name(LanguageTag(tag), LanguageTag(in_language)) == name


@pytest.mark.parametrize(
    ("tag", "right_to_left"),
    [
        ("ar", True),
        ("he", True),
        ("fa", True),
        ("ckb", True),
        ("az-Arab", True),
        ("az", False),
        ("zh", False),
        ("x-house", False),
    ],
)
def test_direction_follows_the_script(tag: str, right_to_left: bool) -> None:
    assert is_right_to_left(LanguageTag(tag)) is right_to_left
