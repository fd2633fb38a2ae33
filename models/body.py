"""Bodies: sanitised HTML, the plain text of it, and how long it is."""

from __future__ import annotations

import html
import re
import unicodedata

import nh3

_TAGS = {
    "a", "blockquote", "br", "em", "figcaption", "figure", "h2", "h3", "h4", "hr", "li", "ol", "p", "strong", "sub", "sup",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "title"},
    "p": {"dir", "lang"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
_BLOCK_END = re.compile(r"</(?:p|h[2-4]|li|blockquote|tr|figcaption)>|<br\s*/?>|<hr\s*/?>")
_TAG = re.compile(r"<[^>]*>")
_SPACES = re.compile(r"[ \t\u00a0]+")
_IDEOGRAPHIC = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|[\U00020000-\U0003134f]")


def sanitise(body: str) -> str:
    """The body with everything removed that is not plain editorial HTML: no scripts, styles, frames, handlers or odd URLs."""
    cleaned: str = nh3.clean(
        body, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https", "mailto"}, link_rel="noopener"
    )
    return cleaned


def from_paragraphs(paragraphs: list[str]) -> str:
    """An HTML body of plain paragraphs."""
    return "".join(f"<p>{html.escape(paragraph, quote=False)}</p>" for paragraph in paragraphs)


def plain_text(body: str) -> str:
    """The text of a sanitised body: one line a block, no markup."""
    text = html.unescape(_TAG.sub("", _BLOCK_END.sub("\n", body)))
    lines = (_SPACES.sub(" ", line).strip() for line in unicodedata.normalize("NFC", text).split("\n"))
    return "\n".join(line for line in lines if line)


def count_characters(text: str) -> int:
    """Characters other than white space, as newsrooms that write Chinese or Japanese count."""
    return sum(not character.isspace() for character in text)


def count_words(text: str) -> int:
    """Words of scripts with spaces, plus one for each Chinese or Japanese character, as word processors count."""
    ideographs = len(_IDEOGRAPHIC.findall(text))
    spaced = _IDEOGRAPHIC.sub(" ", text).split()
    return ideographs + sum(any(character.isalnum() for character in word) for word in spaced)
