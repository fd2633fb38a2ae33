"""The token endpoint, through HTTP."""

from __future__ import annotations

import base64
import logging
import time
from collections.abc import Mapping
from urllib.parse import urlencode

import httpx2
import pytest
from authlib.integrations.httpx_client import AsyncOAuth2Client
from joserfc import jws, jwt
from joserfc.jwk import KeySet

from models.client import rotate_secret, suspend_client
from models.database import Database
from models.errors import OperationalError
from models.partner import Partner, PartnerStatus
from models.scope import Scope
from server.limits import FailureLimit
from server.oauth.endpoints import OAuthEndpoints
from server.oauth.keys import KeyRing
from tests.server.oauth.centre import (
    AUDIENCE,
    FAILURES_PER_MINUTE,
    ISSUER,
    START,
    TOKEN_SECONDS,
    TOKEN_URL,
    Centre,
    Credentials,
)

GRANT = {"grant_type": "client_credentials"}
FORM = "application/x-www-form-urlencoded"


def basic(client_id: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()


def asking_from(centre: Centre, address: str) -> httpx2.AsyncClient:
    """A client at another address."""
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=centre.app, client=(address, 40_000)), base_url=ISSUER)


async def test_a_client_that_authenticates_with_basic_gets_a_bearer_token(centre: Centre) -> None:
    client = await centre.partner_client()
    response = await centre.http.post("/oauth/token", data=GRANT, auth=client.pair)
    assert response.status_code == 200
    answer = response.json()
    assert answer.pop("access_token").count(".") == 2
    assert answer == {"token_type": "Bearer", "expires_in": TOKEN_SECONDS, "scope": "pool:read pickup:write"}
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["content-type"] == "application/json"


async def test_a_client_may_authenticate_in_the_body(centre: Centre) -> None:
    client = await centre.partner_client()
    body = {**GRANT, "client_id": client.client_id, "client_secret": client.secret}
    response = await centre.http.post("/oauth/token", data=body)
    assert response.status_code == 200
    assert response.json()["scope"] == "pool:read pickup:write"


async def test_the_token_says_who_may_do_what_until_when_and_is_signed_with_a_published_key(centre: Centre) -> None:
    partner = await centre.partner()
    client = await centre.client(Scope.POOL_READ, partner=partner)
    token = await centre.token(client)
    published = (await centre.http.get("/.well-known/jwks.json")).json()
    decoded = jwt.decode(token, KeySet.import_key_set(published), algorithms=["ES256"])
    issued_at = int(START.timestamp())
    assert decoded.header == {"alg": "ES256", "typ": "at+jwt", "kid": published["keys"][0]["kid"]}
    assert len(decoded.claims.pop("jti")) >= 22
    assert decoded.claims == {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": client.client_id,
        "client_id": client.client_id,
        "partner": str(partner.id),
        "scope": "pool:read",
        "iat": issued_at,
        "exp": issued_at + TOKEN_SECONDS,
    }


async def test_a_staff_token_names_no_partner(centre: Centre) -> None:
    token = await centre.token(await centre.client(Scope.STORY_RELEASE))
    claims = jwt.decode(token, await centre.key_ring.signing_key(), algorithms=["ES256"]).claims
    assert "partner" not in claims


async def test_every_token_has_an_id_of_its_own(centre: Centre) -> None:
    client = await centre.partner_client()
    assert await centre.token(client) != await centre.token(client)


async def test_a_client_may_ask_for_fewer_scopes_than_it_holds(centre: Centre) -> None:
    client = await centre.partner_client(Scope.POOL_READ, Scope.PICKUP_WRITE, Scope.REPORT_READ)
    response = await centre.http.post(
        "/oauth/token", data={**GRANT, "scope": "report:read pool:read"}, auth=client.pair
    )
    assert response.json()["scope"] == "pool:read report:read"


@pytest.mark.parametrize("scope", ["pool:read story:release", "story:release", "nonsense", 'a"b\\c'])
async def test_a_scope_that_the_client_does_not_hold_is_refused(centre: Centre, scope: str) -> None:
    client = await centre.partner_client(Scope.POOL_READ)
    response = await centre.http.post("/oauth/token", data={**GRANT, "scope": scope}, auth=client.pair)
    assert response.status_code == 400
    assert response.json() == {
        "error": "invalid_scope",
        "error_description": "a scope was asked for that the client does not hold; it holds: pool:read",
    }
    assert response.headers["cache-control"] == "no-store"


async def test_wrong_credentials_are_refused_in_one_way_whatever_is_wrong_with_them(centre: Centre) -> None:
    client = await centre.partner_client()
    attempts: list[tuple[Mapping[str, str], tuple[str, str] | None]] = [
        (GRANT, (client.client_id, "wrong")),
        (GRANT, ("sp_unknown", client.secret)),
        (GRANT, (client.client_id, "")),
        (GRANT, ("a\0b", client.secret)),
        (GRANT, ("客户", client.secret)),
        (GRANT, None),
        ({**GRANT, "client_id": client.client_id}, None),
        ({**GRANT, "client_id": client.client_id, "client_secret": "wrong"}, None),
        ({**GRANT, "client_id": "sp_unknown", "client_secret": client.secret}, None),
        ({**GRANT, "client_id": "a\0b", "client_secret": client.secret}, None),
    ]
    for data, auth in attempts:
        headers = {} if auth is None else {"Authorization": basic(*auth)}
        response = await centre.http.post("/oauth/token", data=data, headers=headers)
        assert response.status_code == 401, (data, auth, response.text)
        assert response.json() == {
            "error": "invalid_client",
            "error_description": "the client is unknown or its secret is wrong",
        }
        assert response.headers["www-authenticate"] == 'Basic realm="storypool"'
        assert response.headers["cache-control"] == "no-store"


async def test_a_bearer_token_does_not_authenticate_a_client(centre: Centre) -> None:
    token = await centre.token(await centre.partner_client())
    response = await centre.http.post("/oauth/token", data=GRANT, headers={"Authorization": f"Bearer {token}"})
    assert (response.status_code, response.json()["error"]) == (401, "invalid_client")


async def test_a_suspended_client_gets_no_token_and_is_told_why(centre: Centre) -> None:
    client = await centre.partner_client()
    async with centre.database.write() as session:
        await suspend_client(session, client.client_id, START)
    response = await centre.http.post("/oauth/token", data=GRANT, auth=client.pair)
    assert response.status_code == 401
    assert response.json() == {"error": "invalid_client", "error_description": "the client is suspended"}


async def test_a_client_of_a_suspended_partner_gets_no_token(centre: Centre) -> None:
    partner = await centre.partner()
    client = await centre.client(Scope.POOL_READ, partner=partner)
    async with centre.database.write() as session:
        row = await session.get_one(Partner, partner.id)
        row.status = PartnerStatus.SUSPENDED
    response = await centre.http.post("/oauth/token", data=GRANT, auth=client.pair)
    assert response.json() == {
        "error": "invalid_client",
        "error_description": "the partner of the client is suspended",
    }


async def test_who_does_not_know_the_secret_does_not_learn_of_a_suspension(centre: Centre) -> None:
    client = await centre.partner_client()
    async with centre.database.write() as session:
        await suspend_client(session, client.client_id, START)
    response = await centre.http.post("/oauth/token", data=GRANT, auth=(client.client_id, "wrong"))
    assert response.json()["error_description"] == "the client is unknown or its secret is wrong"


async def test_after_a_rotation_only_the_new_secret_works(centre: Centre) -> None:
    client = await centre.partner_client()
    async with centre.database.write() as session:
        _, secret = await rotate_secret(session, client.client_id, START)
    assert (await centre.http.post("/oauth/token", data=GRANT, auth=client.pair)).status_code == 401
    assert await centre.token(Credentials(client.client_id, secret))


@pytest.mark.parametrize(
    ("body", "content_type", "error", "description"),
    [
        (b"", FORM, "invalid_request", "grant_type is missing"),
        (b"grant_type=", FORM, "invalid_request", "grant_type is missing"),
        (b"scope=pool:read", FORM, "invalid_request", "grant_type is missing"),
        (b"grant_type=password", FORM, "unsupported_grant_type", "the grant type must be client_credentials"),
        (b"grant_type=%C3%A9%22", FORM, "unsupported_grant_type", "the grant type must be client_credentials"),
        (b"grant_type=client_credentials", "text/plain", "invalid_request", f"the content type must be {FORM}"),
        (
            b'{"grant_type":"client_credentials"}',
            "application/json",
            "invalid_request",
            f"the content type must be {FORM}",
        ),
        (
            b"grant_type=client_credentials&scope=a&scope=b",
            FORM,
            "invalid_request",
            "a parameter is given more than once",
        ),
        (
            b"grant_type=client_credentials&grant_type=client_credentials",
            FORM,
            "invalid_request",
            "a parameter is given more than once",
        ),
        (b"grant_type=%FF", FORM, "invalid_request", "the body must be a form of at most 32 fields in UTF-8"),
        (b"grant_type=\xff", FORM, "invalid_request", "the body must be a form of at most 32 fields in UTF-8"),
        (
            urlencode({f"p{i}": i for i in range(33)}).encode(),
            FORM,
            "invalid_request",
            "the body must be a form of at most 32 fields in UTF-8",
        ),
    ],
)
async def test_a_request_of_the_wrong_form_is_refused(
    centre: Centre, body: bytes, content_type: str, error: str, description: str
) -> None:
    client = await centre.partner_client()
    response = await centre.http.post(
        "/oauth/token", content=body, headers={"Content-Type": content_type}, auth=client.pair
    )
    assert response.status_code == 400
    assert response.json() == {"error": error, "error_description": description}
    assert response.headers["cache-control"] == "no-store"


async def test_a_charset_beside_the_content_type_does_no_harm(centre: Centre) -> None:
    client = await centre.partner_client()
    response = await centre.http.post(
        "/oauth/token", content=urlencode(GRANT), headers={"Content-Type": f"{FORM}; charset=UTF-8"}, auth=client.pair
    )
    assert response.status_code == 200


async def test_a_body_that_is_too_long_is_refused_before_it_is_read_to_its_end(centre: Centre) -> None:
    response = await centre.http.post("/oauth/token", data={**GRANT, "scope": "x" * 20_000})
    assert (response.status_code, response.json()["error"]) == (413, "invalid_request")


async def test_parameters_in_the_address_are_refused(centre: Centre) -> None:
    client = await centre.partner_client()
    query = urlencode({"client_id": client.client_id, "client_secret": client.secret})
    response = await centre.http.post(f"/oauth/token?{query}", data=GRANT)
    assert response.json() == {
        "error": "invalid_request",
        "error_description": "send the parameters in the body, not in the address",
    }


async def test_two_ways_of_authenticating_at_once_are_refused(centre: Centre) -> None:
    client = await centre.partner_client()
    body = {**GRANT, "client_id": client.client_id, "client_secret": client.secret}
    in_both = await centre.http.post("/oauth/token", data=body, auth=client.pair)
    header = ("Authorization", basic(*client.pair))
    twice = await centre.http.post("/oauth/token", data=GRANT, headers=[header, header])
    for response in (in_both, twice):
        assert response.status_code == 400
        assert response.json()["error_description"] == "authenticate the client in one way only"


async def test_another_client_id_in_the_body_than_in_the_header_is_refused(centre: Centre) -> None:
    client = await centre.partner_client()
    same = await centre.http.post("/oauth/token", data={**GRANT, "client_id": client.client_id}, auth=client.pair)
    other = await centre.http.post("/oauth/token", data={**GRANT, "client_id": "sp_other"}, auth=client.pair)
    assert same.status_code == 200
    assert (other.status_code, other.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("credentials", ["%%%", "/w==", "", "YQ"])
async def test_basic_credentials_that_cannot_be_read_are_refused(centre: Centre, credentials: str) -> None:
    response = await centre.http.post("/oauth/token", data=GRANT, headers={"Authorization": f"Basic {credentials}"})
    assert response.status_code in (400, 401)
    assert response.json()["error"] in ("invalid_request", "invalid_client")


async def test_after_too_many_failures_a_client_id_waits_wherever_it_asks_from_even_with_the_right_secret(
    centre: Centre,
) -> None:
    client = await centre.partner_client()
    for number in range(FAILURES_PER_MINUTE):
        async with asking_from(centre, f"192.0.2.{number}") as http:
            refused = await http.post("/oauth/token", data=GRANT, auth=(client.client_id, "wrong"))
            assert refused.status_code == 401
    for pair in (client.pair, (client.client_id, "wrong")):
        response = await centre.http.post("/oauth/token", data=GRANT, auth=pair)
        assert response.status_code == 429
        assert 1 <= int(response.headers["retry-after"]) <= 120
        assert response.json() == {
            "error": "temporarily_unavailable",
            "error_description": "too many requests for a token have failed: try again in"
            f" {response.headers['retry-after']} seconds",
        }
        assert response.headers["cache-control"] == "no-store"
    assert await centre.token(await centre.partner_client())


@pytest.mark.parametrize(
    ("first", "same", "other"),
    [("192.0.2.7", "192.0.2.7", "192.0.2.8"), ("2001:db8::1", "2001:db8::2:3", "2001:db8:0:1::1")],
)
async def test_after_too_many_failures_an_address_waits_whatever_it_sends(
    centre: Centre, first: str, same: str, other: str
) -> None:
    client = await centre.partner_client()
    async with asking_from(centre, first) as http:
        for number in range(FAILURES_PER_MINUTE):
            bad = {"scope": "x"} if number % 2 else {**GRANT, "client_id": f"sp_{number}", "client_secret": "guessed"}
            assert (await http.post("/oauth/token", data=bad)).status_code in (400, 401)
    for address, status in ((same, 429), (other, 200)):
        async with asking_from(centre, address) as http:
            assert (await http.post("/oauth/token", data=GRANT, auth=client.pair)).status_code == status


async def test_successes_are_not_counted_and_waiting_ends_with_the_minute(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await centre.partner_client()
    for _ in range(FAILURES_PER_MINUTE + 1):
        await centre.token(client)
    for _ in range(FAILURES_PER_MINUTE):
        await centre.http.post("/oauth/token", data=GRANT, auth=(client.client_id, "wrong"))
    refused = await centre.http.post("/oauth/token", data=GRANT, auth=client.pair)
    later = time.time() + int(refused.headers["retry-after"])
    monkeypatch.setattr(time, "time", lambda: later)
    assert await centre.token(client)


async def test_only_post_asks_for_a_token(centre: Centre) -> None:
    response = await centre.http.get("/oauth/token")
    assert (response.status_code, response.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
async def test_authlibs_own_client_gets_a_token_and_is_let_in_with_it(centre: Centre, method: str) -> None:
    credentials = await centre.partner_client()
    async with AsyncOAuth2Client(
        credentials.client_id, credentials.secret, token_endpoint_auth_method=method, transport=centre.transport
    ) as client:
        token = await client.fetch_token(TOKEN_URL, grant_type="client_credentials", scope="pool:read")
        response = await client.get(AUDIENCE)
    assert token["scope"] == "pool:read"
    assert response.json()["clientId"] == credentials.client_id


async def test_neither_secrets_nor_tokens_reach_the_log(centre: Centre, caplog: pytest.LogCaptureFixture) -> None:
    client = await centre.partner_client()
    with caplog.at_level(logging.DEBUG):
        token = await centre.token(client)
        await centre.http.post("/oauth/token", data=GRANT, auth=(client.client_id, "a-wrong-secret"))
    assert client.client_id in caplog.text
    assert client.secret not in caplog.text
    assert "a-wrong-secret" not in caplog.text
    assert token not in caplog.text
    assert jws.extract_compact(token.encode()).headers()["kid"] not in caplog.text


@pytest.mark.parametrize(
    "issuer", ["http://pool.example", "http://192.0.2.7:8000", "ftp://pool.example", "pool.example"]
)
async def test_an_issuer_that_tokens_must_not_travel_to_is_refused_at_the_start(
    database: Database, issuer: str
) -> None:
    with pytest.raises(OperationalError, match="STORYPOOL_PUBLIC_URL"):
        OAuthEndpoints(database, KeyRing(database), FailureLimit("memory://", 1), issuer=issuer, token_seconds=600)


@pytest.mark.parametrize("token_seconds", [0, -1, 3601])
async def test_a_lifetime_beyond_what_keys_are_published_for_is_refused_at_the_start(
    database: Database, token_seconds: int
) -> None:
    with pytest.raises(OperationalError, match="1 second to 1:00:00"):
        OAuthEndpoints(
            database,
            KeyRing(database),
            FailureLimit("memory://", 1),
            issuer="http://127.0.0.1:8000",
            token_seconds=token_seconds,
        )
