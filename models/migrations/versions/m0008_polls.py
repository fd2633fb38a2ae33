"""Who polls, and when last

Revision: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "partner_poll",
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("first_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("last_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("alarmed_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_partner_poll_partner_id_partner")),
        sa.PrimaryKeyConstraint("partner_id", name=op.f("pk_partner_poll")),
    )


def downgrade() -> None:
    op.drop_table("partner_poll")
