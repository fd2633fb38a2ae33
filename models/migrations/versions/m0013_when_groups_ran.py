"""When the copies of a group ran

Revision: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("metric_group") as batch:
        batch.add_column(sa.Column("ran_at", models.base.UTCDateTime(timezone=True), nullable=True))
        batch.add_column(
            sa.Column(
                "ran_precision",
                sa.Enum(
                    "SECOND", "MINUTE", "DAY", "MONTH", "YEAR", name="time_precision", native_enum=False, length=24
                ),
                nullable=True,
            )
        )
        batch.create_index(op.f("ix_metric_group_ran_at"), ["ran_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("metric_group") as batch:
        batch.drop_index(op.f("ix_metric_group_ran_at"))
        batch.drop_column("ran_precision")
        batch.drop_column("ran_at")
