"""The desk: drafts, approvals, notices, mail, moments, uploads, the audit trail

Revision: 0003
Revises: 0002
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_AUDIT_TABLES = ("audit_entry", "audit_seal", "audit_leaf")
_NEW_TABLES = (
    "notice_recipient",
    "notice_copy",
    "mail",
    "variant_draft",
    "detached_file",
    "upload",
    "notice",
    "asset_original",
    "approval",
    "story_moment",
    "partner_suspension",
    "audit_unsealed",
    "audit_leaf",
    "url_key",
    "audit_seal",
    "audit_entry",
)
"""Those that refer to others before those."""
_NEW_COLUMNS = {
    "variant": (
        "review_note",
        "saved_by",
        "authors",
        "content_revision",
        "translated_from_revision",
    ),
    "topic": (
        "closes_at",
        "opened_at",
    ),
    "storyorganisation": ("is_brand",),
    "story": ("saved_by",),
    "release": ("variant_ids",),
    "partner": (
        "sandbox",
        "notice_email",
    ),
    "organisation": ("go_global",),
    "asset": (
        "saved_by",
        "updated_at",
        "revision",
    ),
}


def upgrade() -> None:
    _make_tables()
    _make_columns()
    op.create_index("ix_story_updated_at_id", "story", ["updated_at", "id"])
    for table in _AUDIT_TABLES:
        _make_append_only(table)
    op.execute("INSERT INTO counter (name, value) VALUES ('audit_seal', 0)")
    _let_files_be_large(sa.BigInteger())
    _keep_present_drafts()
    _keep_moments()
    _keep_suspensions()
    _keep_status()


def downgrade() -> None:
    _let_files_be_large(sa.Integer())
    op.execute("DELETE FROM counter WHERE name = 'audit_seal'")
    for table in _AUDIT_TABLES:
        _make_changeable(table)
    op.drop_index("ix_story_updated_at_id", "story")
    for table in _NEW_TABLES:
        op.drop_table(table)
    for table, columns in _NEW_COLUMNS.items():
        for column in columns:
            # Not by a batch: SQLite would rebuild the table, and what refers to it with ON DELETE CASCADE would go with the old one.
            op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")


def _let_files_be_large(size: sa.types.TypeEngine[int]) -> None:
    """Renditions of 2 GB and more; SQLite's integers hold as much as they are."""
    if op.get_bind().dialect.name == models.base.POSTGRESQL:
        op.alter_column("rendition", "size", type_=size, existing_nullable=False)


def _make_append_only(table: str) -> None:
    """What is in the audit trail cannot be changed or deleted, not even by this program."""
    if op.get_bind().dialect.name == models.base.POSTGRESQL:
        op.execute(
            f"CREATE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_append_only()"
        )
        return
    for action in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table}"
            f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _make_changeable(table: str) -> None:
    if op.get_bind().dialect.name == models.base.POSTGRESQL:
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        op.execute(f"DROP FUNCTION {table}_is_append_only()")
        return
    for action in ("update", "delete"):
        op.execute(f"DROP TRIGGER {table}_no_{action}")


def _keep_present_drafts() -> None:
    """What variants say now is their first draft that is kept, and translations follow the present revision of their source."""
    instant, json = models.base.UTCDateTime(timezone=True), models.base.Json
    texts = ("headline", "description", "body", "body_text", "by", "located")
    variant = sa.table(
        "variant",
        sa.column("id", sa.Uuid()),
        sa.column("translated_from_id", sa.Uuid()),
        *(
            sa.column(name, sa.Integer())
            for name in ("revision", "version", "content_revision", "translated_from_revision")
        ),
        sa.column("updated_at", instant),
        *(sa.column(name, sa.Text()) for name in texts),
    )
    shown = sa.table(
        "variantasset",
        sa.column("variant_id", sa.Uuid()),
        sa.column("asset_id", sa.Uuid()),
        sa.column("ordinal", sa.Integer()),
    )
    draft = sa.table(
        "variant_draft",
        sa.column("variant_id", sa.Uuid()),
        *(sa.column(name, sa.Integer()) for name in ("revision", "since", "released_version")),
        sa.column("content", json),
        sa.column("at", instant),
        sa.column("by", sa.String()),
    )
    connection = op.get_bind()
    op.execute(variant.update().values(content_revision=variant.c.revision))
    source = variant.alias("source")
    followed = sa.select(source.c.revision).where(source.c.id == variant.c.translated_from_id).scalar_subquery()
    op.execute(
        variant.update().where(variant.c.translated_from_id.is_not(None)).values(translated_from_revision=followed)
    )
    assets: dict[object, list[str]] = {}
    for row in connection.execute(sa.select(shown).order_by(shown.c.variant_id, shown.c.ordinal)):
        assets.setdefault(row.variant_id, []).append(str(row.asset_id))
    for row in connection.execute(sa.select(variant)).all():
        content = {
            "headline": row.headline,
            "description": row.description,
            "body": row.body,
            "bodyText": row.body_text,
            "by": row.by,
            "located": row.located,
            "assets": assets.get(row.id, []),
        }
        op.execute(
            draft.insert().values(
                variant_id=row.id,
                revision=row.revision,
                since=row.revision,
                content=content,
                at=row.updated_at,
                by="migration",
                released_version=row.version or None,
            )
        )


def _keep_status() -> None:
    """What was taken back was taken back as a whole: so every variant of it is what its story is."""
    op.execute(
        "UPDATE variant SET pub_status = (SELECT story.pub_status FROM story WHERE story.id = variant.story_id)"
        " WHERE version > 0 AND story_id IN (SELECT id FROM story WHERE pub_status <> 'USABLE')"
    )


def _keep_moments() -> None:
    """What lies ahead of released stories is to be told; what is past has been seen by everybody."""
    instant = models.base.UTCDateTime(timezone=True)
    pool = sa.table(
        "pool_story",
        sa.column("story_id", sa.Uuid()),
        sa.column("embargoed_until", instant),
        sa.column("expires", instant),
    )
    moment = sa.table(
        "story_moment",
        sa.column("story_id", sa.Uuid()),
        sa.column("kind", sa.String()),
        sa.column("due_at", instant),
        sa.column("told_at", instant),
    )
    now = datetime.now(UTC)
    for column, kind in (("embargoed_until", "EMBARGO_LIFTED"), ("expires", "EXPIRED")):
        rows = (
            op.get_bind().execute(sa.select(pool.c.story_id, pool.c[column]).where(pool.c[column].is_not(None))).all()
        )
        for story_id, due_at in rows:
            told_at = due_at if due_at <= now else None
            op.execute(moment.insert().values(story_id=story_id, kind=kind, due_at=due_at, told_at=told_at))


def _keep_suspensions() -> None:
    """Since when a partner has been suspended was not kept: from now on, as far as anybody can tell."""
    partner = sa.table("partner", sa.column("id", sa.Uuid()), sa.column("status", sa.String()))
    suspension = sa.table(
        "partner_suspension",
        sa.column("partner_id", sa.Uuid()),
        sa.column("from_at", models.base.UTCDateTime(timezone=True)),
    )
    now = datetime.now(UTC)
    for partner_id in (
        op.get_bind().execute(sa.select(partner.c.id).where(partner.c.status == "SUSPENDED")).scalars().all()
    ):
        op.execute(suspension.insert().values(partner_id=partner_id, from_at=now))


def _make_tables() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=128), nullable=False),
        sa.Column("by_partner_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject_id", sa.String(length=128), nullable=True),
        sa.Column("story_id", sa.Uuid(), nullable=True),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("request_id", sa.String(length=128), nullable=True),
        sa.Column("details", models.base.Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index("ix_audit_entry_action_id", ["action", "id"], unique=False)
        batch_op.create_index("ix_audit_entry_by_id", ["by", "id"], unique=False)
        batch_op.create_index("ix_audit_entry_partner_id_id", ["partner_id", "id"], unique=False)
        batch_op.create_index("ix_audit_entry_story_id_id", ["story_id", "id"], unique=False)

    op.create_table(
        "audit_unsealed",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["audit_entry.id"], name=op.f("fk_audit_unsealed_entry_id_audit_entry")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_audit_unsealed")),
    )
    op.create_table(
        "audit_seal",
        sa.Column("number", models.base.BigInt, autoincrement=False, nullable=False),
        sa.Column("at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_seal")),
    )
    op.create_table(
        "url_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_url_key")),
    )
    op.create_table(
        "audit_leaf",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("seal_number", models.base.BigInt, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["audit_entry.id"], name=op.f("fk_audit_leaf_entry_id_audit_entry")),
        sa.ForeignKeyConstraint(
            ["seal_number"], ["audit_seal.number"], name=op.f("fk_audit_leaf_seal_number_audit_seal")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_audit_leaf")),
    )
    with op.batch_alter_table("audit_leaf", schema=None) as batch_op:
        batch_op.create_index("ix_audit_leaf_seal_number_ordinal", ["seal_number", "ordinal"], unique=True)

    op.create_table(
        "partner_suspension",
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("from_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("until_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_partner_suspension_partner_id_partner")),
        sa.PrimaryKeyConstraint("partner_id", "from_at", name=op.f("pk_partner_suspension")),
    )
    op.create_table(
        "story_moment",
        sa.Column("story_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "EMBARGO_LIFTED", "EXPIRED", name="moment_kind", native_enum=False, create_constraint=True, length=24
            ),
            nullable=False,
        ),
        sa.Column("due_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("told_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_story_moment_story_id_story"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("story_id", "kind", name=op.f("pk_story_moment")),
    )
    with op.batch_alter_table("story_moment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_story_moment_due",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("told_at IS NULL"),
            postgresql_where=sa.text("told_at IS NULL"),
        )

    op.create_table(
        "approval",
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("by", sa.String(length=128), nullable=False),
        sa.Column("at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variant.id"], name=op.f("fk_approval_variant_id_variant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("variant_id", "by", name=op.f("pk_approval")),
    )
    op.create_table(
        "asset_original",
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("mime_type", sa.String(length=64), nullable=False),
        sa.Column("size", models.base.BigInt, nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=True),
        sa.Column("uploaded_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_asset_original_asset_id_asset"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("asset_id", name=op.f("pk_asset_original")),
    )
    with op.batch_alter_table("asset_original", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_asset_original_sha256"), ["sha256"], unique=False)

    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "UPDATE",
                "CORRECTION",
                "WITHHOLD",
                "KILL",
                "ADVISORY",
                name="notice_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("story_id", sa.Uuid(), nullable=True),
        sa.Column("release_id", models.base.BigInt, nullable=True),
        sa.Column("story_version", sa.Integer(), nullable=True),
        sa.Column("variant_ids", models.base.Json, nullable=False),
        sa.Column("texts", models.base.Json, nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("issued_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("issued_by", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_notice_release_id_release")),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_notice_story_id_story")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index("ix_notice_story_id_id", ["story_id", "id"], unique=False)

    op.create_table(
        "detached_file",
        sa.Column("story_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("mime_type", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_detached_file_story_id_story"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("story_id", "sha256", name=op.f("pk_detached_file")),
    )
    with op.batch_alter_table("detached_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_detached_file_sha256"), ["sha256"], unique=False)

    op.create_table(
        "upload",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("length", models.base.BigInt, nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=True),
        sa.Column("metadata_given", sa.String(length=4096), nullable=True),
        sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("finished_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("asset_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_upload_asset_id_asset"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_upload_client_id_client")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_upload_client_id"), ["client_id"], unique=False)
        batch_op.create_index("ix_upload_expires_at", ["expires_at"], unique=False)

    op.create_table(
        "variant_draft",
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("content", models.base.Json, nullable=False),
        sa.Column("at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=128), nullable=False),
        sa.Column("released_version", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variant.id"], name=op.f("fk_variant_draft_variant_id_variant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("variant_id", "revision", name=op.f("pk_variant_draft")),
    )
    op.create_table(
        "mail",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "NOTICE",
                "REMINDER",
                "ESCALATION",
                name="mail_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.String(length=255), nullable=False),
        sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("sent_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("gave_up_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_mail_notice_id_notice")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_mail_partner_id_partner")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("kind", "notice_id", "partner_id", name=op.f("uq_mail_kind_notice_id_partner_id")),
    )
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.create_index(
            "ix_mail_waiting",
            ["next_attempt_at"],
            unique=False,
            sqlite_where=sa.text("sent_at IS NULL AND gave_up_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL AND gave_up_at IS NULL"),
        )

    op.create_table(
        "notice_copy",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("copy_key", sa.String(length=64), nullable=False),
        sa.Column("pickup_id", sa.Uuid(), nullable=True),
        sa.Column("outlet_id", sa.Uuid(), nullable=True),
        sa.Column("url", sa.String(length=2048), nullable=True),
        sa.Column(
            "action",
            sa.Enum(
                "CORRECTED",
                "REMOVED",
                "COULD_NOT",
                name="copy_action",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("done_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("due_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("verified_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("verified_by", sa.String(length=128), nullable=True),
        sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_notice_copy_notice_id_notice")),
        sa.ForeignKeyConstraint(["outlet_id"], ["outlet.id"], name=op.f("fk_notice_copy_outlet_id_outlet")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_notice_copy_partner_id_partner")),
        sa.ForeignKeyConstraint(["pickup_id"], ["pickup.id"], name=op.f("fk_notice_copy_pickup_id_pickup")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_copy")),
        sa.UniqueConstraint(
            "notice_id", "partner_id", "copy_key", name=op.f("uq_notice_copy_notice_id_partner_id_copy_key")
        ),
    )
    with op.batch_alter_table("notice_copy", schema=None) as batch_op:
        batch_op.create_index("ix_notice_copy_partner_id", ["partner_id"], unique=False)

    op.create_table(
        "notice_recipient",
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("bound", sa.Boolean(), nullable=False),
        sa.Column("respond_by", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column(
            "delivered_via",
            sa.Enum("API", "MAIL", "PAGE", name="notice_channel", native_enum=False, create_constraint=True, length=24),
            nullable=True,
        ),
        sa.Column("acknowledged_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.String(length=128), nullable=True),
        sa.Column(
            "acknowledged_via",
            sa.Enum(
                "API", "MAIL", "PAGE", name="notice_channel", native_enum=False, create_constraint=False, length=24
            ),
            nullable=True,
        ),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("escalated_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_notice_recipient_notice_id_notice")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_notice_recipient_partner_id_partner")),
        sa.PrimaryKeyConstraint("notice_id", "partner_id", name=op.f("pk_notice_recipient")),
    )
    with op.batch_alter_table("notice_recipient", schema=None) as batch_op:
        batch_op.create_index(
            "ix_notice_recipient_overdue",
            ["respond_by"],
            unique=False,
            sqlite_where=sa.text("acknowledged_at IS NULL"),
            postgresql_where=sa.text("acknowledged_at IS NULL"),
        )
        batch_op.create_index("ix_notice_recipient_partner_id_notice_id", ["partner_id", "notice_id"], unique=False)


def _make_columns() -> None:
    op.add_column("asset", sa.Column("revision", sa.Integer(), server_default="1", nullable=False))
    op.add_column("asset", sa.Column("updated_at", models.base.UTCDateTime(timezone=True), nullable=True))
    op.add_column("asset", sa.Column("saved_by", sa.String(length=128), nullable=True))
    op.add_column("organisation", sa.Column("go_global", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("partner", sa.Column("notice_email", sa.String(length=255), nullable=True))
    op.add_column("partner", sa.Column("sandbox", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("release", sa.Column("variant_ids", models.base.Json, nullable=True))
    op.add_column("story", sa.Column("saved_by", sa.String(length=128), nullable=True))
    op.add_column("storyorganisation", sa.Column("is_brand", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("topic", sa.Column("opened_at", models.base.UTCDateTime(timezone=True), nullable=True))
    op.add_column("topic", sa.Column("closes_at", models.base.UTCDateTime(timezone=True), nullable=True))
    op.add_column("variant", sa.Column("translated_from_revision", sa.Integer(), nullable=True))
    op.add_column("variant", sa.Column("content_revision", sa.Integer(), server_default="1", nullable=False))
    op.add_column("variant", sa.Column("authors", models.base.Json, server_default="[]", nullable=False))
    op.add_column("variant", sa.Column("saved_by", sa.String(length=128), nullable=True))
    op.add_column("variant", sa.Column("review_note", sa.Text(), nullable=True))
