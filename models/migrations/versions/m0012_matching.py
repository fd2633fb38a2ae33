"""The index of matching: which variant versions hold which shingles. It is filled from the releases when it is first asked

Revision: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "match_text",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("story_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_match_text_story_id_story")),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_match_text_variant_id_variant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_text")),
        sa.UniqueConstraint("variant_id", "version", name=op.f("uq_match_text_variant_id_version")),
    )
    op.create_index(op.f("ix_match_text_story_id"), "match_text", ["story_id"], unique=False)
    op.create_table(
        "match_shingle",
        sa.Column("hash", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("text_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("hash", "text_id", name=op.f("pk_match_shingle")),
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO counter (name, value) VALUES ('match-index', 0)")


def downgrade() -> None:
    op.execute("DELETE FROM counter WHERE name = 'match-index'")
    op.drop_table("match_shingle")
    op.drop_table("match_text")
