"""A story of the demonstration under terms that a test writes."""

from __future__ import annotations

from typing import Any

from sqlmodel import col, select

from models.policy import parse_policy
from models.release import release_story
from models.story import Story
from models.terms import Terms, store_policy
from models.variant import Form, Variant
from schema.identifier import global_id
from tests.seeded import Pool

PARTNER = "china-daily"
"""Its agreement covers everything, for every use."""
OTHER = "peoples-daily-overseas"


async def variant_under(pool: Pool, policy: dict[str, Any]) -> tuple[str, int]:
    """The global id and the version of a Chinese article that is supplied under this policy alone."""
    async with pool.database.write() as session:
        statement = (
            select(Variant)
            .join(Story, col(Story.id) == Variant.story_id)
            .where(Variant.language == "zh", Variant.form == Form.ARTICLE, col(Variant.terms_id).is_(None))
            .where(col(Story.embargoed_until).is_(None), col(Story.expires).is_(None), Story.pub_status == "USABLE")
            .order_by(Variant.uri)
            .limit(1)
        )
        variant = (await session.exec(statement)).one()
        terms = Terms(policy_hash=await store_policy(session, parse_policy(policy)))
        session.add(terms)
        await session.flush()
        story = await session.get(Story, variant.story_id)
        assert story is not None
        story.terms_id = terms.id
        session.add(story)
        await session.flush()
        await release_story(session, story.id, by="test", now=pool.now)
        await session.refresh(variant)
        return global_id("Variant", variant.id), variant.version
