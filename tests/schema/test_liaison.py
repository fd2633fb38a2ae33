"""Liaisons: officers are known by their addresses and attached to partners."""

from __future__ import annotations

import pytest

from models.event import EventKind
from schema.identifier import uuid_of
from tests.schema.partnership import SAVE_LIAISON, SAVE_PARTNER, change, codes, events, ids
from tests.seeded import Pool

LI = {"name": "Li Hua", "email": "li.hua@example.org"}


async def test_an_officer_is_added_once_and_attached_to_a_partner(pool: Pool) -> None:
    officer = await pool.actor(None)
    first, again = [await change(pool, officer, SAVE_LIAISON, **LI) for _ in range(2)]
    assert first["liaison"] == again["liaison"]
    assert first["liaison"]["email"] == LI["email"]
    known, liaison_id = await ids(pool, "smbu"), first["liaison"]["id"]
    attached = await change(pool, officer, SAVE_PARTNER, id=known["id"], liaisonId=liaison_id)
    assert attached["partner"]["liaison"] == {"id": liaison_id, "email": LI["email"]}
    own = "query($id: ID!) { node(id: $id) { ... on Liaison { name } } }"
    assert (await pool.ask(await pool.actor("smbu"), own, id=liaison_id))["node"] == {"name": "Li Hua"}
    detached = await change(pool, officer, SAVE_PARTNER, id=known["id"], liaisonId=None)
    assert detached["partner"]["liaison"] is None


async def test_a_change_of_an_officer_is_told_for_each_partner_of_the_officer(pool: Pool) -> None:
    officer, known = await pool.actor(None), await ids(pool, "smbu")
    changed = await change(pool, officer, SAVE_LIAISON, id=known["liaison"]["id"], name="Wang Fang")
    assert changed["liaison"]["name"] == "Wang Fang"
    await change(pool, officer, SAVE_LIAISON, id=known["liaison"]["id"], name="Wang Fang")
    told = [event.partner_id for event in await events(pool, EventKind.PARTNER_CHANGED)]
    assert uuid_of(known["id"], "Partner") in told
    assert len(told) == len(set(told))


async def test_an_address_belongs_to_one_officer(pool: Pool) -> None:
    officer, known = await pool.actor(None), await ids(pool, "smbu")
    await change(pool, officer, SAVE_LIAISON, **LI)
    assert codes(await change(pool, officer, SAVE_LIAISON, **{**LI, "name": "Somebody"})) == ["KEY_TAKEN"]
    taken = await change(pool, officer, SAVE_LIAISON, id=known["liaison"]["id"], email=LI["email"])
    assert [(error["code"], error["field"]) for error in taken["userErrors"]] == [("KEY_TAKEN", ["email"])]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"email": "li.hua"}, ["email"]), ({"name": " "}, ["name"]), ({"name": None}, ["name"])],
)
async def test_an_officer_without_a_name_or_an_address_is_refused(
    pool: Pool, wrong: dict[str, str | None], field: list[str]
) -> None:
    payload = await change(pool, await pool.actor(None), SAVE_LIAISON, **{**LI, **wrong})
    assert [(error["code"], error["field"]) for error in payload["userErrors"]] == [("BAD_INPUT", field)]


async def test_an_officer_who_is_not_there_is_attached_to_nobody(pool: Pool) -> None:
    known = await ids(pool, "smbu")
    payload = await change(pool, await pool.actor(None), SAVE_PARTNER, id=known["id"], liaisonId=known["id"])
    assert codes(payload) == ["NOT_FOUND"]
