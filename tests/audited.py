"""Every mutation of every test leaves one entry in the audit trail where it succeeds, and none where it is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from graphql import FieldNode, OperationDefinitionNode, OperationType, parse
from sqlmodel import select

from models.audit.table import AuditEntry
from models.database import Database


async def require_entries(database: Database, request_id: str, document: str, data: dict[str, Any] | None) -> None:
    """Holds a request to what it left in the audit trail.

    :param data: its answer.
    """
    mutations = {} if "mutation" not in document else dict(_mutations(document))
    if not mutations:
        return
    async with database.read() as session:
        entries = (await session.exec(select(AuditEntry).where(AuditEntry.request_id == request_id))).all()
    for answered, name in mutations.items():
        payload = (data or {}).get(answered)
        if payload is None or payload.get("userErrors"):
            assert name not in [entry.action for entry in entries], f"{name} was refused and is in the audit trail"
        elif "userErrors" in payload:
            times = [entry.action for entry in entries].count(name)
            expected = list(mutations.values()).count(name)
            assert 1 <= times <= expected, (
                f"{name} succeeded and is {times} times in the audit trail: use Context.write"
            )
    for entry in entries:
        for string in strings(entry.details):
            assert re.fullmatch(r"[!-~]{1,128}", string), f"{entry.action} keeps {string!r}"


def strings(value: object) -> Iterator[str]:
    """Every string in JSON, also the names of members."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


def _mutations(document: str) -> Iterator[tuple[str, str]]:
    """The mutations in a document: under what they are answered, and their names."""
    for definition in parse(document).definitions:
        if isinstance(definition, OperationDefinitionNode) and definition.operation is OperationType.MUTATION:
            for field in definition.selection_set.selections:
                if isinstance(field, FieldNode):
                    yield (field.alias or field.name).value, field.name.value
