"""Looks at copies that break what was agreed: by the terms that were accepted, whatever they say today."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from models.actor import Actor
from models.agreement.table import Agreement
from models.duty import AcceptedDuty, DutyState
from models.pickup import Pickup
from models.policy import DutyAction
from models.reprint.table import Reprint
from schema.identifier import uuid_of
from tests.schema.notices import Case
from tests.schema.reprints import reported, staff
from tests.schema.test_report import YEARS, rows
from tests.seeded import Pool
from tests.server.test_checking import look, seen, site, text_of


@pytest.fixture
async def partner(pool: Pool) -> Actor:
    return await pool.client("china-daily")


async def credit(pool: Pool, actor: Actor) -> str:
    pickups = (await pool.ask(actor, "{ pickups(first: 1) { edges { node { creditLine } } } }"))["pickups"]
    return str(pickups["edges"][0]["node"]["creditLine"])


async def looked(pool: Pool, actor: Actor, taken: str, *paragraphs: str, **said: object) -> tuple[str, list[str]]:
    """What a look at a copy with these paragraphs comes to."""
    async with site() as served:
        served.show("/copy", *paragraphs)
        reprint = await reported(pool, actor, pickupId=taken, url=served.address("/copy"), **said)
        await look(pool)
        found = await seen(pool, actor, reprint)
    return found["state"], found["checks"][0]["reasons"]


@pytest.mark.parametrize(
    ("territory", "expected"),
    [
        (None, ("VERIFIED", ["FORM_FULL"])),
        ("FR", ("VERIFIED", ["FORM_FULL"])),
        ("150", ("VERIFIED", ["FORM_FULL"])),
        ("US", ("MISMATCH", ["TERRITORY_NOT_AGREED"])),
    ],
    ids=["unknown", "agreed", "around it", "elsewhere"],
)
async def test_a_copy_in_another_country_breaks_what_was_agreed(
    pool: Pool, partner: Actor, territory: str | None, expected: tuple[str, list[str]]
) -> None:
    case = await Case.of(pool)
    taken = await case.take(partner)
    text = [*await text_of(pool, case), await credit(pool, partner)]
    assert await looked(pool, partner, taken, *text, territory=territory) == expected


async def test_the_text_of_another_language_was_not_taken(pool: Pool, partner: Actor) -> None:
    case = await Case.of(pool)
    taken = await case.take(partner)
    text = await text_of(pool, case, "zh")
    state, reasons = await looked(pool, partner, taken, *text)
    assert (state, reasons[0]) == ("MISMATCH", "LANGUAGE_NOT_AGREED")


async def test_what_was_accepted_counts_and_not_the_agreement_of_today(pool: Pool, partner: Actor) -> None:
    case = await Case.of(pool)
    taken = await case.take(partner)
    text = [*await text_of(pool, case), await credit(pool, partner)]
    async with pool.database.write() as session:
        row = (await session.exec(select(Pickup).where(Pickup.id == uuid_of(taken, "Pickup")))).one()
        today = {"territories": ["JP"], "channels": ["PRINT"], "ends_at": pool.now - timedelta(days=30)}
        await session.execute(sa.update(Agreement).where(col(Agreement.id) == row.agreement_id).values(**today))
    said = {"territory": "FR", "publishedAt": pool.now.isoformat()}
    assert await looked(pool, partner, taken, *text, **said) == ("VERIFIED", ["FORM_FULL"])


@pytest.mark.parametrize("waived", [False, True], ids=["owed", "waived"])
async def test_a_copy_is_looked_at_when_it_has_to_be_gone(pool: Pool, partner: Actor, waived: bool) -> None:
    case = await Case.of(pool)
    taken = await case.take(partner)
    text = [*await text_of(pool, case), await credit(pool, partner)]
    gone_by = pool.now + timedelta(days=200)
    async with pool.database.write() as session:
        row = (await session.exec(select(Pickup).where(Pickup.id == uuid_of(taken, "Pickup")))).one()
        duty = {"action": "delete", "deadline": gone_by.isoformat(), "blocking": False}
        row.decision = {
            **row.decision,
            "uses": [{**one, "duties": [*one["duties"], duty]} for one in row.decision["uses"]],
        }
        session.add(row)
        session.add(
            AcceptedDuty(
                partner_id=row.partner_id,
                story_id=row.story_id,
                pickup_id=row.id,
                action=DutyAction.DELETE,
                state=DutyState.WAIVED if waived else DutyState.PENDING,
                deadline=gone_by,
                created_at=pool.now,
                updated_at=pool.now,
                updated_by="test",
            )
        )
    async with site() as served:
        served.show("/copy", *text)
        reprint = await reported(pool, partner, pickupId=taken, url=served.address("/copy"))
        pool.now += timedelta(days=100)
        await look(pool)
        assert (await seen(pool, partner, reprint))["state"] == "VERIFIED"
        async with pool.database.read() as session:
            (kept,) = (await session.exec(select(Reprint).where(Reprint.id == uuid_of(reprint["id"], "Reprint")))).all()
        assert kept.next_check_at == (None if waived else gone_by)
        pool.now = gone_by
        assert await look(pool) == (0 if waived else 1)
        if waived:
            return
        found = await seen(pool, partner, reprint)
        assert (found["state"], found["checks"][0]["reasons"]) == ("MISMATCH", ["DELETION_DUE"])
        served.show("/copy", "The page that stood here was taken away by the editors, and nothing came in its place.")
        check = "mutation($id: ID!) { checkReprint(input: { reprintId: $id }) { userErrors { code } } }"
        await pool.ask(await staff(pool), check, id=reprint["id"])
        await look(pool)
        found = await seen(pool, partner, reprint)
        assert (found["state"], found["checks"][0]["reasons"]) == ("CHANGED", ["TEXT_GONE"])


async def test_an_edited_copy_breaks_terms_that_forbid_changes(pool: Pool, partner: Actor) -> None:
    case = await Case.of(pool, "iron-flower-fireworks")
    taken = await case.take(partner)
    text = await text_of(pool, case)
    words = " ".join(text).split()
    edited = " ".join("otherwise" if place % 12 == 11 else word for place, word in enumerate(words))
    state, reasons = await looked(pool, partner, taken, edited, await credit(pool, partner), territory="FR")
    assert (state, reasons) == ("MISMATCH", ["EDIT_FORBIDDEN"])
    queue = await rows(pool, await staff(pool), "COMPLIANCE_QUEUE", YEARS["2026"])
    assert [row["reasons"] for row in queue if row["nodeId"] is not None and row["reasons"]] == ["EDIT_FORBIDDEN"]
