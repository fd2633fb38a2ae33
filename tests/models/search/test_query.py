"""What a reader types is words, whatever it looks like to a database."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import BadInput, BadLanguageTag
from models.search.query import MAX_QUERY_CHARACTERS, parse_query


def test_words_are_joined_by_and_within_each_language_and_languages_by_or() -> None:
    query = parse_query("Drones 无人机", ["zh-Hans", "en", "zh-Hant"])
    assert query.languages == ("en", "zh")
    assert query.fts5_match() == (
        '("en_drone" AND "en_无人" AND "en_人机") OR ("zh_drones" AND "zh_无人" AND "zh_人机")'
    )
    assert query.tsquery() == "('en_drone' & 'en_无人' & 'en_人机') | ('zh_drones' & 'zh_无人' & 'zh_人机')"


def test_segments_narrow_the_whole_query() -> None:
    query = parse_query("lantern", ["en", "el"])
    assert query.fts5_match(["s28_1", "s28_0"]) == '("s28_1" OR "s28_0") AND (("el_lantern") OR ("en_lantern"))'
    assert query.tsquery(["s28_1"]) == "('s28_1') & (('el_lantern') | ('en_lantern'))"


def test_a_word_that_is_repeated_is_asked_for_once() -> None:
    assert parse_query("Drone drones DRONE", ["en"]).tokens("en") == ("drone",)


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ('"low carbon" city', ("low carbon",)),
        ("“低碳城市” 与「龙岗」", ("低碳城市", "龙岗")),
        ("«Лонган» ночью", ("Лонган",)),
        ('an "open quotation', ()),
        ('"—" x', ()),
    ],
)
def test_quotation_marks_make_phrases(text: str, phrases: tuple[str, ...]) -> None:
    assert parse_query(text, ["en"]).phrases == phrases


@pytest.mark.parametrize(
    ("typed", "language", "text", "accepted"),
    [
        ('"low carbon"', "en", "A low-carbon city.", True),
        ('"low carbon"', "en", "Carbon is low here.", False),
        ('"drone show"', "en", "Two drone shows a week", True),
        ("“人机”", "zh", "无人机编队", True),
        ("“无机”", "zh", "无人机编队", False),
        ("“5G头盔”", "zh", "戴上5G 头盔", True),
        ("no quotation", "en", "anything", True),
    ],
)
def test_a_phrase_is_accepted_where_its_words_follow_each_other(
    typed: str, language: str, text: str, accepted: bool
) -> None:
    assert parse_query(typed, [language]).accepts(language, ["A headline", text]) is accepted


def test_a_phrase_may_not_run_from_the_headline_into_the_body() -> None:
    assert not parse_query('"night lantern"', ["en"]).accepts("en", ["A long night", "Lantern upon lantern"])


@pytest.mark.parametrize("text", ["", "   ", "…!?", "🎆🎇", "\x00", '""', "\ud800"])
def test_a_query_without_words_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="no letter or digit"):
        parse_query(text, ["en", "zh"])


@pytest.mark.parametrize(
    "text",
    ["a" * (MAX_QUERY_CHARACTERS + 1), " ".join(f"w{n}" for n in range(65)), "".join(map(chr, range(0x4E00, 0x4E42)))],
)
def test_a_query_that_is_too_long_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="at most"):
        parse_query(text, ["zh"])


def test_a_language_that_is_no_tag_is_refused() -> None:
    with pytest.raises(BadLanguageTag):
        parse_query("x", ["en", "'|'"])


def test_a_query_without_languages_is_checked_but_cannot_be_rendered() -> None:
    with pytest.raises(BadInput):
        parse_query("?", [])
    with pytest.raises(ValueError, match="without languages"):
        parse_query("x", []).tsquery()


@settings(deadline=None)
@given(st.text(max_size=40))
def test_nothing_typed_leaves_its_quotation_marks(text: str) -> None:
    try:
        query = parse_query(text, ["en", "zh"])
    except BadInput:
        return
    for rendered, quote in ((query.fts5_match(), '"'), (query.tsquery(), "'")):
        outside = "".join(rendered.split(quote)[::2])
        assert not set(outside.replace("AND", "").replace("OR", "")) - set("() &|")
