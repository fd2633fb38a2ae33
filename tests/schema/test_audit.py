"""The audit trail as whoever holds `audit:read` sees it."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from models.audit.seal import seal
from models.errors import Forbidden, NotFound
from models.scope import Scope
from tests.schema.partnership import SAVE_LIAISON, SAVE_OUTLET, SAVE_PARTNER, change, codes, ids
from tests.seeded import Pool

LIST = """
query($filter: AuditEntryFilter, $first: Int, $after: String) {
  auditEntries(filter: $filter, first: $first, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges { node { id at by byPartnerId action subjectId storyId partnerId requestId details canonical hash sealNumber } }
  }
}
"""


async def test_every_write_is_there_with_who_what_and_about_what(pool: Pool) -> None:
    officer = await pool.actor(None)
    partner = await ids(pool, "china-daily")
    named = [{"language": "zh", "text": "中国日报"}, {"language": "en", "text": "China Daily, the paper"}]
    saved = await change(pool, officer, SAVE_PARTNER, id=partner["id"], names=named)
    pool.now += timedelta(seconds=1)
    liaison = await change(pool, officer, SAVE_LIAISON, name="吴小姐", email="wu@example.org")
    pool.now += timedelta(seconds=1)
    outlet = await change(pool, officer, SAVE_OUTLET, partnerId=partner["id"], key="cd-new", name="New", kind="SITE")
    refused = await change(pool, officer, SAVE_OUTLET, key="No key", name="x", kind="SITE")
    assert codes(refused) == ["BAD_INPUT"]
    assert [codes(payload) for payload in (saved, liaison, outlet)] == [[], [], []]
    assert await seal(pool.database, pool.now) >= 3

    async def read(first: int = 20, after: str | None = None, **wanted: object) -> list[dict[str, object]]:
        found = (await pool.ask(officer, LIST, filter=wanted, first=first, after=after))["auditEntries"]
        return [edge["node"] for edge in found["edges"]]

    newest = await read(3)
    assert [entry["action"] for entry in newest] == ["saveOutlet", "saveLiaison", "savePartner"]
    assert newest[0]["subjectId"] == outlet["outlet"]["id"] or newest[0]["subjectId"] == partner["id"]
    assert newest[0]["partnerId"] == partner["id"]
    assert newest[1]["subjectId"] == liaison["liaison"]["id"]
    assert newest[2]["subjectId"] == partner["id"]
    assert newest[2]["by"] == officer.client_id
    text = {"sha256": hashlib.sha256("中国日报".encode()).hexdigest(), "characters": 4}
    assert newest[2]["details"]["names"][0] == {"language": "zh", "text": text}  # type: ignore[index]
    for entry in newest:
        form = f"storypool audit entry 1\n{entry['canonical']}"
        assert entry["hash"] == hashlib.sha256(form.encode()).hexdigest()
        assert entry["sealNumber"]
    page = (await pool.ask(officer, LIST, first=1))["auditEntries"]
    assert page["pageInfo"]["hasNextPage"]
    assert [entry["id"] for entry in await read(2, page["pageInfo"]["endCursor"])] == [e["id"] for e in newest[1:]]
    assert [entry["action"] for entry in await read(partnerId=partner["id"])] == ["saveOutlet", "savePartner"]
    assert [entry["id"] for entry in await read(action="saveLiaison", by=officer.client_id)] == [newest[1]["id"]]
    assert await read(by="nobody") == []
    since = newest[1]["at"]
    assert [entry["action"] for entry in await read(since=since)] == ["saveOutlet", "saveLiaison"]
    assert next(entry["action"] for entry in await read(until=since)) == "savePartner"

    node = "query($id: ID!) { node(id: $id) { id ... on AuditEntry { action } } }"
    assert (await pool.ask(officer, node, id=newest[0]["id"]))["node"]["action"] == "saveOutlet"
    editor = await pool.actor(None, Scope.POOL_READ, Scope.STORY_WRITE)
    assert isinstance(await pool.refusal(editor, node, id=newest[0]["id"]), NotFound)
    assert isinstance(await pool.refusal(editor, LIST), Forbidden)
    reader = await pool.actor("china-daily")
    assert isinstance(await pool.refusal(reader, LIST), Forbidden)
