"""Whether a page holds a link to exactly one address (Webmention, section 3.2.2: verification by the kind of page)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urljoin, urlsplit, urlunsplit

import orjson
from selectolax.lexbor import LexborHTMLParser

from models.reprint.page.charset import decoded

_ATTRIBUTES: Final = ("href", "src", "poster", "cite", "data")
_SELECTOR: Final = ", ".join(f"[{name}]" for name in (*_ATTRIBUTES, "srcset"))
_HTML: Final = ("text/html", "application/xhtml+xml", "")
_MOST_VALUES: Final = 1_000_000
_GOES_ON: Final = "[A-Za-z0-9_~%-]"
"""What would make another address of one that stands in front of it."""


def holds_link(body: bytes, content_type: str | None, url: str, target: str) -> bool:
    """Whether a page links to the target.

    In HTML that is an attribute which loads or leads somewhere; what stands in comments, in scripts or in text alone is no link. In JSON it
    is a value. In anything else it is the address in the text. Fragments are left out of account; nothing else is.

    :param url: of the page, for what it says relatively.
    :param target: as it was sent.
    """
    media_type = (content_type or "").partition(";")[0].strip().lower()
    text, wanted = decoded(body, content_type).text, _compared(target)
    if media_type in _HTML:
        return any(_compared(link) == wanted for link in _links(text, url))
    if media_type == "application/json" or media_type.endswith("+json"):
        return any(_compared(value) == wanted for value in _strings(text))
    bare = target.partition("#")[0]
    return re.search(f"{re.escape(bare)}(?!{_GOES_ON})", text) is not None


def _links(text: str, url: str) -> Iterator[str]:
    page = LexborHTMLParser(text)
    base = page.css_first("base[href]")
    root = _joined(url, (base.attributes.get("href") if base is not None else None) or "")
    for node in page.css(_SELECTOR):
        for name in _ATTRIBUTES:
            if value := node.attributes.get(name):
                yield _joined(root, value)
        for candidate in (node.attributes.get("srcset") or "").split(","):
            if candidate.strip():
                yield _joined(root, candidate.split()[0])


def _joined(base: str, link: str) -> str:
    try:
        return urljoin(base, link.strip())
    except ValueError:
        return ""


def _compared(url: str) -> str:
    """An address without its fragment, scheme and host in small letters (RFC 3986, section 6.2.2.1)."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path, parts.query, ""))


def _strings(text: str) -> Iterator[str]:
    try:
        pending: list[object] = [orjson.loads(text)]
    except orjson.JSONDecodeError:
        return
    for _ in range(_MOST_VALUES):
        if not pending:
            return
        value = pending.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            pending += value
        elif isinstance(value, dict):
            pending += value.values()
