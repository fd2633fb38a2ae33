"""Translations by others are proposed to staff, with what speaks for them."""

from __future__ import annotations

import pytest

from models.actor import Actor
from models.errors import Forbidden
from schema.identifier import global_id, split_global_id
from tests.models.reprint.test_translation import GERMAN, OTHER
from tests.schema.notices import Case
from tests.schema.reprints import staff
from tests.seeded import Pool

ASK = """query($text: String!, $at: DateTime) { textTranslations(text: $text, publishedAt: $at) {
 variantId storyId storyUri version language score shared { kind value page variant bits } } }"""


@pytest.fixture
async def partner(pool: Pool) -> Actor:
    return await pool.client("china-daily")


async def test_staff_ask_what_a_text_may_be_a_translation_of(pool: Pool, partner: Actor) -> None:
    editor = await staff(pool)
    (first, *_) = (await pool.ask(editor, ASK, text=GERMAN))["textTranslations"]
    assert first["storyUri"].endswith(":four-official-accounts")
    assert [split_global_id(first[name])[0] for name in ("variantId", "storyId")] == ["Variant", "Story"]
    bits = [one["bits"] for one in first["shared"]]
    assert bits == sorted(bits, reverse=True)
    assert {"kind": "NUMBER", "value": "800000", "page": "800.000"}.items() <= next(
        one for one in first["shared"] if one["value"] == "800000"
    ).items()
    assert (await pool.ask(editor, ASK, text=GERMAN, at="2020-01-01T00:00:00Z"))["textTranslations"] == []
    assert (await pool.ask(editor, ASK, text=OTHER))["textTranslations"] == []
    assert (await pool.ask(editor, ASK, text=""))["textTranslations"] == []
    assert "at most 200000" in str(await pool.refusal(editor, ASK, text="7" * 200_001))
    assert isinstance(await pool.refusal(partner, ASK, text=GERMAN), Forbidden)


async def test_what_stands_there_word_for_word_is_no_translation(pool: Pool) -> None:
    case = await Case.of(pool, "four-official-accounts")
    document = "query($id: ID!) { node(id: $id) { ... on Variant { bodyText } } }"
    text = (await pool.ask(await pool.actor(None), document, id=global_id("Variant", case.variants["en"])))["node"]
    found = (await pool.ask(await staff(pool), ASK, text=text["bodyText"]))["textTranslations"]
    assert case.story.uri not in [one["storyUri"] for one in found]
