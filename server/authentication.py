"""The bearer check in front of the API: from an `Authorization` header to an actor (RFC 6750, section 2.1)."""

from __future__ import annotations

import re

from starlette.requests import HTTPConnection
from starlette.responses import Response

from models.actor import Actor
from models.base import Clock, utc_now
from models.scope import PARTNER_SCOPES
from server.admission import Admission
from server.challenge import (
    AuthenticationError,
    AuthorizationMalformed,
    ClientRefused,
    ScopeInsufficient,
    TokenMissing,
    TokenNotValid,
    challenge_response,
)
from server.oauth.access_token import AccessTokenReader
from server.oauth.keys import KeyRing
from server.oauth.metadata import protected_resource_metadata_url
from server.standing import Standings

_BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/-]+=*) *", re.IGNORECASE | re.ASCII)


class Authenticator:
    """Tells who is asking. Costs no database round trip once the keys and the client's standing are at hand.

    :param issuer: of the tokens that are honoured.
    """

    def __init__(self, issuer: str, key_ring: KeyRing, standings: Standings, *, clock: Clock = utc_now) -> None:
        self._tokens = AccessTokenReader(issuer, key_ring, clock=clock)
        self._standings = standings
        self._resource_metadata = protected_resource_metadata_url(issuer)

    async def authenticate_connection(self, connection: HTTPConnection) -> Actor:
        """Who is behind a request; see `admit_connection`."""
        return (await self.admit_connection(connection)).actor

    async def admit_connection(self, connection: HTTPConnection) -> Admission:
        """Who is behind a request or a WebSocket handshake, and until when.

        :raises AuthenticationError: as `authenticate`; a repeated header is malformed.
        """
        headers = connection.headers.getlist("authorization")
        if len(headers) > 1:
            raise AuthorizationMalformed
        return await self.admit(headers[0] if headers else None)

    async def authenticate(self, authorization: str | None) -> Actor:
        """Who sent this `Authorization` header; see `admit`."""
        return (await self.admit(authorization)).actor

    async def admit(self, authorization: str | None) -> Admission:
        """Who sent this `Authorization` header; None stands for a request without one.

        :raises AuthenticationError: nobody who is served here; the subclass says why.
        """
        token = await self._tokens.read(_bearer_token(authorization))
        standing = await self._standings.of(token.client_id)
        if standing is None:
            raise TokenNotValid
        if standing.refusal is not None:
            raise ClientRefused(standing.refusal)
        scopes = token.scopes if standing.partner_id is None else token.scopes & PARTNER_SCOPES
        if not scopes:
            raise ScopeInsufficient
        actor = Actor(token.client_id, standing.client_uuid, standing.partner_id, scopes)
        return Admission(actor, token.expires_at)

    def challenge_response(
        self, error: AuthenticationError, request_id: str, *, media_type: str = "application/json"
    ) -> Response:
        """What to answer when `authenticate` raised; see `server.challenge`."""
        return challenge_response(error, request_id, resource_metadata=self._resource_metadata, media_type=media_type)


def _bearer_token(authorization: str | None) -> str:
    if authorization is None:
        raise TokenMissing
    match = _BEARER.fullmatch(authorization)
    if match is None:
        raise AuthorizationMalformed
    return match[1]
