"""Looks at copies, and what came of them

Revision: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_STATES = (
    "CLAIMED", "VERIFIED", "PARTIAL", "CREDIT_MISSING", "MISMATCH", "BLOCKED", "UNREACHABLE", "NEEDS_REVIEW", "DEAD_LINK", "CHANGED",
    "WITHDRAWN",
)  # fmt: skip
_FORMS = ("FULL", "EDITED", "EXCERPT", "TRANSLATION", "CAPTION", "VIDEO", "IMAGE_ONLY", "QUOTATION")


def upgrade() -> None:
    op.create_table(
        "reprint_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reprint_id", sa.Uuid(), nullable=False),
        sa.Column("at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Enum(*_STATES, name="reprint_state", native_enum=False, length=24), nullable=False),
        sa.Column("reasons", models.base.Json, nullable=False),
        sa.Column("form", sa.Enum(*_FORMS, name="reprint_form", native_enum=False, length=24), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("url", sa.String(length=2048), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("details", models.base.Json, nullable=False),
        sa.ForeignKeyConstraint(["reprint_id"], ["reprint.id"], name=op.f("fk_reprint_check_reprint_id_reprint")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reprint_check")),
    )
    op.create_index("ix_reprint_check_reprint_id_id", "reprint_check", ["reprint_id", "id"], unique=False)
    with op.batch_alter_table("reprint") as batch:
        batch.add_column(sa.Column("next_check_at", models.base.UTCDateTime(timezone=True), nullable=True))
        batch.create_index("ix_reprint_next_check_at", ["next_check_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("reprint") as batch:
        batch.drop_index("ix_reprint_next_check_at")
        batch.drop_column("next_check_at")
    op.drop_table("reprint_check")
