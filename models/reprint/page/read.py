"""A page: everything that is read of the bytes at an address, once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from urllib.parse import urljoin, urlsplit

from models.errors import BadLanguageTag
from models.language import LanguageTag, parse_language
from models.reprint.page.charset import decoded
from models.reprint.page.display import Display, display
from models.reprint.page.markup import Embedded, Markup, markup_of
from models.reprint.page.published import Context, Precision, Published, PublishedSource, published
from models.reprint.page.structured import Structured, structured

MOST_BYTES: Final = 5 * 1024 * 1024
"""Of a page that are read; what stands behind is left out, and `Page.truncated` says so."""
WECHAT_HOST: Final = "mp.weixin.qq.com"

_HTML: Final = frozenset({"text/html", "application/xhtml+xml"})
_MARKDOWN: Final = frozenset({"text/markdown", "text/x-markdown"})
"""Read as plain text: its marks are no words."""
_MAGIC: Final = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
)
_BEGINS_HTML: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml\b[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)?<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)
"""XHTML begins with an XML declaration, and saved pages with a comment that says where they are from."""
_ENDS_PARAGRAPH: Final = re.compile(r"[.!?…:;。！？：；؟؛]\W*$")
_PLAYER_HOSTS: Final = re.compile(
    r"(?:^|\.)(?:youtube(?:-nocookie)?\.com|youtu\.be|vimeo\.com|dailymotion\.com|bilibili\.com|v\.qq\.com|youku\.com|ixigua\.com|"
    r"douyin\.com|tiktok\.com|rutube\.ru|ok\.ru|vk\.com|vkvideo\.ru|facebook\.com|twitch\.tv|brightcove\.net|jwplayer\.com|"
    r"soundcloud\.com|spotify\.com|ximalaya\.com)$"
)
_AUDIO_HOSTS: Final = re.compile(r"(?:^|\.)(?:soundcloud\.com|spotify\.com|ximalaya\.com)$")


@dataclass(frozen=True)
class Link:
    """A link of a page: its absolute http or https address, its `rel` in small letters, its text, and whether it is shown."""

    url: str
    rel: frozenset[str]
    text: str
    shown: bool


@dataclass(frozen=True)
class Image:
    """An image of a page, shown or not, with its absolute address."""

    src: str
    alt: str


@dataclass(frozen=True)
class Player:
    """A player of a page: `video` or `audio`, and the absolute address of what it plays; None where a script says it."""

    kind: str
    src: str | None


@dataclass(frozen=True)
class Page:
    """What is read of a page.

    :param url: where its bytes came from, after redirects.
    :param media_type: `text/html`, `text/plain`, or what it is instead; such a page holds no text.
    :param charset: that its bytes are in, by Python's name; `damaged` says that characters could not be read.
    :param size: bytes that were given, and `truncated` whether more were given than are read (`MOST_BYTES`).
    :param paragraphs: what is shown of it, in order, white space folded: the text for matching.
    :param display_text: the article alone, a paragraph a line, for showing; empty where it was not found.
    :param language: as it is declared; None where it is not, or wrongly.
    :param canonical: the absolute address that it says it is at; None where it says none.
    :param authors: as it names them, in machine-readable form or in its byline.
    :param metas: `content` of its `<meta>` by name in small letters.
    :param is_free: False where it says that its text is behind a wall.
    :param without_script: what is shown of it where scripts do not run, a paragraph a line.
    :param scripts: the beginning of its scripts and their addresses; `frames` those of its frames.
    :param fields: the types of the fields of its forms, in small letters.
    """

    url: str
    media_type: str
    charset: str
    size: int
    truncated: bool
    damaged: bool = False
    paragraphs: tuple[str, ...] = ()
    display_text: str = ""
    title: str = ""
    published: Published | None = None
    language: LanguageTag | None = None
    canonical: str | None = None
    authors: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    images: tuple[Image, ...] = ()
    players: tuple[Player, ...] = ()
    metas: dict[str, str] = field(default_factory=dict)
    is_free: bool | None = None
    without_script: str = ""
    scripts: str = ""
    frames: tuple[str, ...] = ()
    fields: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        """What is shown of it, a paragraph a line: what `models.reprint.match.match` takes."""
        return "\n".join(self.paragraphs)

    def has_image(self, address: str) -> bool:
        """Whether an image at this address is in it, shown or not, by either scheme and whatever was appended to its query."""
        wanted = _without_scheme(address)
        return any(_is_at(_without_scheme(image.src), wanted) for image in self.images)

    def short_link(self, prefix: str) -> str | None:
        """The first address that begins so: of a link that is shown, or written in the text; None where there is none.

        :param prefix: an absolute address, of which the scheme does not count: `https://s.example.org/r/`.
        """
        wanted = _without_scheme(prefix)
        linked = (link.url for link in self.links if link.shown and _without_scheme(link.url).startswith(wanted))
        if address := next(linked, None):
            return address
        written = re.search(rf"(?<![\w.-])(?:https?://)?{re.escape(wanted)}[\w.~%-]+", self.text, re.ASCII)
        return written.group().rstrip(".") if written else None


def read_page(content: bytes, *, url: str, content_type: str | None) -> Page:
    """Everything that is read of a page, in time linear in what is read of it, at most `MOST_BYTES`. Nothing is fetched.

    :param url: the absolute address that the bytes came from; relative addresses in the page are resolved by it.
    :param content_type: as HTTP says it; None where it says none.
    """
    read = content[:MOST_BYTES]
    media_type = _media_type(read, content_type)
    size, truncated = len(content), len(content) > MOST_BYTES
    if media_type not in _HTML and media_type != "text/plain":
        return Page(url, media_type, "", size, truncated)
    source = decoded(read, content_type)
    if media_type == "text/plain":
        paragraphs = tuple(_paragraphs(source.text))
        text = "\n".join(paragraphs)
        return Page(url, media_type, source.charset, size, truncated, source.broken, paragraphs, text)
    markup = markup_of(source.text)
    said = structured(markup.structured)
    shown = display(markup, url)
    title = shown.title or markup.metas.get("og:title", "") or said.headline or markup.title
    base = _resolved(markup.base, url) or url
    language = _language(
        (markup.language, markup.metas.get("content-language"), said.language, markup.metas.get("og:locale"))
    )
    wechat = source.text if _host(url) == WECHAT_HOST else ""
    context = Context(said.published, wechat, title, url, language.split("-")[0] if language else "")
    return Page(
        url=url,
        media_type="text/html",
        charset=source.charset,
        size=size,
        truncated=truncated,
        damaged=source.broken,
        paragraphs=tuple(markup.paragraphs),
        display_text=shown.text,
        title=title,
        published=published(markup, context) or _dated(shown),
        language=language,
        canonical=_resolved(markup.canonical, base) or _resolved(markup.metas.get("og:url", ""), base),
        authors=said.authors or _authors(markup, shown),
        links=tuple(
            Link(address, anchor.rel, anchor.text, anchor.shown)
            for anchor in markup.anchors
            if (address := _resolved(anchor.href, base))
        ),
        images=tuple(
            Image(address, picture.alt) for picture in markup.pictures if (address := _resolved(picture.src, base))
        ),
        players=tuple(dict.fromkeys(_players(markup, said, base))),
        metas=markup.metas,
        is_free=said.is_free,
        without_script="\n".join(markup.without_script),
        scripts="\n".join(markup.scripts),
        frames=tuple(frame.src for frame in markup.embedded if frame.name == "iframe"),
        fields=frozenset(markup.fields),
    )


def _paragraphs(text: str) -> Iterable[str]:
    """Those of a plain text, white space folded. A line that ends within a sentence goes on in the next one, for a quotation or a
    sentence that was wrapped is one; an empty line ends every paragraph."""
    open_lines: list[str] = []
    for line in text.splitlines():
        if words := " ".join(line.split()):
            open_lines.append(words)
        if open_lines and (not words or _ENDS_PARAGRAPH.search(words)):
            yield " ".join(open_lines)
            open_lines = []
    if open_lines:
        yield " ".join(open_lines)


def _media_type(content: bytes, content_type: str | None) -> str:
    """What the bytes are: by themselves where they say it, then by HTTP, then HTML."""
    known = next((media_type for magic, media_type in _MAGIC if content.startswith(magic)), None)
    said = (content_type or "").partition(";")[0].strip().lower()
    if known or said in _HTML:
        return known or said
    if said in _MARKDOWN:
        return "text/plain"
    if _BEGINS_HTML.match(content[:1024]):
        return "text/html"
    return said or "text/html"


def _resolved(address: str, base: str) -> str | None:
    """An http or https address made absolute, without its fragment's emptiness; None where it is none."""
    address = address.strip()
    if not address or len(address) > 4096:
        return None
    try:
        absolute = urljoin(base, address)
        parts = urlsplit(absolute)
    except ValueError:
        return None
    return absolute if parts.scheme in ("http", "https") and parts.netloc else None


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _without_scheme(address: str) -> str:
    return re.sub("^(?:https?:)?//", "", address, count=1, flags=re.IGNORECASE)


def _is_at(address: str, wanted: str) -> bool:
    return address == wanted or (address.startswith(wanted) and address[len(wanted)] in "&?#")


def _language(said: Iterable[str | None]) -> LanguageTag | None:
    for tag in filter(None, said):
        try:
            return parse_language(tag.replace("_", "-").partition(",")[0].strip())
        except BadLanguageTag:
            continue
    return None


def _authors(markup: Markup, shown: Display) -> tuple[str, ...]:
    said = markup.metas.get("author") or shown.author
    return tuple(name for part in said.split(";") if (name := part.strip()))


def _dated(shown: Display) -> Published | None:
    """The day that htmldate found, where nothing else said any."""
    try:
        day = date.fromisoformat(shown.date)
    except ValueError:
        return None
    return Published(datetime(day.year, day.month, day.day), Precision.DAY, PublishedSource.TEXT)  # noqa: DTZ001


def _players(markup: Markup, said: Structured, base: str) -> Iterable[Player]:
    for embedded in markup.embedded:
        if kind := _player_kind(embedded, base):
            yield Player(kind, _resolved(embedded.src, base))
    for kind, address in said.players:
        yield Player(kind, _resolved(address, base))
    for kind in ("video", "audio"):
        for name in (f"og:{kind}", f"og:{kind}:url", f"og:{kind}:secure_url"):
            if source := _resolved(markup.metas.get(name, ""), base):
                yield Player(kind, source)


def _player_kind(embedded: Embedded, base: str) -> str | None:
    if embedded.name in ("video", "audio"):
        return embedded.name
    host = _host(_resolved(embedded.src, base) or "")
    if not _PLAYER_HOSTS.search(host):
        return None
    return "audio" if _AUDIO_HOSTS.search(host) else "video"
