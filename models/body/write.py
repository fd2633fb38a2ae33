"""From blocks to HTML: one form for one content, so that what is read again is written the same."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from models.body.block import EMPHASISED, LEAVES, LINE, SCRIPTS, STRONG, Block, Mark, Run
from models.body.element import LISTS

_FRAMES: Final = frozenset({"figcaption", "li", "td", "th"})
"""Blocks that hold a paragraph of their own without a `p` around it."""

_ORDER = {mark: place for place, mark in enumerate((STRONG, EMPHASISED, *SCRIPTS.values()), start=1)}


def written(blocks: Iterable[Block]) -> Iterator[str]:
    """The HTML of blocks, piece by piece, so that whoever joins the pieces can stop."""
    for block in blocks:
        yield f"<{block.tag}{_attributes(block.attributes)}>"
        if block.tag in LEAVES:
            yield from _inline(block.runs)
        elif block.tag in _FRAMES and block.blocks and _needs_no_paragraph(block):
            first, *others = block.blocks
            yield from _inline(first.runs)
            yield from written(others)
        else:
            yield from written(block.blocks)
        if block.tag != "hr":
            yield f"</{block.tag}>"


def _needs_no_paragraph(block: Block) -> bool:
    """Whether the text of the first paragraph can stand without its `p`: alone, or in an item before lists inside it."""
    first, *others = block.blocks
    if first.tag != "p" or first.attributes:
        return False
    return not others or (block.tag == "li" and all(other.tag in LISTS for other in others))


def _inline(runs: list[Run]) -> Iterator[str]:
    """The HTML of runs: of marks that begin together the one that lasts longest is outermost."""
    lasting = _lasting(runs)
    open_marks: list[Mark] = []
    for run, lasts in zip(runs, lasting, strict=True):
        ended = next((place for place, mark in enumerate(open_marks) if mark not in run.marks), len(open_marks))
        yield from (f"</{mark.tag}>" for mark in reversed(open_marks[ended:]))
        del open_marks[ended:]
        for mark in sorted(run.marks.difference(open_marks), key=lambda mark: (-lasts[mark], _ORDER.get(mark, 0))):
            yield f"<{mark.tag}{_mark_attributes(mark)}>"
            open_marks.append(mark)
        yield _escaped(run.text).replace(LINE, "<br>")
    yield from (f"</{mark.tag}>" for mark in reversed(open_marks))


def _lasting(runs: list[Run]) -> list[dict[Mark, int]]:
    """For each run and each of its marks, over how many runs from there on the mark lasts."""
    lasting: list[dict[Mark, int]] = []
    following: dict[Mark, int] = {}
    for run in reversed(runs):
        following = {mark: following.get(mark, 0) + 1 for mark in run.marks}
        lasting.append(following)
    return lasting[::-1]


def _mark_attributes(mark: Mark) -> str:
    return _attributes({**dict(mark.attributes), "rel": "noopener"}) if mark.tag == "a" else ""


def _attributes(attributes: Mapping[str, str]) -> str:
    return "".join(f' {name}="{_escaped(value).replace(chr(34), "&quot;")}"' for name, value in attributes.items())


def _escaped(text: str) -> str:
    """Text as the sanitiser writes it."""
    return html.escape(text, quote=False).replace("\u00a0", "&nbsp;")
