"""Global ids: opaque, and the same for the same thing for ever."""

from __future__ import annotations

import base64
import binascii
import uuid

import strawberry

from models.errors import NotFound

_ON_THE_DESK = ("Story", "Variant", "Asset")
"""What has another type on the desk (`DeskStory`), over the same row."""


def global_id(kind: str, key: object) -> strawberry.ID:
    """The global id of a thing of a GraphQL type.

    :param key: its primary key or natural key.
    """
    return strawberry.ID(base64.urlsafe_b64encode(f"{kind}:{key}".encode()).decode().rstrip("="))


def split_global_id(value: str) -> tuple[str, str]:
    """The GraphQL type and the key of a global id.

    :raises NotFound: for anything that no server could have given: such a thing does not exist.
    """
    try:
        raw = base64.urlsafe_b64decode(value.encode("ascii") + b"=" * (-len(value) % 4)).decode()
    except (binascii.Error, UnicodeError):
        raise NotFound(f"there is nothing with the id {value[:100]!r}") from None
    kind, colon, key = raw.partition(":")
    if not colon or global_id(kind, key) != value:
        raise NotFound(f"there is nothing with the id {value[:100]!r}")
    return kind, key


def uuid_of(value: str, kind: str) -> uuid.UUID:
    """The primary key in the global id of a thing of this GraphQL type; of a story or a variant also in its id on the desk.

    :raises NotFound: when it is not one.
    """
    found, key = split_global_id(value)
    try:
        if found == kind or (kind in _ON_THE_DESK and found == f"Desk{kind}"):
            return uuid.UUID(key)
    except ValueError:
        pass
    raise NotFound(f"there is no {kind} with the id {value[:100]!r}")


def desk_uuid(value: str, kind: str, *field: str) -> uuid.UUID:
    """The primary key in a global id of an input.

    :param field: the path of the input value, for the refusal.
    :raises NotFound: it is not one of this kind.
    """
    try:
        return uuid_of(value, kind)
    except NotFound as error:
        raise NotFound(error.message, field=field or None) from None
