"""Approvals: who has read a variant in review, and found that it may be released."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlmodel import Field

from models.base import Table, UTCDateTime


class Approval(Table, table=True):
    """Somebody approves what a variant says in its present review. What is saved afterwards takes the row away."""

    variant_id: uuid.UUID = Field(foreign_key="variant.id", primary_key=True, ondelete="CASCADE")
    by: str = Field(primary_key=True, max_length=128)
    at: datetime = Field(sa_type=UTCDateTime)
    revision: int
