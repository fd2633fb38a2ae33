"""What tests of traces share: a pickup with its link and pixel, a browser, and what was counted."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import httpx2
from starlette.applications import Starlette

from models.actor import Actor
from models.duty import AcceptedDuty, DutyState
from models.pickup import Pickup
from models.policy import DutyAction
from schema.identifier import uuid_of
from server.problem import EXCEPTION_HANDLERS
from server.trace import TraceCounter, TraceEndpoint
from tests.schema.notices import Case
from tests.seeded import JsonAnswer, Pool

BASE = "http://localhost:8000"
"""As the pool's services have it."""
ZONE = ZoneInfo("Asia/Shanghai")
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)
WECHAT = (
    "Mozilla/5.0 (Linux; Android 14; V2243A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0 Mobile"
    " Safari/537.36 MicroMessenger/8.0.50 WeChat/arm64 NetType/WIFI Language/zh_CN"
)
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
PERSON = {"user-agent": CHROME}
PAGE = "https://news.example.fr/monde/shenzhen-lunettes.html"
RECEIPT = """query($id: ID!) { node(id: $id) { ... on Pickup { id creditLine licenseText shortLink creditLineWithLink licenseTextWithLink
 pixelHtml traces { kind raw filtered since } } } }"""


@dataclass
class Traced:
    """A pickup of a partner's, and who serves its link."""

    pool: Pool
    case: Case
    partner: Actor
    id: str
    counter: TraceCounter
    receipt: JsonAnswer = field(default_factory=dict)

    @property
    def link(self) -> str:
        return str(self.receipt["shortLink"])

    @property
    def pixel(self) -> str:
        return str(self.receipt["pixelHtml"]).partition('src="')[2].partition('"')[0]

    @property
    def pickup_id(self) -> uuid.UUID:
        return uuid_of(self.id, "Pickup")

    async def read(self, actor: Actor | None = None) -> JsonAnswer:
        """The receipt as it is now."""
        await self.counter.flush()
        found: JsonAnswer = (await self.pool.ask(actor or self.partner, RECEIPT, id=self.id))["node"]
        return found

    async def counts(self) -> dict[str, tuple[int, int]]:
        """With robots and without, by kind."""
        return {one["kind"]: (one["raw"], one["filtered"]) for one in (await self.read())["traces"]}

    @asynccontextmanager
    async def browser(self, **settings: str) -> AsyncIterator[httpx2.AsyncClient]:
        endpoint = TraceEndpoint(
            self.pool.database, self.counter, public_url=BASE, clock=lambda: self.pool.now, **settings
        )
        app = Starlette(routes=endpoint.routes(), exception_handlers=EXCEPTION_HANDLERS)
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url=BASE, headers=PERSON) as http:
            yield http


async def ask_for_tracking(pool: Pool, pickup_id: uuid.UUID) -> None:
    """As if the terms had asked for it when the pickup was taken."""
    async with pool.database.write() as session:
        row = await session.get_one(Pickup, pickup_id)
        session.add(
            AcceptedDuty(
                partner_id=row.partner_id,
                story_id=row.story_id,
                pickup_id=row.id,
                action=DutyAction.ACCEPT_TRACKING,
                state=DutyState.FULFILLED,
                created_at=pool.now,
                updated_at=pool.now,
                updated_by="pickup",
            )
        )


async def traced(pool: Pool, *, tracking: bool = True, partner: str = "china-daily", language: str = "en") -> Traced:
    """A pickup with its link, and a pixel where tracking was agreed."""
    case = await Case.of(pool)
    actor = await pool.client(partner)
    taken = await case.take(actor, language, "CN" if partner == "cuhk-shenzhen" else "FR")
    if tracking:
        await ask_for_tracking(pool, uuid_of(taken, "Pickup"))
    counter = TraceCounter(pool.database, ZONE, clock=lambda: pool.now)
    found = Traced(pool, case, actor, taken, counter)
    found.receipt = await found.read()
    return found
