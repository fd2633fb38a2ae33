"""Puts items onto the desk as drafts, once each: the same again changes nothing, a newer version changes what nobody has touched."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import JsonObject
from models.change import Change
from models.concept import Concept, ConceptKind
from models.desk.rules import DeskRules
from models.desk.story import StoryChanges, create_story, update_story
from models.desk.variant import VariantChanges, VariantKey, save_variant
from models.importing.item import Note, ReadItem
from models.importing.table import ImportedItem
from models.story import Story
from models.variant import Variant

_KINDS = {"subjects": ConceptKind.SUBJECT, "genres": ConceptKind.GENRE, "places": ConceptKind.PLACE}


class Outcome(StrEnum):
    """What became of an item."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True)
class Report:
    """What became of an item, and of what it did not come in with.

    :param story_uri: of the draft; None where there is none.
    :param why: of a refusal.
    """

    uri: str
    outcome: Outcome
    story_uri: str | None = None
    why: str | None = None
    notes: tuple[Note, ...] = ()

    def as_json(self) -> JsonObject:
        """The form that `storypool import --json` prints."""
        notes = [{"property": note.name, "note": note.what} for note in self.notes]
        return {
            "uri": self.uri, "outcome": self.outcome.value, "storyUri": self.story_uri, "why": self.why, "notes": notes,
        }  # fmt: skip


async def keep(session: AsyncSession, item: ReadItem, rules: DeskRules, change: Change) -> Report:
    """Puts an item onto the desk, within a transaction of its own.

    :raises StorypoolError: the desk refuses a value; nothing may be kept then.
    """
    name, content = _hash(item.uri), _hash_of(item)
    known = (await session.exec(select(ImportedItem).where(ImportedItem.uri_hash == name).with_for_update())).first()
    if item.is_withdrawn:
        why = "its source has withdrawn it" + ("; the draft stays as it is: look at it" if known else "")
        return Report(item.uri, Outcome.REFUSED, None, why, item.notes)
    story_changes, notes = await _story(session, item)
    words = VariantChanges(
        headline=item.headline, description=item.description, body=item.body, by=item.by, located=item.located
    )
    key = VariantKey(item.language, item.form)
    if known is None:
        at = item.created or change.at
        story = await create_story(session, rules.uri(f"import-{name[:16]}", at), story_changes, change)
        variant = await save_variant(session, story.id, key, words, change, revision=None)
        row = ImportedItem(
            uri_hash=name,
            uri=item.uri,
            content_hash=content,
            source={},
            story_id=story.id,
            variant_id=variant.id,
            story_revision=0,
            variant_revision=0,
            imported_at=change.at,
            imported_by=change.by,
        )
        await _remember(session, row, item, content, story, variant, change)
        return Report(item.uri, Outcome.CREATED, story.uri, None, notes)
    story = await session.get_one(Story, known.story_id)
    variant = await session.get_one(Variant, known.variant_id)
    if known.content_hash == content:
        return Report(item.uri, Outcome.UNCHANGED, story.uri, None, notes)
    reason = _why_not(item, known, story, variant)
    if reason is not None:
        return Report(item.uri, Outcome.REFUSED, story.uri, reason, notes)
    story = await update_story(session, story.id, story_changes, change, revision=story.revision)
    variant = await save_variant(session, story.id, key, words, change, revision=variant.revision)
    await _remember(session, known, item, content, story, variant, change)
    return Report(item.uri, Outcome.UPDATED, story.uri, None, notes)


def _why_not(item: ReadItem, known: ImportedItem, story: Story, variant: Variant) -> str | None:
    """Why a newer document does not change the draft."""
    if (variant.language, variant.form) != (item.language, item.form):
        return f"it was a {variant.form} in {variant.language} before; its language and form never change"
    if _is_older(item.version, known.version):
        return f"version {item.version} is older than version {known.version}, which was imported"
    if (story.revision, variant.revision) != (known.story_revision, known.variant_revision):
        return "the draft was edited since it was imported; it stays as it is"
    if variant.version > 0:
        return "the draft was released; it stays as it is"
    return None


def _is_older(version: str | None, than: str | None) -> bool:
    if version is None or than is None:
        return False
    if version.isdecimal() and than.isdecimal():
        return int(version) < int(than)
    return not version.isdecimal() and not than.isdecimal() and version < than


async def _story(session: AsyncSession, item: ReadItem) -> tuple[StoryChanges, tuple[Note, ...]]:
    """What is said of the story, and what of its filing the centre does not know."""
    notes = list(item.notes)
    changes: dict[str, Any] = {
        "slugline": item.slugline,
        "urgency": item.urgency,
        "content_created": item.created,
        "embargoed_until": item.embargoed_until,
        "expires": item.expires,
    }
    for kind, codes in item.codes.items():
        wanted = [code for code in codes if code] + [f"medtop:{code}" for code in codes if code.isdecimal()]
        known = select(Concept.code).where(Concept.kind == _KINDS[kind], col(Concept.code).in_(wanted))
        found = set((await session.exec(known)).all()) if wanted else set()
        changes[kind] = sorted(found)
        if codes and not found:
            notes.append(Note(kind, f"the centre's vocabulary knows none of them: {', '.join(codes)[:200]}"))
    return changes, tuple(notes)  # type: ignore[return-value]  # the names are those of `StoryChanges`


async def _remember(
    session: AsyncSession,
    row: ImportedItem,
    item: ReadItem,
    content: str,
    story: Story,
    variant: Variant,
    change: Change,
) -> None:
    await session.flush()
    row.version, row.content_hash, row.source = item.version, content, item.source
    row.story_revision, row.variant_revision = story.revision, variant.revision
    row.imported_at, row.imported_by = change.at, change.by
    session.add(row)
    await session.flush()


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _hash_of(item: ReadItem) -> str:
    """Names what came in: the source as a whole."""
    return hashlib.sha256(orjson.dumps(item.source, option=orjson.OPT_SORT_KEYS)).hexdigest()
