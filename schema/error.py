"""User errors: refusals that are data, not GraphQL errors."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

import strawberry

from models.body import plain_text
from models.difference import text_difference
from models.errors import Conflict, FieldConflict, OperationalError, StorypoolError, error_classes
from models.language import UNDETERMINED
from schema.difference import DifferenceSegmentResult, segments
from schema.identifier import global_id

_CLASSES = [kind for kind in error_classes() if not issubclass(kind, OperationalError)]

ErrorCode = Enum("ErrorCode", {kind.code: kind.code for kind in _CLASSES}, module=__name__)  # type: ignore[misc]  # from the tree
"""The codes of all errors that a client can meet; the tree in `models.errors` is their one source."""

strawberry.enum(ErrorCode, description="Why something was refused. The code is stable; the message is for people.")
for _value, _kind in zip(ErrorCode.__strawberry_definition__.values, _CLASSES, strict=True):  # type: ignore[attr-defined]
    _value.description = (_kind.__doc__ or "").strip().split("\n\n")[0]


_NAMES_THINGS = {"assetIds": "Asset", "termsId": "Terms", "translatedFromId": "DeskVariant"}
"""Of the fields that name things by their ids: of which type."""


@strawberry.type(description="One field that two people have said differently.")
class FieldConflictResult:
    field: str = strawberry.field(description="Its name in the input; of what a variant says, likewise `bodyText`.")
    base: str | None = strawberry.field(
        description="What it said in the revision that was edited; null where that is not known, or where it said nothing."
    )
    yours: str | None = strawberry.field(
        description="What was sent, as it would have been kept. Lists stand in commas."
    )
    theirs: str | None = strawberry.field(description="What it says now.")

    @strawberry.field(
        description="What yours would make of theirs: what you would take out of it is REMOVED, what you would put in is ADDED. Of a body, "
        "its text."
    )
    def difference(self) -> list[DifferenceSegmentResult]:
        texts = self.theirs or "", self.yours or ""
        if self.field == "body":
            texts = plain_text(texts[0]), plain_text(texts[1])
        return segments(text_difference(*texts, UNDETERMINED))

    @classmethod
    def of(cls, conflict: FieldConflict) -> FieldConflictResult:
        kind = _NAMES_THINGS.get(conflict.field)

        def shown(value: str | None) -> str | None:
            if value is None or kind is None:
                return value
            return ", ".join(global_id(kind, key) for key in value.split(", ") if key)

        return cls(
            field=conflict.field,
            base=shown(conflict.base),
            yours=shown(conflict.yours),
            theirs=shown(conflict.theirs),
        )


@strawberry.type(description="What was sent beside what is there now, for people to bring together.")
class RevisionConflictResult:
    revision: int = strawberry.field(description="The revision that was edited; 0 for what was to be new.")
    current_revision: int = strawberry.field(description="The present one. Give it with the next change.")
    saved_by: str | None = strawberry.field(description="Who saved the present one: the OAuth client.")
    saved_at: datetime | None = strawberry.field(description="When.")
    fields: list[FieldConflictResult] = strawberry.field(description="What differs, each field once.")

    @classmethod
    def of(cls, conflict: Conflict) -> RevisionConflictResult:
        return cls(
            revision=conflict.revision,
            current_revision=conflict.current,
            saved_by=conflict.saved_by,
            saved_at=conflict.saved_at,
            fields=[FieldConflictResult.of(field) for field in conflict.fields],
        )


@strawberry.type(description="A refusal: what was wrong, where, and what to do.")
class UserError:
    code: ErrorCode = strawberry.field(description="Stable.")
    field: list[str] | None = strawberry.field(
        description="The path of the input value that was wrong, outermost first."
    )
    message: str = strawberry.field(description="One English sentence.")
    current_version: int | None = strawberry.field(
        description="With STALE_VERSION and REVISION_CONFLICT: the present version, where versions are counted."
    )
    remaining: int | None = strawberry.field(
        description="With COUNT_EXHAUSTED and QUOTA_EXHAUSTED: what was left before this request."
    )
    conflict: RevisionConflictResult | None = strawberry.field(
        description="With REVISION_CONFLICT on the desk: both versions, field by field, so that nobody's words are lost."
    )

    @classmethod
    def of(cls, error: StorypoolError) -> UserError:
        conflict: Conflict | None = getattr(error, "conflict", None)
        return cls(
            code=ErrorCode[error.code],
            field=error.field,
            message=error.message,
            current_version=getattr(error, "current", None),
            remaining=getattr(error, "remaining", None),
            conflict=RevisionConflictResult.of(conflict) if conflict else None,
        )
