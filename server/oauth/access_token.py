"""Access tokens: JSON Web Tokens after RFC 9068, signed with ES256.

The audience is the API identifier, `issuer` + `/graphql`: the address that a client calls, as RFC 9728, section 3.3
needs it. Whatever else this server offers under the same token takes the same audience.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from joserfc import jws, jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import ECKey

from models.base import Clock, JsonObject, utc_now
from models.scope import Scope, known_scopes
from models.token import SIGNING_ALGORITHM
from server.challenge import TokenExpired, TokenNotValid
from server.oauth.keys import KeyRing

TOKEN_TYPE = "at+jwt"  # noqa: S105 - the `typ` of RFC 9068, section 2.1
CLOCK_SKEW_SECONDS = 5
"""How far the clocks of two servers of one installation may lie apart."""
_LONGEST_TOKEN_TEXT = 4096


def api_identifier(issuer: str) -> str:
    """The audience of every access token, and the resource identifier of the API (RFC 8707, RFC 9728)."""
    return f"{issuer}/graphql"


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What a checked access token says. Unknown scopes are left out.

    :param expires_at: from when on it is refused, with what clocks may lie apart.
    """

    client_id: str
    scopes: frozenset[Scope]
    expires_at: datetime


def access_token_claims(
    *,
    issuer: str,
    client_id: str,
    partner_id: uuid.UUID | None,
    scope: str,
    now: datetime,
    lifetime: timedelta,
    token_id: str,
) -> JsonObject:
    """The claims of RFC 9068, section 2.2, and `partner`: the partner's UUID, absent for a staff client."""
    issued_at = int(now.timestamp())
    claims = {
        "iss": issuer,
        "aud": api_identifier(issuer),
        "sub": client_id,
        "client_id": client_id,
        "jti": token_id,
        "iat": issued_at,
        "exp": issued_at + int(lifetime.total_seconds()),
        "scope": scope,
    }
    return claims if partner_id is None else {**claims, "partner": str(partner_id)}


def sign(claims: JsonObject, key: ECKey) -> str:
    """The token in compact form. Its header names the key."""
    header = {"alg": SIGNING_ALGORITHM, "typ": TOKEN_TYPE, "kid": key.kid}
    return jwt.encode(header, claims, key, algorithms=[SIGNING_ALGORITHM])


class AccessTokenReader:
    """Checks access tokens against the key ring (RFC 9068, section 4)."""

    def __init__(self, issuer: str, key_ring: KeyRing, *, clock: Clock = utc_now) -> None:
        self._key_ring = key_ring
        self._claims = jwt.JWTClaimsRegistry(
            now=lambda: int(clock().timestamp()),
            leeway=CLOCK_SKEW_SECONDS,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": api_identifier(issuer)},
            sub={"essential": True},
            client_id={"essential": True},
            jti={"essential": True},
            iat={"essential": True},
            exp={"essential": True},
        )

    async def read(self, text: str) -> AccessToken:
        """What the token says.

        :raises TokenExpired: it was good.
        :raises TokenNotValid: anything else.
        """
        if len(text) > _LONGEST_TOKEN_TEXT:
            raise TokenNotValid
        try:
            key = await self._key_ring.verification_key(_key_id(text))
            if key is None:
                raise TokenNotValid
            claims = jwt.decode(text, key, algorithms=[SIGNING_ALGORITHM]).claims
            self._claims.validate(claims)
        except ExpiredTokenError:
            raise TokenExpired from None
        except (JoseError, ValueError):
            raise TokenNotValid from None
        client_id, scope = claims["client_id"], claims.get("scope", "")
        if not isinstance(client_id, str) or not isinstance(scope, str):
            raise TokenNotValid
        expires_at = datetime.fromtimestamp(claims["exp"] + CLOCK_SKEW_SECONDS, UTC)
        return AccessToken(client_id, known_scopes(scope.split()), expires_at)


def _key_id(text: str) -> str:
    """The `kid` of a token whose header is one of ours. Says nothing of the signature.

    A token without a type is refused like one of another type: another kind of JWT that this server may one day sign
    with the same keys must never pass for an access token.
    """
    header = jws.extract_compact(text.encode()).headers()
    kind, kid = header.get("typ"), header.get("kid")
    if not isinstance(kind, str) or kind.lower().removeprefix("application/") != TOKEN_TYPE:
        raise TokenNotValid
    if header.get("alg") != SIGNING_ALGORITHM or not isinstance(kid, str):
        raise TokenNotValid
    return kid
