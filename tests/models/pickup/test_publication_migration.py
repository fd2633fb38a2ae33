"""What was taken before it was kept whether it ran: known after the migration, and told to nobody."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlmodel import col, select

from models.database import Database
from models.migration import downgrade, upgrade
from models.pickup import Pickup, publication, tell_missing
from models.pickup.publication import PATIENCE
from schema.identifier import uuid_of
from tests.schema.notices import Case
from tests.schema.reprints import PAGE, reported
from tests.seeded import Pool

LONG_AGO, FAR_AHEAD = datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC), datetime(2999, 2, 3, 4, 5, 6, tzinfo=UTC)


async def test_the_migration_says_of_each_pickup_whether_it_ran(seeded_url: URL) -> None:
    database = Database(seeded_url)
    pool = Pool.over(database)
    partner = await pool.client("china-daily")
    case = await Case.of(pool)
    taken = {territory: await case.take(partner, territory=territory) for territory in ("FR", "DE", "IT", "ES")}
    ids = {territory: uuid_of(pickup, "Pickup") for territory, pickup in taken.items()}
    await reported(pool, partner, pickupId=taken["IT"], url=PAGE)
    changes = {
        "FR": {"created_at": LONG_AGO},
        "DE": {"created_at": LONG_AGO, "planned_at": FAR_AHEAD},
        "IT": {"created_at": LONG_AGO},
        "ES": {"created_at": LONG_AGO, "released_at": LONG_AGO},
    }
    async with database.write() as session:
        for territory, values in changes.items():
            await session.execute(sa.update(Pickup).where(col(Pickup.id) == ids[territory]).values(**values))
    await database.close()
    await downgrade(seeded_url, "0018")
    await upgrade(seeded_url)
    database = Database(seeded_url)
    try:
        async with database.read() as session:
            found = {row.id: row for row in (await session.exec(select(Pickup))).all()}
        states = {territory: publication(found[pickup]) for territory, pickup in ids.items()}
        assert states == {"FR": "MISSING", "DE": "AWAITED", "IT": "SEEN", "ES": None}
        assert found[ids["FR"]].missing_since == LONG_AGO + PATIENCE
        assert found[ids["DE"]].awaited_until == FAR_AHEAD + PATIENCE
        assert await tell_missing(database, FAR_AHEAD) == 0
        assert await tell_missing(database, FAR_AHEAD + PATIENCE) == 1
    finally:
        await database.close()
    await downgrade(seeded_url, "0018")
    await upgrade(seeded_url)
