"""What variants are called."""

from __future__ import annotations

import pytest

from models.variant import Form, variant_uri

STORY = "urn:newsml:pool.example:20240810:lanterns"


@pytest.mark.parametrize(
    ("language", "form", "label", "ending"),
    [
        ("zh", Form.ARTICLE, "", ".zh.article"),
        ("zh-Hant", Form.SHORT_VIDEO, "", ".zh-Hant.short-video"),
        ("en", Form.SOCIAL_POST, "long", ".en.social-post.long"),
    ],
)
def test_a_variant_is_named_after_its_story_with_language_form_and_label(
    language: str, form: Form, label: str, ending: str
) -> None:
    assert variant_uri(STORY, language, form, label) == STORY + ending
