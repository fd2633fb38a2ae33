"""User errors: refusals that are data, not GraphQL errors."""

from __future__ import annotations

from enum import Enum

import strawberry

from models.errors import OperationalError, StorypoolError, error_classes

_CLASSES = [kind for kind in error_classes() if not issubclass(kind, OperationalError)]

ErrorCode = Enum("ErrorCode", {kind.code: kind.code for kind in _CLASSES}, module=__name__)  # type: ignore[misc]  # from the tree
"""The codes of all errors that a client can meet; the tree in `models.errors` is their one source."""

strawberry.enum(ErrorCode, description="Why something was refused. The code is stable; the message is for people.")
for _value, _kind in zip(ErrorCode.__strawberry_definition__.values, _CLASSES, strict=True):  # type: ignore[attr-defined]
    _value.description = (_kind.__doc__ or "").strip().split("\n\n")[0]


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

    @classmethod
    def of(cls, error: StorypoolError) -> UserError:
        return cls(
            code=ErrorCode[error.code],
            field=error.field,
            message=error.message,
            current_version=getattr(error, "current", None),
            remaining=getattr(error, "remaining", None),
        )
