"""Text to tokens, in any script, the same for what is stored and for what is asked.

A text is a sequence of **runs**. In scripts that put spaces between words a run is one word. In Han, kana and Hangul,
and in the scripts of South-East Asia that have no spaces, a run is an unbroken stretch of characters, and its
**units** are those characters with the marks that belong to them. Everything else is built on units: the index holds
every unit and every overlapping pair of units; a query of two and more characters asks for the pairs, a query of one
character asks for the unit. Storing the single characters costs about half as many entries again. A prefix search over
the pairs in their stead would have to merge the entries of hundreds of pairs, so it could not be independent of the
pool's size, and it would miss the last character of a run.

What is folded, because readers leave it out or write it either way:

- width, ligatures and compatibility forms (NFKC), case, digits of any script (٢٠٢٥ is 2025), soft hyphens and other
  invisible characters;
- accents in Latin and Greek, points in Hebrew and Arabic, stress marks and the dots of ё in Cyrillic (й and ї stay:
  they are other letters);
- in Arabic script tatweel and the forms of alef, yeh and teh marbuta; for the language `ar` the article, with the
  particle written before it, is taken off in texts and queries alike;
- for the language `en` the plural and the possessive ending, by four rules of spelling and no dictionary.

A hyphen, a stop or a comma separates words and numbers alike: low-carbon is found by "low carbon", 11,787 by "11,787"
and not by "11787". Chinese in traditional and in simplified characters is not folded together: they are different
variants of a story (zh-Hant, zh-Hans).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from operator import add
from typing import Final, NamedTuple

from models.errors import BadLanguageTag

MAX_TOKEN_CHARACTERS: Final = 64
"""A longer word is cut here, in texts and in queries alike, so it is still found. PostgreSQL refuses lexemes of 2,047
bytes."""

MAX_STORED_BYTES: Final = 2**19
"""UTF-8 bytes of distinct tokens kept for one text, in reading order; PostgreSQL refuses a tsvector of 1 MiB."""


class Token(NamedTuple):
    """A folded word, character or pair, and the half-open span of the original text it stands for."""

    text: str
    start: int
    end: int


# Ranges of regular-expression classes. Digits of the scripts are left out: numbers are words everywhere.
_HAN_BMP = "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_HAN = _HAN_BMP + "\U00020000-\U000323af"
_KANA = "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f\U0001b000-\U0001b16f"
_BOPOMOFO = "\u3105-\u312f\u31a0-\u31bf"
_HANGUL = "\u1100-\u11ff\u3131-\u318e\ua960-\ua97c\uac00-\ud7a3\ud7b0-\ud7fb\uffa0-\uffdc"
_SOUTH_EAST_ASIA = "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u0edc-\u0edf\u1000-\u103f\u1050-\u109d\u1780-\u17d3"
UNSPACED: Final = _HAN + _KANA + _BOPOMOFO + _HANGUL + _SOUTH_EAST_ASIA
"""Characters that are words by themselves, as ranges for a regular-expression class."""


def _class_of_marks() -> str:
    """Combining marks and invisible format characters, except the zero-width space, which separates words."""
    ranges: list[str] = []
    first: int | None = None
    for code in range(0xAD, 0x1F000):
        inside = unicodedata.category(chr(code)) in ("Mn", "Mc", "Me", "Cf") and code != 0x200B
        if inside and first is None:
            first = code
        elif not inside and first is not None:
            ranges.append(f"\\U{first:08x}-\\U{code - 1:08x}")
            first = None
    return "".join(ranges) + "\\U000e0100-\\U000e01ef"  # variation selectors of ideographs


MARKS: Final = _class_of_marks()
"""What continues the character before it, as ranges for a regular-expression class."""

# Conjoining vowels and finals of Hangul, and half-width voicing marks of kana, continue a character, not being marks.
_UNIT = re.compile(f"[{UNSPACED}][{MARKS}\u1160-\u11ff\ud7b0-\ud7fb\uff9e\uff9f]*")
_PLAIN_RUN = re.compile("[\u3041-\u3096\u30a1-\u30fa\u30fc\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]+")
_WORD = f"[^\\W_{UNSPACED}]+(?:[{MARKS}]+[^\\W_{UNSPACED}]*)*"
_RUN = re.compile(f"([{UNSPACED}][{UNSPACED}{MARKS}]*)|{_WORD}(?:['’＇]{_WORD})*")
_BETWEEN_APOSTROPHES = re.compile("[^'’＇]+")
_POSSESSIVE = re.compile("['’＇][sS]$")

ELIDING: Final = frozenset({"ca", "fr", "it", "oc"})
"""Languages in which an apostrophe stands between two words (l'avion); in the others it stands inside one."""

_DROPS_MARKS = re.compile("[\u0041-\u024f\u0370-\u03ff\u0590-\u05ff\u0600-\u06ff\u0750-\u077f\u1e00-\u1fff]")
_CYRILLIC = re.compile("[\u0400-\u052f]")
_STRESS = frozenset("\u0300\u0301")
_FOLDED_LETTERS = str.maketrans(
    {
        **dict.fromkeys("\u0640ʼ", ""),  # tatweel, the letter apostrophe
        "ٱ": "ا",
        "ى": "ي",
        "ی": "ي",
        "ک": "ك",
        "ة": "ه",
        "ı": "i",
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
    }
)
_ARABIC_ARTICLE = re.compile("^(?:[وبكف]?ال|لل)(?=.{3})")
_LANGUAGE = re.compile("[a-z]{1,8}")


def primary_subtag(language: str) -> str:
    """The part of a BCP 47 tag that search goes by: `zh` of `zh-Hans`.

    :raises BadLanguageTag: when the tag does not begin with letters.
    """
    subtag = language.partition("-")[0].lower()
    if not _LANGUAGE.fullmatch(subtag):
        raise BadLanguageTag(f"{language[:64]!r} is not a BCP 47 language tag; write one like 'en' or 'zh-Hans'.")
    return subtag


def runs(text: str, language: str) -> Iterator[list[Token]]:
    """The words and the unspaced stretches of a plain text in reading order, each as its units; never an empty one.

    :param language: a BCP 47 tag.
    """
    subtag = primary_subtag(language)
    for match in _RUN.finditer(text):
        raw, start = match.group(), match.start()
        if match[1] is None:
            for word, offset, length in _words(raw, subtag):
                yield [Token(word, start + offset, start + offset + length)]
        elif _PLAIN_RUN.fullmatch(raw):
            yield [Token(unit, index, index + 1) for index, unit in enumerate(raw, start)]
        else:
            found = [(folded(unit.group()), unit) for unit in _UNIT.finditer(raw)]
            if units := [Token(text, start + unit.start(), start + unit.end()) for text, unit in found if text]:
                yield units


def unit_runs(text: str, language: str) -> Iterator[Sequence[str]]:
    """What `runs` gives, without the places in the text and several times as fast."""
    subtag = primary_subtag(language)
    for match in _RUN.finditer(text):
        raw = match.group()
        if match[1] is None:
            yield from _word_runs(raw, subtag)
        elif _PLAIN_RUN.fullmatch(raw):
            yield raw
        elif units := [unit for found in _UNIT.finditer(raw) if (unit := folded(found.group()))]:
            yield units


def tokenise(text: str, language: str) -> list[Token]:
    """What a query asks for: words, pairs of unspaced characters, and a single character only where it stands alone.

    :param language: a BCP 47 tag.
    """
    tokens: list[Token] = []
    for run in runs(text, language):
        if len(run) == 1:
            tokens.extend(run)
        else:
            tokens.extend(Token(one.text + two.text, one.start, two.end) for one, two in pairwise(run))
    return tokens


def stored_tokens(text: str, language: str) -> str:
    """What a plain text is found by: its distinct words, unspaced characters and pairs, separated by spaces.

    Each is written as `<primary subtag>_<token>`, so that the same word in two languages has two lists in the index and
    a query can name its languages. Tokens hold letters, digits and marks only.
    """
    prefix = f"{primary_subtag(language)}_"
    tokens: dict[str, None] = {}
    for run in unit_runs(text, language):
        tokens.update(dict.fromkeys(run))
        if len(run) > 1:
            tokens.update(dict.fromkeys(map(add, run, run[1:])))
    stored = [prefix + token for token in tokens]
    sizes = accumulate(len(token.encode()) for token in stored)
    return " ".join(token for token, size in zip(stored, sizes, strict=True) if size <= MAX_STORED_BYTES)


@lru_cache(maxsize=65_536)
def _words(raw: str, language: str) -> tuple[tuple[str, int, int], ...]:
    """The words of one stretch of letters and apostrophes, each with its offset and length there."""
    if language in ELIDING:
        parts = [(folded(part.group()), part.start(), len(part.group())) for part in _BETWEEN_APOSTROPHES.finditer(raw)]
    else:
        ending = _POSSESSIVE.search(raw) if language == "en" else None
        parts = [(_stem(folded(raw[: ending.start()] if ending else raw), language), 0, len(raw))]
    return tuple(part for part in parts if part[0])


@lru_cache(maxsize=65_536)
def _word_runs(raw: str, language: str) -> tuple[tuple[str], ...]:
    return tuple((word,) for word, _, _ in _words(raw, language))


def _stem(word: str, language: str) -> str:
    if language == "en":
        return _english_singular(word)
    if language == "ar":
        return _ARABIC_ARTICLE.sub("", word, count=1)
    return word


def _english_singular(word: str) -> str:
    """stories → story, matches → match, drones → drone; news, glass, bus and analysis stay.

    After the s-stemmer of Harman, "How effective is suffixing?", JASIS 42:1 (1991).
    """
    if not word.endswith("s") or len(word) < 4 or word.endswith(("ss", "us", "is")) or word == "news":
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    return word[:-1]


@lru_cache(maxsize=65_536)
def folded(raw: str) -> str:
    """A word or a unit, folded as the module says; empty when it has no letter and no digit."""
    if raw.isascii():
        return raw.lower().replace("'", "")[:MAX_TOKEN_CHARACTERS]
    letters: list[str] = []
    base = ""
    for character in unicodedata.normalize("NFD", unicodedata.normalize("NFKC", raw).casefold()):
        category = unicodedata.category(character)
        if category in ("Mn", "Mc", "Me"):
            if base and not _is_dropped(character, base):
                letters.append(character)
        elif category == "Nd":
            base = str(unicodedata.decimal(character))
            letters.append(base)
        elif character.isalnum():
            base = character.translate(_FOLDED_LETTERS)
            letters.append(base)
    return unicodedata.normalize("NFC", "".join(letters))[:MAX_TOKEN_CHARACTERS]


def _is_dropped(mark: str, base: str) -> bool:
    if "\ufe00" <= mark <= "\ufe0f" or mark >= "\U000e0100":  # variation selectors
        return True
    if _CYRILLIC.match(base):
        return mark in _STRESS or (base == "е" and mark == "\u0308")
    return _DROPS_MARKS.match(base) is not None
