"""Differences between texts lose nothing, and are short enough to read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.desk.difference import SegmentKind, content_difference, text_difference

SAME, REMOVED, ADDED = SegmentKind.SAME, SegmentKind.REMOVED, SegmentKind.ADDED
TEXTS = st.lists(st.sampled_from(["drone", " ", "\n", "无", "人", "机", "дрон", "طائرة", "\r\n", "\u2028", "!"])).map(
    "".join
)


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_off_a_difference(before: str, after: str) -> None:
    segments = text_difference(before, after)
    assert "".join(segment.text for segment in segments if segment.kind is not ADDED) == before
    assert "".join(segment.text for segment in segments if segment.kind is not REMOVED) == after


@pytest.mark.parametrize(
    ("before", "after", "segments"),
    [
        ("the sky", "the night sky", [(SAME, "the "), (ADDED, "night "), (SAME, "sky")]),
        ("龙岗上空", "龙岗夜空", [(SAME, "龙岗"), (REMOVED, "上"), (ADDED, "夜"), (SAME, "空")]),
        ("a\nb\nc", "a\nc", [(SAME, "a\n"), (REMOVED, "b\n"), (SAME, "c")]),
        ("x", "x", [(SAME, "x")]),
        ("", "ж", [(ADDED, "ж")]),
        ("а " * 3000, "б " * 3000, [(REMOVED, "а " * 3000), (ADDED, "б " * 3000)]),
    ],
)
def test_a_difference_goes_word_by_word(before: str, after: str, segments: list[tuple[SegmentKind, str]]) -> None:
    assert [(segment.kind, segment.text) for segment in text_difference(before, after)] == segments


def test_of_a_body_its_text_is_compared_and_its_markup_where_that_is_all() -> None:
    one = {"headline": "H", "body": "<p>a</p>", "bodyText": "a", "assets": ["1"]}
    assert [found.field for found in content_difference(one, {**one, "body": "<p>b</p>", "bodyText": "b"})] == [
        "bodyText"
    ]
    assert [found.field for found in content_difference(one, {**one, "body": "<h2>a</h2>"})] == ["body"]
    assert [found.field for found in content_difference(one, {**one, "assets": ["2", "1"]})] == ["assets"]
    assert content_difference(one, one) == ()
