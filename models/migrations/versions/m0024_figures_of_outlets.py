"""An index of the figures of outlets by their moments, for the report that lists figures

Revision: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    of_outlets = sa.text("outlet_id IS NOT NULL")
    op.create_index(
        "ix_metric_snapshot_of_outlets",
        "metric_snapshot",
        ["as_of"],
        unique=False,
        sqlite_where=of_outlets,
        postgresql_where=of_outlets,
    )


def downgrade() -> None:
    op.drop_index("ix_metric_snapshot_of_outlets", table_name="metric_snapshot")
