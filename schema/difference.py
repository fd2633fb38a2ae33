"""Differences between texts."""

from __future__ import annotations

from collections.abc import Iterable

import strawberry

from models.difference import Segment, SegmentKind
from schema.enum import describe

describe(SegmentKind)


@strawberry.type(description="A piece of text in a difference.")
class DifferenceSegmentResult:
    kind: SegmentKind = strawberry.field(description="What became of it.")
    text: str = strawberry.field(description="The piece.")


def segments(found: Iterable[Segment]) -> list[DifferenceSegmentResult]:
    """Pieces of text as they are answered."""
    return [DifferenceSegmentResult(kind=segment.kind, text=segment.text) for segment in found]
