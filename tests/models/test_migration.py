"""Migrations run up and down on both engines, and leave the tables as the classes describe them."""

from sqlalchemy import inspect
from sqlalchemy.engine import URL

from models.database import Database
from models.migration import current, differences, downgrade, head, upgrade
from tests.conftest import DatabaseFactory, Dialect


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
