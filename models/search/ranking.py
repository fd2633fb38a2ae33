"""Relevance order among the newest matches.

Relevance over a whole pool takes time in proportion to the pool on either engine, so the newest matches, at most
`MAX_RANKED`, are ranked here from their texts. All of them have all the words that were asked for, so how rare a word is
says nothing: what counts is how often it occurs, where, and how close to the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from models.search.query import SearchQuery, unit_text

MAX_RANKED: Final = 500
"""How many matches a caller hands over at most."""

RANKED_CHARACTERS: Final = 800
"""How much of a body is read: news says what it is about first."""

_HEADLINE_WEIGHT = 4.0
_SATURATION = 1.2  # k1 and b of BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009)
_LENGTH_NORMALISATION = 0.75
_CLOSENESS_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class Candidate:
    """A match with its texts, plain.

    :ivar position: its position in the pool.
    :ivar language: the BCP 47 tag of the variant.
    """

    position: int
    language: str
    headline: str
    body: str


@dataclass(frozen=True, slots=True)
class Ranked:
    """A match and how well it answers; scores compare within one call only."""

    position: int
    score: float


@dataclass(frozen=True, slots=True)
class _Counts:
    words: tuple[float, ...]
    close: int
    length: int


def ranked(query: SearchQuery, candidates: Sequence[Candidate]) -> list[Ranked]:
    """The candidates, best first; equal ones newest first.

    The score is that of BM25 with one weight for every word, an occurrence in the headline counting four times, and
    half a word more for each pair of words that stand next to each other as they were typed.

    :raises ValueError: for more than `MAX_RANKED` candidates.
    """
    if len(candidates) > MAX_RANKED:
        raise ValueError(f"{len(candidates)} candidates are too many to rank; hand over at most {MAX_RANKED}.")
    counts = [_counted(query, candidate) for candidate in candidates]
    average = sum(count.length for count in counts) / len(counts) if counts else 1.0
    scored = [
        Ranked(candidate.position, round(_score(count, average or 1.0), 6))
        for candidate, count in zip(candidates, counts, strict=True)
    ]
    return sorted(scored, key=lambda match: (-match.score, -match.position))


def _counted(query: SearchQuery, candidate: Candidate) -> _Counts:
    headline = unit_text(candidate.headline, candidate.language)
    body = unit_text(candidate.body[:RANKED_CHARACTERS], candidate.language)
    words = ["".join(f"<{unit}>" for unit in word) for word in query.words(candidate.language)]
    return _Counts(
        tuple(_HEADLINE_WEIGHT * headline.count(word) + body.count(word) for word in words),
        sum(one + two in headline or one + two in body for one, two in pairwise(words)),
        body.count("<"),
    )


def _score(counts: _Counts, average: float) -> float:
    dampening = _SATURATION * (1 - _LENGTH_NORMALISATION + _LENGTH_NORMALISATION * counts.length / average)
    words = sum(count * (_SATURATION + 1) / (count + dampening) for count in counts.words if count)
    return words + _CLOSENESS_WEIGHT * counts.close
