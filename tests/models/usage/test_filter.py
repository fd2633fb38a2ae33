"""A rule and its SQL filter say the same of every row, on both engines."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from models.base import UTCDateTime
from models.language import LanguageTag
from models.policy import EMPTY_POLICY, Policy
from models.usage import (
    NOTHING_HELD,
    STAFF,
    Account,
    AgreementFacts,
    CoverageRule,
    EmbargoRule,
    ExclusivityFacts,
    ExpiryRule,
    PermissionMap,
    PolicyRule,
    PoolColumns,
    Quota,
    Rights,
    Standing,
    StandingTables,
    StatusRule,
    Subject,
    Use,
    is_permitted,
)
from models.usage.openings import openings
from models.usage.rules import Condition
from tests.databases import DatabaseFactory, Dialect
from tests.models.usage.cases import (
    ARTICLE,
    EVERYTHING,
    MOMENTS_ASKED,
    NOW,
    PARTNER,
    STANDINGS,
    STOCKS,
    SUBJECTS,
    TIMES,
    Stock,
    agreement,
    allow,
    constraint,
    held,
    use,
    variant_id,
)

METADATA = sa.MetaData()
ENTRY = sa.Table(
    "entry",
    METADATA,
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("variant_id", sa.Uuid),
    sa.Column("language", sa.String),
    sa.Column("form", sa.String),
    sa.Column("series", sa.String),
    sa.Column("topic", sa.String),
    sa.Column("pub_status", sa.String),
    sa.Column("embargoed_until", UTCDateTime),
    sa.Column("expires", UTCDateTime),
    sa.Column("rights_id", sa.Integer),
    prefixes=["TEMPORARY"],
)
OPENING = sa.Table(
    "opening",
    METADATA,
    sa.Column("partner_id", sa.Uuid),
    sa.Column("variant_id", sa.Uuid),
    sa.Column("starts_at", UTCDateTime),
    sa.Column("open_new", sa.Integer),
    sa.Column("open_held", sa.Integer),
    prefixes=["TEMPORARY"],
)
HELD = sa.Table(
    "held",
    METADATA,
    sa.Column("partner_id", sa.Uuid),
    sa.Column("variant_id", sa.Uuid),
    *(sa.Column(name, sa.String) for name in ("action", "territory", "channel", "language", "purpose", "event")),
    sa.Column("percentage", sa.Integer),
    prefixes=["TEMPORARY"],
)
COLUMNS = PoolColumns.of(ENTRY.c)
TABLES = StandingTables(OPENING, HELD)
PARTNER_ID, STRANGER_ID = uuid.UUID(int=7), uuid.UUID(int=8)
reuses_the_connection = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass(frozen=True)
class Rows:
    """Temporary tables in the shape of the pool index, behind one connection."""

    execute: Callable[..., sa.Result[Any]]
    emptying: str = "DELETE FROM"
    """What empties a table and leaves nothing behind that a later reader has to step over."""

    def fill(self, subjects: Sequence[Subject], rights: Sequence[int] = ()) -> None:
        """Puts these subjects in, in order, in place of what was there."""
        rows = [
            {
                "position": place,
                "variant_id": subject.variant,
                "language": subject.language,
                "form": subject.form,
                "series": subject.series,
                "topic": subject.topic,
                "pub_status": subject.pub_status,
                "embargoed_until": subject.embargoed_until,
                "expires": subject.expires,
                "rights_id": rights[place] if rights else 0,
            }
            for place, subject in enumerate(subjects)
        ]
        self._replace(ENTRY, rows)

    def keep(self, accounts: dict[uuid.UUID, tuple[Policy, Account]]) -> None:
        """What the partner holds and owes, by variant, as it is kept beside the pool; a stranger has all that it could have."""
        held_rows, opening_rows = [], []
        for variant, (policy, account) in accounts.items():
            uses = [item.use for item in account.held if item.variant == variant]
            held_rows += [_held_row(PARTNER_ID, variant, asked) for asked in uses]
            if policy.conditional and account != NOTHING_HELD:
                opening_rows += [
                    {
                        "partner_id": PARTNER_ID,
                        "variant_id": variant,
                        "starts_at": opening.starts_at,
                        "open_new": opening.new,
                        "open_held": opening.held,
                    }
                    for opening in openings(policy, account)
                ]
            opening_rows.append(
                {
                    "partner_id": STRANGER_ID,
                    "variant_id": variant,
                    "starts_at": TIMES[0],
                    "open_new": 63,
                    "open_held": 63,
                }
            )
        self._replace(HELD, held_rows)
        self._replace(OPENING, opening_rows)

    def passing(self, condition: Condition) -> set[int]:
        """The places of the subjects whose rows meet the condition."""
        return set(self.execute(sa.select(ENTRY.c.position).where(condition)).scalars())

    def _replace(self, table: sa.Table, rows: Sequence[Mapping[str, object]]) -> None:
        self.execute(sa.text(f"{self.emptying} {table.name}"))
        if rows:
            self.execute(sa.insert(table), [dict(row) for row in rows])


def _held_row(partner: uuid.UUID, variant: uuid.UUID, asked: Use) -> dict[str, object]:
    return {
        "partner_id": partner,
        "variant_id": variant,
        "action": asked.action.value,
        "territory": asked.territory,
        "channel": asked.channel.value,
        "language": asked.language,
        "purpose": asked.purpose,
        "event": asked.event,
        "percentage": asked.percentage,
    }


@contextmanager
def rows_on_sqlite() -> Iterator[Rows]:
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        METADATA.create_all(connection)
        yield Rows(connection.execute)
    engine.dispose()


@contextmanager
def rows_on_postgres(url: sa.URL) -> Iterator[Rows]:
    with asyncio.Runner() as runner:
        engine = create_async_engine(url)

        async def connect() -> AsyncConnection:
            connection = await engine.connect()
            await connection.run_sync(METADATA.create_all)
            return connection

        async def execute(*statement: Any) -> sa.Result[Any]:
            answer: sa.Result[Any] = await connection.execute(*statement)
            return answer

        connection = runner.run(connect())
        yield Rows(lambda *statement: runner.run(execute(*statement)), "TRUNCATE")
        runner.run(connection.close())
        runner.run(engine.dispose())


@pytest.fixture(scope="module")
def rows_on(database_factory: DatabaseFactory) -> Iterator[Callable[[Dialect], Rows]]:
    url = database_factory.empty("postgresql")
    with rows_on_sqlite() as on_sqlite, rows_on_postgres(url) as on_postgres:
        yield {"sqlite": on_sqlite, "postgresql": on_postgres}.__getitem__
    database_factory.drop(url)


@pytest.fixture
def rows(dialect: Dialect, rows_on: Callable[[Dialect], Rows]) -> Rows:
    return rows_on(dialect)


def maps_of(rights: Sequence[Rights], asked: Use, standing: Standing, now: datetime) -> list[PermissionMap]:
    """A map for each agreement; one for staff."""
    contracts: tuple[AgreementFacts | None, ...] = (None,) if standing.is_staff else standing.agreements
    return [PermissionMap.of(rights, asked, standing, contract, now) for contract in contracts]


def usable(rights: Sequence[Rights], asked: Use, standing: Standing, now: datetime) -> Condition:
    """The filter of what may be used so."""
    rule = PolicyRule(asked, standing, None if standing.is_staff else PARTNER_ID)
    return rule.sql_filter(COLUMNS, now, maps_of(rights, asked, standing, now), TABLES)


@reuses_the_connection
@given(st.lists(SUBJECTS, min_size=1, max_size=12), STANDINGS, MOMENTS_ASKED)
def test_status_embargo_expiry_and_coverage_filter_as_they_say(
    rows: Rows, subjects: list[Subject], standing: Standing, now: datetime
) -> None:
    rows.fill(subjects)
    rules = (StatusRule(), EmbargoRule(), ExpiryRule(), CoverageRule(standing))
    conditions = (rule.sql_filter(COLUMNS, now) for rule in rules)
    found = rows.execute(sa.select(*conditions).select_from(ENTRY).order_by(ENTRY.c.position))
    assert [tuple(map(bool, row)) for row in found] == [
        tuple(rule.holds(subject, now) for rule in rules) for subject in subjects
    ]


@reuses_the_connection
@given(STOCKS)
def test_a_list_shows_as_usable_exactly_what_a_decision_permits(rows: Rows, stock: Stock) -> None:
    known: dict[tuple[int, str, str], Rights] = {}
    numbers = []
    for place, subject in enumerate(stock.subjects):
        key = (stock.places[place], subject.language, subject.form)
        right = known.setdefault(key, Rights(len(known) + 1, stock.policy(place), subject.language, subject.form))
        numbers.append(right.id)
    rows.fill(stock.subjects, numbers)
    rows.keep(
        {
            subject.variant: (stock.policy(place), stock.account(place))
            for place, subject in enumerate(stock.subjects)
            if subject.variant is not None and not stock.standing.is_staff
        }
    )
    passing = rows.passing(usable(tuple(known.values()), stock.use, stock.standing, stock.now))
    assert passing == {
        place
        for place, subject in enumerate(stock.subjects)
        if is_permitted(
            (stock.policy(place),), subject, stock.use, stock.standing.towards(stock.account(place)), stock.now
        )
    }


def test_the_agreement_that_covers_must_be_the_one_that_permits(rows: Rows) -> None:
    standing = Standing(
        agreements=(
            agreement(number=1, series=("fun",), territories=("JP",)),
            agreement(number=2, series=("faces",), territories=("CN",)),
        )
    )
    rows.fill([replace(ARTICLE, series="fun"), replace(ARTICLE, series="faces")], [1, 1])
    rights = [Rights(1, EVERYTHING, LanguageTag("zh"), "ARTICLE")]
    assert rows.passing(usable(rights, use(territory="CN"), standing, NOW)) == {1}


def test_more_rights_than_a_statement_has_parameters_can_be_filtered_by(rows: Rows) -> None:
    many = [
        Rights(number, EVERYTHING if number % 2 else EMPTY_POLICY, LanguageTag("zh"), "ARTICLE")
        for number in range(200_000)
    ]
    rows.fill([ARTICLE] * 5, [0, 1, 199_998, 199_999, 200_001])
    for standing in (STAFF, PARTNER):
        assert rows.passing(usable(many, use(), standing, NOW)) == {1, 3}


def test_a_use_that_is_held_stays_usable_when_count_and_quota_are_used_up(rows: Rows) -> None:
    thrice = allow(constraint("count", "1", operator="lteq"))
    subjects = [replace(ARTICLE, variant=variant_id(number)) for number in range(2)]
    rows.fill(subjects, [1, 1])
    account = Account(held=(held(use()),))
    rows.keep({variant_id(number): (thrice, account) for number in range(2)})
    rights = [Rights(1, thrice, LanguageTag("zh"), "ARTICLE")]
    used_up = Standing(agreements=(agreement(quotas=(Quota(1, 1),)),))
    for standing in (PARTNER, used_up):
        assert rows.passing(usable(rights, use(), standing, NOW)) == {0}
        assert rows.passing(usable(rights, use(language="zh"), standing, NOW)) == {0}
        assert rows.passing(usable(rights, use(language="en"), standing, NOW)) == set()


def test_what_another_has_to_itself_of_a_series_leaves_stories_without_one_usable(rows: Rows) -> None:
    theirs = ExclusivityFacts(TIMES[0], TIMES[5], None, frozenset({use().channel}), series=frozenset({"fun"}))
    rows.fill([ARTICLE, replace(ARTICLE, series="faces"), replace(ARTICLE, series="fun")], [1, 1, 1])
    rights = [Rights(1, EVERYTHING, LanguageTag("zh"), "ARTICLE")]
    assert rows.passing(usable(rights, use(), replace(PARTNER, exclusivities=(theirs,)), NOW)) == {0, 1}


def test_a_range_covers_narrower_tags_and_not_longer_words(rows: Rows) -> None:
    rows.fill([Subject(LanguageTag(tag), "ARTICLE") for tag in ("de", "de-CH", "deu", "zh")])
    rule = CoverageRule(Standing(agreements=(agreement(languages=("de",)),)))
    assert rows.passing(rule.sql_filter(COLUMNS, NOW)) == {0, 1}
