"""Links to reports

Revision: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("of_partner_id", sa.Uuid(), nullable=True),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("formats", models.base.Json, nullable=False),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("openings", models.base.BigInt, nullable=False),
        sa.Column("last_opened_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("wrong_passwords", models.base.BigInt, nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_report_link_client_id_client")),
        sa.ForeignKeyConstraint(["of_partner_id"], ["partner.id"], name=op.f("fk_report_link_of_partner_id_partner")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_report_link_partner_id_partner")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_link")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_report_link_secret_hash")),
    )
    op.create_index("ix_report_link_partner_id_id", "report_link", ["partner_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("report_link")
