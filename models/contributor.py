"""Contributors: who tells a story or shoots it."""

from __future__ import annotations

import uuid
from enum import StrEnum

from sqlmodel import Field

from models.base import Json, Table, enum_column, new_id


class ContributorRelation(StrEnum):
    """How a contributor stands to the centre."""

    STAFF = "STAFF"
    """Works for the centre."""
    FOREIGN_RESIDENT = "FOREIGN_RESIDENT"
    """Lives in the city and comes from abroad."""
    STUDENT = "STUDENT"
    """Studies in the city."""
    EXPERT = "EXPERT"
    """Is asked for knowledge of a field."""


class ContributorRole(StrEnum):
    """What a contributor did for a story."""

    REPORTER = "REPORTER"
    """Found it out and wrote it."""
    ON_CAMERA = "ON_CAMERA"
    """Tells it in front of the camera."""
    CAMERA = "CAMERA"
    """Shot it."""
    TRANSLATOR = "TRANSLATOR"
    """Carried it into another language."""


class Contributor(Table, table=True):
    """A person who contributes; `nationality` is an ISO 3166-1 code, `consent` to be named was given."""

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    key: str = Field(unique=True, max_length=64)
    names: dict[str, str] = Field(sa_type=Json)
    relation: ContributorRelation = Field(sa_type=enum_column(ContributorRelation))
    nationality: str | None = Field(default=None, max_length=2)
    language: str | None = Field(default=None, max_length=35)
    consent: bool = False


class StoryContributor(Table, table=True):
    """Who did what for a story."""

    story_id: uuid.UUID = Field(foreign_key="story.id", primary_key=True, ondelete="CASCADE")
    contributor_id: uuid.UUID = Field(foreign_key="contributor.id", primary_key=True, index=True)
    role: ContributorRole = Field(sa_type=enum_column(ContributorRole), primary_key=True)
