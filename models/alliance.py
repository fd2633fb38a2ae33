"""Alliances: groups of partners and contributors."""

from __future__ import annotations

import uuid

from sqlmodel import Field

from models.base import Json, Table, new_id


class Alliance(Table, table=True):
    """A group of partners and contributors that spreads stories together."""

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    key: str = Field(unique=True, max_length=64)
    names: dict[str, str] = Field(sa_type=Json)


class AlliancePartner(Table, table=True):
    """A partner belongs to an alliance."""

    alliance_id: uuid.UUID = Field(foreign_key="alliance.id", primary_key=True, ondelete="CASCADE")
    partner_id: uuid.UUID = Field(foreign_key="partner.id", primary_key=True, index=True)


class AllianceContributor(Table, table=True):
    """A contributor belongs to an alliance."""

    alliance_id: uuid.UUID = Field(foreign_key="alliance.id", primary_key=True, ondelete="CASCADE")
    contributor_id: uuid.UUID = Field(foreign_key="contributor.id", primary_key=True, index=True)
