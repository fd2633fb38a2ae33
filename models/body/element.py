"""The elements of HTML: which are blocks, which end which, and which show nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

VOID: Final = frozenset(
    {
        "area",
        "base",
        "basefont",
        "bgsound",
        "br",
        "col",
        "embed",
        "frame",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
    }
    | {"source", "track", "wbr"}
)
"""Elements that have no end tag."""

HEADINGS: Final = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}
"""Headings as a body has them: the headline of the story is its only heading above `h2`."""

CONTAINERS: Final = {
    **dict.fromkeys(("blockquote", "caption", "figcaption", "figure", "li", "ol", "table", "tbody", "td"), ""),
    **dict.fromkeys(("th", "thead", "tr", "ul"), ""),
    "dir": "ul",
    "menu": "ul",
    "tfoot": "tbody",
}
"""Elements that hold blocks of a body, by name, with the tag they get where it is another."""

LISTS: Final = frozenset({"ol", "ul"})
CELLS: Final = frozenset({"td", "th"})
ROW_GROUPS: Final = frozenset({"tbody", "thead"})

LEVELS: Final = LISTS | {"blockquote", "figure", "table"}
"""Blocks whose nesting is bounded; the others are parts of them."""

BARRIERS: Final = frozenset({"caption", "table", "td", "th"})
"""What an end tag from inside does not end, nor a paragraph that begins inside."""

TABLE_PARTS: Final = frozenset({"caption", "table", "tbody", "td", "tfoot", "th", "thead", "tr"})

PARENTS: Final = {
    "caption": frozenset({"table"}),
    "figcaption": frozenset({"figure"}),
    "li": LISTS,
    "tbody": frozenset({"table"}),
    "td": frozenset({"table", "tbody", "thead", "tr"}),
    "th": frozenset({"table", "tbody", "thead", "tr"}),
    "thead": frozenset({"table"}),
    "tr": frozenset({"table", "tbody", "thead"}),
}
"""Inside what an element means something; elsewhere it only divides text."""

BLOCKS: Final = frozenset(
    {
        "address",
        "article",
        "aside",
        "body",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "footer",
    }
    | {
        "form",
        "header",
        "hgroup",
        "html",
        "legend",
        "listing",
        "main",
        "nav",
        "p",
        "pre",
        "search",
        "section",
        "summary",
    }
    | set(CONTAINERS)
    | set(HEADINGS)
)
"""Elements that text does not run through."""

_DROPPED: Final = frozenset(
    {"annotation", "annotation-xml", "applet", "audio", "button", "canvas", "datalist", "del", "map", "noscript"}
    | {"object", "rp", "select", "svg", "template", "video", "xml"}
)

AROUND: Final = {"q": ("“", "”"), "rt": ("（", "）")}
"""What browsers show around an element that a body has not: quotation marks, and readings beside characters."""

STRONG: Final = frozenset({"b", "strong"})
EMPHASISED: Final = frozenset({"cite", "dfn", "em", "i", "var"})
"""Elements that browsers show in bold, and in italics."""

_ROWS: Final = frozenset({"td", "th", "tr"})
_ROW_GROUPS: Final = _ROWS | {"caption", "tbody", "tfoot", "thead"}
_IN_TABLE: Final = frozenset({"table"})

_NUMBER = re.compile("-?[0-9]{1,6}")
_NUMBERS: Final = range(-999_999, 1_000_000)
_SPANS: Final = range(2, 1001)
_SCOPES: Final = frozenset({"col", "colgroup", "row", "rowgroup"})

_ENDS = {
    **{name: (frozenset({"p"}), BARRIERS) for name in (*BLOCKS, "hr")},
    "li": (frozenset({"li", "p"}), BARRIERS | {"dir", "menu", "ol", "ul"}),
    **dict.fromkeys(("dd", "dt"), (frozenset({"dd", "dt", "p"}), BARRIERS | {"dl"})),
    **dict.fromkeys(("td", "th"), (frozenset({"caption", "td", "th"}), _IN_TABLE)),
    "tr": (_ROWS | {"caption"}, _IN_TABLE),
    **dict.fromkeys(("caption", "tbody", "tfoot", "thead"), (_ROW_GROUPS, _IN_TABLE)),
}


def ended_by(name: str) -> tuple[frozenset[str], frozenset[str]]:
    """The open elements that the start tag of this one ends, and those beyond which it ends none."""
    return _ENDS.get(name, (frozenset(), frozenset()))


def is_dropped(name: str) -> bool:
    """Whether an element goes with its content: what is no text, what its author deleted, the `mp…` cards of WeChat."""
    return name in _DROPPED or name.startswith("mp")


def kept_attributes(tag: str, attributes: Mapping[str, str]) -> dict[str, str]:
    """What a block of a body keeps of the attributes of its element; numbers out of bounds go.

    The `value` of an item is kept for the arranging of lists alone.
    """
    numbers = {"li": {"value": _NUMBERS}, "ol": {"start": _NUMBERS}}.get(tag, {})
    if tag in ("td", "th"):
        numbers = {"colspan": _SPANS, "rowspan": _SPANS}
    kept = {}
    for name, allowed in numbers.items():
        value = attributes.get(name, "").strip()
        if _NUMBER.fullmatch(value) and int(value) in allowed:
            kept[name] = str(int(value))
    if tag == "th" and (scope := attributes.get("scope", "").strip().lower()) in _SCOPES:
        kept["scope"] = scope
    return kept
