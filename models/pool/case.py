"""One live variant as a case for the usage decision."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.account import accounts_of
from models.base import JsonObject
from models.document import decode
from models.errors import NotFound
from models.policy import EMPTY_POLICY, Policy
from models.pool.openings import MOST_WAITS
from models.pool.reading import subject_of
from models.pool.rights import RightsBook
from models.pool.tables import Document, PoolEntry, PoolStory, Release, release_of
from models.usage import NOTHING_HELD, Account, Subject, UsageDecision, Use, decide
from models.viewer import Viewer


@dataclass(frozen=True)
class VariantCase:
    """A live variant with its document and its rights, also where it is withheld or canceled: then every use is denied, and whoever is
    not shown its content is not told its terms either."""

    live: PoolStory
    document: JsonObject
    part: JsonObject
    subject: Subject
    policies: dict[str, Policy]
    """The policies that hold for the variant and for its assets, by name."""
    account: Account
    """What the viewer's partner holds and owes of the story; nothing for staff."""

    def decide(self, use: Use, viewer: Viewer, now: datetime) -> UsageDecision:
        """The usage decision for the variant."""
        return decide(
            (self.policies[self.part["policy"]],), self.subject, use, viewer.standing.towards(self.account), now
        )

    def decide_asset(self, asset: JsonObject, use: Use, viewer: Viewer, now: datetime) -> UsageDecision:
        """The usage decision for one of the assets that the variant shows."""
        return decide((self.policies[asset["policy"]],), self.subject, use, viewer.standing.towards(self.account), now)

    def assets(self) -> list[JsonObject]:
        """The assets that the variant shows, in order."""
        by_id = {asset["id"]: asset for asset in self.document["assets"]}
        return [by_id[asset_id] for asset_id in self.part["assets"]]


async def variant_case(
    session: AsyncSession, variant_id: uuid.UUID, viewer: Viewer, book: RightsBook, *, hold: bool = False
) -> VariantCase:
    """The case of a variant.

    :param hold: keep the story's live state as it is until the transaction ends, so that no kill slips in between.
    :raises NotFound: no such variant in the pool, or not for this viewer.
    """
    live = await _live(session, variant_id, hold=hold)
    if live is not None:
        text = select(Document.content).where(Document.release_id == live.release_id)
        content = (await session.exec(text)).first()
        if content is not None:
            found = await _cases(session, [(live, decode(content))], {variant_id}, viewer, book)
            if variant_id in found:
                return found[variant_id]
    raise NotFound(f"there is no variant {variant_id}")


async def variant_cases(
    session: AsyncSession, variant_ids: Collection[uuid.UUID], viewer: Viewer, book: RightsBook
) -> dict[uuid.UUID, VariantCase]:
    """The cases of many variants, by id; those that are not there for this viewer are left out."""
    places = select(PoolEntry.position).where(col(PoolEntry.variant_id).in_(variant_ids))
    numbers = {release_of(position) for position in (await session.exec(places)).all()}
    statement = (
        select(PoolStory, Document.content)
        .join(Document, col(Document.release_id) == PoolStory.release_id)
        .where(col(PoolStory.release_id).in_(numbers))
    )
    rows = [(live, decode(content)) for live, content in (await session.exec(statement)).all()]
    return await _cases(session, rows, set(variant_ids), viewer, book)


async def _cases(
    session: AsyncSession,
    rows: Sequence[tuple[PoolStory, JsonObject]],
    wanted: Collection[uuid.UUID],
    viewer: Viewer,
    book: RightsBook,
) -> dict[uuid.UUID, VariantCase]:
    visible = [
        (live, document, part, subject)
        for live, document in rows
        for part in document["variants"]
        if uuid.UUID(part["id"]) in wanted and viewer.sees_subject(subject := subject_of(document, part, live))
    ]
    shown = {
        part["id"]: {
            part["policy"],
            *(asset["policy"] for asset in document["assets"] if asset["id"] in part["assets"]),
        }
        for _, document, part, _ in visible
    }
    policies = await book.policies.get(session, set().union(*shown.values()))
    partner_id = viewer.actor.partner_id
    stories = {live.story_id for live, *_ in visible}
    accounts = {} if partner_id is None else await accounts_of(session, partner_id, stories)
    return {
        uuid.UUID(part["id"]): VariantCase(
            live,
            document,
            part,
            subject,
            {
                name: policies[name] if subject.pub_status in viewer.content_statuses else EMPTY_POLICY
                for name in shown[part["id"]]
            },
            accounts.get(live.story_id, NOTHING_HELD),
        )
        for live, document, part, subject in visible
    }


async def _live(session: AsyncSession, variant_id: uuid.UUID, *, hold: bool) -> PoolStory | None:
    """The live state of a variant's story."""
    place = select(PoolEntry.position).where(PoolEntry.variant_id == variant_id)
    # Where a release is on its way in, the state that was waited for is gone afterwards: then the variant has a new place.
    for _ in range(MOST_WAITS if hold else 1):
        position = (await session.exec(place)).first()
        if position is None:
            return None
        lookup = select(PoolStory).where(PoolStory.release_id == release_of(position))
        live = (await session.exec(lookup.with_for_update(read=True) if hold else lookup)).first()
        if live is not None:
            return live
    return None


async def live_versions(session: AsyncSession, release_ids: set[int]) -> dict[uuid.UUID, PoolStory]:
    """The live state of the stories that these releases are versions of, by story id."""
    statement = (
        select(PoolStory)
        .join(Release, col(Release.story_id) == PoolStory.story_id)
        .where(col(Release.id).in_(release_ids))
    )
    return {live.story_id: live for live in (await session.exec(statement)).all()}
