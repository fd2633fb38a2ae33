"""Sanitising: what a body may hold, whoever wrote it."""

from __future__ import annotations

import nh3

_TAGS = {
    "a", "blockquote", "br", "em", "figcaption", "figure", "h2", "h3", "h4", "hr", "li", "ol", "p", "strong", "sub", "sup",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "title"},
    "ol": {"start"},
    "p": {"dir", "lang"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}


def sanitise(body: str) -> str:
    """The body with everything removed that is not plain editorial HTML: no scripts, styles, frames, handlers or odd URLs."""
    cleaned: str = nh3.clean(
        body, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https", "mailto"}, link_rel="noopener"
    )
    return cleaned
