"""Tables of reprints: one row for each published copy, where it came from, and how the centre knows of it."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, Index

from models.base import BigInt, Json, JsonObject, Table, UTCDateTime, enum_column, new_id


class ReprintForm(StrEnum):
    """How much of the story a copy carries, and in which shape."""

    FULL = "FULL"
    """The whole text, unchanged."""
    EDITED = "EDITED"
    """The text with changes of the outlet's own."""
    EXCERPT = "EXCERPT"
    """A part of the text."""
    TRANSLATION = "TRANSLATION"
    """In a language that the centre did not supply."""
    CAPTION = "CAPTION"
    """A few lines under a picture or a video."""
    VIDEO = "VIDEO"
    """The video, with or without text."""
    IMAGE_ONLY = "IMAGE_ONLY"
    """Pictures without the text."""
    QUOTATION = "QUOTATION"
    """Sentences quoted in a text of the outlet's own."""


class ReprintState(StrEnum):
    """What is known of a copy."""

    CLAIMED = "CLAIMED"
    """Somebody said that it ran; nobody has looked."""
    VERIFIED = "VERIFIED"
    """It was seen, carries the story, and keeps what was agreed."""
    PARTIAL = "PARTIAL"
    """It was seen, and carries a part of the story."""
    CREDIT_MISSING = "CREDIT_MISSING"
    """It was seen, and does not name its source as was agreed."""
    MISMATCH = "MISMATCH"
    """It was seen, and breaks what was agreed otherwise, or carries another text."""
    BLOCKED = "BLOCKED"
    """Its address answers with a wall: a captcha, a login, a consent."""
    UNREACHABLE = "UNREACHABLE"
    """Its address did not answer."""
    NEEDS_REVIEW = "NEEDS_REVIEW"
    """It was looked at, and somebody has to decide."""
    DEAD_LINK = "DEAD_LINK"
    """There is nothing at its address."""
    CHANGED = "CHANGED"
    """It was seen before, and says something else now."""
    WITHDRAWN = "WITHDRAWN"
    """Whoever reported it took it back, or staff found it to be no copy."""


class ReprintWay(StrEnum):
    """How the centre came to know of a copy."""

    PARTNER = "PARTNER"
    """The partner reported it."""
    EDITOR = "EDITOR"
    """An editor entered it."""
    IMPORT = "IMPORT"
    """It came in a table."""
    WEBMENTION = "WEBMENTION"
    """The outlet's server told of it (W3C Webmention)."""
    PIXEL = "PIXEL"
    """The tracking pixel in the copy was shown."""
    DISCOVERY = "DISCOVERY"
    """It was found by its text."""


class EdgeKind(StrEnum):
    """What a copy is to the one that it came from."""

    REPRINT = "REPRINT"
    """An outlet ran it as its own publication."""
    REPOST = "REPOST"
    """An account passed it on."""
    QUOTE = "QUOTE"
    """It quotes it."""
    TRANSLATION = "TRANSLATION"
    """It is a translation of it."""
    EMBED = "EMBED"
    """It shows it inside a page of its own."""


class EdgeBasis(StrEnum):
    """Why one copy is held to come from another."""

    STATED = "STATED"
    """Whoever reported it, or the copy itself, says so."""
    LINKED = "LINKED"
    """The copy links to it."""
    MATCHED = "MATCHED"
    """What it holds was found in the other, and nowhere before."""
    INFERRED = "INFERRED"
    """It came after the other, and nothing else is known."""
    BY_HAND = "BY_HAND"
    """An editor decided so."""


class Stage(StrEnum):
    """How far along its way a copy is: local story, big account, community."""

    LOCAL_CREATION = "LOCAL_CREATION"
    """The centre, or whoever made the story."""
    BIG_ACCOUNT = "BIG_ACCOUNT"
    """An outlet that many follow."""
    COMMUNITY = "COMMUNITY"
    """Whoever passes it on from there."""


class TimePrecision(StrEnum):
    """How exactly a moment is known."""

    SECOND = "SECOND"
    """To the second."""
    MINUTE = "MINUTE"
    """To the minute."""
    DAY = "DAY"
    """The day, in the time zone of the reports."""
    MONTH = "MONTH"
    """The month."""
    YEAR = "YEAR"
    """The year."""


class TimeSource(StrEnum):
    """Who says when a copy was published."""

    STATED = "STATED"
    """Whoever reported it."""
    STRUCTURED_DATA = "STRUCTURED_DATA"
    """The page, in JSON-LD or microdata."""
    META = "META"
    """The page, in its metadata."""
    TIME_ELEMENT = "TIME_ELEMENT"
    """The page, in an element `time`."""
    TEXT = "TEXT"
    """The page, in its text."""
    ADDRESS = "ADDRESS"
    """The address of the page."""
    FIRST_SEEN = "FIRST_SEEN"
    """Nobody: it is when the centre first heard of it."""


class Reprint(Table, table=True):
    """One published copy or repost at one outlet.

    `copy_key` is the SHA-256 (hex) of what tells it from every other: its canonical address, or, where it has none (print, broadcast),
    outlet, day and place in it. `partner_id` is the partner whose pickup it is, `origin_partner_id` that of the nearest copy up its
    chain, itself included. `parent_id` is the copy that it came from, `root_id` the first of its chain and `depth` the number of steps
    from there. Who has neither parent nor pickup, at an outlet that is not the centre's own, came from somewhere unknown.
    """

    __table_args__ = (
        Index("ix_reprint_partner_id_id", "partner_id", "id"),
        Index("ix_reprint_origin_partner_id_id", "origin_partner_id", "id"),
        Index("ix_reprint_story_id_id", "story_id", "id"),
        Index("ix_reprint_outlet_id_id", "outlet_id", "id"),
        Index("ix_reprint_root_id_depth_id", "root_id", "depth", "id"),
        Index("ix_reprint_parent_id", "parent_id"),
        Index("ix_reprint_pickup_id", "pickup_id"),
        Index("ix_reprint_published_at_id", "published_at", "id"),
        Index("ix_reprint_state_id", "state", "id"),
        Index("ix_reprint_next_check_at", "next_check_at"),
        Index("ix_reprint_story_id_published_at", "story_id", "published_at"),
        Index("ix_reprint_outlet_id_story_id", "outlet_id", "story_id", "published_at"),
        Index("ix_reprint_outlet_id_published_at", "outlet_id", "published_at"),
        Index("ix_reprint_state_published_at", "state", "published_at", "id"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    copy_key: str = Field(max_length=64, unique=True)
    url: str | None = Field(default=None, max_length=2048)
    address: str | None = Field(default=None, max_length=2048)
    place: str | None = Field(default=None, max_length=255)
    title: str | None = Field(default=None, max_length=500)
    outlet_id: uuid.UUID = Field(foreign_key="outlet.id")
    pickup_id: uuid.UUID | None = Field(default=None, foreign_key="pickup.id")
    partner_id: uuid.UUID | None = Field(default=None, foreign_key="partner.id")
    origin_partner_id: uuid.UUID | None = Field(default=None, foreign_key="partner.id")
    parent_id: uuid.UUID | None = Field(default=None, foreign_key="reprint.id")
    root_id: uuid.UUID
    depth: int = 0
    edge_kind: EdgeKind = Field(sa_type=enum_column(EdgeKind))
    edge_basis: EdgeBasis = Field(sa_type=enum_column(EdgeBasis))
    edge_confidence: int
    story_id: uuid.UUID | None = Field(default=None, foreign_key="story.id")
    variant_id: uuid.UUID | None = Field(default=None, foreign_key="variant.id", index=True)
    variant_version: int | None = None
    language: str | None = Field(default=None, max_length=35)
    territory: str | None = Field(default=None, max_length=8)
    form: ReprintForm | None = Field(default=None, sa_type=enum_column(ReprintForm))
    published_at: datetime = Field(sa_type=UTCDateTime)
    published_precision: TimePrecision = Field(sa_type=enum_column(TimePrecision))
    published_source: TimeSource = Field(sa_type=enum_column(TimeSource))
    stage_given: Stage | None = Field(default=None, sa_type=enum_column(Stage))
    state: ReprintState = Field(default=ReprintState.CLAIMED, sa_type=enum_column(ReprintState))
    note: str | None = Field(default=None, sa_type=sa.Text)
    revision: int = 1
    created_at: datetime = Field(sa_type=UTCDateTime)
    updated_at: datetime = Field(sa_type=UTCDateTime)
    demonstration: bool = False
    next_check_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class ReprintSource(Table, table=True):
    """One way in which the centre came to know of a copy, with what was said there. The same way, again by the same, is one source.

    `source_key` is the SHA-256 (hex) over way and reporter.
    """

    __tablename__ = "reprint_source"
    __table_args__ = (
        sa.UniqueConstraint("reprint_id", "source_key"),
        Index("ix_reprint_source_partner_id", "partner_id"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    reprint_id: uuid.UUID = Field(foreign_key="reprint.id")
    source_key: str = Field(max_length=64)
    way: ReprintWay = Field(sa_type=enum_column(ReprintWay))
    partner_id: uuid.UUID | None = Field(default=None, foreign_key="partner.id")
    by: str = Field(max_length=128)
    said: JsonObject = Field(default_factory=dict, sa_type=Json)
    first_at: datetime = Field(sa_type=UTCDateTime)
    last_at: datetime = Field(sa_type=UTCDateTime)


class ReprintCheck(Table, table=True):
    """One look at a copy, and what came of it. Never changed.

    `sha256` names the page's bytes among the files, kept as evidence. `details` holds coverage, reach, pageShare, credit, creditWho,
    blocked, language, paragraphs (how many were KEPT, CHANGED, CUT, ADDED), title and translation (a proposal, or null).
    """

    __tablename__ = "reprint_check"
    __table_args__ = (Index("ix_reprint_check_reprint_id_id", "reprint_id", "id"),)

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    reprint_id: uuid.UUID = Field(foreign_key="reprint.id")
    at: datetime = Field(sa_type=UTCDateTime)
    state: ReprintState = Field(sa_type=enum_column(ReprintState, checked=False))
    reasons: list[str] = Field(default_factory=list, sa_type=Json)
    form: ReprintForm | None = Field(default=None, sa_type=enum_column(ReprintForm, checked=False))
    status: int | None = None
    url: str | None = Field(default=None, max_length=2048)
    sha256: str | None = Field(default=None, max_length=64)
    details: JsonObject = Field(default_factory=dict, sa_type=Json)


class MatchText(Table, table=True):
    """A variant version whose text is in the index of matching. `id` is that of its release × 1024 + its place in the document."""

    __tablename__ = "match_text"
    __table_args__ = (sa.UniqueConstraint("variant_id", "version"),)

    id: int = Field(primary_key=True, sa_type=BigInt, sa_column_kwargs={"autoincrement": False})
    story_id: uuid.UUID = Field(foreign_key="story.id", index=True)
    variant_id: uuid.UUID = Field(foreign_key="variant.id")
    version: int
    language: str = Field(max_length=35)


class MatchShingle(Table, table=True):
    """A shingle (`models.reprint.shingles`), and a text that holds it."""

    __tablename__ = "match_shingle"
    __table_args__ = ({"sqlite_with_rowid": False},)

    hash: int = Field(primary_key=True, sa_type=BigInt, sa_column_kwargs={"autoincrement": False})
    text_id: int = Field(primary_key=True, sa_type=BigInt, sa_column_kwargs={"autoincrement": False})


class MatchFact(Table, table=True):
    """A fact (`models.reprint.fact`), and a story that holds it in any language and version."""

    __tablename__ = "match_fact"
    __table_args__ = ({"sqlite_with_rowid": False},)

    hash: int = Field(primary_key=True, sa_type=BigInt, sa_column_kwargs={"autoincrement": False})
    story_id: uuid.UUID = Field(primary_key=True, foreign_key="story.id", index=True)


class MatchFactCount(Table, table=True):
    """How many stories hold a fact: the more, the less it says."""

    __tablename__ = "match_fact_count"

    hash: int = Field(primary_key=True, sa_type=BigInt, sa_column_kwargs={"autoincrement": False})
    stories: int
