"""The catalogue: what stories are filed under and told by. Its entries are added by their natural key and changed by their id.

What released documents say of an entry stays as it was until the next release of each story.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import Table, new_id
from models.errors import BadInput, KeyTaken, NotFound
from models.key import add_with_key
from models.text import parse_texts

T = TypeVar("T", bound=Table)


async def add_entry(
    session: AsyncSession, row: type[T], noun: str, natural: Mapping[str, Any], values: Mapping[str, Any]
) -> T:
    """Adds an entry. The same again finds the same one.

    :param natural: its natural key, by column.
    :param values: what is said of it, by column.
    :raises KeyTaken: another entry has the natural key.
    """
    entry, is_new = await add_with_key(session, row(id=new_id(), **natural, **values), *natural)
    if not is_new and not says(entry, values):
        key = " ".join(map(str, natural.values()))
        raise KeyTaken(
            f"there is a {noun} {key!r} already; give its id to change it, or another key", field=[list(natural)[-1]]
        )
    return entry


async def hold_entry(session: AsyncSession, row: type[T], noun: str, entry_id: uuid.UUID) -> T:
    """An entry, whose other changes wait until the commit. Stories may be filed under it meanwhile.

    :raises NotFound: no such entry.
    """
    table: sa.Table = row.__table__  # type: ignore[attr-defined]  # of every table class
    held = select(row).where(table.c.id == entry_id).with_for_update(key_share=True)
    entry = (await session.exec(held)).first()
    if entry is None:
        raise NotFound(f"there is no {noun} {entry_id}", field=["id"])
    return entry


async def change_entry(session: AsyncSession, entry: T, values: Mapping[str, Any]) -> T:
    """Says something of an entry anew; what says nothing new changes nothing."""
    if not says(entry, values):
        for name, value in values.items():
            setattr(entry, name, value)
        session.add(entry)
        await session.flush()
    return entry


def says(entry: Table, values: Mapping[str, Any]) -> bool:
    """Whether an entry says so already."""
    return all(getattr(entry, name) == value for name, value in values.items())


def need(changes: Collection[str], noun: str, *names: str) -> None:
    """Refuses a new entry of which something is not said.

    :raises BadInput: one of the names is not there.
    """
    for name in names:
        if name not in changes:
            raise BadInput(f"a new {noun} needs {name}", field=[name])


def read_texts(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes with names and descriptions checked.

    :raises BadInput: a text that cannot be right.
    """
    read = dict(changes)
    if "names" in read:
        read["names"] = parse_texts(read["names"], ["names"])
    if "descriptions" in read:
        read["descriptions"] = parse_texts(read["descriptions"], ["descriptions"], least=0)
    return read
