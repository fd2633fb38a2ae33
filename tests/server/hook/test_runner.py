"""Webhooks on their way: signed, in order within a story, at least once and under one id, and never with what was killed."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from models import event as log
from models.agreement.table import Agreement
from models.client import suspend_client
from models.delivered import StoryDelivery
from models.hook import Attempt, Delivery, DeliveryState, HookStatus, claim_deliveries, fan_out
from models.hook.outcome import forget_finished
from models.log.reader import change_cursor
from models.notice.table import NoticeRecipient
from models.partner.table import Partner
from models.story import PubStatus
from tests.schema.partnership import change
from tests.server.hook.hooks import PARTNER, PAUSE, PING, REDELIVER, REPLAY, RESUME, ROTATE, Hooks


async def test_a_call_says_which_change_and_is_signed_as_standard_webhooks_has_it(hooks: Hooks) -> None:
    _, secret = await hooks.create()
    hooks.pool.now = datetime.now(UTC)  # what verifies looks at its own clock
    await hooks.become(PubStatus.WITHHELD)
    assert await hooks.runner.turn() == 2
    withheld, notice = hooks.receiver.calls
    assert withheld.json["type"] == "STORY_WITHHELD"
    assert withheld.json["data"]["story"] == {
        "id": withheld.json["data"]["storyId"],
        "uri": hooks.stories[0].uri,
        "version": 2,
        "pubStatus": "WITHHELD",
    }
    assert notice.json["data"]["notice"]["kind"] == "WITHHOLD"
    assert Webhook(secret).verify(withheld.body.decode(), withheld.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(withheld.body.decode().replace("WITHHELD", "USABLE"), withheld.headers)
    assert [(one["state"], one["attempts"][0]["status"]) for one in await hooks.deliveries()] == [
        ("DELIVERED", 204)
    ] * 2


async def test_both_secrets_sign_while_one_is_rotated_and_the_old_one_not_for_ever(hooks: Hooks) -> None:
    hooks.pool.now = datetime.now(UTC)
    hook_id, old = await hooks.create()
    new = (await change(hooks.pool, hooks.actor, ROTATE, hookId=hook_id))["secret"]
    assert old != new
    assert await signers(hooks, old, new) == [old, new]
    hooks.pool.now += timedelta(hours=25)
    assert await signers(hooks, old, new) == [new]


async def signers(hooks: Hooks, *secrets: str) -> list[str]:
    """Which secrets the next call is signed with."""
    await hooks.tell(0)
    await hooks.runner.turn()
    call = hooks.receiver.calls[-1]
    at = datetime.fromtimestamp(int(call.headers["webhook-timestamp"]), UTC)
    found = call.headers["webhook-signature"].split()
    assert len(found) == len(set(found))
    known = {Webhook(secret).sign(call.id, at, call.body.decode()): secret for secret in secrets}
    assert set(found) <= known.keys()
    return [secret for signature, secret in known.items() if signature in found]


async def test_a_document_of_ones_own_gives_the_body_as_the_partner_sees_it_at_that_moment(hooks: Hooks) -> None:
    document = "query($change: ID!) { node(id: $change) { ... on Change { kind story { uri pubStatus variants { headline } } } } }"
    await hooks.create(document=document, filter={"kinds": ["STORY_RELEASED"]})
    await hooks.tell(0)
    await hooks.become(PubStatus.CANCELED)  # after it was told, before it is sent
    await hooks.runner.turn()
    (call,) = hooks.receiver.calls
    assert call.json["data"]["node"]["story"] == {"uri": hooks.stories[0].uri, "pubStatus": "CANCELED", "variants": []}


async def test_a_kill_takes_the_place_of_what_is_undelivered_of_its_story(hooks: Hooks) -> None:
    await hooks.create(filter={"kinds": ["STORY_RELEASED", "STORY_CANCELED"]})
    hooks.receiver.answer = lambda call: (500, {})
    await hooks.tell(0, 1, 0)
    await hooks.runner.turn()  # the first of each story is tried, and fails
    assert len(hooks.receiver.calls) == 2
    hooks.receiver.answer = lambda call: (204, {})
    await hooks.become(PubStatus.CANCELED)
    hooks.pool.now += timedelta(seconds=10)
    await hooks.runner.turn()
    after = [(call.json["type"], call.json["data"]["story"]["uri"]) for call in hooks.receiver.calls[2:]]
    assert sorted(after) == [("STORY_CANCELED", hooks.stories[0].uri), ("STORY_RELEASED", hooks.stories[1].uri)]
    states = sorted(one["state"] for one in await hooks.deliveries())
    assert states == ["CANCELED", "CANCELED", "DELIVERED", "DELIVERED"]


async def test_within_a_story_one_comes_after_the_other_whatever_fails_and_whoever_works(hooks: Hooks) -> None:
    await hooks.create(filter={"kinds": ["STORY_RELEASED"]})
    dice = random.Random(7)
    hooks.receiver.answer = lambda call: (204 if dice.random() < 0.6 else 503, {})
    for _ in range(8):
        await hooks.tell(0, 1, 2)
    others = [hooks.runner_of_another_process() for _ in range(2)]
    arrived: dict[str, list[int]] = {}
    for _ in range(60):
        await asyncio.gather(*(runner.turn() for runner in (hooks.runner, *others)))
        hooks.pool.now += timedelta(hours=1)
        if all(one["state"] == "DELIVERED" for one in await hooks.deliveries()) and await hooks.deliveries():
            break
    for one in reversed(await hooks.deliveries()):
        arrived.setdefault(one["storyId"], []).append(len(one["attempts"]))
    assert sum(map(len, arrived.values())) == 24
    order: dict[str, list[str]] = {}
    for call in hooks.receiver.calls:
        lane = order.setdefault(call.json["data"]["story"]["uri"], [])
        if call.id not in lane:
            lane.append(call.id)
        assert call.id == lane[-1]  # never one after its successor
    assert all(len(lane) == 8 for lane in order.values())
    for runner in others:
        await runner._client.close()


async def test_failures_are_tried_again_later_and_later_and_given_up_in_the_end(hooks: Hooks) -> None:
    await hooks.create(filter={"kinds": ["STORY_RELEASED"]})
    hooks.receiver.answer = lambda call: (500, {})
    await hooks.tell(0)
    waits = []
    for _ in range(13):
        before = len(hooks.receiver.calls)
        assert await hooks.runner.turn() == 1
        assert len(hooks.receiver.calls) == before + 1
        (one,) = await hooks.deliveries()
        if (await hooks.hook()).status is HookStatus.SUSPENDED:
            break
        next_at = datetime.fromisoformat(one["nextAttemptAt"])
        waits.append(next_at - hooks.pool.now)
        hooks.pool.now = max(next_at, (await hooks.hook()).open_until or next_at) + timedelta(seconds=1)
    assert waits == sorted(waits)
    assert waits[0] == timedelta(seconds=5)
    assert waits[-1] >= timedelta(hours=10)
    assert len(waits) == 12
    assert one["state"] == "PENDING"  # for when the hook is resumed
    assert len({call.id for call in hooks.receiver.calls}) == 1


async def test_an_hour_of_failures_opens_the_breaker_and_then_everything_arrives(hooks: Hooks) -> None:
    await hooks.create(filter={"kinds": ["STORY_RELEASED"]})
    hooks.receiver.answer = lambda call: (500, {})
    await hooks.tell(*range(6))
    end = hooks.pool.now + timedelta(hours=1)
    while hooks.pool.now < end:
        await hooks.runner.turn()
        hooks.pool.now += timedelta(minutes=2)
    during = len(hooks.receiver.calls)
    assert during < 6 * 6  # far fewer than the schedule of six alone would be
    hooks.receiver.answer = lambda call: (204, {})
    for _ in range(40):
        await hooks.runner.turn()
        hooks.pool.now += timedelta(minutes=30)
    assert {one["state"] for one in await hooks.deliveries()} == {"DELIVERED"}
    assert (await hooks.hook()).failures == 0


async def test_a_hook_that_never_works_is_suspended_with_a_notice_and_resumed_without_loss(hooks: Hooks) -> None:
    hook_id, _ = await hooks.create(filter={"kinds": ["STORY_RELEASED"]})
    hooks.receiver.answer = lambda call: (500, {})
    await hooks.tell(0)
    for _ in range(100):
        await hooks.runner.turn()
        hooks.pool.now += timedelta(hours=2)
        if (await hooks.hook()).status is HookStatus.SUSPENDED:
            break
    assert (await hooks.hook()).status is HookStatus.SUSPENDED
    await hooks.tell(1)
    assert await hooks.runner.turn() == 0
    told = "query { changes(last: 2, filter: {kinds: [HOOK_SUSPENDED, NOTICE_ISSUED]}) { edges { node { kind notice { text } } } } }"
    nodes = [edge["node"] for edge in (await hooks.pool.ask(hooks.actor, told))["changes"]["edges"]]
    assert {node["kind"] for node in nodes} == {"HOOK_SUSPENDED", "NOTICE_ISSUED"}
    assert any(node["notice"] and "127.0.0.1" in node["notice"]["text"] for node in nodes)
    hooks.receiver.answer = lambda call: (204, {})
    resumed = await change(hooks.pool, hooks.actor, RESUME, hookId=hook_id)
    assert resumed["hook"]["status"] == "ACTIVE"
    await hooks.runner.turn()
    assert {one["state"] for one in await hooks.deliveries()} == {"DELIVERED"}


async def test_an_address_that_is_gone_is_not_called_again(hooks: Hooks) -> None:
    await hooks.create()
    hooks.receiver.answer = lambda call: (410, {})
    await hooks.tell(0)
    await hooks.runner.turn()
    assert (await hooks.hook()).status is HookStatus.SUSPENDED


@pytest.mark.parametrize(("asked", "least"), [("3600", 3600), ("999999999", 5), ("x", 5), ("99999999", 12 * 3600)])
async def test_what_an_answer_asks_for_is_heeded_within_bounds(hooks: Hooks, asked: str, least: int) -> None:
    await hooks.create()
    hooks.receiver.answer = lambda call: (429, {"Retry-After": asked})
    await hooks.tell(0)
    await hooks.runner.turn()
    (one,) = await hooks.deliveries()
    assert datetime.fromisoformat(one["nextAttemptAt"]) - hooks.pool.now == timedelta(seconds=least)


async def test_a_redirect_and_a_silence_are_failures_with_their_reasons(hooks: Hooks) -> None:
    await hooks.create()
    hooks.receiver.answer = lambda call: (302, {"Location": "http://127.0.0.1:1/"})
    await hooks.tell(0)
    await hooks.runner.turn()
    (one,) = await hooks.deliveries()
    assert one["attempts"] == [{"number": 1, "status": 302, "error": "redirects are not followed"}]
    hooks.receiver.pause = 2
    hooks.pool.now += timedelta(seconds=10)
    await hooks.runner.turn()
    (one,) = await hooks.deliveries()
    assert one["attempts"][1] == {"number": 2, "status": None, "error": "no whole answer within 1 seconds"}


async def test_a_worker_that_died_leaves_its_work_to_others_who_send_it_under_the_same_id(hooks: Hooks) -> None:
    await hooks.create()
    await hooks.tell(0, 0)
    await hooks.runner.turn()
    await hooks.tell(1)
    await fan_out(hooks.pool.database, hooks.pool.services.book.policies, hooks.pool.now)
    async with hooks.pool.database.write() as session:
        (leased,) = await claim_deliveries(session, hooks.pool.now)
    assert await hooks.runner.turn() == 0  # somebody is at it
    hooks.pool.now += timedelta(minutes=2)
    assert await hooks.runner.turn() == 1
    assert hooks.receiver.calls[-1].id == f"msg_{leased.delivery.id.hex}"


async def test_whoever_is_suspended_is_not_called(hooks: Hooks) -> None:
    await hooks.create()
    await hooks.tell(0)
    async with hooks.pool.database.write() as session:
        await suspend_client(session, hooks.actor.client_id, hooks.pool.now)
    assert await hooks.runner.turn() == 0
    assert hooks.receiver.calls == []


async def test_what_the_partner_sees_no_more_is_not_sent(hooks: Hooks) -> None:
    await hooks.create(filter={"kinds": ["STORY_RELEASED"]})
    hooks.receiver.answer = lambda call: (500, {})
    await hooks.tell(0)
    await hooks.runner.turn()
    async with hooks.pool.database.write() as session:
        for row in (await session.exec(select(Agreement).where(Agreement.partner_id == hooks.actor.partner_id))).all():
            row.suspended = True
            session.add(row)
    hooks.pool.now += timedelta(seconds=10)
    await hooks.runner.turn()
    assert len(hooks.receiver.calls) == 1
    assert [one["state"] for one in await hooks.deliveries()] == ["CANCELED"]


async def test_a_ping_is_tried_once_and_a_delivery_can_be_sent_again_under_its_id(hooks: Hooks) -> None:
    hook_id, _ = await hooks.create()
    ping = (await change(hooks.pool, hooks.actor, PING, hookId=hook_id))["delivery"]
    assert (ping["kind"], ping["cursor"]) == ("PING", None)
    await hooks.runner.turn()
    assert hooks.receiver.calls[0].json["type"] == "ping"
    await hooks.tell(0)
    await hooks.runner.turn()
    first = hooks.receiver.calls[-1]
    delivered = (await hooks.deliveries(states=["DELIVERED"]))[0]
    again = await change(hooks.pool, hooks.actor, REDELIVER, deliveryId=delivered["id"])
    assert again["delivery"]["messageId"] == first.id
    refused = await change(hooks.pool, hooks.actor, REDELIVER, deliveryId=delivered["id"])
    assert refused["userErrors"][0]["code"] == "WRONG_STATE"
    await hooks.runner.turn()
    assert hooks.receiver.calls[-1].id == first.id


async def test_a_replay_sends_everything_after_a_cursor_again_under_its_ids(hooks: Hooks) -> None:
    hook_id, _ = await hooks.create(filter={"kinds": ["STORY_RELEASED"]})
    async with hooks.pool.database.read() as session:
        start = await log.last_position(session)
    await hooks.tell(0, 1)
    await hooks.runner.turn()
    ids = sorted(call.id for call in hooks.receiver.calls)
    await change(hooks.pool, hooks.actor, REPLAY, hookId=hook_id, after=change_cursor(start))
    await hooks.runner.turn()
    assert sorted(call.id for call in hooks.receiver.calls[2:]) == ids
    refused = await change(hooks.pool, hooks.actor, REPLAY, hookId=hook_id, after="x")
    assert refused["userErrors"][0]["code"] == "BAD_INPUT"


async def test_a_paused_hook_waits_and_goes_on(hooks: Hooks) -> None:
    hook_id, _ = await hooks.create()
    await change(hooks.pool, hooks.actor, PAUSE, hookId=hook_id)
    await hooks.tell(0)
    assert await hooks.runner.turn() == 0
    refused = await change(hooks.pool, hooks.actor, PING, hookId=hook_id)
    assert refused["userErrors"][0]["code"] == "WRONG_STATE"
    await change(hooks.pool, hooks.actor, RESUME, hookId=hook_id)
    assert await hooks.runner.turn() == 1


async def test_whoever_got_a_story_delivered_is_bound_by_what_is_said_of_it(hooks: Hooks) -> None:
    await hooks.create(filter={"kinds": ["STORY_RELEASED"]})
    await hooks.tell(0)
    await hooks.runner.turn()
    await hooks.become(PubStatus.CANCELED)
    async with hooks.pool.database.read() as session:
        got = (await session.exec(select(StoryDelivery))).one()
        bound = select(Partner.key).join(NoticeRecipient, col(NoticeRecipient.partner_id) == Partner.id)
        keys = (await session.exec(bound.where(col(NoticeRecipient.bound)))).all()
    assert (got.story_id, list(keys)) == (hooks.stories[0].id, [PARTNER])


async def test_what_has_ended_long_ago_is_forgotten(hooks: Hooks) -> None:
    await hooks.create()
    await hooks.tell(0)
    await hooks.runner.turn()
    async with hooks.pool.database.write() as session:
        assert await forget_finished(session, hooks.pool.now) == 0
        assert await forget_finished(session, hooks.pool.now + timedelta(seconds=1)) == 1
    async with hooks.pool.database.read() as session:
        assert not (await session.exec(select(Delivery))).all()
        assert not (await session.exec(select(Attempt))).all()


async def test_a_runner_begins_when_it_hears_and_stops_when_it_is_told(hooks: Hooks) -> None:
    await hooks.create()
    runner = hooks.runner_of_another_process()
    hooks.pool.database.listen(lambda: runner.hear(()))
    async with runner.running():
        await hooks.tell(0, 1, 2)
        for _ in range(100):
            await asyncio.sleep(0.05)
            if len(hooks.receiver.calls) == 3:
                break
    assert len(hooks.receiver.calls) == 3
    assert {one["state"] for one in await hooks.deliveries()} == {DeliveryState.DELIVERED}


async def test_one_bad_delivery_is_given_up_while_the_others_arrive(hooks: Hooks) -> None:
    await hooks.create(filter={"kinds": ["STORY_RELEASED"]})
    bad = hooks.stories[0].uri
    hooks.receiver.answer = lambda call: (400 if call.json["data"]["story"]["uri"] == bad else 204, {})
    await hooks.tell(0)
    for _ in range(14):
        await hooks.tell(1)
        await hooks.runner.turn()
        hooks.pool.now += timedelta(hours=30)
    states = {one["state"] for one in await hooks.deliveries(storyId=None, states=["FAILED", "PENDING"])}
    assert states == {"FAILED"}
    assert (await hooks.hook()).status is HookStatus.ACTIVE
