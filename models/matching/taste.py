"""What a partner took, as far as it tells what it would take."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Mapped
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from models.concept import StoryConcept
from models.language import LanguageTag
from models.matching.case import MatchedStory
from models.matching.score import RECENCY, Taste
from models.pickup import Pickup
from models.story import Story
from models.variant import Variant

MOST_PICKUPS: Final = 1_000
"""The newest pickups of a partner that are looked at."""


def tasting_of(story: MatchedStory, now: datetime) -> sa.Select[str, Any, Any, Any, Any, Any]:
    """The query that tells what one partner took, beside a story: over its newest pickups, by the index on partner and id.

    What was given back does not count. The subjects, series and topics are those that the stories are filed under now.
    """
    taken = (
        sa.select(col(Pickup.story_id), col(Pickup.variant_id), col(Pickup.created_at), col(Pickup.released_at))
        .where(col(Pickup.partner_id) == sa.bindparam("partner", type_=sa.Uuid()))
        .order_by(col(Pickup.id).desc())
        .limit(MOST_PICKUPS)
        .subquery()
    )
    weight = sa.case(*((taken.c.created_at > now - age, weight) for age, weight in RECENCY), else_=1)
    shares = (
        sa.select(sa.literal(1))
        .where(col(StoryConcept.story_id) == taken.c.story_id, col(StoryConcept.concept_id).in_(story.subjects))
        .exists()
    )
    return (
        sa.select(
            col(Variant.language),
            sa.func.sum(weight),
            sa.func.sum(sa.case((shares, weight), else_=0)),
            sa.func.sum(sa.case((_is(col(Story.series_id), story.series_id), weight), else_=0)),
            sa.func.sum(sa.case((_is(col(Story.topic_id), story.topic_id), weight), else_=0)),
            sa.func.max(taken.c.created_at),
        )
        .select_from(taken)
        .join(Variant, col(Variant.id) == taken.c.variant_id)
        .join(Story, col(Story.id) == taken.c.story_id)
        .where(taken.c.released_at.is_(None))
        .group_by(col(Variant.language))
    )


async def taste_of(
    session: AsyncSession, partner_id: uuid.UUID, tasting: sa.Select[str, Any, Any, Any, Any, Any]
) -> Taste:
    """What a partner took.

    :param tasting: the query of `tasting_of`.
    """
    rows = (await session.execute(tasting, {"partner": partner_id})).all()
    return Taste(
        total=sum(row[1] for row in rows),
        subjects=sum(row[2] for row in rows),
        series=sum(row[3] for row in rows),
        topic=sum(row[4] for row in rows),
        languages={LanguageTag(row[0]): row[1] for row in rows},
        newest=max((row[5] for row in rows), default=None),
    )


def _is(column: Mapped[uuid.UUID | None], value: uuid.UUID | None) -> sa.ColumnElement[bool]:
    """Whether the column has the value; nothing has none."""
    return sa.false() if value is None else column == value
