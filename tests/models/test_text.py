"""Texts per language: tags made canonical, nothing empty, nothing twice."""

from __future__ import annotations

import pytest

from models.errors import BadInput, BadLanguageTag
from models.text import LONGEST_TEXT, parse_texts


def test_texts_are_stripped_and_their_tags_made_canonical() -> None:
    assert parse_texts({"ZH-hans": " 名 ", "en": "Name"}, ["names"]) == {"zh-Hans": "名", "en": "Name"}


@pytest.mark.parametrize("texts", [{}, {"en": "  "}, {"en": "x" * (LONGEST_TEXT + 1)}, {"iw": "a", "he": "b"}])
def test_none_empty_too_long_or_two_in_one_language_are_refused(texts: dict[str, str]) -> None:
    with pytest.raises(BadInput) as refused:
        parse_texts(texts, ["names"])
    assert refused.value.field == ["names"]


def test_no_text_at_all_may_be_enough() -> None:
    assert parse_texts({}, ["audience"], least=0) == {}


def test_a_tag_that_is_none_is_refused() -> None:
    with pytest.raises(BadLanguageTag):
        parse_texts({"!": "x"}, ["names"])
