"""Looks into MP4, QuickTime and M4A files: boxes within boxes (ISO/IEC 14496-12, section 4.2).

Only their frame is read, a few bytes of each box, so that a file of many gigabytes takes no longer than its number of boxes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

MOST_BOXES = 200_000
"""Boxes that are looked at: a film of a day in fragments of a second has fewer."""
_HANDLER_OFFSET = 8
"""Where the handler's type stands in an `hdlr` box, after its header: behind version, flags and a reserved word."""


class BrokenBoxes(Exception):
    """The file is not whole, or something else is appended to it."""


@dataclass(frozen=True, slots=True)
class Box:
    """A box: its four-letter type, where its content begins, and where it ends."""

    kind: bytes
    start: int
    end: int


def boxes(file: BinaryIO, start: int, end: int) -> Iterator[Box]:
    """The boxes that fill a part of a file, without those within them.

    :raises BrokenBoxes: they do not fill it exactly.
    """
    place = start
    for _ in range(MOST_BOXES):
        if place == end:
            return
        file.seek(place)
        header = file.read(16)
        size, kind, head = int.from_bytes(header[:4], "big"), header[4:8], 8
        if size == 1:  # the true size follows in 64 bits
            size, head = int.from_bytes(header[8:16], "big"), 16
        elif size == 0:  # up to the end
            size = end - place
        if len(header) < head or size < head or place + size > end:
            raise BrokenBoxes
        yield Box(kind, place + head, place + size)
        place += size
    raise BrokenBoxes


def handlers(file: BinaryIO, size: int) -> set[bytes]:
    """What the tracks of a file are for: `vide`, `soun` and others. Empty where it holds no film, as in HEIC pictures.

    :param size: of the file, in bytes.
    :raises BrokenBoxes: the file is not whole.
    """
    found = set()
    for film in _within(file, Box(b"", 0, size), b"moov"):
        for track in _within(file, film, b"trak"):
            for media in _within(file, track, b"mdia"):
                for handler in _within(file, media, b"hdlr"):
                    file.seek(handler.start + _HANDLER_OFFSET)
                    found.add(file.read(4))
    return found


def _within(file: BinaryIO, parent: Box, kind: bytes) -> list[Box]:
    return [box for box in boxes(file, parent.start, parent.end) if box.kind == kind]
