"""Reports as files: CSV for spreadsheets, JSON for programs, written row by row; and XLSX with real numbers, links and a chart."""

from __future__ import annotations

import csv
import io
import re
import tempfile
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import IO, Any, Final
from zoneinfo import ZoneInfo

import orjson
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from models.report.table import Cell, Column, ColumnKind, Table

_FORMULA: Final = tuple("=+-@\t\r＝＋－＠")
"""With what a cell begins that a spreadsheet may take for a formula (OWASP, CSV injection)."""
_MOST_ROWS: Final = 1_000_000
"""Of a sheet: it holds 1,048,576."""
_MOST_LINKS: Final = 65_000
"""Of a sheet: it holds 65,530."""
_LONGEST_LINK: Final = 2_079
_LONGEST_TEXT: Final = 32_767
_SAFE_INTEGER: Final = 2**53
_CHARTED: Final = 12
_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

Pages = AsyncIterator[Table]
"""A report, page after page. Every page has the same columns."""


async def csv_of(pages: Pages, language: str) -> AsyncIterator[bytes]:
    """In words, UTF-8 with a byte order mark, lines by RFC 4180. What a spreadsheet may take for a formula begins with an apostrophe;
    numbers stay numbers."""
    yield b"\xef\xbb\xbf"
    first = True
    async for page in pages:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        if first:
            writer.writerow([_escaped(column.title(language)) for column in page.columns])
            first = False
        for row in page.rows:
            writer.writerow(
                [_plain(column.worded(cell, language)) for cell, column in zip(row.cells, page.columns, strict=True)]
            )
        yield text.getvalue().encode()


async def json_of(
    pages: Pages, about: dict[str, Any], language: str, node_id: Callable[[str, uuid.UUID], str]
) -> AsyncIterator[bytes]:
    """One object: what it is about, its columns, and its rows as objects by the keys of the columns.

    :param about: what stands before the columns.
    :param node_id: the global id of what a row is about, which every row has as `nodeId`, to follow its figures.
    """
    opened = several = False
    async for page in pages:
        if not opened:
            columns = [{"key": one.key, "title": one.title(language), "kind": one.kind.value} for one in page.columns]
            notes = [note[1 if language == "zh" else 0] for note in page.notes]
            yield orjson.dumps({**about, "columns": columns, "notes": notes})[:-1] + b',"rows":['
            opened = True
        keys = [column.key for column in page.columns]
        for row in page.rows:
            values: dict[str, object] = {"nodeId": None if row.node is None else node_id(*row.node)}
            values.update(zip(keys, row.cells, strict=True))
            row_as_json = orjson.dumps(values, option=orjson.OPT_UTC_Z)
            yield b"," + row_as_json if several else row_as_json
            several = True
    yield b"]}"


async def xlsx_of(pages: Pages, title: str, language: str, zone: ZoneInfo) -> IO[bytes]:
    """A workbook, in a temporary file that is gone when it is closed. It is written in constant memory.

    :param zone: of the moments in it, which a workbook holds without one.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 - handed over
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(file, options)
    styles = _Styles(book)
    sheets = written = links = 0
    sheet: Worksheet | None = None
    columns: Sequence[Column] = ()
    notes: Sequence[tuple[str, str]] = ()
    async for page in pages:
        columns, notes = page.columns, page.notes or notes
        if sheet is None:
            sheets, written, links = 1, 0, 0
            sheet = _new_sheet(book, title, sheets, columns, language, styles)
        for row in page.rows:
            if written >= _MOST_ROWS:
                sheets, written, links = sheets + 1, 0, 0
                sheet = _new_sheet(book, title, sheets, columns, language, styles)
            written += 1
            for number, (cell, column) in enumerate(zip(row.cells, columns, strict=True)):
                said = column.worded(cell, language)
                links += _write(sheet, written, number, said, column, styles, zone, links < _MOST_LINKS)
    if sheet is not None and written:
        sheet.autofilter(0, 0, written, len(columns) - 1)
        if sheets == 1:
            _chart(book, sheet, columns, min(written, _CHARTED), title)
    if notes:
        page_of_notes = book.add_worksheet("说明" if language == "zh" else "Notes")
        page_of_notes.set_column(0, 0, 120)
        for number, note in enumerate(notes):
            page_of_notes.write_string(number, 0, note[1 if language == "zh" else 0])
    book.close()
    file.seek(0)
    return file


class _Styles:
    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.head: Format = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self.by_kind: dict[ColumnKind, Format | None] = {
            ColumnKind.TEXT: None,
            ColumnKind.COUNT: book.add_format({"num_format": "#,##0"}),
            ColumnKind.SHARE: book.add_format({"num_format": "0.0%"}),
            ColumnKind.HOURS: book.add_format({"num_format": "#,##0.0"}),
            ColumnKind.MOMENT: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            ColumnKind.ADDRESS: book.add_format({"font_color": "blue", "underline": 1}),
        }


def _new_sheet(
    book: xlsxwriter.Workbook, title: str, number: int, columns: Sequence[Column], language: str, styles: _Styles
) -> Worksheet:
    name = re.sub(r"[\[\]:*?/\\']", " ", title)[:24].strip() or "Report"
    sheet = book.add_worksheet(name if number == 1 else f"{name} ({number})")
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        heading = column.title(language)
        sheet.set_column(
            place, place, 34 if column.kind in (ColumnKind.ADDRESS,) else max(12, min(28, len(heading) + 6))
        )
        sheet.write_string(0, place, heading, styles.head)
    return sheet


def _write(
    sheet: Worksheet, row: int, place: int, cell: Cell, column: Column, styles: _Styles, zone: ZoneInfo, may_link: bool
) -> int:
    """Writes a cell; how many links it took."""
    style = styles.by_kind[column.kind]
    if cell is None:
        return 0
    if isinstance(cell, datetime):
        sheet.write_datetime(row, place, cell.astimezone(zone).replace(tzinfo=None), style)
    elif isinstance(cell, int | float):
        if abs(cell) > _SAFE_INTEGER:  # a workbook's numbers would lose digits
            sheet.write_string(row, place, str(cell))
        else:
            sheet.write_number(row, place, cell, style)
    else:
        text = _UNPRINTABLE.sub("\ufffd", cell.encode(errors="replace").decode())
        text = f" {text}" if text.startswith("<r>") else text  # which XlsxWriter would take for its own XML
        text = text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"
        is_link = column.kind is ColumnKind.ADDRESS and text.startswith(("https://", "http://"))
        if is_link and may_link and len(text) <= _LONGEST_LINK:
            sheet.write_url(row, place, text, style, string=text[:255])
            return 1
        sheet.write_string(row, place, text)
    return 0


def _chart(book: xlsxwriter.Workbook, sheet: Worksheet, columns: Sequence[Column], rows: int, title: str) -> None:
    """A chart of the first counts, by the first column: of the sheet's own cells, so that it changes with them."""
    counts = [number for number, column in enumerate(columns) if column.key in ("copies", "pickups")][:2]
    if not counts or columns[0].kind is not ColumnKind.TEXT:
        return
    chart = book.add_chart({"type": "column" if columns[0].key == "month" else "bar"})
    for number in counts:
        chart.add_series(
            {
                "name": [sheet.name, 0, number],
                "categories": [sheet.name, 1, 0, rows, 0],
                "values": [sheet.name, 1, number, rows, number],
            }
        )
    chart.set_title({"name": title})
    sheet.insert_chart(1, len(columns) + 1, chart)


def _plain(cell: Cell) -> object:
    if isinstance(cell, datetime):
        return cell.isoformat().replace("+00:00", "Z")
    return _escaped(cell) if isinstance(cell, str) else cell


def _escaped(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
