"""Atom (RFC 4287): each entry an item, tombstones (RFC 6721) as withdrawn ones. XML is read without entities (defusedxml)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from xml.etree.ElementTree import Element, ParseError, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from models.errors import BadLanguageTag
from models.importing.item import Note, ReadItem, Unreadable
from models.importing.ninjs import as_paragraphs
from models.language import LanguageTag, parse_language
from models.variant import Form

_ATOM: Final = "{http://www.w3.org/2005/Atom}"
_TOMBSTONE: Final = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_KNOWN: Final = {"id", "title", "updated", "published", "summary", "content", "author", "category", "link"}


def read_atom(text: bytes, fallback: LanguageTag | None = None) -> Iterator[ReadItem | Unreadable]:
    """The entries of a feed, or the one entry that the text is; one that cannot be taken as what is wrong with it.

    :raises Unreadable: it is no Atom, or holds entities.
    """
    try:
        root = fromstring(text)
    except DefusedXmlException as error:
        raise Unreadable(f"the XML declares entities, which are not read: {type(error).__name__}") from None
    except ParseError as error:
        raise Unreadable(f"the file is not XML: {error}") from None
    if root.tag not in (f"{_ATOM}feed", f"{_ATOM}entry"):
        raise Unreadable(f"the file is no Atom: it begins with {root.tag[:80]}")
    entries = (
        [root] if root.tag == f"{_ATOM}entry" else [one for one in root if one.tag in (f"{_ATOM}entry", _TOMBSTONE)]
    )
    for entry in entries:
        try:
            yield _read(entry, entry.get(_LANG) or root.get(_LANG), fallback)
        except Unreadable as problem:
            yield problem


def _read(entry: Element, tag: str | None, fallback: LanguageTag | None) -> ReadItem:
    if entry.tag == _TOMBSTONE:
        return ReadItem(
            entry.get("ref", ""),
            fallback or LanguageTag("und"),
            Form.ARTICLE,
            "-",
            is_withdrawn=True,
            source=_source(entry),
        )
    uri = _text(entry, "id")
    if not uri:
        raise Unreadable("an entry has no id")
    language = _language(tag, fallback, uri)
    headline = _text(entry, "title")
    if not headline:
        raise Unreadable(f"{uri} has no title")
    notes = []
    links = [link for link in entry.findall(f"{_ATOM}link") if link.get("rel") == "enclosure"]
    if links:
        notes.append(Note("link", f"{len(links)} enclosures are not fetched; attach them by attachAsset"))
    for child in entry:
        name = child.tag.removeprefix(_ATOM)
        if name not in _KNOWN:
            notes.append(Note(name, "it is kept with the imported document; the desk has no place for it"))
    names = [author.findtext(f"{_ATOM}name", "").strip() for author in entry.findall(f"{_ATOM}author")]
    return ReadItem(
        uri=uri,
        language=language,
        form=Form.ARTICLE,
        headline=headline,
        version=_text(entry, "updated"),
        description=_text(entry, "summary"),
        body=_content(entry, notes),
        by=", ".join(name for name in names if name) or None,
        created=_moment(entry, "published") or _moment(entry, "updated"),
        codes={"subjects": tuple(one.get("term", "") for one in entry.findall(f"{_ATOM}category"))},
        source=_source(entry),
        notes=tuple(notes),
    )


def _source(entry: Element) -> dict[str, str]:
    return {"atom": tostring(entry, encoding="unicode")}


def _text(entry: Element, name: str) -> str | None:
    found = entry.find(f"{_ATOM}{name}")
    return None if found is None else "".join(found.itertext()).strip() or None


def _content(entry: Element, notes: list[Note]) -> str:
    content = entry.find(f"{_ATOM}content")
    if content is None:
        return ""
    kind = content.get("type", "text")
    if content.get("src") is not None:
        notes.append(Note("content", "it lies elsewhere, and is not fetched"))
        return ""
    if kind in ("html", "text/html"):
        return content.text or ""
    if kind in ("xhtml", "application/xhtml+xml"):
        return "".join(tostring(child, encoding="unicode", method="html") for child in content)
    return as_paragraphs("".join(content.itertext()))


def _language(tag: str | None, fallback: LanguageTag | None, uri: str) -> LanguageTag:
    if tag is None:
        if fallback is None:
            raise Unreadable(f"{uri} names no language; give one for such documents")
        return fallback
    try:
        return parse_language(tag)
    except BadLanguageTag as error:
        raise Unreadable(f"{uri}: {error.message}") from None


def _moment(entry: Element, name: str) -> datetime | None:
    value = _text(entry, name)
    try:
        moment = datetime.fromisoformat(value) if value else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None
