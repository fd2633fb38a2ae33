"""The triggers that leave behind how copies, figures, pickups and outlets stood before each write, and which stories now belong elsewhere.

Migration 0021 makes those of what is counted, 0023 those of edges and of what stories belong to. What they keep is fixed by that; another
set of columns needs another migration, for triggers of an older version go with it.
SQLite drops triggers along with a table that a migration makes anew: such a migration has to make them again.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from models.base import POSTGRESQL


class _Watched(NamedTuple):
    table: str
    kind: str
    subject: str
    columns: tuple[str, ...]


_COPY: Final = (
    "published_at", "published_precision", "story_id", "outlet_id", "partner_id", "pickup_id", "root_id", "language", "territory", "state",
)  # fmt: skip
_WATCHED: Final = (
    _Watched("reprint", "R", "id", _COPY),
    _Watched("standing_figure", "F", "subject_id", ("measure", "counting", "value", "grade", "qualifier")),
    _Watched("pickup", "P", "id", ("story_id", "partner_id", "created_at", "released_at", "missing_since")),
)
_EDGE: Final = ("parent_id", "depth", "edge_confidence")
_OWNER: Final = "COALESCE(OLD.partner_id, (SELECT partner_id FROM outlet WHERE id = OLD.outlet_id))"
_ACTIONS: Final = ("INSERT", "UPDATE", "DELETE")


def create_statements(dialect: str) -> list[str]:
    """What makes all triggers."""
    return create_of_counted(dialect) + create_of_relations(dialect)


def drop_statements(dialect: str) -> list[str]:
    """What takes all of them away."""
    return drop_of_counted(dialect) + drop_of_relations(dialect)


def create_of_counted(dialect: str) -> list[str]:
    """What makes the triggers of copies, figures, pickups and outlets."""
    if dialect == POSTGRESQL:
        return [part for watched in _WATCHED for part in _postgresql(watched)] + _postgresql_outlets()
    made = [
        f"CREATE TRIGGER {_name(watched.table, action)} AFTER {_event(watched, action)} ON {watched.table}"
        f" BEGIN {_kept(watched, action)}; END"
        for watched in _WATCHED
        for action in _ACTIONS
    ]
    return [
        *made,
        "CREATE TRIGGER outlet_rollup_update AFTER UPDATE OF partner_id ON outlet WHEN OLD.partner_id IS NOT NEW.partner_id"
        f" BEGIN {_kept_of_outlet()}; END",
    ]


def drop_of_counted(dialect: str) -> list[str]:
    """What takes those away."""
    tables = [*(watched.table for watched in _WATCHED), "outlet"]
    if dialect == POSTGRESQL:
        return [
            statement
            for table in tables
            for statement in (f"DROP TRIGGER {table}_rollup ON {table}", f"DROP FUNCTION {table}_rollup()")
        ]
    return [f"DROP TRIGGER {_name(table, action)}" for table in tables[:-1] for action in _ACTIONS] + [
        "DROP TRIGGER outlet_rollup_update"
    ]


def create_of_relations(dialect: str) -> list[str]:
    """What makes the triggers of where copies came from, and of what stories belong to."""
    made = []
    for relation in _relations():
        if dialect == POSTGRESQL:
            made += [
                f"CREATE FUNCTION {relation.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {relation.kept}; RETURN NULL; END $$",
                f"CREATE TRIGGER {relation.name} AFTER {relation.event} ON {relation.table} FOR EACH ROW"
                f"{relation.condition(' IS DISTINCT FROM ')} EXECUTE FUNCTION {relation.name}()",
            ]
        else:
            changed = f"AFTER {relation.event} ON {relation.table}{relation.condition(' IS NOT ')}"
            made.append(f"CREATE TRIGGER {relation.name} {changed} BEGIN {relation.kept}; END")
    return made


def drop_of_relations(dialect: str) -> list[str]:
    """What takes those away."""
    if dialect == POSTGRESQL:
        return [
            statement
            for relation in _relations()
            for statement in (f"DROP TRIGGER {relation.name} ON {relation.table}", f"DROP FUNCTION {relation.name}()")
        ]
    return [f"DROP TRIGGER {relation.name}" for relation in _relations()]


class _Relation(NamedTuple):
    name: str
    table: str
    event: str
    columns: tuple[str, ...]
    kept: str

    def condition(self, differs: str) -> str:
        """That one of the columns changed, where there are any."""
        if not self.columns:
            return ""
        return f" WHEN ({' OR '.join(f'OLD.{column}{differs}NEW.{column}' for column in self.columns)})"


def _relations() -> list[_Relation]:
    belongs = ("series_id", "topic_id")
    told = "INSERT INTO rollup_change (kind, subject_id, existed) VALUES ('S', {}, TRUE)"
    return [
        _Relation(
            "reprint_rollup_edge", "reprint", f"UPDATE OF {', '.join(_EDGE)}", _EDGE, _kept(_WATCHED[0], "UPDATE")
        ),
        _Relation("story_rollup", "story", f"UPDATE OF {', '.join(belongs)}", belongs, told.format("NEW.id")),
        _Relation("brand_rollup_insert", "storyorganisation", "INSERT", (), told.format("NEW.story_id")),
        _Relation(
            "brand_rollup_update",
            "storyorganisation",
            "UPDATE",
            ("story_id", "organisation_id", "is_brand"),
            f"{told.format('OLD.story_id')}; {told.format('NEW.story_id')}",
        ),
        _Relation("brand_rollup_delete", "storyorganisation", "DELETE", (), told.format("OLD.story_id")),
    ]


def _name(table: str, action: str) -> str:
    return f"{table}_rollup_{action.lower()}"


def _event(watched: _Watched, action: str) -> str:
    return f"UPDATE OF {', '.join(watched.columns)}" if action == "UPDATE" else action


def _kept(watched: _Watched, action: str) -> str:
    if action == "INSERT":
        return (
            "INSERT INTO rollup_change (kind, subject_id, existed)"  # noqa: S608  # names of this module alone
            f" VALUES ('{watched.kind}', NEW.{watched.subject}, FALSE)"
            if watched.kind != "F"
            else "INSERT INTO rollup_change (kind, subject_id, existed, measure, counting)"
            " VALUES ('F', NEW.subject_id, FALSE, NEW.measure, NEW.counting)"
        )
    values = ", ".join(
        _OWNER if watched.kind == "R" and column == "partner_id" else f"OLD.{column}" for column in watched.columns
    )
    return (
        f"INSERT INTO rollup_change (kind, subject_id, existed, {', '.join(watched.columns)})"  # noqa: S608  # as above
        f" VALUES ('{watched.kind}', OLD.{watched.subject}, TRUE, {values})"
    )


def _kept_of_outlet() -> str:
    values = ", ".join(
        "COALESCE(reprint.partner_id, OLD.partner_id)" if column == "partner_id" else f"reprint.{column}"
        for column in _COPY
    )
    return (
        f"INSERT INTO rollup_change (kind, subject_id, existed, {', '.join(_COPY)})"  # noqa: S608  # as above
        f" SELECT 'R', reprint.id, TRUE, {values} FROM reprint WHERE reprint.outlet_id = OLD.id"
    )


def _postgresql(watched: _Watched) -> list[str]:
    kept = "".join(
        f" {'IF' if action == 'INSERT' else 'ELSIF'} TG_OP = '{action}' THEN {_kept(watched, action)};"
        for action in ("INSERT", "UPDATE")
    )
    return [
        f"CREATE FUNCTION {watched.table}_rollup() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f"{kept} ELSE {_kept(watched, 'DELETE')}; END IF; RETURN NULL; END $$",
        f"CREATE TRIGGER {watched.table}_rollup AFTER INSERT OR {_event(watched, 'UPDATE')} OR DELETE ON {watched.table}"
        f" FOR EACH ROW EXECUTE FUNCTION {watched.table}_rollup()",
    ]


def _postgresql_outlets() -> list[str]:
    return [
        "CREATE FUNCTION outlet_rollup() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN {_kept_of_outlet()}; RETURN NULL; END $$",
        "CREATE TRIGGER outlet_rollup AFTER UPDATE OF partner_id ON outlet FOR EACH ROW"
        " WHEN (OLD.partner_id IS DISTINCT FROM NEW.partner_id) EXECUTE FUNCTION outlet_rollup()",
    ]
