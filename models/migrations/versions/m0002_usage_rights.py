"""Usage rights that decide: quotas, exclusivities, versions of agreements, duties, what counts are counted from

Revision: 0002
Revises: 0001
"""

from collections.abc import Iterable
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

import models.base

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ONE_PRECONDITION = (
    ("uq_accepted_duty_story", ["partner_id", "story_id", "action"], "pickup_id IS NULL AND agreement_id IS NULL"),
    ("uq_accepted_duty_agreement", ["agreement_id", "action"], "pickup_id IS NULL AND agreement_id IS NOT NULL"),
)


def upgrade() -> None:
    op.create_table(
        "agreement_version",
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", models.base.Json, nullable=False),
        sa.Column("at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_agreement_version_agreement_id_agreement")
        ),
        sa.PrimaryKeyConstraint("agreement_id", "version", name=op.f("pk_agreement_version")),
    )
    op.create_table(
        "exclusivity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("territories", models.base.Json, nullable=True),
        sa.Column("channels", models.base.Json, nullable=True),
        sa.Column("starts_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_exclusivity_period")),
        sa.CheckConstraint("territories IS NOT NULL OR channels IS NOT NULL", name=op.f("ck_exclusivity_something")),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_exclusivity_agreement_id_agreement")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exclusivity")),
    )
    with op.batch_alter_table("exclusivity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exclusivity_agreement_id"), ["agreement_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_exclusivity_ends_at"), ["ends_at"], unique=False)

    op.create_table(
        "quota_use",
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("form", sa.String(length=24), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.CheckConstraint("used >= 0", name=op.f("ck_quota_use_used")),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_quota_use_agreement_id_agreement")),
        sa.PrimaryKeyConstraint("agreement_id", "period", "form", name=op.f("pk_quota_use")),
    )
    op.create_table(
        "pool_opening",
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("open_new", sa.Integer(), nullable=False),
        sa.Column("open_held", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_pool_opening_partner_id_partner")),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_pool_opening_variant_id_variant")),
        sa.PrimaryKeyConstraint("partner_id", "variant_id", "starts_at", name=op.f("pk_pool_opening")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "accepted_duty",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("story_id", sa.Uuid(), nullable=True),
        sa.Column("agreement_id", sa.Uuid(), nullable=True),
        sa.Column("pickup_id", sa.Uuid(), nullable=True),
        sa.Column(
            "action",
            sa.Enum(
                "attribute",
                "link",
                "inform",
                "acceptTracking",
                "obtainConsent",
                "delete",
                name="duty_action",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("blocking", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "PENDING",
                "FULFILLED",
                "VIOLATED",
                "WAIVED",
                name="duty_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("deadline", models.base.UTCDateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_accepted_duty_agreement_id_agreement")
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_accepted_duty_partner_id_partner")),
        sa.ForeignKeyConstraint(["pickup_id"], ["pickup.id"], name=op.f("fk_accepted_duty_pickup_id_pickup")),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_accepted_duty_story_id_story")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accepted_duty")),
    )
    with op.batch_alter_table("accepted_duty", schema=None) as batch_op:
        batch_op.create_index("ix_accepted_duty_partner_id_story_id", ["partner_id", "story_id"], unique=False)
        batch_op.create_index("ix_accepted_duty_state_deadline", ["state", "deadline"], unique=False)
        batch_op.create_index(batch_op.f("ix_accepted_duty_story_id"), ["story_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_accepted_duty_agreement_id"), ["agreement_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_accepted_duty_pickup_id"), ["pickup_id"], unique=False)
        for name, columns, condition in _ONE_PRECONDITION:
            where = sa.text(condition)
            batch_op.create_index(name, columns, unique=True, sqlite_where=where, postgresql_where=where)

    op.create_table(
        "pickup_use",
        sa.Column("pickup_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("story_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.String(length=24), nullable=False),
        sa.Column("territory", sa.String(length=8), nullable=False),
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=True),
        sa.Column("event", sa.String(length=64), nullable=True),
        sa.Column("percentage", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_pickup_use_partner_id_partner")),
        sa.ForeignKeyConstraint(["pickup_id"], ["pickup.id"], name=op.f("fk_pickup_use_pickup_id_pickup")),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_pickup_use_story_id_story")),
        sa.ForeignKeyConstraint(["variant_id"], ["variant.id"], name=op.f("fk_pickup_use_variant_id_variant")),
        sa.PrimaryKeyConstraint("pickup_id", "ordinal", name=op.f("pk_pickup_use")),
    )
    with op.batch_alter_table("pickup_use", schema=None) as batch_op:
        batch_op.create_index("ix_pickup_use_partner_id_story_id", ["partner_id", "story_id"], unique=False)
        batch_op.create_index("ix_pickup_use_partner_id_variant_id", ["partner_id", "variant_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pickup_use_story_id"), ["story_id"], unique=False)

    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("zone", sa.String(length=64), server_default="Asia/Shanghai", nullable=False))
        batch_op.add_column(sa.Column("quotas", models.base.Json, server_default="[]", nullable=False))

    with op.batch_alter_table("pickup", schema=None) as batch_op:
        batch_op.add_column(sa.Column("charges", models.base.Json, server_default="[]", nullable=False))

    with op.batch_alter_table("terms", schema=None) as batch_op:
        batch_op.add_column(sa.Column("zone", sa.String(length=64), server_default="Asia/Shanghai", nullable=False))
        batch_op.add_column(sa.Column("inherits", models.base.Json, server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("created_at", models.base.UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("created_by", sa.String(length=128), nullable=True))
    _uncheck_event_kinds()
    _keep_first_versions()
    _count_pickups()


def downgrade() -> None:
    _check_event_kinds()
    with op.batch_alter_table("terms", schema=None) as batch_op:
        batch_op.drop_column("created_by")
        batch_op.drop_column("created_at")
        batch_op.drop_column("inherits")
        batch_op.drop_column("zone")

    with op.batch_alter_table("pickup", schema=None) as batch_op:
        batch_op.drop_column("charges")

    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.drop_column("quotas")
        batch_op.drop_column("zone")

    with op.batch_alter_table("pickup_use", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pickup_use_story_id"))
        batch_op.drop_index("ix_pickup_use_partner_id_variant_id")
        batch_op.drop_index("ix_pickup_use_partner_id_story_id")

    op.drop_table("pickup_use")
    with op.batch_alter_table("accepted_duty", schema=None) as batch_op:
        for name, _, condition in _ONE_PRECONDITION:
            where = sa.text(condition)
            batch_op.drop_index(name, sqlite_where=where, postgresql_where=where)
        batch_op.drop_index(batch_op.f("ix_accepted_duty_pickup_id"))
        batch_op.drop_index(batch_op.f("ix_accepted_duty_agreement_id"))
        batch_op.drop_index(batch_op.f("ix_accepted_duty_story_id"))
        batch_op.drop_index("ix_accepted_duty_state_deadline")
        batch_op.drop_index("ix_accepted_duty_partner_id_story_id")

    op.drop_table("accepted_duty")
    op.drop_table("pool_opening")
    op.drop_table("quota_use")
    with op.batch_alter_table("exclusivity", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exclusivity_ends_at"))
        batch_op.drop_index(batch_op.f("ix_exclusivity_agreement_id"))

    op.drop_table("exclusivity")
    op.drop_table("agreement_version")


_EVENT_KINDS = (
    *(
        "STORY_RELEASED",
        "STORY_WITHHELD",
        "STORY_CANCELED",
        "STORY_REINSTATED",
        "PICKUP_ACKNOWLEDGED",
        "PICKUP_UPDATED",
    ),
    *("PARTNER_CHANGED", "AGREEMENT_CHANGED", "CLIENT_CHANGED", "SIGNING_KEY_ROTATED"),
)
_NEW_EVENT_KINDS = ("PICKUP_RELEASED", "DUTY_CHANGED", "TERMS_SAVED")


def _event_table(*constraints: sa.Constraint) -> sa.Table:
    """The change log as it is, for SQLite, which can drop a constraint only by writing the table anew."""
    return sa.Table(
        "event",
        sa.MetaData(naming_convention=models.base.NAMING_CONVENTION),
        sa.Column("position", models.base.BigInt, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("at", models.base.UTCDateTime(timezone=True), nullable=False),
        sa.Column("audience", sa.String(length=24), nullable=False),
        sa.Column("partner_id", sa.Uuid()),
        sa.Column("story_id", sa.Uuid()),
        sa.Column("story_version", sa.Integer()),
        sa.Column("variant_id", sa.Uuid()),
        sa.Column("subject_id", sa.String(length=64)),
        sa.Column("scope", models.base.Json, nullable=False),
        sa.CheckConstraint("audience IN ('PARTNER', 'STAFF', 'SYSTEM')", name=op.f("ck_event_event_audience")),
        sa.Index("ix_event_story_id_position", "story_id", "position"),
        *constraints,
    )


def _kinds_check() -> sa.CheckConstraint:
    listed = ", ".join(f"'{kind}'" for kind in _EVENT_KINDS)
    return sa.CheckConstraint(f"kind IN ({listed})", name=op.f("ck_event_event_kind"))


def _uncheck_event_kinds() -> None:
    """Every version of the program knows more kinds; the table is too large to be written anew for each."""
    with op.batch_alter_table("event", copy_from=_event_table(_kinds_check())) as batch_op:
        batch_op.drop_constraint(op.f("ck_event_event_kind"), type_="check")


def _check_event_kinds() -> None:
    """What the program before cannot read leaves the log, for it would not know what to make of it."""
    event = sa.table("event", sa.column("kind", sa.String()))
    op.execute(event.delete().where(event.c.kind.in_(_NEW_EVENT_KINDS)))
    check = _kinds_check()
    with op.batch_alter_table("event", copy_from=_event_table()) as batch_op:
        batch_op.create_check_constraint(op.f("ck_event_event_kind"), str(check.sqltext))


def _rows(table: sa.TableClause, *columns: str) -> Iterable[sa.Row[tuple[object, ...]]]:
    """All rows in the order of their ids, a thousand at a time."""
    wanted = [table.c[name] for name in ("id", *columns)]
    last = None
    while True:
        statement = sa.select(*wanted).order_by(table.c.id).limit(1000)
        rows = op.get_bind().execute(statement if last is None else statement.where(table.c.id > last)).all()
        yield from rows
        if len(rows) < 1000:
            return
        last = rows[-1].id


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _keep_first_versions() -> None:
    """The agreements as they are now become the versions that are kept from now on."""
    instant, json = models.base.UTCDateTime(timezone=True), models.base.Json
    names = ("titles", "languages", "forms", "series", "topics", "territories", "channels")
    agreement = sa.table(
        "agreement",
        sa.column("id", sa.Uuid()),
        sa.column("version", sa.Integer()),
        sa.column("starts_at", instant),
        sa.column("ends_at", instant),
        sa.column("created_at", instant),
        sa.column("suspended", sa.Boolean()),
        sa.column("policy_hash", sa.String()),
        *(sa.column(name, json) for name in names),
    )
    kept = sa.table(
        "agreement_version",
        sa.column("agreement_id", sa.Uuid()),
        sa.column("version", sa.Integer()),
        sa.column("content", json),
        sa.column("at", instant),
        sa.column("by", sa.String()),
    )
    columns = ("version", "starts_at", "ends_at", "created_at", "suspended", "policy_hash", *names)
    for row in _rows(agreement, *columns):
        content = {
            "startsAt": _text(row.starts_at),
            "endsAt": _text(row.ends_at),
            "suspended": row.suspended,
            "policy": row.policy_hash,
            "zone": models.base.DEFAULT_ZONE,
            "quotas": [],
            "exclusivities": [],
            **{name: getattr(row, name) for name in names},
        }
        values = {"agreement_id": row.id, "version": row.version, "content": content, "at": row.created_at}
        op.execute(kept.insert().values(**values, by="migration"))


def _count_pickups() -> None:
    """What partners hold already counts from now on, and their duties become rows."""
    instant, json = models.base.UTCDateTime(timezone=True), models.base.Json
    pickup = sa.table(
        "pickup",
        *(sa.column(name, sa.Uuid()) for name in ("id", "partner_id", "story_id", "variant_id")),
        *(sa.column(name, json) for name in ("uses", "decision")),
        *(sa.column(name, instant) for name in ("created_at", "released_at")),
    )
    held = sa.table(
        "pickup_use",
        *(sa.column(name, sa.Uuid()) for name in ("pickup_id", "partner_id", "story_id", "variant_id")),
        sa.column("ordinal", sa.Integer()),
        *(sa.column(name, sa.String()) for name in ("action", "territory", "channel", "language", "purpose")),
    )
    duty = sa.table(
        "accepted_duty",
        *(sa.column(name, sa.Uuid()) for name in ("id", "partner_id", "story_id", "pickup_id")),
        *(sa.column(name, sa.String()) for name in ("action", "state", "updated_by")),
        sa.column("blocking", sa.Boolean()),
        *(sa.column(name, instant) for name in ("created_at", "updated_at")),
    )
    actions = {"TEXT_TO_SPEECH": "textToSpeech", "GRANT_USE": "grantUse"}
    columns = ("partner_id", "story_id", "variant_id", "uses", "decision", "created_at", "released_at")
    for row in _rows(pickup, *columns):
        if row.released_at is not None:
            continue
        owner = {"partner_id": row.partner_id, "story_id": row.story_id, "pickup_id": row.id}
        for ordinal, use in enumerate(row.uses):
            values = {name: use[name] for name in ("territory", "channel", "language", "purpose")}
            action = actions.get(use["action"], use["action"].lower())
            op.execute(
                held.insert().values(**owner, **values, variant_id=row.variant_id, ordinal=ordinal, action=action)
            )
        for asked in dict.fromkeys(duty["action"] for use in row.decision["uses"] for duty in use["duties"]):
            values = {"id": models.base.new_id(), "action": asked, "state": "PENDING", "updated_by": "migration"}
            moments = {"created_at": row.created_at, "updated_at": row.created_at}
            op.execute(duty.insert().values(**owner, **values, **moments, blocking=False))
