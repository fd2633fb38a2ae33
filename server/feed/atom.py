"""Atom (RFC 4287), with tombstones (RFC 6721) for what was taken back, in pages (RFC 5005)."""

from __future__ import annotations

from typing import Final
from xml.etree import ElementTree as ET  # only ever written with: nothing from outside is parsed

from models.base import JsonObject
from models.document import timestamp
from models.feed import FeedItem, TakenBack
from server.feed.page import FeedDocument, files, named, xml_text

MEDIA_TYPE: Final = "application/atom+xml"
ATOM: Final = "http://www.w3.org/2005/Atom"
TOMBSTONES: Final = "http://purl.org/atompub/tombstones/1.0"


def write(document: FeedDocument) -> bytes:
    """The page as an Atom feed document."""
    # Names are written with their prefixes: ElementTree keeps those that it is told of for the whole process.
    feed = ET.Element("feed", {"xmlns": ATOM, "xmlns:at": TOMBSTONES})
    _add(feed, "id", document.first_url)
    _add(feed, "title", document.title)
    _add(feed, "updated", timestamp(document.updated))
    _add(ET.SubElement(feed, "author"), "name", document.title)
    _link(feed, "self", document.self_url, MEDIA_TYPE)
    _link(feed, "first", document.first_url, MEDIA_TYPE)
    if document.next_url is not None:
        _link(feed, "next", document.next_url, MEDIA_TYPE)
    for item in document.items:
        if item.taken_back is not None:
            _tombstone(feed, item.part, item.taken_back)
        else:
            _entry(feed, item, document)
    written: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def _entry(feed: ET.Element, item: FeedItem, document: FeedDocument) -> None:
    part, about = item.part, item.story.document["story"]
    entry = ET.SubElement(feed, "entry", {"xml:lang": part["language"]})
    _add(entry, "id", part["uri"])
    _add(entry, "title", part["headline"] or about["slugline"] or part["uri"])
    _add(entry, "updated", part["versionCreated"])
    if about["contentCreated"]:
        _add(entry, "published", about["contentCreated"])
    if part["by"]:
        _add(ET.SubElement(entry, "author"), "name", part["by"])
    for subject in about["subjects"]:
        label = xml_text(named(subject["names"], part["language"]))
        ET.SubElement(entry, "category", {"term": subject["code"], "label": label})
    for asset, rendition, href in files(item, document):
        link = _link(entry, "enclosure", href, rendition["mimeType"])
        link.set("length", str(rendition["size"]))
        link.set("title", xml_text(named(asset["captions"], part["language"])))
    for sibling in item.siblings:
        _link(entry, "related", sibling.part["uri"], None).set("hreflang", sibling.part["language"])
    _add(entry, "rights", _rights(item))
    if part["description"]:
        _add(entry, "summary", part["description"])
    if item.readable and part["body"]:
        _add(entry, "content", part["body"]).set("type", "html")
    else:  # without content there would have to be a page to point to (RFC 4287, section 4.1.2)
        _add(entry, "content", part["description"] or part["headline"])


def _rights(item: FeedItem) -> str:
    terms, language = item.terms, item.part["language"]
    parts = [terms["copyrightNotice"], terms["usageTerms"]]
    said = [named(value, language) if isinstance(value, dict) else value for value in parts]
    return " ".join(text for text in said if text) or str(terms["key"])


def _tombstone(feed: ET.Element, part: JsonObject, gone: TakenBack) -> None:
    when = timestamp(gone.at) or ""
    entry = ET.SubElement(feed, "at:deleted-entry", {"ref": part["uri"], "when": when})
    comment = ET.SubElement(entry, "at:comment", {"xml:lang": part["language"]})
    comment.text = xml_text(gone.text)


def _add(parent: ET.Element, name: str, text: str | None) -> ET.Element:
    element = ET.SubElement(parent, name)
    element.text = xml_text(text)
    return element


def _link(parent: ET.Element, relation: str, href: str, media_type: str | None) -> ET.Element:
    link = ET.SubElement(parent, "link", {"rel": relation, "href": xml_text(href)})
    if media_type is not None:
        link.set("type", media_type)
    return link
