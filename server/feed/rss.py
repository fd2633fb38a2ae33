"""RSS 2.0 with Media RSS. It knows no tombstones: an item that was taken back keeps its guid, and says so in the place of its content."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime
from typing import Final
from xml.etree import ElementTree as ET  # only ever written with: nothing from outside is parsed

from models.feed import FeedItem
from server.feed.page import FeedDocument, files, gone_title, named, xml_text

MEDIA_TYPE: Final = "application/rss+xml"
MEDIA: Final = "http://search.yahoo.com/mrss/"
DUBLIN_CORE: Final = "http://purl.org/dc/elements/1.1/"
CONTENT: Final = "http://purl.org/rss/1.0/modules/content/"
ATOM: Final = "http://www.w3.org/2005/Atom"
_NAMESPACES: Final = {"xmlns:media": MEDIA, "xmlns:dc": DUBLIN_CORE, "xmlns:content": CONTENT, "xmlns:atom": ATOM}


def write(document: FeedDocument) -> bytes:
    """The page as an RSS document."""
    rss = ET.Element("rss", {"version": "2.0", **_NAMESPACES})
    channel = ET.SubElement(rss, "channel")
    _add(channel, "title", document.title)
    _add(channel, "link", document.first_url)
    _add(channel, "description", document.title)
    _add(channel, "lastBuildDate", format_datetime(document.updated))
    links = {"self": document.self_url, "first": document.first_url, "next": document.next_url}
    for relation, href in links.items():
        if href is not None:
            ET.SubElement(channel, "atom:link", {"rel": relation, "href": href, "type": MEDIA_TYPE})
    for item in document.items:
        _item(channel, item, document)
    written: bytes = ET.tostring(rss, encoding="utf-8", xml_declaration=True)
    return written


def _item(channel: ET.Element, item: FeedItem, document: FeedDocument) -> None:
    part, about = item.part, item.story.document["story"]
    language = part["language"]
    element = ET.SubElement(channel, "item")
    _add(element, "guid", part["uri"]).set("isPermaLink", "false")
    _add(element, "dc:language", language)
    if (gone := item.taken_back) is not None:
        _add(element, "title", gone_title(gone, language))
        _add(element, "description", gone.text)
        _add(element, "pubDate", format_datetime(gone.at))
        return
    _add(element, "title", part["headline"] or about["slugline"] or part["uri"])
    _add(element, "description", part["description"] or part["headline"])
    _add(element, "pubDate", format_datetime(datetime.fromisoformat(part["versionCreated"])))
    if part["by"]:
        _add(element, "dc:creator", part["by"])
    for subject in about["subjects"]:
        _add(element, "category", named(subject["names"], language)).set("domain", subject["code"])
    if item.readable and part["body"]:
        _add(element, "content:encoded", part["body"])
    found = files(item, document)
    for asset, rendition, href in found:
        media = ET.SubElement(
            element,
            "media:content",
            {"url": xml_text(href), "type": rendition["mimeType"], "fileSize": str(rendition["size"])},
        )
        for name in ("width", "height"):
            if rendition[name]:
                media.set(name, str(rendition[name]))
        caption = named(asset["captions"], language)
        if caption:
            _add(media, "media:description", caption).set("type", "plain")
        if asset["credit"]:
            _add(media, "media:credit", asset["credit"])
    if found:
        _, rendition, href = found[0]
        ET.SubElement(
            element,
            "enclosure",
            {"url": xml_text(href), "length": str(rendition["size"]), "type": rendition["mimeType"]},
        )


def _add(parent: ET.Element, name: str, text: str | None) -> ET.Element:
    element = ET.SubElement(parent, name)
    element.text = xml_text(text)
    return element
