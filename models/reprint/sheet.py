"""Tables of copies as people keep them: CSV in whatever charset and with whatever separator, and XLSX; row by row, within bounds."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Final

from charset_normalizer import from_bytes

from models.errors import BadInput

MOST_BYTES: Final = 64 * 1024 * 1024
"""Of a file, and what it unpacks to is at most eight times that."""
MOST_ROWS: Final = 100_000
_MOST_COLUMNS: Final = 100
_LONGEST_CELL: Final = 20_000
_UNPACKED: Final = 8 * MOST_BYTES
_ZIP: Final = b"PK\x03\x04"

Value = str | int | float | bool | date | datetime | None
Line = dict[str, Value]
"""A row by the names of its columns, in small letters; what is empty is left out."""


def read_rows(content: bytes) -> Iterator[tuple[int, Line]]:
    """The rows of a table below its head, each with its number as the table's own program shows it.

    :raises BadInput: it is no CSV and no XLSX, or larger than it may be.
    """
    if len(content) > MOST_BYTES:
        raise BadInput(f"the file has more than {MOST_BYTES // 1024 // 1024} MiB; divide it")
    rows = _workbook(content) if content.startswith(_ZIP) else _csv(content)
    head: list[str] | None = None
    for number, row in rows:
        if number > MOST_ROWS + 1:
            raise BadInput(f"the table has more than {MOST_ROWS} rows; divide it")
        if any(value not in (None, "") for value in row[_MOST_COLUMNS:]):
            raise BadInput(f"row {number} has more than {_MOST_COLUMNS} columns")
        if any(isinstance(value, str) and len(value) > _LONGEST_CELL for value in row):
            raise BadInput(f"row {number} has a cell of more than {_LONGEST_CELL} characters")
        cells = [_cell(value) for value in row[:_MOST_COLUMNS]]
        if all(cell is None for cell in cells):
            continue
        if head is None:
            head = [" ".join(str(cell or "").split()).casefold() for cell in cells]
            continue
        yield number, {name: cell for name, cell in zip(head, cells, strict=False) if name and cell is not None}


def _cell(value: object) -> Value:
    if isinstance(value, str):
        text = value.strip()
        return text or None
    if value is None or isinstance(value, bool | int | float | datetime | date):
        return value
    return str(value)


def _csv(content: bytes) -> Iterator[tuple[int, Sequence[object]]]:
    text = _decoded(content)
    if "\x00" in text:
        raise BadInput("the file is neither CSV nor XLSX")
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise BadInput(f"line {reader.line_num} of the table cannot be read: {error}") from None


def _decoded(content: bytes) -> str:
    for charset in ("utf-8-sig", "utf-16") if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(charset)
        except UnicodeDecodeError:
            continue
    best = from_bytes(content[:1_000_000]).best()
    if best is None:
        raise BadInput("the charset of the table cannot be told; save it as UTF-8")
    return content.decode(best.encoding, errors="replace")


def _workbook(content: bytes) -> Iterator[tuple[int, Sequence[object]]]:
    import openpyxl  # with NumPy, where that is installed: slow to import, and seldom needed
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > _UNPACKED:
                raise BadInput("the workbook unpacks to more than may be; divide it")
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise BadInput(f"the workbook cannot be read: {type(error).__name__}") from None
    try:
        if book.worksheets:
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # what a file says of its own size may be less than there is
            yield from enumerate(sheet.iter_rows(values_only=True), start=1)
    finally:
        book.close()
