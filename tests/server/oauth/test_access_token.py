"""Checking access tokens: what this server signed for this API passes, and nothing else."""

from __future__ import annotations

import base64
import hmac
import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from joserfc.jws import JWSRegistry
from joserfc.registry import HeaderParameter

from models.scope import Scope
from models.token import rotate_signing_key, withdraw_signing_key
from server.challenge import TokenExpired, TokenNotValid
from server.oauth.access_token import CLOCK_SKEW_SECONDS, AccessToken, AccessTokenReader, access_token_claims
from tests.server.oauth.centre import AUDIENCE, ISSUER, START, TOKEN_SECONDS, Centre

NOW = int(START.timestamp())


@pytest.fixture
def reader(centre: Centre) -> AccessTokenReader:
    return AccessTokenReader(ISSUER, centre.key_ring, clock=centre.clock)


def good_claims(**changes: object) -> dict[str, Any]:
    """The claims of a good token; a change to None leaves the claim out."""
    claims = access_token_claims(
        issuer=ISSUER,
        client_id="sp_agency",
        partner_id=uuid.uuid4(),
        scope="pool:read pickup:write",
        now=START,
        lifetime=timedelta(seconds=TOKEN_SECONDS),
        token_id="token-1",
    )
    return {name: value for name, value in (claims | changes).items() if value is not None}


def signed(key: ECKey, claims: dict[str, Any], **header: object) -> str:
    """A token with a good header but for the changes; None leaves a member out."""
    members = {"alg": "ES256", "typ": "at+jwt", "kid": key.kid, **header}
    return jwt.encode(
        {name: value for name, value in members.items() if value is not None},
        claims,
        key,
        algorithms=["ES256"],
        default_type=None,
    )


def base64url(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


async def test_a_good_token_says_which_client_may_do_what(centre: Centre, reader: AccessTokenReader) -> None:
    claims = good_claims()
    token = signed(await centre.key_ring.signing_key(), claims)
    expires_at = datetime.fromtimestamp(claims["exp"] + CLOCK_SKEW_SECONDS, UTC)
    scopes = frozenset({Scope.POOL_READ, Scope.PICKUP_WRITE})
    assert await reader.read(token) == AccessToken("sp_agency", scopes, expires_at)


@pytest.mark.parametrize("typ", ["at+jwt", "AT+JWT", "application/at+jwt"])
async def test_the_type_may_be_written_in_each_way_that_the_standard_permits(
    centre: Centre, reader: AccessTokenReader, typ: str
) -> None:
    assert await reader.read(signed(await centre.key_ring.signing_key(), good_claims(), typ=typ))


async def test_an_audience_among_several_passes(centre: Centre, reader: AccessTokenReader) -> None:
    claims = good_claims(aud=["https://other.example", AUDIENCE])
    assert await reader.read(signed(await centre.key_ring.signing_key(), claims))


async def test_scopes_that_this_server_does_not_know_are_left_out(centre: Centre, reader: AccessTokenReader) -> None:
    token = signed(await centre.key_ring.signing_key(), good_claims(scope="openid pool:read"))
    assert (await reader.read(token)).scopes == {Scope.POOL_READ}


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://foreign.example"},
        {"iss": f"{ISSUER}/"},
        {"iss": None},
        {"aud": ISSUER},
        {"aud": "https://foreign.example/graphql"},
        {"aud": ["https://foreign.example/graphql"]},
        {"aud": []},
        {"aud": None},
        {"nbf": NOW + 60},
        {"nbf": "tomorrow"},
        {"iat": NOW + 60},
        {"iat": None},
        {"exp": None},
        {"exp": "never"},
        {"exp": True},
        {"sub": None},
        {"jti": None},
        {"client_id": None},
        {"client_id": 7},
        {"client_id": ["sp_agency"]},
        {"scope": ["pool:read"]},
    ],
    ids=str,
)
async def test_a_token_with_a_wrong_or_missing_claim_is_refused(
    centre: Centre, reader: AccessTokenReader, changes: dict[str, object]
) -> None:
    with pytest.raises(TokenNotValid):
        await reader.read(signed(await centre.key_ring.signing_key(), good_claims(**changes)))


@pytest.mark.parametrize(
    "header", [{"typ": None}, {"typ": "JWT"}, {"typ": "logout+jwt"}, {"kid": None}, {"kid": "unknown"}], ids=str
)
async def test_a_token_of_another_type_or_key_is_refused(
    centre: Centre, reader: AccessTokenReader, header: dict[str, object]
) -> None:
    with pytest.raises(TokenNotValid):
        await reader.read(signed(await centre.key_ring.signing_key(), good_claims(), **header))


async def test_a_token_is_good_until_it_expires_and_then_says_so(centre: Centre, reader: AccessTokenReader) -> None:
    token = signed(await centre.key_ring.signing_key(), good_claims())
    centre.clock.move(timedelta(seconds=TOKEN_SECONDS - 1))
    assert await reader.read(token)
    centre.clock.move(timedelta(seconds=1 + 5))  # the skew that is allowed between two servers' clocks
    with pytest.raises(TokenExpired):
        await reader.read(token)


async def test_a_token_from_a_server_whose_clock_is_a_little_ahead_passes(
    centre: Centre, reader: AccessTokenReader
) -> None:
    assert await reader.read(signed(await centre.key_ring.signing_key(), good_claims(iat=NOW + 4, nbf=NOW + 4)))


async def test_an_expired_token_with_a_bad_signature_is_not_called_expired(
    centre: Centre, reader: AccessTokenReader
) -> None:
    genuine = await centre.key_ring.signing_key()
    forged = signed(ECKey.generate_key("P-256"), good_claims(exp=NOW - 60), kid=genuine.kid)
    with pytest.raises(TokenNotValid):
        await reader.read(forged)


async def test_a_token_without_a_signature_is_refused(centre: Centre, reader: AccessTokenReader) -> None:
    kid = (await centre.key_ring.signing_key()).kid
    for algorithm in ("none", "None", "NONE", "ES256"):
        header = {"alg": algorithm, "typ": "at+jwt", "kid": kid}
        with pytest.raises(TokenNotValid):
            await reader.read(f"{base64url(header)}.{base64url(good_claims())}.")


async def test_a_token_signed_with_the_public_key_as_a_shared_secret_is_refused(
    centre: Centre, reader: AccessTokenReader
) -> None:
    key = await centre.key_ring.signing_key()
    signed_part = f"{base64url({'alg': 'HS256', 'typ': 'at+jwt', 'kid': key.kid})}.{base64url(good_claims())}"
    for secret in (
        key.as_pem(private=False),
        key.as_der(private=False),
        json.dumps(key.as_dict(private=False)).encode(),
    ):
        signature = hmac.digest(secret, signed_part.encode(), "sha256")
        with pytest.raises(TokenNotValid):
            await reader.read(f"{signed_part}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}")


async def test_a_key_that_comes_with_the_token_is_not_trusted(centre: Centre, reader: AccessTokenReader) -> None:
    own = ECKey.generate_key("P-256", auto_kid=True)
    genuine = await centre.key_ring.signing_key()
    for kid in (own.kid, genuine.kid):
        with pytest.raises(TokenNotValid):
            await reader.read(signed(own, good_claims(), kid=kid, jwk=own.as_dict(private=False)))


async def test_another_algorithm_under_the_kid_of_ours_is_refused(centre: Centre, reader: AccessTokenReader) -> None:
    kid = (await centre.key_ring.signing_key()).kid
    token = jwt.encode({"alg": "RS256", "typ": "at+jwt", "kid": kid}, good_claims(), RSAKey.generate_key(2048))
    with pytest.raises(TokenNotValid):
        await reader.read(token)


async def test_a_header_that_demands_what_is_not_understood_is_refused(
    centre: Centre, reader: AccessTokenReader
) -> None:
    key = await centre.key_ring.signing_key()
    registry = JWSRegistry({"unheard-of": HeaderParameter("Anything", "bool")}, ["ES256"])
    header = {"alg": "ES256", "typ": "at+jwt", "kid": key.kid, "crit": ["unheard-of"], "unheard-of": True}
    with pytest.raises(TokenNotValid):
        await reader.read(jwt.encode(header, good_claims(), key, registry=registry))


async def test_a_change_to_any_part_makes_the_token_worthless(centre: Centre, reader: AccessTokenReader) -> None:
    header, payload, signature = signed(await centre.key_ring.signing_key(), good_claims()).split(".")
    raised = base64url(good_claims(scope="pool:read audit:read"))
    flipped = signature[:10] + ("A" if signature[10] != "A" else "B") + signature[11:]
    for forged in (
        f"{header}.{raised}.{signature}",
        f"{header}.{payload}.{flipped}",
        f"{header}.{payload}.{signature}x",
    ):
        with pytest.raises(TokenNotValid):
            await reader.read(forged)


async def test_tokens_of_before_a_rotation_stay_good_until_their_key_is_withdrawn(
    centre: Centre, reader: AccessTokenReader
) -> None:
    old_key = await centre.key_ring.signing_key()
    token = signed(old_key, good_claims())
    async with centre.database.write() as session:
        await rotate_signing_key(session, START)
    centre.key_ring.forget()
    assert (await centre.key_ring.signing_key()).kid != old_key.kid
    assert await reader.read(token)
    async with centre.database.write() as session:
        assert old_key.kid is not None
        await withdraw_signing_key(session, old_key.kid, START)
    centre.key_ring.forget()
    with pytest.raises(TokenNotValid):
        await reader.read(token)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "..",
        "a.b.c",
        "a.b.c.d.e",
        "x" * 5_000,
        "客.户.端",
        base64url([]) + ".e30.x",
        base64url("at+jwt") + ".e30.x",
        base64url({"alg": "ES256", "typ": ["at+jwt"], "kid": {}}) + ".e30.x",
        base64url({"alg": {}, "typ": "at+jwt", "kid": "k"}) + ".e30.x",
        base64.urlsafe_b64encode(b'{"alg":"ES256","typ":"at+jwt","kid":' + b"[" * 300).decode() + ".e30.x",
        base64.urlsafe_b64encode(b'{"kid":' + b"9" * 370).decode() + ".e30.x",
        base64.urlsafe_b64encode(b'{"kid":"\xff"}').decode() + ".e30.x",
    ],
    ids=range(14),
)
async def test_what_is_no_token_at_all_is_refused(reader: AccessTokenReader, text: str) -> None:
    with pytest.raises(TokenNotValid):
        await reader.read(text)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    header=st.one_of(
        st.binary(max_size=60),
        st.fixed_dictionaries(
            {"alg": st.sampled_from(["ES256", "none", "HS256", 1, None])},
            optional={
                "typ": st.sampled_from(["at+jwt", "JWT", 1, []]),
                "kid": st.one_of(st.text(max_size=9), st.none()),
            },
        ).map(lambda members: json.dumps(members).encode()),
    ),
    payload=st.binary(max_size=60),
    signature=st.binary(max_size=70),
)
async def test_nothing_that_can_be_sent_is_answered_with_anything_but_a_refusal(
    reader: AccessTokenReader, header: bytes, payload: bytes, signature: bytes
) -> None:
    parts = (base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in (header, payload, signature))
    with pytest.raises(TokenNotValid):
        await reader.read(".".join(parts))
