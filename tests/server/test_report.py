"""Reports as files: what a spreadsheet, a program and another program read from them, and who may not."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx2
import openpyxl
import orjson

from models.report.files import csv_of, json_of, xlsx_of
from models.report.table import Cell, Column, ColumnKind, Row, Table
from models.scope import Scope
from schema.identifier import global_id
from tests.server.served import Served

COLUMNS = (
    Column("name", "Name", "名称"),
    Column("copies", "Copies", "转载数", ColumnKind.COUNT),
    Column("share", "Share", "比例", ColumnKind.SHARE),
    Column("at", "At", "时间", ColumnKind.MOMENT),
    Column("url", "Address", "链接", ColumnKind.ADDRESS),
)
AT = datetime(2025, 4, 10, 16, 30, tzinfo=UTC)
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠a"]
WORDS = ["趣龙岗", "Патрульный робот", "巡回ロボット", "Ρομπότ", "روبوت دورية", 'a "b", c\nd', "nul\x00 bell\x07"]


async def pages(*rows: tuple[Cell, ...], size: int = 2) -> AsyncIterator[Table]:
    for start in range(0, max(len(rows), 1), size):
        yield Table(COLUMNS, [Row(row) for row in rows[start : start + size]], [("A note.", "说明文字。")])


def row(name: str, count: int | None = 5) -> tuple[Cell, ...]:
    return (name, count, 0.25, AT, "https://example.org/a?b=1")


async def whole(chunks: AsyncIterator[bytes]) -> bytes:
    return b"".join([chunk async for chunk in chunks])


async def test_csv_has_a_mark_and_no_formulas_and_numbers_stay_numbers() -> None:
    content = await whole(csv_of(pages(*(row(text, -3) for text in FORMULAS + WORDS)), "zh"))
    assert content.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert read[0] == ["名称", "转载数", "比例", "时间", "链接"]
    assert [line[0] for line in read[1:]] == [f"'{text}" for text in FORMULAS] + WORDS
    assert {tuple(line[1:]) for line in read[1:]} == {
        ("-3", "0.25", "2025-04-10T16:30:00Z", "https://example.org/a?b=1")
    }


async def test_json_is_one_object_whatever_the_pages() -> None:
    for rows in ([], [row("one")], [row(text, None) for text in WORDS]):
        read = orjson.loads(await whole(json_of(pages(*rows), {"name": "X"}, "en", global_id)))
        assert [one["name"] for one in read["rows"]] == [one[0] for one in rows]
        assert (read["name"], read["columns"][1]["key"], read["notes"]) == ("X", "copies", ["A note."])
    assert read["rows"][0]["at"] == "2025-04-10T16:30:00Z"


async def test_a_workbook_holds_numbers_moments_links_and_a_chart_and_no_formula() -> None:
    rows = [row(text, number) for number, text in enumerate(FORMULAS + WORDS)]
    rows.append(("<r><t>not XML</r>", 1, None, None, "javascript:alert(1)"))
    rows.append(("half \ud800 a pair", 1, None, None, "no address"))
    rows.append(("large", 2**60, None, None, "x" * 40_000))
    with await xlsx_of(pages(*rows), "转载台账: [2025]/全部*?", "zh", ZoneInfo("Asia/Shanghai")) as file:
        book = openpyxl.load_workbook(file)
    sheet = book.worksheets[0]
    assert not set(sheet.title) & set("[]:*?/\\")
    assert [cell.value for cell in sheet[1]] == ["名称", "转载数", "比例", "时间", "链接"]
    assert {cell.data_type for cell in sheet["A"]} == {"s"}
    assert sheet["A2"].value == "=1+1"
    assert (sheet["B3"].value, sheet["C3"].value) == (1, 0.25)
    assert sheet["D2"].value == datetime(2025, 4, 11, 0, 30)  # noqa: DTZ001 - a workbook's moments have no zone
    assert sheet["E2"].hyperlink.target == "https://example.org/a?b=1"
    last = len(rows) + 1
    assert (sheet.cell(last, 2).value, len(sheet.cell(last, 5).value)) == (str(2**60), 32_767)
    assert sheet.cell(last - 2, 1).value.strip() == "<r><t>not XML</r>"
    assert sheet.cell(last - 1, 1).value == "half ? a pair"
    assert (sheet.cell(last - 2, 5).hyperlink, sheet.cell(last - 1, 5).hyperlink) == (None, None)
    assert len(sheet._charts) == 1
    assert sheet.freeze_panes == "A2"
    assert book.worksheets[1]["A1"].value == "说明文字。"


async def test_an_empty_report_is_a_workbook_with_its_head() -> None:
    with await xlsx_of(pages(), "Empty", "en", ZoneInfo("UTC")) as file:
        book = openpyxl.load_workbook(file)
    assert book.worksheets[0]["A1"].value == "Name"


async def test_files_are_served_to_who_may_read_reports(server: Served) -> None:
    token = await server.token_for(timedelta(hours=1), Scope.REPORT_READ)
    without = await server.token_for(timedelta(hours=1), Scope.POOL_READ)
    period = "from=2025-01-01&until=2026-01-01"

    async with httpx2.AsyncClient(base_url=server.url) as client:

        async def got(path: str, bearer: str | None) -> httpx2.Response:
            headers = {} if bearer is None else {"Authorization": f"Bearer {bearer}"}
            return await client.get(f"/reports/{path}", headers=headers)

        for kind in ("csv", "json", "xlsx"):
            answer = await got(f"growth.{kind}?{period}", token)
            assert answer.status_code == 200, answer.text
            assert f'filename="growth-2025-01-01-2026-01-01.{kind}"' in answer.headers["content-disposition"]
            assert answer.headers["cache-control"] == "private, no-store"
        months = (await got(f"growth.json?{period}&language=zh", token)).json()
        assert [row["month"] for row in months["rows"]] == [f"2025-{month:02}" for month in range(1, 13)]
        assert months["title"] == "月度增长"
        ledger = (await got(f"reprint-ledger.json?{period}&copyLanguage=ru&territory=RU", token)).json()["rows"]
        assert all((row["language"], row["territory"]) == ("ru", "RU") for row in ledger)
        for path, status in (
            (f"growth.csv?{period}&territory=RU", 400),
            (f"reprint-ledger.csv?{period}&territory=nowhere", 400),
            (f"reprint-ledger.csv?{period}&about=nothing", 404),
            (f"propagation.csv?{period}", 404),  # of the centre alone
            (f"nothing.csv?{period}", 404),
            (f"growth.pdf?{period}", 404),
            ("growth.csv", 400),
            ("growth.csv?from=2025-01-01&until=2025-13-01", 400),
            ("growth.csv?from=2025-01-01&until=2025-01-01", 400),
            (f"growth.csv?{period}&language=fr", 400),
            (f"growth.csv?{period}&partner=nobody", 404),
        ):
            assert (await got(path, token)).status_code == status, path
        assert (await got(f"growth.csv?{period}", None)).status_code == 401
        refused = await got(f"growth.csv?{period}", without)
        assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (403, "FORBIDDEN")
