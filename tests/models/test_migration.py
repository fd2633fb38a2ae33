"""Migrations run up and down on both engines, and leave the tables as the classes describe them."""

from sqlalchemy import func, inspect, select, table
from sqlalchemy.engine import URL
from sqlmodel import col

from models.database import Database
from models.event import Event, EventKind
from models.migration import current, differences, downgrade, head, upgrade
from tests.databases import DatabaseFactory, Dialect


async def test_a_migrated_database_agrees_with_the_table_classes(database: Database) -> None:
    assert await current(database) == head()
    assert await differences(database) == []


async def test_going_down_to_base_takes_every_table_away(migrated_url: URL) -> None:
    await downgrade(migrated_url, "base")
    database = Database(migrated_url)
    try:
        async with database.writer.connect() as connection:
            tables = await connection.run_sync(lambda sync: set(inspect(sync).get_table_names()))
    finally:
        await database.close()
    assert tables <= {"alembic_version"}


def test_going_down_and_up_again_gives_the_same_database(database_factory: DatabaseFactory, dialect: Dialect) -> None:
    import asyncio

    url = database_factory.migrated(dialect)

    async def there_and_back() -> list[object]:
        await downgrade(url, "base")
        await upgrade(url)
        database = Database(url)
        try:
            return await differences(database)
        finally:
            await database.close()

    assert asyncio.run(there_and_back()) == []
    database_factory.drop(url)


async def test_going_down_and_up_again_keeps_the_stories_and_the_partners(seeded_url: URL) -> None:
    kept = ("story", "variant", "asset", "rendition", "partner", "agreement", "document", "pool_entry", "event")
    before = await rows_of(seeded_url, *kept, "agreement_version")
    await downgrade(seeded_url, "0001")
    assert await rows_of(seeded_url, *kept) == {name: before[name] for name in kept}
    await upgrade(seeded_url)
    after = await rows_of(seeded_url, *before, "variant_draft")
    assert after == {**before, "variant_draft": before["variant"]}


async def rows_of(url: URL, *tables: str) -> dict[str, int]:
    """How many rows each of these tables has."""
    database = Database(url)
    try:
        async with database.read() as session:
            counts = [select(func.count()).select_from(table(name)) for name in tables]
            told = select(func.count()).where(
                col(Event.kind) == EventKind.REPRINT_CHANGED
            )  # unknown to versions before them
            of_reprints = (await session.execute(told)).scalar_one()
            return {
                name: (await session.execute(count)).scalar_one() - (of_reprints if name == "event" else 0)
                for name, count in zip(tables, counts, strict=True)
            }
    finally:
        await database.close()
