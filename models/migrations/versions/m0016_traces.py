"""Short links and pixels of pickups, and how often they were asked for

Revision: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pickup_trace",
        sa.Column("pickup_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("signature", sa.String(length=64), nullable=False),
        sa.Column("pixel_copies", sa.Integer(), nullable=False),
        sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["pickup_id"], ["pickup.id"], name=op.f("fk_pickup_trace_pickup_id_pickup")),
        sa.PrimaryKeyConstraint("pickup_id", name=op.f("pk_pickup_trace")),
        sa.UniqueConstraint("code", name=op.f("uq_pickup_trace_code")),
    )
    op.create_table(
        "trace_count",
        sa.Column("pickup_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("SHORT_LINK", "PIXEL", name="trace_kind", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("raw", models.base.BigInt, nullable=False),
        sa.Column("filtered", models.base.BigInt, nullable=False),
        sa.Column("told_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("filtered <= raw", name=op.f("ck_trace_count_filtered_of_raw")),
        sa.ForeignKeyConstraint(["pickup_id"], ["pickup.id"], name=op.f("fk_trace_count_pickup_id_pickup")),
        sa.PrimaryKeyConstraint("pickup_id", "kind", "day", "subject_id", name=op.f("pk_trace_count")),
    )
    op.create_index(
        "ix_trace_count_open",
        "trace_count",
        ["day"],
        unique=False,
        sqlite_where=sa.text("told_at IS NULL"),
        postgresql_where=sa.text("told_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_trace_count_open", table_name="trace_count")
    op.drop_table("trace_count")
    op.drop_table("pickup_trace")
