"""Bodies made to do harm: nothing that runs, frames or leads astray survives, and no nesting costs more than its length."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from models.body import MAXIMUM_CHARACTERS, clean, sanitise
from models.body.read import DEEPEST_BLOCK
from models.errors import BadInput

PLAIN = ["blockquote", "br", "em", "figcaption", "figure", "h2", "h3", "h4", "hr", "li", "strong", "sub", "sup"]
PLAIN += ["table", "tbody", "thead", "tr", "ul"]
ALLOWED = {
    **{tag: set[str]() for tag in PLAIN},
    "a": {"href", "title", "rel"},
    "ol": {"start"},
    "p": {"dir", "lang"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}


def assert_harmless(body: str) -> None:
    """By another parser than those that clean and sanitise."""
    root = LexborHTMLParser(f"<!doctype html><body>{body}").body
    assert root is not None
    for node in root.traverse(include_text=True):
        assert node.tag in {"body", "-text", *ALLOWED}, body
        assert set(node.attributes) <= ALLOWED.get(str(node.tag), set()), body
        if "href" in node.attributes:
            assert str(node.attributes["href"]).lower().startswith(("https://", "http://", "mailto:")), body


RUNS = "window.ran=1"
ATTACKS = [
    f"<script>{RUNS}</script>",
    f"<SCRIPT/x>{RUNS}</SCRIPT\t>",
    f"<script><!--<script>{RUNS}</script>--></script>",
    f"<scr<script>ipt>{RUNS}</scr</script>ipt>",
    f"<<script>{RUNS}//<</script>",
    f"<img src=x onerror={RUNS}>",
    f'<img """><script>{RUNS}</script>">',
    f"<svg onload={RUNS}><svg/onload={RUNS}>",
    f"<svg><script>{RUNS}</script><animate onbegin={RUNS} attributeName=x></svg>",
    f"<body onload={RUNS}><p onclick={RUNS}>",
    f"<p/onmouseover={RUNS}/style=x:expression({RUNS})>",
    f"<iframe srcdoc='<script>{RUNS}</script>'></iframe><iframe src=javascript:{RUNS}>",
    f"<object data=data:text/html,{RUNS}><embed src=javascript:{RUNS}>",
    f"<form action=javascript:{RUNS}><button formaction=javascript:{RUNS}>x</button><input autofocus onfocus={RUNS}>",
    f"<details open ontoggle={RUNS}>x</details><video><source onerror={RUNS}></video>",
    f"<math><a xlink:href=javascript:{RUNS}>x</a></math><svg><a href=javascript:{RUNS}><text>x",
    f"<meta http-equiv=refresh content='0;javascript:{RUNS}'><base href=javascript:{RUNS}//><link rel=import href=x>",
    f"<style>@import 'javascript:{RUNS}'; p {{background: url(javascript:{RUNS})}}</style>",
    f"<p style=\"background:url(javascript:{RUNS})\" class=\"x\" id=y data-z='{RUNS}'>x",
    f"<!--[if IE]><script>{RUNS}</script><![endif]--><!--><script>{RUNS}</script>-->",
    f"<![CDATA[<script>{RUNS}</script>]]><?xml <script>{RUNS}</script> ?>",
    f"<xmp><script>{RUNS}</script></xmp><plaintext><script>{RUNS}</script>",
    f"<template><script>{RUNS}</script></template><noscript><p title='</noscript><img src=x onerror={RUNS}>'>",
    f"&lt;script&gt;{RUNS}&lt;/script&gt; &#60script&#62 &amp;lt;script&amp;gt;",
    f"<a href='https://a.example/' title='\"><script>{RUNS}</script>'>x</a>",
    f"<a href='https://a.example/' onclick={RUNS} target=_blank rel=opener>x</a>",
    f"<p dir='rtl\" onclick=\"{RUNS}' lang='en\" onclick=\"{RUNS}'>שלום",
    f"<ol start='1\" onclick=\"{RUNS}'><li>x</ol><table><td colspan='2 onclick={RUNS}'>a<td>b</table>",
    f"\ufeff<\u200bscript>{RUNS}</script><script\u3000>{RUNS}</script><\uff53cript>",
    # Nestings that parsers repair differently each time, so that what was text or a title becomes an element.
    f"<svg></p><style><a id=\"</style><img src=1 onerror={RUNS}>\">",
    f"<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror={RUNS}&gt;\">",
    f"<form><math><mtext></form><form><mglyph><style></math><img src onerror={RUNS}>",
    f"<math><annotation-xml encoding='text/html'><style></math><img src=x onerror={RUNS}>",
    f"<svg><foreignObject><p><style><!--</style><img title='--><img src=x onerror={RUNS}>'></foreignObject></svg>",
    f"<select><svg><style></select><img src=x onerror={RUNS}></style></svg></select>",
    f"<noembed><p title='</noembed><img src=x onerror={RUNS}>'></noembed>",
    f"<p><table><a href='https://a.example/'><table><td><script>{RUNS}</script></table></a>",
    f"<a href='https://a.example/'><table><a href='https://b.example/'></table><script>{RUNS}</script>",
    f"<textarea><img title='</textarea><img src=x onerror={RUNS}>'></textarea>",
    f"<title><!--</title><img src=x onerror={RUNS}>--></title>",
    f"<b><i><a href='https://a.example/'><b><p><i></a></b><script>{RUNS}</script>",
    f"<h2><svg><h2><title><svg><script>{RUNS}</script>",
    f"<table><svg><style><td><script>{RUNS}</script></style></svg></table>",
    f"<ruby><rt><script>{RUNS}</script><rp><q cite=javascript:{RUNS}>x",
]  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_that_runs_survives(attack: str) -> None:
    for source in (
        attack,
        f"<p>before {attack} after</p>",
        f"<ul><li>{attack}<table><td>a<td>{attack}</table>",
        attack * 2,
    ):
        body = clean(source)
        assert_harmless(body)
        assert clean(body) == body
        assert_harmless(sanitise(source))


@pytest.mark.parametrize(
    ("opening", "closing", "body"),
    [
        ("<div>", "</div>", "<p>x</p>"),
        ("<span style='font-weight:bold'>", "</span>", "<p><strong>x</strong></p>"),
        ("<b><i><p>", "", "<p><strong><em>x</em></strong></p>"),
        ("<font color=red>", "</font>", "<p>x</p>"),
        ("<svg><math>", "", ""),
        ("<a href=https://a.example>", "</a>", '<p><a href="https://a.example" rel="noopener">x</a></p>'),
        ("<table><tr><td>", "</table>", "<p>x</p>"),
        ("<ul><li>", "</ul>", "<ul><li>" * DEEPEST_BLOCK + "x" + "</li></ul>" * DEEPEST_BLOCK),
        ("<ul>", "", "<ul><li>" * DEEPEST_BLOCK + "x" + "</li></ul>" * DEEPEST_BLOCK),
        ("<blockquote>", "</div>", "<blockquote>" * DEEPEST_BLOCK + "<p>x</p>" + "</blockquote>" * DEEPEST_BLOCK),
        ("<del>", "</del>", ""),
        ("</p></div>", "<!-- ", "<p>x</p>"),
    ],
)
def test_ten_thousand_levels_are_read_like_a_few(opening: str, closing: str, body: str) -> None:
    assert clean(opening * 10_000 + "x" + closing * 10_000) == body


@pytest.mark.parametrize(
    ("source", "body"),
    [
        ("<p " + "a b=c " * 60_000 + ">x", "<p>x</p>"),
        ("".join(f"<font size={size}>x" for size in range(10_000)), f"<p>{'x' * 10_000}</p>"),
        ("<a '" * 100_000, ""),
        ("<!--" * 100_000, ""),
        ("&#" + "9" * 400_000 + ";", "<p>\ufffd</p>"),
        ("<i>" * 100 + "<div>" * 99 + "</i>" * 99_000 + "x" + "</div>" * 99 + "y", "<p><em>x</em></p><p>y</p>"),
        ("\u200b \u3000" * 100_000, ""),
    ],
    ids=["attributes", "left open", "quotes", "comments", "digits", "ends", "nothing"],
)
def test_what_makes_other_parsers_slow_is_read_too(source: str, body: str) -> None:
    assert clean(source) == body


def test_as_many_characters_as_are_allowed_are_cleaned() -> None:
    paragraph = f"<p>{'龙岗' * 245}</p>"
    body = (paragraph * 1100)[: MAXIMUM_CHARACTERS - 4]
    body = body[: body.rindex("<p>")]
    assert clean(body) == body
    longest = f"<p>{'a' * (MAXIMUM_CHARACTERS - 7)}</p>"
    assert clean(longest) == longest


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("a" * (MAXIMUM_CHARACTERS + 1), "the body has 500,001 characters; the most is 500,000 with its markup"),
        ("a" * MAXIMUM_CHARACTERS, "the body is longer when cleaned; the most is 500,000 with its markup"),
        (f"<a href='https://a.example/{'a' * 2000}'>{'<p>x' * 1000}", "the body is longer when cleaned"),
        ("<p>a\0b</p>", "the body holds U+0000 at character 5, which is no text; take it out"),
        ("龙\ud83c", "the body holds U+D83C at character 2"),
        ("\udf75", "the body holds U+DF75 at character 1"),
    ],
    ids=["too long", "too long with markup", "too long with links", "NUL", "half a pair", "other half"],
)
def test_what_cannot_be_a_body_is_refused(body: str, message: str) -> None:
    with pytest.raises(BadInput) as refused:
        clean(body)
    assert refused.value.field == ["body"]
    assert message in refused.value.message
