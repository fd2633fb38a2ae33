"""Differences between drafts name the fields that say something else."""

from __future__ import annotations

from models.desk.difference import content_difference
from models.language import LanguageTag

EN = LanguageTag("en")


def test_of_a_body_its_text_is_compared_and_its_markup_where_that_is_all() -> None:
    one = {"headline": "H", "body": "<p>a</p>", "bodyText": "a", "assets": ["1"]}
    assert [found.field for found in content_difference(one, {**one, "body": "<p>b</p>", "bodyText": "b"}, EN)] == [
        "bodyText"
    ]
    assert [found.field for found in content_difference(one, {**one, "body": "<h2>a</h2>"}, EN)] == ["body"]
    assert [found.field for found in content_difference(one, {**one, "assets": ["2", "1"]}, EN)] == ["assets"]
    assert content_difference(one, one, EN) == ()
