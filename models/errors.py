"""Every error that Storypool raises on purpose.

    StorypoolError
    ├── BadInput                 what was sent cannot be right
    │   ├── BadCursor            a paging cursor that this server did not give
    │   │   └── CursorTooOld     a place in the change log that is not kept any more
    │   ├── BadLanguageTag       not a BCP 47 tag
    │   ├── BadTerritory         not an ISO 3166-1, ISO 3166-2 or UN M49 code
    │   ├── BadDateTime          not an RFC 3339 date-time with a zone
    │   ├── BadUrl               not an absolute http(s) URL
    │   ├── BadZone              not an IANA time zone
    │   ├── BadMedia             a file that is not what it should be, or that is not taken
    │   ├── BadPolicy            terms that cannot be read as a policy
    │   ├── EndBeforeStart       a period that ends before, or when, it begins
    │   ├── PageSizeOutOfRange   `first` or `last` outside 1–100, or both, or neither where one is needed
    │   └── UseAtRefused         `use.at` where the server's clock alone counts
    ├── NotFound                 does not exist, or not for this actor
    ├── Forbidden                the actor lacks a scope or a role
    ├── UsageDenied              the usage decision is DENY
    │   ├── CountExhausted       the terms allow fewer uses of the story than were asked for
    │   └── QuotaExhausted       the agreement allows fewer pickups than were asked for
    ├── StaleVersion             another version than the live one was named
    ├── RevisionConflict         somebody else saved in between
    ├── KeyTaken                 something else has the key already
    ├── InheritanceCycle         a template that would inherit from itself
    ├── ReprintCycle             a copy that would come from itself
    ├── PartnerSuspended         an agreement for a partner that is suspended
    ├── QuotaBelowUse            a quota below what was already charged to it
    ├── ExclusivityConflict      what another partner has to itself was promised again
    ├── UploadBusy               another request is at the upload
    ├── TooManyUploads           of which nothing was made yet
    ├── NotReleasable            a story that cannot pass the release door yet
    ├── WrongState               a move that the state of a story or a variant does not allow
    ├── OwnWork                  somebody would approve words of his or her own
    ├── UploadUnfinished         a file that has not come whole yet
    ├── ClientSuspended          the OAuth client, or its partner, is suspended
    └── OperationalError         the installation needs its operator
        ├── MigrationNeeded      the database is not at this version of the schema
        └── TargetNotEmpty       a move or restore would overwrite data

The stable code of an error is its class name in SCREAMING_SNAKE_CASE. A message says what was wrong, with which value, and what to do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


class StorypoolError(Exception):
    """The root of the tree.

    :param message: one English sentence: what was wrong, with which value, what to do.
    :param field: the path of the offending input value, outermost first, where there is one.
    """

    code: ClassVar[str] = "STORYPOOL_ERROR"

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.code = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__).upper()

    def __init__(self, message: str, *, field: Sequence[str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = list(field) if field is not None else None


class BadInput(StorypoolError):
    """What was sent cannot be right, whatever the state of the pool."""


class BadCursor(BadInput):
    """A paging cursor that this server did not give for this list."""


class CursorTooOld(BadCursor):
    """A place in the change log after which not everything is kept any more.

    :param resume_after: the oldest cursor that can be read from.
    """

    def __init__(self, message: str, *, resume_after: str, field: Sequence[str] | None = None) -> None:
        super().__init__(message, field=field)
        self.resume_after = resume_after


class BadLanguageTag(BadInput):
    """Not a well-formed BCP 47 language tag."""


class BadTerritory(BadInput):
    """Not an ISO 3166-1, ISO 3166-2 or UN M49 code that Storypool knows."""


class BadDateTime(BadInput):
    """Not an RFC 3339 date-time with a zone."""


class BadUrl(BadInput):
    """Not an absolute http or https URL."""


class BadZone(BadInput):
    """Not the name of a time zone in the IANA database."""


class BadMedia(BadInput):
    """A file that is not what it should be, or of a kind that is not taken; the message says what was found."""


class BadPolicy(BadInput):
    """Terms that cannot be read as a policy."""


class EndBeforeStart(BadInput):
    """A period that ends before it begins, or at the same moment."""


class PageSizeOutOfRange(BadInput):
    """`first` or `last` outside 1–100, or given together."""


class UseAtRefused(BadInput):
    """A use carried `at` where the server's own clock decides."""


class NotFound(StorypoolError):
    """Does not exist, or not for this actor; the answer is the same."""


class Forbidden(StorypoolError):
    """The actor lacks the scope or the role that this needs."""


class UsageDenied(StorypoolError):
    """The usage decision is DENY; the message names the rules that deny it."""


class CountExhausted(UsageDenied):
    """The terms allow no further use of the story to this partner.

    :param remaining: how many different uses were left before this request.
    """

    def __init__(self, message: str, *, remaining: int, field: Sequence[str] | None = None) -> None:
        super().__init__(message, field=field)
        self.remaining = remaining


class QuotaExhausted(UsageDenied):
    """The agreement allows no further pickup in this period.

    :param remaining: how many were left before this request.
    """

    def __init__(self, message: str, *, remaining: int, field: Sequence[str] | None = None) -> None:
        super().__init__(message, field=field)
        self.remaining = remaining


class StaleVersion(StorypoolError):
    """Another version than the live one was named.

    :param current: the live version.
    """

    def __init__(self, message: str, *, current: int, field: Sequence[str] | None = None) -> None:
        super().__init__(message, field=field)
        self.current = current


@dataclass(frozen=True)
class FieldConflict:
    """One field of a save that was refused.

    :param field: its name in the input.
    :param base: what it said in the revision that was edited; None where that is not known, or where it said nothing.
    :param yours: what was sent.
    :param theirs: what it says now.
    """

    field: str
    base: str | None
    yours: str | None
    theirs: str | None


@dataclass(frozen=True)
class Conflict:
    """Both versions of what two have edited.

    :param revision: the one that was edited.
    :param current: the present one.
    :param saved_by: who saved the present one, and `saved_at` when.
    :param fields: what differs between what was sent and what is there now.
    """

    revision: int
    current: int
    saved_by: str | None
    saved_at: datetime | None
    fields: tuple[FieldConflict, ...]


class RevisionConflict(StorypoolError):
    """Somebody else saved in between; read again and repeat.

    :param current: the present version, where versions are counted.
    :param conflict: what was sent beside what is there now, for people to bring together.
    """

    def __init__(
        self,
        message: str,
        *,
        current: int | None = None,
        conflict: Conflict | None = None,
        field: Sequence[str] | None = None,
    ) -> None:
        super().__init__(message, field=field)
        self.current = current
        self.conflict = conflict


class KeyTaken(StorypoolError):
    """Something else has the key already; choose another, or change that thing by its id."""


class InheritanceCycle(StorypoolError):
    """A template of terms that would inherit, over however many steps, from itself; the message names the ring."""


class ReprintCycle(StorypoolError):
    """A copy would come from itself, at once or over others."""


class PartnerSuspended(StorypoolError):
    """The partner is suspended; reactivate it before it gets an agreement."""


class QuotaBelowUse(StorypoolError):
    """A quota would lie below what was already charged to it in the present period."""


class ExclusivityConflict(StorypoolError):
    """Another partner has something of it to itself; the message names that agreement."""


class TooManyUploads(StorypoolError):
    """The client has begun as many files as it may and made nothing of them yet; finish or delete some."""


class UploadBusy(StorypoolError):
    """Another request is writing to the upload, or reading it; wait for its end and try again."""


class NotReleasable(StorypoolError):
    """A story that cannot pass the release door yet; the message lists what is missing."""


class WrongState(StorypoolError):
    """The state of a story, a variant or a notice does not allow this move; the message names the state and what is allowed."""


class OwnWork(StorypoolError):
    """Whoever wrote a text does not approve it; somebody else has to."""


class UploadUnfinished(StorypoolError):
    """A file that has not come whole yet; send the rest, then repeat."""


class ClientSuspended(StorypoolError):
    """The OAuth client, or the partner it belongs to, is suspended."""


class OperationalError(StorypoolError):
    """The installation needs its operator."""


class MigrationNeeded(OperationalError):
    """The database is not at the version of the schema that this program needs."""


class TargetNotEmpty(OperationalError):
    """A move or a restore would overwrite data."""


def error_classes() -> Iterator[type[StorypoolError]]:
    """Every class of the tree below the root, parents before children."""
    pending: list[type[StorypoolError]] = [StorypoolError]
    while pending:
        parent = pending.pop(0)
        children = parent.__subclasses__()
        yield from children
        pending.extend(children)
