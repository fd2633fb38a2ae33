"""What was imported, with the documents as they came

Revision: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "imported_item",
        sa.Column("uri_hash", sa.String(length=64), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("version", sa.String(length=128), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("source", models.base.Json, nullable=False),
        sa.Column("story_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("story_revision", sa.Integer(), nullable=False),
        sa.Column("variant_revision", sa.Integer(), nullable=False),
        sa.Column("imported_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("imported_by", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_imported_item_story_id_story")),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_imported_item_variant_id_variant")),
        sa.PrimaryKeyConstraint("uri_hash", name=op.f("pk_imported_item")),
    )


def downgrade() -> None:
    op.drop_table("imported_item")
