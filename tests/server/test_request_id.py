from __future__ import annotations

import pytest

from tests.server.tiny import tiny_app

pytestmark = pytest.mark.anyio


async def test_every_answer_has_an_id_of_its_own() -> None:
    async with tiny_app().client() as client:
        ids = {(await client.get(path)).headers["x-request-id"] for path in ("/healthz", "/healthz", "/nowhere")}
    assert len(ids) == 3
    assert all(len(one) == 32 for one in ids)


@pytest.mark.parametrize("given", ["7f3c2a10", "018f6f3e-7b7a-7cc3-98c4-dc0c0c07398f", "edge.1_2~3", "a" * 128])
async def test_a_sane_id_is_kept(given: str) -> None:
    async with tiny_app().client() as client:
        response = await client.get("/healthz", headers={"x-request-id": given})
    assert response.headers["x-request-id"] == given


@pytest.mark.parametrize("given", ["", "short", "a" * 129, "two words", 'quote"quote', "-leading-dash", "<script>1234"])
async def test_any_other_is_replaced(given: str) -> None:
    async with tiny_app().client() as client:
        response = await client.get("/healthz", headers={"x-request-id": given})
    assert response.headers["x-request-id"] != given
    assert response.headers.get_list("x-request-id") == [response.headers["x-request-id"]]
