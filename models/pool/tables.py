"""Tables of the pool.

A **release** takes the next number; numbers are given in commit order. A live story is found under the number of its newest
release, so newest first is number descending. Each live variant has an entry at `position = release number × 1024 + ordinal`: a
story's variants lie side by side. Postings (key, release number) say which live stories carry a value that can be filtered by.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, Index, UniqueConstraint

from models.base import BigInt, Json, Table, UTCDateTime, enum_column
from models.story import PubStatus, more_severe
from models.variant import Form

RELEASE_COUNTER = "release"
POSITIONS_PER_RELEASE = 1024
"""Room for the variants of one story; a story cannot have more."""
_BEYOND = 2**62 // POSITIONS_PER_RELEASE


def first_position(release_id: int) -> int:
    """The position of a release's first variant; of a number beyond all releases, one that a column still holds."""
    return min(release_id, _BEYOND) * POSITIONS_PER_RELEASE


def release_of(position: int) -> int:
    """The release number that a position belongs to."""
    return position // POSITIONS_PER_RELEASE


class ReleaseKind(StrEnum):
    """Why a story has a new version."""

    RELEASE = "RELEASE"
    """Content passed the release door."""
    WITHHOLD = "WITHHOLD"
    """The story, or a part of it, was withheld."""
    CANCEL = "CANCEL"
    """The story, or a part of it, was killed."""
    REINSTATE = "REINSTATE"
    """The story, or a part of it, is usable again."""


class Release(Table, table=True):
    """One version of a story: what happened, when, and for which reason. Never changed, never deleted.

    `variant_ids` are the variants that it was about; None where it was about all of them.
    """

    __table_args__ = (UniqueConstraint("story_id", "version"),)

    id: int = Field(primary_key=True, sa_type=BigInt, sa_column_kwargs={"autoincrement": False})
    story_id: uuid.UUID = Field(foreign_key="story.id")
    version: int
    kind: ReleaseKind = Field(sa_type=enum_column(ReleaseKind))
    at: datetime = Field(sa_type=UTCDateTime)
    by: str = Field(max_length=128)
    reason: str | None = Field(default=None, sa_type=sa.Text)
    variant_ids: list[str] | None = Field(default=None, sa_type=Json)


class Document(Table, table=True):
    """The frozen content of one release, as JSON text (`models.document` gives its shape). Never changed."""

    release_id: int = Field(
        primary_key=True, foreign_key="release.id", sa_type=BigInt, sa_column_kwargs={"autoincrement": False}
    )
    content: str = Field(sa_type=sa.Text)


class PoolStory(Table, table=True):
    """The live state of a story in the pool: which release is live, and what overrides its document.

    `content_created` is the moment of the version where the story has none.
    `variant_status` holds the pubStatus of variants that differ from their story's, by variant id.
    """

    __tablename__ = "pool_story"
    __table_args__ = (
        Index("ix_pool_story_content_created_release_id", "content_created", "release_id"),
        Index("ix_pool_story_version_created_release_id", "version_created", "release_id"),
    )

    story_id: uuid.UUID = Field(primary_key=True, foreign_key="story.id")
    release_id: int = Field(sa_type=BigInt, unique=True, foreign_key="release.id")
    version: int
    version_created: datetime = Field(sa_type=UTCDateTime)
    content_created: datetime = Field(sa_type=UTCDateTime)
    pub_status: PubStatus = Field(sa_type=enum_column(PubStatus))
    embargoed_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    expires: datetime | None = Field(default=None, sa_type=UTCDateTime)
    variant_status: dict[str, str] = Field(default_factory=dict, sa_type=Json)

    def status_of(self, variant_id: str) -> PubStatus:
        """The pubStatus of a variant: the more severe of its own and its story's."""
        return more_severe(self.pub_status, PubStatus(self.variant_status.get(variant_id, PubStatus.USABLE)))


class PoolEntry(Table, table=True):
    """One live variant at its position, with what filters and decisions ask of it.

    `rights_id` names its distinct (policy, language, form), so that a query decides each of those once.
    """

    __tablename__ = "pool_entry"
    __table_args__ = (
        Index(
            "ix_pool_entry_hidden",
            "position",
            sqlite_where=sa.text("embargoed_until IS NOT NULL OR expires IS NOT NULL OR pub_status <> 'USABLE'"),
            postgresql_where=sa.text("embargoed_until IS NOT NULL OR expires IS NOT NULL OR pub_status <> 'USABLE'"),
        ),
        Index(
            "ix_pool_entry_taken_back",
            "position",
            sqlite_where=sa.text("pub_status <> 'USABLE'"),
            postgresql_where=sa.text("pub_status <> 'USABLE'"),
        ),
    )

    position: int = Field(primary_key=True, sa_type=BigInt, sa_column_kwargs={"autoincrement": False})
    variant_id: uuid.UUID = Field(unique=True, foreign_key="variant.id")
    language: str = Field(max_length=35)
    form: Form = Field(sa_type=enum_column(Form))
    series: str | None = Field(default=None, max_length=64)
    topic: str | None = Field(default=None, max_length=64)
    rights_id: int
    content_created: datetime = Field(sa_type=UTCDateTime)
    pub_status: PubStatus = Field(sa_type=enum_column(PubStatus))
    embargoed_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    expires: datetime | None = Field(default=None, sa_type=UTCDateTime)


class PoolRights(Table, table=True):
    """A distinct (policy, language, form) among the entries; a usage decision holds for all entries of one row."""

    __tablename__ = "pool_rights"
    __table_args__ = (UniqueConstraint("policy_hash", "language", "form"),)

    id: int = Field(primary_key=True)
    policy_hash: str = Field(foreign_key="policy.hash", max_length=64)
    language: str = Field(max_length=35)
    form: Form = Field(sa_type=enum_column(Form))


class PoolKey(Table, table=True):
    """Something that live stories can be filtered by, and how many carry it."""

    __tablename__ = "pool_key"
    __table_args__ = (UniqueConstraint("kind", "value"),)

    id: int = Field(primary_key=True)
    kind: str = Field(max_length=24)
    value: str = Field(max_length=128)
    stories: int = 0


class Posting(Table, table=True):
    """A live story carries a key."""

    __table_args__ = ({"sqlite_with_rowid": False},)

    key_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    release_id: int = Field(primary_key=True, sa_type=BigInt, sa_column_kwargs={"autoincrement": False})


class PoolOpening(Table, table=True):
    """Which conditional permissions of a variant are open to a partner, from a moment on; derived, like the rest of the index.

    A permission is conditional where it has a count, or a duty that shuts it (`Policy.conditional`). Bit n stands for the n-th of them.
    `open_new` is for a use that the partner does not hold yet, `open_held` for one that it holds: a count asks nothing of that. The row
    with the latest `starts_at` that is not after now is the one that holds; without a row, `Policy.open_at_first` does.
    """

    __tablename__ = "pool_opening"
    __table_args__ = ({"sqlite_with_rowid": False},)

    partner_id: uuid.UUID = Field(primary_key=True, foreign_key="partner.id")
    variant_id: uuid.UUID = Field(primary_key=True, foreign_key="variant.id")
    starts_at: datetime = Field(primary_key=True, sa_type=UTCDateTime)
    open_new: int
    open_held: int
