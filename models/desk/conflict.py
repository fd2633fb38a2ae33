"""What two people have made of one thing, field by field, for them to bring together."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from models.document import timestamp
from models.errors import Conflict, FieldConflict, RevisionConflict


class Saved(Protocol):
    """What counts its saves."""

    revision: int
    saved_by: str | None
    updated_at: Any


def revision_conflict(
    given: int | None,
    present: Saved,
    names: Iterable[str],
    *,
    base: Mapping[str, Any] | None,
    yours: Mapping[str, Any],
    theirs: Mapping[str, Any],
) -> RevisionConflict:
    """The refusal of a save that did not know of the present one.

    :param given: the revision that was edited; None for what was to be new.
    :param names: what differs, by the names of the input.
    :param base: what the edited revision said; None where that is not known.
    """
    fields = tuple(
        FieldConflict(name, as_text(base.get(name)) if base else None, as_text(yours[name]), as_text(theirs[name]))
        for name in names
    )
    conflict = Conflict(given or 0, present.revision, present.saved_by, present.updated_at, fields)
    if given is None:
        said = f"there is one already, at revision {present.revision}; give that revision to change it"
    else:
        said = f"it was read at revision {given} and is at revision {present.revision} now; read it again and repeat"
    if fields:
        said += f"; different: {', '.join(field.field for field in fields)}"
    return RevisionConflict(said, current=present.revision, conflict=conflict, field=["revision"])


def as_text(value: Any) -> str | None:
    """A value as people compare it; lists have their values apart by commas."""
    match value:
        case None | str():
            return value
        case datetime():
            return timestamp(value)
        case uuid.UUID() | int():
            return str(value)
        case _:
            return ", ".join(" ".join(map(str, part)) if isinstance(part, tuple) else str(part) for part in value)
