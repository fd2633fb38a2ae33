"""What a page shows, what it says of itself, and that no page takes long."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from models.reprint.match import Form, match
from models.reprint.page import MOST_BYTES, Image, Link, Page, Player, read_page
from models.reprint.page.markup import markup_of
from tests.models.reprint.pages import page, paragraphs
from tests.models.reprint.stories import STORIES

URL = "https://news.example.org/city/2025/page.html"


def read(source: str, url: str = URL) -> Page:
    return read_page(source.encode(), url=url, content_type="text/html; charset=utf-8")


def shown(body: str) -> list[str]:
    return list(read(f"<html><body>{body}</body></html>").paragraphs)


@pytest.mark.parametrize("language", STORIES)
def test_a_page_shows_what_its_readers_see(language: str) -> None:
    found = read(page(language))
    assert list(found.paragraphs) == paragraphs(language)
    assert found.text == "\n".join(paragraphs(language))
    assert found.language == language


@pytest.mark.parametrize("language", STORIES)
def test_a_story_is_found_on_a_page(language: str) -> None:
    (found,) = match(read(page(language)).text, [STORIES[language]])
    assert found.form is Form.FULL
    assert found.reach == 1
    assert found.page_share < 1


@pytest.mark.parametrize("language", STORIES)
def test_the_article_is_shown_without_what_stands_around_it(language: str) -> None:
    found = read(page(language))
    headline, *story = STORIES[language].split("\n")
    assert headline in found.title
    assert [paragraph for paragraph in story if paragraph not in found.display_text] == []
    around = [*paragraphs(language)[:7], *paragraphs(language)[-2:]]
    assert [line for line in around if line in found.display_text.split("\n")] == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>a<p>b", ["a", "b"]),
        ("a<br>b<br><br/>c", ["a", "b", "c"]),
        ("<p>a <b>b</b><i>c</i>  \n d</p>", ["a bc d"]),
        ("<p>a&nbsp;b &amp;lt; &#x9f99;", ["a b &lt; 龙"]),
        ("<div>a<div>b</div>c</div>", ["a", "b", "c"]),
        ("<table><tr><td>a<td>b<tr><th>c</table>", ["a", "b", "c"]),
        ("<ul><li>a<li>b<ul><li>c</ul><li>d</ul>", ["a", "b", "c", "d"]),
        ("<pre>a\nb</pre>", ["a", "b"]),
        ("<p style='white-space: pre-wrap'>a\nb</p>", ["a", "b"]),
        ("<ruby>龍<rp>(</rp><rt>りゅう</rt><rp>)</rp>岡</ruby>", ["龍岡"]),
        ("a<script>b</script><style>c</style><template>d</template><noscript>e</noscript>f", ["af"]),
        ("a<textarea>b</textarea><select><option>c</select><svg><title>d</title><text>e</text></svg>", ["a"]),
        ("<video>no video</video><object>no object</object><canvas>no canvas</canvas>a", ["a"]),
        ("<p hidden>a</p><div hidden='until-found'>b<p>c</div>d", ["d"]),
        ("<p style='color: red; DISPLAY : None !important'>a</p>b", ["b"]),
        ("<div style='display:none'><table><tr><td>a<div>b</td></tr></table>c</div>d", ["d"]),
        ("<div style='display:none'>a<p>b<p>c</b></i></span></div>d", ["d"]),
        ("<div style='display:none'><table><tr><td></div>a</td></tr></table></div>b", ["b"]),
        ("<ul><li hidden>a<li>b</ul><dl><dt hidden>c<dd>d</dl>", ["b", "d"]),
        ("<table><tr><td hidden>a<td>b<tr hidden><td>c<tr><td>d</table>", ["b", "d"]),
        ("<p hidden>a<div>b</div>", ["b"]),
        ("<span hidden>a<b>b</span>c", ["c"]),
        ("<b><div hidden>a</b>b</div>c", ["c"]),
        ("<div>" * 50 + "<p hidden>a</p>b", ["b"]),
        ("<dialog>a</dialog><dialog open>b</dialog>", ["b"]),
        ("<div id=js_content style='visibility: hidden; opacity: 0'><p>a</div>", ["a"]),
        ("<!-- a --><!doctype x><![CDATA[b]]>c", ["c"]),
        ("<p>a</p", ["a"]),
        ("a < b", ["a < b"]),
        ("<p title='x>y'>a", ["a"]),
        ("", []),
    ],
)  # fmt: skip
def test_paragraphs_are_what_is_shown(body: str, expected: list[str]) -> None:
    assert shown(body) == expected


NAMES = st.sampled_from(
    ["div", "p", "b", "span", "ul", "li", "table", "tr", "td", "section", "a", "i", "h2", "dl", "dd"]
)
PIECES = st.one_of(
    NAMES.map(lambda name: f"<{name}>"),
    NAMES.map(lambda name: f"</{name}>"),
    st.sampled_from(["w ", "x ", "y ", "<br>", "<img src=a>"]),
)


@given(st.lists(PIECES, max_size=40).map("".join))
@settings(deadline=None)
def test_all_text_is_shown_as_by_a_parser_of_the_standard(body: str) -> None:
    tree = LexborHTMLParser(f"<html><body>{body}</body></html>")
    assert tree.body is not None
    assert sorted("".join(shown(body)).replace(" ", "")) == sorted(tree.body.text().replace(" ", ""))


def element(name: str, is_hidden: bool, inside: list[str]) -> str:
    within, after = ("<tr><td>", "</td></tr>") if name == "table" else ("", "")
    return f"<{name}{' hidden' if is_hidden else ''}>{within}{''.join(inside)}{after}</{name}>"


NESTED = st.recursive(
    st.sampled_from(["w", "x", "y"]),
    lambda inside: st.builds(
        element, st.sampled_from(["div", "section", "ul", "table"]), st.booleans(), st.lists(inside, max_size=4)
    ),
    max_leaves=20,
)


@given(NESTED)
@settings(deadline=None)
def test_what_is_hidden_is_hidden_to_its_end(body: str) -> None:
    tree = LexborHTMLParser(f"<html><body>{body}</body></html>")
    for node in tree.css("[hidden]"):
        node.decompose()
    assert tree.body is not None
    assert "".join(shown(body)) == "".join(tree.body.text().split())


@given(
    st.binary(max_size=300), st.sampled_from([None, "text/html", "text/plain; charset=big5", "application/pdf", "x"])
)
@settings(deadline=None)
def test_any_bytes_make_a_page(content: bytes, content_type: str | None) -> None:
    assert read_page(content, url=URL, content_type=content_type).size == len(content)


MARKUP = st.text(alphabet="<>/=\"'!-&;# aAbdiptvscrh龙\n\0", max_size=200)


@given(MARKUP)
@settings(deadline=None)
def test_any_markup_makes_a_page(source: str) -> None:
    assert all(paragraph == " ".join(paragraph.split()) != "" for paragraph in read(source).paragraphs)


def test_wechat_is_read_though_it_hides_its_article() -> None:
    source = f"""<html><head><meta property="og:title" content="龙岗街头"></head><body><div id="js_article">
    <h1 id="activity-name">龙岗街头</h1><div class="rich_media_content" id="js_content" style="visibility: hidden; opacity: 0; ">
    <section><p><span>{STORIES["zh-Hans"].replace(chr(10), "</span></p><p><span>")}</span></p>
    <p><img data-src="https://mmbiz.qpic.cn/a.jpg" src="data:image/gif;base64,R0"></p><mpvoice></mpvoice></section></div></div>
    <script>var ct = "1764720942"; var nickname = "x";</script></body></html>"""
    found = read(source, "https://mp.weixin.qq.com/s/abc")
    assert match(found.text, [STORIES["zh-Hans"]])[0].form is Form.FULL
    assert "第一杯咖啡" in found.display_text
    assert found.images == (Image("https://mmbiz.qpic.cn/a.jpg", ""),)
    assert found.published is not None
    assert found.published.at.isoformat() == "2025-12-03T00:15:42+00:00"


def test_links_are_absolute_with_what_they_say() -> None:
    found = read(
        """<base href="/b/"><a href="x?a=1&amp;b=2#c" rel="NoFollow  ugc">one <b>two</b></a><a href="//other.example/">o</a>
        <a href="javascript:alert(1)">j</a><a href="mailto:a@b.c">m</a><a href="http://[bad">b</a><a name="x">n</a>
        <div hidden><a href="https://hidden.example/">h</a></div>"""
    )
    assert found.links == (
        Link("https://news.example.org/b/x?a=1&b=2#c", frozenset({"nofollow", "ugc"}), "one two", shown=True),
        Link("https://other.example/", frozenset(), "o", shown=True),
        Link("https://hidden.example/", frozenset(), "h", shown=False),
    )


def test_images_are_those_that_are_loaded_late_or_without_scripts_too() -> None:
    found = read(
        """<img src="/a.png" alt=" A "><img src="blank.gif" data-original="b.jpg"><noscript><img src="//x.example/c"></noscript>
        <img src="data:image/png;base64,AA"><img>"""
    )
    assert found.images == (
        Image("https://news.example.org/a.png", "A"),
        Image("https://news.example.org/city/2025/b.jpg", ""),
        Image("https://x.example/c", ""),
    )


@pytest.mark.parametrize(
    ("written", "is_there"),
    [
        ("https://pool.example.org/pixel/AbC-1.gif?s=xyz", True),
        ("http://pool.example.org/pixel/AbC-1.gif?s=xyz", True),
        ("//pool.example.org/pixel/AbC-1.gif?s=xyz&amp;from=wechat", True),
        ("https://pool.example.org/pixel/AbC-1.gif?s=xyzz", False),
        ("https://pool.example.org/pixel/AbC-1.gif", False),
        ("https://pool.example.org/pixel/abc-1.gif?s=xyz", False),
        ("https://evil.example/?https://pool.example.org/pixel/AbC-1.gif?s=xyz", False),
    ],
)
def test_a_signed_pixel_is_there_or_not(written: str, is_there: bool) -> None:
    found = read(f'<p>x</p><img width="1" height="1" style="display:none" src="{written}">')
    assert found.has_image("https://pool.example.org/pixel/AbC-1.gif?s=xyz") is is_there


@pytest.mark.parametrize(
    ("body", "address"),
    [
        ('<a href="https://s.example.org/r/Ab3">more</a>', "https://s.example.org/r/Ab3"),
        ('<a href="http://s.example.org/r/Ab3?x=1">more</a>', "http://s.example.org/r/Ab3?x=1"),
        ("<p>原文：https://s.example.org/r/Ab3。转载请注明</p>", "https://s.example.org/r/Ab3"),
        ("<p>See s.example.org/r/Ab3.</p>", "s.example.org/r/Ab3"),
        ('<p hidden><a href="https://s.example.org/r/Ab3">more</a></p>', None),
        ('<a href="https://s.example.org/other">more</a>', None),
        ("<p>https://notes.example.org/r/Ab3 and nots.example.org/r/Ab3</p>", None),
        ("<p>s.example.org/r/ alone</p>", None),
    ],
)
def test_a_short_link_is_linked_or_written(body: str, address: str | None) -> None:
    assert read(body).short_link("https://s.example.org/r/") == address


def test_players_are_elements_frames_and_what_structured_data_names() -> None:
    found = read(
        """<script type="application/ld+json">{"@type": "VideoObject", "contentUrl": "https://cdn.example/v.mp4"}</script>
        <meta property="og:video:url" content="https://cdn.example/og.mp4">
        <video poster=x><source src="/a.mp4"></video><audio src="b.mp3"></audio>
        <iframe src="https://www.youtube.com/embed/x"></iframe><iframe data-src="https://v.qq.com/iframe/player.html?vid=y"></iframe>
        <iframe src="https://ads.example/z"></iframe><iframe src="https://notyoutube.com/z"></iframe>"""
    )
    assert set(found.players) == {
        Player("video", "https://cdn.example/v.mp4"),
        Player("video", "https://cdn.example/og.mp4"),
        Player("video", None),
        Player("video", "https://news.example.org/a.mp4"),
        Player("audio", "https://news.example.org/city/2025/b.mp3"),
        Player("video", "https://www.youtube.com/embed/x"),
        Player("video", "https://v.qq.com/iframe/player.html?vid=y"),
    }


def test_what_a_page_says_of_itself() -> None:
    found = read(
        """<html lang="zh_CN"><head><link rel="alternate canonical" href="/real"><title> T &amp;
        U </title><script type="application/ld+json">{"@graph": [{"@type": "WebPage", "isAccessibleForFree": "False"},
        {"@type": ["NewsArticle"], "headline": "H", "author": [{"name": "Zhang San"}, "Li Si"]}]}</script></head><body>x</body></html>"""
    )
    assert (found.canonical, found.language, found.authors) == (
        "https://news.example.org/real",
        "zh-CN",
        ("Zhang San", "Li Si"),
    )
    assert found.title in ("H", "T & U")
    assert found.is_free is False


@pytest.mark.parametrize(
    "said", ["{", "[" * 100_000, '{"author": ' * 50_000, "null", '{"@type": 5, "author": {"name": {}}}', "NaN"]
)
def test_structured_data_that_is_none_says_nothing(said: str) -> None:
    assert read(f'<script type="application/ld+json">{said}</script><p>a').paragraphs == ("a",)


@pytest.mark.parametrize(
    ("content", "content_type", "media_type"),
    [
        (b"%PDF-1.7 <p>x", "text/html", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n", None, "image/png"),
        (b"x", "video/mp4", "video/mp4"),
        (b"{}", "application/json; charset=utf-8", "application/json"),
        (b"<!DOCTYPE html><p>x", "application/octet-stream", "text/html"),
        (b"<p>x", None, "text/html"),
        (b"<html xmlns='http://www.w3.org/1999/xhtml'><p>x</p></html>", "application/xhtml+xml", "text/html"),
    ],
)
def test_what_is_no_page_holds_no_text(content: bytes, content_type: str | None, media_type: str) -> None:
    found = read_page(content, url=URL, content_type=content_type)
    assert found.media_type == media_type
    assert bool(found.paragraphs) is (media_type == "text/html")


def test_plain_text_is_its_lines() -> None:
    found = read_page("一 <b>\n\n  二\r\n".encode("gb18030"), url=URL, content_type="text/plain; charset=gbk")
    assert found.paragraphs == ("一 <b>", "二")


def test_what_is_too_large_is_cut_by_its_size() -> None:
    content = (b"<p>" + b"word " * 2000) * (MOST_BYTES // 10_000 + 1) + b"<p>beyond</p>"
    small, large = (
        read_page(content + b" " * more, url=URL, content_type="text/html") for more in (0, 200 * 1024 * 1024)
    )
    assert (small.truncated, large.truncated) == (True, True)
    assert large.size == len(content) + 200 * 1024 * 1024
    assert small.paragraphs == large.paragraphs
    assert "beyond" not in large.paragraphs
    assert not read_page(content[:MOST_BYTES], url=URL, content_type="text/html").truncated


HOSTILE: dict[str, Callable[[int], str]] = {
    "nested": lambda n: "<div>" * n + "text" + "</div>" * n,
    "nested and hidden": lambda n: "<div hidden>" * n + "a" + "</div>" * n + "text",
    "never closed": lambda n: "<b><p>text" * n,
    "closed in vain": lambda n: "<b><div>" + "<i>" * 2000 + "</b></table></td></section>" * n + "text",
    "tables in tables": lambda n: "<table><tr><td>" * n + "text",
    "lists in lists": lambda n: "<ul><li>text" * n,
    "items in vain": lambda n: "<div>" * 2000 + "<li><b>text" * n,
    "attributes": lambda n: "<p " + " ".join(f"a{number}=1" for number in range(n)) + ">text",
    "declarations": lambda n: f"<p style='{'a:b;' * n}'>text",
    "links": lambda n: "<a href=/a>text" * n,
    "brackets": lambda n: "text" + "<" * n * 3,
    "references": lambda n: "text" + "&lt" * n,
    "comments": lambda n: "text" + "<!--" * n,
    "metas": lambda n: "<meta name=a content='text'>" * n + "text",
    "dates": lambda n: "<p>text 3 December " + "1 2 3 " * n,
    "scripts": lambda n: "<script type='application/ld+json'>[</script>" * n + "text",
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_the_work_a_page_takes_is_linear_in_its_size(kind: str) -> None:
    def calls(count: int) -> int:
        """How many functions are called, of Python and of C."""
        source = f"<html><body>{HOSTILE[kind](count)}"
        called = 0

        def note(frame: object, event: str, argument: object) -> None:
            nonlocal called
            called += event in ("call", "c_call")

        sys.setprofile(note)
        try:
            found = read(source)
        finally:
            sys.setprofile(None)
        assert any("text" in paragraph for paragraph in found.paragraphs)
        return called

    calls(100)
    assert calls(8_000) < 8 * 1.5 * calls(1_000)


def test_two_hundred_thousand_nested_elements_do_not_break_a_page() -> None:
    found = markup_of("<div>" * 200_000 + "deep" + "</div>" * 200_000 + "<p hidden>a</p><p>after")
    assert found.paragraphs == ["deep", "after"]
    assert found.written.count("<div>") == found.written.count("</div>") == 200
