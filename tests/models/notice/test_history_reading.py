"""Who could read what, read from a whole pool."""

from __future__ import annotations

import uuid
from datetime import timedelta

from sqlmodel import col, select

from models.actor import Actor
from models.change import Change
from models.notice.exposure import exposures_of
from models.partner import Partner
from models.partner.edit import reactivate_partner, suspend_partner
from models.partner.table import PartnerSuspension
from models.pool.reading import read_story
from models.scope import PARTNER_SCOPES, Scope
from models.story import Story
from models.viewer import load_viewer
from tests.seeded import NOW, Pool


async def readers(pool: Pool, story: uuid.UUID) -> dict[uuid.UUID, set[str]]:
    """The variants of a story that each partner reads now."""
    found = {}
    async with pool.database.read() as session:
        for partner in (await session.exec(select(Partner))).all():
            actor = Actor("test", partner.id, partner.id, PARTNER_SCOPES - {Scope.EMBARGO_READ})
            viewer = await load_viewer(session, actor, pool.services.book.policies, pool.now)
            seen = await read_story(session, story, viewer, pool.services.book)
            if seen is not None and (read := {item.part["id"] for item in seen.variants if item.readable}):
                found[partner.id] = read
    return found


async def test_what_is_read_now_was_readable_and_suspended_partners_missed_only_what_came_after(pool: Pool) -> None:
    async with pool.database.read() as session:
        stories = (await session.exec(select(Story).where(col(Story.embargoed_until).is_(None)).limit(6))).all()
    for story in stories:
        seen = await readers(pool, story.id)
        async with pool.database.read() as session:
            found = await exposures_of(session, story.id, NOW)
        assert {partner: {str(one) for one in item.variant_ids} for partner, item in found.items()} == seen
    some = next(iter(seen))
    hour = timedelta(hours=1)
    async with pool.database.write() as session:
        await suspend_partner(session, some, Change("desk", NOW - 2 * hour))
        await reactivate_partner(session, some, Change("desk", NOW))
        await suspend_partner(session, some, Change("desk", NOW))
        await suspend_partner(session, some, Change("desk", NOW + hour))
        kept = (await session.exec(select(PartnerSuspension))).all()
        assert [(row.from_at, row.until_at) for row in kept] == [(NOW - 2 * hour, NOW), (NOW, None)]
        first = (await exposures_of(session, story.id, NOW))[some].first_at
        assert first < NOW - 2 * hour
        for row in kept:
            row.from_at -= timedelta(days=60)
            session.add(row)
        await session.flush()
        assert some not in await exposures_of(session, story.id, NOW)
