"""Partners: added, changed, suspended, reactivated; seen by the officer, and by nobody else but themselves."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from models.client import check_standing, client_with_partner, create_client
from models.errors import BadInput, ClientSuspended, Forbidden, NotFound
from models.event import EventKind
from models.scope import PARTNER_SCOPES, Scope
from schema.identifier import uuid_of
from tests.schema.partnership import (
    CREATE,
    END,
    REACTIVATE_PARTNER,
    RESUME,
    SAVE_ALLIANCE,
    SAVE_LIAISON,
    SAVE_OUTLET,
    SAVE_PARTNER,
    SUSPEND,
    SUSPEND_PARTNER,
    UPDATE,
    change,
    codes,
    events,
    ids,
    new_agreement,
)
from tests.seeded import Pool

NEW: dict[str, Any] = {
    "key": "le-monde-demo",
    "kind": "OVERSEAS_MEDIA",
    "names": [{"language": "fr", "text": "Le Journal"}, {"language": "en", "text": "The Journal"}],
    "languages": ["fr"],
    "territories": ["FR", "BE"],
    "audience": [{"language": "en", "text": "Readers in France"}],
}


async def test_a_new_partner_is_what_was_said_and_is_told_once(pool: Pool) -> None:
    officer = await pool.actor(None)
    payload = await change(pool, officer, SAVE_PARTNER, **NEW)
    assert payload["userErrors"] == []
    partner = payload["partner"]
    assert {name: partner[name] for name in ("key", "kind", "languages", "territories", "audience")} == {
        name: NEW[name] for name in ("key", "kind", "languages", "territories", "audience")
    }
    assert partner["names"] == sorted(NEW["names"], key=lambda text: str(text["language"]))
    assert (partner["status"], partner["liaison"]) == ("ACTIVE", None)
    again = await change(pool, officer, SAVE_PARTNER, **NEW)
    assert again["partner"]["id"] == partner["id"]
    [event] = await events(pool, EventKind.PARTNER_CHANGED)
    assert event.partner_id == uuid_of(partner["id"], "Partner")


async def test_a_key_that_exists_is_refused_unless_the_id_is_given(pool: Pool) -> None:
    officer = await pool.actor(None)
    other = {**NEW, "key": "smbu"}
    assert codes(await change(pool, officer, SAVE_PARTNER, **other)) == ["KEY_TAKEN"]
    known = await ids(pool, "smbu")
    changed = await change(pool, officer, SAVE_PARTNER, id=known["id"], languages=["ru"])
    assert (changed["partner"]["key"], changed["partner"]["kind"]) == ("smbu", "UNIVERSITY")
    assert changed["partner"]["languages"] == ["ru"]
    renamed = await change(pool, officer, SAVE_PARTNER, id=known["id"], key="other")
    assert codes(renamed) == ["BAD_INPUT"]


async def test_a_key_that_many_add_at_once_is_one_partner(pool: Pool) -> None:
    officer = await pool.actor(None)
    payloads = await asyncio.gather(*(change(pool, officer, SAVE_PARTNER, **NEW) for _ in range(8)))
    assert len({payload["partner"]["id"] for payload in payloads}) == 1
    assert len(await events(pool, EventKind.PARTNER_CHANGED)) == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"key": None}, ["key"]),
        ({"key": "Le Monde"}, ["key"]),
        ({"key": "k" * 65}, ["key"]),
        ({"kind": None}, ["kind"]),
        ({"names": []}, ["names"]),
        ({"names": [{"language": "fr", "text": "x" * 501}]}, ["names"]),
        ({"languages": None}, ["languages"]),
    ],
)
async def test_a_partner_that_cannot_be_is_refused_by_the_field(
    pool: Pool, wrong: dict[str, Any], field: list[str]
) -> None:
    payload = await change(pool, await pool.actor(None), SAVE_PARTNER, **{**NEW, **wrong})
    assert [(error["code"], error["field"]) for error in payload["userErrors"]] == [("BAD_INPUT", field)]
    assert await events(pool, EventKind.PARTNER_CHANGED) == []


async def test_what_is_missing_of_a_new_partner_is_named(pool: Pool) -> None:
    payload = await change(pool, await pool.actor(None), SAVE_PARTNER, key="new")
    assert "needs kind" in payload["userErrors"][0]["message"]


async def test_two_texts_in_one_language_are_refused(pool: Pool) -> None:
    twice = [{"language": "fr", "text": "a"}, {"language": "fr", "text": "b"}]
    payload = await change(pool, await pool.actor(None), SAVE_PARTNER, **{**NEW, "names": twice})
    assert codes(payload) == ["BAD_INPUT"]


async def test_a_suspended_partner_is_refused_and_a_reactivated_one_is_served(pool: Pool) -> None:
    officer, known = await pool.actor(None), await ids(pool, "smbu")
    partner_id = uuid_of(known["id"], "Partner")
    async with pool.database.write() as session:
        client, _ = await create_client(session, partner_id, "test", ["pool:read"], pool.now)
    for _ in range(2):
        suspended = await change(pool, officer, SUSPEND_PARTNER, partnerId=known["id"])
        assert suspended["partner"]["status"] == "SUSPENDED"
    async with pool.database.read() as session:
        row, partner = (await session.exec(client_with_partner(client.client_id))).one()
        with pytest.raises(ClientSuspended):
            check_standing(row, partner)
    active = await change(pool, officer, REACTIVATE_PARTNER, partnerId=known["id"])
    assert active["partner"]["status"] == "ACTIVE"
    assert [event.partner_id for event in await events(pool, EventKind.PARTNER_CHANGED)] == [partner_id] * 2


async def test_nobody_else_learns_of_a_partner(pool: Pool) -> None:
    known = await ids(pool, "smbu")
    document = "query($id: ID!) { node(id: $id) { ... on Partner { key agreements { key } liaison { email } } } }"
    own = (await pool.ask(await pool.actor("smbu"), document, id=known["id"]))["node"]
    assert own["key"] == "smbu"
    assert [agreement["key"] for agreement in own["agreements"]] == ["smbu-supply"]
    assert isinstance(await pool.refusal(await pool.actor("embassy-russia"), document, id=known["id"]), NotFound)
    other = await ids(pool, "embassy-russia")
    for hidden in (other["liaison"]["id"], other["outlets"][0]["id"], other["agreements"][0]["id"]):
        asked = "query($id: ID!) { node(id: $id) { id } }"
        assert isinstance(await pool.refusal(await pool.actor("smbu"), asked, id=hidden), NotFound)
        assert (await pool.ask(await pool.actor(None), asked, id=hidden))["node"]["id"] == hidden


async def test_partners_are_listed_by_key_from_both_ends(pool: Pool) -> None:
    officer = await pool.actor(None, Scope.PARTNER_WRITE)
    document = """query($first: Int, $after: String, $last: Int, $before: String, $filter: PartnerFilter) {
        partners(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
          edges { cursor node { key kind } } pageInfo { hasNextPage hasPreviousPage } } }"""
    whole = (await pool.ask(officer, document, first=100))["partners"]
    keys = [edge["node"]["key"] for edge in whole["edges"]]
    assert keys == sorted(keys)
    assert len(keys) == 13
    middle = (await pool.ask(officer, document, first=3, after=whole["edges"][2]["cursor"]))["partners"]
    assert [edge["node"]["key"] for edge in middle["edges"]] == keys[3:6]
    assert middle["pageInfo"] == {"hasNextPage": True, "hasPreviousPage": True}
    end = (await pool.ask(officer, document, last=2))["partners"]
    assert [edge["node"]["key"] for edge in end["edges"]] == keys[-2:]
    embassies = (await pool.ask(officer, document, filter={"kinds": ["EMBASSY"], "status": "ACTIVE"}))["partners"]
    assert [edge["node"]["key"] for edge in embassies["edges"]] == ["embassy-russia"]


async def test_a_partner_is_asked_for_by_its_id_or_its_key_and_not_both(pool: Pool) -> None:
    officer, known = await pool.actor(None), await ids(pool, "smbu")
    document = "query($id: ID, $key: String) { partner(id: $id, key: $key) { key } }"
    for given in ({"id": known["id"]}, {"key": "smbu"}):
        assert (await pool.ask(officer, document, **given))["partner"] == {"key": "smbu"}
    for wrong in ({}, {"id": known["id"], "key": "smbu"}):
        assert isinstance(await pool.refusal(officer, document, **wrong), BadInput)
    assert isinstance(await pool.refusal(officer, document, key="nobody"), NotFound)


async def test_a_client_of_a_partner_changes_no_partnership(pool: Pool) -> None:
    known = await ids(pool, "smbu")
    agreement = {"agreementId": known["agreements"][0]["id"]}
    client = await pool.actor("smbu", *PARTNER_SCOPES)
    for document, given in (
        (SAVE_PARTNER, NEW),
        (SUSPEND_PARTNER, {"partnerId": known["id"]}),
        (REACTIVATE_PARTNER, {"partnerId": known["id"]}),
        (SAVE_LIAISON, {"name": "x", "email": "x@example.org"}),
        (SAVE_OUTLET, {"key": "x", "name": "x", "kind": "SITE"}),
        (SAVE_ALLIANCE, {"key": "x", "names": []}),
        (CREATE, await new_agreement(pool, "smbu")),
        (UPDATE, {**agreement, "version": 1}),
        (SUSPEND, agreement),
        (RESUME, agreement),
        (END, agreement),
    ):
        assert isinstance(await pool.refusal(client, document, input=given), Forbidden), document
    assert await events(pool, EventKind.PARTNER_CHANGED) == await events(pool, EventKind.AGREEMENT_CHANGED) == []
