"""The passage of a text to show beneath a headline, with what was asked for marked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final, NamedTuple

from models.search.query import Run, SearchQuery
from models.search.tokeniser import MARKS, Token, runs

DEFAULT_WIDTH: Final = 160
"""Characters of a passage, without its ellipses."""

_ELLIPSIS = "…"
_LEAD = 4  # a fourth of the passage goes before the first mark
_CONSIDERED = 200  # occurrences that a passage may begin at: a text of one word repeated must not take its square
_BLANK = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTINUES = re.compile(f"[{MARKS}]")


class Span(NamedTuple):
    """A half-open range of characters."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Snippet:
    """A passage in one line.

    :ivar text: plain text, with an ellipsis where the story goes on.
    :ivar highlights: what was asked for, as ranges of `text` in ascending order that do not touch.
    """

    text: str
    highlights: tuple[Span, ...]

    @property
    def html(self) -> str:
        """The text, escaped, with `<mark>` round the highlights; give the element round it `lang` and `dir`."""
        parts: list[str] = []
        end = 0
        for span in self.highlights:
            parts.append(escape(self.text[end : span.start]))
            parts.append(f"<mark>{escape(self.text[span.start : span.end])}</mark>")
            end = span.end
        return "".join(parts) + escape(self.text[end:])


def snippet(text: str, query: SearchQuery, language: str, width: int = DEFAULT_WIDTH) -> Snippet:
    """The passage that has the most of what was asked for; without a match the beginning.

    It begins and ends between words, or between characters where a script has no spaces, never within a character and
    its marks. Control characters become blanks, and characters that set the direction of writing are left out: cut in
    two, a pair of them would turn the page around it.

    :param text: plain text.
    :param language: the BCP 47 tag of the text.
    :param width: the greatest number of characters, without ellipses; at least 16.
    """
    if width < 16:
        raise ValueError(f"A passage of {width} characters says nothing; ask for at least 16.")
    line = _BLANK.sub(" ", _DIRECTIONS.sub("", text)).strip()
    units = [unit for run in runs(line, language) for unit in run]
    found = list(_occurrences(units, query.words(language)))
    start, end = _passage(line, units, found, width)
    before, after = _ELLIPSIS if start > 0 else "", _ELLIPSIS if end < len(line) else ""
    shift = len(before) - start
    return Snippet(
        before + line[start:end] + after,
        tuple(Span(span.start + shift, span.end + shift) for span in _merged(found, start, end)),
    )


class _Occurrence(NamedTuple):
    start: int
    end: int
    word: int


def _occurrences(units: Sequence[Token], words: Sequence[Run]) -> Iterator[_Occurrence]:
    """Where each word occurs. An unspaced stretch that occurs nowhere whole is looked for in pairs."""
    places: dict[str, list[int]] = {}
    for index, unit in enumerate(units):
        places.setdefault(unit.text, []).append(index)
    texts = [unit.text for unit in units]

    def whole(word: Run, number: int) -> list[_Occurrence]:
        return [
            _Occurrence(units[index].start, units[index + len(word) - 1].end, number)
            for index in places.get(word[0], ())
            if tuple(texts[index : index + len(word)]) == word
        ]

    for number, word in enumerate(words):
        yield from whole(word, number) or (
            occurrence for index in range(len(word) - 1) for occurrence in whole(word[index : index + 2], number)
        )


def _passage(line: str, units: Sequence[Token], found: list[_Occurrence], width: int) -> Span:
    if len(line) <= width:
        return Span(0, len(line))
    first = _best_occurrence(found, width)
    if first is None:
        return Span(0, _end_before(line, units, 0, width))
    wanted = max(0, min(first.start - width // _LEAD, len(line) - width))
    starts = [unit.start for unit in units if wanted <= unit.start <= first.start]
    start = 0 if wanted == 0 else starts[0]
    if len(line) - start <= width:
        return Span(start, len(line))
    return Span(start, _end_before(line, units, start, start + width))


def _best_occurrence(found: list[_Occurrence], width: int) -> _Occurrence | None:
    """Where the passage with the most different words begins, and of those the one with the most of them."""
    room = width - width // _LEAD
    best: _Occurrence | None = None
    best_value = (0, 0)
    ordered = sorted(found)
    for index, first in enumerate(ordered[:_CONSIDERED]):
        inside = [other for other in ordered[index : index + width] if other.end <= first.start + room]
        value = (len({other.word for other in inside}), len(inside))
        if best is None or value > best_value:
            best, best_value = first, value
    return best


def _end_before(line: str, units: Sequence[Token], start: int, limit: int) -> int:
    """The last end of a word up to `limit`; a single word that is longer is cut between characters."""
    ends = [unit.end for unit in units if start < unit.end <= limit]
    if ends:
        end = ends[-1]
        while end < limit and unicodedata.category(line[end]) in ("Po", "Pe", "Pf"):
            end += 1
        return end
    while limit > start + 1 and _CONTINUES.match(line[limit]):
        limit -= 1
    return limit


def _merged(found: list[_Occurrence], start: int, end: int) -> list[Span]:
    """Where the marks go: within the passage, and one mark for what touches."""
    spans: list[Span] = []
    for occurrence in sorted(found):
        span = Span(max(occurrence.start, start), min(occurrence.end, end))
        if span.start >= span.end:
            continue
        if spans and span.start <= spans[-1].end:
            spans[-1] = Span(spans[-1].start, max(spans[-1].end, span.end))
        else:
            spans.append(span)
    return spans
