"""What a look at the address of a copy comes to: a pure function of what was found there and of what was agreed.

The order of the questions is that of how much an answer says. Nothing that answers is UNREACHABLE; nothing at the address is a DEAD_LINK.
Then the text is matched, before anything is called a wall: a page that holds the story is no wall, whatever stands around it. A page that
holds nothing of the story is BLOCKED where it is a wall, CHANGED where the copy was seen there before, and for somebody to look at where
it is in another language (it may be a translation, which shares no words with what it was made from) or where nobody knows which story it
is of. Else it is a MISMATCH. A page that holds it breaks what was agreed where the story was taken back (MISMATCH), or where nobody is
credited though that was agreed (CREDIT_MISSING). What is left is VERIFIED, or PARTIAL where no more than a part or a quotation is there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from models.base import JsonObject
from models.reprint.agreed import NOWHERE, Agreed, Where, breaches
from models.reprint.credit import Credit, CreditState, find_credit
from models.reprint.language import language_of
from models.reprint.match import Fate, Form, Match, match
from models.reprint.page import Page, block_of
from models.reprint.table import ReprintForm, ReprintState
from models.story import PubStatus

GONE: Final = frozenset({404, 410})
_NOTHING_THERE: Final = frozenset({"NOT_FOUND", "WECHAT_REMOVED"})
"""Rules of block pages by which there is nothing at the address, whatever its status."""
_SEEN: Final = frozenset(
    {ReprintState.VERIFIED, ReprintState.PARTIAL, ReprintState.CREDIT_MISSING, ReprintState.CHANGED}
)
_FORMS: Final = {
    Form.FULL: ReprintForm.FULL,
    Form.EDITED: ReprintForm.EDITED,
    Form.EXCERPT: ReprintForm.EXCERPT,
    Form.QUOTATION: ReprintForm.QUOTATION,
}


@dataclass(frozen=True)
class Expected:
    """What a copy is of, and what was agreed.

    :param texts: the plain texts of the versions that it may be of; none where nobody knows which story it is of.
    :param languages: of these.
    :param credit_line: to be printed; empty where none was agreed.
    :param names: that the holder goes by, in any language.
    :param needs_credit: whether naming the source was agreed.
    :param status: of the story, or of the variant, now.
    :param state: of the copy before.
    :param was_there: a look found it before, whatever its state says.
    :param agreed: with its pickup; None where there is none.
    :param where: and when it runs, as far as that is known.
    """

    texts: Sequence[str] = ()
    languages: Sequence[str] = ()
    credit_line: str = ""
    names: Sequence[str] = ()
    needs_credit: bool = False
    status: PubStatus = PubStatus.USABLE
    state: ReprintState = ReprintState.CLAIMED
    was_there: bool = False
    agreed: Agreed | None = None
    where: Where = NOWHERE

    @property
    def has_been_seen(self) -> bool:
        """Whether the copy was seen at its address before."""
        return self.was_there or self.state in _SEEN


@dataclass(frozen=True)
class Finding:
    """What was found.

    :param best: which of the expected texts fits best; None where none does.
    :param paragraphs: how many of that text's were kept, changed and cut, and how many the page adds.
    :param reasons: why the state is what it is, as codes.
    :param due_at: when it has to be looked at once more because of what was agreed; None where nothing was.
    :param translation: of which variant it may be a translation, and what speaks for it (`models.reprint.translation`).
    """

    state: ReprintState
    reasons: tuple[str, ...]
    form: ReprintForm | None = None
    best: int | None = None
    match: Match | None = None
    credit: Credit | None = None
    blocked: str | None = None
    language: str | None = None
    paragraphs: Mapping[Fate, int] = field(default_factory=dict)
    due_at: datetime | None = None
    translation: JsonObject | None = None


def nothing_answered(expected: Expected, why: str) -> Finding:
    """What is known of a copy whose address did not answer.

    :param why: a code: NO_ANSWER, ROBOTS.
    """
    if why == "ROBOTS":
        return Finding(ReprintState.NEEDS_REVIEW, (why,))
    return Finding(ReprintState.UNREACHABLE, (why,))


def judge(
    page: Page, status: int, headers: Mapping[str, str], expected: Expected, now: datetime | None = None
) -> Finding:
    """What a page comes to.

    :param status: of HTTP, and `headers`.
    :param now: when it was read; None where that is of no matter: then no copy is there for too long.
    """
    if status in GONE:
        return Finding(ReprintState.DEAD_LINK, (f"STATUS_{status}",))
    detected = language_of(page.text)
    language = detected.tag if detected is not None else page.language
    found = match(page.text, list(expected.texts)) if expected.texts else ()
    ranked = sorted(
        range(len(found)), key=lambda place: (list(Form).index(found[place].form), -found[place].own_coverage)
    )
    best = ranked[0] if ranked and found[ranked[0]].form is not Form.NONE else None
    if best is None:
        return _without_text(page, status, headers, expected, language, now)
    one = found[best]
    credit = find_credit(page.text, expected.credit_line, expected.names)
    fates = Counter(paragraph.fate for paragraph in (*one.paragraphs, *one.added))
    form = _FORMS[one.form]
    broken = _broken(expected, form, expected.languages[best], now)
    state, reasons = _kept(one, credit, expected, broken)
    due = expected.agreed.delete_by if expected.agreed is not None else None
    return Finding(state, reasons, form, best, one, credit, None, language, dict(fates), due)


def _broken(
    expected: Expected, form: ReprintForm | None, language: str | None, now: datetime | None
) -> tuple[str, ...]:
    return () if expected.agreed is None else breaches(expected.agreed, expected.where, form, language, now)


def _kept(
    one: Match, credit: Credit, expected: Expected, broken: tuple[str, ...]
) -> tuple[ReprintState, tuple[str, ...]]:
    if expected.status is not PubStatus.USABLE:
        return ReprintState.MISMATCH, (f"STORY_{expected.status}", *broken)
    uncredited = expected.needs_credit and credit.state in (CreditState.ABSENT, CreditState.OTHER)
    lacking = (f"CREDIT_{credit.state}",) if uncredited else ()
    if broken:
        return ReprintState.MISMATCH, (*broken, *lacking)
    if uncredited:
        return ReprintState.CREDIT_MISSING, lacking
    if one.form in (Form.FULL, Form.EDITED):
        return ReprintState.VERIFIED, (f"FORM_{one.form}",)
    return ReprintState.PARTIAL, (f"FORM_{one.form}",)


def _without_text(
    page: Page,
    status: int,
    headers: Mapping[str, str],
    expected: Expected,
    language: str | None,
    now: datetime | None,
) -> Finding:
    blocked = block_of(page, status, headers)
    if blocked in _NOTHING_THERE:
        return Finding(ReprintState.DEAD_LINK, (blocked,), blocked=blocked, language=language)
    if blocked is not None:
        return Finding(ReprintState.BLOCKED, (blocked,), blocked=blocked, language=language)
    if not expected.texts:
        return Finding(ReprintState.NEEDS_REVIEW, ("STORY_UNKNOWN",), language=language)
    if expected.status is not PubStatus.USABLE and (expected.has_been_seen or expected.state is ReprintState.MISMATCH):
        return Finding(ReprintState.CHANGED, ("TAKEN_DOWN",), language=language)
    if expected.has_been_seen:
        return Finding(ReprintState.CHANGED, ("TEXT_GONE",), language=language)
    spoken = {tag.partition("-")[0] for tag in expected.languages}
    if language is not None and language.partition("-")[0] not in spoken:
        stated = expected.where.stated_form
        if stated is ReprintForm.TRANSLATION and (broken := _broken(expected, stated, language, now)):
            return Finding(ReprintState.MISMATCH, broken, language=language)
        return Finding(ReprintState.NEEDS_REVIEW, ("OTHER_LANGUAGE",), language=language)
    return Finding(ReprintState.MISMATCH, ("OTHER_TEXT",), language=language)
