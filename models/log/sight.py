"""Which changes there are for whom: a pure function of the event, of who reads and of what must be read beforehand.

An event freezes what it was about. Who sees it is decided when it is read, by the agreements of that moment: what was hidden by an
embargo is told of when it lifts, what an agreement covers no more is told of no more.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.account import PickupUse
from models.base import JsonObject
from models.event import Event, EventAudience, EventKind
from models.language import LanguageTag
from models.log.filter import ChangeFilter
from models.pool.tables import PoolStory
from models.usage import CoverageRule, EmbargoRule, Subject
from models.viewer import Viewer

TAKEN_BACK: Final = frozenset({EventKind.STORY_WITHHELD, EventKind.STORY_CANCELED, EventKind.STORY_REINSTATED})
"""Of these a partner hears also where no agreement covers the story any more, once it has picked it up."""


@dataclass(frozen=True)
class Facts:
    """What must be read before it can be said who sees a batch of events.

    :param embargoes: of the stories under one: until when, as of now.
    :param taken: the variants that partners hold by a pickup, by partner and story.
    """

    embargoes: Mapping[uuid.UUID, datetime] = field(default_factory=dict)
    taken: Mapping[tuple[uuid.UUID, uuid.UUID], frozenset[uuid.UUID]] = field(default_factory=dict)


def concerns(viewer: Viewer, wanted: ChangeFilter, event: Event, facts: Facts) -> bool:
    """Whether a change is there for a reader, and among those that it asks for.

    That a story was removed concerns whoever saw it, by its agreements and its filter together, and does so no longer.
    """
    if event.audience is EventAudience.SYSTEM or not wanted.holds_before(event):
        return False
    own = event.partner_id is not None and event.partner_id == viewer.actor.partner_id
    if not viewer.standing.is_staff and not own and (event.partner_id or event.audience is EventAudience.STAFF):
        return False
    if event.kind is EventKind.TOPIC_OPENED:
        return _concerns_topic(viewer, wanted, event)
    if own or "variants" not in event.scope:
        return True
    embargoed_until = facts.embargoes.get(event.story_id) if event.story_id else None
    if event.kind is EventKind.STORY_REMOVED:
        now = event.scope["now"]
        return _reaches(viewer, wanted, event.scope, embargoed_until) and not _reaches(
            viewer, wanted, now, embargoed_until
        )
    return _reaches(viewer, wanted, event.scope, embargoed_until) or _was_taken(viewer, wanted, event, facts)


def _concerns_topic(viewer: Viewer, wanted: ChangeFilter, event: Event) -> bool:
    key = event.scope["topic"]
    if wanted.topics is not None and key not in wanted.topics:
        return False
    covered = viewer.covered_topics()
    return covered is None or key in covered


def _reaches(viewer: Viewer, wanted: ChangeFilter, scope: JsonObject, embargoed_until: datetime | None) -> bool:
    """Whether one and the same variant is covered, under no embargo, and asked for."""
    rule = CoverageRule(viewer.standing)
    for subject in _subjects(scope, embargoed_until):
        if not wanted.holds_of(subject) or not rule.holds(subject, viewer.now):
            continue
        return viewer.reads_ahead or EmbargoRule().holds(subject, viewer.now)
    return False


def _was_taken(viewer: Viewer, wanted: ChangeFilter, event: Event, facts: Facts) -> bool:
    partner_id = viewer.actor.partner_id
    if event.kind not in TAKEN_BACK or partner_id is None or event.story_id is None:
        return False
    held = facts.taken.get((partner_id, event.story_id), frozenset())
    return bool(held) and (event.variant_id is None or event.variant_id in held)


def _subjects(scope: JsonObject, embargoed_until: datetime | None) -> Iterator[Subject]:
    for language, form in scope["variants"]:
        yield Subject(
            language=LanguageTag(language),
            form=form,
            embargoed_until=embargoed_until,
            series=scope["series"],
            topic=scope["topic"],
        )


async def facts_about(session: AsyncSession, events: Sequence[Event], viewer: Viewer | None = None) -> Facts:
    """Reads what must be known of events.

    :param viewer: for whom; None for every partner that may ask.
    """
    if viewer is not None and viewer.standing.is_staff:
        return Facts()
    about = [event for event in events if event.story_id and event.partner_id is None]
    embargoes: dict[uuid.UUID, datetime] = {}
    if about and (viewer is None or not viewer.reads_ahead):
        until = col(PoolStory.embargoed_until)
        hidden = select(PoolStory.story_id, until).where(
            col(PoolStory.story_id).in_({event.story_id for event in about}), until.is_not(None)
        )
        embargoes = {story_id: moment for story_id, moment in (await session.exec(hidden)).all() if moment is not None}
    back = {event.story_id for event in about if event.kind in TAKEN_BACK}
    taken: dict[tuple[uuid.UUID, uuid.UUID], set[uuid.UUID]] = {}
    if back:
        held = select(PickupUse.partner_id, PickupUse.story_id, PickupUse.variant_id).where(
            col(PickupUse.story_id).in_(back)
        )
        if viewer is not None:
            held = held.where(PickupUse.partner_id == viewer.actor.partner_id)
        for partner_id, story_id, variant_id in (await session.exec(held.distinct())).all():
            taken.setdefault((partner_id, story_id), set()).add(variant_id)
    return Facts(embargoes, {key: frozenset(variants) for key, variants in taken.items()})
