"""Webhooks over GraphQL: whose they are, what they may be, and what they would be sent."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from models.errors import Forbidden, NotFound
from models.scope import Scope
from schema.identifier import global_id
from server.outgoing import check_url
from tests.schema.partnership import change, codes, mutation
from tests.seeded import JsonAnswer, Pool

FIELDS = "id url document note status filter { kinds languages forms series topics storyIds } cursor partnerId"
CREATE = (
    f"mutation($input: CreateHookInput!) {{ createHook(input: $input) {{ hook {{ {FIELDS} }} secret"
    " userErrors { code field message } } }"
)
UPDATE = mutation("updateHook", "UpdateHookInput", "hook", FIELDS)
DELETE = mutation("deleteHook", "HookInput", "hook", FIELDS)
LIST = f"{{ hooks(first: 10) {{ edges {{ cursor node {{ {FIELDS} }} }} pageInfo {{ hasNextPage }} }} }}"
SAMPLE = "query($id: ID!, $kind: ChangeKind!) { node(id: $id) { ... on Hook { sample(event: $kind) } } }"
ADDRESS = "https://hooks.example/storypool"
FIVE_FIELDS = "query($change: ID!) { node(id: $change) { ... on Change { kind story { uri } } } }"


@pytest.fixture
def pool(pool: Pool) -> Pool:
    pool.services = replace(pool.services, check_outgoing_url=partial(check_url, allow_private=False))
    return pool


async def made(pool: Pool, partner: str = "china-daily", **given: Any) -> JsonAnswer:
    actor = await pool.client(partner)
    payload: JsonAnswer = (await pool.ask(actor, CREATE, input={"url": ADDRESS, **given}))["createHook"]
    return payload


async def test_a_hook_keeps_what_it_is_asked_for_and_shows_its_secret_once(pool: Pool) -> None:
    wanted = {"kinds": ["STORY_RELEASED"], "languages": ["el", "de"], "forms": ["ARTICLE"]}
    payload = await made(pool, filter=wanted, document=FIVE_FIELDS, note="CMS")
    assert payload["userErrors"] == []
    assert payload["secret"].startswith("whsec_")
    hook = payload["hook"]
    assert (hook["url"], hook["document"], hook["note"], hook["status"]) == (ADDRESS, FIVE_FIELDS, "CMS", "ACTIVE")
    assert hook["filter"]["languages"] == ["de", "el"]
    actor = await pool.actor("china-daily")
    (edge,) = (await pool.ask(actor, LIST))["hooks"]["edges"]
    assert edge["node"] == hook
    changed = await change(pool, await pool.client("china-daily"), UPDATE, hookId=hook["id"], filter=None, note="Both")
    assert changed["hook"]["note"] == "Both"
    assert set(changed["hook"]["filter"].values()) == {None}
    assert changed["hook"]["url"] == ADDRESS


async def test_another_partners_hooks_do_not_exist(pool: Pool) -> None:
    hook = (await made(pool))["hook"]
    other = await pool.client("greek-news-demo")
    assert (await pool.ask(other, LIST))["hooks"]["edges"] == []
    assert isinstance(await pool.refusal(other, SAMPLE, id=hook["id"], kind="STORY_RELEASED"), NotFound)
    for name in ("deleteHook", "rotateHookSecret", "pauseHook", "resumeHook", "pingHook"):
        thing = "delivery { id }" if name == "pingHook" else "hook { id }"
        document = f"mutation($input: HookInput!) {{ {name}(input: $input) {{ {thing} userErrors {{ code }} }} }}"
        refused = (await pool.ask(other, document, input={"hookId": hook["id"]}))[name]
        assert codes(refused) == ["NOT_FOUND"]
    assert codes(await change(pool, other, UPDATE, hookId=hook["id"], note="x")) == ["NOT_FOUND"]
    staff = await pool.actor(None)
    assert len((await pool.ask(staff, LIST))["hooks"]["edges"]) == 1


async def test_a_hook_that_is_deleted_is_gone(pool: Pool) -> None:
    hook = (await made(pool))["hook"]
    actor = await pool.client("china-daily")
    assert codes(await change(pool, actor, DELETE, hookId=hook["id"])) == []
    assert (await pool.ask(actor, LIST))["hooks"]["edges"] == []
    assert codes(await change(pool, actor, DELETE, hookId=hook["id"])) == ["NOT_FOUND"]


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"url": "http://hooks.example/"}, "BAD_URL", ["url"]),
        ({"url": "https://user:word@hooks.example/"}, "BAD_URL", ["url"]),
        ({"document": "{"}, "BAD_INPUT", ["document"]),
        ({"document": "{ nothing }"}, "BAD_INPUT", ["document"]),
        (
            {"document": 'mutation { pingHook(input: {hookId: "x"}) { userErrors { code } } }'},
            "BAD_INPUT",
            ["document"],
        ),
        ({"document": "subscription { changes { id } }"}, "BAD_INPUT", ["document"]),
        ({"document": "query A { viewer { isStaff } } query B { viewer { isStaff } }"}, "BAD_INPUT", ["document"]),
        ({"document": "query($other: ID!) { node(id: $other) { id } }"}, "BAD_INPUT", ["document"]),
        ({"document": "#" * 20_001 + "\n{ viewer { isStaff } }"}, "BAD_INPUT", ["document"]),
        ({"note": "x" * 501}, "BAD_INPUT", ["note"]),
        ({"after": "nonsense"}, "BAD_CURSOR", None),
        ({"after": "WyJjaGFuZ2VzIiw5OTk5OTld"}, "BAD_INPUT", ["after"]),
        ({"filter": {"storyIds": ["nonsense"]}}, "NOT_FOUND", ["filter", "storyIds"]),
    ],
)
async def test_what_cannot_be_a_hook_is_refused_and_changes_nothing(
    pool: Pool, given: JsonAnswer, code: str, field: list[str] | None
) -> None:
    payload = await made(pool, **given)
    assert [(error["code"], error["field"]) for error in payload["userErrors"]] == [(code, field)]
    assert (payload["hook"], payload["secret"]) == (None, None)
    assert (await pool.ask(await pool.actor("china-daily"), LIST))["hooks"]["edges"] == []


async def test_hooks_need_their_scope_and_a_partner(pool: Pool) -> None:
    reader = await pool.client("china-daily", Scope.POOL_READ)
    assert isinstance(await pool.refusal(reader, LIST), Forbidden)
    assert isinstance(await pool.refusal(reader, CREATE, input={"url": ADDRESS}), Forbidden)
    assert isinstance(await pool.refusal(await pool.actor(None), CREATE, input={"url": ADDRESS}), Forbidden)
    for kind in ("Hook", "Delivery"):
        id = global_id(kind, reader.client_uuid)
        assert isinstance(await pool.refusal(reader, "query($id: ID!) { node(id: $id) { id } }", id=id), NotFound)


async def test_a_partner_has_so_many_hooks_and_no_more(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.hook.edit.MOST_HOOKS", 2)
    for _ in range(2):
        assert (await made(pool))["userErrors"] == []
    assert codes(await made(pool)) == ["BAD_INPUT"]


async def test_a_sample_is_what_would_be_sent(pool: Pool) -> None:
    plain, own = (await made(pool))["hook"], (await made(pool, document=FIVE_FIELDS))["hook"]
    actor = await pool.actor("china-daily")
    shown = (await pool.ask(actor, SAMPLE, id=plain["id"], kind="STORY_RELEASED"))["node"]["sample"]
    assert shown["type"] == shown["data"]["kind"] == "STORY_RELEASED"
    assert shown["data"]["story"]["pubStatus"] == "USABLE"
    shown = (await pool.ask(actor, SAMPLE, id=own["id"], kind="STORY_RELEASED"))["node"]["sample"]
    assert shown["data"]["node"].keys() == {"kind", "story"}
    shown = (await pool.ask(actor, SAMPLE, id=plain["id"], kind="STORY_CANCELED"))["node"]["sample"]
    assert (shown["type"], shown["data"]["story"]) == ("STORY_CANCELED", None)
