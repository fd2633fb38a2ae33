"""What an entry is about: the thing that was changed, and the story and the partner that it belongs to."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlmodel.ext.asyncio.session import AsyncSession

from models import event
from models.agreement.table import Agreement
from models.asset import Asset
from models.base import Table
from models.duty import AcceptedDuty
from models.notice.table import Notice
from models.outlet import Outlet
from models.pickup.table import Pickup
from models.variant import Variant

_STATED = "storypool.audit"
_OWNED: dict[str, type[Table]] = {
    "AcceptedDuty": AcceptedDuty,
    "Agreement": Agreement,
    "Asset": Asset,
    "Notice": Notice,
    "Outlet": Outlet,
    "Pickup": Pickup,
    "Variant": Variant,
}
"""What belongs to a story or a partner, by its GraphQL type."""


@dataclass(frozen=True)
class Subject:
    """What an entry is about.

    :param subject_id: the global id of what was changed.
    """

    subject_id: str | None = None
    story_id: uuid.UUID | None = None
    partner_id: uuid.UUID | None = None

    def completed(self, other: Subject) -> Subject:
        """With what another knows, where this one does not."""
        return Subject(
            self.subject_id or other.subject_id, self.story_id or other.story_id, self.partner_id or other.partner_id
        )

    def of_partner(self, partner_id: uuid.UUID | None) -> Subject:
        """What a partner changes is about that partner, if about none else."""
        return self.completed(Subject(partner_id=partner_id))


@dataclass(frozen=True)
class Named:
    """A thing that was named by its global id: the id, its GraphQL type, and its primary key."""

    global_id: str
    kind: str
    key: uuid.UUID


def about(
    session: AsyncSession,
    subject_id: str | None = None,
    *,
    story_id: uuid.UUID | None = None,
    partner_id: uuid.UUID | None = None,
) -> None:
    """Says, within a transaction, what its entry is about, where its input does not name it: what was made new, above all.

    :param subject_id: the global id of what was changed.
    """
    session.info[_STATED] = Subject(subject_id, story_id, partner_id).completed(session.info.get(_STATED, Subject()))


async def subject_of(session: AsyncSession, named: Sequence[Named]) -> Subject:
    """What a transaction is about: what was stated, then what its input names, then what its events have in common.

    :param named: the things in the input, the one to change first.
    """
    stated: Subject = session.info.pop(_STATED, Subject())
    found = stated.completed(Subject(named[0].global_id)) if named else stated
    for thing in named:
        if thing.kind == "Story":
            found = found.completed(Subject(story_id=thing.key))
        elif thing.kind == "Partner":
            found = found.completed(Subject(partner_id=thing.key))
    for thing in named:
        if thing.kind in _OWNED and None in (found.story_id, found.partner_id):
            row = await session.get(_OWNED[thing.kind], thing.key)
            owner = Subject(story_id=getattr(row, "story_id", None), partner_id=getattr(row, "partner_id", None))
            found = found.completed(owner)
    return found.completed(_of_events(session))


def _of_events(session: AsyncSession) -> Subject:
    stories = {each.story_id for each in event.queued(session)}
    partners = {each.partner_id for each in event.queued(session)}
    common = Subject()
    if len(stories) == 1:
        common = replace(common, story_id=stories.pop())
    if len(partners) == 1:
        common = replace(common, partner_id=partners.pop())
    return common
