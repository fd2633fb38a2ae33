"""What a partner holds and owes of stories, as it is read for decisions."""

from __future__ import annotations

import uuid

import pytest

from models.account import account_of, accounts_of
from models.database import Database
from models.duty import DutyState
from models.policy import DutyAction
from models.usage import Account, DutyFact, HeldUse
from tests.models.pickup.centre import Centre
from tests.models.usage.cases import EVERYTHING, NOW, TIMES, allow, constraint, duty, use

BY_APRIL = constraint("dateTime", "2025-04-01T00:00:00Z", operator="lt")
REPORT = allow(action="use", duties=(duty("inform", BY_APRIL, blocking=True), duty("attribute")))
FR, JP = use(territory="FR", language="en"), use(territory="JP", language="en")


@pytest.fixture
def centre(database: Database) -> Centre:
    return Centre(database)


async def account(centre: Centre, partner: uuid.UUID | None, story: uuid.UUID) -> Account:
    assert partner is not None
    async with centre.database.read() as session:
        return await account_of(session, partner, story)


async def test_uses_are_held_and_duties_owed_from_the_pickup_on(centre: Centre) -> None:
    partner, offer = await centre.partner(), await centre.story(REPORT)
    assert await account(centre, partner.partner_id, offer.story) == Account()
    await centre.take(partner, offer.variants[0], use(territory="FR"), JP)
    found = await account(centre, partner.partner_id, offer.story)
    assert set(found.held) == {HeldUse(offer.variants[0], FR), HeldUse(offer.variants[0], JP)}
    assert set(found.duties) == {
        DutyFact(DutyAction.ATTRIBUTE, settled=False),
        DutyFact(DutyAction.INFORM, settled=False, deadline=TIMES[3]),
    }


async def test_what_is_given_back_is_held_no_longer_and_owed_no_longer(centre: Centre) -> None:
    partner, offer = await centre.partner(), await centre.story(REPORT)
    await centre.give_back(partner, await centre.take(partner, offer.variants[0], FR))
    found = await account(centre, partner.partner_id, offer.story)
    assert found.held == ()
    assert all(fact.settled for fact in found.duties)
    assert found.duties


@pytest.mark.parametrize(
    ("state", "settled", "violated"),
    [
        (DutyState.FULFILLED, True, False),
        (DutyState.WAIVED, True, False),
        (DutyState.VIOLATED, False, True),
    ],
)
async def test_where_a_duty_stands_is_what_the_centre_said_last(
    centre: Centre, state: DutyState, settled: bool, violated: bool
) -> None:
    partner, offer = await centre.partner(), await centre.story(REPORT)
    await centre.take(partner, offer.variants[0], FR)
    for row in await centre.duties(partner):
        await centre.settle(row, state)
    found = await account(centre, partner.partner_id, offer.story)
    assert {(fact.settled, fact.violated) for fact in found.duties} == {(settled, violated)}


async def test_accounts_are_of_one_partner_and_of_the_stories_asked_for(centre: Centre) -> None:
    partner, other = await centre.partner(), await centre.partner()
    one, two = await centre.story(EVERYTHING), await centre.story(EVERYTHING)
    await centre.take(partner, one.variants[0], FR)
    await centre.take(other, two.variants[0], FR)
    assert partner.partner_id is not None
    async with centre.database.read() as session:
        found = await accounts_of(session, partner.partner_id, [one.story, two.story])
    assert found == {one.story: Account(held=(HeldUse(one.variants[0], FR),))}


async def test_what_an_agreement_asks_for_is_not_owed_towards_the_story(centre: Centre) -> None:
    partner, offer = await centre.partner(policy=REPORT), await centre.story(EVERYTHING)
    await centre.take(partner, offer.variants[0], FR)
    assert (await account(centre, partner.partner_id, offer.story)).duties == ()
    (agreement,) = (await centre.viewer(partner)).standing.agreements
    assert DutyFact(DutyAction.INFORM, settled=False, deadline=TIMES[3]) in agreement.duties
    assert centre.now == NOW
