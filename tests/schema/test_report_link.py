"""Report links over GraphQL: made, listed and revoked by whoever may read the report, bounded, and shown once."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from models.actor import Actor
from models.audit.table import AuditEntry
from models.errors import Forbidden, NotFound
from models.report.catalogue import ReportName
from models.report.link import MOST_LINKS, ReportLink, find_by_secret
from models.report.password import hash_password, is_password
from models.scope import Scope
from tests.audited import strings
from tests.schema.partnership import change, mutation
from tests.schema.report_links import centre
from tests.seeded import NOW, JsonAnswer, Pool

LINK = """id name from until partnerId language formats note hasPassword createdAt expiresAt revokedAt openings lastOpenedAt
 wrongPasswords"""
CREATE = mutation("createReportLink", "CreateReportLinkInput", "url reportLink", LINK)
REVOKE = mutation("revokeReportLink", "RevokeReportLinkInput", "reportLink", LINK)
LIST = f"""query($ended: Boolean = false, $first: Int, $after: String) {{
  reportLinks(includeEnded: $ended, first: $first, after: $after) {{
    edges {{ node {{ {LINK} }} }} pageInfo {{ hasNextPage endCursor }} }} }}"""
YEAR = {"from": "2025-01-01", "until": "2026-01-01"}


async def made(pool: Pool, actor: Actor, **given: Any) -> JsonAnswer:
    """A link that is made, and its address."""
    payload = await change(pool, actor, CREATE, **{"name": "GROWTH", "report": YEAR, **given})
    assert payload["userErrors"] == [], payload
    return payload


async def refused(pool: Pool, actor: Actor, **given: Any) -> JsonAnswer:
    payload = await change(pool, actor, CREATE, **{"name": "GROWTH", "report": YEAR, **given})
    assert (payload["reportLink"], payload["url"]) == (None, None)
    error: JsonAnswer = payload["userErrors"][0]
    return error


async def listed(pool: Pool, actor: Actor, **asked: Any) -> list[str]:
    connection = (await pool.ask(actor, LIST, **asked))["reportLinks"]
    return [edge["node"]["id"] for edge in connection["edges"]]


async def test_a_link_is_made_listed_and_revoked_and_its_secret_is_kept_nowhere(pool: Pool) -> None:
    manager = await centre(pool)
    payload = await made(pool, manager, language="zh", formats=["CSV"], password="correct horse", note="for the board")
    link, url = payload["reportLink"], payload["url"]
    assert (link["name"], link["from"], link["until"], link["language"]) == ("GROWTH", "2025-01-01", "2026-01-01", "zh")
    assert (link["formats"], link["hasPassword"], link["note"]) == (["CSV"], True, "for the board")
    assert (link["openings"], link["lastOpenedAt"], link["wrongPasswords"], link["revokedAt"]) == (0, None, 0, None)
    assert datetime.fromisoformat(link["expiresAt"]) == NOW + timedelta(days=30)
    secret = re.fullmatch(r"http://localhost:8000/shared-reports/([\w-]{43})", url)
    assert secret is not None
    async with pool.database.read() as session:
        [row] = (await session.exec(select(ReportLink))).all()
        entries = (await session.exec(select(AuditEntry).where(col(AuditEntry.by) == manager.client_id))).all()
        found = await find_by_secret(session, secret[1], NOW)
    assert found is not None
    assert found.link.id == row.id
    kept = {str(value) for value in row.model_dump().values()}
    assert not any(secret[1] in value or "correct horse" in value for value in kept)
    assert [entry.action for entry in entries] == ["createReportLink"]
    assert entries[0].subject_id == link["id"]
    assert not {"password", secret[1]} & set(strings(entries[0].details))
    assert await listed(pool, manager) == [link["id"]]
    gone = await change(pool, manager, REVOKE, reportLinkId=link["id"])
    assert datetime.fromisoformat(gone["reportLink"]["revokedAt"]) == NOW
    pool.now += timedelta(hours=1)
    again = await change(pool, manager, REVOKE, reportLinkId=link["id"])
    assert again["reportLink"]["revokedAt"] == gone["reportLink"]["revokedAt"]
    assert (await listed(pool, manager), await listed(pool, manager, ended=True)) == ([], [link["id"]])
    pool.now = NOW


async def test_a_partner_makes_links_to_its_own_rows_and_knows_of_no_others(pool: Pool) -> None:
    manager = await centre(pool)
    own, other = await pool.client("china-daily"), await pool.client("cuhk-shenzhen")
    link = (await made(pool, own))["reportLink"]
    await made(pool, manager)
    assert await listed(pool, own) == [link["id"]]
    assert await listed(pool, other) == []
    assert len(await listed(pool, manager)) == 2
    assert (await change(pool, other, REVOKE, reportLinkId=link["id"]))["userErrors"][0]["code"] == "NOT_FOUND"
    node = "query($id: ID!) { node(id: $id) { id ... on ReportLink { name } } }"
    assert (await pool.ask(own, node, id=link["id"]))["node"] == {"id": link["id"], "name": link["name"]}
    hidden = await pool.run(other, node, id=link["id"])
    assert hidden.errors is not None
    assert isinstance(hidden.errors[0].original_error, NotFound)
    assert await listed(pool, own) == [link["id"]]
    foreign = (await made(pool, other))["reportLink"]["partnerId"]
    assert (await refused(pool, own, report={**YEAR, "partnerId": foreign}))["code"] == "NOT_FOUND"
    assert (await refused(pool, own, name="OUTLET_LEAGUE"))["code"] == "NOT_FOUND"
    assert (await made(pool, manager, report={**YEAR, "partnerId": foreign}))["reportLink"]["partnerId"] == foreign
    assert (await change(pool, manager, REVOKE, reportLinkId=link["id"]))["userErrors"] == []
    without = await pool.client("china-daily", Scope.POOL_READ)
    assert isinstance(await pool.refusal(without, LIST), Forbidden)


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"report": {"from": "2025-01-02", "until": "2025-01-01"}}, "END_BEFORE_START", "until"),
        ({"expiresAt": "2026-11-20T07:59:59Z"}, "BAD_INPUT", "expiresAt"),
        ({"expiresAt": "2026-11-20T08:00:00Z"}, "BAD_INPUT", "expiresAt"),
        ({"expiresAt": "2027-11-21T08:00:01Z"}, "BAD_INPUT", "expiresAt"),
        ({"expiresAt": "9999-12-31T23:59:59Z"}, "BAD_INPUT", "expiresAt"),
        ({"language": "fr"}, "BAD_INPUT", "language"),
        ({"password": ""}, "BAD_INPUT", "password"),
        ({"password": "seven 7"}, "BAD_INPUT", "password"),
        ({"password": "a" * 129}, "BAD_INPUT", "password"),
        ({"password": "abababab"}, "BAD_INPUT", "password"),
        ({"password": "a line\nand one"}, "BAD_INPUT", "password"),
        ({"note": "n" * 501}, "BAD_INPUT", "note"),
        ({"report": {**YEAR, "partnerId": "UGFydG5lcjp4"}}, "NOT_FOUND", None),
        (
            {"report": {**YEAR, "partnerId": "UGFydG5lcjowMTkzMDAwMC0wMDAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMDA"}},
            "NOT_FOUND",
            "partnerId",
        ),
    ],
    ids=lambda value: None if isinstance(value, dict) else str(value),
)
async def test_bad_input_is_refused_and_makes_no_link(
    pool: Pool, given: dict[str, Any], code: str, field: str | None
) -> None:
    manager = await centre(pool)
    error = await refused(pool, manager, **given)
    assert error["code"] == code
    assert field is None or error["field"][-1] == field
    assert await listed(pool, manager, ended=True) == []


async def test_there_are_at_most_so_many_links_that_have_not_ended(pool: Pool) -> None:
    actor = await pool.client("china-daily")
    async with pool.database.write() as session:
        for number in range(MOST_LINKS):
            session.add(
                ReportLink(
                    partner_id=actor.partner_id, client_id=actor.client_uuid, secret_hash=f"{number:064}",
                    name=ReportName.GROWTH, since=date(2025, 1, 1), until=date(2025, 2, 1), language="en", formats=[],
                    created_at=NOW, expires_at=NOW + timedelta(days=1),
                )
            )  # fmt: skip
    assert "revoke one first" in (await refused(pool, actor))["message"]
    pages, after = [], None
    for _ in range(5):
        connection = (await pool.ask(actor, LIST, first=100, after=after))["reportLinks"]
        pages += [edge["node"]["id"] for edge in connection["edges"]]
        after = connection["pageInfo"]["endCursor"]
        if not connection["pageInfo"]["hasNextPage"]:
            break
    assert len(set(pages)) == MOST_LINKS
    await made(pool, await pool.client("cuhk-shenzhen"))
    pool.now = NOW + timedelta(days=2)
    await made(pool, actor)
    pool.now = NOW


async def test_the_example_of_the_guide_makes_a_link(pool: Pool) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "reports.md").read_text(encoding="utf-8")
    [example] = [
        text for text in re.findall(r"^```graphql\n(.*?)^```", guide, re.M | re.S) if "createReportLink" in text
    ]
    payload = (await pool.ask(await centre(pool), example))["createReportLink"]
    assert (payload["userErrors"], payload["reportLink"]["formats"]) == ([], ["XLSX", "CSV"])


def test_passwords_are_salted_and_the_same_however_they_were_typed() -> None:
    kept = hash_password("Ångström 龙岗 2026")
    assert hash_password("Ångström 龙岗 2026") != kept
    assert is_password("A\u030angstro\u0308m 龙岗 ２０２６", kept)
    assert not is_password("ångström 龙岗 2026", kept)
    assert not is_password("", kept)
    assert not is_password("Å" * 100_000, kept)
    assert hash_password("same same", random_bytes=bytes) == hash_password("same same", random_bytes=bytes)
