"""What the tests of webhooks have before them: a partner's client, its address, and a runner with a clock that they move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlmodel import select

from models import event as log
from models.actor import Actor
from models.event import Event, EventAudience, EventKind
from models.hook import Hook
from models.release import change_status
from models.story import PubStatus, Story
from schema.schema import build_schema
from server.hook import HookRunner
from server.outgoing import GuardedClient
from tests.schema.partnership import mutation
from tests.seeded import JsonAnswer, Pool
from tests.server.hook.receiver import Receiver

HOOK = "id url status statusReason failures document filter { kinds languages }"
CREATE = (
    f"mutation($input: CreateHookInput!) {{ createHook(input: $input) {{ hook {{ {HOOK} }} secret userErrors {{ code field message }}"
    " query { viewer { isStaff } } } }"
)
ROTATE = CREATE.replace("CreateHookInput", "HookInput").replace("createHook", "rotateHookSecret")
RESUME = mutation("resumeHook", "HookInput", "hook", HOOK)
PAUSE = mutation("pauseHook", "HookInput", "hook", HOOK)
PING = mutation("pingHook", "HookInput", "delivery", "id state kind cursor")
REDELIVER = mutation("redeliver", "RedeliverInput", "delivery", "id state messageId")
REPLAY = mutation("replayHook", "ReplayHookInput", "hook", "id cursor")
DELIVERIES = """query($f: DeliveryFilter) { deliveries(first: 100, filter: $f) { edges { node {
  id hookId messageId kind state storyId cursor nextAttemptAt attempts { number status error } } } } }"""
PARTNER = "china-daily"
SCHEMA = build_schema()


async def hook_change(pool: Pool, actor: Actor, given: JsonAnswer) -> JsonAnswer:
    """Makes a hook."""
    payload: JsonAnswer = (await pool.ask(actor, CREATE, input=given))["createHook"]
    return payload


@dataclass
class Hooks:
    """A pool, a partner's client, an address that it is called at, and a runner with a clock that a test moves."""

    pool: Pool
    actor: Actor
    receiver: Receiver
    runner: HookRunner
    stories: list[Story]

    async def create(self, **given: Any) -> tuple[str, str]:
        payload = await hook_change(self.pool, self.actor, {"url": self.receiver.url, **given})
        assert payload["userErrors"] == []
        return payload["hook"]["id"], payload["secret"]

    async def become(self, status: PubStatus, story: int = 0) -> None:
        async with self.pool.database.write() as session:
            await change_status(session, self.stories[story].id, status, by="desk", now=self.pool.now)

    async def tell(self, *numbers: int, kind: EventKind = EventKind.STORY_RELEASED) -> None:
        """Events of stories, as if they were released anew."""
        scope = {"series": None, "topic": None, "variants": [["en", "ARTICLE"]]}
        async with self.pool.database.write() as session:
            for number in numbers:
                log.append(
                    session,
                    Event(
                        kind=kind,
                        at=self.pool.now,
                        audience=EventAudience.PARTNER,
                        story_id=self.stories[number].id,
                        scope=scope,
                    ),
                )

    async def deliveries(self, **wanted: Any) -> list[JsonAnswer]:
        found = (await self.pool.ask(self.actor, DELIVERIES, f=wanted))["deliveries"]["edges"]
        return [edge["node"] for edge in found]

    async def hook(self) -> Hook:
        async with self.pool.database.read() as session:
            return (await session.exec(select(Hook))).one()

    def runner_of_another_process(self) -> HookRunner:
        client = GuardedClient(allow_private=True, seconds=2)
        return HookRunner(self.pool.services, SCHEMA, client, clock=lambda: self.pool.now, chance=lambda: 0.5)
