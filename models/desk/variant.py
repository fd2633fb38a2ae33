"""Writes variants on the desk: begins them, saves what was typed, and takes away what nobody outside has seen."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypedDict

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import body as bodies
from models.approval import Approval
from models.asset import Asset, VariantAsset
from models.base import JsonObject, new_id
from models.change import Change
from models.desk.conflict import revision_conflict
from models.desk.draft import content_at, content_of, keep_draft
from models.desk.hold import hold_story, hold_variant, shown_assets
from models.desk.moves import DeskMove, move, refuse_canceled
from models.desk.source import read_source
from models.desk.words import readable
from models.draft import VariantDraft
from models.errors import BadInput, NotFound, WrongState
from models.language import LanguageTag
from models.story import Story
from models.variant import Form, TranslationMethod, Variant, variant_uri

LONGEST = {"headline": 500, "description": 2_000, "body": 400_000, "by": 255, "located": 255}
"""Characters of each text; of the body, in HTML."""
MOST_ASSETS = 100
_LABEL = re.compile(r"[A-Za-z0-9._-]{0,64}", re.ASCII)
_LONGEST_URI = 255
_CONTENT = {
    "headline": "headline",
    "description": "description",
    "body": "body",
    "by": "by",
    "located": "located",
    "assetIds": "assets",
}
"""What a save has to do with the words, or with what is shown: by the names of the input, under which name a draft keeps it."""
_ABOUT = {
    "translatedFromId": "translated_from_id",
    "translatedFromRevision": "translated_from_revision",
    "translationMethod": "translation_method",
}


class VariantKey(NamedTuple):
    """What tells the variants of a story apart. It never changes."""

    language: LanguageTag
    form: Form
    label: str = ""


class VariantChanges(TypedDict, total=False):
    """What is to be said of a variant anew; what is left out stays as it is. The body is HTML, as it was pasted."""

    headline: str
    description: str | None
    body: str
    by: str | None
    located: str | None
    asset_ids: Sequence[uuid.UUID]
    translated_from_id: uuid.UUID | None
    translated_from_revision: int | None
    translation_method: TranslationMethod | None


async def save_variant(
    session: AsyncSession,
    story_id: uuid.UUID,
    key: VariantKey,
    changes: VariantChanges,
    change: Change,
    *,
    revision: int | None,
) -> Variant:
    """Begins a variant, or saves what was typed. The same again changes nothing, whatever revision it was read in.

    :param revision: in which it was read; None for what is to be new.
    :raises NotFound: no such story; an asset or a source that is not the story's; a revision of what is not there.
    :raises RevisionConflict: it was saved in between, or is there already and says something else.
    :raises WrongState: it was killed.
    :raises BadInput: a value cannot be right.
    """
    story = await hold_story(session, story_id)
    held = select(Variant).where(
        Variant.story_id == story_id,
        Variant.language == key.language,
        Variant.form == key.form,
        Variant.label == key.label,
    )
    variant = (await session.exec(held.with_for_update())).first()
    wanted = await _read(session, story, variant, changes)
    if variant is None:
        if revision is not None:
            raise NotFound(
                f"{story.uri} has no {key.form} in {key.language} yet; leave revision out to begin it",
                field=["revision"],
            )
        return await _begin(session, story, key, wanted, change)
    shown = await shown_assets(session, variant.id)
    theirs = _says(variant, shown)
    different = [name for name in wanted if wanted[name] != theirs[name]]
    if not different:
        return variant
    if revision != variant.revision:
        base = None if revision is None else await content_at(session, variant, revision, content_of(variant, shown))
        named = {name: base.get(kept) for name, kept in _CONTENT.items()} if base else None
        raise revision_conflict(revision, variant, different, base=named, yours=wanted, theirs=theirs)
    await _save(session, story, variant, shown, {name: wanted[name] for name in different}, change)
    return variant


async def show_assets(
    session: AsyncSession, story: Story, variant: Variant, asset_ids: Sequence[uuid.UUID], change: Change
) -> None:
    """Says what a variant shows, in this order, as a save of the variant does. Both are held (`hold_variant`).

    :raises WrongState: it was killed.
    """
    shown = await shown_assets(session, variant.id)
    if shown != list(asset_ids):
        await _save(session, story, variant, shown, {"assetIds": list(asset_ids)}, change)


async def remove_variant(
    session: AsyncSession, variant_id: uuid.UUID, change: Change, *, revision: int | None = None
) -> Story:
    """Takes away a draft that was never released. Gives its story.

    :raises NotFound: no such variant.
    :raises RevisionConflict: it was saved in between.
    :raises WrongState: it was released, or another was translated from it.
    """
    story, variant = await hold_variant(session, variant_id)
    if revision is not None and revision != variant.revision:
        raise revision_conflict(revision, variant, (), base=None, yours={}, theirs={})
    if variant.version > 0:
        raise WrongState(f"{variant.uri} was released; take it back by withdrawVariant", field=["variantId"])
    follows = select(Variant.uri).where(Variant.translated_from_id == variant_id).order_by(col(Variant.uri))
    if uris := (await session.exec(follows)).all():
        raise WrongState(f"{', '.join(uris)} was translated from {variant.uri}; change that first", field=["variantId"])
    await session.execute(sa.delete(Variant).where(col(Variant.id) == variant_id))
    story.updated_at = change.at
    session.add(story)
    await session.flush()
    return story


async def _begin(
    session: AsyncSession, story: Story, key: VariantKey, wanted: Mapping[str, Any], change: Change
) -> Variant:
    refuse_canceled(story)
    if not _LABEL.fullmatch(key.label):
        raise BadInput(
            f"{key.label[:80]!r} is not a label; write at most 64 letters, digits, dots, hyphens and underscores of ASCII",
            field=["label"],
        )
    uri = variant_uri(story.uri, key.language, key.form, key.label)
    if len(uri) > _LONGEST_URI:
        raise BadInput(f"its URI would have {len(uri)} characters; take a shorter label", field=["label"])
    variant = Variant(
        id=new_id(),
        story_id=story.id,
        uri=uri,
        language=key.language,
        form=key.form,
        label=key.label,
        headline="",
        body="",
        body_text="",
        authors=[change.by],
        saved_by=change.by,
        created_at=change.at,
        updated_at=change.at,
    )
    _set(variant, wanted)
    session.add(variant)
    await session.flush()
    await _show(session, variant.id, wanted.get("assetIds", ()))
    content = content_of(variant, wanted.get("assetIds", ()))
    session.add(VariantDraft(variant_id=variant.id, revision=1, since=1, content=content, at=change.at, by=change.by))
    _touch(session, story, change)
    await session.flush()
    return variant


async def _save(
    session: AsyncSession,
    story: Story,
    variant: Variant,
    shown: Sequence[uuid.UUID],
    wanted: Mapping[str, Any],
    change: Change,
) -> None:
    """Saves what is different. What is said or shown makes a draft of it again, and takes approvals away."""
    refuse_canceled(story, variant)
    before = content_of(variant, shown)
    shows = wanted.get("assetIds", shown)
    revision = variant.revision + 1
    if not _CONTENT.keys().isdisjoint(wanted):
        target = move(story, variant, DeskMove.SAVE, change.by).target
        await keep_draft(session, variant, before, _after(before, wanted, shows), revision, change)
        await session.execute(sa.delete(Approval).where(col(Approval.variant_id) == variant.id))
        variant.desk_state = target
        variant.content_revision = revision
        variant.authors = sorted({*variant.authors, change.by})
    _set(variant, wanted)
    if "assetIds" in wanted:
        await session.execute(sa.delete(VariantAsset).where(col(VariantAsset.variant_id) == variant.id))
        await _show(session, variant.id, shows)
    variant.revision = revision
    variant.saved_by = change.by
    variant.updated_at = change.at
    session.add(variant)
    _touch(session, story, change)
    await session.flush()


def _after(before: JsonObject, wanted: Mapping[str, Any], shows: Sequence[uuid.UUID]) -> JsonObject:
    after = {**before, **{kept: wanted[name] for name, kept in _CONTENT.items() if name in wanted}}
    after["bodyText"] = bodies.plain_text(after["body"])
    after["assets"] = [str(asset_id) for asset_id in shows]
    return after


async def _show(session: AsyncSession, variant_id: uuid.UUID, asset_ids: Sequence[uuid.UUID]) -> None:
    rows = [
        {"variant_id": variant_id, "asset_id": asset_id, "ordinal": ordinal}
        for ordinal, asset_id in enumerate(asset_ids)
    ]
    if rows:
        await session.execute(sa.insert(VariantAsset).values(rows))


def _touch(session: AsyncSession, story: Story, change: Change) -> None:
    """Puts a story to the head of the desk's list; its own revision stays."""
    story.updated_at = change.at
    session.add(story)


def _says(variant: Variant, shown: Sequence[uuid.UUID]) -> dict[str, Any]:
    """What a variant says now, under the names of the input."""
    texts = {name: getattr(variant, name) for name in LONGEST}
    return {**texts, "assetIds": list(shown), **{name: getattr(variant, column) for name, column in _ABOUT.items()}}


def _set(variant: Variant, wanted: Mapping[str, Any]) -> None:
    for name, value in wanted.items():
        if name in LONGEST:
            setattr(variant, name, value)
        elif name in _ABOUT:
            setattr(variant, _ABOUT[name], value)
    if "body" in wanted:
        variant.body_text = bodies.plain_text(variant.body)
        variant.word_count = bodies.count_words(variant.body_text)
        variant.char_count = bodies.count_characters(variant.body_text)
    if not {"translatedFromId", "translatedFromRevision"}.isdisjoint(wanted):
        variant.translated_from_version = None


async def _read(
    session: AsyncSession, story: Story, variant: Variant | None, changes: VariantChanges
) -> dict[str, Any]:
    """What is wanted, under the names of the input."""
    read = _texts(changes)
    if "asset_ids" in changes:
        read["assetIds"] = await _assets(session, story, changes["asset_ids"])
    if "translation_method" in changes:
        read["translationMethod"] = changes["translation_method"]
    source = await read_source(session, story, variant, dict(changes))
    return read | source


def _texts(changes: VariantChanges) -> dict[str, Any]:
    given: dict[str, Any] = dict(changes)
    read: dict[str, Any] = {}
    for name, longest in LONGEST.items():
        if name not in given:
            continue
        text = given[name]
        if text is not None:
            readable(text, name)
        if text is not None and len(text) > longest:
            raise BadInput(f"{name} has {len(text)} characters; at most {longest} are possible", field=[name])
        if name == "body":
            read[name] = bodies.clean(text)
        elif name == "headline":
            read[name] = text.strip()
        else:
            read[name] = text and (text.strip() or None)
    return read


async def _assets(session: AsyncSession, story: Story, given: Sequence[uuid.UUID]) -> list[uuid.UUID]:
    if len(given) > MOST_ASSETS:
        raise BadInput(f"assetIds holds {len(given)} assets; at most {MOST_ASSETS} are possible", field=["assetIds"])
    wanted = list(dict.fromkeys(given))
    found = (await session.exec(select(Asset.id).where(Asset.story_id == story.id, col(Asset.id).in_(wanted)))).all()
    if unknown := [asset_id for asset_id in wanted if asset_id not in set(found)]:
        raise NotFound(f"the story has no asset {unknown[0]}; attach it first", field=["assetIds"])
    return wanted
