"""Where two texts run alike: which stretches of a page stand in a variant, unit by unit, and what of them is its own words.

The work is linear in the length of the page: of the places in the variant where a shingle stands, `MOST_PLACES` are tried, and what
a run takes of the page is not looked at again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import accumulate, groupby
from typing import Final, NamedTuple

from models.reprint.quotation import quotations
from models.reprint.shingles import SHINGLE_WEIGHT, Shingle, ShingledText, Unit, shingled, weight

MOST_PLACES: Final = 8
"""Of a shingle that stands in a variant more often, how many places are tried."""


@dataclass(frozen=True)
class Evidence:
    """A text, and what of it is its own words.

    :param quoted: for each unit, whether it stands in a quotation as long as a shingle or longer. Shorter ones are titles and
        words held at a distance (“趣龙岗”), which nobody copies by themselves.
    :param own: the hashes of the shingles without any quoted unit, less the boilerplate.
    :param all: the hashes of all shingles.
    """

    shingled: ShingledText
    quoted: Sequence[bool]
    own: Set[int]
    all: Set[int]

    @property
    def units(self) -> Sequence[Unit]:
        """Those of the text."""
        return self.shingled.units


class Run(NamedTuple):
    """A longest stretch that stands in both texts, by the numbers of its first units."""

    page: int
    variant: int
    length: int


def evidence_of(text: str, boilerplate: Set[int]) -> Evidence:
    """What of a plain text is its own.

    :param boilerplate: hashes of shingles that prove nothing.
    """
    read = shingled(text)
    quoted = _quoted(text, read.units)
    before = [0, *accumulate(quoted)]
    own = {shingle.hash for shingle in read.shingles if before[shingle.first] == before[shingle.after]}
    return Evidence(read, quoted, own - boilerplate, {shingle.hash for shingle in read.shingles})


def runs_alike(page: Evidence, variant: Evidence) -> tuple[Run, ...]:
    """The stretches of the page, in its order and apart from each other, that stand in the variant, each as long as can be.

    Each is a shingle long at least. Where a stretch stands in the variant more than once, the place is taken from which it
    goes on longest.
    """
    if page.all.isdisjoint(variant.all):
        return ()
    return tuple(_runs(page.shingled, variant.shingled, _places(variant.shingled.shingles)))


def own_stretches(run: Run, page: Evidence, variant: Evidence) -> Iterator[Run]:
    """The parts of a run, a shingle long at least, that neither text quotes."""
    for is_own, numbers in groupby(
        range(run.length),
        lambda number: not (page.quoted[run.page + number] or variant.quoted[run.variant + number]),
    ):
        stretch = list(numbers)
        part = Run(run.page + stretch[0], run.variant + stretch[0], len(stretch))
        if is_own and weight(variant.units[part.variant : part.variant + part.length]) >= SHINGLE_WEIGHT:
            yield part


def _quoted(text: str, units: Sequence[Unit]) -> list[bool]:
    quoted = [False] * len(units)
    number = 0
    for start, end in quotations(text):
        while number < len(units) and units[number].start < start:
            number += 1
        first = number
        while number < len(units) and units[number].end <= end:
            number += 1
        if weight(units[first:number]) >= SHINGLE_WEIGHT:
            quoted[first:number] = [True] * (number - first)
    return quoted


def _places(shingles: Sequence[Shingle]) -> dict[int, list[int]]:
    places: dict[int, list[int]] = {}
    for shingle in shingles:
        known = places.setdefault(shingle.hash, [])
        if len(known) < MOST_PLACES:
            known.append(shingle.first)
    return places


def _runs(page: ShingledText, variant: ShingledText, places: dict[int, list[int]]) -> Iterator[Run]:
    ours, theirs = ([unit.text for unit in text.units] for text in (page, variant))
    place = 0
    while place < len(page.shingles):
        shingle = page.shingles[place]
        known = places.get(shingle.hash)
        if known is None:
            place += 1
            continue
        lengths = [_length_alike(ours, place, theirs, other) for other in known]
        length = max(lengths)
        if length < shingle.after - shingle.first:  # two shingles of one hash
            place += 1
            continue
        yield Run(place, known[lengths.index(length)], length)
        place += length


def _length_alike(ours: Sequence[str], place: int, theirs: Sequence[str], other: int) -> int:
    length = 0
    most = min(len(ours) - place, len(theirs) - other)
    while length < most and ours[place + length] == theirs[other + length]:
        length += 1
    return length
