"""What inline styles and the classes of word processors say about an element, as far as a body can carry it."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

BOLD_FROM: Final = 600
"""The least numeric `font-weight` that browsers show as bold."""

_BOLD = {"bold": True, "bolder": True, "normal": False, "lighter": False}
_ITALIC = {"italic": True, "oblique": True, "normal": False}
_SCRIPT = {"sub": "sub", "super": "sup", "baseline": ""}
_BLOCK_DISPLAYS = frozenset({"block", "flex", "flow-root", "grid", "list-item", "table"})
_HEADING_CLASS = re.compile(r"(?:mso)?heading[-_]?([1-9])|mso(title)")
_QUOTE_CLASSES = frozenset({"msoquote", "msointensequote"})
_COMMENT_CLASSES = frozenset({"msocommentreference", "msocomanchor"})
_LEVEL = re.compile(r"\blevel([1-9])\b")


class Look(NamedTuple):
    """What a style and classes say; None or empty where they say nothing."""

    strong: bool | None = None
    emphasised: bool | None = None
    script: str | None = None
    """`sub`, `sup`, or empty for the base line."""
    hidden: bool = False
    block: bool = False
    direction: str = ""
    preformatted: bool | None = None
    heading: int = 0
    """The level, from 1, or 0."""
    quote: bool = False
    list_level: int = 0
    """The level of a Word list that a paragraph is an item of, from 1, or 0."""
    marker: bool = False
    """Whether it is the bullet or number that Word wrote before an item of a list."""


NOTHING_SAID: Final = Look()


def look(style: str, classes: str) -> Look:
    """What a `style` attribute and a `class` attribute say together.

    Declarations are read one by one, so that `mso-bidi-font-weight: bold` does not pass for `font-weight`. Not shown are
    `display: none`, what Word hides, and Word's comments beside the text.
    """
    declared = _declarations(style)
    names = classes.lower().split()
    font = declared.get("font", "").split()
    list_style = declared.get("mso-list", "").lower()
    level = _LEVEL.search(list_style)
    return Look(
        strong=_weight(declared.get("font-weight", ""), font),
        emphasised=_slant(declared.get("font-style", ""), font),
        script=_SCRIPT.get(declared.get("vertical-align", "")),
        hidden=declared.get("display") == "none"
        or declared.get("mso-hide") == "all"
        or declared.get("mso-element") == "comment-list"
        or not _COMMENT_CLASSES.isdisjoint(names),
        block=declared.get("display") in _BLOCK_DISPLAYS,
        direction=declared.get("direction", ""),
        preformatted=_preformatted(declared.get("white-space", "")),
        heading=_heading(names, declared.get("mso-outline-level", "")),
        quote=not _QUOTE_CLASSES.isdisjoint(names),
        list_level=int(level[1]) if level else 0,
        marker=list_style == "ignore",
    )


def _declarations(style: str) -> dict[str, str]:
    """The declarations of a style by property, in small letters; the last of a property counts."""
    found = {}
    for declaration in style.split(";"):
        name, colon, value = declaration.partition(":")
        if colon:
            found[name.strip().lower()] = value.partition("!")[0].strip().lower()
    return found


def _weight(value: str, font: list[str]) -> bool | None:
    if value.isdecimal() and len(value) <= 4:
        return int(value) >= BOLD_FROM
    if value in _BOLD:
        return _BOLD[value]
    return any(word in ("bold", "bolder", "600", "700", "800", "900") for word in font) if font else None


def _slant(value: str, font: list[str]) -> bool | None:
    if value in _ITALIC:
        return _ITALIC[value]
    return any(word in ("italic", "oblique") for word in font) if font else None


def _preformatted(value: str) -> bool | None:
    return value in ("pre", "pre-wrap", "pre-line", "break-spaces") if value else None


def _heading(classes: list[str], outline_level: str) -> int:
    for name in classes:
        if found := _HEADING_CLASS.fullmatch(name):
            return int(found[1] or 1)
    return int(outline_level) if re.fullmatch("[1-9]", outline_level) else 0
