"""Plain text and bodies: one made of the other, and how long a text is."""

from __future__ import annotations

import html
import re
import unicodedata

_BLOCK = re.compile(
    r"</?(?:blockquote|figcaption|figure|h[2-4]|li|ol|p|table|tbody|thead|tr|ul)(?:\s[^>]*)?>|<[bh]r(?:\s[^>]*)?/?>"
)
_CELL_END = re.compile(r"</t[dh]>")
_TAG = re.compile(r"<[^>]*>")
_SPACES = re.compile(r"[ \t\u00a0]+")
_IDEOGRAPHIC = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|[\U00020000-\U0003134f]")


def from_paragraphs(paragraphs: list[str]) -> str:
    """An HTML body of plain paragraphs."""
    return "".join(f"<p>{html.escape(paragraph, quote=False)}</p>" for paragraph in paragraphs)


def plain_text(body: str) -> str:
    """The text of a sanitised body: one line a block and a row of a table, no markup."""
    text = html.unescape(_TAG.sub("", _CELL_END.sub(" ", _BLOCK.sub("\n", body))))
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
