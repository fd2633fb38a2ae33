"""The kinds of changes that a reader of the log can meet: all but those that server processes tell each other."""

from __future__ import annotations

import inspect
from enum import Enum

import strawberry

from models.event import SYSTEM_KINDS, EventKind
from schema.enum import member_docstrings

ChangeKind = Enum(  # type: ignore[misc]  # from the enum of the models
    "ChangeKind", {kind.name: kind.value for kind in EventKind if kind not in SYSTEM_KINDS}, module=__name__
)

strawberry.enum(ChangeKind, description=inspect.cleandoc(EventKind.__doc__ or ""))
_WORDS = member_docstrings(EventKind)
for _value in ChangeKind.__strawberry_definition__.values:  # type: ignore[attr-defined]  # set by the line before
    _value.description = _WORDS[_value.name]
