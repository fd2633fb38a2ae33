"""The rules about story, actor and agreement. What terms permit and prohibit is in `models.usage.terms`.

A rule that the pool can be searched by has a predicate, `holds`, and the same as SQL, `sql_filter`; a test holds the
two together. `gate` applies a rule to one case of a usage decision: the reason code, and the words both ways.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from models.language import ANY_LANGUAGE, LanguageTag, ranges_covering
from models.policy import DeliveryChannel, RightsAction
from models.territory import Territory, standard_tree
from models.usage.facts import AgreementFacts, ExclusivityFacts, Quota, Standing, Subject, Use
from models.usage.window import ALWAYS, Gate, Window

Condition = sa.ColumnElement[bool]
USABLE, CANCELED = "USABLE", "CANCELED"


@dataclass(frozen=True)
class PoolColumns:
    """The columns of the pool index that rules look at: one row a live variant."""

    language: sa.SQLColumnExpression[Any]
    form: sa.SQLColumnExpression[Any]
    series: sa.SQLColumnExpression[Any]
    topic: sa.SQLColumnExpression[Any]
    pub_status: sa.SQLColumnExpression[Any]
    embargoed_until: sa.SQLColumnExpression[Any]
    expires: sa.SQLColumnExpression[Any]
    rights_id: sa.SQLColumnExpression[Any]
    variant_id: sa.SQLColumnExpression[Any]

    @classmethod
    def of(cls, table: object) -> PoolColumns:
        """The columns of a mapped class, or of the `c` of a table, by their names."""
        return cls(**{field.name: getattr(table, field.name) for field in fields(cls)})


@dataclass(frozen=True)
class StatusRule:
    """CANCELED or WITHHELD: everything is denied (IPTC ninjs `pubStatus`). Anything but USABLE is held back."""

    def holds(self, subject: Subject, now: datetime) -> bool:
        """Whether the subject may be used at all."""
        return subject.pub_status == USABLE

    def sql_filter(self, columns: PoolColumns, now: datetime) -> Condition:
        """The same of a row."""
        return sa.and_(columns.pub_status == USABLE)

    def gates(self, subject: Subject) -> tuple[Gate, Gate]:
        """STORY_CANCELED and STORY_WITHHELD."""
        canceled = subject.pub_status == CANCELED
        withheld = not canceled and subject.pub_status != USABLE
        return (
            Gate(
                "STORY_CANCELED",
                True,
                None if canceled else ALWAYS,
                "The story is not canceled.",
                "The story is canceled: it must not be used, and every copy must be deleted.",
            ),
            Gate(
                "STORY_WITHHELD",
                True,
                None if withheld else ALWAYS,
                "The story is not withheld.",
                "The story is withheld: it must not be used until further notice.",
            ),
        )


@dataclass(frozen=True)
class EmbargoRule:
    """Under embargo every use is denied, to everybody."""

    def holds(self, subject: Subject, now: datetime) -> bool:
        """Whether no embargo is on, or it has lifted."""
        return subject.embargoed_until is None or subject.embargoed_until <= now

    def sql_filter(self, columns: PoolColumns, now: datetime) -> Condition:
        """The same of a row."""
        return sa.or_(columns.embargoed_until.is_(None), columns.embargoed_until <= now)

    def gate(self, subject: Subject) -> Gate:
        """UNDER_EMBARGO, which lifts at `embargoed_until`."""
        if subject.embargoed_until is None:
            return Gate("UNDER_EMBARGO", True, ALWAYS, "There is no embargo.", "")
        return Gate(
            "UNDER_EMBARGO",
            True,
            Window(start=subject.embargoed_until),
            "The embargo lifted at {}.",
            "The story is under embargo until {}.",
            (subject.embargoed_until,),
        )


@dataclass(frozen=True)
class ExpiryRule:
    """Past `expires` a story is left out of lists. It is not refused: no usage decision asks this rule."""

    def holds(self, subject: Subject, now: datetime) -> bool:
        """Whether the subject still belongs in lists."""
        return subject.expires is None or subject.expires > now

    def sql_filter(self, columns: PoolColumns, now: datetime) -> Condition:
        """The same of a row."""
        return sa.or_(columns.expires.is_(None), columns.expires > now)


@dataclass(frozen=True)
class CoverageRule:
    """Visible is what an agreement in force covers; staff see all, a suspended partner nothing."""

    standing: Standing

    def holds(self, subject: Subject, now: datetime) -> bool:
        """Whether an agreement in force covers the subject."""
        if self.standing.is_staff:
            return True
        return any(covers(agreement, subject) for agreement in self._in_force(now))

    def sql_filter(self, columns: PoolColumns, now: datetime) -> Condition:
        """The same of a row."""
        if self.standing.is_staff:
            return sa.true()
        return sa.or_(sa.false(), *(covers_sql(agreement, columns) for agreement in self._in_force(now)))

    def _in_force(self, now: datetime) -> Iterable[AgreementFacts]:
        if not self.standing.partner_active:
            return ()
        return (agreement for agreement in self.standing.agreements if period(agreement).holds(now))


def covers(agreement: AgreementFacts | ExclusivityFacts, subject: Subject) -> bool:
    """Whether the agreement, while in force, covers the subject. Without a series, none of its series holds."""
    return (
        (agreement.languages is None or not agreement.languages.isdisjoint(ranges_covering(subject.language)))
        and (agreement.forms is None or subject.form in agreement.forms)
        and (agreement.series is None or subject.series in agreement.series)
        and (agreement.topics is None or subject.topic in agreement.topics)
    )


def covers_sql(agreement: AgreementFacts | ExclusivityFacts, columns: PoolColumns) -> Condition:
    """`covers` of a row."""
    conditions: list[Condition] = []
    if agreement.languages is not None and ANY_LANGUAGE not in agreement.languages:
        exact = sorted(agreement.languages)
        narrower = (columns.language.like(f"{language_range}-%") for language_range in exact)
        conditions.append(sa.or_(columns.language.in_(exact), *narrower))
    if agreement.forms is not None:
        conditions.append(columns.form.in_(sorted(agreement.forms)))
    return sa.and_(sa.true(), *conditions, grouping_sql(agreement, columns))


def grouping_sql(agreement: AgreementFacts | ExclusivityFacts, columns: PoolColumns) -> Condition:
    """The part of `covers_sql` that language and form do not decide: series and topic."""
    conditions: list[Condition] = []
    if agreement.series is not None:
        conditions.append(columns.series.in_(sorted(agreement.series)))
    if agreement.topics is not None:
        conditions.append(columns.topic.in_(sorted(agreement.topics)))
    return sa.and_(sa.true(), *conditions)


def period(agreement: AgreementFacts) -> Window:
    """When the agreement is in force."""
    return Window(agreement.starts_at, agreement.ends_at)


def translation_gate(use: Use) -> Gate | None:
    """LANGUAGE_NOT_GIVEN: to translate, one must say into which language. Nothing is looked at for other actions."""
    if use.action is not RightsAction.TRANSLATE:
        return None
    return Gate(
        "LANGUAGE_NOT_GIVEN",
        True,
        None if use.language is None else ALWAYS,
        "The language to translate into is given: {}.",
        "To translate, give the language to translate into.",
        (use.language,),
    )


def partner_gate(standing: Standing) -> Gate:
    """PARTNER_SUSPENDED."""
    return Gate(
        "PARTNER_SUSPENDED",
        True,
        ALWAYS if standing.partner_active else None,
        "The partner is not suspended.",
        "The partner is suspended.",
    )


def no_agreement_gate() -> Gate:
    """NOT_COVERED, where there is no agreement that could cover anything."""
    return Gate("NOT_COVERED", True, None, "", "The partner has no agreement.")


def touches_use(exclusivity: ExclusivityFacts, use: Use) -> bool:
    """Whether an exclusivity is about a part of what is asked."""
    if exclusivity.channels is not None and use.channel not in exclusivity.channels:
        return False
    if exclusivity.territories is None:
        return True
    return any(standard_tree().touches(use.territory, theirs) for theirs in exclusivity.territories)


def exclusivity_gates(standing: Standing, subject: Subject, use: Use) -> Iterator[Gate]:
    """EXCLUSIVE_TO_ANOTHER, for each exclusivity of another partner that touches the use. Who has it is not said."""
    for theirs in standing.exclusivities:
        if covers(theirs, subject) and touches_use(theirs, use):
            yield Gate(
                "EXCLUSIVE_TO_ANOTHER",
                True,
                ALWAYS,
                "Another partner has an exclusive right in {} on {} only from {} until {}.",
                "Another partner has an exclusive right in {} on {} from {} until {}.",
                (
                    theirs.territories or "all territories",
                    theirs.channels or "all channels",
                    theirs.starts_at,
                    theirs.ends_at,
                ),
                Window(theirs.starts_at, theirs.ends_at),
            )


def quota_gate(agreement: AgreementFacts, quota: Quota, *, held: bool) -> Gate:
    """QUOTA_EXHAUSTED. What is held already is not charged again."""
    if held or not quota.is_exhausted:
        window: Window | None = ALWAYS
    else:
        window = None if quota.resets_at is None else Window(start=quota.resets_at)
    return Gate(
        "QUOTA_EXHAUSTED",
        True,
        window,
        "Of {} pickups of {} that agreement {} allows {}, {} are taken.",
        "All {} pickups of {} that agreement {} allows {} are taken ({}); 0 remain.",
        (
            quota.limit,
            quota.form or "all forms",
            agreement.id,
            "in all" if quota.resets_at is None else "a month",
            quota.used,
        ),
    )


def agreement_gates(agreement: AgreementFacts, subject: Subject, use: Use, *, held: bool = False) -> tuple[Gate, ...]:
    """What an agreement asks before its own terms: in force, covering, the partner's territories and channels, and quotas.

    :param held: the use is held already, so that no quota is charged.
    """
    covering = covers(agreement, subject)
    open_channel = use.channel in agreement.channels
    inside = not standard_tree().covering(use.territory).isdisjoint(agreement.territories)
    return (
        period_gate(agreement),
        Gate(
            "NOT_COVERED",
            True,
            ALWAYS if covering else None,
            "Agreement {} covers the story: {}.",
            "Agreement {} does not cover the story: {}.",
            (agreement.id, _Coverage(agreement, subject.language, subject.form, subject.series, subject.topic)),
        ),
        _own_gate("AGREEMENT_TERRITORY", "territories", agreement, use.territory, agreement.territories, inside),
        _own_gate("AGREEMENT_CHANNEL", "channels", agreement, use.channel, agreement.channels, open_channel),
        *(quota_gate(agreement, quota, held=held) for quota in agreement.quotas if quota.counts(subject.form)),
    )


def period_gate(agreement: AgreementFacts) -> Gate:
    """AGREEMENT_PERIOD."""
    if agreement.ends_at is None:
        passing = "Agreement {} is in force from {}."
        stopping = "Agreement {} is in force only from {}."
    else:
        passing, stopping = (
            "Agreement {} is in force from {} until {}.",
            "Agreement {} is in force only from {} until {}.",
        )
    values = (agreement.id, agreement.starts_at, agreement.ends_at)
    return Gate("AGREEMENT_PERIOD", False, period(agreement), passing, stopping, values)


def _own_gate(
    code: str,
    what: str,
    agreement: AgreementFacts,
    asked: Territory | DeliveryChannel,
    allowed: frozenset[Territory] | frozenset[DeliveryChannel],
    passes: bool,
) -> Gate:
    return Gate(
        code,
        False,
        ALWAYS if passes else None,
        f"{{}} is among the {what} of agreement {{}}: {{}}.",
        f"{{}} is not among the {what} of agreement {{}}: {{}}.",
        (asked, agreement.id, allowed),
    )


@dataclass(frozen=True)
class _Coverage:
    """What a subject is beside what an agreement covers, put into words when somebody reads them."""

    agreement: AgreementFacts
    language: LanguageTag
    form: str
    series: str | None
    topic: str | None

    def __str__(self) -> str:
        agreement = self.agreement
        dimensions = (
            ("language", self.language, agreement.languages),
            ("form", self.form, agreement.forms),
            ("series", self.series, agreement.series),
            ("topic", self.topic, agreement.topics),
        )
        return ", ".join(
            f"{name} {value or 'none'} of {'all' if covered is None else '/'.join(sorted(covered)) or 'none'}"
            for name, value, covered in dimensions
        )
