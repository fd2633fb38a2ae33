"""Webmentions

Revision: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_STATES = ("WAITING", "CONFIRMED", "NO_LINK", "GONE", "UNREACHABLE")


def upgrade() -> None:
    op.create_table(
        "webmention",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pair_key", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=2048), nullable=False),
        sa.Column("target", sa.String(length=2048), nullable=False),
        sa.Column("site", sa.String(length=255), nullable=False),
        sa.Column("pickup_id", sa.Uuid(), nullable=False),
        sa.Column("reprint_id", sa.Uuid(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(*_STATES, name="webmention_state", native_enum=False, length=24, create_constraint=True),
            nullable=False,
        ),
        sa.Column("first_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("last_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("due_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("looked_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["pickup_id"], ["pickup.id"], name=op.f("fk_webmention_pickup_id_pickup")),
        sa.ForeignKeyConstraint(["reprint_id"], ["reprint.id"], name=op.f("fk_webmention_reprint_id_reprint")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webmention")),
        sa.UniqueConstraint("pair_key", name=op.f("uq_webmention_pair_key")),
    )
    op.create_index(op.f("ix_webmention_due_at"), "webmention", ["due_at"], unique=False)
    op.create_index("ix_webmention_site_first_at", "webmention", ["site", "first_at"], unique=False)


def downgrade() -> None:
    op.drop_table("webmention")
