"""Tables of rollups: the cells that reports read, the sizes of chains, and what is still to be worked in."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlmodel import Field, Index

from models.base import BigInt, Json, JsonObject, Table, UTCDateTime


class Axis(StrEnum):
    """By what is counted."""

    STORY = "STORY"
    OUTLET = "OUTLET"
    PLACE = "PLACE"
    """A language with a country or region."""
    PARTNER = "PARTNER"
    """Whose pickup a copy is, or else at whose outlet it ran."""
    TOTAL = "TOTAL"
    """Everything together."""
    SERIES = "SERIES"
    TOPIC = "TOPIC"
    BRAND = "BRAND"
    """An enterprise whose brand stories tell of."""


THINGS: Final = (Axis.SERIES, Axis.TOPIC, Axis.BRAND)
"""What stories belong to: its cells are those of its stories, added up."""


class RollupState(Table, table=True):
    """The one row that says by whose days is counted. `zone` is an IANA name; None until the rows were counted for the first time.

    Whoever folds or rebuilds locks it.
    """

    __tablename__ = "rollup_state"

    id: int = Field(default=1, primary_key=True)
    zone: str | None = Field(default=None, max_length=64)


class RollupCell(Table, table=True):
    """What is counted of one thing in one span. Cells of nothing are not kept.

    `id` is span, axis and item, with `/` between. `span` is `2025`, `2025-Q1`, `2025-03`, or nothing for all of time; copies count by
    when they were published, pickups by when they were made. `item` is the id of the thing in hex, or language and territory with `|`
    between. `seen` counts copies that were found to carry the story, `uncredited` those without credit; `outlets`, `stories` and
    `takers` (partners) count different ones, where the axis is not that itself; `timed` counts copies of which it is known how many
    `seconds` lay between pickup and publication,
    `missing` the pickups without a copy by their day. `figures` holds, by measure, the sum, how many figures of each grade are in it (from
    CLAIMED to MEASURED), and how many of each qualifier (EXACT, AT_LEAST, ABOUT); `reach` holds value, grade and qualifier of the largest.
    """

    __tablename__ = "rollup_cell"
    __table_args__ = (
        Index("ix_rollup_cell_span_axis_copies", "span", "axis", "copies", "item"),
        Index("ix_rollup_cell_axis_item", "axis", "item"),
    )

    id: str = Field(primary_key=True, max_length=96)
    span: str = Field(max_length=8)
    axis: str = Field(max_length=8)
    item: str = Field(max_length=64)
    copies: int = 0
    seen: int = 0
    uncredited: int = 0
    outlets: int = 0
    stories: int = 0
    timed: int = 0
    seconds: int = Field(default=0, sa_type=BigInt)
    pickups: int = 0
    missing: int = 0
    takers: int = 0
    figures: JsonObject = Field(default_factory=dict, sa_type=Json)
    reach: list[Any] | None = Field(default=None, sa_type=Json)


class RollupThing(Table, table=True):
    """What a story with copies belongs to, as its cells are counted there. `axis` is one of `THINGS`."""

    __tablename__ = "rollup_thing"

    story_id: uuid.UUID = Field(primary_key=True)
    axis: str = Field(primary_key=True, max_length=8)
    thing_id: uuid.UUID = Field(primary_key=True)


class RollupChain(Table, table=True):
    """How a chain spread, by the month (`2025-03`) in which its first copy was published; withdrawn ones left out.

    `steps` from the first copy to the farthest, `branches` are copies that others came from, `seconds` lie between the first and the last,
    and of `unsure` copies it is less than half sure where they came from.
    """

    __tablename__ = "rollup_chain"
    __table_args__ = (Index("ix_rollup_chain_month_copies", "month", "copies", "root_id"),)

    root_id: uuid.UUID = Field(primary_key=True)
    month: str = Field(max_length=8)
    copies: int
    steps: int
    branches: int
    outlets: int
    seconds: int = Field(sa_type=BigInt)
    unsure: int


class RollupChange(Table, table=True):
    """How something stood before a write that is still to be worked in; written by triggers alone.

    `kind` is R for a copy, F for a figure that stands of it, P for a pickup, S for what a story belongs to, of which nothing else is kept;
    `existed` is false where there was nothing before. The other
    columns are those of what it was, by their names there; `partner_id` of a copy is its partner's, or else that of its outlet.
    """

    __tablename__ = "rollup_change"
    __table_args__ = (Index("ix_rollup_change_subject_id", "subject_id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigInt)
    kind: str = Field(max_length=1)
    subject_id: uuid.UUID
    existed: bool
    published_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    published_precision: str | None = Field(default=None, max_length=24)
    story_id: uuid.UUID | None = None
    outlet_id: uuid.UUID | None = None
    partner_id: uuid.UUID | None = None
    pickup_id: uuid.UUID | None = None
    root_id: uuid.UUID | None = None
    language: str | None = Field(default=None, max_length=35)
    territory: str | None = Field(default=None, max_length=8)
    state: str | None = Field(default=None, max_length=24)
    measure: str | None = Field(default=None, max_length=24)
    counting: str | None = Field(default=None, max_length=24)
    value: int | None = Field(default=None, sa_type=BigInt)
    grade: str | None = Field(default=None, max_length=24)
    qualifier: str | None = Field(default=None, max_length=24)
    created_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    released_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    missing_since: datetime | None = Field(default=None, sa_type=UTCDateTime)
