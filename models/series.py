"""Series: running content brands."""

from __future__ import annotations

import uuid

from sqlmodel import Field

from models.base import Json, Table, new_id


class Series(Table, table=True):
    """A running content brand, such as 趣龙岗·有意思; names and descriptions per language tag."""

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    key: str = Field(unique=True, max_length=64)
    names: dict[str, str] = Field(sa_type=Json)
    descriptions: dict[str, str] = Field(default_factory=dict, sa_type=Json)
