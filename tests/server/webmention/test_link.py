"""Whether a page links to exactly one address, by the kind of page."""

from __future__ import annotations

import pytest

from models.webmention.link import holds_link

TARGET = "https://pool.example.org/s/abc"
PAGE = "https://news.example.fr/a/page.html"


@pytest.mark.parametrize(
    "body",
    [
        f'<a href="{TARGET}">source</a>',
        f"<A HREF=' {TARGET}#part '>source</A>",
        f'<img src="{TARGET}">',
        f'<video poster="{TARGET}"></video>',
        f'<img srcset="x.png 1x, {TARGET} 2x">',
        f'<blockquote cite="{TARGET}">words</blockquote>',
        f'<noscript><a href="{TARGET}">x</a></noscript>',
        '<a href="HTTPS://Pool.Example.org/s/abc">x</a>',
        '<base href="https://pool.example.org/"><a href="s/abc">x</a>',
        '<a href="//pool.example.org/s/abc">x</a>',
        '<a href="https://pool.example.org/s/&#97;bc">x</a>',
        f'<p>unclosed <a href="{TARGET}"',
    ],
)
def test_what_leads_or_loads_is_a_link(body: str) -> None:
    assert holds_link(f"<!DOCTYPE html><body>{body} <p>end</p>".encode(), "text/html; charset=utf-8", PAGE, TARGET)


@pytest.mark.parametrize(
    "body",
    [
        "",
        TARGET,
        f"<!-- <a href='{TARGET}'> -->",
        f"<script>var a = '<a href=\"{TARGET}\">'</script>",
        f"<p title='{TARGET}'>x</p>",
        '<a href="https://pool.example.org/s/abcd">x</a>',
        '<a href="https://pool.example.org/s/ABC">x</a>',
        '<a href="https://pool.example.org/s/abc?x=1">x</a>',
        '<a href="http://pool.example.org/s/abc">x</a>',
        '<a href="https://pool.example.org:444/s/abc">x</a>',
        '<a href="https://pool.example.org.evil.example/s/abc">x</a>',
        '<a href="/s/abc">x</a>',
        f'<a href="https://evil.example/?u={TARGET}">x</a>',
        '<a href="https://[/s/abc">x</a>',
    ],
)
def test_what_is_no_link_to_it_is_none(body: str) -> None:
    assert not holds_link(body.encode(), "text/html", PAGE, TARGET)


@pytest.mark.parametrize(
    ("content_type", "body", "holds"),
    [
        ("text/plain", f"see {TARGET}.", True),
        ("text/plain", f"see {TARGET}d", False),
        ("text/plain; charset=utf-16", f"see {TARGET}", True),
        ("application/json", f'{{"a": [{{"b": "{TARGET}"}}]}}', True),
        ("application/activity+json", f'"{TARGET}"', True),
        ("application/json", f'{{"a": "see {TARGET}"}}', False),
        ("application/json", "[" * 100_000, False),
        ("application/json", f"{TARGET}", False),
        ("application/xml", f"<link>{TARGET}</link>", True),
        (None, f'<a href="{TARGET}">x</a>', True),
    ],
    ids=lambda value: str(value)[:30] if isinstance(value, str) else None,
)
def test_other_kinds_have_rules_of_their_own(content_type: str | None, body: str, holds: bool) -> None:
    charset = "utf-16" if "utf-16" in (content_type or "") else "utf-8"
    assert holds_link(body.encode(charset), content_type, PAGE, TARGET) is holds
