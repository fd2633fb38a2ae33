"""Whatever happens to a story and a partner, in whatever order: the list, the decision and the body agree about every variant."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import URL

from models.actor import Actor
from models.database import Database
from models.duty import DutyState
from models.errors import BadInput, Forbidden, UsageDenied
from models.paging import PageRequest
from models.pickup import Pickup
from models.policy import DeliveryChannel, DutyAction, Policy
from models.pool.filter import StoryFilter
from models.pool.find import StoryOrder, find_releases
from models.usage import readable
from tests.conftest import LONG
from tests.databases import DatabaseFactory
from tests.models.pickup.centre import Centre, Offer
from tests.models.usage.cases import EVERYTHING, allow, constraint, duty, forbid, use

DAYS_10 = constraint("elapsedTime", "PT864000S", operator="lteq")
USES = (
    use(territory="FR"),
    use(territory="JP", channel=DeliveryChannel.PRINT),
    use(territory="CN", purpose="education"),
    use(territory="FR", language="fr"),
)
WEB = constraint("deliveryChannel", "WEB")
TERMS = (
    EVERYTHING,
    forbid(constraint("spatial", "CN"), action="use"),
    allow(constraint("count", "1", operator="lteq"), action="use"),
    allow(constraint("count", "2", operator="lteq"), action="use", duties=(duty("inform", DAYS_10, blocking=True),)),
    allow(action="use", duties=(duty("obtainConsent", precondition=True), duty("attribute"))),
    allow(action="use", duties=(duty("inform", DAYS_10, blocking=True), duty("link", DAYS_10, blocking=True))),
    Policy(
        allow(WEB, constraint("count", "1", operator="lteq"), action="use").permissions
        + allow(constraint("purpose", "education"), action="use", duties=(duty("link", blocking=True),)).permissions
        + allow(action="use", duties=(duty("obtainConsent", precondition=True),)).permissions,
        forbid(constraint("dateTime", "2025-05-01T00:00:00Z", operator="gteq")).prohibitions,
    ),
)
QUOTAS: tuple[list[dict[str, object]], ...] = (
    [],
    [{"period": "MONTH", "limit": 2, "form": None}],
    [{"period": "TOTAL", "limit": 3, "form": "ARTICLE"}],
)
CONTRACTS = (EVERYTHING, TERMS[5], TERMS[4])
ACTIONS = (DutyAction.INFORM, DutyAction.LINK, DutyAction.OBTAIN_CONSENT)
USE_SETS = [chosen for size in (1, 2) for chosen in combinations(USES, size)]


@dataclass
class Play:
    """One partner and one story of two variants; each step is something that may happen, or is refused."""

    centre: Centre
    actor: Actor
    offer: Offer
    terms: Policy
    taken: list[Pickup]

    async def take(self, place: int) -> None:
        uses = USE_SETS[place // 2 % len(USE_SETS)]
        with suppress(UsageDenied):
            self.taken.append(await self.centre.take(self.actor, self.offer.variants[place % 2], *uses))

    async def give_back(self, place: int) -> None:
        if self.taken:
            await self.centre.give_back(self.actor, self.taken[place % len(self.taken)])

    async def settle(self, place: int) -> None:
        duties = await self.centre.duties(self.actor)
        if duties:
            state = list(DutyState)[place // 5 % len(DutyState)]
            await self.centre.settle(duties[place % len(duties)], state)

    async def fulfil(self, place: int) -> None:
        duties = await self.centre.duties(self.actor)
        if duties:
            with suppress(Forbidden):
                await self.centre.fulfil(self.actor, duties[place % len(duties)])

    async def fulfil_beforehand(self, place: int) -> None:
        with suppress(BadInput):
            await self.centre.fulfil_beforehand(self.actor, self.offer, ACTIONS[place % len(ACTIONS)], self.terms)

    async def release(self, place: int) -> None:
        self.terms = TERMS[place % len(TERMS)]
        await self.centre.release_again(self.offer, self.terms, headline=f"Headline {place}")

    async def wait(self, place: int) -> None:
        self.centre.now += timedelta(days=place % 12)

    async def agrees(self) -> None:
        """Asserts that the list, the decision and the body say the same."""
        centre, viewer = self.centre, await self.centre.viewer(self.actor)
        cases = {variant: await centre.case(self.actor, variant) for variant in self.offer.variants}
        bodies = await centre.readable(self.actor, self.offer)
        permitted = set()
        for asked in USES:
            decided = {
                variant for variant, case in cases.items() if case.decide(asked, viewer, centre.now).is_permitted
            }
            permitted |= decided
            assert await centre.usable(self.actor, asked) & {*self.offer.variants} == decided
            async with centre.database.read() as session:
                wanted = StoryFilter(usable_for=asked)
                page = await find_releases(
                    session, wanted, StoryOrder.NEWEST_FIRST, PageRequest(1), viewer, centre.book
                )
            newest = next(iter(cases.values())).live.release_id
            assert (newest in page.items) is bool(decided)
        for variant, case in cases.items():
            policy = case.policies[case.part["policy"]]
            towards = viewer.standing.towards(case.account)
            assert bodies[variant] is readable((policy,), case.subject, towards, centre.now).is_readable
            assert bodies[variant] or variant not in permitted


STEPS: tuple[Callable[[Play, int], Awaitable[None]], ...] = (
    Play.take,
    Play.take,
    Play.take,
    Play.give_back,
    Play.settle,
    Play.fulfil,
    Play.fulfil_beforehand,
    Play.release,
    Play.wait,
)
SEQUENCES = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 99)), min_size=2, max_size=9)


async def play(
    opened: AbstractAsyncContextManager[Database],
    terms: int,
    quota: int,
    contract: int,
    steps: list[tuple[object, int]],
) -> None:
    async with opened as database:
        centre = Centre(database)
        actor = await centre.partner(policy=CONTRACTS[contract], quotas=QUOTAS[quota])
        offer = await centre.story(TERMS[terms], languages=("en", "zh"))
        played = Play(centre, actor, offer, TERMS[terms], [])
        await played.agrees()
        for step, place in steps:
            await step(played, place)  # type: ignore[operator]  # one of STEPS
            await played.agrees()
        assert sum((await centre.charged(actor)).values()) <= len({pickup.id for pickup in played.taken})
        for pickup in played.taken:
            await centre.give_back(actor, pickup)
        assert await centre.charged(actor) == {}


@settings(max_examples=max(LONG // 250, 12), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(TERMS) - 1), st.integers(0, len(QUOTAS) - 1), st.integers(0, len(CONTRACTS) - 1), SEQUENCES)
def test_list_decision_and_body_agree_after_whatever_happens(
    database_factory: DatabaseFactory,
    migrated_url: URL,
    terms: int,
    quota: int,
    contract: int,
    steps: list[tuple[object, int]],
) -> None:
    asyncio.run(play(database_factory.opened(migrated_url), terms, quota, contract, steps))
