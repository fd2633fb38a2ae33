"""What a report is: columns with titles in English and Chinese, rows of plain values, and what each row goes back to."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from models.report.words import Says, worded

Cell = str | int | float | datetime | None
Position = tuple[str, str]
"""Where a list goes on: a moment in RFC 3339 (or nothing) and an id, both as text."""


class ColumnKind(StrEnum):
    """What a column holds."""

    TEXT = "TEXT"
    """Words or a code."""
    COUNT = "COUNT"
    """A whole number."""
    SHARE = "SHARE"
    """A share, from 0 to 1."""
    HOURS = "HOURS"
    """Hours, with a fraction."""
    MOMENT = "MOMENT"
    """A moment, RFC 3339 in UTC."""
    ADDRESS = "ADDRESS"
    """The address of a page."""


class Column(NamedTuple):
    """A column.

    :param key: the same in every language and for ever.
    """

    key: str
    en: str
    zh: str
    kind: ColumnKind = ColumnKind.TEXT
    says: Says = Says.WORDS

    def title(self, language: str) -> str:
        """Its title, in `en` or `zh`."""
        return self.zh if language == "zh" else self.en

    def worded(self, cell: Cell, language: str) -> Cell:
        """A value of it for people: codes in words, of `en` or `zh`."""
        return worded(cell, self.says, language) if isinstance(cell, str) else cell


class Row(NamedTuple):
    """Values in the order of the columns.

    :param node: the GraphQL type and the key of what the row is about, to go on from.
    """

    cells: tuple[Cell, ...]
    node: tuple[str, uuid.UUID] | None = None


@dataclass(frozen=True)
class Table:
    """A report, or a page of one.

    :param notes: what has to be known to read it, in English and Chinese.
    :param after: where the next page begins; None on the last.
    """

    columns: Sequence[Column]
    rows: Sequence[Row]
    notes: Sequence[tuple[str, str]] = field(default_factory=tuple)
    after: Position | None = None
