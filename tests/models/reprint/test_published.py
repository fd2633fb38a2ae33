"""When a page says that it was published, to which precision and where."""

# ruff: noqa: DTZ001 - a page says the time of day of its outlet, without a zone

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.reprint.page import Published, read_page
from models.reprint.page.calendar import date_in
from models.reprint.page.published import Precision, PublishedSource, stated
from tests.models.reprint.pages import page

URL = "https://news.example.org/city/page.html"
CHINA = timezone(timedelta(hours=8))
DAY, MINUTE, SECOND = Precision
JSON_LD = '<script type="application/ld+json">{{"@type": "NewsArticle", "datePublished": "{}"}}</script>'
META = '<meta property="article:published_time" content="{}">'


def found(source: str, url: str = URL) -> Published | None:
    return read_page(source.encode(), url=url, content_type="text/html; charset=utf-8").published


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en", "ru", "ja", "el", "ar"])
def test_a_dateline_is_read_in_each_language(language: str) -> None:
    assert found(page(language)) == Published(datetime(2025, 12, 3, 8, 15), MINUTE, PublishedSource.TEXT)


@pytest.mark.parametrize(
    ("value", "at", "precision"),
    [
        ("2025-12-03T08:15:42+08:00", datetime(2025, 12, 3, 8, 15, 42, tzinfo=CHINA), SECOND),
        ("2025-12-03T08:15:42.5Z", datetime(2025, 12, 3, 8, 15, 42, tzinfo=UTC), SECOND),
        ("2025-12-03T08:15:00-0430", datetime(2025, 12, 3, 8, 15, tzinfo=timezone(-timedelta(hours=4, minutes=30))), MINUTE),
        ("2025-12-03T08:15+08", datetime(2025, 12, 3, 8, 15, tzinfo=CHINA), MINUTE),
        ("2025-12-03T00:00:00+08:00", datetime(2025, 12, 3, tzinfo=CHINA), DAY),
        ("2025-12-03 08:15", datetime(2025, 12, 3, 8, 15), MINUTE),
        ("2025/12/3", datetime(2025, 12, 3), DAY),
        ("20251203", datetime(2025, 12, 3), DAY),
        ("Wed, 03 Dec 2025 08:15:42 +0800", datetime(2025, 12, 3, 8, 15, 42, tzinfo=CHINA), SECOND),
        ("1764720942", datetime(2025, 12, 3, 0, 15, 42, tzinfo=UTC), SECOND),
        ("1764720942000", datetime(2025, 12, 3, 0, 15, 42, tzinfo=UTC), SECOND),
        ("December 3, 2025 8:15 pm", datetime(2025, 12, 3, 20, 15), MINUTE),
        ("2025年12月3日", datetime(2025, 12, 3), DAY),
    ],
)  # fmt: skip
def test_what_is_made_for_machines(value: str, at: datetime, precision: Precision) -> None:
    assert stated(value, PublishedSource.META) == Published(at, precision, PublishedSource.META)


@pytest.mark.parametrize(
    "value",
    ["", "soon", "2025-13-03", "2025-02-30T08:15:00Z", "0001-01-01T00:00:00Z", "9999-12-31", "12", "2025-12-03T25:00"],
)
def test_what_is_no_date_says_nothing(value: str) -> None:
    assert stated(value, PublishedSource.META) is None


@given(st.text(max_size=60))
def test_any_value_is_read(value: str) -> None:
    one = stated(value, PublishedSource.META)
    assert one is None or 1995 <= one.at.year <= 2099


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("2025年12月3日（水）午後8時15分", "ja", "2025-12-03 20:15"),
        ("2025. 12. 3. 등록", "ko", "2025-12-03"),
        ("2025년 12월 3일 오전 8:15", "ko", "2025-12-03 08:15"),
        ("2025-12-03 星期三 08:15:42", "zh", "2025-12-03 08:15:42"),
        ("Dec. 3, 2025, 12:05 a.m.", "en", "2025-12-03 00:05"),
        ("Published on 3rd December 2025", "en", "2025-12-03"),
        ("3 мая 2025 в 08:15", "ru", "2025-05-03 08:15"),
        ("03.12.2025, 08:15", "ru", "2025-12-03 08:15"),
        ("3 Μαΐου 2025 στις 8:15 μ.μ.", "el", "2025-05-03 20:15"),
        ("03/12/2025", "el", "2025-12-03"),
        ("٣ كانون الأول ٢٠٢٥", "ar", "2025-12-03"),
        ("3. März 2025", "de", "2025-03-03"),
        ("1er août 2025 à 18:04", "fr", "2025-08-01 18:04"),
        ("3 de diciembre de 2025", "es", "2025-12-03"),
        ("12/13/2025", "en", "2025-12-13"),
        ("03/12/2025", "en", None),
        ("03/12/2025", "", None),
        ("tel. 2025-12-0312", "en", None),
        ("31.02.2025 and 2025-99-99", "ru", None),
        ("3 December 1925", "en", None),
        ("no date", "en", None),
    ],
)
def test_dates_as_people_write_them(text: str, language: str, expected: str | None) -> None:
    one = date_in(text, language)
    assert (one and one.at.isoformat(" ")[: len(expected or "")]) == expected
    assert (one is not None and one.has_time) == (expected is not None and ":" in expected)


def test_what_is_made_for_machines_is_believed_before_what_is_shown() -> None:
    head = META.format("2025-12-02T07:00:00+08:00") + JSON_LD.format("2025-12-01T06:00:01+08:00")
    sources = []
    for left in (head, META.format("2025-12-02T07:00:00+08:00"), "", '<meta name="date" content="nonsense">'):
        one = found(page("zh-Hans", head=left))
        assert one is not None
        sources.append((one.at.day, one.source))
    assert sources == [
        (1, PublishedSource.JSON_LD),
        (2, PublishedSource.META),
        (3, PublishedSource.TEXT),
        (3, PublishedSource.TEXT),
    ]


def test_a_day_is_refined_by_the_time_of_the_same_day() -> None:
    assert found(page("zh-Hans", head=JSON_LD.format("2025-12-03"))) == Published(
        datetime(2025, 12, 3, 8, 15), MINUTE, PublishedSource.TEXT
    )  # fmt: skip
    assert found(page("zh-Hans", head=JSON_LD.format("2025-12-04"))) == Published(
        datetime(2025, 12, 4), DAY, PublishedSource.JSON_LD
    )  # fmt: skip


def test_an_element_says_when() -> None:
    body = '<time datetime="2025-11-11T11:11:11Z" itemprop="datePublished">x</time><time datetime="2024-01-01T01:01:01Z">y</time>'
    assert found(page("en", body=body)) == Published(
        datetime(2025, 11, 11, 11, 11, 11, tzinfo=UTC), SECOND, PublishedSource.TIME
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://e.example/2025/12/03/robots", "https://e.example/n1/2025/1203/c1001-40.html", "https://e.example/a/202512/03/WS67.html",
        "https://e.example/20251203/abc/c.html", "https://e.example/news_2025-12-03.htm",
    ],
)  # fmt: skip
def test_an_address_says_the_day(url: str) -> None:
    assert found("<p>Nothing else says it.</p>", url) == Published(datetime(2025, 12, 3), DAY, PublishedSource.ADDRESS)


@pytest.mark.parametrize(
    "url",
    [
        "https://e.example/120251203999",
        "https://e.example/2025/13/03",
        "https://e.example/?d=20251203",
        "https://e.example/2025/02/30",
    ],
)
def test_an_address_that_says_none(url: str) -> None:
    assert found("<p>Nothing else says it.</p>", url) is None


def test_a_date_in_the_article_is_not_its_own() -> None:
    source = (
        page("en")
        .replace("December 3, 2025 8:15 a.m. · ", "")
        .replace("</article>", "<p>On 1 May 2021 it all began, they say.</p></article>")
    )
    assert found(source) is None


def test_a_headline_is_known_by_its_words_and_not_by_those_of_sections() -> None:
    source = f"""<title>直通電話の成否（写真＝ロイター） - 経済</title><p>2018年6月20日（水）</p><ul><li>ロイター<li>2018/6/1</ul>
    <h1>直通電話の成否 （写真＝ロイター）</h1><ul>{"<li>北朝鮮" * 13}</ul><p>2018/6/19 5:50</p>
    <p>米国と北朝鮮の首脳が直通の電話番号を交換したと伝えられ、専門家の間では驚きの声が上がっている。</p>"""
    assert found(source) == Published(datetime(2018, 6, 19, 5, 50), MINUTE, PublishedSource.TEXT)


def test_the_clock_of_the_outlet_makes_a_moment() -> None:
    plain, zoned = found(page("zh-Hans")), stated("2025-12-03T08:15:00Z", PublishedSource.META)
    assert plain is not None
    assert zoned is not None
    assert plain.in_zone(CHINA) == datetime(2025, 12, 3, 0, 15, tzinfo=UTC)
    assert zoned.in_zone(CHINA) == datetime(2025, 12, 3, 8, 15, tzinfo=UTC)
