"""What the audit trail keeps of the input of a mutation, by the GraphQL types of its fields."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime

import strawberry
from sqlmodel.ext.asyncio.session import AsyncSession
from strawberry.types import get_object_definition
from strawberry.types.base import StrawberryContainer
from strawberry.utils.str_converters import to_camel_case

from models.actor import Actor
from models.audit import detail
from models.audit.record import record
from models.audit.subject import Named, subject_of
from models.base import JsonObject
from models.change import Change
from models.errors import NotFound
from models.language import LanguageTag
from models.territory import Territory
from schema.identifier import split_global_id

_IDENTIFIERS: tuple[object, ...] = (strawberry.ID, LanguageTag, Territory)


async def record_mutation(
    session: AsyncSession, actor: Actor, request_id: str, at: datetime, action: str, given: object
) -> None:
    """Records a mutation in its own transaction.

    :param action: its name in GraphQL.
    :param given: its input.
    """
    named = list(named_in(given))
    subject = await subject_of(session, named)
    await record(
        session,
        Change(by=actor.client_id, at=at),
        action,
        by_partner_id=actor.partner_id,
        request_id=request_id,
        subject=subject.of_partner(actor.partner_id),
        details=details_of(given),
    )


def details_of(given: object) -> JsonObject:
    """What is kept of an input.

    Numbers, booleans, enums, moments, ids, language tags and territories are kept. A plain string is kept where it is a date, or where its
    field is named for keys or codes and it looks like one; of every other, and of JSON documents and addresses, only the hash and the
    length. What is named for a secret is left out altogether.
    """
    return {} if given is None else _object(given)


def named_in(given: object) -> Iterator[Named]:
    """The things that the fields of an input name by their ids, the thing to change (`id`) first."""
    if given is None or get_object_definition(given) is None:
        return
    fields = get_object_definition(given, strict=True).fields
    for field in sorted(fields, key=lambda field: field.python_name != "id"):
        value = getattr(given, field.python_name)
        if _bare(field.type) is strawberry.ID and isinstance(value, str):
            try:
                kind, key = split_global_id(value)
                yield Named(value, kind, uuid.UUID(key))
            except (NotFound, ValueError):
                continue  # named by something else than a primary key


def _object(given: object) -> JsonObject:
    definition = get_object_definition(given)
    typed: list[tuple[str, object, object]]
    if definition is not None:
        typed = [
            (to_camel_case(field.python_name), getattr(given, field.python_name), field.type)
            for field in definition.fields
        ]
    elif isinstance(given, Mapping):
        typed = [(str(name), value, str) for name, value in given.items()]
    else:
        raise TypeError(f"{type(given).__name__} is no input of a mutation")
    return {
        name: _kept(value, _bare(kind), name)
        for name, value, kind in typed
        if value is not strawberry.UNSET and not detail.names_secret(name)
    }


def _kept(value: object, kind: object, name: str) -> object:
    if kind is strawberry.scalars.JSON:
        return None if value is None else detail.document(value)
    if isinstance(value, list | tuple):
        return detail.listed([_kept(item, kind, name) for item in value])
    if isinstance(value, Mapping) or get_object_definition(value) is not None:
        return _object(value)
    if isinstance(value, str) and type(value) is str:
        if kind in _IDENTIFIERS:
            return detail.identifier(value, detail.LONGEST_ID)
        return detail.plain_string(value, name)
    return detail.plain(value)


def _bare(kind: object) -> object:
    """The type of what a list or an optional value holds."""
    while isinstance(kind, StrawberryContainer):
        kind = kind.of_type
    return kind
