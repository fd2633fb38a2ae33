"""A matrix answers what each question alone would be answered, in the order asked."""

from __future__ import annotations

from typing import Any

import pytest

from models.errors import BadInput, Forbidden
from models.scope import Scope
from tests.seeded import Pool

MATRIX = """query($variants: [ID!]!, $uses: [UseInput!]!) { usageDecisions(variantIds: $variants, uses: $uses) {
  variantId decisions { decision validUntil duties { action } reasons { code outcome message } } } }"""
ONE = """query($variant: ID!, $use: UseInput!) { usageDecision(variantId: $variant, use: $use) {
  decision validUntil duties { action } reasons { code outcome message } } }"""
VARIANTS = "{ stories(first: 12) { edges { node { variants { id } } } } }"
USES: list[dict[str, Any]] = [
    {"territory": "FR", "channel": "WEB"},
    {"territory": "CN", "channel": "PRINT", "action": "PRINT"},
    {"territory": "FR", "channel": "SOCIAL", "action": "TRANSLATE"},
    {"territory": "RU", "channel": "WEB", "at": "2031-01-01T00:00:00Z"},
    {"territory": "150", "channel": "NEWSLETTER", "purpose": "education", "percentage": 10, "event": "anniversary"},
]


async def test_each_cell_is_the_decision_that_would_be_given_alone(pool: Pool) -> None:
    partner = await pool.actor("china-daily")
    stories = (await pool.ask(partner, VARIANTS))["stories"]["edges"]
    variants = [variant["id"] for edge in stories for variant in edge["node"]["variants"]][:30]
    rows = (await pool.ask(partner, MATRIX, variants=variants, uses=USES))["usageDecisions"]
    assert [row["variantId"] for row in rows] == variants
    for row in rows[::5]:
        for use, cell in zip(USES, row["decisions"], strict=True):
            assert cell == (await pool.ask(partner, ONE, variant=row["variantId"], use=use))["usageDecision"]
    assert len({cell["decision"] for row in rows for cell in row["decisions"]}) > 1


async def test_a_variant_that_is_not_there_has_no_row_and_takes_no_place_of_another(pool: Pool) -> None:
    partner = await pool.actor("china-daily")
    known = (await pool.ask(partner, VARIANTS))["stories"]["edges"][0]["node"]["variants"][0]["id"]
    story = (await pool.ask(partner, "{ stories(first: 1) { edges { node { id } } } }"))["stories"]["edges"][0]["node"]
    rows = (await pool.ask(partner, MATRIX, variants=["x", known, story["id"], known], uses=USES[:1]))["usageDecisions"]
    assert [row and row["variantId"] for row in rows] == [None, known, None, known]


@pytest.mark.parametrize(
    ("variants", "uses", "refused"),
    [
        (["x"] * 101, USES[:1], BadInput),
        (["x"], [], BadInput),
        (["x"], USES[:1] * 21, BadInput),
        (["x"], [{"territory": "FR", "channel": "WEB", "percentage": 0}], BadInput),
        (["x"], [{"territory": "FR", "channel": "WEB", "purpose": "x" * 65}], BadInput),
        (["x"], [{"territory": "FR", "channel": "WEB", "event": ""}], BadInput),
    ],
)
async def test_too_much_and_too_little_are_refused(
    pool: Pool, variants: list[str], uses: list[dict[str, Any]], refused: type[Exception]
) -> None:
    partner = await pool.actor("china-daily")
    assert isinstance(await pool.refusal(partner, MATRIX, variants=variants, uses=uses), refused)


async def test_a_territory_that_is_none_is_refused_before_anything_runs(pool: Pool) -> None:
    uses = [{"territory": "ZZ", "channel": "WEB"}]
    error = await pool.refusal(await pool.actor("china-daily"), MATRIX, variants=["x"], uses=uses)
    assert "'ZZ' is not a territory" in str(error)


async def test_a_matrix_needs_the_scope_of_reading(pool: Pool) -> None:
    actor = await pool.actor("china-daily", Scope.PICKUP_WRITE)
    assert isinstance(await pool.refusal(actor, MATRIX, variants=["x"], uses=USES[:1]), Forbidden)
