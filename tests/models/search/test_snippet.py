"""Snippets: one line, cut between words, with what was asked for marked and nothing left open."""

from __future__ import annotations

import time
import unicodedata
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import BadInput
from models.search.query import parse_query
from models.search.snippet import Snippet, snippet

LONG = (
    "Visitors came early. " * 20
    + "At eight the patrol robot rolled past and greeted a child in English. "
    + "Then the lanterns were lit. " * 20
)


def cut(text: str, typed: str, language: str, width: int = 160) -> Snippet:
    return snippet(text, parse_query(typed, [language]), language, width)


def marked(passage: Snippet) -> list[str]:
    return [passage.text[start:end] for start, end in passage.highlights]


@pytest.mark.parametrize(
    ("language", "text", "typed", "expected"),
    [
        ("en", "The drones’ show: a drone, DRONES.", "drone", ["drones", "drone", "DRONES"]),
        ("en", "A low-carbon city", "carbon low", ["low", "carbon"]),
        ("zh", "戴着5G头盔的民警与无人机", "5g头盔 无人机", ["5G头盔", "无人机"]),
        ("zh", "无人商店里人机对弈", "无人机", ["无人", "人机"]),
        ("zh", "无人商店外的无人机", "无人机", ["无人机"]),
        ("zh", "一条巨龙，龙岗的灯", "龙", ["龙", "龙"]),
        ("ja", "ﾄﾞﾛｰﾝが舞う", "ドローン", ["ﾄﾞﾛｰﾝ"]),
        ("ko", "밤하늘에 드론 쇼", "드론 쇼", ["드론", "쇼"]),
        ("ru", "Ещё дроны", "еще", ["Ещё"]),
        ("el", "Ο ουρανός της πόλης", "ΟΥΡΑΝΟΣ", ["ουρανός"]),
        ("ar", "أضاءت الطائراتُ سماءَ المدينة", "طائرات مدينة", ["الطائراتُ", "المدينة"]),
        ("en", "Nothing of that sort", "lantern", []),
    ],
)
def test_what_was_asked_for_is_marked_as_it_is_written(
    language: str, text: str, typed: str, expected: list[str]
) -> None:
    passage = cut(text, typed, language)
    assert passage.text == text
    assert [mark.removesuffix("’") for mark in marked(passage)] == expected


def test_the_passage_is_cut_between_words_round_what_was_asked_for() -> None:
    passage = cut(LONG, "robot English", "en", 80)
    assert marked(passage) == ["robot", "English"]
    assert passage.text.startswith("…")
    assert passage.text.endswith("…")
    assert len(passage.text) <= 82
    inner = passage.text.strip("…")
    assert f" {inner}" in LONG
    assert LONG[LONG.index(inner) + len(inner)] == " "


def test_the_passage_with_the_most_different_words_is_taken() -> None:
    text = "lantern " * 30 + "and so on, " * 40 + "a lantern and a robot. " + "and so on, " * 40
    assert "robot" in marked(cut(text, "robot lantern", "en", 60))


def test_without_a_match_the_beginning_is_shown() -> None:
    passage = cut(LONG, "firework", "en", 48)
    assert passage == Snippet("Visitors came early. Visitors came early.…", ())


@pytest.mark.parametrize("place", [0, 50, 97, 180, 195])
def test_unspaced_text_is_cut_between_characters(place: int) -> None:
    text = ("夜空" * 100)[:place] + "灯" + ("夜空" * 100)[place:]
    passage = cut(text, "灯", "zh", 40)
    assert marked(passage) == ["灯"]
    assert 30 <= len(passage.text.strip("…")) <= 40


def test_a_character_keeps_its_marks() -> None:
    text = "ก" + "กำ้" * 200
    for width in range(16, 40):
        inner = cut(text, "ข", "th", width).text.removesuffix("…")
        assert unicodedata.category(text[len(inner)]) != "Mn"


def test_html_is_escaped_round_and_within_the_marks() -> None:
    passage = cut("<script>alert('robot')</script> & \"robot\"", "robot", "en")
    assert passage.html == (
        "&lt;script&gt;alert(&#x27;<mark>robot</mark>&#x27;)&lt;/script&gt; &amp; &quot;<mark>robot</mark>&quot;"
    )


def test_no_change_of_direction_is_left_open() -> None:
    passage = cut("\u202eroboT\u202c and a \u2067robot\u2069\n\tfurther\x00on", "robot", "en")
    assert passage.text == "roboT and a robot further on"
    assert marked(passage) == ["roboT", "robot"]


def test_a_width_that_says_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="16"):
        cut(LONG, "robot", "en", 15)


def test_a_word_repeated_without_end_is_cut_in_reasonable_time() -> None:
    started = time.perf_counter()
    passage = cut("robot " * 50_000, "robot", "en")
    assert time.perf_counter() - started < 5
    assert len(passage.highlights) == 26


@settings(deadline=None, max_examples=300)
@given(
    st.text(st.one_of(st.characters(), st.sampled_from("ab 龙岗\n")), max_size=200),
    st.text(max_size=6),
    st.sampled_from(["en", "zh", "ar", "th"]),
    st.integers(16, 60),
)
def test_any_text_gives_a_passage_within_its_width(text: str, typed: str, language: str, width: int) -> None:
    try:
        passage = cut(text, f"a 龙岗 {typed}", language, width)
    except BadInput:
        return
    assert len(passage.text) <= width + 2
    end = -1
    for span in passage.highlights:
        assert end < span.start < span.end <= len(passage.text)
        end = span.end
    unmarked = passage.html.replace("<mark>", "").replace("</mark>", "")
    assert unescape(unmarked) == passage.text
    assert passage.html.count("<mark>") == len(passage.highlights)
    assert not {"<", ">"} & set(unmarked)
