"""How what a variant says in one revision differs from what it says in another, for people to read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from models.base import JsonObject
from models.desk.conflict import as_text

_PIECE = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|\s+|\w+|.", re.DOTALL)
_MOST_PIECES = 2_000
"""Of a paragraph that was changed: longer ones are shown as taken out and put in, for comparing takes the square of it."""


class SegmentKind(StrEnum):
    """What became of a piece of text."""

    SAME = "SAME"
    """It stands in both."""
    REMOVED = "REMOVED"
    """It stood only in the older one."""
    ADDED = "ADDED"
    """It stands only in the newer one."""


@dataclass(frozen=True)
class Segment:
    """A piece of text. The older text is all that is not ADDED, in order; the newer one all that is not REMOVED."""

    kind: SegmentKind
    text: str


@dataclass(frozen=True)
class FieldDifference:
    """One field that says something else."""

    field: str
    segments: tuple[Segment, ...]


def content_difference(before: JsonObject, after: JsonObject) -> tuple[FieldDifference, ...]:
    """What differs between two drafts. Of the body, its text; its HTML only where the text is the same."""
    names = [name for name in before if before[name] != after.get(name)]
    if "bodyText" in names and "body" in names:
        names.remove("body")
    return tuple(
        FieldDifference(name, text_difference(as_text(before[name]) or "", as_text(after.get(name)) or ""))
        for name in names
    )


def text_difference(before: str, after: str) -> tuple[Segment, ...]:
    """How one text became another: paragraph by paragraph, and within a paragraph word by word, in Chinese and Japanese sign by sign."""
    found: list[Segment] = []
    for segment in _lines(before.splitlines(keepends=True), after.splitlines(keepends=True)):
        if not segment.text:
            continue
        if found and found[-1].kind is segment.kind:
            found[-1] = Segment(segment.kind, found[-1].text + segment.text)
        else:
            found.append(segment)
    return tuple(found)


def _lines(before: Sequence[str], after: Sequence[str]) -> Iterator[Segment]:
    for kind, start, end, other_start, other_end in SequenceMatcher(None, before, after).get_opcodes():
        older, newer = "".join(before[start:end]), "".join(after[other_start:other_end])
        if kind == "equal":
            yield Segment(SegmentKind.SAME, older)
        else:
            yield from _pieces(older, newer)


def _pieces(older: str, newer: str) -> Iterator[Segment]:
    before, after = _PIECE.findall(older), _PIECE.findall(newer)
    if len(before) + len(after) > _MOST_PIECES:
        yield Segment(SegmentKind.REMOVED, older)
        yield Segment(SegmentKind.ADDED, newer)
        return
    for kind, start, end, other_start, other_end in SequenceMatcher(None, before, after, False).get_opcodes():
        if kind == "equal":
            yield Segment(SegmentKind.SAME, "".join(before[start:end]))
        else:
            yield Segment(SegmentKind.REMOVED, "".join(before[start:end]))
            yield Segment(SegmentKind.ADDED, "".join(after[other_start:other_end]))
