"""The index of matching: everything that was released is found by what was taken of it, whatever was released since."""

from __future__ import annotations

import pytest
from sqlmodel import col, func, select

from models.document import decode
from models.pool.tables import Document, Release
from models.reprint import index
from models.reprint.match import Form
from models.reprint.table import MatchShingle, MatchText
from models.story import Story
from tests.seeded import Pool


async def body(pool: Pool, slug: str, language: str) -> str:
    async with pool.database.read() as session:
        story = (await session.exec(select(Story.id).where(col(Story.uri).endswith(":" + slug)))).one()
        release = (await session.exec(select(Release.id).where(Release.story_id == story))).one()
        content = (await session.exec(select(Document.content).where(Document.release_id == release))).one()
    parts = [part for part in decode(content)["variants"] if (part["language"], part["form"]) == (language, "ARTICLE")]
    return str(parts[0]["bodyText"])


async def found(pool: Pool, text: str) -> list[index.Reuse]:
    await index.catch_up(pool.database)
    async with pool.database.read() as session:
        return await index.reuses(session, text)


async def test_a_page_is_known_by_what_it_took_in_each_language(pool: Pool) -> None:
    for language in ("zh", "en", "ru", "ar"):
        text = await body(pool, "patrol-robot", language)
        (first, *_) = await found(pool, f"Home\nNews\n{text}\nAll rights reserved")
        assert (first.language, first.version, first.found.form) == (language, 1, Form.FULL)
        assert first.story_uri.endswith(":patrol-robot")
        assert first.found.coverage > 0.99


async def test_a_part_of_one_story_and_a_part_of_another_are_both_found(pool: Pool) -> None:
    one = (await body(pool, "patrol-robot", "en")).split("\n")[0]
    two = (await body(pool, "glasses-park", "en")).split("\n")[0]
    reuses = await found(pool, f"{one}\nAnd now for something else.\n{two}")
    assert {reuse.story_uri.rpartition(":")[2] for reuse in reuses} == {"patrol-robot", "glasses-park"}
    assert {reuse.found.form for reuse in reuses} == {Form.EXCERPT}


async def test_who_took_a_story_took_nothing_of_others_that_share_a_sentence_with_it(pool: Pool) -> None:
    text = await body(pool, "vlogger-benny-dayun", "en")
    assert {(reuse.story_uri.rpartition(":")[2], reuse.found.form) for reuse in await found(pool, text)} == {
        ("vlogger-benny-dayun", Form.FULL)
    }


async def test_what_stands_in_many_stories_proves_none(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    said = "Our film is on Facebook and Instagram and was played more than 50,000 times on the two in May."
    (one,) = await found(pool, said)
    assert one.found.form is Form.EXCERPT
    monkeypatch.setattr(index, "HOUSE_STORIES", 2)
    assert await found(pool, said) == []
    (whole,) = await found(pool, await body(pool, "vlogger-benny-dayun", "en"))
    assert whole.found.form is Form.FULL


async def test_what_is_nobodys_is_found_nowhere(pool: Pool) -> None:
    assert (
        await found(pool, "The weather will be fine tomorrow, with light winds from the south and no rain at all.")
        == []
    )
    assert await found(pool, "") == []


async def test_the_index_follows_the_releases_and_made_anew_is_the_same(pool: Pool) -> None:
    assert await index.catch_up(pool.database) == 0  # it followed already

    async def held() -> tuple[int, int]:
        async with pool.database.read() as session:
            texts = (await session.exec(select(func.count()).select_from(MatchText))).one()
            return texts, (await session.exec(select(func.count()).select_from(MatchShingle))).one()

    before = await held()
    assert before[0] > 28
    assert await index.rebuild(pool.database) == before[0]
    assert await held() == before


async def test_a_shingle_is_kept_of_so_many_texts_and_no_more(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "MOST_TEXTS", 1)
    await index.rebuild(pool.database)
    async with pool.database.read() as session:
        each = select(func.count()).select_from(MatchShingle).group_by(col(MatchShingle.hash))
        assert set((await session.exec(each)).all()) == {1}
