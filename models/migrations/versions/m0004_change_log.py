"""The change log's readers: how far it was trimmed and compacted, and which agreements it was told are in force

Revision: 0004
Revises: 0003
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("INSERT INTO counter (name, value) VALUES ('event_horizon', 0), ('event_compacted', 0)")
    op.add_column("agreement", sa.Column("in_force", sa.Boolean(), nullable=False, server_default=sa.false()))
    instant = models.base.UTCDateTime(timezone=True)
    agreement = sa.table(
        "agreement",
        sa.column("in_force", sa.Boolean()),
        sa.column("suspended", sa.Boolean()),
        sa.column("starts_at", instant),
        sa.column("ends_at", instant),
    )
    now, columns = datetime.now(UTC), agreement.c
    has_begun, has_ended = columns.starts_at <= now, sa.and_(columns.ends_at.is_not(None), columns.ends_at <= now)
    op.execute(
        agreement.update().where(sa.not_(columns.suspended), has_begun, sa.not_(has_ended)).values(in_force=sa.true())
    )


def downgrade() -> None:
    op.execute("ALTER TABLE agreement DROP COLUMN in_force")
    op.execute("DELETE FROM counter WHERE name IN ('event_horizon', 'event_compacted')")
