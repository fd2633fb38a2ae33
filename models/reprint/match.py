"""How much of a story a page holds, where, and in which form.

All counts are of shingles (5 words, or 8 Chinese, Japanese or Korean characters), so the order of words counts, and translations
share nothing. If one word in n is changed here and there, a shingle survives when none of its five words is changed:

    one word in     50    20    10     6     4
    survive       0.90  0.77  0.59  0.40  0.24      (1 − 1/n)⁵

The form is judged by the variant's **own words**: shingles without any word in quotation marks, on either side, and without
boilerplate. By the numbers below:

FULL        nine tenths of its own shingles are there (`FULL_COVERAGE`: less than one word in 50 was changed, which is house style
            and a headline, no rewriting), and nine tenths of the text.
EDITED      enough (see below), two fifths of its own shingles (`EDITED_COVERAGE`: one word in six was changed), and two thirds of the
            text (`EDITED_REACH`), changed or not. Editors who cut to length cut from the end, and up to a third of it; who takes less
            than two thirds has made a choice.
EXCERPT     enough, and less than that.
QUOTATION   not enough, but a quotation is shared: one that both have, or words of the variant that the page quotes. What the variant
            alone has in quotation marks (the spoken text of a script) can be on the page by chance as any words can, and
            counts from `ENOUGH` on.
NONE        not even that.

**Enough** is one stretch of three shingles (`ENOUGH`: 15 words, or 24 characters), or as much in several stretches if that is a tenth
of the variant (`SCATTERED_COVERAGE`). The longest things that two writers share without copying are names and titles of offices, and
set phrases; they have five to ten words, and one shingle or two. A sentence of news has 20 words, and one sentence taken over
word for word is what is called an excerpt. Several short stretches can come together by chance in long texts on one subject,
hence the tenth: (1 − 1/n)⁵ of a text of which more than a third of the words were changed.

**Short texts**: below two shingles (`SHORTEST`: 10 words, or 16 characters) nothing is said but NONE, for so much is a headline that
anybody could have written; below three, only FULL.

How much of the text is there at all, changed or not, is its **reach**: the stretches that were found, and what lies between two of them
if it is no longer than `LONGEST_EDIT`. Where one word in six is changed, one reads nine words on average until five unchanged ones come
((1 − q⁵) / ((1 − q) q⁵), q = 5/6); three times that and a little, 30 words, is six shingles. What is missing at the two ends of a text
counts as missing, however short: that is where texts are cut.

What a page quotes of the variant's own words stays a QUOTATION, however long it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Final, NamedTuple

from models.reprint.alignment import Evidence, Run, evidence_of, own_stretches, runs_alike
from models.reprint.shingles import SHINGLE_WEIGHT, Unit, weight

FULL_COVERAGE: Final = 0.9
"""Of its own shingles, and of the whole text, for a copy to be full."""
EDITED_COVERAGE: Final = 0.4
"""Of its own shingles, for an edited copy."""
EDITED_REACH: Final = 2 / 3
"""Of the text, changed or not, for an edited copy."""
SCATTERED_COVERAGE: Final = 0.1
"""Of its own shingles, where no stretch is long enough by itself."""
ENOUGH: Final = 3 * SHINGLE_WEIGHT
"""The length of one stretch that nobody writes twice."""
SHORTEST: Final = 2 * SHINGLE_WEIGHT
"""The length of a variant of which anything can be said."""
LONGEST_EDIT: Final = 6 * SHINGLE_WEIGHT
"""The length of what was changed, between two stretches that were not; what is longer was cut."""
CHANGED_PARAGRAPH: Final = 0.3
"""The share of a paragraph in stretches of five unchanged words, if one word in three was changed: (5 − 4q) q⁵, q = 2/3."""


class Form(StrEnum):
    """In which form a page holds a variant."""

    FULL = "FULL"
    """The whole text, with no more than small changes."""
    EDITED = "EDITED"
    """Most of the text, changed or shortened."""
    EXCERPT = "EXCERPT"
    """A part of the text."""
    QUOTATION = "QUOTATION"
    """Nothing but words in quotation marks."""
    NONE = "NONE"
    """Nothing that could not be there by chance."""


class Span(NamedTuple):
    """A stretch that stands in both texts: half-open, in characters of each. Both sides normalise alike."""

    page_start: int
    page_end: int
    variant_start: int
    variant_end: int


class Fate(StrEnum):
    """What became of a paragraph."""

    KEPT = "KEPT"
    """It stands in the page, every word of it."""
    CHANGED = "CHANGED"
    """A part of it stands in the page."""
    CUT = "CUT"
    """It is not in the page."""
    ADDED = "ADDED"
    """It stands in the page only."""


class Paragraph(NamedTuple):
    """A line of a text that holds words, its half-open place there in characters, and what became of it."""

    fate: Fate
    start: int
    end: int


@dataclass(frozen=True)
class Match:
    """What a page holds of a variant. All shares are from 0 to 1.

    :param coverage: the share of the variant's distinct shingles that the page holds.
    :param own_coverage: the same of the variant's own words, in the page's own words; 0 where it has none.
    :param reach: the share of the variant that the page holds, changed or not.
    :param page_share: the share of the page that comes from the variant.
    :param spans: the stretches that stand in both, in the order of the page and apart from each other there.
    :param paragraphs: those of the variant: KEPT, CHANGED or CUT.
    :param added: the paragraphs of the page that do not come from the variant.
    """

    form: Form
    coverage: float
    own_coverage: float
    reach: float
    page_share: float
    spans: tuple[Span, ...]
    paragraphs: tuple[Paragraph, ...]
    added: tuple[Paragraph, ...]


def match(page_text: str, variant_texts: Sequence[str], *, boilerplate: Set[int] = frozenset()) -> tuple[Match, ...]:
    """What a page holds of each variant of a story, in their order.

    :param page_text: the text of the page, a paragraph a line; the nearer to its main text, the truer is `page_share`.
    :param variant_texts: plain texts, a paragraph a line.
    :param boilerplate: hashes (`models.reprint.shingles.hashes`) of what stands below every story of the centre, and proves nothing.
    """
    page = evidence_of(page_text, boilerplate)
    lines = _Lines.of(page)
    return tuple(_matched(page, lines, evidence_of(text, boilerplate)) for text in variant_texts)


class _Lines(NamedTuple):
    """The lines of a text that hold units: the first unit of each and the one after its last, and all of them as words."""

    bounds: tuple[tuple[int, int], ...]
    words: frozenset[tuple[str, ...]]

    @classmethod
    def of(cls, text: Evidence) -> _Lines:
        bounds = tuple(_bounds(text))
        return cls(bounds, frozenset(_words(text, first, after) for first, after in bounds))


def _matched(page: Evidence, lines: _Lines, variant: Evidence) -> Match:
    found = runs_alike(page, variant)
    own_lines = _Lines.of(variant)
    in_page = _covered(len(page.units), ((run.page, run.length) for run in found))
    in_variant = _covered(len(variant.units), ((run.variant, run.length) for run in found))
    coverage = _share(len(variant.all & page.all), len(variant.all))
    own_coverage = _share(len(variant.own & page.own), len(variant.own))
    reach = _reach(variant.units, in_variant)
    return Match(
        form=_form(page, variant, found, own_coverage, reach),
        coverage=coverage,
        own_coverage=own_coverage,
        reach=reach,
        page_share=_share(_weight_of(page.units, in_page), weight(page.units)),
        spans=tuple(_span(run, page.units, variant.units) for run in found),
        paragraphs=tuple(_paragraphs(variant, own_lines, in_variant, lines.words, Fate.CUT)),
        added=tuple(
            paragraph
            for paragraph in _paragraphs(page, lines, in_page, own_lines.words, Fate.ADDED)
            if paragraph.fate is Fate.ADDED
        ),
    )


def _form(page: Evidence, variant: Evidence, found: Sequence[Run], own_coverage: float, reach: float) -> Form:
    stretches = [
        stretch
        for run in found
        for stretch in own_stretches(run, page, variant)
        if _holds_own_shingle(stretch, variant)
    ]
    own = _covered(len(variant.units), ((stretch.variant, stretch.length) for stretch in stretches))
    altogether = _weight_of(variant.units, own)
    longest = max((_weight_of_run(stretch, variant) for stretch in stretches), default=0)
    if own_coverage >= FULL_COVERAGE and reach >= FULL_COVERAGE and altogether >= SHORTEST:
        return Form.FULL
    if longest >= ENOUGH or (altogether >= ENOUGH and own_coverage >= SCATTERED_COVERAGE):
        return Form.EDITED if own_coverage >= EDITED_COVERAGE and reach >= EDITED_REACH else Form.EXCERPT
    return Form.QUOTATION if any(_shares_quotation(run, page, variant) for run in found) else Form.NONE


def _holds_own_shingle(stretch: Run, variant: Evidence) -> bool:
    """Whether any shingle of the stretch is not boilerplate."""
    after = stretch.variant + stretch.length
    shingles = variant.shingled.shingles[stretch.variant : after]
    return any(shingle.after <= after and shingle.hash in variant.own for shingle in shingles)


def _shares_quotation(run: Run, page: Evidence, variant: Evidence) -> bool:
    """Whether the page quotes a shingle's length of the run; or the variant enough, and the page without marks."""
    units = variant.units[run.variant : run.variant + run.length]
    if _weight_of(units, page.quoted[run.page : run.page + run.length]) >= SHINGLE_WEIGHT:
        return True
    return _weight_of(units, variant.quoted[run.variant : run.variant + run.length]) >= ENOUGH


def _reach(units: Sequence[Unit], covered: Sequence[bool]) -> float:
    reached = place = 0
    for is_covered, group in groupby(covered):
        length = len(list(group))
        stretch = weight(units[place : place + length])
        is_inside = place > 0 and place + length < len(units)
        if is_covered or (is_inside and stretch <= LONGEST_EDIT):
            reached += stretch
        place += length
    return _share(reached, weight(units))


def _paragraphs(
    text: Evidence, lines: _Lines, covered: Sequence[bool], others: Set[tuple[str, ...]], absent: Fate
) -> Iterator[Paragraph]:
    """The paragraphs of a text that hold words, by how much of each is covered.

    :param others: the paragraphs of the other text, for those that are too short to hold a shingle.
    :param absent: what those are that are not covered.
    """
    for first, after in lines.bounds:
        units, chosen = text.units[first:after], covered[first:after]
        share = _share(_weight_of(units, chosen), weight(units)) if any(chosen) else 0.0
        fate = Fate.CHANGED if share >= CHANGED_PARAGRAPH else absent
        if share == 1 or _words(text, first, after) in others:
            fate = Fate.KEPT
        yield Paragraph(fate, units[0].start, units[-1].end)


def _bounds(text: Evidence) -> Iterator[tuple[int, int]]:
    """The first unit of each paragraph that holds any, and the one after its last."""
    first = start = 0
    for line in text.shingled.text.split("\n"):
        start += len(line) + 1
        after = first
        while after < len(text.units) and text.units[after].start < start:
            after += 1
        if after > first:
            yield first, after
        first = after


def _words(text: Evidence, first: int, after: int) -> tuple[str, ...]:
    return tuple(unit.text for unit in text.units[first:after])


def _span(run: Run, page: Sequence[Unit], variant: Sequence[Unit]) -> Span:
    last = run.length - 1
    return Span(
        page[run.page].start, page[run.page + last].end, variant[run.variant].start, variant[run.variant + last].end
    )


def _covered(length: int, stretches: Iterator[tuple[int, int]]) -> list[bool]:
    covered = [False] * length
    for first, units in stretches:
        covered[first : first + units] = [True] * units
    return covered


def _weight_of(units: Sequence[Unit], chosen: Sequence[bool]) -> int:
    return sum(unit.weight for unit, is_chosen in zip(units, chosen, strict=True) if is_chosen)


def _weight_of_run(run: Run, variant: Evidence) -> int:
    return weight(variant.units[run.variant : run.variant + run.length])


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
