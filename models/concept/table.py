"""Tables of the controlled vocabularies, and of organisations."""

from __future__ import annotations

import uuid
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, UniqueConstraint

from models.base import Json, Table, enum_column, new_id


class ConceptKind(StrEnum):
    """Which vocabulary a concept belongs to."""

    GENRE = "GENRE"
    """What kind of writing it is."""
    SUBJECT = "SUBJECT"
    """What it is about: an IPTC Media Topic."""
    PLACE = "PLACE"
    """Where it happens."""
    PERSON = "PERSON"
    """Who it is about."""


class Concept(Table, table=True):
    """A term of a vocabulary, with its name per language tag."""

    __table_args__ = (UniqueConstraint("kind", "code"),)

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    kind: ConceptKind = Field(sa_type=enum_column(ConceptKind))
    code: str = Field(max_length=64)
    names: dict[str, str] = Field(sa_type=Json)
    territory: str | None = Field(default=None, max_length=8)


class OrganisationKind(StrEnum):
    """What an organisation is."""

    MEDIA = "MEDIA"
    """A news organisation."""
    GOVERNMENT = "GOVERNMENT"
    """A public body or a mission abroad."""
    UNIVERSITY = "UNIVERSITY"
    """A university or college."""
    ENTERPRISE = "ENTERPRISE"
    """A company."""
    ALLIANCE = "ALLIANCE"
    """A group of organisations and people."""
    ACCOUNT = "ACCOUNT"
    """Known by its social account."""


class Organisation(Table, table=True):
    """An organisation that stories are about; `go_global` marks an enterprise in the go-global programme."""

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    key: str = Field(unique=True, max_length=64)
    kind: OrganisationKind = Field(sa_type=enum_column(OrganisationKind))
    names: dict[str, str] = Field(sa_type=Json)
    go_global: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})


class StoryConcept(Table, table=True):
    """A story is filed under a concept; `ordinal` keeps the editor's order."""

    story_id: uuid.UUID = Field(foreign_key="story.id", primary_key=True, ondelete="CASCADE")
    concept_id: uuid.UUID = Field(foreign_key="concept.id", primary_key=True, index=True)
    ordinal: int = 0


class StoryOrganisation(Table, table=True):
    """A story is about an organisation; with `is_brand` it tells of the enterprise's brand."""

    story_id: uuid.UUID = Field(foreign_key="story.id", primary_key=True, ondelete="CASCADE")
    organisation_id: uuid.UUID = Field(foreign_key="organisation.id", primary_key=True, index=True)
    ordinal: int = 0
    is_brand: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
