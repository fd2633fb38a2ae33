"""Outlets: a partner's, or the centre's own, with dated figures."""

from __future__ import annotations

from typing import Any

import pytest

from models.errors import NotFound
from models.event import EventKind
from schema.identifier import uuid_of
from tests.schema.partnership import SAVE_OUTLET, change, codes, events, ids
from tests.seeded import Pool

FIGURE = {"measure": "FOLLOWERS", "value": 3_700_000, "qualifier": "ABOUT", "grade": "CLAIMED", "asOf": "2026-04-30"}
SITE: dict[str, Any] = {
    "key": "new-site", "name": "New site", "kind": "SITE", "url": "https://example.org/", "territory": "RU",
    "language": "ru", "audience": [FIGURE],
}  # fmt: skip


async def test_an_outlet_of_a_partner_is_what_was_said_and_is_told_once(pool: Pool) -> None:
    officer, known = await pool.actor(None), await ids(pool, "smbu")
    first, again = [await change(pool, officer, SAVE_OUTLET, partnerId=known["id"], **SITE) for _ in range(2)]
    assert first["outlet"] == again["outlet"]
    assert {name: first["outlet"][name] for name in SITE} == SITE
    [event] = await events(pool, EventKind.PARTNER_CHANGED)
    assert event.partner_id == uuid_of(known["id"], "Partner")
    assert event.subject_id == str(uuid_of(first["outlet"]["id"], "Outlet"))
    viewer = (await pool.ask(await pool.actor("smbu"), "{ viewer { outlets { key } } }"))["viewer"]
    assert "new-site" in [outlet["key"] for outlet in viewer["outlets"]]


async def test_an_outlet_is_changed_by_its_id_and_keeps_what_is_not_named(pool: Pool) -> None:
    officer, known = await pool.actor(None), await ids(pool, "smbu")
    made = (await change(pool, officer, SAVE_OUTLET, partnerId=known["id"], **SITE))["outlet"]
    changed = (await change(pool, officer, SAVE_OUTLET, id=made["id"], url=None, audience=[]))["outlet"]
    assert changed == {**made, "url": None, "audience": []}
    other = await ids(pool, "embassy-russia")
    assert codes(await change(pool, officer, SAVE_OUTLET, id=made["id"], partnerId=other["id"])) == ["BAD_INPUT"]
    assert codes(await change(pool, officer, SAVE_OUTLET, partnerId=other["id"], **SITE)) == ["KEY_TAKEN"]


async def test_the_centres_own_outlet_is_seen_by_all_and_anothers_by_none(pool: Pool) -> None:
    officer, known = await pool.actor(None), await ids(pool, "smbu")
    own = (await change(pool, officer, SAVE_OUTLET, **SITE))["outlet"]
    theirs = (await change(pool, officer, SAVE_OUTLET, partnerId=known["id"], **{**SITE, "key": "theirs"}))["outlet"]
    assert own["partnerId"] is None
    stranger = await pool.actor("embassy-russia")
    document = "query($id: ID!) { node(id: $id) { ... on Outlet { key } } }"
    assert (await pool.ask(stranger, document, id=own["id"]))["node"] == {"key": "new-site"}
    assert isinstance(await pool.refusal(stranger, document, id=theirs["id"]), NotFound)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, ["name"]),
        ({"kind": None}, ["kind"]),
        ({"key": "New Site"}, ["key"]),
        ({"platform": "p" * 33}, ["platform"]),
        ({"audience": [{**FIGURE, "value": -1}]}, ["audience", "0", "value"]),
    ],
)
async def test_an_outlet_that_cannot_be_is_refused_by_the_field(
    pool: Pool, wrong: dict[str, Any], field: list[str]
) -> None:
    payload = await change(pool, await pool.actor(None), SAVE_OUTLET, **{**SITE, **wrong})
    assert [(error["code"], error["field"]) for error in payload["userErrors"]] == [("BAD_INPUT", field)]
    assert await events(pool, EventKind.PARTNER_CHANGED) == []
