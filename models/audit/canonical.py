"""The canonical form of entries and seals, and their hashes. Whoever has the rows can compute them again, with any program.

The form is JSON as RFC 8785 (JCS) writes it: UTF-8, no space, keys in order, the shortest escapes. No value is a fraction, and no number
lies beyond 2^53, so that every JSON library prints them alike.

- An entry has the keys `action`, `at`, `by`, `byPartnerId`, `details`, `id`, `partnerId`, `requestId`, `storyId`, `subjectId`; what is
  absent is null. Ids are UUIDs in lower case with hyphens; `at` is RFC 3339 in UTC with six digits of the second and `Z`.
  Its hash is SHA-256 over the bytes of `storypool audit entry 1`, a line feed, and the form.
- A seal has the keys `at`, `entries` (the hashes of its entries, in order), `number` and `previousHash`.
  Its hash is SHA-256 over the bytes of `storypool audit seal 1`, a line feed, and the form.
- Hashes are written in lower-case hexadecimal. The first seal has the number 1, and 64 zeros for the hash before.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

import orjson

from models.audit.table import AuditEntry
from models.base import JsonObject

FIRST_PREVIOUS_HASH = "0" * 64
"""What stands for the seal before the first."""

_ENTRY_DOMAIN = b"storypool audit entry 1\n"
_SEAL_DOMAIN = b"storypool audit seal 1\n"


def entry_form(entry: AuditEntry) -> bytes:
    """An entry in canonical form."""
    return _form(
        {
            "id": str(entry.id),
            "at": _moment(entry.at),
            "by": entry.by,
            "byPartnerId": _id(entry.by_partner_id),
            "action": entry.action,
            "subjectId": entry.subject_id,
            "storyId": _id(entry.story_id),
            "partnerId": _id(entry.partner_id),
            "requestId": entry.request_id,
            "details": entry.details,
        }
    )


def entry_hash(entry: AuditEntry) -> str:
    """The hash of an entry."""
    return hashlib.sha256(_ENTRY_DOMAIN + entry_form(entry)).hexdigest()


def seal_hash(previous_hash: str, number: int, at: datetime, entries: Sequence[str]) -> str:
    """The hash of a seal.

    :param entries: the hashes of its entries, in order.
    """
    form = _form({"previousHash": previous_hash, "number": number, "at": _moment(at), "entries": list(entries)})
    return hashlib.sha256(_SEAL_DOMAIN + form).hexdigest()


def _form(value: JsonObject) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _id(id: uuid.UUID | None) -> str | None:
    return None if id is None else str(id)
