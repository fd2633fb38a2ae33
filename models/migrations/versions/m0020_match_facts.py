"""Which stories hold which facts. It is filled from the releases when it is first asked

Revision: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "match_fact",
        sa.Column("hash", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("story_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_match_fact_story_id_story")),
        sa.PrimaryKeyConstraint("hash", "story_id", name=op.f("pk_match_fact")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_match_fact_story_id"), "match_fact", ["story_id"], unique=False)
    op.create_table(
        "match_fact_count",
        sa.Column("hash", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("stories", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_match_fact_count")),
    )
    op.execute("INSERT INTO counter (name, value) VALUES ('match-facts', 0), ('match-fact-stories', 0)")


def downgrade() -> None:
    op.execute("DELETE FROM counter WHERE name IN ('match-facts', 'match-fact-stories')")
    op.drop_table("match_fact_count")
    op.drop_table("match_fact")
