"""Reprints, their chains and sources; figures, their groups and what stands of them; what the addresses of outlets begin with

Revision: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "metric_group",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("story_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("stated_size", sa.Integer(), nullable=True),
        sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_metric_group_story_id_story")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_metric_group")),
        sa.UniqueConstraint("key", name=op.f("uq_metric_group_key")),
    )
    op.create_index(op.f("ix_metric_group_story_id"), "metric_group", ["story_id"], unique=False)
    op.create_table(
        "outlet_address",
        sa.Column("prefix", sa.String(length=512), nullable=False),
        sa.Column("outlet_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"], name=op.f("fk_outlet_address_outlet_id_outlet")),
        sa.PrimaryKeyConstraint("prefix", name=op.f("pk_outlet_address")),
    )
    op.create_index(op.f("ix_outlet_address_outlet_id"), "outlet_address", ["outlet_id"], unique=False)
    op.create_table(
        "reprint",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("copy_key", sa.String(length=64), nullable=False),
        sa.Column("url", sa.String(length=2048), nullable=True),
        sa.Column("address", sa.String(length=2048), nullable=True),
        sa.Column("place", sa.String(length=255), nullable=True),
        sa.Column("title", sa.String(length=500), nullable=True),
        sa.Column("outlet_id", sa.Uuid(), nullable=False),
        sa.Column("pickup_id", sa.Uuid(), nullable=True),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("origin_partner_id", sa.Uuid(), nullable=True),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("root_id", sa.Uuid(), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column(
            "edge_kind",
            sa.Enum(
                "REPRINT",
                "REPOST",
                "QUOTE",
                "TRANSLATION",
                "EMBED",
                name="edge_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "edge_basis",
            sa.Enum(
                "STATED",
                "LINKED",
                "MATCHED",
                "INFERRED",
                "BY_HAND",
                name="edge_basis",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("edge_confidence", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Uuid(), nullable=True),
        sa.Column("variant_id", sa.Uuid(), nullable=True),
        sa.Column("variant_version", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("territory", sa.String(length=8), nullable=True),
        sa.Column(
            "form",
            sa.Enum(
                "FULL",
                "EDITED",
                "EXCERPT",
                "TRANSLATION",
                "CAPTION",
                "VIDEO",
                "IMAGE_ONLY",
                "QUOTATION",
                name="reprint_form",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("published_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column(
            "published_precision",
            sa.Enum(
                "SECOND",
                "MINUTE",
                "DAY",
                "MONTH",
                "YEAR",
                name="time_precision",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "published_source",
            sa.Enum(
                "STATED",
                "STRUCTURED_DATA",
                "META",
                "TIME_ELEMENT",
                "TEXT",
                "ADDRESS",
                "FIRST_SEEN",
                name="time_source",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "stage_given",
            sa.Enum(
                "LOCAL_CREATION",
                "BIG_ACCOUNT",
                "COMMUNITY",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "CLAIMED",
                "VERIFIED",
                "PARTIAL",
                "CREDIT_MISSING",
                "MISMATCH",
                "BLOCKED",
                "UNREACHABLE",
                "NEEDS_REVIEW",
                "DEAD_LINK",
                "CHANGED",
                "WITHDRAWN",
                name="reprint_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["origin_partner_id"], ["partner.id"], name=op.f("fk_reprint_origin_partner_id_partner")
        ),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"], name=op.f("fk_reprint_outlet_id_outlet")),
        sa.ForeignKeyConstraint(["parent_id"], ["reprint.id"], name=op.f("fk_reprint_parent_id_reprint")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_reprint_partner_id_partner")),
        sa.ForeignKeyConstraint(["pickup_id"], ["pickup.id"], name=op.f("fk_reprint_pickup_id_pickup")),
        sa.ForeignKeyConstraint(["root_id"], ["reprint.id"], name=op.f("fk_reprint_root_id_reprint")),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_reprint_story_id_story")),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_reprint_variant_id_variant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reprint")),
        sa.UniqueConstraint("copy_key", name=op.f("uq_reprint_copy_key")),
    )
    op.create_index("ix_reprint_origin_partner_id_id", "reprint", ["origin_partner_id", "id"], unique=False)
    op.create_index("ix_reprint_outlet_id_id", "reprint", ["outlet_id", "id"], unique=False)
    op.create_index("ix_reprint_parent_id", "reprint", ["parent_id"], unique=False)
    op.create_index("ix_reprint_partner_id_id", "reprint", ["partner_id", "id"], unique=False)
    op.create_index("ix_reprint_pickup_id", "reprint", ["pickup_id"], unique=False)
    op.create_index("ix_reprint_published_at_id", "reprint", ["published_at", "id"], unique=False)
    op.create_index("ix_reprint_root_id_depth_id", "reprint", ["root_id", "depth", "id"], unique=False)
    op.create_index("ix_reprint_state_id", "reprint", ["state", "id"], unique=False)
    op.create_index("ix_reprint_story_id_id", "reprint", ["story_id", "id"], unique=False)
    op.create_index(op.f("ix_reprint_variant_id"), "reprint", ["variant_id"], unique=False)
    op.create_table(
        "metric_group_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("reprint_id", sa.Uuid(), nullable=True),
        sa.Column("outlet_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["group_id"], ["metric_group.id"], name=op.f("fk_metric_group_member_group_id_metric_group")
        ),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"], name=op.f("fk_metric_group_member_outlet_id_outlet")),
        sa.ForeignKeyConstraint(["reprint_id"], ["reprint.id"], name=op.f("fk_metric_group_member_reprint_id_reprint")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_metric_group_member")),
        sa.UniqueConstraint("group_id", "outlet_id", name=op.f("uq_metric_group_member_group_id_outlet_id")),
        sa.UniqueConstraint("reprint_id", name=op.f("uq_metric_group_member_reprint_id")),
    )
    op.create_index("ix_metric_group_member_outlet_id", "metric_group_member", ["outlet_id"], unique=False)
    op.create_index("ix_metric_group_member_group_id", "metric_group_member", ["group_id"], unique=False)
    op.create_table(
        "metric_snapshot",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("snapshot_key", sa.String(length=64), nullable=False),
        sa.Column("reprint_id", sa.Uuid(), nullable=True),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("outlet_id", sa.Uuid(), nullable=True),
        sa.Column(
            "measure",
            sa.Enum(
                "VIEWS",
                "PLAYS",
                "READS",
                "IMPRESSIONS",
                "REACH",
                "LIKES",
                "COMMENTS",
                "SHARES",
                "SAVES",
                "CLICKS",
                "FOLLOWERS",
                name="measure",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "accumulation",
            sa.Enum("CUMULATIVE", "DELTA", name="accumulation", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column(
            "counting",
            sa.Enum("RAW", "FILTERED", name="counting", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("since", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("as_of", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(length=255), nullable=False),
        sa.Column("method", sa.String(length=255), nullable=True),
        sa.Column("evidence", sa.String(length=2048), nullable=True),
        sa.Column(
            "grade",
            sa.Enum(
                "MEASURED",
                "REPORTED",
                "ESTIMATED",
                "CLAIMED",
                name="figure_grade",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "qualifier",
            sa.Enum(
                "EXACT",
                "AT_LEAST",
                "ABOUT",
                name="figure_qualifier",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "breakdown",
            models.base.Json,
            nullable=False,
        ),
        sa.Column("decreased", sa.Boolean(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("created_by", sa.String(length=128), nullable=False),
        sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(CASE WHEN reprint_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN group_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN outlet_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_metric_snapshot_one_subject"),
        ),
        sa.CheckConstraint("value >= 0", name=op.f("ck_metric_snapshot_not_negative")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["metric_group.id"], name=op.f("fk_metric_snapshot_group_id_metric_group")
        ),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"], name=op.f("fk_metric_snapshot_outlet_id_outlet")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_metric_snapshot_partner_id_partner")),
        sa.ForeignKeyConstraint(["reprint_id"], ["reprint.id"], name=op.f("fk_metric_snapshot_reprint_id_reprint")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_metric_snapshot")),
        sa.UniqueConstraint("snapshot_key", name=op.f("uq_metric_snapshot_snapshot_key")),
    )
    op.create_index(
        "ix_metric_snapshot_group_id_measure", "metric_snapshot", ["group_id", "measure", "as_of"], unique=False
    )
    op.create_index(
        "ix_metric_snapshot_outlet_id_measure", "metric_snapshot", ["outlet_id", "measure", "as_of"], unique=False
    )
    op.create_index(op.f("ix_metric_snapshot_partner_id"), "metric_snapshot", ["partner_id"], unique=False)
    op.create_index(
        "ix_metric_snapshot_reprint_id_measure", "metric_snapshot", ["reprint_id", "measure", "as_of"], unique=False
    )
    op.create_table(
        "reprint_source",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reprint_id", sa.Uuid(), nullable=False),
        sa.Column("source_key", sa.String(length=64), nullable=False),
        sa.Column(
            "way",
            sa.Enum(
                "PARTNER",
                "EDITOR",
                "IMPORT",
                "WEBMENTION",
                "PIXEL",
                "DISCOVERY",
                name="reprint_way",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("by", sa.String(length=128), nullable=False),
        sa.Column(
            "said",
            models.base.Json,
            nullable=False,
        ),
        sa.Column("first_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("last_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_reprint_source_partner_id_partner")),
        sa.ForeignKeyConstraint(["reprint_id"], ["reprint.id"], name=op.f("fk_reprint_source_reprint_id_reprint")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reprint_source")),
        sa.UniqueConstraint("reprint_id", "source_key", name=op.f("uq_reprint_source_reprint_id_source_key")),
    )
    op.create_index("ix_reprint_source_partner_id", "reprint_source", ["partner_id"], unique=False)
    op.create_table(
        "standing_figure",
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column(
            "measure",
            sa.Enum(
                "VIEWS",
                "PLAYS",
                "READS",
                "IMPRESSIONS",
                "REACH",
                "LIKES",
                "COMMENTS",
                "SHARES",
                "SAVES",
                "CLICKS",
                "FOLLOWERS",
                name="measure",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "counting",
            sa.Enum("RAW", "FILTERED", name="counting", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("value", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "grade",
            sa.Enum(
                "MEASURED",
                "REPORTED",
                "ESTIMATED",
                "CLAIMED",
                name="figure_grade",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "qualifier",
            sa.Enum(
                "EXACT",
                "AT_LEAST",
                "ABOUT",
                name="figure_qualifier",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("as_of", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("snapshot_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["metric_snapshot.id"], name=op.f("fk_standing_figure_snapshot_id_metric_snapshot")
        ),
        sa.PrimaryKeyConstraint("subject_id", "measure", "counting", name=op.f("pk_standing_figure")),
    )
    with op.batch_alter_table("outlet") as batch_op:
        batch_op.add_column(sa.Column("unclaimed", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute("INSERT INTO counter (name, value) VALUES ('reprint-tree', 0)")


def downgrade() -> None:
    op.execute("DELETE FROM event WHERE kind = 'REPRINT_CHANGED'")  # a version before cannot read it
    op.execute("DELETE FROM counter WHERE name = 'reprint-tree'")
    op.drop_table("metric_group_member")
    op.drop_table("standing_figure")
    op.drop_table("metric_snapshot")
    op.drop_table("metric_group")
    op.drop_table("reprint_source")
    op.drop_table("reprint")
    op.drop_table("outlet_address")
    with op.batch_alter_table("outlet") as batch:
        batch.drop_column("unclaimed")
