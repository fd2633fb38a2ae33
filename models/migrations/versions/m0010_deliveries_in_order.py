"""What is due is read in the order of an index, however much waits

Revision: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_PENDING = sa.text("state = 'PENDING'")


def upgrade() -> None:
    _replace(["next_at", "id"])


def downgrade() -> None:
    _replace(["next_at"])


def _replace(columns: list[str]) -> None:
    op.drop_index("ix_delivery_due", "delivery")
    op.create_index("ix_delivery_due", "delivery", columns, sqlite_where=_PENDING, postgresql_where=_PENDING)
