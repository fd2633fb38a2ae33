"""Characters of pasted text: which invisible ones belong, and what becomes of white space."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from models.body.block import LINE


class Edit(NamedTuple):
    """What stands instead of the half-open span of a text."""

    start: int
    end: int
    instead: str


RIGHT_TO_LEFT: Final = re.compile(
    "[\u05d0-\u05f4\u0620-\u064a\u066e-\u06d5\u06ee\u06ef\u06fa-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
    "\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
"""Letters of the scripts that run from right to left."""

_WIDE = re.compile(
    "[\u2e80-\u303e\u3041-\u3130\u3190-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff01-\uffef"
    "\U00020000-\U000323af]"
)
"""Characters of Chinese and Japanese, which have no spaces between them; Korean has."""

_WIDE_AMONG_WIDE = frozenset("‘’“”—…·")
"""Punctuation that Chinese has in common with other languages, and sets wide."""

_JOINING = re.compile("[\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\ua840-\ua87f\ufb50-\ufdff\ufe70-\ufefc]")
"""Scripts whose letters take other forms by U+200C and U+200D: Arabic and its kin, those of India, Khmer, Mongolian."""
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
"""Thai, Lao, Burmese and Khmer, where U+200B marks the ends of words."""
_MONGOLIAN = re.compile("[\u1800-\u18af]")
_EMOJI = re.compile(
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u25fe\u2600-\u27bf\u2934\u2935\u2b05-\u2b55"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001faff\U000e007f]"
)
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_JOINERS = frozenset("\u180e\u200b\u200c\u200d")
_SELECTORS = frozenset(map(chr, [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]))
_INVISIBLE = re.compile(
    "(?P<flag>\U0001f3f4[\U000e0020-\U000e007e]{1,8}\U000e007f)"
    "|[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufdd0-\ufdef"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffc\ufffe\uffff\U000e0000-\U000e01ff]+"
)
_SPACE = re.compile(f"[\t\n\x0b\x0c\r \x85\xa0\u1680\u2000-\u200a\u202f\u205f\u3000{LINE}]+")
_PLAIN_SPACES = frozenset("\t\n\x0b\x0c\r \x85")


def invisible_edits(text: str) -> Iterator[Edit]:
    """What takes the characters out of a text that show nothing and do nothing.

    Zero-width spaces and joiners, soft hyphens, byte order marks, controls, placeholders of objects and invisible tags
    go. What stays: U+200C and U+200D between letters of scripts that need them, and between emoji; U+200B between
    letters of Thai, Lao, Burmese and Khmer; bidirectional controls in lines with right-to-left letters; the first
    variation selector after a character; the tags of a flag.
    """
    if not _INVISIBLE.search(text):
        return
    start = 0
    for line in text.split(LINE):
        right_to_left = RIGHT_TO_LEFT.search(line) is not None
        for found in _INVISIBLE.finditer(line):
            if found["flag"] is None:
                before = line[found.start() - 1 : found.start()] if found.start() else ""
                kept = _kept(found.group(), before, line[found.end() : found.end() + 1], right_to_left)
                if kept != found.group():
                    yield Edit(start + found.start(), start + found.end(), kept)
        start += len(line) + 1


def _kept(invisible: str, before: str, after: str, right_to_left: bool) -> str:
    """Of a stretch of invisible characters those that belong between the characters before and after it."""
    kept: list[str] = []
    joiners: set[str] = set()
    for place, character in enumerate(invisible):
        if character in _SELECTORS:
            belongs = place == 0 and _takes_selector(before, character)
        elif character in _JOINERS:
            belongs = character not in joiners and _joins(character, before, after)
            joiners.add(character)
        else:
            belongs = right_to_left and character in _BIDI
        if belongs:
            kept.append(character)
    return "".join(kept)


def _takes_selector(before: str, selector: str) -> bool:
    return bool(before) and not before.isspace() and (selector < "\U000e0100" or _HAN.match(before) is not None)


def _joins(character: str, before: str, after: str) -> bool:
    if character == "\u200d" and _EMOJI.match(before) and _EMOJI.match(after):
        return True
    scripts = {"\u200b": _UNSPACED, "\u180e": _MONGOLIAN}.get(character, _JOINING)
    return scripts.match(before) is not None and scripts.match(after) is not None


def space_edits(text: str) -> Iterator[Edit]:
    """What makes the white space of a text plain.

    None stays at the ends, nor beside a line break; two line breaks stand for any number. Inside a line a single space
    of any kind stays as it is (`10 km` with a no-break space), and several become one: U+3000 where one of them was
    that, else a plain space. Where a source broke its line between two Chinese or Japanese characters there was none.
    """
    for found in _SPACE.finditer(text):
        instead = _space(found.group(), text, found.start(), found.end())
        if instead != found.group() or len(instead) > 1:  # so that two line breaks are never in two runs
            yield Edit(found.start(), found.end(), instead)


def _space(space: str, text: str, start: int, end: int) -> str:
    if start == 0 or end == len(text):
        return ""
    if lines := space.count(LINE):
        return LINE * min(lines, 2)
    if _PLAIN_SPACES.issuperset(space):
        return "" if "\n" in space and _is_unspaced(text[start - 1], text[end]) else " "
    if len(space) == 1:
        return space
    return "\u3000" if "\u3000" in space else " "


def is_wide(character: str) -> bool:
    """Whether a character is one of Chinese or Japanese, their punctuation included."""
    return _WIDE.match(character) is not None


def _is_unspaced(before: str, after: str) -> bool:
    """Whether Chinese and Japanese write these two without a space between."""
    wide = is_wide(before), is_wide(after)
    return all(wide) or (wide[0] and after in _WIDE_AMONG_WIDE) or (wide[1] and before in _WIDE_AMONG_WIDE)
