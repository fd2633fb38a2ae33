"""Rollups that reports read, and the triggers that say what is to be worked into them

Databases with copies are counted by the command `storypool reprint rollup`, or by `storypool migrate`, right after this.

Revision: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

import models.base
from models.rollup.trigger import create_of_counted, drop_of_counted

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rollup_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rollup_state")),
    )
    op.create_table(
        "rollup_cell",
        sa.Column("id", sa.String(length=96), nullable=False),
        sa.Column("span", sa.String(length=8), nullable=False),
        sa.Column("axis", sa.String(length=8), nullable=False),
        sa.Column("item", sa.String(length=64), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("uncredited", sa.Integer(), nullable=False),
        sa.Column("outlets", sa.Integer(), nullable=False),
        sa.Column("stories", sa.Integer(), nullable=False),
        sa.Column("timed", sa.Integer(), nullable=False),
        sa.Column("seconds", models.base.BigInt, nullable=False),
        sa.Column("pickups", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("takers", sa.Integer(), nullable=False),
        sa.Column("figures", models.base.Json, nullable=False),
        sa.Column("reach", models.base.Json, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rollup_cell")),
    )
    op.create_index("ix_rollup_cell_span_axis_copies", "rollup_cell", ["span", "axis", "copies", "item"], unique=False)
    op.create_table(
        "rollup_chain",
        sa.Column("root_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.String(length=8), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("root_id", name=op.f("pk_rollup_chain")),
    )
    op.create_index(
        "ix_rollup_chain_month_copies",
        "rollup_chain",
        ["month", "copies", "root_id"],
        unique=False,
    )
    op.create_table(
        "rollup_change",
        sa.Column("id", models.base.BigInt, nullable=False),
        sa.Column("kind", sa.String(length=1), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("existed", sa.Boolean(), nullable=False),
        sa.Column("published_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("published_precision", sa.String(length=24), nullable=True),
        sa.Column("story_id", sa.Uuid(), nullable=True),
        sa.Column("outlet_id", sa.Uuid(), nullable=True),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("pickup_id", sa.Uuid(), nullable=True),
        sa.Column("root_id", sa.Uuid(), nullable=True),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("territory", sa.String(length=8), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=True),
        sa.Column("measure", sa.String(length=24), nullable=True),
        sa.Column("counting", sa.String(length=24), nullable=True),
        sa.Column("value", models.base.BigInt, nullable=True),
        sa.Column("grade", sa.String(length=24), nullable=True),
        sa.Column("qualifier", sa.String(length=24), nullable=True),
        sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("released_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("missing_since", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rollup_change")),
    )
    op.create_index("ix_rollup_change_subject_id", "rollup_change", ["subject_id"], unique=False)
    op.create_index("ix_reprint_story_id_published_at", "reprint", ["story_id", "published_at"], unique=False)
    op.create_index("ix_reprint_outlet_id_story_id", "reprint", ["outlet_id", "story_id", "published_at"], unique=False)
    op.create_index("ix_reprint_outlet_id_published_at", "reprint", ["outlet_id", "published_at"], unique=False)
    op.create_index("ix_reprint_state_published_at", "reprint", ["state", "published_at", "id"], unique=False)
    op.create_index("ix_pickup_created_at", "pickup", ["created_at"], unique=False)
    # Where nothing was counted yet, a database without copies and pickups is counted already.
    op.execute(
        "INSERT INTO rollup_state (id, zone) SELECT 1, CASE WHEN EXISTS (SELECT 1 FROM reprint)"
        " OR EXISTS (SELECT 1 FROM pickup) THEN NULL ELSE 'Asia/Shanghai' END"
    )
    for statement in create_of_counted(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    for statement in drop_of_counted(op.get_bind().dialect.name):
        op.execute(statement)
    op.drop_index("ix_pickup_created_at", table_name="pickup")
    op.drop_index("ix_reprint_state_published_at", table_name="reprint")
    op.drop_index("ix_reprint_outlet_id_published_at", table_name="reprint")
    op.drop_index("ix_reprint_outlet_id_story_id", table_name="reprint")
    op.drop_index("ix_reprint_story_id_published_at", table_name="reprint")
    for table in ("rollup_change", "rollup_chain", "rollup_cell", "rollup_state"):
        op.drop_table(table)
