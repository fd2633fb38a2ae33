"""The bearer check in front of the API, through HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from models.client import Client, suspend_client
from models.database import Database
from models.partner import Partner, PartnerStatus
from models.scope import Scope
from models.token import SigningKey
from server.challenge import TokenMissing
from server.oauth.access_token import access_token_claims, sign
from tests.server.oauth.centre import ISSUER, START, TOKEN_SECONDS, Centre

METADATA = 'resource_metadata="https://pool.example/.well-known/oauth-protected-resource/graphql"'


@pytest.fixture
async def centre(database: Database) -> AsyncIterator[Centre]:
    centre = Centre(database)
    await centre.open()
    async with centre.http:
        yield centre


async def signed_token(centre: Centre, client_id: str, scope: str) -> str:
    """A token as this server would sign it, for scopes that it would not give."""
    claims = access_token_claims(
        issuer=ISSUER,
        client_id=client_id,
        partner_id=None,
        scope=scope,
        now=START,
        lifetime=timedelta(seconds=TOKEN_SECONDS),
        token_id="token-1",
    )
    return sign(claims, await centre.key_ring.signing_key())


async def refused(centre: Centre, authorization: str | None, status: int, challenge: str, message: str) -> None:
    """Asserts one refusal in all its parts."""
    response = await centre.call(authorization)
    assert response.status_code == status
    assert response.headers["www-authenticate"] == f'Bearer realm="storypool", {challenge}{METADATA}'
    assert response.headers["cache-control"] == "no-store"
    code = "FORBIDDEN" if status == 403 else "UNAUTHENTICATED"
    assert response.json() == {"errors": [{"message": message, "extensions": {"code": code, "requestId": "request-1"}}]}


def with_error(error: str, description: str) -> str:
    return f'error="{error}", error_description="{description}", '


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
async def test_a_token_lets_its_client_in_for_its_partner_with_its_scopes(centre: Centre, scheme: str) -> None:
    partner = await centre.partner()
    client = await centre.client(Scope.POOL_READ, Scope.PICKUP_WRITE, partner=partner)
    response = await centre.call(f"{scheme} {await centre.token(client, scope='pool:read')}")
    assert response.json() == {"clientId": client.client_id, "partnerId": str(partner.id), "scope": "pool:read"}


async def test_a_staff_token_lets_staff_in(centre: Centre) -> None:
    client = await centre.client(Scope.POOL_READ, Scope.STORY_RELEASE)
    response = await centre.call(f"Bearer {await centre.token(client)}")
    assert response.json() == {"clientId": client.client_id, "partnerId": None, "scope": "pool:read story:release"}


async def test_a_request_without_a_token_is_asked_for_one_without_an_error_code(centre: Centre) -> None:
    await refused(centre, None, 401, "", "an access token is needed: send it as Authorization: Bearer TOKEN")


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", "Basic c3A6eA==", "Token abc", "Bearer a b", "Bearer a, Bearer b", "abc", "Bearer ä"],
)
async def test_a_header_that_is_not_one_bearer_token_is_a_bad_request(centre: Centre, authorization: str) -> None:
    message = "the Authorization header must be: Bearer, a space, and one access token"
    if not authorization.isascii():
        response = await centre.http.get("/graphql", headers={b"Authorization": authorization.encode("latin-1")})
        assert response.status_code == 400
        return
    await refused(centre, authorization, 400, with_error("invalid_request", message), message)


async def test_a_header_that_is_sent_twice_is_a_bad_request(centre: Centre) -> None:
    header = ("Authorization", f"Bearer {await centre.token(await centre.partner_client())}")
    response = await centre.http.get("/graphql", headers=[header, header])
    assert response.status_code == 400
    assert 'error="invalid_request"' in response.headers["www-authenticate"]


async def test_a_token_in_the_address_counts_for_nothing(centre: Centre) -> None:
    token = await centre.token(await centre.partner_client())
    response = await centre.http.get("/graphql", params={"access_token": token})
    assert response.status_code == 401
    assert "error=" not in response.headers["www-authenticate"]


async def test_an_unknown_token_is_called_not_valid(centre: Centre) -> None:
    message = "the access token is not valid: it was not issued by this server for this API"
    await refused(centre, "Bearer abc.def.ghi", 401, with_error("invalid_token", message), message)


async def test_an_expired_token_is_called_expired(centre: Centre) -> None:
    token = await centre.token(await centre.partner_client())
    centre.clock.move(timedelta(seconds=TOKEN_SECONDS + 10))
    message = "the access token has expired: get a new one at the token endpoint"
    await refused(centre, f"Bearer {token}", 401, with_error("invalid_token", message), message)


@pytest.mark.parametrize("scope", ["", "openid", "story:release audit:read"])
async def test_a_token_without_a_scope_that_its_client_can_use_here_is_forbidden(centre: Centre, scope: str) -> None:
    client = await centre.partner_client()
    message = "the access token carries no scope of this API"
    token = await signed_token(centre, client.client_id, scope)
    challenge = with_error("insufficient_scope", message) + 'scope="pool:read", '
    await refused(centre, f"Bearer {token}", 403, challenge, message)


async def test_a_partners_token_never_carries_a_staff_scope_even_if_one_was_signed_into_it(centre: Centre) -> None:
    client = await centre.partner_client()
    token = await signed_token(centre, client.client_id, "pool:read story:release")
    assert (await centre.call(f"Bearer {token}")).json()["scope"] == "pool:read"


async def test_a_suspended_client_is_refused_and_told_so(centre: Centre) -> None:
    client = await centre.partner_client()
    token = await centre.token(client)
    async with centre.database.write() as session:
        await suspend_client(session, client.client_id, START)
    message = "the client is suspended"
    await refused(centre, f"Bearer {token}", 401, with_error("invalid_token", message), message)


async def test_a_client_of_a_suspended_partner_is_refused_and_told_so(centre: Centre) -> None:
    partner = await centre.partner()
    token = await centre.token(await centre.client(Scope.POOL_READ, partner=partner))
    async with centre.database.write() as session:
        (await session.get_one(Partner, partner.id)).status = PartnerStatus.SUSPENDED
    message = "the partner of the client is suspended"
    await refused(centre, f"Bearer {token}", 401, with_error("invalid_token", message), message)


async def test_a_token_of_a_client_that_is_gone_is_not_valid(centre: Centre) -> None:
    token = await signed_token(centre, "sp_gone", "pool:read")
    message = "the access token is not valid: it was not issued by this server for this API"
    await refused(centre, f"Bearer {token}", 401, with_error("invalid_token", message), message)


async def test_a_client_that_is_known_costs_no_look_into_the_database(centre: Centre) -> None:
    token = await centre.token(await centre.partner_client())
    assert (await centre.call(f"Bearer {token}")).status_code == 200
    async with centre.database.writer.begin() as connection:
        await connection.execute(sa.delete(Client))
        await connection.execute(sa.delete(SigningKey))
    assert (await centre.call(f"Bearer {token}")).status_code == 200


async def test_the_answer_takes_the_media_type_that_was_negotiated(centre: Centre) -> None:
    response = centre.authenticator.challenge_response(
        TokenMissing(), "request-2", media_type="application/graphql-response+json"
    )
    assert response.headers["content-type"] == "application/graphql-response+json"
