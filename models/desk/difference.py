"""How what a variant says in one revision differs from what it says in another, for people to read."""

from __future__ import annotations

from dataclasses import dataclass

from models.base import JsonObject
from models.desk.conflict import as_text
from models.difference import Segment, text_difference
from models.language import LanguageTag


@dataclass(frozen=True)
class FieldDifference:
    """One field that says something else."""

    field: str
    segments: tuple[Segment, ...]


def content_difference(before: JsonObject, after: JsonObject, language: LanguageTag) -> tuple[FieldDifference, ...]:
    """What differs between two drafts. Of the body, its text; its HTML only where the text is the same."""
    names = [name for name in before if before[name] != after.get(name)]
    if "bodyText" in names and "body" in names:
        names.remove("body")
    return tuple(
        FieldDifference(name, text_difference(as_text(before[name]) or "", as_text(after.get(name)) or "", language))
        for name in names
    )
