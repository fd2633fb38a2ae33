"""Natural keys: what they may look like, and that two never share one."""

from __future__ import annotations

import asyncio

import pytest
from sqlmodel import select

from models.database import Database
from models.errors import BadInput
from models.key import LONGEST_KEY, add_with_key, parse_key
from models.series import Series


@pytest.mark.parametrize("key", ["a", "fun-longgang", "medtop:20000002", "2026.1", "k" * LONGEST_KEY])
def test_a_key_is_kept_as_it_was_given(key: str) -> None:
    assert parse_key(key) == key


@pytest.mark.parametrize("key", ["", "-a", "Ab", "a b", "ä", "a_b", "a\n", "k" * (LONGEST_KEY + 1)])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(BadInput):
        parse_key(key)


async def test_of_many_that_add_a_key_at_once_one_is_new_and_all_find_its_row(database: Database) -> None:
    async def add(name: str) -> tuple[str, bool]:
        async with database.write() as session:
            row, is_new = await add_with_key(session, Series(key="once", names={"en": name}))
            return row.names["en"], is_new

    answers = await asyncio.gather(*(add(str(number)) for number in range(8)))
    assert [is_new for _, is_new in answers].count(True) == 1
    assert len({name for name, _ in answers}) == 1
    async with database.read() as session:
        assert len((await session.exec(select(Series))).all()) == 1
