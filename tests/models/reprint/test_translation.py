"""A translation is proposed of the story that it shares numbers and names with, out of the whole pool, and never called a match."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import col, func, select

from models.event import Counter
from models.reprint import index
from models.reprint.fact import index as fact_index
from models.reprint.table import MatchFact, MatchFactCount
from models.reprint.translation import Proposal, translations
from tests.seeded import RELEASED, Pool

GERMAN = (
    "Vier Konten, mehr als 200.000 Abonnenten\n"
    "Longgang ist in Indien und Südostasien bekannt geworden: mit je einem amtlichen Konto bei Facebook, Instagram, TikTok und YouTube. "
    "Zusammen haben sie mehr als 200.000 Abonnenten, und ihre Beiträge wurden über 800.000 Mal gelesen. Bei Instagram heißt das Konto "
    "WowLonggang, und die meisten, die ihm folgen, sind zwischen 18 und 34 Jahre alt. Der Plan dahinter trägt den Namen „1234“ und "
    "stammt aus dem Jahr 2023.\n"
)
"""What a partner could have made of the story of the four accounts, which was supplied in Chinese, English and Russian."""
OTHER = (
    "Der Kurs der Aktie fiel um 3,7 Prozent auf 218 Euro, nachdem das Unternehmen aus München am 10. April seine Zahlen vorgelegt hatte. "
    "Der Umsatz sank 2025 um 41 Millionen auf 912 Millionen Euro, und 430 Stellen in Frankreich werden gestrichen."
)


async def proposals(pool: Pool, text: str, **given: object) -> list[Proposal]:
    await index.catch_up(pool.database)
    async with pool.database.read() as session:
        return await translations(session, text, **given)  # type: ignore[arg-type]


async def counts(pool: Pool) -> tuple[int, int, int]:
    async with pool.database.read() as session:
        held = (await session.exec(select(func.count()).select_from(MatchFact))).one()
        counted = (await session.exec(select(func.sum(col(MatchFactCount.stories))))).one()
        return (
            held,
            counted,
            (await session.exec(select(Counter.value).where(Counter.name == fact_index.STORIES))).one(),
        )


async def test_a_translation_is_proposed_with_what_both_have(pool: Pool) -> None:
    (first, *_) = await proposals(pool, GERMAN)
    assert first.story_uri.endswith(":four-official-accounts")
    assert first.language in ("en", "ru", "zh")
    shared = {one["value"]: one for one in first.record()["shared"]}
    assert (shared["800000"]["kind"], shared["800000"]["page"]) == ("NUMBER", "800.000")
    assert {"wowlonggang", "1234", "territory:IN"} <= set(shared)
    async with pool.database.read() as session:
        assert await index.reuses(session, GERMAN) == []


async def test_numbers_of_something_else_propose_nothing(pool: Pool) -> None:
    assert await proposals(pool, OTHER) == []
    assert await proposals(pool, "") == []


async def test_what_ran_before_a_story_was_released_is_no_translation_of_it(pool: Pool) -> None:
    assert await proposals(pool, GERMAN, published_at=RELEASED - timedelta(days=2)) == []
    assert await proposals(pool, GERMAN, published_at=RELEASED - timedelta(hours=2)) != []


async def test_stories_that_are_known_to_be_in_it_are_left_out(pool: Pool) -> None:
    found = await proposals(pool, GERMAN)
    again = await proposals(pool, GERMAN, known=[one.story_id for one in found])
    assert {one.story_id for one in again}.isdisjoint({one.story_id for one in found})


async def test_a_variant_in_the_language_of_the_text_is_not_what_it_was_translated_from(pool: Pool) -> None:
    english = (
        "WowLonggang is what one of four accounts on Facebook, Instagram, TikTok and YouTube is called. Above 200,000 follow them, many "
        "in India. Articles were read 800,000 times, by people aged 18 to 34 for the greater part. They call their plan 1234, and it "
        "began in 2023, they say in Longgang."
    )
    (first, *_) = await proposals(pool, english)
    assert first.language in ("ru", "zh")


async def test_the_facts_follow_the_releases_and_made_anew_are_the_same(pool: Pool) -> None:
    await index.catch_up(pool.database)
    before = await counts(pool)
    assert before[0] == before[1] > 200
    assert before[2] >= 28
    await index.catch_up(pool.database)
    assert await counts(pool) == before
    await index.rebuild(pool.database)
    assert await counts(pool) == before


async def test_a_look_up_reads_no_more_than_so_many_rows(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fact_index, "MOST_ROWS", 0)
    assert await proposals(pool, GERMAN) == []
