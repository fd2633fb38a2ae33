"""Parts of files (RFC 9110, section 14)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

MOST_RANGES: Final = 16
"""Parts that are sent at once; whoever asks for more gets the whole file."""
_SPEC = re.compile(r"(\d{1,18})-(\d{1,18})?|-(\d{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class ByteRange:
    """A part of a file, from its first byte to its last, both counted from 0."""

    first: int
    last: int

    @property
    def length(self) -> int:
        """In bytes."""
        return self.last - self.first + 1

    def content_range(self, size: int) -> str:
        """The value of `Content-Range`."""
        return f"bytes {self.first}-{self.last}/{size}"


class RangeNotSatisfiable(Exception):
    """None of the parts that were asked for is in the file."""


def requested_ranges(header: str | None, size: int) -> list[ByteRange]:
    """The parts that a `Range` asks for, in its order; none where the whole file is to be sent.

    What is no range of bytes, or asks for more than the whole file, is ignored, as the standard lets a server do.

    :param size: of the file, in bytes.
    :raises RangeNotSatisfiable: no part is in the file.
    """
    unit, _, value = (header or "").partition("=")
    if unit.strip().lower() != "bytes":
        return []
    found = []
    specs = [spec.strip() for spec in value.split(",") if spec.strip()]
    for spec in specs:
        match = _SPEC.fullmatch(spec)
        if match is None:
            return []
        part = _part(match, size)
        if part is None:
            return []
        if part.first <= part.last:
            found.append(part)
    if specs and not found:
        raise RangeNotSatisfiable
    return found if _is_worthwhile(found, size) else []


def _part(match: re.Match[str], size: int) -> ByteRange | None:
    """A part within the file; one that ends before it begins where nothing of it is; None where it is none at all."""
    first, last, suffix = match.groups()
    if suffix is not None:
        length = min(int(suffix), size)
        return ByteRange(size - length, size - 1)
    if last is not None and int(last) < int(first):
        return None
    end = size - 1 if last is None else min(int(last), size - 1)
    return ByteRange(int(first), end)


def _is_worthwhile(parts: Sequence[ByteRange], size: int) -> bool:
    return len(parts) <= MOST_RANGES and sum(part.length for part in parts) <= size
