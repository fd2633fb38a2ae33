"""Operations that nobody thought of, made from the schema alone: each is answered or refused in its own words, none fails."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import anyio
import pytest
from graphql import ValueNode, parse_const_value
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import from_schema, nodes
from sqlalchemy.engine import URL
from sqlmodel import select
from starlette.testclient import TestClient

from models.client import create_client
from models.database import Database
from models.partner import Partner
from models.scope import PARTNER_SCOPES, Scope
from schema.schema import build_schema
from server.app import create_app
from server.problem import ErrorCode
from server.settings import Settings

BASE = "http://localhost:8000"
EXAMPLES = 60
IDS = "{ stories(first: 20) { edges { cursor node { id uri variants { id } assets { id } } } } }"
TEXTS = ("robot", "灯笼", "ロボット", '"a b"', '""', "* OR (", "-", "medtop:20000756", "longgang", "\0", "\ud7ff\uffff")
STRANGE = ("", "e", "i-klingon", "XX", "24:00", "2016-12-31T23:59:60Z", "9999-12-31T23:59:59-14:00", "a" * 3000)
SCALARS = {
    "Date": ("2025-01-01", "2026-01-01", "2026-13-01"),
    "DateTime": ("2024-08-10T20:00:00+08:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z"),
    "LanguageTag": ("en", "zh", "zh-Hant-TW", "ru", "x-a", "qaa"),
    "Territory": ("FR", "CN-GD", "001", "EU", "150"),
}
OBJECTS = tuple(
    map(parse_const_value, ("{}", "[]", "7", '"a"', "null", '{permission: [{action: "print"}]}', "{a: {b: [{c: 1}]}}"))
)


async def add_clients(url: URL) -> list[tuple[str, str]]:
    """A client of a partner, and one of staff."""
    database = Database(url)
    async with database.write() as session:
        partner = (await session.exec(select(Partner.id).where(Partner.key == "china-daily"))).one()
        now = datetime.now(UTC)
        made = [
            await create_client(session, partner, "partner", sorted(PARTNER_SCOPES), now),
            await create_client(session, None, "staff", sorted(Scope), now),
        ]
    await database.close()
    return [(row.client_id, secret) for row, secret in made]


@pytest.fixture
def server(seeded_url: URL, tmp_path: Path) -> Iterator[tuple[TestClient, list[str]]]:
    """The application, and the access tokens of both clients."""
    clients = anyio.run(add_clients, seeded_url)
    url = seeded_url.render_as_string(hide_password=False)
    app = create_app(Settings(database_url=url, data_dir=tmp_path, public_url=BASE))
    with TestClient(app, BASE, raise_server_exceptions=False) as http:
        asked = {"grant_type": "client_credentials"}
        tokens = [http.post("/oauth/token", data=asked, auth=pair).json()["access_token"] for pair in clients]
        http.headers["accept"] = "application/graphql-response+json"
        yield http, tokens


def literals(known: list[str]) -> dict[str, st.SearchStrategy[ValueNode]]:
    """What is written for each scalar: mostly what can be right, so that resolvers are reached."""
    texts = st.one_of(st.sampled_from(known), st.sampled_from(TEXTS), st.text(max_size=12))
    scalars = {
        name: st.one_of(st.sampled_from(usual), st.sampled_from(usual), st.sampled_from(usual + STRANGE))
        for name, usual in SCALARS.items()
    }
    written = {
        name: values.map(nodes.String)
        for name, values in {**scalars, "ID": texts, "String": texts, "URL": texts}.items()
    }
    counts = st.sampled_from([0, 7, 2**31, 2**53, 2**60, -1]).map(nodes.Int)
    return {**written, "JSON": st.sampled_from(OBJECTS), "Count": counts}


def test_no_operation_that_the_schema_allows_makes_the_server_fail(server: tuple[TestClient, list[str]]) -> None:
    http, tokens = server
    listed = http.post("/graphql", json={"query": IDS}, headers={"authorization": f"Bearer {tokens[0]}"}).json()
    known = [
        text
        for edge in listed["data"]["stories"]["edges"]
        for story in [edge["node"]]
        for text in (edge["cursor"], story["id"], story["uri"], story["variants"][0]["id"], story["assets"][0]["id"])
    ]
    statuses = set()

    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), database=None)
    @given(from_schema(build_schema().as_str(), custom_scalars=literals(known)), st.sampled_from(tokens))
    def answered_or_refused(document: str, token: str) -> None:
        answer = http.post("/graphql", json={"query": document}, headers={"authorization": f"Bearer {token}"})
        assert answer.status_code in (200, 400), answer.text
        codes = {error["extensions"]["code"] for error in answer.json().get("errors", [])}
        assert codes <= set(ErrorCode) - {ErrorCode.INTERNAL}, answer.text
        statuses.add(answer.status_code)

    answered_or_refused()
    assert statuses == {200, 400}
