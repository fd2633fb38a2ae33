"""What trafilatura makes of a page: the article without what stands around it, for showing, and its title.

It reads the page as it was written anew (`Markup.written`), so that nothing hostile reaches libxml2: few attributes, little depth, and
no more than `MOST_ELEMENTS` elements. Matching does not go by this text: what an extractor leaves out of one page and not of another
would look like a cut.
"""

from __future__ import annotations

import html
from typing import Final, NamedTuple

from models.reprint.page.markup import Markup

MOST_ELEMENTS: Final = 20_000
"""Elements of a page that is given to trafilatura; articles have some thousands. What is shown of others is their text."""
MOST_CHARACTERS: Final = 2_000_000
"""Of such a page, as it was written anew."""

_METAS: Final = ("og:title", "twitter:title", "author", "article:author", "og:site_name")


class Display(NamedTuple):
    """An article for showing: its paragraphs a line each, its title, its author, and a date in ISO 8601; all may be empty."""

    text: str = ""
    title: str = ""
    author: str = ""
    date: str = ""


def display(markup: Markup, url: str) -> Display:
    """The article of a page; empty where trafilatura finds none, or the page is too large for it."""
    if markup.elements > MOST_ELEMENTS or len(markup.written) > MOST_CHARACTERS:
        return Display()
    from trafilatura import bare_extraction  # slow to import, and needed for pages alone
    from trafilatura.settings import Document

    dates = {"extensive_search": False, "original_date": True, "min_date": "1995-01-01", "max_date": "2099-12-31"}
    found = bare_extraction(
        _document(markup), url=url, include_comments=False, with_metadata=True, date_extraction_params=dates
    )
    if not isinstance(found, Document):
        return Display()
    return Display(found.text or "", found.title or "", found.author or "", found.date or "")


def _document(markup: Markup) -> str:
    metas = "".join(
        f'<meta property="{name}" content="{html.escape(markup.metas[name])}">'
        for name in _METAS
        if name in markup.metas
    )
    head = f"<head><title>{html.escape(markup.title)}</title>{metas}</head>"
    return f"<html>{head}<body>{markup.written}</body></html>"
