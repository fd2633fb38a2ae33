"""Tables of figures: what was counted, when it was true, who says so, and how good it is."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, Index

from models.base import BigInt, Json, JsonObject, Table, UTCDateTime, enum_column, new_id
from models.outlet import FigureGrade, FigureQualifier
from models.reprint.table import TimePrecision


class Measure(StrEnum):
    """What a figure counts. `docs/measurement.md` gives the definitions and where they come from."""

    VIEWS = "VIEWS"
    """How often a page, a post or a picture was shown to somebody who asked for it."""
    PLAYS = "PLAYS"
    """How often a video or a sound was started."""
    READS = "READS"
    """How often an article was opened, as the platform counts it."""
    IMPRESSIONS = "IMPRESSIONS"
    """How often it came onto a screen, whether or not anybody asked for it."""
    REACH = "REACH"
    """How many different people were served it: counted without repetition by whoever gives the figure."""
    LIKES = "LIKES"
    """Likes, hearts and other applause."""
    COMMENTS = "COMMENTS"
    """Comments."""
    SHARES = "SHARES"
    """How often it was passed on."""
    SAVES = "SAVES"
    """How often it was put aside for later."""
    CLICKS = "CLICKS"
    """How often a link was followed."""
    FOLLOWERS = "FOLLOWERS"
    """Accounts that follow an outlet. Never views."""


class Accumulation(StrEnum):
    """What a figure runs over."""

    CUMULATIVE = "CUMULATIVE"
    """From the beginning until `asOf`."""
    DELTA = "DELTA"
    """From `since` until `asOf`."""


class Counting(StrEnum):
    """Whether robots are in a count."""

    RAW = "RAW"
    """As it was counted, robots among it or not."""
    FILTERED = "FILTERED"
    """Without known robots."""


class MetricGroup(Table, table=True):
    """Copies or accounts for which one figure was given together, such as nine posts about one festival.

    `ran_at` is when what is in it ran, as exactly as `ran_precision` says; None where nobody knows, or where it is about accounts as such.
    """

    __tablename__ = "metric_group"

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    key: str = Field(unique=True, max_length=64)
    name: str = Field(max_length=255)
    story_id: uuid.UUID | None = Field(default=None, foreign_key="story.id", index=True)
    note: str | None = Field(default=None, sa_type=sa.Text)
    stated_size: int | None = None
    ran_at: datetime | None = Field(default=None, sa_type=UTCDateTime, index=True)
    ran_precision: TimePrecision | None = Field(default=None, sa_type=enum_column(TimePrecision, checked=False))
    created_at: datetime = Field(sa_type=UTCDateTime)
    demonstration: bool = False


class MetricGroupMember(Table, table=True):
    """A copy, or an outlet, in a group. A copy is in one group at most, so that nothing is counted twice."""

    __tablename__ = "metric_group_member"
    __table_args__ = (
        sa.UniqueConstraint("reprint_id"),
        sa.UniqueConstraint("group_id", "outlet_id"),
        Index("ix_metric_group_member_group_id", "group_id"),
        Index("ix_metric_group_member_outlet_id", "outlet_id"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    group_id: uuid.UUID = Field(foreign_key="metric_group.id")
    reprint_id: uuid.UUID | None = Field(default=None, foreign_key="reprint.id")
    outlet_id: uuid.UUID | None = Field(default=None, foreign_key="outlet.id")


class MetricSnapshot(Table, table=True):
    """One figure of a copy, a group or an outlet at one time. Never changed, never deleted.

    `snapshot_key` is the SHA-256 (hex) of all that it says, so that the same said again is the same. `breakdown` holds objects of
    `territory`, `ageBand` and `value`. `decreased` marks a cumulative figure below an earlier one: it is kept as it was given.
    """

    __tablename__ = "metric_snapshot"
    __table_args__ = (
        sa.CheckConstraint(
            "(CASE WHEN reprint_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN group_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN outlet_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_subject",
        ),
        sa.CheckConstraint("value >= 0", name="not_negative"),
        Index("ix_metric_snapshot_reprint_id_measure", "reprint_id", "measure", "as_of"),
        Index("ix_metric_snapshot_group_id_measure", "group_id", "measure", "as_of"),
        Index("ix_metric_snapshot_outlet_id_measure", "outlet_id", "measure", "as_of"),
        Index(
            "ix_metric_snapshot_of_outlets",
            "as_of",
            sqlite_where=sa.text("outlet_id IS NOT NULL"),
            postgresql_where=sa.text("outlet_id IS NOT NULL"),
        ),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    snapshot_key: str = Field(max_length=64, unique=True)
    reprint_id: uuid.UUID | None = Field(default=None, foreign_key="reprint.id")
    group_id: uuid.UUID | None = Field(default=None, foreign_key="metric_group.id")
    outlet_id: uuid.UUID | None = Field(default=None, foreign_key="outlet.id")
    measure: Measure = Field(sa_type=enum_column(Measure))
    value: int = Field(sa_type=BigInt)
    accumulation: Accumulation = Field(sa_type=enum_column(Accumulation))
    counting: Counting = Field(sa_type=enum_column(Counting))
    since: datetime | None = Field(default=None, sa_type=UTCDateTime)
    as_of: datetime = Field(sa_type=UTCDateTime)
    source: str = Field(max_length=255)
    method: str | None = Field(default=None, max_length=255)
    evidence: str | None = Field(default=None, max_length=2048)
    grade: FigureGrade = Field(sa_type=enum_column(FigureGrade))
    qualifier: FigureQualifier = Field(sa_type=enum_column(FigureQualifier))
    breakdown: list[JsonObject] = Field(default_factory=list, sa_type=Json)
    decreased: bool = False
    partner_id: uuid.UUID | None = Field(default=None, foreign_key="partner.id", index=True)
    created_by: str = Field(max_length=128)
    created_at: datetime = Field(sa_type=UTCDateTime)


class StandingFigure(Table, table=True):
    """What stands of a measure for a copy or a group: worked out anew, by `models.metric.standing`, whenever a snapshot comes.

    `subject_id` is that of the copy or the group. `snapshot_id` is the snapshot that it goes back to first: the newest cumulative one,
    or, where there are only deltas, the last of them.
    """

    __tablename__ = "standing_figure"

    subject_id: uuid.UUID = Field(primary_key=True)
    measure: Measure = Field(primary_key=True, sa_type=enum_column(Measure))
    counting: Counting = Field(primary_key=True, sa_type=enum_column(Counting))
    value: int = Field(sa_type=BigInt)
    grade: FigureGrade = Field(sa_type=enum_column(FigureGrade))
    qualifier: FigureQualifier = Field(sa_type=enum_column(FigureQualifier))
    as_of: datetime = Field(sa_type=UTCDateTime)
    snapshot_id: uuid.UUID = Field(foreign_key="metric_snapshot.id")
