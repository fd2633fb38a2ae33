"""One live variant as a case for the usage decision."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.account import account_of
from models.base import JsonObject
from models.document import decode
from models.errors import NotFound
from models.policy import Policy
from models.pool.reading import subject_of
from models.pool.rights import RightsBook
from models.pool.tables import Document, PoolEntry, PoolStory, Release, release_of
from models.usage import NOTHING_HELD, Account, Subject, UsageDecision, Use, decide
from models.viewer import Viewer


@dataclass(frozen=True)
class VariantCase:
    """A live variant with its document and its rights, also where the story is withheld or canceled: then every use is denied."""

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
    position = (await session.exec(select(PoolEntry.position).where(PoolEntry.variant_id == variant_id))).first()
    if position is None:
        raise NotFound(f"there is no variant {variant_id}")
    number = release_of(position)
    lookup = select(PoolStory).where(PoolStory.release_id == number)
    live = (await session.exec(lookup.with_for_update(read=True) if hold else lookup)).first()
    content = (await session.exec(select(Document.content).where(Document.release_id == number))).first()
    if live is None or content is None:
        raise NotFound(f"there is no variant {variant_id}")
    document = decode(content)
    part = next(part for part in document["variants"] if part["id"] == str(variant_id))
    subject = subject_of(document, part, live)
    if not viewer.sees_subject(subject):
        raise NotFound(f"there is no variant {variant_id}")
    shown = [asset for asset in document["assets"] if asset["id"] in part["assets"]]
    policies = await book.policies.get(session, {part["policy"], *(asset["policy"] for asset in shown)})
    partner_id = viewer.actor.partner_id
    account = NOTHING_HELD if partner_id is None else await account_of(session, partner_id, live.story_id)
    return VariantCase(live, document, part, subject, policies, account)


async def live_versions(session: AsyncSession, release_ids: set[int]) -> dict[uuid.UUID, PoolStory]:
    """The live state of the stories that these releases are versions of, by story id."""
    statement = (
        select(PoolStory)
        .join(Release, col(Release.story_id) == PoolStory.story_id)
        .where(col(Release.id).in_(release_ids))
    )
    return {live.story_id: live for live in (await session.exec(statement)).all()}
