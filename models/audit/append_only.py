"""The triggers that refuse to change or delete rows of the trail, for the one case where they must step aside: a restore.

Migration 0003 makes them; what is said here makes the same again.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from models.base import POSTGRESQL

APPEND_ONLY = ("audit_entry", "audit_seal", "audit_leaf")
"""The tables of the trail that are only ever added to."""


async def make_changeable(connection: AsyncConnection) -> None:
    """Takes the triggers away, within the transaction of whoever puts them back."""
    for table in APPEND_ONLY:
        if connection.dialect.name == POSTGRESQL:
            await connection.execute(sa.text(f"DROP TRIGGER {table}_append_only ON {table}"))
        else:
            for action in ("update", "delete"):
                await connection.execute(sa.text(f"DROP TRIGGER {table}_no_{action}"))


async def make_append_only(connection: AsyncConnection) -> None:
    """Puts the triggers back."""
    for table in APPEND_ONLY:
        if connection.dialect.name == POSTGRESQL:
            await connection.execute(
                sa.text(
                    f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
                    f" FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_append_only()"
                )
            )
        else:
            for action in ("UPDATE", "DELETE"):
                await connection.execute(
                    sa.text(
                        f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table}"
                        f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                    )
                )
