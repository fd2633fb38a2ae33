"""Charsets of pages, said rightly, wrongly and not at all."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.reprint.page import read_page
from models.reprint.page.charset import decoded
from tests.models.reprint.pages import CHARSETS, page, paragraphs

URL = "https://news.example.org/a"
DECLARED = [
    "utf-8", "gb2312", "gbk", "big5", "shift_jis", "euc-jp", "euc-kr", "iso-8859-1", "windows-1251", "windows-1253", "windows-1256",
    "koi8-r", "utf-16", "windows-874", "x-nonsense",
]  # fmt: skip
KOREAN = "이른 아침 선전 룽강의 첫 커피는 사람이 건네준 것이 아니었다. 은백색 로봇이 밤 근무를 마친 간호사에게 라테를 건넸다."
FRENCH = "À six heures, le café n’est pas servi par une main humaine : un robot argenté le tend à une infirmière déjà très fatiguée."


def written(language: str, charset: str, declared: str | None = None) -> bytes:
    """A page in a charset; what the charset has no character for is a character reference, as publishers' programs write it."""
    return page(language, declared=declared).encode(charset, errors="xmlcharrefreplace")


@pytest.mark.parametrize("declared", [None, *DECLARED])
@pytest.mark.parametrize(
    ("language", "charset"), [(language, one) for language in CHARSETS for one in CHARSETS[language]]
)
def test_a_page_is_read_whatever_it_says_of_its_charset(language: str, charset: str, declared: str | None) -> None:
    content = written(language, charset, declared)
    assert list(read_page(content, url=URL, content_type="text/html").paragraphs) == paragraphs(language)


@pytest.mark.parametrize("declared", DECLARED)
@pytest.mark.parametrize("language", CHARSETS)
def test_what_http_says_loses_against_the_bytes(language: str, declared: str) -> None:
    content = written(language, CHARSETS[language][0], CHARSETS[language][0])
    found = read_page(content, url=URL, content_type=f'text/html; charset="{declared}"')
    assert list(found.paragraphs) == paragraphs(language)


@pytest.mark.parametrize("declared", [None, "euc-kr", "utf-8", "gb2312", "iso-8859-1"])
def test_korean_is_read(declared: str | None) -> None:
    content_type = f"text/html; charset={declared}" if declared else None
    assert decoded(f"<p>{KOREAN}".encode("cp949"), content_type).text == f"<p>{KOREAN}"


@pytest.mark.parametrize("declared", [None, "utf-8", "windows-1252", "gb2312"])
def test_accents_of_western_languages_are_read(declared: str | None) -> None:
    content_type = f"text/html; charset={declared}" if declared else None
    assert decoded(f"<p>{FRENCH}".encode("cp1252"), content_type).text == f"<p>{FRENCH}"


def test_utf_16_is_known_without_a_mark() -> None:
    for charset in ("utf-16-le", "utf-16-be"):
        found = read_page(page("zh-Hans").encode(charset), url=URL, content_type=None)
        assert list(found.paragraphs) == paragraphs("zh-Hans")
        assert found.charset == charset.replace("-", "_")


def test_a_mark_wins_over_everything() -> None:
    content = b"\xef\xbb\xbf" + page("ru", declared="windows-1251").encode()
    found = read_page(content, url=URL, content_type="text/html; charset=koi8-r")
    assert found.charset == "utf_8"
    assert list(found.paragraphs) == paragraphs("ru")


def test_what_calls_itself_gb2312_may_hold_all_of_gb18030() -> None:
    text = "龙岗的朱镕基、𠮷野家和坪山㙍口，都在这个叫做国标二三一二的页面里面出现了。"
    assert decoded(f"<p>{text}".encode("gb18030"), "text/html; charset=gb2312").text == f"<p>{text}"


@pytest.mark.parametrize(
    ("language", "charset"), [("zh-Hans", "gb18030"), ("zh-Hans", "utf-8"), ("ru", "utf-8"), ("zh-Hant", "big5hkscs")]
)
def test_a_character_cut_in_half_does_not_discredit_a_charset(language: str, charset: str) -> None:
    content = written(language, charset, charset)
    half = "机".encode(charset, errors="replace")[:1] if charset != "utf-8" else "机".encode()[:2]
    found = read_page(content.replace(b"<footer>", b"<footer><p>" + half + b"</p>"), url=URL, content_type=None)
    assert list(found.paragraphs)[:-2] == paragraphs(language)[:-1]
    assert found.damaged
    assert not read_page(content, url=URL, content_type=None).damaged


def test_japanese_is_no_chinese_though_both_charsets_have_kana_in_one_place() -> None:
    text = (
        "日本の朝、ロボットがコーヒーを届ける。十二台は公園と大学の間で働き、毎日の夕方には自分で倉庫へ帰って充電する。"
    )
    for declared in ("gb2312", "gbk", None):
        content_type = f"text/html; charset={declared}" if declared else None
        assert decoded(f"<p>{text}".encode("euc_jp"), content_type).text == f"<p>{text}"


def test_two_characters_that_are_well_formed_in_utf_8_by_chance_are_what_is_said_of_them() -> None:
    content = "<p>隆拢".encode("gb18030")
    assert content.decode("utf-8") != "<p>隆拢"
    assert decoded(content, "text/html; charset=gb2312").text == "<p>隆拢"
    assert decoded("<p>café “bon”".encode(), "text/html; charset=gb2312").text == "<p>café “bon”"


def test_ascii_needs_no_charset() -> None:
    assert decoded(b"<p>Plain words</p>", "text/html; charset=utf-16") == ("<p>Plain words</p>", "ascii", False)


@given(st.binary(max_size=200), st.sampled_from([None, *(f"text/html; charset={name}" for name in DECLARED)]))
@settings(deadline=None)
def test_any_bytes_are_decoded(content: bytes, content_type: str | None) -> None:
    found = decoded(content, content_type)
    assert isinstance(found.text, str)
    assert found.broken == ("\ufffd" in found.text)


@given(
    st.text(
        alphabet=st.characters(codec="utf-8", exclude_categories=("Cs", "Co", "Cn", "Cc")), min_size=30, max_size=200
    )
)
@settings(deadline=None)
def test_utf_8_is_utf_8_whatever_is_said(text: str) -> None:
    content = f"<p>{text} 龙岗街头".encode()
    assert decoded(content, "text/html; charset=windows-1252").text == f"<p>{text} 龙岗街头"
