"""Rollups of series, topics and brands, and how chains spread

Databases with copies are counted anew by the command `storypool reprint rollup`, or by `storypool migrate`, right after this.

Revision: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

from models.base import BigInt
from models.rollup.trigger import create_of_relations, drop_of_relations

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _forget()
    op.create_table(
        "rollup_thing",
        sa.Column("story_id", sa.Uuid(), nullable=False),
        sa.Column("axis", sa.String(length=8), nullable=False),
        sa.Column("thing_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("story_id", "axis", "thing_id", name=op.f("pk_rollup_thing")),
    )
    op.create_index("ix_rollup_cell_axis_item", "rollup_cell", ["axis", "item"], unique=False)
    _make_chains(
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("branches", sa.Integer(), nullable=False),
        sa.Column("outlets", sa.Integer(), nullable=False),
        sa.Column("seconds", BigInt, nullable=False),
        sa.Column("unsure", sa.Integer(), nullable=False),
    )
    for statement in create_of_relations(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    for statement in drop_of_relations(op.get_bind().dialect.name):
        op.execute(statement)
    _forget()
    _make_chains()
    op.drop_index("ix_rollup_cell_axis_item", table_name="rollup_cell")
    op.drop_table("rollup_thing")


def _make_chains(*columns: sa.Column[int]) -> None:
    op.drop_table("rollup_chain")
    op.create_table(
        "rollup_chain",
        sa.Column("root_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.String(length=8), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("root_id", name=op.f("pk_rollup_chain")),
    )
    op.create_index("ix_rollup_chain_month_copies", "rollup_chain", ["month", "copies", "root_id"], unique=False)


def _forget() -> None:
    """What was counted goes; where anything was, all rows are counted anew."""
    op.execute(
        "UPDATE rollup_state SET zone = NULL WHERE EXISTS (SELECT 1 FROM rollup_cell) OR EXISTS (SELECT 1 FROM rollup_change)"
    )
    op.execute("DELETE FROM rollup_cell")
    op.execute("DELETE FROM rollup_change")
