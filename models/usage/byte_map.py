"""A byte for each of a great many rows, looked up in SQL: `byte_at(bytes, number)`, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction


class byte_at(GenericFunction[int]):  # noqa: N801 - written like the SQL function that it is
    """The byte at a place, counted from 0, as an integer below 128; 0 beyond the end."""

    type = sa.Integer()
    inherit_cache = True


@compiles(byte_at, "sqlite")
def _sqlite(element: byte_at, compiler: SQLCompiler, **options: Any) -> str:
    data, place = element.clauses
    written = f"substr({compiler.process(data, **options)}, {compiler.process(place, **options)} + 1, 1)"
    return f"coalesce(unicode(CAST({written} AS TEXT)), 0)"


@compiles(byte_at, "postgresql")
def _postgresql(element: byte_at, compiler: SQLCompiler, **options: Any) -> str:
    data, place = element.clauses
    written, number = compiler.process(data, **options), compiler.process(place, **options)
    return f"(CASE WHEN {number} < length({written}) THEN get_byte({written}, {number}) ELSE 0 END)"


def look_up(data: bytes, place: sa.SQLColumnExpression[int]) -> sa.ColumnElement[int]:
    """`byte_at` of bytes in memory."""
    return byte_at(sa.bindparam(None, data, sa.LargeBinary()), place)
