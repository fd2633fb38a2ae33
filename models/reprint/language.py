"""In which language a text is, by the text itself: pages declare their language wrongly, or not at all.

py3langid (BSD) tells 140 languages apart by the sequences of letters that it was trained on, offline, from a model that its package
brings. Its share of certainty was made to mean what it says, also for short texts. What it calls the Chinese of Shanghai or Hong Kong,
or the Arabic of Egypt or Morocco, is Chinese and Arabic here, since on short texts it takes the one for the other, and what outlets
print is the written standard.

The two forms of Chinese are told apart by the characters that only one of them has, as OpenCC knows them; the more frequent form is
the text's, and a text without any such character is `zh`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from opencc import OpenCC

from models.language import LanguageTag, parse_language
from models.reprint.shingles import SHINGLE_WEIGHT, simplified_characters, units_of, weight

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

SHORTEST: Final = 2 * SHINGLE_WEIGHT
"""Texts that weigh less, which is 10 words or 16 characters, are names and headlines as often as sentences."""
LONGEST: Final = 10_000
"""Characters by which a text is judged."""

_STANDARD: Final = {"wuu": "zh", "yue": "zh", "ary": "ar", "arz": "ar", "pcm": "en"}
_NO_LANGUAGE: Final = "zxx"


class Detected(NamedTuple):
    """A language, and how certain it is, from 0 to 100: of a hundred texts with this number, so many are in it."""

    tag: LanguageTag
    confidence: int


def language_of(text: str) -> Detected | None:
    """The language of most of a plain text: `zh-Hans`, `zh-Hant`, else a tag without a script.

    None where the words of the text are too few to say anything (`SHORTEST`).
    """
    text = text[:LONGEST]
    if weight([unit for unit in units_of(text) if any(map(str.isalpha, unit.text))]) < SHORTEST:
        return None
    shares: dict[str, float] = {}
    for label, share in _identifier().rank(text):
        name = _STANDARD.get(label, label)
        shares[name] = shares.get(name, 0.0) + float(share)
    name = max(shares, key=shares.__getitem__)
    if name == _NO_LANGUAGE:
        return None
    tag = parse_language(f"zh-{_chinese_script(text)}".rstrip("-") if name == "zh" else name)
    return Detected(tag, round(shares[name] * 100))


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # half a second, with numpy: for texts alone

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _chinese_script(text: str) -> str:
    """`Hans` or `Hant`; empty where nothing in the text tells."""
    simplified, traditional = _telling()
    characters = set(text)
    fewer = sum(map(text.count, simplified & characters))
    more = sum(map(text.count, traditional & characters))
    if fewer == more:
        return ""
    return "Hans" if fewer > more else "Hant"


@cache
def _telling() -> tuple[frozenset[str], frozenset[str]]:
    """The characters that simplified Chinese alone has, and those that traditional Chinese alone has."""
    table = simplified_characters()
    candidates = "".join(sorted(set(table.values())))
    back = OpenCC("s2t").convert("\n".join(candidates)).split("\n")
    simplified = frozenset(one for one, other in zip(candidates, back, strict=True) if one != other)
    return simplified, frozenset(map(chr, table))
