"""The release checklist: what keeps a story from being released, and what an editor should know before."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel.ext.asyncio.session import AsyncSession

from models.asset import Asset, AssetKind
from models.errors import NotReleasable
from models.freeze import Desk, read_desk
from models.language import LanguageTag, language_covers
from models.story import PubStatus
from models.variant import DeskState, Form, Variant

SOON = timedelta(days=1)
"""A story that expires within this time after its release is named."""


class ChecklistSeverity(StrEnum):
    """What a point of the checklist does."""

    BLOCKS = "BLOCKS"
    """The story is not released as long as it stands."""
    WARNS = "WARNS"
    """The story can be released all the same."""


class ChecklistCode(StrEnum):
    """What the release checklist looks for."""

    STORY_WITHHELD = "STORY_WITHHELD"
    """The story is withheld: reinstate it first."""
    STORY_CANCELED = "STORY_CANCELED"
    """The story was killed."""
    NO_TERMS = "NO_TERMS"
    """The story has no terms, so nobody could use it."""
    EMBARGO_PAST = "EMBARGO_PAST"
    """The embargo of a story that was never released lifts in the past."""
    EXPIRED = "EXPIRED"
    """The story has expired already."""
    EXPIRES_SOON = "EXPIRES_SOON"
    """The story expires within a day."""
    NOTHING_CHOSEN = "NOTHING_CHOSEN"
    """No variant is named, or approved."""
    UNKNOWN_VARIANT = "UNKNOWN_VARIANT"
    """The story has no such variant."""
    NOT_APPROVED = "NOT_APPROVED"
    """The variant is not approved."""
    VARIANT_CANCELED = "VARIANT_CANCELED"
    """The variant was withdrawn for good."""
    EMPTY_HEADLINE = "EMPTY_HEADLINE"
    """The variant has no headline."""
    EMPTY_BODY = "EMPTY_BODY"
    """The variant has no text. Of an article and of a post this blocks."""
    PERMITS_NOTHING = "PERMITS_NOTHING"
    """The terms of the variant permit nobody anything."""
    STALE_TRANSLATION = "STALE_TRANSLATION"
    """The source of the translation says something else by now."""
    ASSET_WITHOUT_RIGHTS = "ASSET_WITHOUT_RIGHTS"
    """The terms of an asset that the variant shows permit nobody anything."""
    ASSET_WITHOUT_CREDIT = "ASSET_WITHOUT_CREDIT"
    """Nobody is credited for an asset that the variant shows."""
    ASSET_WITHOUT_FILE = "ASSET_WITHOUT_FILE"
    """An asset that the variant shows has no file that partners could take."""
    CAPTION_UNTRANSLATED = "CAPTION_UNTRANSLATED"
    """An asset that the variant shows has no caption in the language of the variant."""


@dataclass(frozen=True)
class ChecklistItem:
    """One point. The message is a part of a sentence about the story or the variant that it names."""

    code: ChecklistCode
    severity: ChecklistSeverity
    message: str
    variant_id: uuid.UUID | None = None
    asset_id: uuid.UUID | None = None

    @property
    def blocks(self) -> bool:
        """Whether the story is not released as long as it stands."""
        return self.severity is ChecklistSeverity.BLOCKS


async def checklist(
    session: AsyncSession, story_id: uuid.UUID, variant_ids: Collection[uuid.UUID] | None, now: datetime
) -> tuple[ChecklistItem, ...]:
    """What stands in the way of a release now.

    :param variant_ids: the variants that would be released; None for every approved one.
    :raises NotFound: no such story.
    """
    return check(await read_desk(session, story_id), variant_ids, now)


def require_ready(desk: Desk, variant_ids: Collection[uuid.UUID] | None, now: datetime) -> None:
    """Refuses a release that the checklist blocks.

    :raises NotReleasable: something stands in the way; the message lists all of it.
    """
    if problems := [item.message for item in check(desk, variant_ids, now) if item.blocks]:
        raise NotReleasable(f"{desk.story.uri} cannot be released: {'; '.join(problems)}")


def check(desk: Desk, variant_ids: Collection[uuid.UUID] | None, now: datetime) -> tuple[ChecklistItem, ...]:
    """The checklist of a story as it was read; pure. For the arguments see `checklist`."""
    if variant_ids is None:
        chosen = [variant for variant in desk.variants if variant.desk_state is DeskState.APPROVED]
    else:
        chosen = [variant for variant in desk.variants if variant.id in variant_ids]
    items = [*_story_items(desk, now)]
    if not chosen:
        items.append(_blocks(ChecklistCode.NOTHING_CHOSEN, "no variant of it is approved and named"))
    for unknown in sorted(set(variant_ids or ()) - {variant.id for variant in desk.variants}):
        items.append(_blocks(ChecklistCode.UNKNOWN_VARIANT, f"it has no variant {unknown}", variant_id=unknown))
    for variant in chosen:
        items += _variant_items(desk, variant)
        items += _asset_items(desk, variant)
    return tuple(items)


def _blocks(
    code: ChecklistCode, message: str, *, variant_id: uuid.UUID | None = None, asset_id: uuid.UUID | None = None
) -> ChecklistItem:
    return ChecklistItem(code, ChecklistSeverity.BLOCKS, message, variant_id, asset_id)


def _warns(
    code: ChecklistCode, message: str, *, variant_id: uuid.UUID | None = None, asset_id: uuid.UUID | None = None
) -> ChecklistItem:
    return ChecklistItem(code, ChecklistSeverity.WARNS, message, variant_id, asset_id)


def _story_items(desk: Desk, now: datetime) -> Iterator[ChecklistItem]:
    story = desk.story
    if story.pub_status is PubStatus.WITHHELD:
        yield _blocks(ChecklistCode.STORY_WITHHELD, "it is withheld; reinstate it first")
    if story.pub_status is PubStatus.CANCELED:
        yield _blocks(ChecklistCode.STORY_CANCELED, "it was killed")
    if story.terms_id is None:
        yield _blocks(ChecklistCode.NO_TERMS, "it has no terms; set them first")
    lifts, expires = story.embargoed_until, story.expires
    if story.version == 0 and lifts is not None and lifts <= now:
        yield _blocks(ChecklistCode.EMBARGO_PAST, f"its embargo lifts in the past, at {lifts.isoformat()}")
    if expires is not None and expires <= now:
        yield _warns(ChecklistCode.EXPIRED, f"it has expired at {expires.isoformat()}")
    elif expires is not None and expires <= max(now, lifts or now) + SOON:
        yield _warns(ChecklistCode.EXPIRES_SOON, f"it expires soon, at {expires.isoformat()}")


def _variant_items(desk: Desk, variant: Variant) -> Iterator[ChecklistItem]:
    uri, variant_id = variant.uri, variant.id
    if variant.pub_status is PubStatus.CANCELED:
        yield _blocks(ChecklistCode.VARIANT_CANCELED, f"{uri} was withdrawn for good", variant_id=variant_id)
    if variant.desk_state is not DeskState.APPROVED:
        yield _blocks(ChecklistCode.NOT_APPROVED, f"{uri} is {variant.desk_state}", variant_id=variant_id)
    if not variant.headline.strip():
        yield _blocks(ChecklistCode.EMPTY_HEADLINE, f"{uri} has no headline", variant_id=variant_id)
    if not variant.body_text.strip():
        found = _blocks if variant.form in (Form.ARTICLE, Form.SOCIAL_POST) else _warns
        yield found(ChecklistCode.EMPTY_BODY, f"{uri} has no text", variant_id=variant_id)
    if not _permits(desk, variant.terms_id):
        yield _blocks(ChecklistCode.PERMITS_NOTHING, f"the terms of {uri} permit nothing", variant_id=variant_id)
    translation = desk.translations.get(variant_id)
    if translation is not None and translation.is_stale:
        yield _warns(ChecklistCode.STALE_TRANSLATION, f"the source of {uri} has moved on", variant_id=variant_id)


def _asset_items(desk: Desk, variant: Variant) -> Iterator[ChecklistItem]:
    assets = {asset.id: asset for asset in desk.assets}
    for place, asset_id in enumerate(desk.shown.get(variant.id, ()), start=1):
        asset = assets[asset_id]
        what = f"{asset.kind} {place} of {variant.uri}"
        ids = {"variant_id": variant.id, "asset_id": asset_id}
        if not _permits(desk, asset.terms_id):
            yield _blocks(ChecklistCode.ASSET_WITHOUT_RIGHTS, f"the terms of {what} permit nothing", **ids)
        if not (asset.credit or "").strip():
            yield _blocks(ChecklistCode.ASSET_WITHOUT_CREDIT, f"nobody is credited for {what}", **ids)
        if not _has_caption(asset, variant):
            message = f"{what} has no caption in {variant.language}"
            yield _blocks(ChecklistCode.CAPTION_UNTRANSLATED, message, **ids)
        if not desk.renditions.get(asset_id):
            yield _warns(ChecklistCode.ASSET_WITHOUT_FILE, f"{what} has no file that partners could take", **ids)


def _permits(desk: Desk, terms_id: uuid.UUID | None) -> bool:
    """Whether terms permit anything: a part's own, or its story's. Missing terms of a story are a point of their own."""
    held = terms_id or desk.story.terms_id
    return held is None or bool(desk.policies[desk.terms[held].policy_hash].permissions)


def _has_caption(asset: Asset, variant: Variant) -> bool:
    """Whether an asset that is looked at says what it shows in the language of the text around it (RFC 4647, section 3.3.1)."""
    if asset.kind in (AssetKind.SOUND, AssetKind.TEXT_TRACK):
        return True
    language = LanguageTag(variant.language)
    return any(
        text.strip() and (language_covers(LanguageTag(tag), language) or language_covers(language, LanguageTag(tag)))
        for tag, text in asset.captions.items()
    )
