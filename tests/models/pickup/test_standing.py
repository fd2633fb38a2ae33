"""What pickups, duties, releases and the clock do to a partner's standing: lists, decisions and bodies say the same of it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from models.actor import Actor
from models.duty import DutyState
from models.errors import UsageDenied
from models.pickup import Pickup, PickupRequest, acknowledge, release
from models.policy import DutyAction, Policy
from models.release import release_story
from models.territory import Territory
from models.usage import Use
from tests.models.pickup.centre import Centre, Offer
from tests.models.usage.cases import EVERYTHING, NOW, TIMES, allow, constraint, duty, use

FR, JP, DE = use(territory="FR"), use(territory="JP"), use(territory="DE")
A_WEEK = constraint("elapsedTime", "PT604800S", operator="lteq")
ONCE = allow(constraint("count", "1", operator="lteq"), action="use")
TWICE = allow(constraint("count", "2", operator="lteq"), action="use")
CONSENT_FIRST = allow(action="use", duties=(duty("obtainConsent", precondition=True),))
REPORT_IN_A_WEEK = allow(action="use", duties=(duty("inform", A_WEEK, blocking=True),))


async def usable(centre: Centre, partner: Actor, offer: Offer, asked: Use) -> bool:
    """What the list and the decision say alike."""
    in_list = offer.variants[0] in await centre.usable(partner, asked)
    decided = await centre.decide(partner, offer.variants[0], asked)
    assert in_list is decided.is_permitted
    return in_list


async def test_what_must_be_done_beforehand_opens_the_story_once_it_is_done(centre: Centre) -> None:
    partner, offer = await centre.partner(), await centre.story(CONSENT_FIRST)
    assert not await usable(centre, partner, offer, FR)
    assert await centre.readable(partner, offer) == {offer.variants[0]: False}
    await centre.fulfil_beforehand(partner, offer, DutyAction.OBTAIN_CONSENT, CONSENT_FIRST)
    assert await usable(centre, partner, offer, FR)
    assert await centre.readable(partner, offer) == {offer.variants[0]: True}
    await centre.settle((await centre.duties(partner))[0], DutyState.PENDING)
    assert not await usable(centre, partner, offer, FR)
    other = await centre.partner()
    assert not await usable(centre, other, offer, FR)


async def test_a_duty_that_blocks_shuts_the_story_from_its_deadline_until_it_is_settled(centre: Centre) -> None:
    partner, offer = await centre.partner(), await centre.story(REPORT_IN_A_WEEK)
    await centre.take(partner, offer.variants[0], FR)
    due = NOW + timedelta(days=7)
    assert (await centre.decide(partner, offer.variants[0], JP)).valid_until == due
    centre.now = due - timedelta(microseconds=1)
    assert await usable(centre, partner, offer, JP)
    centre.now = due
    assert not await usable(centre, partner, offer, JP)
    assert not await usable(centre, partner, offer, FR)
    assert await centre.readable(partner, offer) == {offer.variants[0]: False}
    with pytest.raises(UsageDenied, match="DUTY_VIOLATED"):
        await centre.take(partner, offer.variants[0], JP)
    await centre.settle((await centre.duties(partner))[0], DutyState.WAIVED)
    assert await usable(centre, partner, offer, JP)


async def test_a_duty_done_in_time_never_shuts_anything(centre: Centre) -> None:
    partner, offer = await centre.partner(), await centre.story(REPORT_IN_A_WEEK)
    await centre.take(partner, offer.variants[0], FR)
    await centre.fulfil(partner, (await centre.duties(partner))[0])
    assert (await centre.decide(partner, offer.variants[0], JP)).valid_until is None
    centre.now = NOW + timedelta(days=30)
    assert await usable(centre, partner, offer, JP)


async def test_a_duty_of_the_agreement_shuts_all_stories_under_it(centre: Centre) -> None:
    partner = await centre.partner(policy=REPORT_IN_A_WEEK)
    one, other = await centre.story(EVERYTHING), await centre.story(EVERYTHING)
    await centre.take(partner, one.variants[0], FR)
    centre.now = NOW + timedelta(days=7)
    assert not await usable(centre, partner, other, JP)
    await centre.settle((await centre.duties(partner))[0], DutyState.FULFILLED)
    assert await usable(centre, partner, other, JP)


async def test_a_pickup_given_back_in_time_owes_nothing_more(centre: Centre) -> None:
    partner, offer = await centre.partner(), await centre.story(REPORT_IN_A_WEEK)
    pickup = await centre.take(partner, offer.variants[0], FR)
    await centre.give_back(partner, pickup)
    assert [row.state for row in await centre.duties(partner)] == [DutyState.WAIVED]
    centre.now = NOW + timedelta(days=8)
    assert await usable(centre, partner, offer, JP)


async def test_a_pickup_given_back_after_its_deadline_leaves_the_duty_violated(centre: Centre) -> None:
    partner, offer = await centre.partner(), await centre.story(REPORT_IN_A_WEEK)
    pickup = await centre.take(partner, offer.variants[0], FR)
    centre.now = NOW + timedelta(days=8)
    await centre.give_back(partner, pickup)
    assert not await usable(centre, partner, offer, JP)


async def test_openings_follow_new_terms_in_both_directions(centre: Centre) -> None:
    partner, offer = await centre.partner(), await centre.story(TWICE)
    await centre.take(partner, offer.variants[0], FR)
    assert await usable(centre, partner, offer, JP)
    for policy, permitted in ((ONCE, False), (EVERYTHING, True), (ONCE, False), (TWICE, True), (CONSENT_FIRST, False)):
        await centre.release_again(offer, policy)
        assert await usable(centre, partner, offer, JP) is permitted
    assert await usable(centre, await centre.partner(), offer, JP) is False


async def test_what_one_partner_has_to_itself_is_for_no_other_and_only_meanwhile(centre: Centre) -> None:
    until = TIMES[4]
    mine = {"territories": ["FR"], "channels": None, "starts_at": NOW, "ends_at": until}
    owner, other = await centre.partner(exclusivities=[mine]), await centre.partner()
    offer = await centre.story(EVERYTHING)
    assert await usable(centre, owner, offer, FR)
    assert not await usable(centre, other, offer, FR)
    assert not await usable(centre, other, offer, use(territory="150"))
    assert await usable(centre, other, offer, DE)
    decision = await centre.decide(other, offer.variants[0], FR)
    assert decision.valid_until == until
    assert "EXCLUSIVE_TO_ANOTHER" in {reason.code for reason in decision.denials}
    centre.now = until
    assert await usable(centre, other, offer, FR)


async def test_a_story_released_while_a_pickup_of_it_is_given_back_ends_with_openings_that_are_true(
    centre: Centre,
) -> None:
    partner, offer = await centre.partner(), await centre.story(ONCE)
    for policy in (TWICE, ONCE) * 3:
        pickup = await centre.take(partner, offer.variants[0], FR)
        viewer = await centre.viewer(partner)
        deleted = asyncio.Event()

        async def give_back() -> None:
            async with centre.database.write() as session:
                await release(session, pickup.id, viewer)  # noqa: B023 - awaited before the next turn
                deleted.set()  # noqa: B023
                await asyncio.sleep(0.05)

        async def release_meanwhile(policy: Policy) -> None:
            await deleted.wait()  # noqa: B023
            await centre.release_again(offer, policy)

        await asyncio.gather(give_back(), release_meanwhile(policy))
        assert await usable(centre, partner, offer, FR)
        assert await usable(centre, partner, offer, use(territory=Territory("KR")))


async def test_a_pickup_given_back_while_its_story_is_released_ends_with_openings_that_are_true(centre: Centre) -> None:
    partner, offer = await centre.partner(), await centre.story(TWICE)
    await centre.take(partner, offer.variants[0], FR)
    pickup = await centre.take(partner, offer.variants[0], JP)
    viewer = await centre.viewer(partner)
    released = asyncio.Event()

    async def release_slowly() -> None:
        async with centre.database.write() as session:
            await release_story(session, offer.story, by="test", now=NOW)
            released.set()
            await asyncio.sleep(0.05)

    async def give_back_meanwhile() -> None:
        await released.wait()
        async with centre.database.write() as session:
            await release(session, pickup.id, viewer)

    await asyncio.gather(release_slowly(), give_back_meanwhile())
    assert await usable(centre, partner, offer, DE)


async def test_a_variant_whose_story_is_being_released_is_there_for_whoever_waits(centre: Centre) -> None:
    partner, offer = await centre.partner(), await centre.story(TWICE)
    viewer = await centre.viewer(partner)
    released = asyncio.Event()

    async def release_slowly() -> None:
        async with centre.database.write() as session:
            await release_story(session, offer.story, by="test", now=NOW)
            released.set()
            await asyncio.sleep(0.05)

    async def take_meanwhile() -> Pickup:
        await released.wait()
        async with centre.database.write() as session:
            return await acknowledge(session, PickupRequest(offer.variants[0], 1, [FR]), viewer, centre.book)

    _, pickup = await asyncio.gather(release_slowly(), take_meanwhile())
    assert pickup.story_version == 2
    assert await usable(centre, partner, offer, JP)
