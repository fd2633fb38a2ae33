"""Delivery: polls that find nothing, how soon what is published arrives, how many webhooks go out, and pages of a long log."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlencode

import httpx2
import orjson
import sqlalchemy as sa
import websockets
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from websockets.asyncio.client import ClientConnection

from models import event as log
from models.actor import Actor
from models.base import utc_now
from models.client import Client, create_client
from models.database import Database
from models.event import Counter, Event, EventAudience, EventKind
from models.hook import HookChanges, create_hook
from models.hook.table import Attempt, Delivery, Hook, HookSecret, HookStatus
from models.log.reader import change_cursor
from models.scope import Scope
from models.story import PubStatus, Story
from schema.identifier import global_id
from tests.bench.documents import STORY_PAGE
from tests.bench.figures import Figure, at_least, at_most
from tests.bench.pool import Pool, add_client, settle
from tests.bench.process import Load, Target, delivery_worker, etag_of, storypool, token_of

IDLE_BAR: Final = 10.0
HOOK_BAR: Final = 0.5
LOG_BAR: Final = 1.3
FOLLOWERS: Final = 200
IDLE_FOLLOWERS: Final = 2000
PUBLISHED: Final = 20
HOOKS: Final = 100
EVENTS: Final = 200
PUBLISHING: Final = (EventKind.STORY_WITHHELD, EventKind.STORY_REINSTATED)

_PAGE: Final = 50
_CONNECTIONS: Final = 4
_HOOKS_OF_ONE: Final = 50
_POLL: Final = """query Poll($after: String) {
  changes(after: $after, first: 50) {
    edges { node { cursor kind storyId story { uri version pubStatus } } } pageInfo { endCursor hasNextPage } retryAfter } }"""
_FOLLOW: Final = "subscription($after: String) { changes(after: $after) { cursor kind storyId } }"


def delivery(load: Load, pool: Pool, seconds: float, events: int) -> Iterator[Figure]:
    """Everything about delivery, of one pool.

    :param events: in the long log.
    """
    with storypool(pool, DELIVER_HERE="true") as target:
        yield from _idle(load, pool, target, seconds)
        with _receiver() as receiver:
            yield asyncio.run(_publish_to_hooks(pool, target, receiver))
        yield asyncio.run(_publish_to_subscribers(pool, target, FOLLOWERS, PUBLISHED))
        before = target.resident_bytes()
        figure = asyncio.run(_publish_to_subscribers(pool, target, IDLE_FOLLOWERS, 1))
        grown = (target.resident_bytes() - before) / IDLE_FOLLOWERS / 1000
        yield Figure(pool.engine, figure.what, f"{figure.measured}; at most {grown:.0f} kB of memory each")
    with _receiver() as receiver:
        yield _rate(pool, receiver)
    yield from _long_log(load, pool, seconds, events)


# Polls


def _idle(load: Load, pool: Pool, target: Target, seconds: float) -> Iterator[Figure]:
    """A poll that finds nothing, and a 304, against a page of stories; rounds alternate."""
    latest = load.ask(target, "{ changes(first: 1) { latestCursor } }", {})["changes"]["latestCursor"]
    sha256 = hashlib.sha256(_POLL.encode()).hexdigest()
    body = orjson.dumps({"documentId": f"sha256:{sha256}", "query": _POLL, "variables": {"after": latest}})
    load.register(target, body)
    path = "/graphql?" + urlencode({"documentId": f"sha256:{sha256}", "variables": json.dumps({"after": latest})})
    etag = etag_of(target, path)
    rates: dict[str, list[float]] = {"page": [], "poll": [], "304": []}
    for _ in range(4):
        page = load.send([(target, {"first": _PAGE})], STORY_PAGE, connections=_CONNECTIONS, seconds=seconds)
        poll = load.send([(target, {"after": latest})], _POLL, connections=_CONNECTIONS, seconds=seconds)
        unchanged = load.fetch(target, path, {"If-None-Match": etag}, connections=_CONNECTIONS, seconds=seconds)
        assert unchanged["targets"][0]["last"] == "", "it was not a 304"
        for name, done in (("page", page), ("poll", poll), ("304", unchanged)):
            rates[name].append(done["targets"][0]["requests"] / done["elapsed"])
    of = {name: statistics.median(found[1:]) for name, found in rates.items()}  # the first round warms
    for name, what in (("poll", "a poll that finds nothing"), ("304", "a poll answered 304")):
        told = f"{of[name]:.0f} / {of['page']:.1f} a second"
        yield at_least(pool.engine, f"{what}, against the page of {_PAGE}", told, of[name] / of["page"], IDLE_BAR)


# Arrival


@contextmanager
def _receiver() -> Iterator[_Receiver]:
    command = [sys.executable, "-m", "tests.bench.receive"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            yield _Receiver(process, int(process.stdout.readline()))
        finally:
            process.kill()


class _Receiver:
    """The process that is called."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self._process = process
        self.port = port
        self.url = f"http://127.0.0.1:{port}/hook"

    def take(self, count: int) -> list[float]:
        """When the next so many calls came."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(orjson.dumps({"count": count}) + b"\n")
        self._process.stdin.flush()
        times: list[float] = orjson.loads(self._process.stdout.readline())["times"]
        return times


async def _with_database(pool: Pool, work: Callable[[Database], Awaitable[Any]]) -> Any:
    database = Database(pool.url)
    try:
        return await work(database)
    finally:
        await database.close()


async def _add_hooks(database: Database, url: str, count: int, kinds: Sequence[EventKind]) -> None:
    """Hooks of as many partners as are needed, and of nobody else."""
    await _forget_hooks(database)
    scopes = frozenset({Scope.POOL_READ, Scope.HOOK_WRITE})
    wanted = {"kinds": [kind.value for kind in kinds]}
    for number in range(-(-count // _HOOKS_OF_ONE)):
        client, _ = await add_client(database, f"benchmark-{number}", scopes)
        actor = Actor(client.client_id, client.id, client.partner_id, scopes)
        async with database.write() as session:
            for _ in range(min(_HOOKS_OF_ONE, count - number * _HOOKS_OF_ONE)):
                changes = HookChanges(url=url, filter=wanted, document=None, note=None)
                await create_hook(session, actor, changes, None, utc_now())


async def _forget_hooks(database: Database) -> None:
    async with database.write() as session:
        await session.execute(sa.update(Hook).values(status=HookStatus.PAUSED))
    await asyncio.sleep(1)  # until the calls that are under way are over
    async with database.write() as session:
        for table in (Attempt, Delivery, HookSecret, Hook):
            await session.execute(sa.delete(table))


class _Editor:
    """Withholds a story of the pool and lets it out again, through the API."""

    def __init__(self, target: Target, client: Client, secret: str, story: uuid.UUID) -> None:
        token = token_of(target.port, client.client_id, secret)
        self._http = httpx2.AsyncClient(
            base_url=f"http://127.0.0.1:{target.port}", headers={"Authorization": f"Bearer {token}"}, timeout=60
        )
        self._story = global_id("Story", story)

    @classmethod
    async def of(cls, database: Database, target: Target) -> _Editor:
        async with database.write() as session:
            client, secret = await create_client(
                session, None, "benchmark", [Scope.POOL_READ, Scope.STORY_RELEASE], utc_now()
            )
            story = (
                await session.exec(
                    select(Story.id).where(Story.version >= 1, Story.pub_status == PubStatus.USABLE).limit(1)
                )
            ).one()
        return cls(target, client, secret, story)

    async def publish(self, number: int) -> float:
        """The `number`th act; when it was asked for."""
        name = "reinstateStory" if number % 2 else "withholdStory"
        kind = name[0].upper() + name[1:]
        given: dict[str, Any] = {"storyId": self._story}
        if name == "withholdStory":
            given |= {"reason": "benchmark", "texts": [{"language": "en", "text": "Do not use."}]}
        document = f"mutation($i: {kind}Input!) {{ {name}(input: $i) {{ userErrors {{ message }} }} }}"
        asked = time.monotonic()
        answer = (await self._http.post("/graphql", json={"query": document, "variables": {"i": given}})).json()
        if "errors" in answer or answer["data"][name]["userErrors"]:
            raise RuntimeError(str(answer))
        return asked

    async def close(self) -> None:
        await self._http.aclose()


def _arrivals(times: Sequence[float]) -> str:
    ordered = sorted(times)
    median, late = statistics.median(ordered), ordered[int(len(ordered) * 0.95)]
    return f"{median * 1000:.0f} ms in the median, {late * 1000:.0f} ms for 95 %"


async def _publish_to_hooks(pool: Pool, target: Target, receiver: _Receiver) -> Figure:
    """From the editor's request to the arrival of each call."""

    async def measured(database: Database) -> list[float]:
        await _add_hooks(database, receiver.url, FOLLOWERS, PUBLISHING)
        editor = await _Editor.of(database, target)
        found: list[float] = []
        for number in range(PUBLISHED):
            asked = await editor.publish(number)
            times = await asyncio.to_thread(receiver.take, FOLLOWERS)
            if number > 1:  # the first two warm
                found += [at - asked for at in times]
        await editor.close()
        await _forget_hooks(database)
        return found

    times = await _with_database(pool, measured)
    return Figure(pool.engine, f"publish to webhook, {FOLLOWERS} hooks", _arrivals(times))


async def _publish_to_subscribers(pool: Pool, target: Target, count: int, acts: int) -> Figure:
    """From the editor's request to the arrival of each message over WebSockets."""

    async def measured(database: Database) -> list[float]:
        editor = await _Editor.of(database, target)
        found: list[float] = []
        async with contextlib.AsyncExitStack() as open_sockets:
            async with database.read() as session:
                begin = change_cursor(await log.last_position(session))
            sockets = [await _subscribed(open_sockets, target, begin) for _ in range(count)]
            for number in range(acts + 2):
                hearing = [asyncio.create_task(_heard(connection)) for connection in sockets]
                asked = await editor.publish(number)
                times = await asyncio.gather(*hearing)
                if number > 1:
                    found += [at - asked for at in times]
        await editor.close()
        return found

    times = await _with_database(pool, measured)
    return Figure(pool.engine, f"publish to subscriber, {count:,} over WebSockets", _arrivals(times))


async def _subscribed(stack: contextlib.AsyncExitStack, target: Target, after: str) -> ClientConnection:
    url, protocol = f"ws://127.0.0.1:{target.port}/graphql", websockets.Subprotocol("graphql-transport-ws")
    connection = await stack.enter_async_context(websockets.connect(url, subprotocols=[protocol], compression=None))
    payload = {"Authorization": target.headers["Authorization"]}
    await connection.send(orjson.dumps({"type": "connection_init", "payload": payload}).decode())
    await connection.recv()
    subscribe = {"id": "1", "type": "subscribe", "payload": {"query": _FOLLOW, "variables": {"after": after}}}
    await connection.send(orjson.dumps(subscribe).decode())
    return connection


async def _heard(connection: ClientConnection) -> float:
    while True:
        message = orjson.loads(await connection.recv())
        if message["type"] == "next" and message["payload"]["data"]["changes"]["kind"] in PUBLISHING:
            return time.monotonic()


# Rate


def _rate(pool: Pool, receiver: _Receiver) -> Figure:
    """So many hooks and events by two workers, against two bare loops that sign and post as much, before and after."""
    count = HOOKS * EVENTS

    async def prepared(database: Database) -> None:
        await _add_hooks(database, receiver.url, HOOKS, [EventKind.STORY_RELEASED])

    async def told(database: Database) -> None:
        async with database.write() as session:
            stories = (await session.exec(select(Story.id).where(Story.version >= 1).limit(EVENTS))).all()
            for number in range(EVENTS):
                scope = {"series": None, "topic": None, "variants": [["en", "ARTICLE"]]}
                event = Event(kind=EventKind.STORY_RELEASED, at=utc_now(), audience=EventAudience.PARTNER, scope=scope)
                event.story_id = stories[number % len(stories)]
                log.append(session, event)

    bare = [_bare_rate(receiver, count)]
    asyncio.run(_with_database(pool, prepared))
    with delivery_worker(pool), delivery_worker(pool):
        time.sleep(5)  # until both wait
        asked = time.monotonic()
        asyncio.run(_with_database(pool, told))
        times = receiver.take(count)
    bare.append(_bare_rate(receiver, count))
    rate = count / (times[-1] - asked)
    what = f"{HOOKS} hooks × {EVENTS} events by two workers, against two bare loops"
    measured = f"{rate:.0f} / {bare[0]:.0f} and {bare[1]:.0f} calls a second"
    return at_least(pool.engine, what, measured, rate / statistics.mean(bare), HOOK_BAR)


def _bare_rate(receiver: _Receiver, count: int) -> float:
    body = orjson.dumps({"type": "STORY_RELEASED", "timestamp": utc_now(), "data": {"text": "x" * 500}})
    command = [sys.executable, "-m", "tests.bench.post", str(receiver.port), str(count // 2), "64"]
    bare = [subprocess.Popen(command, stdin=subprocess.PIPE) for _ in range(2)]
    for process in bare:
        assert process.stdin is not None
        process.stdin.write(body)
        process.stdin.close()
    times = receiver.take(count)
    for process in bare:
        process.wait(60)
    return count / (times[-1] - times[0])


# A long log


def _long_log(load: Load, pool: Pool, seconds: float, events: int) -> Iterator[Figure]:
    """A page at the beginning, in the middle and at the end of a log of so many events."""
    begin, end = asyncio.run(_with_database(pool, lambda database: _lengthened(database, events)))
    asyncio.run(settle(pool))
    places = {"beginning": begin, "middle": (begin + end) // 2, "end": end - 1000}
    document = _POLL
    with storypool(pool) as target:
        asked = [(target, {"after": change_cursor(place)}) for place in places.values()]
        load.send(asked, document, seconds=seconds)
        runs = []
        for _ in range(3):
            done = load.send(asked, document, seconds=seconds * 2)
            runs.append([one["median"] * 1000 for one in done["targets"]])
    medians = sorted(runs, key=lambda run: max(run) / min(run))[1]
    measured = " / ".join(f"{median:.2f}" for median in medians)
    what = f"page of {_PAGE} of a log of {events:,} events, at its beginning, middle and end"
    yield at_most(pool.engine, what, f"{measured} ms", max(medians) / min(medians), LOG_BAR)


async def _lengthened(database: Database, events: int) -> tuple[int, int]:
    """Makes the log so long, by copies of what a release says; the first and the last position of the copies."""
    async with database.write() as session:
        end = await log.last_position(session)
        stories = (await session.exec(select(Story.id).where(Story.version >= 1).limit(1000))).all()
        scope = orjson.dumps({"series": None, "topic": None, "variants": [["en", "ARTICLE"]]}).decode()
        have = (await session.exec(select(sa.func.count()).select_from(Event))).one()
        if have < events:
            add = events - have
            await _copy(session, database.dialect, [str(story) for story in stories], scope, end, add)
            await session.execute(
                sa.update(Counter).where(col(Counter.name) == log.EVENT_COUNTER).values(value=end + add)
            )
            end += add
    return end - events + 1, end


async def _copy(
    session: AsyncSession, dialect: str, stories: Sequence[str], scope: str, after: int, count: int
) -> None:
    """Adds so many events with one statement, of one story after the other."""
    if dialect == "sqlite":
        numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count) SELECT"
        source, story, at, kept = "n", "(SELECT id FROM bench_story WHERE number = i % :stories)", ":at", ":scope"
    else:
        numbers = "SELECT"
        source, story = (
            "generate_series(1, CAST(:count AS bigint)) AS n(i)",
            "(SELECT id FROM bench_story WHERE number = i % :stories)",
        )
        at, kept = "CAST(:at AS timestamptz)", "CAST(:scope AS jsonb)"
    kind = "uuid" if dialect != "sqlite" else "char(32)"
    await session.execute(sa.text(f"CREATE TEMPORARY TABLE bench_story (number integer PRIMARY KEY, id {kind})"))
    ids = [uuid.UUID(story) for story in stories]
    rows = [{"number": number, "id": id.hex if dialect == "sqlite" else id} for number, id in enumerate(ids)]
    await session.execute(sa.text("INSERT INTO bench_story VALUES (:number, :id)"), rows)
    statement = (
        f"INSERT INTO event (position, kind, at, audience, story_id, story_version, scope) {numbers}"
        f" :after + i, 'STORY_RELEASED', {at}, 'PARTNER', {story}, 1, {kept} FROM {source}"
    )
    now = utc_now() if dialect != "sqlite" else utc_now().strftime("%Y-%m-%d %H:%M:%S.%f")
    given = {"count": count, "stories": len(stories), "after": after, "scope": scope, "at": now}
    await session.execute(sa.text(statement), given)
    await session.execute(sa.text("DROP TABLE bench_story"))
