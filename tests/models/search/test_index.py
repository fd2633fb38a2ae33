"""The full-text index finds the same rows in the same order on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncSession

from models.database import Database
from models.errors import BadInput
from models.search import index
from models.search.query import parse_query
from models.search.tokeniser import MAX_STORED_BYTES, stored_tokens, tokenise
from tests.databases import DatabaseFactory, Dialect

pytestmark = pytest.mark.anyio

LANGUAGES = ["zh-Hans", "en", "ru", "ja", "ko", "el", "ar", "th", "hi"]

SENTENCES = {
    "zh-Hans": "龙岗上空，11787架无人机组成一条巨龙；民警戴着5G头盔巡逻。",
    "en": "Longgang’s low-carbon city lit its lanterns for visitors; the patrol robot's helmet spoke English.",
    "ru": "Ещё один вечер в Лунгане: зелёный парк, дроны и фейерверк из расплавленного железа.",
    "ja": "深圳の夜空をドローンが舞い、ﾛﾎﾞｯﾄがカクテルを作った。",
    "ko": "선전의 밤하늘에 드론 쇼가 펼쳐졌다.",
    "el": "Ο νυχτερινός ουρανός φωτίστηκε από τα φανάρια της γιορτής.",
    "ar": "أضاءت الطائراتُ المُسيّرة سماءَ المدينة في عام ٢٠٢٥.",
}


def row(position: int, text: str, language: str) -> index.TextRow:
    return position, "", stored_tokens(text, language)


@pytest.fixture
def empty_url(database_factory: DatabaseFactory, dialect: Dialect) -> Iterator[URL]:
    url = database_factory.empty(dialect)
    yield url
    database_factory.drop(url)


@pytest.fixture
async def database(empty_url: URL) -> AsyncIterator[Database]:
    """A database with nothing but the full-text index."""
    database = Database(empty_url)
    async with database.writer.begin() as connection:
        for statement in index.create_statements(database.dialect):
            await connection.execute(sa.text(statement))
    yield database
    await database.close()


@pytest.fixture
async def session(database: Database) -> AsyncIterator[AsyncSession]:
    async with database.write() as session:
        yield session


async def found(
    session: AsyncSession,
    text: str,
    languages: Sequence[str] = LANGUAGES,
    *,
    before: int | None = None,
    limit: int = 100,
) -> list[int]:
    query = parse_query(text, languages)
    return (await index.newest_matches(session, query, before=before, limit=limit)).positions


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        ("zh-Hans", "无人机"),
        ("zh-Hans", "龙"),
        ("zh-Hans", "逻"),
        ("zh-Hans", "5g头盔"),
        ("zh-Hans", "巨龙 11787"),
        ("en", "LONGGANG lantern"),
        ("en", "low carbon visitor"),
        ("en", "robots"),
        ("ru", "еще зеленый"),
        ("ru", "ДРОНЫ"),
        ("ja", "ﾄﾞﾛｰﾝ"),
        ("ja", "ロボット"),
        ("ko", "드론"),
        ("ko", "쇼"),
        ("el", "ΟΥΡΑΝΟΣ φαναρια"),
        ("ar", "مدينة"),
        ("ar", "الطائرات 2025"),
    ],
)
async def test_a_sentence_is_found_by_its_words_in_its_script(session: AsyncSession, language: str, typed: str) -> None:
    await index.add(session, [row(n, text, tag) for n, (tag, text) in enumerate(SENTENCES.items(), 1)])
    expected = list(SENTENCES).index(language) + 1
    assert expected in await found(session, typed)
    assert await found(session, typed, [language]) == [expected]
    other = "en" if language != "en" else "ru"
    assert await found(session, typed, [other]) == []


@pytest.mark.parametrize(
    "typed",
    [
        "' | 'x",
        '" OR "robot',
        "robot' & !'x",
        "tokens:robot*",
        "robot NEAR(x)",
        "'; DROP TABLE pool_text; --",
        "robot \\x\\",
        "\x00robot\x00x",
        "ro:bot <-> (",
        "\ud800x",
        "^robot x",
        "s18_0 robots OR 1=1",
    ],
)
async def test_operators_are_just_text(session: AsyncSession, typed: str) -> None:
    await index.add(session, [row(1, "A robot alone", "en")])
    assert await found(session, typed) == []
    await index.add(session, [row(2, typed, "en")])
    assert await found(session, typed) == [2]
    assert await found(session, "alone") == [1]


async def test_a_segment_cannot_be_searched_for(session: AsyncSession) -> None:
    await index.add(session, [row(1, "A robot", "en")])
    assert await found(session, "s18_0") == await found(session, "s26_0") == []


async def test_each_stored_token_is_one_token_of_the_engine(session: AsyncSession, database: Database) -> None:
    tokens = sorted({token for tag, text in SENTENCES.items() for token in stored_tokens(text, tag).split()})
    await index.add(session, [row(n, text, tag) for n, (tag, text) in enumerate(SENTENCES.items(), 1)])
    if database.dialect == "sqlite":
        await (await session.connection()).execute(
            sa.text("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, pool_text, row)")
        )
        stored = await (await session.connection()).execute(sa.text("SELECT term FROM temp.terms"))
    else:
        stored = await (await session.connection()).execute(
            sa.text("SELECT DISTINCT unnest(tsvector_to_array(tokens)) FROM pool_text")
        )
    found = {token for (token,) in stored}
    assert sorted(token for token in found if token[1].isalpha()) == tokens
    assert {token for token in found if not token[1].isalpha()} <= {f"s{bits}_0" for bits in range(18, 27, 2)}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(min_size=1, max_size=30), language=st.sampled_from(LANGUAGES))
async def test_every_word_of_any_text_finds_it(session: AsyncSession, text: str, language: str) -> None:
    await index.remove(session, [5])
    await index.add(session, [row(5, text, language)])
    for token in tokenise(text, language):
        assert await found(session, text[token.start : token.end]) == [5]
    try:
        assert await found(session, text) == [5]
    except BadInput:
        assert tokenise(text, language) == []


async def test_pages_follow_each_other_down_the_pool_without_gap_or_repetition(session: AsyncSession) -> None:
    positions = [release * 1024 + ordinal for release in range(1, 6_000, 7) for ordinal in (0, 1)]
    words = {
        position: "lantern festival" if number % 3 else "lantern" if number % 2 else "festival of rare things"
        for number, position in enumerate(positions)
    }
    await index.add(session, [row(position, text, "en") for position, text in words.items()])
    for typed in ("lantern", "festival lantern", "rare", "rare festival"):
        expected = [p for p in reversed(positions) if all(word in words[p].split() for word in typed.split())]
        query, before, walked, pages = parse_query(typed, ["en", "zh"]), None, list[int](), 0
        while pages < 100:
            page = await index.newest_matches(session, query, before=before, limit=37)
            walked.extend(page.positions)
            before, pages = page.examined_to, pages + 1
            if page.exhausted:
                break
        assert walked == expected
        assert pages <= len(expected) // 37 + 1


async def test_pages_follow_each_other_up_the_pool_without_gap_or_repetition(session: AsyncSession) -> None:
    positions = [release * 1024 + ordinal for release in range(1, 6_000, 7) for ordinal in (0, 1)]
    words = {
        position: "lantern festival" if number % 3 else "lantern" if number % 2 else "festival of rare things"
        for number, position in enumerate(positions)
    }
    await index.add(session, [row(position, text, "en") for position, text in words.items()])
    for typed in ("lantern", "festival lantern", "rare", "rare festival"):
        expected = [p for p in positions if all(word in words[p].split() for word in typed.split())]
        query, walked, start = parse_query(typed, ["en", "zh"]), list[int](), 0
        for _ in range(len(expected) // 37 + 1):
            page = await index.oldest_matches(session, query, start=start, limit=37)
            walked.extend(page.positions)
            if page.examined_to is None:
                break
            start = page.examined_to
        assert walked == expected
        assert page.exhausted


async def test_words_that_never_meet_cost_no_more_than_the_budget_upwards_either(session: AsyncSession) -> None:
    releases = range(5, 400_005, 4_000)
    await index.add(session, [row(r * 1024, "odd" if n % 2 else "even", "en") for n, r in enumerate(releases)])
    newest = releases[-1] * 1024 + 3
    await index.add(session, [row(newest, "odd and even", "en")])
    query = parse_query("odd even", ["en"])
    walked, start = list[int](), 0
    for number in range(20):
        page = await index.oldest_matches(session, query, start=start, limit=10)
        walked.extend(page.positions)
        if page.examined_to is None:
            break
        assert page.positions == []
        assert number > 0 or index.BUDGET <= page.examined_to - releases[0] * 1024 < 3 * index.BUDGET
        assert page.examined_to > start
        start = page.examined_to
    assert walked == [newest]
    assert page.exhausted
    assert start > 0


async def test_words_that_never_meet_cost_no_more_than_the_budget(session: AsyncSession) -> None:
    releases = range(0, 400_000, 4_000)
    await index.add(session, [row(r * 1024, "odd" if n % 2 else "even", "en") for n, r in enumerate(releases)])
    await index.add(session, [row(3, "odd and even", "en")])
    query = parse_query("odd even", ["en"])
    page = await index.newest_matches(session, query, limit=10)
    assert page.positions == []
    assert not page.exhausted
    newest = releases[-1] * 1024
    assert page.examined_to is not None
    assert index.BUDGET <= newest + 1 - page.examined_to < 3 * index.BUDGET
    walked, before = list[int](), page.examined_to
    for _ in range(20):
        page = await index.newest_matches(session, query, before=before, limit=10)
        walked.extend(page.positions)
        if page.examined_to is None:
            break
        assert page.examined_to < before
        before = page.examined_to
    assert walked == [3]
    assert page.exhausted


async def test_one_rare_word_is_found_however_far_down(session: AsyncSession) -> None:
    await index.add(session, [row(r * 1024, "common", "en") for r in range(1_000, 4_000_000, 40_000)])
    await index.add(session, [row(7, "rare", "en")])
    assert (await index.newest_matches(session, parse_query("rare", ["en"]), limit=1)).positions == [7]
    await index.add(session, [row(3_990_000 * 1024, "singular", "en")])
    assert (await index.oldest_matches(session, parse_query("singular", ["en"]), limit=1)).positions == [
        3_990_000 * 1024
    ]


async def test_what_was_removed_is_not_found_and_can_be_added_again(session: AsyncSession) -> None:
    await index.add(session, [row(1, "A lantern", "en"), row(2, "A lantern", "en")])
    await index.remove(session, [2, 2, 77])
    assert await found(session, "lantern") == [1]
    await index.add(session, [row(2, "A robot", "en")])
    assert await found(session, "lantern") == [1]
    assert await found(session, "robot") == [2]
    await index.add(session, [])
    await index.remove(session, [])


async def test_a_position_is_taken_once(session: AsyncSession) -> None:
    await index.add(session, [row(1, "A lantern", "en")])
    with pytest.raises(sa.exc.IntegrityError):
        await index.add(session, [row(1, "A robot", "en")])


async def test_headline_and_body_are_searched_together(session: AsyncSession) -> None:
    await index.add(session, [(1, stored_tokens("Lantern night", "en"), stored_tokens("A robot at night", "en"))])
    assert await found(session, "robot lantern") == [1]


async def test_a_huge_text_is_found_by_its_beginning(session: AsyncSession) -> None:
    text = "beginning " + " ".join(f"{number:x}" for number in range(200_000))
    assert len(text) > 2 * MAX_STORED_BYTES
    huge = stored_tokens(text, "en")
    await index.add(session, [(1, huge, stored_tokens(text[::-1], "en")), row(2, "", "en")])
    assert await found(session, "beginning") == [1]


async def test_a_query_of_the_greatest_length_in_many_languages_is_answered(session: AsyncSession) -> None:
    text = " ".join(f"word{number}" for number in range(64))
    tags = [first + second for first in "abcde" for second in "abcdefgh"]
    await index.add(session, [row(1, text, "ee")])
    assert await found(session, text, tags) == [1]


async def test_a_pool_without_rows_or_languages_has_no_matches(session: AsyncSession) -> None:
    for typed in ("robot", "robot lantern"):
        assert (await index.newest_matches(session, parse_query(typed, ["en"]), limit=5)).exhausted
        assert (await index.newest_matches(session, parse_query(typed, []), limit=5)).exhausted
    with pytest.raises(ValueError, match="limit"):
        await index.newest_matches(session, parse_query("robot", ["en"]), limit=0)


async def test_bulk_loading_leaves_an_index_that_finds(session: AsyncSession) -> None:
    await index.begin_bulk(session)
    await index.add(session, [row(n, SENTENCES["el"], "el") for n in range(1, 200)])
    await index.finish_bulk(session)
    assert await found(session, "φανάρια", limit=3) == [199, 198, 197]
    await index.remove(session, [199])
    assert await found(session, "φανάρια", limit=1) == [198]


async def test_bulk_loading_that_was_broken_off_can_be_begun_and_finished_again(session: AsyncSession) -> None:
    await index.finish_bulk(session)
    await index.begin_bulk(session)
    await index.begin_bulk(session)
    await index.add(session, [row(1, "A lantern", "en")])
    await index.finish_bulk(session)
    await index.finish_bulk(session)
    assert await found(session, "lantern") == [1]


async def test_the_tables_go_and_come_again(session: AsyncSession, database: Database) -> None:
    for statement in (*index.drop_statements(database.dialect), *index.create_statements(database.dialect)):
        await (await session.connection()).execute(sa.text(statement))
    await index.add(session, [row(1, "A lantern", "en")])
    assert await found(session, "lantern") == [1]


def test_search_objects_are_told_by_name() -> None:
    assert all(map(index.is_search_object, ("pool_text", "pool_text_data", "pool_text_source")))
    assert not any(map(index.is_search_object, ("pool_entry", "pool_texts", "posting")))
