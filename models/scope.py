"""Scopes: what an OAuth client may be permitted to do (RFC 6749, section 3.3). Named `noun:verb`."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Self

from models.errors import BadInput


class Scope(StrEnum):
    """One permission. `meaning` is the line that is shown in documents and wherever consent is asked."""

    meaning: str

    def __new__(cls, value: str, meaning: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member

    POOL_READ = "pool:read", "Read the released stories that your agreements cover, and ask whether a use is permitted."
    EMBARGO_READ = "embargo:read", "See stories before their embargo ends; no use is permitted until then."
    PICKUP_WRITE = "pickup:write", "Acknowledge that you take a story, and keep your pickups up to date."
    NOTICE_WRITE = "notice:write", "Acknowledge corrections, withholdings and kills."
    REPRINT_WRITE = "reprint:write", "Report where copies ran and how far they travelled."
    REPORT_READ = "report:read", "Read reports on your pickups and reprints."
    HOOK_WRITE = "hook:write", "Set up webhooks and look at their deliveries."
    CLIENT_WRITE = "client:write", "Manage your own API clients and their secrets."
    STORY_WRITE = "story:write", "Write, translate and edit stories at the desk, and set their terms."
    STORY_RELEASE = "story:release", "Release, correct, withhold and kill stories."
    PARTNER_WRITE = "partner:write", "Manage partners, agreements, outlets and their API clients."
    USER_WRITE = "user:write", "Manage the centre's users and their roles."
    AUDIT_READ = "audit:read", "Read the audit trail, and the content of killed stories."


PARTNER_SCOPES = frozenset(
    {
        Scope.POOL_READ,
        Scope.EMBARGO_READ,
        Scope.PICKUP_WRITE,
        Scope.NOTICE_WRITE,
        Scope.REPRINT_WRITE,
        Scope.REPORT_READ,
        Scope.HOOK_WRITE,
        Scope.CLIENT_WRITE,
    }
)
"""What a partner's client may hold."""

STAFF_SCOPES = frozenset(Scope) - PARTNER_SCOPES
"""What only the centre's own clients may hold; they may hold partner scopes too."""


def known_scopes(names: Iterable[str]) -> frozenset[Scope]:
    """The scopes among `names`; names that are no scope are left out."""
    wanted = set(names)
    return frozenset(scope for scope in Scope if scope in wanted)


def parse_scopes(names: Iterable[str]) -> frozenset[Scope]:
    """Reads scope names.

    :raises BadInput: when one of them is not a scope.
    """
    wanted = set(names)
    if unknown := sorted(wanted.difference(Scope)):
        raise BadInput(f"unknown scope {unknown[0]!r}; the scopes are {scope_text(Scope)}", field=["scopes"])
    return known_scopes(wanted)


def scope_text(scopes: Iterable[Scope]) -> str:
    """Scopes as OAuth writes them: separated by spaces, here always in the order of `Scope`."""
    held = set(scopes)
    return " ".join(scope for scope in Scope if scope in held)
