"""The examples of docs/reprints.md, run as they stand there, with ids that exist."""

from __future__ import annotations

import re
from pathlib import Path

from tests.schema.reprints import pickup, staff
from tests.seeded import Pool

GUIDE = (Path(__file__).parents[2] / "docs" / "reprints.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```graphql\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)


async def test_the_examples_lead_from_a_pickup_to_a_copy_with_figures(pool: Pool) -> None:
    report, figures, receipts, copies, translations, missing = EXAMPLES
    partner = await pool.client("china-daily")
    taken = await pickup(pool, partner)
    reported = (await pool.ask(partner, report.replace("UGlja3VwOjAx", taken)))["reportReprint"]
    assert reported["userErrors"] == []
    assert reported["reprint"]["address"] == "https://news.example.fr/monde/shenzhen.html"
    assert reported["reprint"]["outlet"]["unclaimed"] is True
    kept = (await pool.ask(partner, figures.replace("UmVwcmludDowMQ", reported["reprint"]["id"])))["recordMetrics"]
    assert kept["userErrors"] == []
    (receipt,) = (await pool.ask(partner, receipts))["pickups"]["edges"]
    assert receipt["node"]["creditLineWithLink"].endswith(receipt["node"]["shortLink"])
    (edge,) = (await pool.ask(partner, copies))["reprints"]["edges"]
    assert [(one["measure"], one["value"]) for one in edge["node"]["figures"]] == [("SHARES", 30), ("VIEWS", 12000)]
    assert (await pool.ask(await staff(pool), translations))["textTranslations"] is not None
    assert (await pool.ask(partner, missing))["pickups"]["edges"] == []
