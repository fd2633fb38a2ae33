"""Natural keys: the short names that people and data files give to partners, agreements, outlets and the like."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import POSTGRESQL, Table
from models.errors import BadInput

T = TypeVar("T", bound=Table)

LONGEST_KEY = 64
_KEY = re.compile(r"[a-z0-9][a-z0-9:.-]*", re.ASCII)


def parse_key(value: str, field: Sequence[str] = ("key",)) -> str:
    """A natural key, as it was given.

    :param field: the path of the input value, for the refusal.
    :raises BadInput: it has other characters than lower-case letters, digits, colons, dots and hyphens, or too many.
    """
    if len(value) > LONGEST_KEY or not _KEY.fullmatch(value):
        raise BadInput(
            f"{value[:80]!r} is not a key: write 1 to {LONGEST_KEY} of a-z, 0-9, ':', '.' and '-', a letter or digit first",
            field=field,
        )
    return value


async def add_with_key(session: AsyncSession, row: T, name: str = "key") -> tuple[T, bool]:
    """Adds a row unless its natural key is taken, and gives the row that has the key, with whether it is the new one.

    Two transactions that add the same key meet at its unique index: one of them waits, and then finds the other's row.

    :param name: the column of the natural key.
    """
    kind = type(row)
    table: sa.Table = kind.__table__  # type: ignore[attr-defined]  # of every table class
    values = {column.name: getattr(row, column.name) for column in table.columns}
    insert = postgresql.insert if session.get_bind().dialect.name == POSTGRESQL else sqlite.insert
    statement = insert(table).values(values).on_conflict_do_nothing(index_elements=[name]).returning(table.c[name])
    is_new = (await session.execute(statement)).first() is not None
    found = (await session.exec(select(kind).where(table.c[name] == values[name]))).one()
    return found, is_new
