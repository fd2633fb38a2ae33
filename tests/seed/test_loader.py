"""The demonstration data are loaded once, completely, through the release door."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from models import tables
from models.agreement import Agreement
from models.alliance import AllianceContributor, AlliancePartner
from models.asset import Asset, Rendition
from models.database import Database
from models.document import decode
from models.event import Event, EventKind
from models.media import MediaFolder
from models.outlet import Outlet
from models.partner import Partner
from models.pool.tables import Document, PoolStory
from models.series import Series
from models.story import Story
from models.variant import DeskState, Variant
from seed.files import AssetFile
from seed.loader import SeedReport, load
from seed.pictures import Picture
from seed.reading import Seed, read_seed

NOW = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)


@pytest.fixture
def quick_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draws nothing: the pictures have tests of their own."""
    monkeypatch.setattr(
        "seed.loader.draw_renditions", lambda scene, seed: [Picture("web", 16, 9, f"{scene} {seed}".encode())]
    )


@pytest.fixture
def few() -> Seed:
    """The data with four of the stories, one of them with terms of its own on a picture."""
    seed = read_seed()
    chosen = {"patrol-robot", "dafen-fashion-show", "musk-drone-repost", "unveiling-april-2025"}
    return replace(seed, stories=[story for story in seed.stories if story.slug in chosen])


async def everything(database: Database) -> dict[str, list[dict[str, Any]]]:
    found = {}
    async with database.read() as session:
        connection = await session.connection()
        for table in tables.metadata.sorted_tables:
            rows = await connection.execute(sa.select(table).order_by(*table.primary_key.columns))
            found[table.name] = [dict(row) for row in rows.mappings()]
    return found


async def test_all_of_the_data_files_reach_the_pool(database: Database, tmp_path: Path) -> None:
    seed, media = read_seed(), MediaFolder(tmp_path)
    steps: list[tuple[int, int]] = []
    report = await load(database, media, now=NOW, progress=lambda done, total: steps.append((done, total)))
    stories = len(seed.stories)
    assert report == SeedReport(
        stories=stories,
        variants=sum(len(story.variants) for story in seed.stories),
        pictures=sum(len(story.assets) for story in seed.stories),
        stories_present=0,
    )
    assert steps == [(done, stories) for done in range(stories + 1)]
    async with database.read() as session:
        assert len((await session.exec(select(PoolStory))).all()) == stories
        assert {variant.desk_state for variant in (await session.exec(select(Variant))).all()} == {DeskState.APPROVED}
        for rendition in (await session.exec(select(Rendition))).all():
            with media.open(rendition.sha256) as file:
                assert len(file.read()) == rendition.size
        newest = (await session.exec(select(Story).join(PoolStory).order_by(col(PoolStory.release_id).desc()))).first()
        assert newest is not None
        assert newest.content_created == max(story.content_created for story in seed.stories)


@pytest.mark.usefixtures("quick_pictures")
async def test_loading_again_changes_nothing(database: Database, few: Seed, tmp_path: Path) -> None:
    await load(database, MediaFolder(tmp_path), now=NOW, seed=few)
    before = await everything(database)
    report = await load(database, MediaFolder(tmp_path), now=datetime(2027, 1, 1, tzinfo=UTC), seed=few)
    assert report == SeedReport(stories=0, variants=0, pictures=0, stories_present=4)
    assert await everything(database) == before


@pytest.mark.usefixtures("quick_pictures")
async def test_a_load_that_was_broken_off_is_completed_by_the_next(
    database: Database, few: Seed, tmp_path: Path
) -> None:
    def break_off(done: int, _total: int) -> None:
        if done == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        await load(database, MediaFolder(tmp_path), now=NOW, progress=break_off, seed=few)
    report = await load(database, MediaFolder(tmp_path), now=NOW, seed=few)
    assert (report.stories, report.stories_present) == (2, 2)
    async with database.read() as session:
        released = (await session.exec(select(Event.story_id).where(Event.kind == EventKind.STORY_RELEASED))).all()
    assert len(set(released)) == len(released) == 4


@pytest.mark.usefixtures("quick_pictures")
async def test_a_story_is_wholly_there_or_not_at_all(
    database: Database, few: Seed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = replace(few, stories=[few.stories[0], few.stories[1].model_copy(update={"series": "no-such-series"})])
    with pytest.raises(KeyError):
        await load(database, MediaFolder(tmp_path), now=NOW, seed=broken)
    counts = Counter({name: len(rows) for name, rows in (await everything(database)).items()})
    assert counts["story"] == counts["pool_story"] == counts["document"] == 1
    assert counts["variant"] == len(few.stories[0].variants)


@pytest.mark.usefixtures("quick_pictures")
async def test_documents_say_what_the_files_say(database: Database, few: Seed, tmp_path: Path) -> None:
    await load(database, MediaFolder(tmp_path), now=NOW, seed=few)
    async with database.read() as session:
        story = (await session.exec(select(Story).where(col(Story.uri).endswith(":musk-drone-repost")))).one()
        document = decode(
            (
                await session.exec(
                    select(Document.content)
                    .join(PoolStory, col(PoolStory.release_id) == Document.release_id)
                    .where(PoolStory.story_id == story.id)
                )
            ).one()
        )
    assert story.uri == "urn:newsml:longgang.example:20241008:musk-drone-repost"
    by_kind = {(variant["language"], variant["form"]): variant for variant in document["variants"]}
    chinese, english, russian = by_kind["zh", "ARTICLE"], by_kind["en", "ARTICLE"], by_kind["ru", "ARTICLE"]
    assert english["translatedFrom"] == {"id": chinese["id"], "version": 1, "language": "zh"}
    assert russian["translatedFrom"] == {"id": english["id"], "version": 1, "language": "en"}
    assert chinese["translatedFrom"] is None
    assert english["translationMethod"] == "HUMAN"
    assert chinese["body"].startswith("<p>2024年")
    assert {variant["version"] for variant in document["variants"]} == {1}
    assert [asset["digitalSourceType"] for asset in document["assets"]] == ["algorithmicMedia"] * 2
    assert len(chinese["assets"]) == 2
    assert document["terms"][document["story"]["terms"]]["key"] == "open-world"


@pytest.mark.usefixtures("quick_pictures")
async def test_a_picture_can_have_terms_of_its_own(database: Database, few: Seed, tmp_path: Path) -> None:
    def own(asset: AssetFile) -> bool:
        return asset.terms is not None

    await load(database, MediaFolder(tmp_path), now=NOW, seed=few)
    async with database.read() as session:
        with_terms = (await session.exec(select(Asset).where(col(Asset.terms_id).is_not(None)))).all()
    assert len(with_terms) == sum(own(asset) for story in few.stories for asset in story.assets) > 0


@pytest.mark.usefixtures("quick_pictures")
async def test_partners_come_with_agreements_outlets_and_alliances(
    database: Database, few: Seed, tmp_path: Path
) -> None:
    await load(database, MediaFolder(tmp_path), now=NOW, seed=few)
    async with database.read() as session:
        partners = {partner.key: partner for partner in (await session.exec(select(Partner))).all()}
        agreements = (await session.exec(select(Agreement))).all()
        outlets = (await session.exec(select(Outlet))).all()
        series = set((await session.exec(select(Series.key))).all())
        members = (await session.exec(select(AlliancePartner))).all()
        people = (await session.exec(select(AllianceContributor))).all()
    assert partners.keys() == {partner.key for partner in few.partners}
    assert all(partner.liaison_id is not None for partner in partners.values())
    assert {agreement.partner_id for agreement in agreements} == {partner.id for partner in partners.values()}
    futian = next(agreement for agreement in agreements if agreement.partner_id == partners["i-love-futian"].id)
    assert futian.series == ["fun-longgang"]
    assert set(futian.series) <= series
    assert futian.channels == ["SOCIAL"]
    own = [outlet for outlet in outlets if outlet.partner_id is None and not outlet.unclaimed]
    assert {outlet.platform for outlet in own} == {"FACEBOOK", "INSTAGRAM", "TIKTOK", "YOUTUBE"}
    lingnan = next(outlet for outlet in outlets if outlet.key == "glamorous-lingnan-account")
    assert [(figure["measure"], figure["value"]) for figure in lingnan.audience] == [("FOLLOWERS", 3_700_000)]
    assert len(members) == len(few.alliances[0].partners)
    assert len(people) == len(few.alliances[0].contributors)


@pytest.mark.usefixtures("quick_pictures")
async def test_whoever_was_added_is_announced_to_the_servers(database: Database, few: Seed, tmp_path: Path) -> None:
    await load(database, MediaFolder(tmp_path), now=NOW, seed=few)
    async with database.read() as session:
        kinds = Counter((await session.exec(select(Event.kind))).all())
    assert kinds == {
        EventKind.PARTNER_CHANGED: len(few.partners),
        EventKind.AGREEMENT_CHANGED: sum(len(partner.agreements) for partner in few.partners),
        EventKind.STORY_RELEASED: len(few.stories),
        EventKind.REPRINT_CHANGED: sum(
            part.story in {story.slug for story in few.stories} for part in few.reprints.reprints
        ),
    }
