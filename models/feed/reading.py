"""What is in a feed for one viewer: an item for each variant that is there, and what is left of those that were taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import JsonObject
from models.feed.taken_back import TakenBack, read_taken_back
from models.language import LanguageTag, language_covers
from models.paging import CursorKey, PageRequest
from models.pool.filter import StoryFilter
from models.pool.find import StoryOrder, find_releases
from models.pool.reading import SeenAsset, SeenStory, SeenVariant, read_releases
from models.pool.rights import RightsBook
from models.story import PubStatus
from models.viewer import Viewer


@dataclass(frozen=True)
class FeedItem:
    """A variant in a feed.

    :param part: the variant, as it lies in its document; of one that was taken back only its `uri`, `language` and `form` may be shown.
    :param siblings: the other variants of the story that are there.
    :param taken_back: since when, and in which words; None where it is there.
    """

    story: SeenStory
    part: JsonObject
    changed_at: datetime
    readable: bool = False
    assets: tuple[SeenAsset, ...] = ()
    siblings: tuple[SeenVariant, ...] = ()
    taken_back: TakenBack | None = None

    @property
    def terms(self) -> JsonObject:
        """The terms that hold for it, as they lie in the document."""
        found: JsonObject = self.story.document["terms"][self.part["terms"]]
        return found

    @property
    def told(self) -> list[object]:
        """What tells one answer from another: the version, and what overrides it."""
        assets = [[asset.part["id"], asset.readable] for asset in self.assets]
        siblings = [sibling.part["uri"] for sibling in self.siblings]
        schedule = [str(self.story.embargoed_until), str(self.story.expires)]
        gone = None if self.taken_back is None else [self.taken_back.status.value, self.taken_back.text]
        return [self.part["uri"], self.story.version, self.readable, gone, assets, siblings, schedule]


@dataclass(frozen=True)
class FeedPage:
    """A page of a feed, the newest first.

    :param next: the place after which the next page begins; None on the last.
    """

    items: tuple[FeedItem, ...]
    next: CursorKey | None


async def read_feed(
    session: AsyncSession, viewer: Viewer, book: RightsBook, wanted: StoryFilter, request: PageRequest
) -> FeedPage:
    """A page of a feed: so many stories, with those of their variants that are asked for, and those that were taken back."""
    there = await find_releases(session, wanted, StoryOrder.NEWEST_FIRST, request, viewer, book)
    gone = await read_taken_back(session, viewer, wanted, request)
    edges = [gone.edge] if gone.edge is not None else []
    if there.has_next:
        place = there.examined_to or there.keys[-1]
        edges.append(int(place[-1]))
    edge = max(edges, default=0)  # below it one of the two may know more
    numbers = sorted({*there.items, *(one.release_id for one in gone.found)}, reverse=True)
    on_page = [number for number in numbers if number >= edge][: request.size]
    stories = await read_releases(session, on_page, viewer, book)
    taken = {str(one.variant_id): one for one in gone.found}
    listed = set(there.items)
    items = [
        item
        for number in on_page
        if number in stories
        for item in _items(stories[number], wanted if number in listed else None, taken)
    ]
    more = bool(edges) or len(on_page) < len(numbers)
    last = on_page[-1] if len(on_page) == request.size else edge
    return FeedPage(tuple(items), (last,) if more and last else None)


def _items(story: SeenStory, wanted: StoryFilter | None, taken: Mapping[str, TakenBack]) -> list[FeedItem]:
    """The items of a story.

    :param wanted: what is asked of variants that are there; None where none of them is.
    """
    changed_at = datetime.fromisoformat(story.document["story"]["versionCreated"])
    there = {variant.part["id"]: variant for variant in story.variants}
    assets = {asset.part["id"]: asset for asset in story.assets}
    found = []
    for part in story.document["variants"]:
        variant, gone = there.get(part["id"]), taken.get(part["id"])
        if gone is not None:
            found.append(FeedItem(story, part, gone.at, taken_back=gone))
        elif variant is not None and variant.pub_status is PubStatus.USABLE and wanted and _is_wanted(part, wanted):
            shown = tuple(assets[id] for id in part["assets"] if id in assets)
            siblings = tuple(one for one in story.variants if one is not variant)
            found.append(FeedItem(story, part, changed_at, variant.readable, shown, siblings))
    return found


def _is_wanted(part: JsonObject, wanted: StoryFilter) -> bool:
    tag = LanguageTag(part["language"])
    in_language = not wanted.languages or any(language_covers(range_, tag) for range_ in wanted.languages)
    return in_language and (not wanted.forms or part["form"] in {form.value for form in wanted.forms})
