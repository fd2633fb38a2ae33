"""Links: what an editor meant is kept or refused by name, what a paste left over is dropped."""

from __future__ import annotations

import html

import pytest

from models.body import check_links, clean
from models.body.link import LEFTOVERS, LONGEST_LINK
from models.errors import BadInput


def link(href: str) -> str:
    return f'<p><a href="{html.escape(href)}">text</a></p>'


@pytest.mark.parametrize(
    "href",
    [
        "https://longgang.example.org",
        "HTTP://Longgang.Example.Org:8080/a(b)?c=d&e=f&copy=1#g|{h}^",
        "https://例子.中国/龙岗?问=答",
        "https://пример.рф/чай",
        "https://हिन्दी.भारत/",
        "https://[2001:db8::1]/",
        "https://192.0.2.7/a%20b",
        "https://my_site.example.org./",
        "mailto:desk@longgang.example.org?subject=Tea",
    ],
)
def test_an_address_that_can_be_followed_is_kept(href: str) -> None:
    kept = clean(link(href))
    assert kept == f'<p><a href="{html.escape(href)}" rel="noopener">text</a></p>'
    assert clean(kept) == kept


@pytest.mark.parametrize(
    ("href", "kept"),
    [
        (" \n https://example.org/a \u3000\u200b", "https://example.org/a"),
        ("https://exam\nple.org/a\tb", "https://example.org/ab"),
    ],
)
def test_white_space_around_an_address_and_broken_lines_inside_are_nothing(href: str, kept: str) -> None:
    assert clean(link(href)) == f'<p><a href="{kept}" rel="noopener">text</a></p>'


@pytest.mark.parametrize(
    "href",
    [
        "",
        " ",
        "#",
        "#_Toc190000001",
        "#_ftn1",
        "javascript:",
        "javascript:;",
        "JavaScript:void(0);",
        "javascript: void 0",
    ]
    + [f"{scheme}:whatever ÿ" for scheme in sorted(LEFTOVERS)],
)
def test_what_a_paste_left_over_is_dropped_and_its_text_stays(href: str) -> None:
    assert clean(link(href)) == "<p>text</p>"
    check_links(link(href))


@pytest.mark.parametrize(
    ("href", "why"),
    [
        ("/news/1", "is relative"),
        ("news.html", "is relative"),
        ("www.example.org:80/a", "is relative"),
        ("//example.org/a", "is relative"),
        ("?a=b", "is relative"),
        ("https://", "names no host"),
        ("https:///a", "names no host"),
        ("https:example.org", "names no host"),
        ("https://localhost/a", "names no host"),
        ("https://-a.example/", "names no host"),
        ("https://a..example/", "names no host"),
        ("https://example.org:0/", "names no host"),
        ("https://example.org:99999/", "host and port"),
        ("https://[::1/", "host and port"),
        ("https://1.2.3.999/", "check its host"),
        ("https://xn--a.example/", "check its host"),
        ("https://bank.example@evil.example/", "names a user"),
        ("https://example.org/a b", "holds a space"),
        ("https://example.org\\a", "holds a space"),
        ('https://example.org/"><script>', "holds a space"),
        ("https://example.org/\u202egpj.exe", "holds a space"),
        ("mailto:", "names no mail address"),
        ("mailto:desk", "names no mail address"),
        ("mailto:desk@localhost", "names no mail address"),
        ("javascript:alert(1)", "is a javascript: address"),
        ("java\nscript:alert(1)", "is a javascript: address"),
        ("javascript:void(0)//\nalert(1)", "is a javascript: address"),
        ("vbscript:x", "is a vbscript: address"),
        ("data:text/html,<script>", "is a data: address"),
        ("ftp://example.org/", "is a ftp: address"),
        ("https://example.org/" + "a" * LONGEST_LINK, f"the most is {LONGEST_LINK}"),
    ],
)
def test_what_an_editor_meant_and_leads_nowhere_is_refused_by_name(href: str, why: str) -> None:
    for refuse in (clean, check_links):
        with pytest.raises(BadInput, match="links that lead nowhere") as refused:
            refuse(link(href))
        assert refused.value.field == ["body"]
        assert why in refused.value.message
        assert repr(href[:80])[:-1] in refused.value.message


def test_every_refused_link_counts_once_and_few_are_named() -> None:
    body = "".join(link(f"/{number % 8}") for number in range(100))
    with pytest.raises(BadInput) as refused:
        clean(body)
    assert "'/4' is relative" in refused.value.message
    assert "'/5'" not in refused.value.message
    assert refused.value.message.endswith("; and 3 more")


def test_a_link_that_nobody_sees_is_not_refused() -> None:
    assert clean('<p>a<a href="/x"></a><a href="/y"> </a><span hidden><a href="/z">b</a></span>c</p>') == "<p>a c</p>"


def test_a_link_keeps_its_title_and_ends_where_the_next_begins() -> None:
    body = clean('<a href="https://a.example" title=" a\n <b>&quot; ">a<p>b<a href="https://b.example">c</p>d</a>e')
    assert body == (
        '<p><a href="https://a.example" title="a &lt;b&gt;&quot;" rel="noopener">a</a></p>'
        '<p><a href="https://a.example" title="a &lt;b&gt;&quot;" rel="noopener">b</a>'
        '<a href="https://b.example" rel="noopener">c</a></p><p>de</p>'
    )
    assert clean(body) == body
