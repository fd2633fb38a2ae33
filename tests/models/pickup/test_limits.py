"""Counts and quotas: what is taken counts once, what is given back is free again once, and refusals say what was left."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from models.errors import CountExhausted, QuotaExhausted, UsageDenied
from models.policy import DeliveryChannel, Policy, RightsAction
from models.variant import Form
from tests.models.pickup.centre import Centre
from tests.models.usage.cases import EVERYTHING, NOW, allow, constraint, use

FR, JP, DE = use(territory="FR"), use(territory="JP"), use(territory="DE")
MARCH = ("2025-03", "ARTICLE")


def counted(limit: int, *constraints: tuple[str, str]) -> Policy:
    """Terms that permit everything so many times."""
    others = (constraint(operand, value) for operand, value in constraints)
    return allow(constraint("count", str(limit), operator="lteq"), *others, action="use")


def month(limit: int, form: Form | None = None) -> dict[str, object]:
    return {"period": "MONTH", "limit": limit, "form": form}


def total(limit: int) -> dict[str, object]:
    return {"period": "TOTAL", "limit": limit, "form": None}


async def test_as_many_uses_as_the_count_says_and_then_none(centre: Centre) -> None:
    partner, offer = await centre.partner(), await centre.story(counted(2))
    await centre.take(partner, offer.variants[0], FR)
    await centre.take(partner, offer.variants[0], JP)
    with pytest.raises(CountExhausted) as refused:
        await centre.take(partner, offer.variants[0], DE)
    assert refused.value.remaining == 0
    assert refused.value.field == ["uses", "0"]
    assert offer.variants[0] not in await centre.usable(partner, DE)
    assert offer.variants[0] in await centre.usable(partner, FR)


async def test_a_request_for_more_uses_than_are_left_takes_none_and_says_how_many_are_left(centre: Centre) -> None:
    partner, offer = await centre.partner(), await centre.story(counted(2))
    await centre.take(partner, offer.variants[0], FR)
    with pytest.raises(CountExhausted) as refused:
        await centre.take(partner, offer.variants[0], JP, DE)
    assert refused.value.remaining == 1
    assert refused.value.field == ["uses", "1"]
    assert (await centre.decide(partner, offer.variants[0], JP)).is_permitted


async def test_what_is_left_is_that_of_the_permission_for_the_use(centre: Centre) -> None:
    web, print_ = counted(1, ("deliveryChannel", "WEB")), counted(5, ("deliveryChannel", "PRINT"))
    offer = await centre.story(Policy(web.permissions + print_.permissions))
    partner = await centre.partner()
    await centre.take(partner, offer.variants[0], FR)
    with pytest.raises(CountExhausted) as refused:
        await centre.take(partner, offer.variants[0], JP)
    assert refused.value.remaining == 0
    await centre.take(partner, offer.variants[0], use(territory="FR", channel=DeliveryChannel.PRINT))


async def test_the_variants_of_a_story_share_its_count_and_partners_do_not(centre: Centre) -> None:
    partner, other = await centre.partner(), await centre.partner()
    offer = await centre.story(counted(1), languages=("en", "zh"))
    await centre.take(partner, offer.variants[0], FR)
    with pytest.raises(CountExhausted):
        await centre.take(partner, offer.variants[1], FR)
    await centre.take(other, offer.variants[1], FR)


async def test_a_later_version_for_the_same_uses_costs_nothing(centre: Centre) -> None:
    partner = await centre.partner(quotas=[total(1)])
    offer = await centre.story(counted(1))
    first = await centre.take(partner, offer.variants[0], FR)
    await centre.release_again(offer, headline="Corrected")
    second = await centre.take(partner, offer.variants[0], FR)
    assert (first.variant_version, second.variant_version) == (1, 2)
    assert await centre.charged(partner) == {MARCH: 1}


async def test_the_same_place_for_another_purpose_is_the_same_pickup_once_that_is_decided(centre: Centre) -> None:
    partner = await centre.partner(quotas=[total(1)])
    terms = Policy(counted(1).permissions, allow(constraint("purpose", "advertising"), action="use").permissions)
    offer = await centre.story(terms)
    editorial = use(territory="FR", purpose="editorial")
    first = await centre.take(partner, offer.variants[0], editorial)
    with pytest.raises(UsageDenied):
        await centre.take(partner, offer.variants[0], use(territory="FR", purpose="advertising"))
    assert (await centre.take(partner, offer.variants[0], editorial)).uses[0]["purpose"] == "editorial"
    again = await centre.take(partner, offer.variants[0], use(territory="FR", purpose="education"))
    assert (again.id, again.uses[0]["purpose"]) == (first.id, "education")
    assert await centre.charged(partner) == {MARCH: 1}


async def test_as_many_pickups_as_the_quota_says_and_then_none(centre: Centre) -> None:
    partner = await centre.partner(quotas=[month(2)])
    offer = await centre.story(EVERYTHING)
    await centre.take(partner, offer.variants[0], FR, JP)
    await centre.take(partner, offer.variants[0], DE)
    with pytest.raises(QuotaExhausted) as refused:
        await centre.take(partner, offer.variants[0], use(territory="KR"))
    assert refused.value.remaining == 0
    assert await centre.charged(partner) == {MARCH: 2}
    assert await centre.usable(partner, use(territory="KR")) == set()
    assert await centre.usable(partner, JP) == {offer.variants[0]}


async def test_a_quota_of_one_form_does_not_bind_another(centre: Centre) -> None:
    partner = await centre.partner(quotas=[month(1, Form.VIDEO), total(3)])
    video, article = await centre.story(EVERYTHING, form=Form.VIDEO), await centre.story(EVERYTHING)
    await centre.take(partner, video.variants[0], FR)
    with pytest.raises(QuotaExhausted):
        await centre.take(partner, video.variants[0], JP)
    assert await centre.usable(partner, JP) == {article.variants[0]}
    await centre.take(partner, article.variants[0], FR)
    await centre.take(partner, article.variants[0], JP)
    with pytest.raises(QuotaExhausted):
        await centre.take(partner, article.variants[0], DE)


async def test_a_monthly_quota_starts_anew_with_the_month_on_the_wall_of_the_agreements_zone(centre: Centre) -> None:
    partner = await centre.partner(quotas=[month(1)], zone="Asia/Shanghai")
    offer = await centre.story(EVERYTHING)
    await centre.take(partner, offer.variants[0], FR)
    anew = datetime(2025, 3, 31, 16, tzinfo=UTC)
    denied = await centre.decide(partner, offer.variants[0], JP)
    assert (denied.is_permitted, denied.valid_until) == (False, anew)
    assert offer.variants[0] not in await centre.usable(partner, JP)
    centre.now = anew
    assert offer.variants[0] in await centre.usable(partner, JP)
    await centre.take(partner, offer.variants[0], JP)
    assert await centre.charged(partner) == {MARCH: 1, ("2025-04", "ARTICLE"): 1}


async def test_what_is_given_back_is_free_again_and_once_only(centre: Centre) -> None:
    partner = await centre.partner(quotas=[total(1)])
    offer = await centre.story(counted(1))
    pickup = await centre.take(partner, offer.variants[0], FR)
    first = await centre.give_back(partner, pickup)
    again = await centre.give_back(partner, pickup)
    assert first.released_at == again.released_at == NOW
    assert await centre.charged(partner) == {}
    await centre.take(partner, offer.variants[0], JP)
    await centre.give_back(partner, pickup)
    assert await centre.charged(partner) == {MARCH: 1}
    with pytest.raises(CountExhausted):
        await centre.take(partner, offer.variants[0], FR)


async def test_a_pickup_of_a_later_version_inherits_what_the_first_was_charged(centre: Centre) -> None:
    partner = await centre.partner(quotas=[total(1)])
    offer = await centre.story(counted(1))
    first = await centre.take(partner, offer.variants[0], FR)
    await centre.release_again(offer, headline="Corrected")
    second = await centre.take(partner, offer.variants[0], FR)
    await centre.give_back(partner, first)
    assert await centre.charged(partner) == {MARCH: 1}
    with pytest.raises(UsageDenied):
        await centre.take(partner, offer.variants[0], JP)
    await centre.give_back(partner, second)
    assert await centre.charged(partner) == {}
    await centre.take(partner, offer.variants[0], JP)


async def test_uses_that_stay_held_by_other_pickups_stay_charged(centre: Centre) -> None:
    partner = await centre.partner(quotas=[total(3)])
    offer = await centre.story(EVERYTHING)
    together = await centre.take(partner, offer.variants[0], FR, JP)
    apart = [await centre.take(partner, offer.variants[0], asked) for asked in (FR, JP)]
    assert await centre.charged(partner) == {MARCH: 1}
    await centre.give_back(partner, together)
    assert await centre.charged(partner) == {MARCH: 2}
    await centre.give_back(partner, apart[0])
    assert await centre.charged(partner) == {MARCH: 1}
    await centre.give_back(partner, apart[1])
    assert await centre.charged(partner) == {}


async def test_another_action_or_language_is_another_use(centre: Centre) -> None:
    partner, offer = await centre.partner(), await centre.story(counted(3))
    await centre.take(partner, offer.variants[0], FR, use(territory="FR", language="en"))
    await centre.take(partner, offer.variants[0], use(territory="FR", language="fr"))
    await centre.take(partner, offer.variants[0], use(RightsAction.DISPLAY, territory="FR"))
    with pytest.raises(CountExhausted):
        await centre.take(partner, offer.variants[0], use(RightsAction.PRINT, territory="FR"))
