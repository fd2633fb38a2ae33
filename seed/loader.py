"""Fills a database with the demonstration data, once.

The vocabularies, terms and partners go in first, in one transaction; then each story in one of its own, through the
release door. So a load that was broken off is completed by the next, and one more changes nothing.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from models.audit.record import PROGRAM, record
from models.change import Change
from models.database import Database
from models.media import MediaStore
from models.story import Story
from seed.files import StoryFile
from seed.foundation import lay_foundation
from seed.pictures import Picture, draw_renditions
from seed.progress import Progress, silent
from seed.reading import Seed, read_seed
from seed.reprint import add_reprints
from seed.story import add_story, uri_of

_DRAWING_THREADS = 2
Drawn = dict[str, list[tuple[Picture, str]]]


@dataclass(frozen=True)
class SeedReport:
    """What a load added, and what was there before."""

    stories: int
    variants: int
    pictures: int
    stories_present: int


async def load(
    database: Database, media: MediaStore, *, now: datetime, progress: Progress = silent, seed: Seed | None = None
) -> SeedReport:
    """Loads the demonstration data into a database at migration head.

    :param media: keeps the pictures' files.
    :param now: when the stories are released.
    :param seed: what to load; None for the data that come with the program.
    :raises OperationalError: a data file is wrong.
    """
    seed = read_seed() if seed is None else seed
    async with database.write() as session:
        foundation = await lay_foundation(session, seed, now=now)
    wanted = {uri_of(seed.centre, story): story for story in seed.stories}
    async with database.read() as session:
        present = set((await session.exec(select(Story.uri).where(col(Story.uri).in_(wanted)))).all())
    missing = {uri: story for uri, story in wanted.items() if uri not in present}
    if missing:
        async with database.write() as session:
            details = {"seed": "demonstration", "stories": len(missing)}
            await record(session, Change(by=PROGRAM, at=now), "loadSeed", details=details)
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(_DRAWING_THREADS) as threads:
        drawings = [loop.run_in_executor(threads, _draw, story, media) for story in missing.values()]
        try:
            for done, ((uri, story), drawing) in enumerate(zip(missing.items(), drawings, strict=True)):
                progress(done, len(missing))
                pictures = await drawing
                async with database.write() as session:
                    await add_story(session, story, uri, foundation, pictures, now=now)
        except BaseException:
            threads.shutdown(cancel_futures=True)
            raise
    async with database.write() as session:
        uris = {story.slug: uri for uri, story in wanted.items()}
        await add_reprints(session, seed.reprints, uris, now=now)
    progress(len(missing), len(missing))
    return SeedReport(
        stories=len(missing),
        variants=sum(len(story.variants) for story in missing.values()),
        pictures=sum(len(story.assets) for story in missing.values()),
        stories_present=len(present),
    )


def _draw(story: StoryFile, media: MediaStore) -> Drawn:
    return {
        asset.key: [(picture, media.put(picture.content)) for picture in draw_renditions(asset.scene, asset.seed)]
        for asset in story.assets
    }
