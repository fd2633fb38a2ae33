"""Pasted HTML as tokens, in time linear in its length whatever it holds.

The tree construction of the HTML standard is quadratic, and worse, in what a hostile or broken paste can hold: elements
nested in each other, attributes of one tag, formatting elements left open (lexbor 2 took 16 s for 45,000 nested `div`, 47 s
for 60,000 attributes, and 6 GB for 10,000 open `font`, each in half a megabyte). So the tokens of the standard are read
here, and `models.body.read` nests them with a bounded depth. Comments, and elements whose content the standard reads as
raw text and browsers do not show (scripts, styles), give no token.

Nothing depends on this for safety: what is made of the tokens is written anew and sanitised.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Set
from html.entities import html5
from typing import Final, NamedTuple


class Start(NamedTuple):
    """A start tag; the name in small letters, of the attributes only those in `ATTRIBUTES`, decoded."""

    name: str
    attributes: dict[str, str]


class End(NamedTuple):
    """An end tag; the name in small letters."""

    name: str


class Text(NamedTuple):
    """Characters that are shown, character references decoded."""

    text: str


class RawText(NamedTuple):
    """An element whose content the standard reads as raw text, whole; the content is as the source has it."""

    name: str
    attributes: dict[str, str]
    text: str


Token = Start | End | Text | RawText

ATTRIBUTES: Final = frozenset(
    {"aria-level", "class", "colspan", "dir", "hidden", "href", "lang", "role", "rowspan", "scope", "start", "style"}
    | {"title", "value"}
)
"""Attributes that say something to the cleaner."""

_RAW_TEXT = frozenset({"iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp"})
_RAW_END = {name: re.compile(f"</{name}(?=[ \t\n\f\r/>])", re.IGNORECASE) for name in _RAW_TEXT}
_COMMENT_END = re.compile("--!?>")
_NAME = re.compile("[a-zA-Z][^ \t\n\f\r/>]*")
_BEFORE_ATTRIBUTE = re.compile("[ \t\n\f\r/]*")
_ATTRIBUTE = re.compile("([^ \t\n\f\r/>][^ \t\n\f\r/>=]*)(?:[ \t\n\f\r]*=[ \t\n\f\r]*(\"|'|[^ \t\n\f\r>]*))?")
_REFERENCE = re.compile("&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[a-zA-Z][a-zA-Z0-9]*;?)")
_NUMERIC_REFERENCE = re.compile("&#(?:([xX])0*([0-9a-fA-F]+)|0*([0-9]+));?")
_LONGEST_NUMBER = 7
"""Digits of a numeric reference to any character; `html.unescape` fails on thousands (Python 3.11)."""
_CLIPBOARD_HEADER = re.compile(r"\AVersion:\d[^<]{0,400}StartHTML:[^<]{0,400}")


def tokens(source: str, *, attributes: Set[str] = ATTRIBUTES, raw_text: Set[str] = frozenset()) -> Iterator[Token]:
    """The tokens of an HTML source in its order. The header that Windows puts before HTML in its clipboard is left out.

    :param attributes: the names of those that tokens have.
    :param raw_text: the names of elements of raw text that give a token.
    """
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    header = _CLIPBOARD_HEADER.match(source)
    position = header.end() if header else 0
    while position < len(source):
        opening = source.find("<", position)
        if opening != position:
            yield Text(_decoded_text(source[position : opening if opening >= 0 else None]))
        if opening < 0:
            return
        position = opening + 1
        if name := _NAME.match(source, position):
            tag = name.group().lower()
            given, position, closed = _attributes(source, name.end(), attributes)
            if position < 0:
                return
            yield from _opened(tag, given, closed)
            if tag in _RAW_TEXT:
                start, position = position, _after_raw_text(source, position, tag)
                if tag in raw_text:
                    yield RawText(tag, given, source[start:position])
        elif source.startswith("/", position) and (name := _NAME.match(source, position + 1)):
            _, position, _ = _attributes(source, name.end(), frozenset())
            if position < 0:
                return
            yield End(name.group().lower())
        elif source.startswith(("!", "?", "/"), position):
            position = _after_comment(source, position)
        else:
            yield Text("<")


def _opened(name: str, attributes: dict[str, str], closed: bool) -> Iterator[Token]:
    """The tokens of a start tag: none for raw text; a start and an end for an empty element of XML (`<o:p/>`)."""
    if name in _RAW_TEXT:
        return
    yield Start(name, attributes)
    if closed and ":" in name:
        yield End(name)


def _attributes(source: str, position: int, wanted: Set[str]) -> tuple[dict[str, str], int, bool]:
    """The attributes of a tag, the position after the tag, and whether it ended in `/>`; −1 where the source ends first."""
    found: dict[str, str] = {}
    while True:
        between = _BEFORE_ATTRIBUTE.match(source, position)
        assert between is not None
        position = between.end()
        if source.startswith(">", position):
            return found, position + 1, between.group().endswith("/")
        attribute = _ATTRIBUTE.match(source, position)
        if attribute is None:
            return found, -1, False
        value, position = attribute[2] or "", attribute.end()
        if value in ('"', "'"):
            end = source.find(value, position)
            if end < 0:
                return found, -1, False
            value, position = source[position:end], end + 1
        name = attribute[1].lower()
        if name in wanted and name not in found:
            found[name] = _REFERENCE.sub(_decoded_in_attribute, value)


def _after_raw_text(source: str, position: int, name: str) -> int:
    end = _RAW_END[name].search(source, position)
    return len(source) if end is None else end.start()


def _after_comment(source: str, position: int) -> int:
    """The position after a comment, a declaration, or what the standard reads as a comment: `<![if !supportLists]>`."""
    if not source.startswith("!--", position):
        end = source.find(">", position)
        return len(source) if end < 0 else end + 1
    for empty in ("!-->", "!--->"):
        if source.startswith(empty, position):
            return position + len(empty)
    closing = _COMMENT_END.search(source, position + 3)
    return len(source) if closing is None else closing.end()


def _decoded_text(text: str) -> str:
    return html.unescape(_NUMERIC_REFERENCE.sub(_without_long_number, text)) if "&" in text else text


def _without_long_number(reference: re.Match[str]) -> str:
    kind, number = reference[1] or "", reference[2] or reference[3]
    return f"&#{kind}{number};" if len(number) <= _LONGEST_NUMBER else "\ufffd"


def _decoded_in_attribute(reference: re.Match[str]) -> str:
    """As the standard says of attributes: a name without its semicolon before `=` is a parameter of a URL."""
    name = reference.group()[1:]
    if name.startswith("#"):
        return _decoded_text(reference.group())
    if name not in html5 or (not name.endswith(";") and reference.string.startswith("=", reference.end())):
        return reference.group()
    return html5[name]
