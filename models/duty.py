"""Duties that partners have taken upon themselves."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, Index

from models.base import Table, UTCDateTime, enum_column, new_id
from models.policy import DutyAction
from models.usage import DutyFact


class DutyState(StrEnum):
    """Where a duty stands. A pending one whose deadline has passed is violated, whatever its row says."""

    PENDING = "PENDING"
    """Not yet done."""
    FULFILLED = "FULFILLED"
    """Done."""
    VIOLATED = "VIOLATED"
    """Not done in time, or found not to be done."""
    WAIVED = "WAIVED"
    """The centre does without it."""


class AcceptedDuty(Table, table=True):
    """A duty of a partner, accepted with a pickup, or done beforehand where it is a precondition (then without one).

    One that the story's terms ask for is owed towards the story. One that an agreement's policy asks for has `agreement_id`: it is owed
    towards the agreement, and shuts that where it blocks.
    """

    __tablename__ = "accepted_duty"
    __table_args__ = (
        Index("ix_accepted_duty_partner_id_story_id", "partner_id", "story_id"),
        Index(
            "uq_accepted_duty_story",
            "partner_id",
            "story_id",
            "action",
            unique=True,
            sqlite_where=sa.text("pickup_id IS NULL AND agreement_id IS NULL"),
            postgresql_where=sa.text("pickup_id IS NULL AND agreement_id IS NULL"),
        ),
        Index(
            "uq_accepted_duty_agreement",
            "agreement_id",
            "action",
            unique=True,
            sqlite_where=sa.text("pickup_id IS NULL AND agreement_id IS NOT NULL"),
            postgresql_where=sa.text("pickup_id IS NULL AND agreement_id IS NOT NULL"),
        ),
        Index("ix_accepted_duty_state_deadline", "state", "deadline"),
    )

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    partner_id: uuid.UUID = Field(foreign_key="partner.id")
    story_id: uuid.UUID | None = Field(default=None, foreign_key="story.id", index=True)
    agreement_id: uuid.UUID | None = Field(default=None, foreign_key="agreement.id", index=True)
    pickup_id: uuid.UUID | None = Field(default=None, foreign_key="pickup.id", index=True)
    action: DutyAction = Field(sa_type=enum_column(DutyAction))
    blocking: bool = False
    state: DutyState = Field(sa_type=enum_column(DutyState))
    deadline: datetime | None = Field(default=None, sa_type=UTCDateTime)
    note: str | None = Field(default=None, sa_type=sa.Text)
    created_at: datetime = Field(sa_type=UTCDateTime)
    updated_at: datetime = Field(sa_type=UTCDateTime)
    updated_by: str = Field(max_length=128)

    def fact(self) -> DutyFact:
        """The duty as a decision takes it."""
        settled = self.state in (DutyState.FULFILLED, DutyState.WAIVED)
        return DutyFact(self.action, settled, self.state is DutyState.VIOLATED, self.deadline)

    def state_at(self, now: datetime) -> DutyState:
        """Where the duty stands at a moment."""
        overdue = self.state is DutyState.PENDING and self.deadline is not None and self.deadline <= now
        return DutyState.VIOLATED if overdue else self.state
