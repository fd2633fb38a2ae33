"""A rule and its SQL filter say the same of every row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.base import UTCDateTime
from models.language import LanguageTag
from models.policy import Policy
from models.usage import (
    CoverageRule,
    EmbargoRule,
    ExpiryRule,
    PolicyRule,
    PoolColumns,
    Rights,
    Standing,
    StatusRule,
    Subject,
    Use,
)
from models.usage.rules import Condition
from tests.models.policies import policies
from tests.models.usage.cases import EVERYTHING, MOMENTS_ASKED, NOW, STANDINGS, SUBJECTS, USES, agreement, use

METADATA = sa.MetaData()
ENTRY = sa.Table(
    "entry",
    METADATA,
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("language", sa.String),
    sa.Column("form", sa.String),
    sa.Column("series", sa.String),
    sa.Column("topic", sa.String),
    sa.Column("pub_status", sa.String),
    sa.Column("embargoed_until", UTCDateTime),
    sa.Column("expires", UTCDateTime),
    sa.Column("rights_id", sa.Integer),
)
COLUMNS = PoolColumns.of(ENTRY.c)
SUBJECT_LISTS = st.lists(SUBJECTS, min_size=1, max_size=12)
reuses_the_connection = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def connection() -> Iterator[sa.Connection]:
    engine = sa.create_engine("sqlite://")
    with engine.connect() as opened:
        METADATA.create_all(opened)
        yield opened
    engine.dispose()


def rows_that_pass(
    connection: sa.Connection, subjects: list[Subject], condition: Condition, rights: list[int] | None = None
) -> set[int]:
    connection.execute(sa.delete(ENTRY))
    rows = [
        {
            "position": position,
            "language": subject.language,
            "form": subject.form,
            "series": subject.series,
            "topic": subject.topic,
            "pub_status": subject.pub_status,
            "embargoed_until": subject.embargoed_until,
            "expires": subject.expires,
            "rights_id": rights[position] if rights else 0,
        }
        for position, subject in enumerate(subjects)
    ]
    connection.execute(sa.insert(ENTRY), rows)
    return set(connection.scalars(sa.select(ENTRY.c.position).where(condition)))


@reuses_the_connection
@given(SUBJECT_LISTS, STANDINGS, MOMENTS_ASKED)
def test_status_embargo_expiry_and_coverage_filter_as_they_say(
    connection: sa.Connection, subjects: list[Subject], standing: Standing, now: datetime
) -> None:
    for rule in (StatusRule(), EmbargoRule(), ExpiryRule(), CoverageRule(standing)):
        passing = rows_that_pass(connection, subjects, rule.sql_filter(COLUMNS, now))
        assert passing == {place for place, subject in enumerate(subjects) if rule.holds(subject, now)}, rule


@reuses_the_connection
@given(SUBJECT_LISTS, st.lists(policies(), min_size=1, max_size=3), USES, STANDINGS, MOMENTS_ASKED)
def test_a_list_shows_as_usable_exactly_what_a_decision_permits(
    connection: sa.Connection,
    subjects: list[Subject],
    terms: list[Policy],
    asked: Use,
    standing: Standing,
    now: datetime,
) -> None:
    known: dict[tuple[int, str, str], Rights] = {}
    rights: list[Rights] = []
    for place, subject in enumerate(subjects):
        key = (place % len(terms), subject.language, subject.form)
        if key not in known:
            known[key] = Rights(len(known) + 1, (terms[key[0]],), LanguageTag(key[1]), key[2])
        rights.append(known[key])
    rule = PolicyRule(asked, standing, tuple(known.values()))
    passing = rows_that_pass(connection, subjects, rule.sql_filter(COLUMNS, now), [item.id for item in rights])
    assert passing == {place for place, subject in enumerate(subjects) if rule.holds(rights[place], subject, now)}


def test_the_agreement_that_covers_must_be_the_one_that_permits(connection: sa.Connection) -> None:
    subjects = [
        Subject(LanguageTag("zh"), "ARTICLE", series="fun"),
        Subject(LanguageTag("zh"), "ARTICLE", series="faces"),
    ]
    standing = Standing(
        agreements=(
            agreement(number=1, series=("fun",), territories=("JP",)),
            agreement(number=2, series=("faces",), territories=("CN",)),
        )
    )
    rule = PolicyRule(use(territory="CN"), standing, (Rights(1, (EVERYTHING,), LanguageTag("zh"), "ARTICLE"),))
    assert rows_that_pass(connection, subjects, rule.sql_filter(COLUMNS, NOW), [1, 1]) == {1}


def test_more_rights_than_a_statement_has_parameters_can_be_filtered_by(connection: sa.Connection) -> None:
    many = tuple(Rights(number, (EVERYTHING,), LanguageTag("zh"), "ARTICLE") for number in range(40_000))
    rule = PolicyRule(use(), Standing(is_staff=True), many)
    subjects = [Subject(LanguageTag("zh"), "ARTICLE")] * 2
    assert rows_that_pass(connection, subjects, rule.sql_filter(COLUMNS, NOW), [39_999, 40_000]) == {0}


def test_a_range_covers_narrower_tags_and_not_longer_words(connection: sa.Connection) -> None:
    subjects = [Subject(LanguageTag(tag), "ARTICLE") for tag in ("de", "de-CH", "deu", "zh")]
    rule = CoverageRule(Standing(agreements=(agreement(languages=("de",)),)))
    assert rows_that_pass(connection, subjects, rule.sql_filter(COLUMNS, NOW)) == {0, 1}
