"""Writes of every kind to what rollups count, chosen by a random number generator, around the turn of months and years."""

from __future__ import annotations

import hashlib
import random
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import new_id
from models.concept import Organisation, StoryOrganisation
from models.metric.standing import restate
from models.metric.table import Accumulation, Counting, Measure, MetricSnapshot
from models.outlet import FigureGrade, FigureQualifier, Outlet
from models.partner import Partner
from models.pickup import Pickup
from models.reprint.table import (
    EdgeBasis,
    EdgeKind,
    Reprint,
    ReprintState,
    TimePrecision,
    TimeSource,
)
from models.series import Series
from models.story import Story
from models.topic import Topic

MOMENTS = [
    datetime(2024, 12, 31, 15, 59, 59, 999_000, UTC),
    datetime(2024, 12, 31, 16, 0, tzinfo=UTC),  # the first moment of 2025 in Shanghai
    datetime(2025, 3, 31, 15, 59, tzinfo=UTC),
    datetime(2025, 3, 31, 16, 0, tzinfo=UTC),
    datetime(2025, 5, 17, 8, 30, 0, 250_000, UTC),
    datetime(2026, 1, 1, 1, 0, tzinfo=UTC),
]
_OWN = "written by a test"
MEASURES = [Measure.VIEWS, Measure.READS, Measure.REACH, Measure.SAVES]


class Writes:
    """One run of writes."""

    def __init__(self, session: AsyncSession, seed: int) -> None:
        self.session = session
        self.random = random.Random(seed)

    async def few(self, number: int) -> None:
        """So many writes."""
        kinds: list[Callable[[], Awaitable[object]]] = [
            self.add,
            self.add,
            self.change,
            self.change,
            self.measure,
            self.measure,
            self.hang,
        ]
        kinds += [self.own, self.give_back, self.delete, self.change_many, self.belong, self.brand, self.doubt]
        for _ in range(number):
            await self.random.choice(kinds)()
            await self.session.flush()

    async def _any(self, table: Any) -> Any:
        rows = (await self.session.exec(select(table).order_by(table.id))).all()
        return self.random.choice(rows) if rows else None

    async def add(self) -> Reprint:
        """A copy."""
        number, moment = self.random.getrandbits(60), self.random.choice(MOMENTS)
        pickup = await self._any(Pickup) if self.random.random() < 0.5 else None
        partner = None if pickup is None else pickup.partner_id
        story = await self._any(Story) if self.random.random() < 0.8 else None
        row = Reprint(
            id=new_id(),
            copy_key=hashlib.sha256(str(number).encode()).hexdigest(),
            outlet_id=(await self._any(Outlet)).id,
            pickup_id=None if pickup is None else pickup.id,
            partner_id=partner,
            story_id=None if story is None else story.id,
            root_id=uuid.UUID(int=0),
            edge_kind=EdgeKind.REPRINT,
            edge_basis=EdgeBasis.STATED,
            edge_confidence=90,
            language=self.random.choice(["en", "zh", None]),
            territory=self.random.choice(["FR", None]),
            published_at=moment,
            published_precision=self.random.choice(list(TimePrecision)),
            published_source=TimeSource.STATED,
            state=self.random.choice(list(ReprintState)),
            created_at=moment,
            updated_at=moment,
            note=_OWN,
        )
        row.root_id = row.id
        self.session.add(row)
        return row

    async def change(self) -> None:
        """Something of a copy."""
        row = await self._any(Reprint)
        if row is None:
            return
        for name, value in {
            "state": self.random.choice(list(ReprintState)),
            "published_at": self.random.choice(MOMENTS),
            "language": self.random.choice(["en", "ar", None]),
            "story_id": (await self._any(Story)).id,
            "outlet_id": (await self._any(Outlet)).id,
            "published_precision": self.random.choice(list(TimePrecision)),
        }.items():
            if self.random.random() < 0.4:
                setattr(row, name, value)
        self.session.add(row)

    async def change_many(self) -> None:
        """Many copies in one statement."""
        statement = sa.update(Reprint).where(col(Reprint.language) == self.random.choice(["en", "zh"]))
        await self.session.execute(statement.values(state=self.random.choice(list(ReprintState))))
        self.session.expire_all()

    async def measure(self) -> None:
        """A figure of a copy."""
        row = await self._any(Reprint)
        if row is None:
            return
        measure, counting = self.random.choice(MEASURES), self.random.choice(list(Counting))
        moment = MOMENTS[-1] + timedelta(days=self.random.randrange(40))
        self.session.add(
            MetricSnapshot(
                snapshot_key=hashlib.sha256(self.random.randbytes(8)).hexdigest(),
                reprint_id=row.id,
                measure=measure,
                value=self.random.choice([0, 7, 7, 1_000_000, 2**40]),
                accumulation=Accumulation.CUMULATIVE,
                counting=counting,
                as_of=moment,
                source="a test",
                grade=self.random.choice(list(FigureGrade)),
                qualifier=self.random.choice(list(FigureQualifier)),
                created_by="a test",
                created_at=moment,
            )
        )
        await self.session.flush()
        await restate(self.session, row.id, measure, counting)

    async def hang(self) -> None:
        """A copy below another, as far as chains are counted."""
        row, other = await self._any(Reprint), await self._any(Reprint)
        if row is not None and other is not None:
            row.root_id = other.root_id
            self.session.add(row)

    async def own(self) -> None:
        """An outlet for another partner."""
        outlet = await self._any(Outlet)
        outlet.partner_id = self.random.choice([None, (await self._any(Partner)).id])
        self.session.add(outlet)

    async def give_back(self) -> None:
        """A pickup given back, or not after all; missing, or not after all."""
        pickup = await self._any(Pickup)
        if pickup is not None:
            pickup.released_at = self.random.choice([None, MOMENTS[0]])
            pickup.missing_since = self.random.choice([None, MOMENTS[0]])
            self.session.add(pickup)

    async def belong(self) -> None:
        """A story in another series, about another topic, or about none."""
        story = await self._any(Story)
        story.series_id = self.random.choice([None, (await self._any(Series)).id])
        story.topic_id = self.random.choice([None, (await self._any(Topic)).id])
        self.session.add(story)

    async def brand(self) -> None:
        """A story that tells of an enterprise's brand, or tells of it no longer, or of the enterprise no longer."""
        story, enterprise = await self._any(Story), await self._any(Organisation)
        known = await self.session.get(StoryOrganisation, (story.id, enterprise.id))
        if known is None:
            self.session.add(StoryOrganisation(story_id=story.id, organisation_id=enterprise.id, is_brand=True))
        elif self.random.random() < 0.5:
            known.is_brand = not known.is_brand
            self.session.add(known)
        else:
            await self.session.delete(known)

    async def doubt(self) -> None:
        """How sure it is where a copy came from."""
        row = await self._any(Reprint)
        if row is not None:
            row.parent_id = self.random.choice([None, (await self._any(Reprint)).id])
            row.edge_confidence, row.depth = self.random.choice([30, 90]), self.random.randrange(3)
            self.session.add(row)

    async def delete(self) -> None:
        """A copy without figures that nothing came from."""
        rows = (await self.session.exec(select(Reprint).order_by(col(Reprint.id)))).all()
        measured = set((await self.session.exec(select(MetricSnapshot.reprint_id))).all())
        free = [row for row in rows if row.id not in measured and row.note == _OWN]
        if free:
            await self.session.delete(self.random.choice(free))
