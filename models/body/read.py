"""From the tokens of a paste to blocks: what is shown, with what a body can carry of how it is shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from models.body import element
from models.body.block import EMPHASISED, LINE, SCRIPTS, STRONG, Block, ListItem, Mark, Run
from models.body.link import target
from models.body.source import End, Start, tokens
from models.body.style import NOTHING_SAID, Look, look

DEEPEST: Final = 200
"""Elements inside each other, of a source; the tags of deeper ones are passed over, their text is kept."""

DEEPEST_BLOCK: Final = 24
"""Lists, quotations, tables and figures inside each other, of a body; deeper ones lose their frame."""

DEEPEST_WITH_ITEMS: Final = 12
"""Inside so many of them paragraphs can be items of Word's lists, which have nine levels."""


@dataclass(frozen=True, slots=True)
class Context:
    """What holds for the text inside an element."""

    marks: frozenset[Mark] = frozenset()
    leaf: str = "p"
    """The tag of the block that text begins here."""
    direction: str = ""
    language: str = ""
    item: ListItem | None = None
    marker: bool = False
    hidden: bool = False
    preformatted: bool = False


@dataclass(slots=True)
class Frame:
    """An element that is open."""

    name: str
    context: Context
    depth: int = 1
    """How many blocks were open before it."""
    block: bool = False
    after: str = ""
    """Text to put after its content."""
    ended: bool = False
    """Whether its end tag came while blocks inside it were open."""


def read(source: str) -> list[Block]:
    """The blocks of an HTML source, not yet cleaned: runs with all their white space, empty blocks, links refused or not.

    A list holds items, a table `thead`, `tbody`, rows and cells, but any of them other blocks too, as the source has it.
    """
    reader = _Reader()
    for token in tokens(source):
        if isinstance(token, Start):
            reader.start(token.name, token.attributes)
        elif isinstance(token, End):
            reader.end(token.name)
        else:
            reader.text(token.text)
    return reader.body.blocks


@dataclass(slots=True)
class _Reader:
    body: Block = field(default_factory=lambda: Block("body"))
    open: list[Block] = field(init=False)
    """The blocks that are open, outermost first."""
    leaf: Block | None = None
    """The block that takes the runs; None where the next run begins one."""
    frames: list[Frame] = field(default_factory=lambda: [Frame("", Context(), block=True)])
    names: Counter[str] = field(default_factory=Counter)
    """How many frames of each name are open and wait for their end tag."""
    looks: dict[tuple[str, str], Look] = field(default_factory=dict)
    contexts: dict[tuple[int, str], tuple[Context, Context]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.open = [self.body]

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "a":
            self.end("a")
        self._end_implied(name)
        outer = self.frames[-1].context
        if name in element.VOID:
            self._void(name, outer)
            return
        said = self._look(attributes) if attributes else NOTHING_SAID
        context = self._context(name, attributes, said, outer) if attributes else self._plain_context(name, outer)
        if len(self.frames) > DEEPEST and context.hidden == outer.hidden:
            return
        frame = Frame(name, context, len(self.open), block=name in element.BLOCKS or said.block)
        self.frames.append(frame)
        self.names[name] += 1
        if context.hidden:
            return
        if frame.block:
            self.leaf = None
            self._open(name, attributes, said)
        before, frame.after = element.AROUND.get(name, ("", ""))
        self._run(before, context)

    def end(self, name: str) -> None:
        if name == "br":  # the standard reads </br> so
            self.start(name, {})
        if not self.names[name]:
            return
        barriers = frozenset({"table"}) if name in element.TABLE_PARTS else element.BARRIERS
        index = self._frame({name}, barriers - {name}, outermost=False)
        if index is None:
            return
        if not self.frames[index].block and any(frame.block for frame in self.frames[index:]):
            self.frames[index].ended = True
            self.names[name] -= 1
        else:
            self._end_frames(index)

    def text(self, text: str) -> None:
        context = self.frames[-1].context
        text = text.replace("\u2029", LINE * 2)
        self._run(text.replace("\n", LINE) if context.preformatted else text, context)

    def _run(self, text: str, context: Context) -> None:
        if context.hidden or not text:
            return
        if context.marker and context.item is not None:
            context.item.marker += text
            return
        if self.leaf is None:
            if text.isspace():
                return
            said = {"dir": context.direction, "lang": context.language}
            self.leaf = Block(context.leaf, {name: value for name, value in said.items() if value}, item=context.item)
            self.open[-1].blocks.append(self.leaf)
        self.leaf.runs.append(Run(text, context.marks))

    def _void(self, name: str, context: Context) -> None:
        if name == "br":
            self._run(LINE, context)
        elif name == "hr" and not context.hidden:
            self.leaf = None
            self.open[-1].blocks.append(Block("hr"))

    def _look(self, attributes: Mapping[str, str]) -> Look:
        said = attributes.get("style", ""), attributes.get("class", "")
        if said not in self.looks:
            self.looks[said] = look(*said)
        return self.looks[said]

    def _plain_context(self, name: str, outer: Context) -> Context:
        """What holds inside an element without attributes; made once for all of a name inside the same context."""
        known = self.contexts.get((id(outer), name))
        if known is None:  # `outer` is kept with it, or its id could come to be that of another
            known = self.contexts[id(outer), name] = (outer, self._context(name, {}, NOTHING_SAID, outer))
        return known[1]

    def _context(self, name: str, attributes: Mapping[str, str], said: Look, outer: Context) -> Context:
        """What holds inside an element that begins in `outer`."""
        if outer.hidden or said.hidden or "hidden" in attributes or element.is_dropped(name):
            return replace(outer, hidden=True)
        is_block = name in element.BLOCKS
        is_item = (
            is_block and said.list_level and name not in element.CONTAINERS and self._depth() <= DEEPEST_WITH_ITEMS
        )
        preformatted = True if name in ("listing", "pre") else outer.preformatted
        return Context(
            marks=_marks(name, attributes, said, outer.marks),
            leaf=_leaf(name, attributes, said, outer.leaf) if is_block else outer.leaf,
            direction=(is_block and (attributes.get("dir", "").strip().lower() or said.direction)) or outer.direction,
            language=attributes.get("lang", "").strip() if is_block else outer.language,
            item=(ListItem(said.list_level) if is_item else None) if is_block else outer.item,
            marker=outer.marker or said.marker,
            preformatted=preformatted if said.preformatted is None else said.preformatted,
        )

    def _open(self, name: str, attributes: Mapping[str, str], said: Look) -> None:
        """Opens the block that an element makes, where it makes one here."""
        is_quote = said.quote and name not in element.CONTAINERS
        if not is_quote and name not in element.CONTAINERS:
            return
        tag = "blockquote" if is_quote else element.CONTAINERS[name] or name
        if self.open[-1].tag not in element.PARENTS.get(tag, {self.open[-1].tag}):
            return
        if tag in element.LISTS and self.open[-1].tag in element.LISTS:
            self._push(self._last_item(self.open[-1]))
        self._push(Block(tag, element.kept_attributes(tag, attributes), styled=is_quote))

    def _push(self, block: Block) -> None:
        if block.tag in element.LEVELS and self._depth() >= DEEPEST_BLOCK:
            return
        siblings = self.open[-1].blocks
        if not siblings or siblings[-1] is not block:
            siblings.append(block)
        self.open.append(block)

    def _depth(self) -> int:
        return sum(block.tag in element.LEVELS for block in self.open)

    def _last_item(self, parent: Block) -> Block:
        """The item of a list that a list directly inside belongs to: the one before, as editors that write so mean it."""
        last = parent.blocks[-1] if parent.blocks else None
        return last if last is not None and last.tag == "li" else Block("li")

    def _end_implied(self, name: str) -> None:
        """Ends what the start tag of an element ends, as in `<li>one<li>two`."""
        names, barriers = element.ended_by(name)
        if any(self.names[each] for each in names):
            index = self._frame(names, barriers, outermost=True)
            if index is not None:
                self._end_frames(index)

    def _frame(self, names: Container[str], barriers: Container[str], *, outermost: bool) -> int | None:
        """The index of an open frame of these names above the barriers: the innermost or the outermost."""
        found = None
        for index in range(len(self.frames) - 1, 0, -1):
            name = self.frames[index].name
            if name in names and not self.frames[index].ended:
                found = index
                if not outermost:
                    return found
            elif name in barriers:
                return found
        return found

    def _end_frames(self, index: int) -> None:
        """Ends the frames from this one inwards, and those around it whose end tags came before."""
        while len(self.frames) > index or self.frames[-1].ended:
            frame = self.frames.pop()
            self.names[frame.name] -= not frame.ended
            self._run(frame.after, frame.context)
            if frame.block:
                self.leaf = None
            del self.open[frame.depth :]


def _leaf(name: str, attributes: Mapping[str, str], said: Look, outer: str) -> str:
    """The tag of the paragraphs or headings inside a block."""
    if name in element.HEADINGS:
        return element.HEADINGS[name]
    if name in element.CONTAINERS:
        return "p"
    level = said.heading
    if attributes.get("role") == "heading":
        level = int(attributes["aria-level"]) if attributes.get("aria-level", "") in tuple("123456") else 2
    return f"h{min(max(level, 2), 4)}" if level else outer


def _marks(name: str, attributes: Mapping[str, str], said: Look, outer: frozenset[Mark]) -> frozenset[Mark]:
    """The marks inside an element: its own, and the outer ones that its style does not take back."""
    marks = set(outer)
    for mark, names, styled in (
        (STRONG, element.STRONG, said.strong),
        (EMPHASISED, element.EMPHASISED, said.emphasised),
    ):
        if styled or (styled is None and name in names):
            marks.add(mark)
        elif styled is False:
            marks.discard(mark)
    script = name if name in SCRIPTS else said.script
    if script is not None:
        marks.difference_update(SCRIPTS.values())
        marks.update([SCRIPTS[script]] if script else [])
    if name == "a" and "href" in attributes:
        marks = {mark for mark in marks if mark.tag != "a"}
        to = target(attributes["href"])
        if to.href or to.refusal:
            title = " ".join(attributes.get("title", "").split())
            kept = {"href": to.href or attributes["href"], "title": title}
            marks.add(Mark("a", tuple((key, value) for key, value in kept.items() if value), to.refusal))
    return frozenset(marks)
