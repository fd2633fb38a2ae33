"""What a body consists of between reading and writing: blocks of runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple

LINE: Final = "\u2028"
"""A line break inside a block, in the text of a run."""

LEAVES: Final = frozenset({"h2", "h3", "h4", "p"})
"""Tags of the blocks that hold runs; all others hold blocks."""


class Mark(NamedTuple):
    """An inline element around a run."""

    tag: str
    attributes: tuple[tuple[str, str], ...] = ()
    refusal: str = ""
    """Why a link cannot stay as it is; empty where it can."""


STRONG: Final = Mark("strong")
EMPHASISED: Final = Mark("em")
SCRIPTS: Final = {"sub": Mark("sub"), "sup": Mark("sup")}


class Run(NamedTuple):
    """A stretch of text with the same marks."""

    text: str
    marks: frozenset[Mark] = frozenset()


@dataclass(slots=True)
class ListItem:
    """Where a paragraph stands in a list that the source writes as paragraphs, as Word does."""

    level: int
    """From 1, outermost first."""
    marker: str = ""
    """The bullet or the number before the text, as written."""


@dataclass(slots=True)
class Block:
    """A paragraph, heading, list, table, … by the tag that it is written with."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    item: ListItem | None = None
    styled: bool = False
    """Whether it is a quotation by the style of its paragraph, which others of the same style continue."""


def text_of(block: Block) -> str:
    """The text of a block that holds runs."""
    return "".join(run.text for run in block.runs)
