"""What a viewer sees of released stories: the documents, what overrides them, and which parts are there and readable."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.account import PickupUse, accounts_of
from models.base import JsonObject
from models.document import decode
from models.language import LanguageTag
from models.pool.rights import RightsBook
from models.pool.tables import Document, PoolEntry, PoolStory, release_of
from models.story import PubStatus, status_together
from models.usage import NOTHING_HELD, Account, Subject
from models.viewer import Viewer


@dataclass(frozen=True, slots=True)
class SeenVariant:
    """A variant that is there for the viewer. Its body is shown only where `readable`."""

    part: JsonObject
    pub_status: PubStatus
    readable: bool


@dataclass(frozen=True, slots=True)
class SeenAsset:
    """An asset that is there for the viewer. The addresses of its renditions are shown only where `readable`."""

    part: JsonObject
    readable: bool


@dataclass(frozen=True, slots=True)
class SeenStory:
    """A story as one viewer sees it now. A stub has no variants and no assets: only that it is withheld or canceled.

    `pub_status` is what the parts that are there for the viewer are together.
    """

    document: JsonObject
    version: int
    pub_status: PubStatus
    embargoed_until: datetime | None
    expires: datetime | None
    is_stub: bool
    variants: tuple[SeenVariant, ...]
    assets: tuple[SeenAsset, ...]


async def read_releases(
    session: AsyncSession, releases: Sequence[int], viewer: Viewer, book: RightsBook
) -> dict[int, SeenStory]:
    """What the viewer sees of live releases, by number; those it may not see are left out."""
    statement = (
        select(PoolStory, Document.content)
        .join(Document, col(Document.release_id) == PoolStory.release_id)
        .where(col(PoolStory.release_id).in_(releases))
    )
    rows = [(live, decode(content)) for live, content in (await session.exec(statement)).all()]
    await load_policies_of(session, [document for _, document in rows], viewer, book)
    accounts = await _accounts(session, rows, viewer, book)
    taken = await _taken(session, rows, viewer)
    seen = {
        live.release_id: await see(
            session, document, live, viewer, book, accounts.get(live.story_id, NOTHING_HELD), taken
        )
        for live, document in rows
    }
    return {number: story for number, story in seen.items() if story is not None}


async def read_documents(session: AsyncSession, releases: Collection[int]) -> dict[int, JsonObject]:
    """The documents of releases, by number."""
    rows = await session.exec(select(Document).where(col(Document.release_id).in_(releases)))
    return {row.release_id: decode(row.content) for row in rows}


async def read_story(session: AsyncSession, story_id: uuid.UUID, viewer: Viewer, book: RightsBook) -> SeenStory | None:
    """What the viewer sees of a story; None where it is not there for the viewer."""
    release = (await session.exec(select(PoolStory.release_id).where(PoolStory.story_id == story_id))).first()
    return None if release is None else (await read_releases(session, [release], viewer, book)).get(release)


async def read_stories(
    session: AsyncSession, story_ids: Collection[uuid.UUID], viewer: Viewer, book: RightsBook
) -> dict[uuid.UUID, SeenStory]:
    """What the viewer sees of stories, by id; those that are not there for it are left out."""
    live = select(PoolStory.story_id, PoolStory.release_id).where(col(PoolStory.story_id).in_(story_ids))
    releases = dict((await session.exec(live)).all())
    seen = await read_releases(session, list(releases.values()), viewer, book)
    return {story_id: seen[number] for story_id, number in releases.items() if number in seen}


async def read_variant(
    session: AsyncSession, variant_id: uuid.UUID, viewer: Viewer, book: RightsBook
) -> tuple[SeenStory, SeenVariant] | None:
    """A live variant with its story; None where it is not there for the viewer."""
    position = (await session.exec(select(PoolEntry.position).where(PoolEntry.variant_id == variant_id))).first()
    if position is None:
        return None
    number = release_of(position)
    story = (await read_releases(session, [number], viewer, book)).get(number)
    if story is None:
        return None
    found = next((variant for variant in story.variants if variant.part["id"] == str(variant_id)), None)
    return None if found is None else (story, found)


async def load_policies_of(
    session: AsyncSession, documents: Sequence[JsonObject], viewer: Viewer, book: RightsBook
) -> None:
    """Brings every policy that the documents name into memory, in one query."""
    if not viewer.standing.is_staff:
        hashes = {part["policy"] for document in documents for part in (*document["variants"], *document["assets"])}
        await book.policies.get(session, hashes)


async def _accounts(
    session: AsyncSession, rows: Sequence[tuple[PoolStory, JsonObject]], viewer: Viewer, book: RightsBook
) -> dict[uuid.UUID, Account]:
    """What the viewer's partner holds and owes of the stories for which that makes a difference."""
    partner_id = viewer.actor.partner_id
    if partner_id is None:
        return {}
    wanted = {
        live.story_id
        for live, document in rows
        if viewer.has_exhausted_quota
        or any(book.policies.is_conditional(part["policy"]) for part in (*document["variants"], *document["assets"]))
    }
    return await accounts_of(session, partner_id, wanted) if wanted else {}


async def _taken(
    session: AsyncSession, rows: Sequence[tuple[PoolStory, JsonObject]], viewer: Viewer
) -> frozenset[uuid.UUID]:
    """The variants, among stories of which something is taken back, that the viewer's partner has picked up: it hears of that also
    where no agreement covers them any more. A pickup that was given back unused does not count."""
    partner_id = viewer.actor.partner_id
    stories = {live.story_id for live, _ in rows if live.pub_status is not PubStatus.USABLE or live.variant_status}
    if partner_id is None or not stories:
        return frozenset()
    held = select(PickupUse.variant_id).where(PickupUse.partner_id == partner_id, col(PickupUse.story_id).in_(stories))
    return frozenset((await session.exec(held.distinct())).all())


async def see(
    session: AsyncSession,
    document: JsonObject,
    live: PoolStory,
    viewer: Viewer,
    book: RightsBook,
    account: Account = NOTHING_HELD,
    taken: Collection[uuid.UUID] = (),
) -> SeenStory | None:
    """What of a document is there for a viewer, by the matrix of visibility; None where nothing is.

    :param account: what the viewer's partner holds and owes of the story.
    :param taken: variants that it has picked up, of a story of which something is taken back.
    """
    subjects = [(part, subject_of(document, part, live)) for part in document["variants"]]
    present = [
        (part, subject)
        for part, subject in subjects
        if viewer.sees_subject(subject) or (subject.variant in taken and subject.pub_status != PubStatus.USABLE)
    ]
    if not present:
        return None
    status = status_together(PubStatus(subject.pub_status) for _, subject in present)
    shown = [(part, subject) for part, subject in present if subject.pub_status in viewer.content_statuses]
    policies = await book.policies.get(session, _policy_names(document, shown, viewer))
    variants = tuple(
        SeenVariant(
            part,
            PubStatus(subject.pub_status),
            viewer.standing.is_staff or book.may_read(policies[part["policy"]], subject, viewer, account),
        )
        for part, subject in shown
    )
    assets: tuple[SeenAsset, ...] = ()
    if shown:
        asset_subject = shown[0][1]
        assets = tuple(
            SeenAsset(
                part,
                viewer.standing.is_staff or book.may_read(policies[part["policy"]], asset_subject, viewer, account),
            )
            for part in _assets(document, subjects, viewer)
        )
    return SeenStory(document, live.version, status, live.embargoed_until, live.expires, not shown, variants, assets)


def _assets(
    document: JsonObject, subjects: Sequence[tuple[JsonObject, Subject]], viewer: Viewer
) -> Sequence[JsonObject]:
    """The assets of a document but for those that only variants show whose content is not shown to the viewer."""
    hidden: set[str] = set()
    open_to: set[str] = set()
    for part, subject in subjects:
        (open_to if subject.pub_status in viewer.content_statuses else hidden).update(part["assets"])
    assets: list[JsonObject] = document["assets"]
    return [asset for asset in assets if asset["id"] not in hidden or asset["id"] in open_to]


def subject_of(document: JsonObject, part: JsonObject, live: PoolStory) -> Subject:
    """A variant of a document as far as rights are concerned, under what overrides the document."""
    story = document["story"]
    return Subject(
        language=LanguageTag(part["language"]),
        form=part["form"],
        pub_status=live.status_of(part["id"]).value,
        embargoed_until=live.embargoed_until,
        expires=live.expires,
        series=story["series"]["key"] if story["series"] else None,
        topic=story["topic"]["key"] if story["topic"] else None,
        variant=uuid.UUID(part["id"]),
    )


def _policy_names(document: JsonObject, shown: Sequence[tuple[JsonObject, Subject]], viewer: Viewer) -> set[str]:
    if viewer.standing.is_staff or not shown:
        return set()
    return {part["policy"] for part, _ in shown} | {part["policy"] for part in document["assets"]}
