"""Series: running content brands."""

from __future__ import annotations

import uuid
from typing import TypedDict

from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import Json, Table, new_id
from models.catalogue import add_entry, change_entry, hold_entry, need, read_texts
from models.key import page_by_key, parse_key
from models.paging import Page, PageRequest

_NOUN = "series"


class Series(Table, table=True):
    """A running content brand, such as 趣龙岗·有意思; names and descriptions per language tag."""

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    key: str = Field(unique=True, max_length=64)
    names: dict[str, str] = Field(sa_type=Json)
    descriptions: dict[str, str] = Field(default_factory=dict, sa_type=Json)


class SeriesChanges(TypedDict, total=False):
    """What is to be said of a series anew; what is left out stays as it is."""

    names: dict[str, str]
    descriptions: dict[str, str]


async def create_series(session: AsyncSession, key: str, changes: SeriesChanges) -> Series:
    """Adds a series. The same again finds the same one.

    :raises KeyTaken: another series has the key.
    :raises BadInput: a value cannot be right, or names are missing.
    """
    need(changes, _NOUN, "names")
    return await add_entry(session, Series, _NOUN, {"key": parse_key(key)}, read_texts(changes))


async def update_series(session: AsyncSession, series_id: uuid.UUID, changes: SeriesChanges) -> Series:
    """Says something of a series anew. Released stories say it from their next release on.

    :raises NotFound: no such series.
    :raises BadInput: a value cannot be right.
    """
    return await change_entry(session, await hold_entry(session, Series, _NOUN, series_id), read_texts(changes))


async def find_series(session: AsyncSession, request: PageRequest) -> Page[Series]:
    """A page of series by their keys."""
    return await page_by_key(session, select(Series), col(Series.key), request)
