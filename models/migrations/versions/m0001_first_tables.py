"""The desk, the pool, partners, clients and pickups

Revision: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

import models.base
from models.search import index as full_text

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alliance",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("names", models.base.Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alliance")),
        sa.UniqueConstraint("key", name=op.f("uq_alliance_key")),
    )
    op.create_table(
        "concept",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "GENRE",
                "SUBJECT",
                "PLACE",
                "PERSON",
                name="concept_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("names", models.base.Json, nullable=False),
        sa.Column("territory", sa.String(length=8), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concept")),
        sa.UniqueConstraint("kind", "code", name=op.f("uq_concept_kind_code")),
    )
    op.create_table(
        "contributor",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("names", models.base.Json, nullable=False),
        sa.Column(
            "relation",
            sa.Enum(
                "STAFF",
                "FOREIGN_RESIDENT",
                "STUDENT",
                "EXPERT",
                name="contributor_relation",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("nationality", sa.String(length=2), nullable=True),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("consent", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contributor")),
        sa.UniqueConstraint("key", name=op.f("uq_contributor_key")),
    )
    op.create_table(
        "counter",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", models.base.BigInt, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
    )
    op.create_table(
        "event",
        sa.Column("position", models.base.BigInt, autoincrement=False, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "STORY_RELEASED",
                "STORY_WITHHELD",
                "STORY_CANCELED",
                "STORY_REINSTATED",
                "PICKUP_ACKNOWLEDGED",
                "PICKUP_UPDATED",
                "PARTNER_CHANGED",
                "AGREEMENT_CHANGED",
                "CLIENT_CHANGED",
                "SIGNING_KEY_ROTATED",
                name="event_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column(
            "audience",
            sa.Enum(
                "PARTNER",
                "STAFF",
                "SYSTEM",
                name="event_audience",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("story_id", sa.Uuid(), nullable=True),
        sa.Column("story_version", sa.Integer(), nullable=True),
        sa.Column("variant_id", sa.Uuid(), nullable=True),
        sa.Column("subject_id", sa.String(length=64), nullable=True),
        sa.Column("scope", models.base.Json, nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_event")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index("ix_event_story_id_position", ["story_id", "position"], unique=False)

    op.create_table(
        "liaison",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_liaison")),
        sa.UniqueConstraint("email", name=op.f("uq_liaison_email")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "MEDIA",
                "GOVERNMENT",
                "UNIVERSITY",
                "ENTERPRISE",
                "ALLIANCE",
                "ACCOUNT",
                name="organisation_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("names", models.base.Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("key", name=op.f("uq_organisation_key")),
    )
    op.create_table(
        "persisted_document",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_persisted_document")),
    )
    with op.batch_alter_table("persisted_document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_persisted_document_client_id"), ["client_id"], unique=False)

    op.create_table(
        "policy",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("canonical", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_policy")),
    )
    op.create_table(
        "pool_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("value", sa.String(length=128), nullable=False),
        sa.Column("stories", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pool_key")),
        sa.UniqueConstraint("kind", "value", name=op.f("uq_pool_key_kind_value")),
    )
    op.create_table(
        "posting",
        sa.Column("key_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("release_id", models.base.BigInt, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("key_id", "release_id", name=op.f("pk_posting")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "series",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("names", models.base.Json, nullable=False),
        sa.Column("descriptions", models.base.Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        sa.UniqueConstraint("key", name=op.f("uq_series_key")),
    )
    op.create_table(
        "signingkey",
        sa.Column("kid", sa.String(length=64), nullable=False),
        sa.Column("private_jwk", models.base.Json, nullable=False),
        sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("active_from", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("retired_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_signingkey")),
    )
    op.create_table(
        "topic",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("names", models.base.Json, nullable=False),
        sa.Column("descriptions", models.base.Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic")),
        sa.UniqueConstraint("key", name=op.f("uq_topic_key")),
    )
    op.create_table(
        "alliancecontributor",
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("contributor_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["alliance_id"],
            ["alliance.id"],
            name=op.f("fk_alliancecontributor_alliance_id_alliance"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["contributor_id"], ["contributor.id"], name=op.f("fk_alliancecontributor_contributor_id_contributor")
        ),
        sa.PrimaryKeyConstraint("alliance_id", "contributor_id", name=op.f("pk_alliancecontributor")),
    )
    with op.batch_alter_table("alliancecontributor", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alliancecontributor_contributor_id"), ["contributor_id"], unique=False)

    op.create_table(
        "partner",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "CENTRAL_MEDIA",
                "OVERSEAS_MEDIA",
                "LOCAL_MEDIA",
                "EMBASSY",
                "INFLUENCER",
                "UNIVERSITY",
                "ENTERPRISE",
                "EXPERT",
                "OTHER",
                name="partner_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("names", models.base.Json, nullable=False),
        sa.Column("languages", models.base.Json, nullable=False),
        sa.Column("territories", models.base.Json, nullable=False),
        sa.Column("audience", models.base.Json, nullable=False),
        sa.Column("liaison_id", sa.Uuid(), nullable=True),
        sa.Column(
            "status",
            sa.Enum("ACTIVE", "SUSPENDED", name="partner_status", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["liaison_id"], ["liaison.id"], name=op.f("fk_partner_liaison_id_liaison")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner")),
        sa.UniqueConstraint("key", name=op.f("uq_partner_key")),
    )
    with op.batch_alter_table("partner", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_partner_liaison_id"), ["liaison_id"], unique=False)

    op.create_table(
        "pool_rights",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("policy_hash", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column(
            "form",
            sa.Enum(
                "ARTICLE",
                "SHORT_VIDEO",
                "VIDEO",
                "PHOTO_SET",
                "SOCIAL_POST",
                name="form",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["policy_hash"], ["policy.hash"], name=op.f("fk_pool_rights_policy_hash_policy")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pool_rights")),
        sa.UniqueConstraint("policy_hash", "language", "form", name=op.f("uq_pool_rights_policy_hash_language_form")),
    )
    op.create_table(
        "terms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=True),
        sa.Column("policy_hash", sa.String(length=64), nullable=False),
        sa.Column("names", models.base.Json, nullable=False),
        sa.Column("usage_terms", models.base.Json, nullable=False),
        sa.Column("copyright_holder", models.base.Json, nullable=False),
        sa.Column("copyright_notice", models.base.Json, nullable=False),
        sa.Column("credit_line", models.base.Json, nullable=False),
        sa.ForeignKeyConstraint(["policy_hash"], ["policy.hash"], name=op.f("fk_terms_policy_hash_policy")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terms")),
        sa.UniqueConstraint("key", name=op.f("uq_terms_key")),
    )
    with op.batch_alter_table("terms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_terms_policy_hash"), ["policy_hash"], unique=False)

    op.create_table(
        "agreement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("titles", models.base.Json, nullable=False),
        sa.Column("starts_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("suspended", sa.Boolean(), nullable=False),
        sa.Column("languages", models.base.Json, nullable=True),
        sa.Column("forms", models.base.Json, nullable=True),
        sa.Column("series", models.base.Json, nullable=True),
        sa.Column("topics", models.base.Json, nullable=True),
        sa.Column("territories", models.base.Json, nullable=False),
        sa.Column("channels", models.base.Json, nullable=False),
        sa.Column("policy_hash", sa.String(length=64), nullable=False),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name=op.f("ck_agreement_period")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_agreement_partner_id_partner")),
        sa.ForeignKeyConstraint(["policy_hash"], ["policy.hash"], name=op.f("fk_agreement_policy_hash_policy")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sa.UniqueConstraint("key", name=op.f("uq_agreement_key")),
    )
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreement_partner_id"), ["partner_id"], unique=False)

    op.create_table(
        "alliancepartner",
        sa.Column("alliance_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["alliance_id"], ["alliance.id"], name=op.f("fk_alliancepartner_alliance_id_alliance"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_alliancepartner_partner_id_partner")),
        sa.PrimaryKeyConstraint("alliance_id", "partner_id", name=op.f("pk_alliancepartner")),
    )
    with op.batch_alter_table("alliancepartner", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alliancepartner_partner_id"), ["partner_id"], unique=False)

    op.create_table(
        "client",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", models.base.Json, nullable=False),
        sa.Column("grant_types", models.base.Json, nullable=False),
        sa.Column(
            "status",
            sa.Enum("ACTIVE", "SUSPENDED", name="client_status", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("secret_changed_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_client_partner_id_partner")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client")),
        sa.UniqueConstraint("client_id", name=op.f("uq_client_client_id")),
    )
    with op.batch_alter_table("client", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_client_partner_id"), ["partner_id"], unique=False)

    op.create_table(
        "outlet",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "SITE",
                "APP",
                "PAPER",
                "CHANNEL",
                "ACCOUNT",
                name="outlet_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("platform", sa.String(length=32), nullable=True),
        sa.Column("url", sa.String(length=2048), nullable=True),
        sa.Column("territory", sa.String(length=8), nullable=True),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("audience", models.base.Json, nullable=False),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_outlet_partner_id_partner")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlet")),
        sa.UniqueConstraint("key", name=op.f("uq_outlet_key")),
    )
    with op.batch_alter_table("outlet", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outlet_partner_id"), ["partner_id"], unique=False)

    op.create_table(
        "story",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("uri", sa.String(length=255), nullable=False),
        sa.Column("slugline", sa.String(length=128), nullable=True),
        sa.Column("urgency", sa.Integer(), nullable=True),
        sa.Column("series_id", sa.Uuid(), nullable=True),
        sa.Column("topic_id", sa.Uuid(), nullable=True),
        sa.Column("terms_id", sa.Uuid(), nullable=True),
        sa.Column("content_created", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("embargoed_until", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("expires", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "pub_status",
            sa.Enum(
                "USABLE",
                "WITHHELD",
                "CANCELED",
                name="pub_status",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("demonstration", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("urgency BETWEEN 1 AND 9", name=op.f("ck_story_urgency_range")),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_story_series_id_series")),
        sa.ForeignKeyConstraint(["terms_id"], ["terms.id"], name=op.f("fk_story_terms_id_terms")),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_story_topic_id_topic")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story")),
        sa.UniqueConstraint("uri", name=op.f("uq_story_uri")),
    )
    with op.batch_alter_table("story", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_story_series_id"), ["series_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_story_terms_id"), ["terms_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_story_topic_id"), ["topic_id"], unique=False)

    op.create_table(
        "asset",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("story_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "PICTURE",
                "VIDEO",
                "SOUND",
                "GRAPHIC",
                "TEXT_TRACK",
                name="asset_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("captions", models.base.Json, nullable=False),
        sa.Column("credit", sa.String(length=255), nullable=True),
        sa.Column("digital_source_type", sa.String(length=64), nullable=True),
        sa.Column("content_created", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("terms_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_asset_story_id_story"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["terms_id"], ["terms.id"], name=op.f("fk_asset_terms_id_terms")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset")),
    )
    with op.batch_alter_table("asset", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_asset_story_id"), ["story_id"], unique=False)

    op.create_table(
        "release",
        sa.Column("id", models.base.BigInt, autoincrement=False, nullable=False),
        sa.Column("story_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "RELEASE",
                "WITHHOLD",
                "CANCEL",
                "REINSTATE",
                name="release_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=128), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_release_story_id_story")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
        sa.UniqueConstraint("story_id", "version", name=op.f("uq_release_story_id_version")),
    )
    op.create_table(
        "storyconcept",
        sa.Column("story_id", sa.Uuid(), nullable=False),
        sa.Column("concept_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["concept_id"], ["concept.id"], name=op.f("fk_storyconcept_concept_id_concept")),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_storyconcept_story_id_story"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("story_id", "concept_id", name=op.f("pk_storyconcept")),
    )
    with op.batch_alter_table("storyconcept", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_storyconcept_concept_id"), ["concept_id"], unique=False)

    op.create_table(
        "storycontributor",
        sa.Column("story_id", sa.Uuid(), nullable=False),
        sa.Column("contributor_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "REPORTER",
                "ON_CAMERA",
                "CAMERA",
                "TRANSLATOR",
                name="contributor_role",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["contributor_id"], ["contributor.id"], name=op.f("fk_storycontributor_contributor_id_contributor")
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_storycontributor_story_id_story"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("story_id", "contributor_id", "role", name=op.f("pk_storycontributor")),
    )
    with op.batch_alter_table("storycontributor", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_storycontributor_contributor_id"), ["contributor_id"], unique=False)

    op.create_table(
        "storyorganisation",
        sa.Column("story_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_storyorganisation_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_storyorganisation_story_id_story"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("story_id", "organisation_id", name=op.f("pk_storyorganisation")),
    )
    with op.batch_alter_table("storyorganisation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_storyorganisation_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "variant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("story_id", sa.Uuid(), nullable=False),
        sa.Column("uri", sa.String(length=255), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column(
            "form",
            sa.Enum(
                "ARTICLE",
                "SHORT_VIDEO",
                "VIDEO",
                "PHOTO_SET",
                "SOCIAL_POST",
                name="form",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_text", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=255), nullable=True),
        sa.Column("located", sa.String(length=255), nullable=True),
        sa.Column("translated_from_id", sa.Uuid(), nullable=True),
        sa.Column("translated_from_version", sa.Integer(), nullable=True),
        sa.Column(
            "translation_method",
            sa.Enum(
                "HUMAN",
                "MACHINE",
                "MACHINE_EDITED",
                name="translation_method",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("terms_id", sa.Uuid(), nullable=True),
        sa.Column(
            "desk_state",
            sa.Enum(
                "DRAFT",
                "IN_REVIEW",
                "APPROVED",
                name="desk_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "pub_status",
            sa.Enum(
                "USABLE",
                "WITHHELD",
                "CANCELED",
                name="pub_status",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("version_created", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("released_hash", sa.String(length=64), nullable=True),
        sa.Column("word_count", sa.Integer(), nullable=False),
        sa.Column("char_count", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_variant_story_id_story"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["terms_id"], ["terms.id"], name=op.f("fk_variant_terms_id_terms")),
        sa.ForeignKeyConstraint(
            ["translated_from_id"], ["variant.id"], name=op.f("fk_variant_translated_from_id_variant")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_variant")),
        sa.UniqueConstraint(
            "story_id", "language", "form", "label", name=op.f("uq_variant_story_id_language_form_label")
        ),
        sa.UniqueConstraint("uri", name=op.f("uq_variant_uri")),
    )
    op.create_table(
        "document",
        sa.Column("release_id", models.base.BigInt, autoincrement=False, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_document_release_id_release")),
        sa.PrimaryKeyConstraint("release_id", name=op.f("pk_document")),
    )
    op.create_table(
        "pickup",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("agreement_version", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.Uuid(), nullable=False),
        sa.Column("story_version", sa.Integer(), nullable=False),
        sa.Column("release_id", models.base.BigInt, nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("variant_version", sa.Integer(), nullable=False),
        sa.Column("uses", models.base.Json, nullable=False),
        sa.Column("uses_key", sa.String(length=64), nullable=False),
        sa.Column("decision", models.base.Json, nullable=False),
        sa.Column("policy_hash", sa.String(length=64), nullable=False),
        sa.Column("agreement_policy_hash", sa.String(length=64), nullable=False),
        sa.Column("outlet_ids", models.base.Json, nullable=False),
        sa.Column("planned_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("released_at", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_pickup_agreement_id_agreement")),
        sa.ForeignKeyConstraint(
            ["agreement_policy_hash"], ["policy.hash"], name=op.f("fk_pickup_agreement_policy_hash_policy")
        ),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_pickup_client_id_client")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_pickup_partner_id_partner")),
        sa.ForeignKeyConstraint(["policy_hash"], ["policy.hash"], name=op.f("fk_pickup_policy_hash_policy")),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_pickup_release_id_release")),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_pickup_story_id_story")),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_pickup_variant_id_variant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pickup")),
    )
    with op.batch_alter_table("pickup", schema=None) as batch_op:
        batch_op.create_index("ix_pickup_partner_id_id", ["partner_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pickup_story_id"), ["story_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pickup_variant_id"), ["variant_id"], unique=False)
        batch_op.create_index(
            "uq_pickup_live",
            ["partner_id", "variant_id", "variant_version", "uses_key"],
            unique=True,
            sqlite_where=sa.text("released_at IS NULL"),
            postgresql_where=sa.text("released_at IS NULL"),
        )

    op.create_table(
        "pool_entry",
        sa.Column("position", models.base.BigInt, autoincrement=False, nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column(
            "form",
            sa.Enum(
                "ARTICLE",
                "SHORT_VIDEO",
                "VIDEO",
                "PHOTO_SET",
                "SOCIAL_POST",
                name="form",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("series", sa.String(length=64), nullable=True),
        sa.Column("topic", sa.String(length=64), nullable=True),
        sa.Column("rights_id", sa.Integer(), nullable=False),
        sa.Column("content_created", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column(
            "pub_status",
            sa.Enum(
                "USABLE",
                "WITHHELD",
                "CANCELED",
                name="pub_status",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("embargoed_until", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("expires", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_pool_entry_variant_id_variant")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_pool_entry")),
        sa.UniqueConstraint("variant_id", name=op.f("uq_pool_entry_variant_id")),
    )
    with op.batch_alter_table("pool_entry", schema=None) as batch_op:
        batch_op.create_index(
            "ix_pool_entry_hidden",
            ["position"],
            unique=False,
            sqlite_where=sa.text("embargoed_until IS NOT NULL OR expires IS NOT NULL OR pub_status <> 'USABLE'"),
            postgresql_where=sa.text("embargoed_until IS NOT NULL OR expires IS NOT NULL OR pub_status <> 'USABLE'"),
        )

    op.create_table(
        "pool_story",
        sa.Column("story_id", sa.Uuid(), nullable=False),
        sa.Column("release_id", models.base.BigInt, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("version_created", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("content_created", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column(
            "pub_status",
            sa.Enum(
                "USABLE",
                "WITHHELD",
                "CANCELED",
                name="pub_status",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("embargoed_until", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("expires", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("variant_status", models.base.Json, nullable=False),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_pool_story_release_id_release")),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_pool_story_story_id_story")),
        sa.PrimaryKeyConstraint("story_id", name=op.f("pk_pool_story")),
        sa.UniqueConstraint("release_id", name=op.f("uq_pool_story_release_id")),
    )
    with op.batch_alter_table("pool_story", schema=None) as batch_op:
        batch_op.create_index(
            "ix_pool_story_content_created_release_id", ["content_created", "release_id"], unique=False
        )
        batch_op.create_index(
            "ix_pool_story_version_created_release_id", ["version_created", "release_id"], unique=False
        )

    op.create_table(
        "rendition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("mime_type", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_rendition_asset_id_asset"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rendition")),
        sa.UniqueConstraint("asset_id", "name", name=op.f("uq_rendition_asset_id_name")),
    )
    with op.batch_alter_table("rendition", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rendition_sha256"), ["sha256"], unique=False)

    op.create_table(
        "variantasset",
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_variantasset_asset_id_asset"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variant.id"], name=op.f("fk_variantasset_variant_id_variant"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("variant_id", "asset_id", name=op.f("pk_variantasset")),
    )
    with op.batch_alter_table("variantasset", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_variantasset_asset_id"), ["asset_id"], unique=False)

    counters = sa.table("counter", sa.column("name", sa.String), sa.column("value", sa.BigInteger))
    op.bulk_insert(counters, [{"name": "event", "value": 0}, {"name": "release", "value": 0}])
    for statement in full_text.create_statements(op.get_context().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    for statement in full_text.drop_statements(op.get_context().dialect.name):
        op.execute(statement)
    with op.batch_alter_table("variantasset", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_variantasset_asset_id"))

    op.drop_table("variantasset")
    with op.batch_alter_table("rendition", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rendition_sha256"))

    op.drop_table("rendition")
    with op.batch_alter_table("pool_story", schema=None) as batch_op:
        batch_op.drop_index("ix_pool_story_version_created_release_id")
        batch_op.drop_index("ix_pool_story_content_created_release_id")

    op.drop_table("pool_story")
    with op.batch_alter_table("pool_entry", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_pool_entry_hidden",
            sqlite_where=sa.text("embargoed_until IS NOT NULL OR expires IS NOT NULL OR pub_status <> 'USABLE'"),
            postgresql_where=sa.text("embargoed_until IS NOT NULL OR expires IS NOT NULL OR pub_status <> 'USABLE'"),
        )

    op.drop_table("pool_entry")
    with op.batch_alter_table("pickup", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_pickup_live",
            sqlite_where=sa.text("released_at IS NULL"),
            postgresql_where=sa.text("released_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_pickup_variant_id"))
        batch_op.drop_index(batch_op.f("ix_pickup_story_id"))
        batch_op.drop_index("ix_pickup_partner_id_id")

    op.drop_table("pickup")
    op.drop_table("document")
    op.drop_table("variant")
    with op.batch_alter_table("storyorganisation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_storyorganisation_organisation_id"))

    op.drop_table("storyorganisation")
    with op.batch_alter_table("storycontributor", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_storycontributor_contributor_id"))

    op.drop_table("storycontributor")
    with op.batch_alter_table("storyconcept", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_storyconcept_concept_id"))

    op.drop_table("storyconcept")
    op.drop_table("release")
    with op.batch_alter_table("asset", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_asset_story_id"))

    op.drop_table("asset")
    with op.batch_alter_table("story", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_story_topic_id"))
        batch_op.drop_index(batch_op.f("ix_story_terms_id"))
        batch_op.drop_index(batch_op.f("ix_story_series_id"))

    op.drop_table("story")
    with op.batch_alter_table("outlet", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outlet_partner_id"))

    op.drop_table("outlet")
    with op.batch_alter_table("client", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_client_partner_id"))

    op.drop_table("client")
    with op.batch_alter_table("alliancepartner", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_alliancepartner_partner_id"))

    op.drop_table("alliancepartner")
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreement_partner_id"))

    op.drop_table("agreement")
    with op.batch_alter_table("terms", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_terms_policy_hash"))

    op.drop_table("terms")
    op.drop_table("pool_rights")
    with op.batch_alter_table("partner", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_partner_liaison_id"))

    op.drop_table("partner")
    with op.batch_alter_table("alliancecontributor", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_alliancecontributor_contributor_id"))

    op.drop_table("alliancecontributor")
    op.drop_table("topic")
    op.drop_table("signingkey")
    op.drop_table("series")
    op.drop_table("posting")
    op.drop_table("pool_key")
    op.drop_table("policy")
    with op.batch_alter_table("persisted_document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_persisted_document_client_id"))

    op.drop_table("persisted_document")
    op.drop_table("organisation")
    op.drop_table("liaison")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index("ix_event_story_id_position")

    op.drop_table("event")
    op.drop_table("counter")
    op.drop_table("contributor")
    op.drop_table("concept")
    op.drop_table("alliance")
