"""Files that were made of an uploaded one, on their way into the media store."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A rendition as a file; pictures with their size in pixels."""

    name: str
    mime_type: str
    content: bytes
    width: int | None = None
    height: int | None = None
