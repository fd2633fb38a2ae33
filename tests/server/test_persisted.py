from __future__ import annotations

import json
from datetime import UTC, datetime

import httpx2
import pytest
from sqlmodel import select

from models.database import Database
from models.persisted_document import PersistedDocument
from server.persisted import RecentDocuments, StoredDocuments, document_hash
from tests.server.tiny import GRAPHQL_RESPONSE, DocumentsInMemory, error_of, sha256, tiny_app

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 4, 10, 9, 30, tzinfo=UTC)
QUERY = "query Hello($name: String!) { hello(name: $name) }"
HASH = sha256(QUERY)
VARIABLES = {"name": "Longgang"}


def apollo(sha256: str) -> dict[str, object]:
    return {"persistedQuery": {"version": 1, "sha256Hash": sha256}}


async def post(client: httpx2.AsyncClient, **parameters: object) -> httpx2.Response:
    return await client.post("/graphql", json=parameters, headers={"accept": GRAPHQL_RESPONSE})


def test_a_hash_is_that_of_the_example_in_the_specification() -> None:
    text = "query ($id: ID!) {\n  user(id: $id) {\n    name\n  }\n}"
    assert document_hash(text) == "7dba4bd717b41f10434822356a93c32b1fb4907b983e854300ad839f84cdcd6e"


async def test_an_unknown_hash_is_answered_as_clients_expect() -> None:
    async with tiny_app().client() as client:
        for accept, status in ((GRAPHQL_RESPONSE, 400), ("application/json", 200)):
            response = await client.post("/graphql", json={"extensions": apollo(HASH)}, headers={"accept": accept})
            assert response.status_code == status
            error = error_of(response)
            assert (error["message"], error["code"]) == ("PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND")


@pytest.mark.parametrize("registering", [{"extensions": apollo(HASH)}, {"documentId": f"sha256:{HASH}"}])
async def test_a_document_sent_once_with_its_hash_can_be_named_by_it(registering: dict[str, object]) -> None:
    async with tiny_app().client() as client:
        sent = await post(client, **{"query": QUERY, "variables": VARIABLES, **registering})
        by_apollo = await post(client, extensions=apollo(HASH), variables=VARIABLES)
        by_id = await post(client, documentId=f"sha256:{HASH}", variables=VARIABLES)
        by_get = await client.get(
            "/graphql", params={"documentId": f"sha256:{HASH}", "variables": json.dumps(VARIABLES)}
        )
    for response in (sent, by_apollo, by_id, by_get):
        assert response.json()["data"] == {"hello": "hello, Longgang"}


async def test_a_wrong_hash_is_refused_and_nothing_is_kept() -> None:
    documents = DocumentsInMemory()
    async with tiny_app(persisted=documents).client() as client:
        response = await post(client, query=QUERY, extensions=apollo("0" * 64), variables=VARIABLES)
    assert response.status_code == 400
    assert error_of(response)["reason"] == "PERSISTED_DOCUMENT_MISMATCH"
    assert not documents.texts


@pytest.mark.parametrize("query", ["{", "{nope}", "{item" + "{friend" * 30 + "{id}" + "}" * 30 + "}"])
async def test_an_invalid_document_is_not_kept(query: str) -> None:
    documents = DocumentsInMemory()
    async with tiny_app(persisted=documents).client() as client:
        response = await post(client, query=query, extensions=apollo(sha256(query)))
    assert response.status_code == 400
    assert not documents.texts


async def test_a_get_verifies_the_hash_but_registers_nothing() -> None:
    documents = DocumentsInMemory()
    async with tiny_app(persisted=documents).client() as client:
        right = await client.get("/graphql", params={"query": "{hello}", "documentId": f"sha256:{sha256('{hello}')}"})
        wrong = await client.get("/graphql", params={"query": "{hello}", "documentId": f"sha256:{HASH}"})
    assert (right.status_code, wrong.status_code) == (200, 400)
    assert not documents.texts


async def test_a_registered_mutation_still_needs_a_post() -> None:
    mutation = "mutation { ping }"
    async with tiny_app().client() as client:
        await post(client, query=mutation, extensions=apollo(sha256(mutation)))
        by_get = await client.get("/graphql", params={"documentId": f"sha256:{sha256(mutation)}"})
        by_post = await post(client, documentId=f"sha256:{sha256(mutation)}")
    assert by_get.status_code == 405
    assert by_post.json()["data"] == {"ping": "pong"}


async def test_a_client_that_may_register_no_more_is_served_and_told() -> None:
    async with tiny_app(persisted=DocumentsInMemory(per_client=0)).client() as client:
        response = await post(client, query="{hello}", extensions=apollo(sha256("{hello}")))
    assert response.json()["data"] == {"hello": "hello, world"}
    assert response.json()["extensions"]["persistedDocument"] == {
        "stored": False,
        "reason": "PERSISTED_DOCUMENT_LIMIT",
    }


async def test_a_document_outlives_the_process_in_the_database(database: Database) -> None:
    documents = StoredDocuments(database, per_client=10, clock=lambda: NOW)
    assert await documents.get(HASH) is None
    assert await documents.put(HASH, QUERY, "sp_one")
    assert await documents.put(HASH, QUERY, "sp_two")

    assert await StoredDocuments(database, per_client=10).get(HASH) == QUERY
    async with database.read() as session:
        [row] = (await session.exec(select(PersistedDocument))).all()
    assert (row.client_id, row.created_at) == ("sp_one", NOW)


async def test_each_client_may_register_so_many(database: Database) -> None:
    documents = StoredDocuments(database, per_client=2)
    texts = ["{a}", "{b}", "{c}"]
    assert [await documents.put(sha256(text), text, "sp_one") for text in texts] == [True, True, False]
    assert await documents.put(sha256("{c}"), "{c}", "sp_two")
    assert await documents.put(sha256("{c}"), "{c}", "sp_one"), "it is registered, whoever did it"


async def test_recent_documents_are_at_hand_and_the_oldest_are_dropped() -> None:
    kept = DocumentsInMemory()
    recent = RecentDocuments(kept, characters=25)
    for text in ("{a0000000}", "{b0000000}", "{c0000000}"):
        assert await recent.put(sha256(text), text, "sp_one")
    kept.texts.clear()
    assert await recent.get(sha256("{a0000000}")) is None
    assert await recent.get(sha256("{b0000000}")) == "{b0000000}"
    assert await recent.get(sha256("{c0000000}")) == "{c0000000}"
