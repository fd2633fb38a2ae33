"""Natural keys: the short names that people and data files give to partners, agreements, outlets and the like."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from models.base import POSTGRESQL, Table
from models.errors import BadInput
from models.paging import Page, PageRequest, cut_page

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


async def add_with_key(session: AsyncSession, row: T, *names: str) -> tuple[T, bool]:
    """Adds a row unless its natural key is taken, and gives the row that has the key, with whether it is the new one.

    Two transactions that add the same key meet at its unique index: one of them waits, and then finds the other's row.

    :param names: the columns of the natural key; `key` where none is named.
    """
    names = names or ("key",)
    kind = type(row)
    table: sa.Table = kind.__table__  # type: ignore[attr-defined]  # of every table class
    values = {column.name: getattr(row, column.name) for column in table.columns}
    insert = postgresql.insert if session.get_bind().dialect.name == POSTGRESQL else sqlite.insert
    statement = insert(table).values(values).on_conflict_do_nothing(index_elements=names).returning(table.c[names[0]])
    is_new = (await session.execute(statement)).first() is not None
    found = (await session.exec(select(kind).where(*(table.c[name] == values[name] for name in names)))).one()
    return found, is_new


async def page_by_key(
    session: AsyncSession, statement: SelectOfScalar[T], key: Mapped[str], request: PageRequest
) -> Page[T]:
    """A page of what the statement finds, by its natural key.

    :param key: the column `key` of what it finds.
    """
    if request.after is not None:
        statement = statement.where(key > str(request.after[0]))
    if request.before is not None:
        statement = statement.where(key < str(request.before[0]))
    order = key.desc() if request.backward else key.asc()
    found = (await session.exec(statement.order_by(order).limit(request.size + 1))).all()
    return cut_page(found, lambda row: (row.key,), request)  # type: ignore[attr-defined]  # by the column
