"""The direction and the language that a paragraph says of itself, where they are right."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from models.body.character import RIGHT_TO_LEFT
from models.errors import BadLanguageTag
from models.language import parse_language, script_of

LOOKED_AT: Final = 500
"""Characters of a paragraph by which its script is told."""

_CHINESE: Final = frozenset({"BOPOMOFO", "CJK"})
_UNSPACED: Final = _CHINESE | {"HANGUL", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}
_NAMES_OF_SCRIPTS = {
    "Arab": frozenset({"ARABIC"}),
    "Armn": frozenset({"ARMENIAN"}),
    "Beng": frozenset({"BENGALI"}),
    "Cyrl": frozenset({"CYRILLIC"}),
    "Deva": frozenset({"DEVANAGARI"}),
    "Ethi": frozenset({"ETHIOPIC"}),
    "Geor": frozenset({"GEORGIAN"}),
    "Grek": frozenset({"GREEK"}),
    "Hans": _CHINESE,
    "Hant": _CHINESE,
    "Hebr": frozenset({"HEBREW"}),
    "Jpan": frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}),
    "Khmr": frozenset({"KHMER"}),
    "Kore": frozenset({"CJK", "HANGUL"}),
    "Laoo": frozenset({"LAO"}),
    "Latn": frozenset({"LATIN"}),
    "Mong": frozenset({"MONGOLIAN"}),
    "Mymr": frozenset({"MYANMAR"}),
    "Sinh": frozenset({"SINHALA"}),
    "Taml": frozenset({"TAMIL"}),
    "Thai": frozenset({"THAI"}),
    "Tibt": frozenset({"TIBETAN"}),
}
"""With what the Unicode names of the letters of a script (ISO 15924) begin."""


def direction(said: str, text: str, *, body_runs_both_ways: bool) -> str:
    """The `dir` of a paragraph that says this of itself, or nothing where that is wrong or makes no difference.

    `rtl` needs right-to-left letters in the paragraph; word processors leave it on paragraphs that were translated.
    `ltr` and `auto` make a difference only in a body that has such letters somewhere; Google Docs writes `ltr` everywhere.
    """
    if said == "rtl":
        return said if RIGHT_TO_LEFT.search(text) else ""
    return said if said in ("ltr", "auto") and body_runs_both_ways else ""


def language(said: str, text: str) -> str:
    """The `lang` of a paragraph that says this of itself, in canonical form, or nothing where it is wrong.

    It is right when at least half of the words are in a script of the language, each Chinese, Japanese or Korean character
    a word: Word says `EN-US` of Chinese text.
    """
    try:
        tag = parse_language(said)
    except BadLanguageTag:
        return ""
    scripts = _NAMES_OF_SCRIPTS.get(script_of(tag) or "", frozenset())
    words = list(_scripts_of_words(text[:LOOKED_AT]))
    right = sum(script in scripts for script in words)
    return tag if words and 2 * right >= len(words) else ""


def _scripts_of_words(text: str) -> Iterator[str]:
    """What the name of the script of each word begins with."""
    names = (unicodedata.name(letter, "").partition(" ")[0] if letter.isalpha() else "" for letter in text)
    for name, letters in groupby(names):
        if name:
            yield from letters if name in _UNSPACED else (name,)
