"""Authlib's authorization server, fitted to Storypool: client credentials for confidential clients.

One server is built for each request, on the request's database session: Authlib asks for clients synchronously, so it
runs inside `AsyncSession.run_sync`.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from authlib.oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749.errors import InvalidClientError, InvalidScopeError, UnsupportedGrantTypeError
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from authlib.oauth2.rfc6750.token import BearerTokenGenerator
from joserfc.jwk import ECKey
from sqlmodel import Session
from starlette.responses import JSONResponse, Response

from models.base import Clock, JsonObject
from models.client import CLIENT_CREDENTIALS, SECRET_AUTH_METHODS, Client, check_standing, client_with_partner
from models.errors import ClientSuspended
from models.partner import Partner
from models.scope import known_scopes, scope_text
from server.challenge import REALM
from server.oauth.access_token import access_token_claims, sign
from server.oauth.token_request import CLIENT_ID, TokenRequest

logger = logging.getLogger(__name__)


class ClientNotAuthenticated(InvalidClientError):  # type: ignore[misc] # Authlib is untyped
    """One answer for an unknown client and a wrong secret, always 401 with a challenge (RFC 6749, section 5.2)."""

    status_code = 401
    description = "the client is unknown or its secret is wrong"

    def get_headers(self) -> list[tuple[str, str]]:
        return [*super(InvalidClientError, self).get_headers(), ("WWW-Authenticate", f'Basic realm="{REALM}"')]


class ClientCredentials(ClientCredentialsGrant):  # type: ignore[misc] # Authlib is untyped
    """RFC 6749, section 4.4."""

    TOKEN_ENDPOINT_AUTH_METHODS = SECRET_AUTH_METHODS


class AccessTokenGenerator(BearerTokenGenerator):  # type: ignore[misc] # Authlib is untyped
    """Makes access tokens after RFC 9068, by the clock that it is given (Authlib's own reads the system's)."""

    def __init__(self, issuer: str, key: ECKey, lifetime: timedelta, clock: Clock) -> None:
        super().__init__(self._signed_token, expires_generator=int(lifetime.total_seconds()))
        self._issuer = issuer
        self._key = key
        self._lifetime = lifetime
        self._clock = clock

    @staticmethod
    def get_allowed_scope(client: Client, scope: str | None) -> str:
        allowed = client.get_allowed_scope(scope)
        if allowed is None:
            held = scope_text(known_scopes(client.scopes))
            raise InvalidScopeError(f"a scope was asked for that the client does not hold; it holds: {held}")
        return allowed

    def _signed_token(self, client: Client, grant_type: str, user: None, scope: str) -> str:
        claims = access_token_claims(
            issuer=self._issuer,
            client_id=client.client_id,
            partner_id=client.partner_id,
            scope=scope,
            now=self._clock(),
            lifetime=self._lifetime,
            token_id=secrets.token_urlsafe(16),
        )
        return sign(claims, self._key)


class TokenServer(AuthorizationServer):  # type: ignore[misc] # Authlib is untyped
    """Answers one token request.

    :param session: where clients are looked up.
    :param key: signs the token.
    """

    def __init__(self, session: Session, key: ECKey, *, issuer: str, lifetime: timedelta, clock: Clock) -> None:
        super().__init__()
        self._session = session
        self._partner: Partner | None = None
        self.register_token_generator("default", AccessTokenGenerator(issuer, key, lifetime, clock))
        self.register_grant(ClientCredentials)

    def query_client(self, client_id: str) -> Client | None:
        if not CLIENT_ID.fullmatch(client_id):  # PostgreSQL would refuse a NUL in it
            return None
        row = self._session.exec(client_with_partner(client_id)).one_or_none()
        if row is None:
            return None
        client, self._partner = row
        return client

    def get_token_grant(self, request: TokenRequest) -> ClientCredentials:
        try:
            grant: ClientCredentials = super().get_token_grant(request)
        except UnsupportedGrantTypeError as error:
            error.description = f"the grant type must be {CLIENT_CREDENTIALS}"
            raise
        return grant

    def authenticate_client(self, request: TokenRequest, methods: Sequence[str], endpoint: str = "token") -> Client:
        try:
            client: Client = super().authenticate_client(request, methods, endpoint)
        except InvalidClientError:
            raise ClientNotAuthenticated from None
        try:
            check_standing(client, self._partner)  # after the secret: only the client itself is told
        except ClientSuspended as error:
            raise ClientNotAuthenticated(error.message) from None
        return client

    def save_token(self, token: JsonObject, request: TokenRequest) -> None:
        """Keeps nothing: an access token speaks for itself, and is cut off by suspending its client."""
        logger.info("access token issued to %s for %s", request.client.client_id, token["scope"])

    def create_oauth2_request(self, request: TokenRequest) -> TokenRequest:
        return request

    def handle_response(self, status: int, body: JsonObject, headers: Sequence[tuple[str, str]]) -> Response:
        return JSONResponse(body, status, headers=dict(headers))

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens; Authlib demands that the method is there."""
