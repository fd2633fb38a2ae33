"""Kinds of pages that are read otherwise than by their elements alone: quotations by element, shadow trees, wrapped lines, XHTML."""

from __future__ import annotations

import pytest

from models.reprint.match import Form, match
from models.reprint.page import Page, read_page
from tests.models.reprint.stories import STORIES

URL = "https://news.example.org/city/page"


def read(source: str, content_type: str = "text/html; charset=utf-8") -> Page:
    return read_page(source.encode(), url=URL, content_type=content_type)


def test_a_quotation_by_its_element_has_its_marks() -> None:
    assert read("<p>He said: <q>come <b>in</q> and left.").paragraphs == ("He said: “come in” and left.",)
    assert read("<p>He said: <q hidden>come in</q>, <span hidden><q>x</q></span>.").paragraphs == ("He said: , .",)


@pytest.mark.parametrize("language", ["en", "ru", "zh-Hans"])
def test_what_is_quoted_by_element_is_a_quotation(language: str) -> None:
    first = STORIES[language].split("\n")[0]
    (found,) = match(read(f"<p>2025 <q>{first}</q></p>").text, [STORIES[language]])
    assert found.form is Form.QUOTATION


def test_a_shadow_tree_is_shown_and_a_template_is_not() -> None:
    shown = '<x-y><template shadowrootmode="open"><style>p{}</style><p>Shown.</p></template></x-y>'
    assert read(f"{shown}<template><p>Not shown.</p></template>").paragraphs == ("Shown.",)


def test_wrapped_lines_of_a_plain_text_are_one_paragraph() -> None:
    text = "The mayor said: “Our\nriver is clean,\nand it stays so.” Nobody\ndoubted it.\nSecond.\n\nA heading\n\nThird"
    assert read(text, "text/plain; charset=utf-8").paragraphs == (
        "The mayor said: “Our river is clean, and it stays so.” Nobody doubted it.",
        "Second.",
        "A heading",
        "Third",
    )


def test_markdown_is_read_as_plain_text() -> None:
    assert read("# Title\n\nWords.", "text/markdown").media_type == "text/plain"


@pytest.mark.parametrize(
    "begins",
    [
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html PUBLIC "x" "y">\n<html>',
        '\ufeff<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">',
        "<!-- saved from url=(0014)about:internet -->\n<html>",
    ],
    ids=["declared with its type", "declared", "saved"],
)
def test_xhtml_is_a_page_whatever_it_comes_as(begins: str) -> None:
    page = read(f"{begins}<body><p>Words.</p></body></html>", "text/xml")
    assert (page.media_type, page.paragraphs) == ("text/html", ("Words.",))


def test_other_xml_is_no_page() -> None:
    assert read('<?xml version="1.0"?><rss><channel/></rss>', "text/xml").media_type == "text/xml"
