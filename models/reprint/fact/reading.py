"""Reads the facts of a text."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from models.reprint.fact.fact import Fact, FactKind
from models.reprint.fact.known import Names, Word, found_names, words_of, world
from models.reprint.fact.number import Found, numbers_of
from models.reprint.fact.numeral import in_digits
from models.reprint.fact.wording import units, wording_of
from models.reprint.shingles import simplified_characters

MOST_FACTS: Final = 400
"""Of one text: the first ones. A long news text has sixty; tables have thousands, and what is shared with them says nothing."""
MOST_CHARACTERS: Final = 500_000
"""Of a text that are read: a hundred times a long news text."""
MOST_WORDS: Final = 100_000
LANGUAGE: Final = "en"
"""By whose rules numbers are read where the language of a text is not known."""

_SIGNS: Final = {
    **dict.fromkeys([*range(0x64B, 0x653), 0x640, 0x670, 0xAD, *range(0x200B, 0x2010), 0x2060, 0xFEFF]),
    ord("٫"): ".", ord("٬"): ",", ord("٪"): "%", ord("–"): " - ", ord("—"): " - ", ord("−"): "-",
    ord("\t"): " ",
}  # fmt: skip
_LATIN: Final = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_LATIN_TOKEN: Final = re.compile("[A-Za-z0-9\u00c0-\u024f\u1e00-\u1eff]+(?:-[0-9]+)?")
_SENTENCE_END: Final = re.compile(r"[.!?:;\n\"“”«»‘’()\[\]•|]\s*$")
_MEASURED: Final = re.compile(r"\d+(?:st|nd|rd|th|[a-z]{1,3}2?|M|bn)")
_TOGETHER: Final = (
    {FactKind.NAME, FactKind.KNOWN},
    {FactKind.YEAR, FactKind.DATE, FactKind.TIME},
)
"""Kinds of facts that say one thing together where they stand side by side."""
_LEAST_LETTERS: Final = 2
_MOST_LETTERS: Final = 30


def facts_of(text: str, language: str | None, names: Names | None = None) -> tuple[Fact, ...]:
    """The facts of a plain text in reading order, each once; at most `MOST_FACTS`.

    :param language: a BCP 47 tag, as numbers are written by its rules; None where it is not known.
    :param names: that are known of the pool, in all languages.
    """
    tag = language or LANGUAGE
    wording = wording_of(tag)
    plain = prepared(text, english=tag.partition("-")[0] == "en")
    numbers = list(numbers_of(plain, wording))
    words = [word for word, _ in zip(words_of(plain), range(MOST_WORDS), strict=False)]
    known = [
        Found(Fact(FactKind.KNOWN, key, plain[start:end], start), start, end)
        for key, start, end in found_names(plain, words, [names, world(tag)] if names else [world(tag)])
    ]
    taken = {place for found in known for place in range(found.start, found.end)}
    latin = [found for found in _latin(plain, set(wording.months)) if found.start not in taken]
    models = {place for found in latin for place in range(found.start, found.end)}
    numbers = [found for found in numbers if found.start not in models]
    return _grouped(plain, sorted([*numbers, *known, *latin], key=lambda found: (found.start, -found.end)))


def prepared(text: str, *, english: bool = False) -> str:
    """A text in compatibility form, with ASCII digits, simplified characters and numerals in digits."""
    plain = unicodedata.normalize("NFKC", text[:MOST_CHARACTERS]).translate(_SIGNS)
    plain = "".join(map(_ascii_digit, plain)) if not plain.isascii() else plain
    return in_digits(plain.translate(simplified_characters()), english=english)


def _ascii_digit(character: str) -> str:
    return str(unicodedata.decimal(character)) if character.isdecimal() else character


def _latin(text: str, months: set[str]) -> Iterator[Found]:
    """Names in Latin letters. In a text in Latin letters: what is written with a capital within a sentence and never without."""
    sample = text[:20_000]
    others = sum(map(str.isalpha, sample)) - len(_LATIN.findall(sample))
    is_latin = len(_LATIN_TOKEN.findall(sample)) > others
    tokens = [token for token, _ in zip(_LATIN_TOKEN.finditer(text), range(MOST_WORDS), strict=False)]
    small = {token.group().lower() for token in tokens if token.group().islower()} if is_latin else set()
    inside = {
        token.group().lower()
        for token in tokens
        if is_latin and token.group()[0].isupper() and _within_sentence(text, token.start())
    }
    for token in tokens:
        word = token.group()
        name = word.lower()
        if not _LEAST_LETTERS <= len(word) <= _MOST_LETTERS or word.isdigit() or not _LATIN.search(word):
            continue
        has_digit = any(map(str.isdigit, word))
        is_marked = has_digit or any(map(str.isupper, word[1:]))
        if has_digit and _MEASURED.fullmatch(word):
            continue
        if is_latin and not is_marked and (name in small or name not in inside or name in months):
            continue
        if not is_latin and (name in units() or (word.islower() and len(word) <= _LEAST_LETTERS)):
            continue
        fact = Fact(FactKind.NAME, _plain(name), word, token.start())
        yield Found(fact, token.start(), token.end())


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFD", name)
    return "".join(character for character in decomposed if character.isalnum())


def _within_sentence(text: str, start: int) -> bool:
    """Whether a word stands behind a small one or a comma: not at the beginning of a sentence or a line, nor in a title in capitals."""
    before = text[max(start - 30, 0) : start]
    if not before or _SENTENCE_END.search(before):
        return False
    words = before.split()
    return bool(words) and (words[-1][0].islower() or words[-1].endswith(","))


def _grouped(text: str, found: Sequence[Found]) -> tuple[Fact, ...]:
    """Facts once each; those that stand side by side are of one group."""
    facts: dict[tuple[FactKind, str], Fact] = {}
    group, last, before = -1, -1, None
    for one in found:
        beside = one.start <= last + 1 and not text[last : one.start].strip()
        joined = (
            before is not None and beside and any({one.fact.kind, before.fact.kind} <= kinds for kinds in _TOGETHER)
        )
        group += 0 if joined else 1
        last, before = max(last, one.end), one
        key = (one.fact.kind, one.fact.value)
        if one.fact.value and key not in facts:
            kept = one.fact
            facts[key] = Fact(kept.kind, kept.value, kept.words, group, kept.quantity)
            if len(facts) == MOST_FACTS:
                break
    return tuple(facts.values())


def kinds_of(facts: Sequence[Fact]) -> Counter[FactKind]:
    """How many facts there are of each kind."""
    return Counter(fact.kind for fact in facts)


__all__ = ["MOST_FACTS", "Word", "facts_of", "kinds_of", "prepared"]
