"""Tables of the audit trail. Append-only: the database itself refuses to change or delete a row of them."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlmodel import Field, Index

from models.base import BigInt, Json, JsonObject, Table, UTCDateTime, new_id

SEAL_COUNTER = "audit_seal"
"""The counter of seals; who holds its row seals."""


class AuditEntry(Table, table=True):
    """One write: who, when, what, about which story or partner. `details` holds ids and short values, never content or secrets.

    The id carries the milliseconds of `at`, so that the order of ids is that of time.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_story_id_id", "story_id", "id"),
        Index("ix_audit_entry_partner_id_id", "partner_id", "id"),
        Index("ix_audit_entry_by_id", "by", "id"),
        Index("ix_audit_entry_action_id", "action", "id"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    at: datetime = Field(sa_type=UTCDateTime)
    by: str = Field(max_length=128)
    by_partner_id: uuid.UUID | None = None
    action: str = Field(max_length=64)
    subject_id: str | None = Field(default=None, max_length=128)
    story_id: uuid.UUID | None = None
    partner_id: uuid.UUID | None = None
    request_id: str | None = Field(default=None, max_length=128)
    details: JsonObject = Field(default_factory=dict, sa_type=Json)


class AuditUnsealed(Table, table=True):
    """An entry that is in no seal yet. It is put in by the transaction of its entry, and taken out by that of its seal, so that sealing
    finds what is left to do, however late a transaction commits and however many entries are sealed."""

    __tablename__ = "audit_unsealed"

    entry_id: uuid.UUID = Field(primary_key=True, foreign_key="audit_entry.id")


class AuditSeal(Table, table=True):
    """A sealed batch: SHA-256 (hex) over the seal before, the number, the moment and the hashes of its entries in order."""

    __tablename__ = "audit_seal"

    number: int = Field(primary_key=True, sa_type=BigInt, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UTCDateTime)
    entries: int
    previous_hash: str = Field(max_length=64)
    hash: str = Field(max_length=64)


class AuditLeaf(Table, table=True):
    """An entry in a seal, at its place, with the SHA-256 (hex) of its canonical form."""

    __tablename__ = "audit_leaf"
    __table_args__ = (Index("ix_audit_leaf_seal_number_ordinal", "seal_number", "ordinal", unique=True),)

    entry_id: uuid.UUID = Field(primary_key=True, foreign_key="audit_entry.id")
    seal_number: int = Field(sa_type=BigInt, foreign_key="audit_seal.number")
    ordinal: int
    hash: str = Field(max_length=64)
