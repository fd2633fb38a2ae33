"""Blocks as a body has them: nothing empty, lists that are lists, tables that are tables."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile

from models.body.block import LEAVES, Block, ListItem, Run, text_of
from models.body.character import RIGHT_TO_LEFT, is_wide
from models.body.direction import direction, language
from models.body.element import CELLS, LISTS, ROW_GROUPS
from models.body.run import paragraphs

_NUMBERED = re.compile(r"[(（]?(\d{1,6})[.)、．）]?")
_MARKER_IN_TEXT = re.compile(r"[·•▪●○■◆§\uf0a7\uf0b7]|\d{1,4}[.)、．）](?!\d)")


def arranged(blocks: Iterable[Block]) -> list[Block]:
    """The blocks that were read, in the one form in which a body with their content is written.

    - Runs lose what shows nothing (`models.body.run`); empty paragraphs, items, lists, quotations and tables vanish.
    - Paragraphs that Word wrote as items become lists when their markers are bullets or decimal numbers, which `ol`
      shows as they were, with `start`. Other markers (`一、`, `a)`, `1.2`) stay, as text, in paragraphs.
    - Lists that follow each other without a break in their numbers are one.
    - A table of one cell, and a table that others lie in, is layout: its cells become blocks. Text of a table outside of
      its cells goes before it, as browsers have it.
    - A figure without anything but its caption is a paragraph: pictures are assets, not parts of bodies.
    """
    found = list(blocks)
    return _Arrangement(any(RIGHT_TO_LEFT.search(text) for text in _texts(found))).arranged(found)


def leaves(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks that hold runs, in reading order."""
    for block in blocks:
        if block.tag in LEAVES:
            yield block
        yield from leaves(block.blocks)


def _texts(blocks: Iterable[Block]) -> Iterator[str]:
    return (text_of(leaf) for leaf in leaves(blocks))


class _Arrangement:
    """:param runs_both_ways: whether there are right-to-left letters anywhere in the body."""

    def __init__(self, runs_both_ways: bool) -> None:
        self.runs_both_ways = runs_both_ways

    def arranged(self, blocks: Iterable[Block]) -> list[Block]:
        """The blocks as siblings: each arranged, items of Word's lists and neighbouring lists put together."""
        return _put_together(each for block in blocks for each in self._each(block))

    def _each(self, block: Block) -> list[Block]:
        if block.tag in LEAVES:
            return self._paragraphs(block)
        if block.tag == "hr":
            return [block]
        if block.tag in LISTS:
            return self._lists(block)
        if block.tag == "table":
            return self._table(block)
        if block.tag == "figure":
            return self._figure(block)
        inside = self.arranged(block.blocks)
        if block.tag == "blockquote" and inside:
            return [Block(block.tag, blocks=inside, styled=block.styled)]
        return inside

    def _paragraphs(self, block: Block) -> list[Block]:
        item, runs = block.item, block.runs
        if item is not None:
            item.marker = item.marker.strip()
            if block.tag != "p" or not _is_list_marker(item.marker):
                marker = item.marker if is_wide(item.marker[-1:]) else f"{item.marker} "
                runs, item = [Run(marker), *runs], None
        found = []
        for paragraph in paragraphs(runs, heading=block.tag != "p"):
            made = Block(block.tag, runs=paragraph, item=item)
            if block.attributes and block.tag == "p":
                made.attributes = self._attributes(block.attributes, text_of(made))
            found.append(made)
        if found and item is not None and not item.marker:
            _take_marker(found[0], item)
        return found

    def _attributes(self, said: Mapping[str, str], text: str) -> dict[str, str]:
        """Of the direction and the language that a paragraph says of itself what is right."""
        right = {}
        if "dir" in said:
            right["dir"] = direction(said["dir"], text, body_runs_both_ways=self.runs_both_ways)
        if "lang" in said:
            right["lang"] = language(said["lang"], text)
        return {name: value for name, value in right.items() if value}

    def _lists(self, block: Block) -> list[Block]:
        """The lists that a list makes: more than one where its items are numbered with a gap."""
        found: list[Block] = []
        number = int(block.attributes.get("start", 1))
        for child in block.blocks:
            inside = self.arranged(child.blocks if child.tag == "li" else [child])
            if inside:
                number = int(child.attributes.get("value", number))
                _put(found, _list(block.tag, number, inside))
                number += 1
        return found

    def _table(self, table: Block) -> list[Block]:
        before: list[Block] = []
        rows: list[tuple[str, Block]] = []
        for group, part in _parts(table.blocks):
            if part.tag != "tr":
                before += self._each(part)
                continue
            cells = [cell for cell in part.blocks if cell.tag in CELLS]
            before += self.arranged(other for other in part.blocks if other.tag not in CELLS)
            made = [Block(cell.tag, cell.attributes, self.arranged(cell.blocks)) for cell in cells]
            rows += [(group, Block("tr", blocks=made))] if made else []
        cells = [cell for _, row in rows for cell in row.blocks]
        if len(cells) == 1 or any(_holds_table(cell) for cell in cells):
            before += (each for cell in cells for each in cell.blocks)
        elif any(cell.blocks for cell in cells):
            before.append(Block("table", blocks=_groups(rows)))
        return before

    def _figure(self, figure: Block) -> list[Block]:
        found: list[Block] = []
        for child in figure.blocks:
            inside = self._each(child)
            if child.tag == "figcaption" and inside and not any(block.tag == "figcaption" for block in found):
                inside = [Block("figcaption", blocks=inside)]
            found += inside
        found = _put_together(found)
        if len({block.tag == "figcaption" for block in found}) == 2:
            return [Block("figure", blocks=found)]
        return [each for block in found for each in (block.blocks if block.tag == "figcaption" else [block])]


def _put_together(blocks: Iterable[Block]) -> list[Block]:
    """Siblings, with the paragraphs that are items made into lists, and neighbours that belong together made one."""
    found: list[Block] = []
    levels: list[tuple[int, list[Block]]] = []
    last: ListItem | None = None
    for block in blocks:
        item, block.item = block.item, None
        if item is None:
            levels = []
            _put(found, block)
        elif item is last:
            levels[-1][1][-1].blocks[-1].blocks.append(block)
        else:
            while levels and levels[-1][0] > item.level:
                levels.pop()
            if not levels:
                levels.append((item.level, found))
            elif levels[-1][0] < item.level:
                levels.append((item.level, levels[-1][1][-1].blocks[-1].blocks))
            number = _number(item.marker)
            _put(levels[-1][1], _list("ul" if number is None else "ol", number or 0, [block]))
        last = item
    return found


def _put(siblings: list[Block], block: Block) -> None:
    """Puts a block after others: into the one before where that is a list that it continues, or a quotation so styled."""
    before = siblings[-1] if siblings else None
    if before is not None and _continues(block, before):
        before.blocks += block.blocks
    elif before is None or before.tag != "hr" or block.tag != "hr":
        siblings.append(block)


def _continues(block: Block, before: Block) -> bool:
    if block.tag != before.tag:
        return False
    if block.tag == "ol":
        return _start(before) + len(before.blocks) == _start(block)
    return block.tag == "ul" or (block.styled and before.styled)


def _list(tag: str, number: int, item: list[Block]) -> Block:
    """A list of one item, which has this number if the list is numbered."""
    attributes = {"start": str(number)} if tag == "ol" and number != 1 else {}
    return Block(tag, attributes, [Block("li", blocks=item)])


def _start(block: Block) -> int:
    return int(block.attributes.get("start", 1))


def _number(marker: str) -> int | None:
    """The number of an item by its marker, if it is a decimal one."""
    found = _NUMBERED.fullmatch(marker)
    return int(found[1]) if found else None


def _is_list_marker(marker: str) -> bool:
    """Whether `ul` or `ol` can show what the marker says: a decimal number, or one sign, or a letter of a font of signs."""
    if not marker or _number(marker) is not None:
        return True
    return len(marker) == 1 and (marker < "\u0100" or unicodedata.category(marker)[0] not in "LN")


def _take_marker(block: Block, item: ListItem) -> None:
    """Takes a marker that is written as text off the paragraph."""
    first, *others = block.runs
    if found := _MARKER_IN_TEXT.match(first.text):
        rest = paragraphs([Run(first.text[found.end() :], first.marks), *others], heading=False)
        if rest:
            item.marker, block.runs = found.group(), rest[0]


def _parts(blocks: Iterable[Block]) -> Iterator[tuple[str, Block]]:
    """The rows of a table, and what else is in it, each with the tag of its row group; cells without a row make one."""
    row: Block | None = None
    for block in blocks:
        if block.tag in CELLS:
            if row is None:
                row = Block("tr")
            row.blocks.append(block)
            continue
        if row is not None:
            yield "tbody", row
            row = None
        if block.tag in ROW_GROUPS:
            yield from ((block.tag, part) for _, part in _parts(block.blocks))
        else:
            yield "tbody", block
    if row is not None:
        yield "tbody", row


def _groups(rows: list[tuple[str, Block]]) -> list[Block]:
    """The rows of a table in groups: those of `thead` as far as they come first, and all others in one `tbody`."""
    head = list(takewhile(lambda row: row[0] == "thead", rows))
    groups = {"thead": head, "tbody": rows[len(head) :]}
    return [Block(tag, blocks=[row for _, row in group]) for tag, group in groups.items() if group]


def _holds_table(block: Block) -> bool:
    return any(child.tag == "table" or _holds_table(child) for child in block.blocks)
