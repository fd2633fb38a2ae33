"""A story of the demonstration's kind in seven variants, and texts that have nothing to do with it, for the tests of matching.

Everything is in `stories.json`, by language, as lists of paragraphs.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

_TEXTS: Final = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))


def _by_language(name: str) -> dict[str, str]:
    return {language: "\n".join(texts[name]) for language, texts in _TEXTS.items()}


STORIES: Final = _by_language("story")
"""The story as the centre gives it: the headline, then six paragraphs, the third of which quotes."""

OTHER_REPORTS: Final = _by_language("otherReport")
"""Reports of others, who were told the same words and quote them."""

UNRELATED: Final = _by_language("unrelated")
"""Reports of something else at the same place."""


def page(language: str, article: str) -> str:
    """An article between what an outlet's page has above and below."""
    return "\n".join([*_TEXTS[language]["above"], article, *_TEXTS[language]["below"]])


def edited(language: str) -> str:
    """The story as an outlet's editor changes it: the house style of numbers and dates, and a word here and there."""
    text = STORIES[language]
    for before, after in _TEXTS[language]["edits"]:
        assert before in text
        text = text.replace(before, after)
    return text
