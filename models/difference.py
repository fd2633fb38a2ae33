"""Differences for people: of two plain texts.

A text is compared paragraph by paragraph (each line is one) and, inside a paragraph that changed, word by word; in scripts
without spaces character by character, as search reads them. The work is bounded by `MOST_STEPS`: paragraphs that differ
so much that comparing their words would take more are shown as removed and added, and when even the paragraphs of the
texts differ so much, the whole that is not the same at both ends is. A difference of that size tells nobody more.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import groupby
from typing import Final, NamedTuple

from models.language import LanguageTag
from models.search.tokeniser import ELIDING, MARKS, UNSPACED, primary_subtag

MOST_STEPS: Final = 400_000
"""Comparisons of paragraphs and words that one difference may take: some tenths of a second."""

SAME_PARAGRAPH: Final = 0.4
"""The share of words that two paragraphs must have in common for one to be the other one changed."""


class SegmentKind(StrEnum):
    """What became of a piece of a text."""

    SAME = "SAME"
    """It stands in both texts."""
    REMOVED = "REMOVED"
    """It stands in the earlier text only."""
    ADDED = "ADDED"
    """It stands in the later text only."""


class Segment(NamedTuple):
    """A piece of a text and what became of it. The line break that ends a paragraph belongs to it."""

    kind: SegmentKind
    text: str


def text_difference(before: str, after: str, language: LanguageTag) -> tuple[Segment, ...]:
    """What of a plain text stayed, went and came, in reading order; none is empty, and no two neighbours are of one kind.

    What is the same and what was removed make `before`, what is the same and what was added make `after`, to the
    character. What was removed stands before what was added in its place. Characters of several code points (letters with
    marks, families of emoji, flags) are never divided. A few words that stayed between larger changes are shown as changed
    with them, for crumbs cannot be read.

    :param language: of the texts; in French and its like an apostrophe ends a word.
    """
    comparison = _Comparison(_ELIDED if primary_subtag(language) in ELIDING else _TOKEN)
    found = comparison.of_texts(_LINE.findall(before), _LINE.findall(after))
    return tuple(segment for piece in _without_crumbs(_put_together(found)) for segment in piece.segments())


class _Piece(NamedTuple):
    """A stretch of both texts: what is the same in them, or what was removed and what was added in its place."""

    same: str = ""
    removed: str = ""
    added: str = ""

    def segments(self) -> Iterator[Segment]:
        texts = zip(SegmentKind, self, strict=True)
        return (Segment(kind, text) for kind, text in texts if text)


_LINE = re.compile(r"[^\n]*\n|[^\n]+")

_CONTINUES = f"[{MARKS}\u1160-\u11ff\ud7b0-\ud7fb\uff9e\uff9f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]"
"""What is one character with the one before: marks, parts of Hangul and kana, colours of skin, the tags of a flag."""
_CHARACTER = (
    f"(?:[\U0001f1e6-\U0001f1ff]{{2}}|[\ud800-\udbff][\udc00-\udfff]|\r\n|[^\n])(?:\u200d[^\\s\\w]|{_CONTINUES})*+"
)
# Possessive, so that no stretch of digits or marks is looked at more than once.
_WORD = f"[^\\W_{UNSPACED}]++(?:{_CONTINUES}++[^\\W_{UNSPACED}]*+)*+"
_NUMBER = f"\\d++(?:[.,:]\\d++)++{_CONTINUES}*+"
_SPACES = f"[^\\S\r\n]+(?!{_CONTINUES})"
_TOKEN = re.compile(f"\n|{_SPACES}|{_NUMBER}|{_WORD}(?:['’＇]{_WORD})*+|{_CHARACTER}")
_ELIDED = re.compile(f"\n|{_SPACES}|{_NUMBER}|{_WORD}(?:['’＇](?!{_CONTINUES}))?|{_CHARACTER}")


class _Comparison:
    """One comparison, with the steps that are left for it.

    :param token: what a word is.
    """

    def __init__(self, token: re.Pattern[str]) -> None:
        self.token = token
        self.steps = MOST_STEPS

    def of_texts(self, before: Sequence[str], after: Sequence[str]) -> Iterator[_Piece]:
        """The pieces of two texts by their lines."""
        for same, removed, added in self._aligned(before, after):
            yield _Piece(same)
            for old, new in self._pairs(removed, added):
                yield from self._of_paragraphs(old, new)

    def _of_paragraphs(self, before: str, after: str) -> Iterator[_Piece]:
        """The pieces of a paragraph; one of the two is empty where the other has no counterpart."""
        if not before or not after:
            yield _Piece(removed=before, added=after)
            return
        for same, removed, added in self._aligned(self.token.findall(before), self.token.findall(after)):
            yield _Piece(same)
            yield _Piece(removed="".join(removed), added="".join(added))

    def _aligned(
        self, before: Sequence[str], after: Sequence[str]
    ) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
        """Two sequences as stretches: what is the same, then what was removed and added after it."""
        start = _same_at_start(before, after)
        end = _same_at_start(before[start:][::-1], after[start:][::-1])
        old, new = before[start : len(before) - end], after[start : len(after) - end]
        same, place, other = "".join(before[:start]), 0, 0
        for next_place, next_other in self._kept(old, new):
            yield same, old[place:next_place], new[other:next_other]
            same, place, other = old[next_place], next_place + 1, next_other + 1
        yield same, old[place:], new[other:]
        yield "".join(before[len(before) - end :]), (), ()

    def _kept(self, before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int]]:
        """The places in both sequences that a shortest way from one to the other keeps; none when that takes more than
        half of the steps that are left.

        The greedy algorithm of Myers, "An O(ND) difference algorithm and its variations", Algorithmica 1 (1986). Row `d`
        says how far in `before` one gets with `d` changes on each diagonal, from −d to d in steps of two.
        """
        rows: list[array[int]] = []
        enough = self.steps // 2
        length, other_length = len(before), len(after)
        for changes in range(length + other_length + 1):
            row = array("l")
            for index in range(changes + 1):
                place = start = _after_change(rows[-1], index)[0] if rows else 0
                other = start + changes - 2 * index
                while place < length and other < other_length and before[place] == after[other]:
                    place, other = place + 1, other + 1
                row.append(place)
                self.steps -= 1 + place - start
                if place >= length and other >= other_length:
                    return _way(rows, row, index)
            if self.steps <= enough:
                return []
            rows.append(row)
        return []

    def _pairs(self, before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Which paragraph became which, in order, one of the two empty where there is no counterpart.

        The pairs that have most in common altogether, none with less than `SAME_PARAGRAPH`.
        """
        if len(before) == len(after) == 1 or not self._can_take(len(before) * len(after)):
            yield "".join(before), "".join(after)
            return
        old, new = ([Counter(self.token.findall(line)) for line in lines] for lines in (before, after))
        steps = len(old) * len(new) + len(old) * sum(map(len, new)) + len(new) * sum(map(len, old))
        if not self._can_take(steps):
            yield "".join(before), "".join(after)
            return
        self.steps -= steps
        place = other = 0
        for next_place, next_other in _most_alike([[_alike(one, another) for another in new] for one in old]):
            yield "".join(before[place:next_place]), ""
            yield "", "".join(after[other:next_other])
            yield before[next_place], after[next_other]
            place, other = next_place + 1, next_other + 1
        yield "".join(before[place:]), ""
        yield "", "".join(after[other:])

    def _can_take(self, steps: int) -> bool:
        """Whether they are at most half of those that are left, so that what comes later is not left without any."""
        return steps <= self.steps // 2


def _same_at_start(one: Sequence[str], other: Sequence[str]) -> int:
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def _after_change(row: array[int], index: int) -> tuple[int, bool]:
    """How far one gets with one change more than the row has, before what is the same; and whether by an addition."""
    if index == 0 or (index < len(row) and row[index - 1] < row[index]):
        return row[index], True
    return row[index - 1] + 1, False


def _way(rows: Sequence[array[int]], last: array[int], index: int) -> list[tuple[int, int]]:
    """The places kept on the way that ended on a diagonal of the last row, from the start."""
    kept: list[tuple[int, int]] = []
    end = last[index]
    for changes in range(len(rows), -1, -1):
        diagonal = 2 * index - changes
        start, by_addition = _after_change(rows[changes - 1], index) if changes else (0, False)
        kept.extend((place, place - diagonal) for place in range(end - 1, start - 1, -1))
        if changes:
            index -= not by_addition
            end = rows[changes - 1][index]
    return kept[::-1]


def _alike(one: Counter[str], other: Counter[str]) -> float:
    """The share of words that two paragraphs have in common; 0 when it is too small. Spaces are no words."""
    common = sum(number for word, number in (one & other).items() if not word.isspace())
    words = sum(number for each in (one, other) for word, number in each.items() if not word.isspace())
    share = 2 * common / words if words else 0
    return share if share >= SAME_PARAGRAPH else 0


def _most_alike(shares: list[list[float]]) -> Iterator[tuple[int, int]]:
    """The pairs of rows and columns, both ascending, whose shares make the greatest sum."""
    rows, columns = len(shares), len(shares[0]) if shares else 0
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for row in range(rows - 1, -1, -1):
        for column in range(columns - 1, -1, -1):
            paired = shares[row][column] + best[row + 1][column + 1] if shares[row][column] else 0
            best[row][column] = max(paired, best[row + 1][column], best[row][column + 1])
    row = column = 0
    while row < rows and column < columns:
        if best[row][column] == best[row + 1][column]:
            row += 1
        elif best[row][column] == best[row][column + 1]:
            column += 1
        else:
            yield row, column
            row, column = row + 1, column + 1


def _put_together(pieces: Iterable[_Piece]) -> Iterator[_Piece]:
    """The pieces without empty ones, what is the same and what changed in turn."""
    for _, group in groupby(filter(any, pieces), key=lambda piece: bool(piece.same)):
        yield _Piece(*map("".join, zip(*group, strict=True)))


def _without_crumbs(pieces: Iterable[_Piece]) -> list[_Piece]:
    """The pieces, with what is the same between two changes made part of them where it is a crumb."""
    found: list[_Piece] = []
    for piece in pieces:
        found.append(piece)
        while len(found) >= 3 and _is_crumb(*found[-3:]):
            before, crumb, after = found[-3:]
            removed, added = (crumb.same.join(texts) for texts in zip(before[1:], after[1:], strict=True))
            found[-3:] = [_Piece(removed=removed, added=added)]
    return found


def _is_crumb(before: _Piece, same: _Piece, after: _Piece) -> bool:
    """Whether what is the same is less than half of each change beside it, or no word, within one paragraph.

    Where both only add, or only remove, it stays: that is easy to read.
    """
    if not same.same or "\n" in same.same or not (before.removed or after.removed) or not (before.added or after.added):
        return False
    smaller = min(max(map(len, before)), max(map(len, after)))
    return 2 * len(same.same.strip()) <= smaller or not any(map(str.isalnum, same.same))
