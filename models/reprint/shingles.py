"""Texts as matching sees them: units, with the places they have in the text, and shingles of them.

A **unit** is a word in scripts with spaces and a character in Han, kana, Hangul and the scripts of South-East Asia, folded as
search folds them (`models.search.tokeniser`: compatibility forms, case, accents, invisible characters; punctuation and white space
are no units), and with traditional Chinese characters folded into simplified ones. That folding is by character and not by
phrase, as OpenCC's table of characters has it: a fold that is to find the same text in two forms has to bring both to one, it need
not be good Chinese. 乾 is 干 in both, whatever it means.

Two things that search keeps apart are one here. A zero-width space parts no words: pages have it inside words, where a line may
break, or where a copy is to be hidden; the scripts that need it have units of one character. And letters of Cyrillic and Latin that
look alike are folded where they were exchanged (`_one_script`).

A **shingle** is a stretch of units that begins at any of them: 5 words, or 8 characters, which in Chinese make about as many
words. In mixed text a word counts as much as 8/5 of a character, and a shingle is the shortest stretch that counts as 8 characters
or more; so no number and no name in Latin letters tears a Chinese text into runs too short to be known by. A shorter text has
none, and cannot be known again.

The hash of a shingle is the same in every process, on every machine and in every version, so that hashes can be stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import blake2b
from itertools import chain
from typing import Final, NamedTuple

from opencc import OpenCC

from models.search.tokeniser import UNSPACED, runs

WORDS: Final = 5
"""Words of a shingle in scripts with spaces."""

CHARACTERS: Final = 8
"""Characters of a shingle in scripts without."""

SHINGLE_WEIGHT: Final = WORDS * CHARACTERS
"""What a shingle weighs at least: a word weighs `CHARACTERS`, and a character `WORDS`."""

_KEY: Final = b"storypool reprint shingle 1"
_SEPARATOR: Final = "\x1f"
_UNDETERMINED: Final = "und"


class Unit(NamedTuple):
    """A folded word or character, the half-open span of the original text that it stands for, and its weight."""

    text: str
    start: int
    end: int
    weight: int


class Shingle(NamedTuple):
    """A stretch of units, half-open by their numbers, and its hash: 64 bits, as a signed integer that databases can hold."""

    hash: int
    first: int
    after: int


@dataclass(frozen=True)
class ShingledText:
    """A text with its units in reading order, and its shingles in the order in which they begin."""

    text: str
    units: Sequence[Unit]
    shingles: Sequence[Shingle]


def shingled(text: str) -> ShingledText:
    """A plain text, in any language or several, as units and shingles."""
    units = units_of(text)
    return ShingledText(text, units, tuple(_shingles(units)))


def units_of(text: str) -> tuple[Unit, ...]:
    """The units of a plain text in reading order."""
    table = simplified_characters()
    unspaced = _unspaced()
    joined = text.replace("\u200b", "\u2060")  # as long, so that places stay
    return tuple(
        Unit(
            _one_script(token.text.translate(table)),
            token.start,
            token.end,
            WORDS if text[token.start] in unspaced else CHARACTERS,
        )
        for token in chain.from_iterable(runs(joined, _UNDETERMINED))
    )


def hashes(text: str) -> frozenset[int]:
    """The hashes of a text's shingles, for storing and looking up."""
    return frozenset(shingle.hash for shingle in shingled(text).shingles)


def normalised(text: str) -> tuple[str, ...]:
    """What matching sees of a text: two texts for which this is the same are the same to it."""
    return tuple(unit.text for unit in units_of(text))


def weight(units: Sequence[Unit]) -> int:
    """How long a stretch is, in fortieths of a shingle (`SHINGLE_WEIGHT`)."""
    return sum(unit.weight for unit in units)


@cache
def simplified_characters() -> dict[int, str]:
    """For `str.translate`: what each traditional Chinese character is folded into.

    著 is added: OpenCC folds it by phrase alone, for it is a simplified character, too.
    """
    characters = [chr(code) for first, after in _HAN_RANGES for code in range(first, after)]
    converter = OpenCC("t2s")
    once = converter.convert("\n".join(characters))
    twice = converter.convert(once)  # a few become characters that are folded themselves
    folded = twice.replace("著", "着").split("\n")
    return {ord(one): other for one, other in zip(characters, folded, strict=True) if one != other}


_LOOK_CYRILLIC, _LOOK_LATIN = "асеорхуіјѕ", "aceopxyijs"
"""Small letters of two scripts that no reader tells apart."""
_TO_LATIN = str.maketrans(_LOOK_CYRILLIC, _LOOK_LATIN)
_TO_CYRILLIC = str.maketrans(_LOOK_LATIN, _LOOK_CYRILLIC)
_CYRILLIC = re.compile("[\u0400-\u052f]")
_CYRILLIC_ALONE = re.compile(f"(?![{_LOOK_CYRILLIC}])[\u0400-\u052f]")
_LATIN_ALONE = re.compile(f"(?![{_LOOK_LATIN}])[a-z]")
_HAN_RANGES = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00), (0x20000, 0x323B0))


@lru_cache(maxsize=65_536)
def _one_script(word: str) -> str:
    """A folded word in one script where letters that look alike were exchanged: сommunication with a Cyrillic с, кoмпания with a Latin o.

    What it has of the other letters says which script it is in. A word that has none but letters of both looks becomes Latin, on
    both sides of a comparison alike. One that has letters of both scripts that look like nothing else (TikTok-блогер written
    together) stays.
    """
    if word.isascii() or not _CYRILLIC.search(word):
        return word
    if _CYRILLIC_ALONE.search(word):
        return word if _LATIN_ALONE.search(word) else word.translate(_TO_CYRILLIC)
    return word.translate(_TO_LATIN)


def _shingles(units: Sequence[Unit]) -> Iterator[Shingle]:
    texts = [unit.text for unit in units]
    after = weighs = 0
    for first, unit in enumerate(units):
        while weighs < SHINGLE_WEIGHT:
            if after == len(units):
                return
            weighs += units[after].weight
            after += 1
        yield Shingle(_hash(texts[first:after]), first, after)
        weighs -= unit.weight


def _hash(texts: Sequence[str]) -> int:
    digest = blake2b(_SEPARATOR.join(texts).encode(errors="surrogatepass"), digest_size=8, key=_KEY).digest()
    return int.from_bytes(digest, "big", signed=True)


@cache
def _unspaced() -> frozenset[str]:
    """The characters that are words by themselves, from the ranges that the tokeniser gives."""
    characters: set[str] = set()
    rest = UNSPACED
    while rest:
        if rest[1:2] == "-":
            characters.update(map(chr, range(ord(rest[0]), ord(rest[2]) + 1)))
            rest = rest[3:]
        else:
            characters.add(rest[0])
            rest = rest[1:]
    return frozenset(characters)
