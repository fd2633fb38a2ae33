"""Which elements of a page are open, and what ends them: the tree construction of HTML as far as it matters to what is shown.

Everything is linear in the number of tags: what is open is counted by name, for each cell, table or other element whose inside cannot
end what is outside, so that no end tag is looked for in vain; what is looked for among open elements is looked for among `FARTHEST`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from models.body.element import BLOCKS

DEEPEST: Final = 4096
"""Elements inside each other; deeper ones are passed over."""
FARTHEST: Final = 64
"""Open elements among which the end of one that divides no text is looked for, and an item of a list."""

_IN_LINE: Final = frozenset(
    {"a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins"}
    | {"kbd", "label", "mark", "nobr", "q", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup"}
    | {"time", "tt", "u", "var"}
)
_BARRIERS: Final = frozenset({"table", "td", "th", "caption", "template", "object"})
_TABLE_PARTS: Final = frozenset({"caption", "colgroup", "tbody", "td", "tfoot", "th", "thead", "tr"})
_ROW_GROUPS: Final = ("tbody", "thead", "tfoot")
_ENDS_PARTS: Final = {"td": ("td", "th"), "th": ("td", "th"), "tr": ("tr",)}
"""The parts of a table that the start tag of another ends; of those that are not named, `_ROW_GROUPS`."""
_LISTS: Final = {"li": frozenset({"ul", "ol", "menu", "dir"}), "dt": frozenset({"dl"}), "dd": frozenset({"dl"})}
_ENDS_ITEMS: Final = {"li": frozenset({"li"}), "dt": frozenset({"dt", "dd"}), "dd": frozenset({"dt", "dd"})}


class Frame(NamedTuple):
    """An element that is open.

    :param shown: whether text in it is.
    :param without_script: whether it is shown where scripts do not run.
    :param preformatted: whether its line ends divide.
    :param written: whether it has a tag in the page as it is written anew.
    """

    name: str
    shown: bool
    without_script: bool
    preformatted: bool
    written: bool


OUTERMOST: Final = Frame("", shown=True, without_script=False, preformatted=False, written=False)


@dataclass
class _Scope:
    """What is open inside an element that what is inside cannot end; `first` is the number of frames with that element."""

    first: int
    names: Counter[str] = field(default_factory=Counter)


class Nesting:
    """The elements that are open, outermost first."""

    def __init__(self) -> None:
        self.frames = [OUTERMOST]
        self._scopes = [_Scope(0)]
        self._tables: list[Counter[str]] = []
        self._passed_over: Counter[str] = Counter()

    @property
    def innermost(self) -> Frame:
        """The one in which text stands."""
        return self.frames[-1]

    def is_open(self, name: str) -> bool:
        """Whether an element of the name is open within the innermost cell, table or other scope."""
        return self._scopes[-1].names[name] > 0

    def passes_over(self, name: str) -> bool:
        """Whether an element that begins here is too deep; if so its end tag ends nothing."""
        if len(self.frames) < DEEPEST:
            return False
        self._passed_over[name] += 1
        return True

    def open(self, frame: Frame) -> None:
        """Opens an element, after `end_before`."""
        self.frames.append(frame)
        if frame.name in _TABLE_PARTS and self._tables:
            self._tables[-1][frame.name] += 1
        else:
            self._scopes[-1].names[frame.name] += 1
        if frame.name == "table":
            self._tables.append(Counter())
        if frame.name in _BARRIERS:
            self._scopes.append(_Scope(len(self.frames)))

    def end_before(self, name: str) -> Iterator[Frame]:
        """Ends what the start tag of an element ends, and gives what was closed, innermost first."""
        if name in BLOCKS and self.is_open("p"):
            yield from self._close("p")
        if name in _LISTS:
            yield from self._end_item(name)
        if self._tables and name in _TABLE_PARTS:
            for part in _ENDS_PARTS.get(name, _ROW_GROUPS):
                if self._tables[-1][part]:
                    yield from self._close(part)

    def end(self, name: str) -> Iterator[Frame]:
        """Ends what an end tag ends, and gives what was closed, innermost first."""
        if self._passed_over[name]:
            self._passed_over[name] -= 1
        elif self._can_end(name):
            yield from self._close(name)

    def _can_end(self, name: str) -> bool:
        """Whether an element of the name is open that this end tag ends."""
        if name in _IN_LINE:
            return self._is_near(name)
        if name == "table":
            return bool(self._tables)
        if name in _TABLE_PARTS and self._tables:
            return self._tables[-1][name] > 0
        return self.is_open(name) or self.frames[self._scopes[-1].first - 1].name == name

    def _is_near(self, name: str) -> bool:
        for frame in self.frames[: -FARTHEST - 1 : -1]:
            if frame.name == name:
                return True
            if frame.name not in _IN_LINE:
                return False
        return False

    def _end_item(self, name: str) -> Iterator[Frame]:
        for frame in self.frames[: -FARTHEST - 1 : -1]:
            if frame.name in _ENDS_ITEMS[name]:
                yield from self._close(frame.name)
                return
            if frame.name in _LISTS[name] or frame.name in _BARRIERS:
                return

    def _close(self, name: str) -> Iterator[Frame]:
        """Closes the innermost open element of the name, which there is, and what is open inside it."""
        while True:
            frame = self.frames.pop()
            if len(self._scopes) > 1 and len(self.frames) < self._scopes[-1].first:
                self._scopes.pop()
            if frame.name == "table":
                self._tables.pop()
            if frame.name in _TABLE_PARTS and self._tables:
                self._tables[-1][frame.name] -= 1
            else:
                self._scopes[-1].names[frame.name] -= 1
            yield frame
            if frame.name == name:
                return
