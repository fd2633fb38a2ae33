"""What was taken back is found apart from all else

Revision: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_pool_entry_taken_back",
        "pool_entry",
        ["position"],
        sqlite_where=sa.text("pub_status <> 'USABLE'"),
        postgresql_where=sa.text("pub_status <> 'USABLE'"),
    )


def downgrade() -> None:
    op.drop_index("ix_pool_entry_taken_back", "pool_entry")
