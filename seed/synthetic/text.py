"""Texts for synthetic stories: real words that are frequent, invented ones that are not, by Zipf's law.

Paragraphs and phrases come from stocks of fixed size, made when first asked for and kept with all that a release derives from
them, so that a million bodies cost little more than their storage. A rare word is written into each description besides.
"""

from __future__ import annotations

import random
import unicodedata
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import accumulate
from typing import Final

import orjson

from models import body
from models.search.tokeniser import stored_tokens

LANGUAGES: Final = ("ar", "el", "en", "ja", "ru", "zh")
"""Languages that there are words for."""

_UNSPACED = frozenset({"ja", "zh"})
_COMMAS = {"zh": "，", "ja": "、", "ar": "، "}
_INVENTED_WORDS = 2000
_SHORTEST_PARAGRAPH = 100
_PARAGRAPHS = 3000
_PHRASES = 2000


class Zipf:
    """Draws indices from 0 upwards, where index n is drawn with a weight of 1 / (n + offset)."""

    def __init__(self, size: int, offset: float = 1.0) -> None:
        self._bounds = list(accumulate(1 / (rank + offset) for rank in range(size)))
        self._last = size - 1

    def draw(self, rng: random.Random) -> int:
        """One index."""
        return min(bisect(self._bounds, rng.random() * self._bounds[-1]), self._last)


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph or a phrase, with its HTML, what it is found by, and how long it is."""

    text: str
    html: str
    tokens: tuple[str, ...]
    words: int
    characters: int


class Writer:
    """Writes in one language; the same for the same seed."""

    def __init__(self, language: str, seed: int) -> None:
        self.language = language
        self._seed = seed
        self._vocabulary = _vocabulary(language, seed)
        self._rank = Zipf(len(self._vocabulary), 3.0)
        self._paragraphs: dict[int, Passage] = {}
        self._phrases: dict[int, Passage] = {}

    def paragraph(self, rng: random.Random) -> Passage:
        """A paragraph of at least `_SHORTEST_PARAGRAPH` characters."""
        number = int(rng.random() * _PARAGRAPHS)
        if number not in self._paragraphs:
            source = self._source("paragraph", number)
            text = self._sentence(source, 11)
            while len(text) < _SHORTEST_PARAGRAPH:
                text += ("" if self.language in _UNSPACED else " ") + self._sentence(source, 11)
            self._paragraphs[number] = _passage(text, self.language)
        return self._paragraphs[number]

    def phrase(self, rng: random.Random) -> Passage:
        """A headline's worth of words."""
        number = int(rng.random() * _PHRASES)
        if number not in self._phrases:
            text = self._sentence(self._source("phrase", number), 5)[:-1]
            self._phrases[number] = _passage(text, self.language)
        return self._phrases[number]

    def rare_word(self, rng: random.Random) -> tuple[str, str]:
        """A word of which few stories have the same, with its token: rank n is drawn with a weight of 1 / n up to a million."""
        word = f"kx{int(10 ** (rng.random() * 6))}"
        return word, f"{self.language}_{word}"

    def _source(self, kind: str, number: int) -> random.Random:
        return random.Random(f"{self._seed} {self.language} {kind} {number}")  # noqa: S311 - texts, not secrets

    def _sentence(self, rng: random.Random, words: int) -> str:
        chosen = [self._vocabulary[self._rank.draw(rng)] for _ in range(rng.randrange(words - 1, words + 4))]
        if self.language in _UNSPACED:
            parts = ["".join(chosen[start : start + 5]) for start in range(0, len(chosen), 5)]
            return _COMMAS[self.language].join(parts) + "。"
        half = len(chosen) // 2 if len(chosen) > 9 else len(chosen)
        parts = [" ".join(chosen[:half]), " ".join(chosen[half:])]
        text = _COMMAS.get(self.language, ", ").join(part for part in parts if part)
        return text[0].upper() + text[1:] + "."


@cache
def _word_lists() -> dict[str, dict[str, Sequence[str]]]:
    lists: dict[str, dict[str, Sequence[str]]] = orjson.loads(
        resources.files("seed").joinpath("data/synthetic/words.json").read_bytes()
    )
    return lists


def _vocabulary(language: str, seed: int) -> list[str]:
    """Real words, the most frequent first, then invented ones."""
    given = _word_lists()[language]
    rng = random.Random(f"{seed} {language} vocabulary")  # noqa: S311
    syllables = 2 if language == "zh" else 3
    words = dict.fromkeys(given["words"])
    while len(words) < len(given["words"]) + _INVENTED_WORDS:
        words["".join(rng.choice(given["syllables"]) for _ in range(syllables))] = None
    return [unicodedata.normalize("NFC", word) for word in words]


def _passage(text: str, language: str) -> Passage:
    return Passage(
        text=text,
        html=body.from_paragraphs([text]),
        tokens=tuple(stored_tokens(text, language).split()),
        words=body.count_words(text),
        characters=body.count_characters(text),
    )
