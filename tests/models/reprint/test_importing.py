"""Tables of copies: whatever the charset, the separator and the program, each row whole or not at all, and the same again once."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from sqlmodel import col, select

from models.database import Database
from models.errors import BadInput, StorypoolError
from models.metric.standing import standing_figures
from models.reprint import sheet
from models.reprint.importing import keep_row, unread_columns
from models.reprint.sheet import read_rows
from models.reprint.source import Teller
from models.reprint.table import Reprint, ReprintForm, ReprintWay, TimePrecision
from tests.seeded import NOW

ZONE = ZoneInfo("Asia/Shanghai")
TABLE = (
    "链接,标题,发布日期,语种,浏览量,来源,别的\r\n"
    'https://news.example.org/一,"机器人, 巡逻",2025年4月11日,zh-Hans,"12,000",网站,x\r\n'
)


def rows(content: bytes) -> list[dict[str, object]]:
    return [dict(line) for _, line in read_rows(content)]


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_is_read_in_its_charset_and_by_its_separator(charset: str, separator: str) -> None:
    text = (
        TABLE.replace(",", separator)
        .replace(f"机器人{separator} 巡逻", "机器人, 巡逻")
        .replace(f"12{separator}000", "12,000")
    )
    (row,) = rows(text.encode(charset))
    assert (row["链接"], row["标题"], row["浏览量"]) == ("https://news.example.org/一", "机器人, 巡逻", "12,000")


def workbook(*lines: list[object]) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for line in lines:
        page.append(line)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_workbook_gives_numbers_and_days() -> None:
    day = datetime.fromisoformat("2025-04-11T00:00:00")
    content = workbook(["URL", " Published ", "Views"], [], ["https://a.example/1", day, 5])
    assert list(read_rows(content)) == [(3, {"url": "https://a.example/1", "published": day, "views": 5})]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"PK\x03\x04 no workbook", "cannot be read"),
        (b"\xff\x00\xff\x81" * 500, "neither CSV nor XLSX|charset"),
        (b"url\n" + b"https://a.example/\n" * 13, "more than 10 rows"),
        (b"url\n" + b"x" * 1_100_000, "more than 1 MiB"),
        (b"url\n" + b"x" * 20_001, "row 2 has a cell of more than 20000 characters"),
        (b"url\n" + b"," * 100 + b"more\n", "row 2 has more than 100 columns"),
    ],
    ids=["no workbook", "no table", "rows", "bytes", "cell", "columns"],
)
def test_what_is_no_table_or_too_large_is_refused(content: bytes, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "MOST_ROWS", 10)
    monkeypatch.setattr(sheet, "MOST_BYTES", 1024 * 1024)
    with pytest.raises(BadInput, match=told):
        list(read_rows(content))


def test_what_a_workbook_says_of_its_own_size_hides_no_rows() -> None:
    content = workbook(["url"], ["https://a.example/1"], ["https://a.example/2"])
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as whole, zipfile.ZipFile(file, "w") as packed:
        for name in whole.namelist():
            part = whole.read(name)
            packed.writestr(name, part.replace(b'<dimension ref="A1:A3"', b'<dimension ref="A1:A2"'))
            assert name != "xl/worksheets/sheet1.xml" or b"A1:A3" in part
    assert [line["url"] for _, line in read_rows(file.getvalue())] == ["https://a.example/1", "https://a.example/2"]


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "_UNPACKED", 100_000)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", bytes(200_000))
    assert len(file.getvalue()) < 1000
    with pytest.raises(BadInput, match="unpacks to more"):
        list(read_rows(file.getvalue()))


async def kept(database: Database, line: dict[str, object]) -> Reprint:
    async with database.write() as session:
        teller = Teller(ReprintWay.IMPORT, "somebody", NOW)
        return (await keep_row(session, line, teller, ZONE)).reprint  # type: ignore[arg-type]


async def test_a_row_is_a_copy_with_its_figures_and_again_the_same(database: Database) -> None:
    (row,) = rows(TABLE.encode())
    assert unread_columns(row) == ["别的"]  # type: ignore[arg-type]
    first, again = await kept(database, row), await kept(database, row)
    assert first.id == again.id
    assert (first.published_at, first.published_precision) == (datetime(2025, 4, 10, 16, tzinfo=UTC), TimePrecision.DAY)
    assert (first.language, first.title) == ("zh-Hans", "机器人, 巡逻")
    async with database.read() as session:
        (figure,) = (await standing_figures(session, [first.id]))[first.id]
        assert len((await session.exec(select(Reprint))).all()) == 1
    assert (figure.value, figure.grade) == (12_000, "REPORTED")


async def test_a_repost_hangs_on_the_copy_whose_address_it_names(database: Database) -> None:
    first = await kept(database, {"url": "https://a.example/1", "form": "full"})
    repost = await kept(database, {"url": "https://a.example/2", "parent": "https://www.a.example/1?utm_source=x"})
    assert (first.form, repost.parent_id, repost.depth) == (ReprintForm.FULL, first.id, 1)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ({}, "which copy it is"),
        ({"url": "ftp://a.example/"}, "absolute http"),
        ({"url": "https://a.example/1", "published": "soon"}, "2025-04-10"),
        ({"url": "https://a.example/1", "published": "2036-01-01"}, "future"),
        ({"url": "https://a.example/1", "language": "zz_!!"}, "zz_!!"),
        ({"url": "https://a.example/1", "territory": "Nowhere"}, "Nowhere"),
        ({"url": "https://a.example/1", "form": "WHOLE"}, "one of FULL"),
        ({"url": "https://a.example/1", "views": "many"}, "whole number"),
        ({"url": "https://a.example/1", "views": 1.5}, "whole number"),
        ({"url": "https://a.example/1", "views": -5}, "below 0"),
        ({"url": "https://a.example/1", "story": "urn:x"}, "no story"),
        ({"url": "https://a.example/1", "outlet": "nobody"}, "no outlet"),
        ({"url": "https://a.example/1", "parent": "https://a.example/0"}, "report that one first"),
        ({"url": "https://a.example/1", "pickup": "x"}, "its id"),
    ],
)
async def test_a_row_that_cannot_be_right_is_refused_whole(
    database: Database, line: dict[str, object], told: str
) -> None:
    with pytest.raises(StorypoolError, match=told):
        await kept(database, line)
    async with database.read() as session:
        assert (await session.exec(select(Reprint).where(col(Reprint.address).is_not(None)))).all() == []
