"""What stands in the HTML of a page: what is shown of it, paragraph by paragraph, and what is said about it.

The tokens of the standard are read (`models.body.source`) and nested with a bounded depth (`models.reprint.page.nesting`), both in time
linear in the length of the source: the tree construction of the standard is quadratic in what a hostile page can hold.

Not shown is what the elements in `NOT_SHOWN` hold, and what `hidden` or `display: none` hide; a `<template shadowrootmode>` is shown where
it stands. `visibility: hidden` hides nothing here: WeChat writes the whole article so and shows it by script. Style sheets are not
read. Readings beside characters (`<ruby>`) are left out, since a text with them would be another text to matching. Around `<q>` stand
the quotation marks that browsers show there.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from models.body.element import BLOCKS, VOID
from models.body.source import End, RawText, Start, Text, tokens
from models.body.style import look
from models.reprint.page.nesting import Frame, Nesting

DEEPEST_WRITTEN: Final = 200
"""Elements inside each other in `Markup.written`: libxml2 stops reading at 256."""
MOST_LINKS: Final = 10_000
MOST_IMAGES: Final = 10_000
MOST_TIMES: Final = 200
MOST_METAS: Final = 500
MOST_STRUCTURED: Final = 524_288
"""Characters of JSON-LD that are kept."""
MOST_SCRIPT: Final = 100_000
"""Characters of scripts, and of what is shown without them, that are kept."""

NOT_SHOWN: Final = frozenset(
    {"template", "datalist", "select", "object", "video", "audio", "canvas", "svg", "applet", "rp", "rt", "noscript"}
)
"""Elements whose content browsers do not show, or show as something else than a text."""

_ATTRIBUTES: Final = frozenset(
    {"alt", "class", "content", "data-lazy-src", "data-original", "data-src", "datetime", "hidden", "href", "http-equiv", "id"}
    | {"itemprop", "itemtype", "lang", "name", "open", "property", "pubdate", "rel", "role", "shadowrootmode", "src", "style", "type"}
)  # fmt: skip
_WRITTEN_ATTRIBUTES: Final = ("class", "id", "itemprop", "role", "href", "rel", "datetime")
_NOT_WRITTEN: Final = frozenset({"html", "head", "body"})
_RAW_TEXT: Final = frozenset({"iframe", "script", "title"})
_RAW_JSON_LD: Final = "application/ld+json"
_DIVIDES: Final = BLOCKS | {"br", "hr", "optgroup", "option", "title", "tr"}


class Anchor(NamedTuple):
    """A link: its `href` and `rel` as they stand there, its text, and whether it is shown."""

    href: str
    rel: frozenset[str]
    text: str
    shown: bool


class Picture(NamedTuple):
    """An image: its address, the one that a script loads late before the one that stands for it, and its `alt`."""

    src: str
    alt: str


class Moment(NamedTuple):
    """A `<time>`, or what else says when by `itemprop`: the machine's form, the property, and whether it is for publication."""

    value: str
    is_published: bool


class Embedded(NamedTuple):
    """A video, audio or frame: its element and its address, empty where it has none."""

    name: str
    src: str


@dataclass
class Markup:
    """What stands in the HTML of a page, in its order.

    :param paragraphs: what is shown, white space folded.
    :param metas: `content` by `name`, `property`, `itemprop` or `http-equiv` in small letters; the first of each.
    :param canonical: the `href` of `<link rel="canonical">`; `base` that of `<base>`.
    :param structured: the content of each JSON-LD script.
    :param scripts: the beginning of the other scripts, and the addresses of those that are files.
    :param without_script: the paragraphs that are shown where scripts do not run.
    :param fields: the types of the fields of its forms.
    :param written: the page written anew: what is shown with its elements, at most `DEEPEST_WRITTEN` deep, without scripts and
        styles, and with few attributes.
    :param elements: how many elements `written` has.
    """

    title: str = ""
    language: str = ""
    base: str = ""
    canonical: str = ""
    paragraphs: list[str] = field(default_factory=list)
    metas: dict[str, str] = field(default_factory=dict)
    structured: list[str] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    embedded: list[Embedded] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    without_script: list[str] = field(default_factory=list)
    fields: set[str] = field(default_factory=set)
    written: str = ""
    elements: int = 0


def markup_of(source: str) -> Markup:
    """What stands in an HTML source, whatever it holds, in time linear in its length."""
    reader = _Reader()
    for token in tokens(source, attributes=_ATTRIBUTES, raw_text=_RAW_TEXT):
        if isinstance(token, Text):
            reader.text(token.text)
        elif isinstance(token, Start):
            reader.start(token.name, token.attributes)
        elif isinstance(token, End):
            reader.end(token.name)
        else:
            reader.raw_text(token)
    return reader.finished()


class _Reader:
    """Nests tokens and keeps what they say."""

    def __init__(self) -> None:
        self.markup = Markup()
        self.nesting = Nesting()
        self.paragraph: list[str] = []
        self.anchor: tuple[str, frozenset[str], list[str], bool] | None = None
        self.written: list[str] = []
        self.depth_written = 0
        self.kept_structured = self.kept_script = 0

    def text(self, text: str) -> None:
        frame = self.nesting.innermost
        if frame.without_script:
            self._aside(text)
        if self.anchor is not None and self.anchor[3] == frame.shown:
            self.anchor[2].append(text)
        if not frame.shown:
            return
        if frame.preformatted and "\n" in text:
            lines = text.split("\n")
            for line in lines[:-1]:
                self._shown(f"{line}\n")
                self._divide()
            text = lines[-1]
        self._shown(text)

    def _shown(self, text: str) -> None:
        self.paragraph.append(text)
        self.written.append(html.escape(text, quote=False))

    def _aside(self, text: str) -> None:
        if self.kept_script < MOST_SCRIPT and text.strip():
            self.markup.without_script.append(_folded([text]))
            self.kept_script += len(text)

    def _divide(self) -> None:
        if self.paragraph:
            if text := _folded(self.paragraph):
                self.markup.paragraphs.append(text)
            self.paragraph.clear()

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name in _DIVIDES:
            self._divide()
        if name in VOID:
            self._void(name, attributes)
            return
        if name == "a":
            self._end_anchor()
        self._closed(self.nesting.end_before(name))
        self._said(name, attributes)
        if not self.nesting.passes_over(name):
            self._open(name, attributes, self.nesting.innermost)
            if name == "q" and self.nesting.innermost.shown:
                self._shown("“")

    def _open(self, name: str, attributes: Mapping[str, str], outer: Frame) -> None:
        style = attributes.get("style", "")
        said = look(style, "") if style else None
        not_shown = name in NOT_SHOWN and "shadowrootmode" not in attributes
        hidden = "hidden" in attributes or not_shown or (said is not None and said.hidden)
        shown = outer.shown and not hidden and not (name == "dialog" and "open" not in attributes)
        preformatted = outer.preformatted or name in ("pre", "listing")
        if said is not None and said.preformatted is not None:
            preformatted = said.preformatted
        is_written = shown and self.depth_written < DEEPEST_WRITTEN and name not in _NOT_WRITTEN and _is_name(name)
        if is_written:
            self.depth_written += 1
            self._write(name, attributes)
        without_script = outer.without_script or name == "noscript"
        self.nesting.open(Frame(name, shown, without_script, preformatted, is_written))
        if name == "a" and "href" in attributes:
            rel = frozenset(attributes.get("rel", "").lower().split())
            self.anchor = (attributes["href"].strip(), rel, [], shown)

    def _write(self, name: str, attributes: Mapping[str, str]) -> None:
        given = "".join(f' {key}="{html.escape(attributes[key])}"' for key in _WRITTEN_ATTRIBUTES if key in attributes)
        self.written.append(f"<{name}{given}>")
        self.markup.elements += 1

    def _void(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "meta":
            self._meta(attributes)
        elif name == "img":
            self._picture(attributes)
        elif name == "base":
            self.markup.base = self.markup.base or attributes.get("href", "").strip()
        elif name == "link" and "canonical" in attributes.get("rel", "").lower().split():
            self.markup.canonical = self.markup.canonical or attributes.get("href", "").strip()
        elif name == "input":
            self.markup.fields.add(attributes.get("type", "text").lower()[:20])
        elif name in ("source", "embed") and len(self.markup.embedded) < MOST_IMAGES:
            opened = self.nesting.innermost.name if self.nesting.innermost.name in ("video", "audio") else name
            self.markup.embedded.append(Embedded(opened, attributes.get("src", "").strip()))
        elif name == "area" and "href" in attributes and len(self.markup.anchors) < MOST_LINKS:
            rel = frozenset(attributes.get("rel", "").lower().split())
            self.markup.anchors.append(Anchor(attributes["href"].strip(), rel, "", self.nesting.innermost.shown))
        elif name in ("br", "hr") and self.nesting.innermost.shown:
            self.written.append(f"<{name}>")
            self.markup.elements += 1

    def _meta(self, attributes: Mapping[str, str]) -> None:
        content = attributes.get("content", "").strip()
        for kind in ("property", "name", "itemprop", "http-equiv"):
            key = attributes.get(kind, "").strip().lower()
            if key and content and len(self.markup.metas) < MOST_METAS:
                self.markup.metas.setdefault(key, content)

    def _picture(self, attributes: Mapping[str, str]) -> None:
        late = (attributes.get(name, "") for name in ("data-src", "data-original", "data-lazy-src", "src"))
        src = next((address.strip() for address in late if address.strip()), "")
        if src and not src.startswith("data:") and len(self.markup.pictures) < MOST_IMAGES:
            self.markup.pictures.append(Picture(src, attributes.get("alt", "").strip()))

    def _said(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "html":
            self.markup.language = self.markup.language or attributes.get("lang", "").strip()
        elif name in ("video", "audio") and len(self.markup.embedded) < MOST_IMAGES:
            self.markup.embedded.append(Embedded(name, attributes.get("src", "").strip()))
        stated = attributes.get("datetime") or attributes.get("content")
        is_published = "pubdate" in attributes or attributes.get("itemprop", "").lower() == "datepublished"
        if stated and (name == "time" or is_published) and len(self.markup.moments) < MOST_TIMES:
            self.markup.moments.append(Moment(stated.strip(), is_published))

    def raw_text(self, token: RawText) -> None:
        if token.name == "title":
            if not self.markup.title and not self.nesting.is_open("svg"):
                self.markup.title = _folded([html.unescape(token.text[:2000])])
        elif token.name == "iframe":
            source = token.attributes.get("src", "") or token.attributes.get("data-src", "")
            if source and len(self.markup.embedded) < MOST_IMAGES:
                self.markup.embedded.append(Embedded("iframe", source.strip()))
        elif token.attributes.get("type", "").strip().lower() == _RAW_JSON_LD:
            if self.kept_structured + len(token.text) <= MOST_STRUCTURED:
                self.markup.structured.append(token.text)
                self.kept_structured += len(token.text)
        elif self.kept_script < MOST_SCRIPT:
            script = f"{token.attributes.get('src', '')} {token.text}"[: MOST_SCRIPT - self.kept_script]
            self.markup.scripts.append(script)
            self.kept_script += len(script)

    def end(self, name: str) -> None:
        if name in _DIVIDES:
            self._divide()
        if name == "a":
            self._end_anchor()
        self._closed(self.nesting.end(name))

    def _closed(self, frames: Iterable[Frame]) -> None:
        for frame in frames:
            if frame.name == "q" and frame.shown:
                self._shown("”")
            if frame.written:
                self.written.append(f"</{frame.name}>")
                self.depth_written -= 1

    def _end_anchor(self) -> None:
        if self.anchor is not None:
            href, rel, text, shown = self.anchor
            if href and len(self.markup.anchors) < MOST_LINKS:
                self.markup.anchors.append(Anchor(href, rel, _folded(text), shown))
            self.anchor = None

    def finished(self) -> Markup:
        self._divide()
        self._end_anchor()
        self.written += [f"</{frame.name}>" for frame in reversed(self.nesting.frames) if frame.written]
        self.markup.written = "".join(self.written)
        return self.markup


def _is_name(name: str) -> bool:
    return name.isascii() and name.isalnum()


def _folded(texts: Iterable[str]) -> str:
    return " ".join("".join(texts).split())
