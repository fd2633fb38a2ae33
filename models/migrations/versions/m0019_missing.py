"""Pickups that are waited for, and those of which no copy is known by their day

Revision: 0019
Revises: 0018
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_INDEXES = {
    "ix_pickup_awaited_until": (["awaited_until"], "awaited_until IS NOT NULL"),
    "ix_pickup_missing_id": (["id"], "missing_since IS NOT NULL"),
    "ix_pickup_partner_id_missing_id": (["partner_id", "id"], "missing_since IS NOT NULL"),
}
_COLUMNS = ("id", "released_at", "awaited_until", "missing_since")
_DUE = {
    "postgresql": "coalesce(planned_at, created_at) + interval '30 days'",
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f', coalesce(planned_at, created_at), '+30 days') || '000'",
}
_NOW = {"postgresql": "now()", "sqlite": "strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'"}


def upgrade() -> None:
    for name in ("awaited_until", "missing_since"):
        op.add_column("pickup", sa.Column(name, models.base.UTCDateTime(timezone=True), nullable=True))
    dialect = op.get_bind().dialect.name
    # What is long missing is known as such, and told to nobody: it is no news.
    pickup, reprint = (
        sa.table("pickup", *map(sa.column, _COLUMNS)),
        sa.table("reprint", *map(sa.column, ("pickup_id", "state"))),
    )
    copies = sa.exists().where(reprint.c.pickup_id == pickup.c.id, reprint.c.state != "WITHDRAWN")
    due: sa.ColumnElement[Any] = sa.literal_column(_DUE[dialect])
    now: sa.ColumnElement[Any] = sa.literal_column(_NOW[dialect])
    op.execute(
        sa.update(pickup)
        .where(pickup.c.released_at.is_(None), ~copies)
        .values(awaited_until=sa.case((due > now, due)), missing_since=sa.case((due <= now, due)))
    )
    for name, (columns, condition) in _INDEXES.items():
        where = sa.text(condition)
        op.create_index(name, "pickup", columns, unique=False, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.execute("DELETE FROM event WHERE kind = 'PICKUP_MISSING'")  # a version before cannot read it
    for name in reversed(_INDEXES):
        op.drop_index(name, table_name="pickup")
    for column in (
        "missing_since",
        "awaited_until",
    ):  # on SQLite a batch would make the table anew, without its triggers
        op.drop_column("pickup", column)
