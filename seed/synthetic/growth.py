"""Grows a pool to a number of stories."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
from collections import deque
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlmodel import col, select

from models.base import POSTGRESQL, SQLITE
from models.database import Database
from models.event import Counter
from models.pool.tables import RELEASE_COUNTER, Release
from models.search import index as full_text
from models.story import Story
from seed.progress import Progress, silent
from seed.synthetic.postgres import PostgresWriter
from seed.synthetic.rows import Batch
from seed.synthetic.sqlite import SqliteWriter
from seed.synthetic.stock import Stock, lay_in
from seed.synthetic.story import URI_PREFIX, Plan, StoryMaker
from seed.synthetic.writer import Load, PoolWriter

_BATCH: Final = 500
_BATCHES_A_TRANSACTION: Final = 4
_IN_PROCESS: Final = 2_000
"""Fewer stories than these are made in this process: starting others takes longer."""
_BULK: Final = 20_000
"""From so many stories on, the full-text index is built anew or merged at the end."""
_DECADE: Final = timedelta(days=3652)


async def grow(database: Database, stories: int, *, seed: int = 1, now: datetime, progress: Progress = silent) -> int:
    """Adds synthetic stories until the database has that many in all, the demonstration's included.

    Each has four variants and is released in the order of its number, over the ten years before `now` where the pool was empty
    before. What is broken off is gone on with by calling it again. The same calls on an empty database make the same pool.

    :returns: how many stories were added.
    :raises OperationalError: somebody released a story meanwhile.
    """
    start = await _start(database, stories, now)
    if start.missing <= 0:
        return 0
    async with database.write() as session:
        stock = await lay_in(session)
    bulk = start.missing >= _BULK
    if bulk:
        async with database.write() as session:
            await full_text.begin_bulk(session)
    whole = False
    writer = await open_writer(database.url)
    try:
        await _write(writer, start, stock, seed, database.dialect, progress)
        if bulk:
            await writer.finish()
        whole = True
    finally:
        await writer.close()
        if bulk and (whole or database.dialect == POSTGRESQL):  # there, searches need the index that was taken away
            async with database.write() as session:
                await full_text.finish_bulk(session)
    return start.missing


@dataclass(frozen=True)
class _Start:
    """Where the growth begins."""

    missing: int
    first: int
    first_release: int
    not_before: datetime
    now: datetime

    def plans(self) -> Iterator[Plan]:
        step = _DECADE / (self.first + self.missing - 1)
        for offset in range(0, self.missing, _BATCH):
            yield Plan(
                first=self.first + offset,
                count=min(_BATCH, self.missing - offset),
                first_release=self.first_release + offset,
                origin=self.now - _DECADE,
                step=step,
                not_before=self.not_before,
                now=self.now,
            )


async def _start(database: Database, stories: int, now: datetime) -> _Start:
    async with database.read() as session:
        present = (await session.exec(select(sa.func.count()).select_from(Story))).one()
        own = col(Story.uri).between(f"{URI_PREFIX}:", f"{URI_PREFIX};")
        synthetic = (await session.exec(select(sa.func.count()).select_from(Story).where(own))).one()
        last = (await session.exec(select(Counter.value).where(Counter.name == RELEASE_COUNTER))).one()
        latest = (await session.exec(select(Release.at).where(Release.id == last))).first()
    return _Start(
        missing=stories - present,
        first=synthetic + 1,
        first_release=last + 1,
        not_before=latest or now - _DECADE,
        now=now,
    )


async def open_writer(url: URL) -> PoolWriter:
    """A writer for a database at migration head; to be closed."""
    if url.get_backend_name() == SQLITE:
        assert url.database is not None
        return await asyncio.to_thread(SqliteWriter, url.database)
    return await PostgresWriter.connect(url.set(drivername="postgresql").render_as_string(hide_password=False))


async def _write(writer: PoolWriter, start: _Start, stock: Stock, seed: int, dialect: str, progress: Progress) -> None:
    done = 0
    waiting: list[Batch] = []
    progress(0, start.missing)
    async for batch in _batches(start, stock, seed, dialect):
        waiting.append(batch)
        load = Load(waiting, start.first_release + done)
        if len(waiting) == _BATCHES_A_TRANSACTION or done + load.stories == start.missing:
            await writer.write(load)
            waiting = []
            done += load.stories
            progress(done, start.missing)


async def _batches(start: _Start, stock: Stock, seed: int, dialect: str) -> AsyncIterator[Batch]:
    """The batches in order, made by other processes while one is written; few are held at a time."""
    if start.missing <= _IN_PROCESS:
        maker = StoryMaker(stock, seed, dialect)
        for plan in start.plans():
            yield await asyncio.to_thread(maker.batch, plan)
        return
    workers = max(1, (os.cpu_count() or 1) - 1)
    plans = start.plans()
    spawn = multiprocessing.get_context("spawn")  # a fork of a process with threads can hang
    with ProcessPoolExecutor(workers, spawn, initializer=_prepare, initargs=(stock, seed, dialect)) as pool:
        loop = asyncio.get_running_loop()
        pending: deque[asyncio.Future[Batch]] = deque()
        try:
            while True:
                while len(pending) < workers + _BATCHES_A_TRANSACTION and (following := next(plans, None)):
                    pending.append(loop.run_in_executor(pool, _make, following))
                if not pending:
                    return
                yield await pending.popleft()
        finally:
            for future in pending:
                future.cancel()


_maker: StoryMaker | None = None


def _prepare(stock: Stock, seed: int, dialect: str) -> None:
    """Runs once in each process that makes stories."""
    global _maker
    gc.disable()  # it makes nothing but tuples and text, millions of them, without any cycle
    _maker = StoryMaker(stock, seed, dialect)


def _make(plan: Plan) -> Batch:
    assert _maker is not None
    return _maker.batch(plan)
