"""Which parts of a file a header asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.media.range import MOST_RANGES, ByteRange, RangeNotSatisfiable, requested_ranges


@pytest.mark.parametrize(
    ("header", "parts"),
    [
        (None, []),
        ("bytes=0-0", [(0, 0)]),
        ("bytes=0-499", [(0, 499)]),
        ("Bytes = 500-", [(500, 999)]),
        ("bytes=-1", [(999, 999)]),
        ("bytes=-5000", [(0, 999)]),
        ("bytes=900-100000000000000000", [(900, 999)]),
        ("bytes=0-0, -1", [(0, 0), (999, 999)]),
        ("bytes=10-19,,5-6", [(10, 19), (5, 6)]),
        ("bytes=0-9,1000-", [(0, 9)]),
        ("items=0-5", []),
        ("bytes=", []),
        ("bytes=-", []),
        ("bytes=5-1", []),
        ("bytes=1-2-3", []),
        ("bytes=a-b", []),
        ("bytes=0-5,x", []),
        ("bytes=1٣-20", []),
        ("bytes=0-,0-,0-", []),
        ("bytes=" + ",".join(f"{n}-{n}" for n in range(MOST_RANGES)), [(n, n) for n in range(MOST_RANGES)]),
        ("bytes=" + ",".join(f"{n}-{n}" for n in range(MOST_RANGES + 1)), []),
    ],
)
def test_a_range_header_asks_for_these_parts_of_a_thousand_bytes(
    header: str | None, parts: list[tuple[int, int]]
) -> None:
    assert [(part.first, part.last) for part in requested_ranges(header, 1000)] == parts


@pytest.mark.parametrize("header", ["bytes=1000-", "bytes=1000-2000", "bytes=-0", "bytes=5000-,1000-1001"])
def test_parts_outside_of_the_file_cannot_be_had(header: str) -> None:
    with pytest.raises(RangeNotSatisfiable):
        requested_ranges(header, 1000)
    with pytest.raises(RangeNotSatisfiable):
        requested_ranges("bytes=0-", 0)


@given(st.text("bytes=0123456789-, ", max_size=40).map("bytes={}".format), st.integers(0, 3000))
def test_parts_lie_within_the_file_and_are_never_more_than_it(header: str, size: int) -> None:
    try:
        parts = requested_ranges(header, size)
    except RangeNotSatisfiable:
        return
    assert all(0 <= part.first <= part.last < size for part in parts)
    assert sum(part.length for part in parts) <= size


def test_a_part_says_where_it_lies() -> None:
    assert ByteRange(2, 5).content_range(10) == "bytes 2-5/10"
