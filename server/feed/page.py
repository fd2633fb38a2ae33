"""What every format is given to write."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from models.base import JsonObject
from models.feed import FeedItem, TakenBack
from models.language import wording
from models.story import PubStatus
from schema.media import MediaAddress

_NOT_XML: Final = re.compile(r"[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


_GONE_TITLES: Final = {
    PubStatus.CANCELED: {"en": "Withdrawn", "zh": "已撤回"},
    PubStatus.WITHHELD: {"en": "Withheld", "zh": "暂停使用"},
}


@dataclass(frozen=True)
class FeedDocument:
    """A page of a feed with its addresses.

    :param self_url: of this page; `first_url` is that of the first, `next_url` that of the next where there is one. They hold no secret.
    :param updated: of the newest change in it.
    :param address: gives the addresses of files.
    """

    title: str
    self_url: str
    first_url: str
    next_url: str | None
    updated: datetime
    items: tuple[FeedItem, ...]
    address: MediaAddress


def xml_text(text: str | None) -> str:
    """Text without the characters that no XML 1.0 document can hold."""
    return _NOT_XML.sub("", text or "")


def named(names: Mapping[str, str], language: str) -> str:
    """A name in a language, or the nearest that there is."""
    return wording(dict(names), language) or ""


def gone_title(gone: TakenBack, language: str) -> str:
    """What stands in the place of a headline that was taken back."""
    return named(_GONE_TITLES[gone.status], language)


def files(item: FeedItem, document: FeedDocument) -> list[tuple[JsonObject, JsonObject, str]]:
    """The best file of each readable asset: the asset, the rendition, its address."""
    found = []
    for asset in item.assets:
        if asset.readable and asset.part["renditions"]:
            best = max(asset.part["renditions"], key=lambda rendition: (rendition["width"] or 0, rendition["size"]))
            found.append((asset.part, best, str(document.address(best["sha256"]))))
    return found
