"""What is in a feed for one viewer: an item for each variant that is there, and what is left of those that were taken back."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import JsonObject
from models.event import Event, last_position
from models.language import LanguageTag, language_covers, wording
from models.notice.listing import newest_notices
from models.paging import PageRequest
from models.pool.browse import browse
from models.pool.filter import StoryFilter
from models.pool.find import StoryOrder
from models.pool.reading import SeenAsset, SeenStory, SeenVariant
from models.pool.rights import RightsBook
from models.story import PubStatus
from models.usage import Subject
from models.viewer import Viewer

TOLD_DAYS: Final = 30
"""For how long a feed tells that something was taken back."""
_TAKEN_BACK: Final = (PubStatus.USABLE, PubStatus.WITHHELD, PubStatus.CANCELED)
_GONE_TEXT: Final = {
    "en": "This item has been withdrawn. Do not use it, and take down every copy.",
    "zh": "本稿已撤回，请勿使用，并撤下所有已发布的副本。",
}


@dataclass(frozen=True)
class FeedItem:
    """A variant in a feed.

    :param part: the variant, as it lies in its document; of one that is gone only its `uri`, `language` and `form` may be shown.
    :param gone_text: what is said in the place of one that was taken back, in its language as near as there is; None where it is there.
    :param siblings: the other variants of the story that are there.
    :param expires: when its editorial relevance ends.
    """

    story: SeenStory
    part: JsonObject
    changed_at: datetime
    readable: bool = False
    assets: tuple[SeenAsset, ...] = ()
    siblings: tuple[SeenVariant, ...] = ()
    gone_text: str | None = None

    @property
    def is_gone(self) -> bool:
        """Whether it was taken back."""
        return self.gone_text is not None

    @property
    def terms(self) -> JsonObject:
        """The terms that hold for it, as they lie in the document."""
        found: JsonObject = self.story.document["terms"][self.part["terms"]]
        return found

    @property
    def told(self) -> list[object]:
        """What tells one answer from another: the version, and what overrides it."""
        assets = [[asset.part["id"], asset.readable] for asset in self.assets]
        schedule = [str(self.story.embargoed_until), str(self.story.expires)]
        return [self.part["uri"], self.story.version, self.readable, self.gone_text, assets, schedule]


@dataclass(frozen=True)
class FeedPage:
    """A page of a feed, the newest first.

    :param next: the place after which the next page begins; None on the last.
    """

    items: tuple[FeedItem, ...]
    next: tuple[str | int | float, ...] | None


async def read_feed(
    session: AsyncSession, viewer: Viewer, book: RightsBook, wanted: StoryFilter, request: PageRequest, now: datetime
) -> FeedPage:
    """A page of a feed: so many stories, with all their variants that are asked for and there.

    A story of which something was taken back within `TOLD_DAYS` says so, unless it is asked for by content, which is not there any more.
    """
    statuses = (PubStatus.USABLE,) if wanted.asks_of_content() else _TAKEN_BACK
    asked = StoryFilter(**{**wanted.__dict__, "statuses": statuses})
    page = await browse(session, asked, StoryOrder.NEWEST_FIRST, request, viewer, book)
    stories = [row.story for row in page.items]
    ids = {uuid.UUID(story.document["story"]["id"]) for story in stories if _lacks(story)}
    notices = await newest_notices(session, ids, viewer.actor) if ids else {}
    texts = {str(story_id): notice.texts for story_id, notice in notices.items()}
    items = [item for story in stories for item in _items(story, viewer, wanted, texts, now)]
    last = page.examined_to or (page.keys[-1] if page.keys else None)
    return FeedPage(tuple(items), last if page.has_next else None)


async def last_changed(session: AsyncSession, viewer: Viewer, book: RightsBook) -> datetime | None:
    """The last moment at which anything may have changed for the viewer: of the newest event, or of a window that opened or closed."""
    position = await last_position(session)
    at = (await session.exec(select(Event.at).where(Event.position == position))).first()
    edge = await book.previous_edge(session, viewer)
    return max((moment for moment in (at, edge) if moment is not None), default=None)


def _lacks(story: SeenStory) -> bool:
    return len(story.variants) < len(story.document["variants"])


def _items(
    story: SeenStory, viewer: Viewer, wanted: StoryFilter, texts: Mapping[str, Mapping[str, str]], now: datetime
) -> list[FeedItem]:
    changed_at = datetime.fromisoformat(story.document["story"]["versionCreated"])
    there = {variant.part["id"]: variant for variant in story.variants}
    assets = {asset.part["id"]: asset for asset in story.assets}
    found = []
    for part in story.document["variants"]:
        if not _is_wanted(part, wanted):
            continue
        variant = there.get(part["id"])
        if variant is not None and variant.pub_status is PubStatus.USABLE:
            found.append(
                FeedItem(
                    story,
                    part,
                    changed_at,
                    variant.readable,
                    tuple(assets[id] for id in part["assets"] if id in assets),
                    tuple(one for one in story.variants if one is not variant),
                )
            )
        elif (now - changed_at).days < TOLD_DAYS and _was_there(story, part, viewer):
            said = texts.get(story.document["story"]["id"], {})
            text = wording(dict(said) or _GONE_TEXT, part["language"])
            found.append(FeedItem(story, part, changed_at, gone_text=text))
    return found


def _is_wanted(part: JsonObject, wanted: StoryFilter) -> bool:
    tag = LanguageTag(part["language"])
    in_language = not wanted.languages or any(language_covers(range_, tag) for range_ in wanted.languages)
    return in_language and (not wanted.forms or part["form"] in {form.value for form in wanted.forms})


def _was_there(story: SeenStory, part: JsonObject, viewer: Viewer) -> bool:
    """Whether an agreement covers a variant that was taken back."""
    about = story.document["story"]
    subject = Subject(
        language=LanguageTag(part["language"]),
        form=part["form"],
        pub_status=PubStatus.CANCELED.value,
        embargoed_until=story.embargoed_until,
        series=about["series"]["key"] if about["series"] else None,
        topic=about["topic"]["key"] if about["topic"] else None,
    )
    return viewer.sees_subject(subject)
