"""What a request asks of stories, and how the index answers it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.account import PickupUse
from models.asset import AssetKind
from models.language import LanguageRange, LanguageTag, language_covers
from models.pool.key import EVERYTHING, Key, KeyKind, pair
from models.pool.rights import ENTRY, RightsBook
from models.pool.tables import POSITIONS_PER_RELEASE, PoolEntry, PoolKey, PoolStory
from models.pool.walk import Conditions, Driver, Span
from models.story import PubStatus
from models.usage import PoolColumns, Use
from models.variant import Form
from models.viewer import Viewer

_MONTHS_AS_KEYS = 36


@dataclass(frozen=True)
class Period:
    """A half-open stretch of time, `[start, until)`; None leaves a side open."""

    start: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class StoryFilter:
    """What a request asks of stories. Several values of one kind mean any of them; different kinds must all hold.

    Language, form, `usable_for` and visibility must hold for one and the same variant.

    :param languages: RFC 4647 ranges.
    :param series: keys; likewise topics, organisations, and brands, of which the story tells. `subjects`, `genres` and `places` are codes.
    :param updated_after: only versions made after this moment.
    :param statuses: stubs of withheld and canceled stories are listed only when asked for.
    :param include_expired: list stories whose editorial relevance has ended, too.
    """

    languages: tuple[LanguageTag, ...] = ()
    forms: tuple[Form, ...] = ()
    series: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    urgencies: tuple[int, ...] = ()
    media: tuple[AssetKind, ...] = ()
    version_created: Period = Period()
    content_created: Period = Period()
    updated_after: datetime | None = None
    text: str | None = None
    usable_for: Use | None = None
    statuses: tuple[PubStatus, ...] = (PubStatus.USABLE,)
    include_expired: bool = False

    def is_open(self) -> bool:
        """Whether nothing is asked beyond what a plain list asks."""
        return self == StoryFilter()

    def asks_of_content(self) -> bool:
        """Whether anything is asked that a stub does not say: it has its status, and the moment of its version."""
        said = StoryFilter(
            version_created=self.version_created,
            updated_after=self.updated_after,
            statuses=self.statuses,
            include_expired=self.include_expired,
        )
        return self != said


async def live_languages(session: AsyncSession) -> tuple[LanguageTag, ...]:
    """Every language of the live variants."""
    statement = (
        select(PoolKey.value).where(PoolKey.kind == KeyKind.LANGUAGE, PoolKey.stories > 0).order_by(col(PoolKey.value))
    )
    return tuple(LanguageTag(value) for value in (await session.exec(statement)).all())


async def conditions_of(
    session: AsyncSession, wanted: StoryFilter, viewer: Viewer, book: RightsBook, *, of_content: bool = False
) -> Conditions:
    """The filter, and what the viewer may see, as conditions on the index.

    What is asked of content is answered by what the viewer is shown of it alone, so that no list tells what a stub hides.

    :param of_content: whether the list itself tells of content, by its order.
    """
    of_content = of_content or wanted.asks_of_content()
    stubs = not of_content and any(status not in viewer.content_statuses for status in wanted.statuses)
    present = await live_languages(session)
    languages = _covered(wanted.languages, present)
    groups = _key_groups(wanted, languages)
    if not stubs:  # what was picked up leaves a stub also where no agreement leads to it
        groups += _coverage_groups(viewer, present)
    groups.append(({EVERYTHING}, False))
    found = await _keys(session, {key for group, _ in groups for key in group})
    drivers = [
        Driver(
            tuple(found[key].id for key in sorted(group) if key in found),
            sum(found[key].stories for key in group if key in found),
            exact,
        )
        for group, exact in groups
    ]
    predicates = [stands_as(wanted.statuses, viewer)]
    if of_content:
        predicates.append(viewer.reads_content(ENTRY))
    if not wanted.include_expired:
        relevant = sa.or_(col(PoolEntry.expires).is_(None), col(PoolEntry.expires) > viewer.now)
        predicates.append(sa.or_(relevant, sa.not_(viewer.reads_content(ENTRY))) if stubs else relevant)
    if languages is not None:
        predicates.append(col(PoolEntry.language).in_(languages))
    if wanted.forms:
        predicates.append(col(PoolEntry.form).in_(wanted.forms))
    if wanted.usable_for is not None:
        predicates.append(await book.permits(session, viewer, wanted.usable_for))
    if (content := _content_predicate(wanted.content_created)) is not None:
        predicates.append(content)
    return Conditions(drivers=drivers, entry=sa.and_(*predicates))


async def span_of(session: AsyncSession, wanted: StoryFilter) -> Span:
    """The stretch of release numbers that the filter's windows of version time allow. Release times never run backwards."""
    span = Span()
    window = wanted.version_created
    if window.start is not None:
        span = replace(span, low=await _first_release(session, col(PoolStory.version_created) >= window.start))
    if wanted.updated_after is not None:
        low = await _first_release(session, col(PoolStory.version_created) > wanted.updated_after)
        span = replace(span, low=max(span.low or 0, low))
    if window.until is not None:
        span = replace(span, high=await _first_release(session, col(PoolStory.version_created) >= window.until))
    return span


async def _first_release(session: AsyncSession, condition: sa.ColumnElement[bool]) -> int:
    statement = (
        select(PoolStory.release_id)
        .where(condition)
        .order_by(col(PoolStory.version_created), col(PoolStory.release_id))
        .limit(1)
    )
    number = (await session.exec(statement)).first()
    return 2**62 if number is None else number


def stands_as(statuses: Collection[PubStatus], viewer: Viewer) -> sa.ColumnElement[bool]:
    """Entries that are there for the viewer, of stories that stand so for it: what is better of the same story is not there for it.

    A story is as good as the best of its variants that are there (`models.story.status_together`).
    """
    if set(statuses) == {PubStatus.USABLE}:
        return sa.and_(col(PoolEntry.pub_status) == PubStatus.USABLE, viewer.sees(ENTRY))
    own = sa.and_(col(PoolEntry.pub_status).in_(statuses), is_there(PoolEntry, viewer))
    if PubStatus.USABLE in statuses:
        return own
    better = [PubStatus.USABLE] if PubStatus.WITHHELD in statuses else [PubStatus.USABLE, PubStatus.WITHHELD]
    other = sa.orm.aliased(PoolEntry)
    first = col(PoolEntry.position) // POSITIONS_PER_RELEASE * POSITIONS_PER_RELEASE
    probe: sa.Select[Any] = (
        sa.select(sa.literal_column("1"))
        .select_from(other)
        .where(
            col(other.position) >= first,
            col(other.position) < first + POSITIONS_PER_RELEASE,
            col(other.pub_status).in_(better),
            is_there(other, viewer),
        )
        .limit(1)
    )
    return sa.and_(own, probe.scalar_subquery().is_(None))


def is_there(entry: type[PoolEntry], viewer: Viewer) -> sa.ColumnElement[bool]:
    """Whether an entry is there for the viewer: what it sees, and what was taken back of what its partner has picked up."""
    sees = viewer.sees(PoolColumns.of(entry))
    partner_id = viewer.actor.partner_id
    if partner_id is None:
        return sees
    taken = select(PickupUse.variant_id).where(PickupUse.partner_id == partner_id)
    return sa.or_(sees, sa.and_(col(entry.pub_status) != PubStatus.USABLE, col(entry.variant_id).in_(taken)))


def _covered(
    ranges: Collection[LanguageRange | LanguageTag], present: Iterable[LanguageTag]
) -> tuple[LanguageTag, ...] | None:
    """The languages present that the ranges cover; None where no range was given."""
    if not ranges:
        return None
    return tuple(tag for tag in present if any(language_covers(wanted, tag) for wanted in ranges))


def _key_groups(wanted: StoryFilter, languages: tuple[LanguageTag, ...] | None) -> list[tuple[set[Key], bool]]:
    """The groups of keys of which a story must carry one each, and whether carrying one is all that is asked."""
    groups: list[tuple[set[Key], bool]] = []
    for kind, values in (
        (KeyKind.SERIES, wanted.series),
        (KeyKind.TOPIC, wanted.topics),
        (KeyKind.SUBJECT, wanted.subjects),
        (KeyKind.GENRE, wanted.genres),
        (KeyKind.PLACE, wanted.places),
        (KeyKind.ORGANISATION, wanted.organisations),
        (KeyKind.BRAND, wanted.brands),
        (KeyKind.URGENCY, tuple(map(str, wanted.urgencies))),
        (KeyKind.MEDIA, tuple(kind.value for kind in wanted.media)),
    ):
        if values:
            groups.append(({Key(kind, value) for value in values}, True))
    if months := _months(wanted.content_created):
        groups.append(({Key(KeyKind.CONTENT_MONTH, month) for month in months}, False))
    if languages is not None:
        groups.append(({Key(KeyKind.LANGUAGE, language) for language in languages}, False))
        if wanted.forms:
            pairs = {
                Key(KeyKind.LANGUAGE_FORM, pair(language, form)) for language in languages for form in wanted.forms
            }
            groups.append((pairs, False))
        if wanted.series:
            pairs = {
                Key(KeyKind.LANGUAGE_SERIES, pair(language, series))
                for language in languages
                for series in wanted.series
            }
            groups.append((pairs, False))
    if wanted.forms:
        groups.append(({Key(KeyKind.FORM, form) for form in wanted.forms}, False))
    return groups


def _coverage_groups(viewer: Viewer, present: Iterable[LanguageTag]) -> list[tuple[set[Key], bool]]:
    """What every agreement of the viewer restricts, as groups of keys that lead to what they cover."""
    groups: list[tuple[set[Key], bool]] = []
    languages = viewer.covered_languages()
    if languages is not None:
        covered = _covered(languages, present) or ()
        groups.append(({Key(KeyKind.LANGUAGE, language) for language in covered}, False))
    for kind, values in (
        (KeyKind.FORM, viewer.covered_forms()),
        (KeyKind.SERIES, viewer.covered_series()),
        (KeyKind.TOPIC, viewer.covered_topics()),
    ):
        if values is not None:
            groups.append(({Key(kind, value) for value in values}, False))
    return groups


def _months(period: Period) -> list[str]:
    """The months that a period touches, as `YYYY-MM` in UTC; none where it is open or longer than `_MONTHS_AS_KEYS`."""
    if period.start is None or period.until is None:
        return []
    first, last = (moment.year * 12 + moment.month - 1 for moment in (period.start, period.until))
    if not 0 <= last - first < _MONTHS_AS_KEYS:
        return []
    return [f"{month // 12:04}-{month % 12 + 1:02}" for month in range(first, last + 1)]


def _content_predicate(period: Period) -> sa.ColumnElement[bool] | None:
    """The period of the content's own time, as a predicate on an entry."""
    bounds = []
    if period.start is not None:
        bounds.append(col(PoolEntry.content_created) >= period.start)
    if period.until is not None:
        bounds.append(col(PoolEntry.content_created) < period.until)
    return sa.and_(*bounds) if bounds else None


async def _keys(session: AsyncSession, wanted: set[Key]) -> dict[Key, PoolKey]:
    pairs = sa.tuple_(col(PoolKey.kind), col(PoolKey.value)).in_([(key.kind.value, key.value) for key in wanted])
    found = (await session.exec(select(PoolKey).where(pairs))).all()
    return {Key(KeyKind(row.kind), row.value): row for row in found}
