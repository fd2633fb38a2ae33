"""How well a story in a language fits a partner: pure arithmetic over what was read beforehand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from models.language import LanguageTag, language_covers


class MatchReasonCode(StrEnum):
    """Why a score is what it is."""

    NOT_COVERED = "NOT_COVERED"
    """No agreement in force covers the story in this language and form: the score is 0."""
    NOTHING_PERMITTED = "NOTHING_PERMITTED"
    """The terms, the agreement or another's exclusivity leave no use of it: the score is 0."""
    PERMITTED = "PERMITTED"
    """At least one use is permitted in the partner's territories and channels."""
    PUBLIC_READS = "PUBLIC_READS"
    """The partner's public reads the language, or does not."""
    TERRITORIES = "TERRITORIES"
    """In how much of where its public is it could use it."""
    TOOK_LANGUAGE = "TOOK_LANGUAGE"
    """How much of what it took is in the language."""
    TOOK_SUBJECTS = "TOOK_SUBJECTS"
    """How much of what it took shares a subject with the story."""
    TOOK_SERIES = "TOOK_SERIES"
    """How much of what it took is of the story's series."""
    TOOK_TOPIC = "TOOK_TOPIC"
    """How much of what it took hangs on the story's topic."""
    TOOK_RECENTLY = "TOOK_RECENTLY"
    """How long ago it took something; 0 points where it never did."""


MOST: Final[Mapping[MatchReasonCode, int]] = {
    MatchReasonCode.NOT_COVERED: 0,
    MatchReasonCode.NOTHING_PERMITTED: 0,
    MatchReasonCode.PERMITTED: 10,
    MatchReasonCode.PUBLIC_READS: 25,
    MatchReasonCode.TERRITORIES: 15,
    MatchReasonCode.TOOK_LANGUAGE: 15,
    MatchReasonCode.TOOK_SUBJECTS: 15,
    MatchReasonCode.TOOK_SERIES: 10,
    MatchReasonCode.TOOK_TOPIC: 5,
    MatchReasonCode.TOOK_RECENTLY: 5,
}
"""The points that each reason gives at most; together 100."""

WOULD_TAKE: Final = 40
"""From this score on a partner is counted as one that would take it: permitted, read by its public, and usable in a third of its places."""

RECENCY: Final = ((timedelta(days=30), 8), (timedelta(days=180), 4), (timedelta(days=365), 2))
"""What a pickup weighs by its age; older ones weigh 1."""
_DAMPING: Final = 8
"""Weight of what a partner has not taken: so one pickup alone is no habit."""


@dataclass(frozen=True)
class Rights:
    """What a partner may do with a story in a language.

    :param covered: an agreement in force covers it.
    :param permitted: at least one use is permitted in the partner's territories and channels.
    :param asked: in how many countries or regions its public is.
    :param usable: in how many of them it could use it.
    """

    covered: bool
    permitted: bool
    asked: int = 0
    usable: int = 0


@dataclass(frozen=True)
class Taste:
    """What a partner took, each pickup by its weight (`RECENCY`).

    :param subjects: of stories that share a subject with the one in question; `series` and `topic` likewise.
    :param languages: by the language taken.
    :param newest: when it last took something.
    """

    total: int = 0
    subjects: int = 0
    series: int = 0
    topic: int = 0
    languages: Mapping[LanguageTag, int] = field(default_factory=dict)
    newest: datetime | None = None


@dataclass(frozen=True)
class Reason:
    """One part of a score.

    :param points: what it gives, out of `most`.
    :param values: what its wording tells: counts, per cent, days; None where it has nothing to tell.
    """

    code: MatchReasonCode
    points: int
    language: LanguageTag
    values: tuple[int, ...] = ()

    @property
    def most(self) -> int:
        """The points that it could give."""
        return MOST[self.code]


def reasons(
    language: LanguageTag, public: tuple[LanguageTag, ...], rights: Rights, taste: Taste, now: datetime
) -> tuple[Reason, ...]:
    """Everything that makes the score of a story in a language for a partner.

    :param public: the languages of the partner's public.
    """
    if not rights.covered:
        return (Reason(MatchReasonCode.NOT_COVERED, 0, language),)
    if not rights.permitted:
        return (Reason(MatchReasonCode.NOTHING_PERMITTED, 0, language),)
    return tuple(_reasons(language, public, rights, taste, now))


def score(found: tuple[Reason, ...]) -> int:
    """The sum of the points: 0 to 100."""
    return sum(reason.points for reason in found)


def reads(public: tuple[LanguageTag, ...], language: LanguageTag) -> bool:
    """Whether a public of these languages reads a text in a language: `en` is read by `en-GB`, and the reverse."""
    return any(language_covers(own, language) or language_covers(language, own) for own in public)


def _reasons(
    language: LanguageTag, public: tuple[LanguageTag, ...], rights: Rights, taste: Taste, now: datetime
) -> Iterator[Reason]:
    yield Reason(MatchReasonCode.PERMITTED, MOST[MatchReasonCode.PERMITTED], language)
    is_read = reads(public, language)
    yield Reason(
        MatchReasonCode.PUBLIC_READS, MOST[MatchReasonCode.PUBLIC_READS] if is_read else 0, language, (int(is_read),)
    )
    places = _share(MatchReasonCode.TERRITORIES, rights.usable, rights.asked)
    yield Reason(MatchReasonCode.TERRITORIES, places, language, (rights.usable, rights.asked))
    if taste.total:
        in_language = sum(weight for tag, weight in taste.languages.items() if reads((tag,), language))
        for code, taken in (
            (MatchReasonCode.TOOK_LANGUAGE, in_language),
            (MatchReasonCode.TOOK_SUBJECTS, taste.subjects),
            (MatchReasonCode.TOOK_SERIES, taste.series),
            (MatchReasonCode.TOOK_TOPIC, taste.topic),
        ):
            if taken:
                points = _share(code, taken, taste.total + _DAMPING)
                yield Reason(code, points, language, (_rounded(100 * taken, taste.total),))
    yield _recent(language, taste.newest, now)


def _recent(language: LanguageTag, newest: datetime | None, now: datetime) -> Reason:
    if newest is None:
        return Reason(MatchReasonCode.TOOK_RECENTLY, 0, language)
    days = max((now - newest).days, 0)
    most = MOST[MatchReasonCode.TOOK_RECENTLY]
    return Reason(
        MatchReasonCode.TOOK_RECENTLY, most if days < 90 else most // 2 if days < 365 else 0, language, (days,)
    )


def _share(code: MatchReasonCode, part: int, whole: int) -> int:
    """The points for a part of a whole, rounded."""
    return _rounded(MOST[code] * part, whole) if whole else 0


def _rounded(number: int, divisor: int) -> int:
    """The quotient, rounded half up, in whole numbers alone: the same on every machine."""
    return (2 * number + divisor) // (2 * divisor)
