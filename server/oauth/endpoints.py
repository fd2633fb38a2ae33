"""The addresses of the authorization server."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta
from ipaddress import IPv6Network, ip_address

from authlib.common.security import is_secure_transport
from authlib.oauth2 import OAuth2Error
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from models.base import Clock, utc_now
from models.database import Database
from models.errors import OperationalError
from models.token import LONGEST_TOKEN
from server.limits import FailureLimit
from server.oauth import metadata
from server.oauth.keys import KeyRing
from server.oauth.server import TokenServer
from server.oauth.token_request import TokenRequest, read_token_request

logger = logging.getLogger(__name__)

_CACHED = {"Cache-Control": "public, max-age=300"}


class TooManyFailures(OAuth2Error):  # type: ignore[misc] # Authlib is untyped
    """Too many requests for a token have failed (RFC 6585, section 4). The code is the nearest that OAuth has.

    :param seconds: to wait.
    """

    error = "temporarily_unavailable"
    status_code = 429

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too many requests for a token have failed: try again in {seconds} seconds")
        self._seconds = seconds

    def get_headers(self) -> list[tuple[str, str]]:
        return [*super().get_headers(), ("Retry-After", str(self._seconds))]


class OAuthEndpoints:
    """The token endpoint and the documents by which clients find it.

    Of one client id, and from one address, only so many failed requests for a token are looked at in a minute: then both
    wait, whatever they send (RFC 6749, section 2.3.1).

    :param failures: where failed requests for a token are counted.
    :param issuer: an https origin; http only for this machine itself (RFC 6749, section 3.2; RFC 8414, section 2).
    :param token_seconds: lifetime of access tokens.
    :raises OperationalError: the issuer or the lifetime cannot be used.
    """

    def __init__(
        self,
        database: Database,
        key_ring: KeyRing,
        failures: FailureLimit,
        *,
        issuer: str,
        token_seconds: int,
        clock: Clock = utc_now,
    ) -> None:
        if not is_secure_transport(issuer):
            raise OperationalError(
                f"tokens must not travel over {issuer}: set STORYPOOL_PUBLIC_URL to an https address"
                " (http only for localhost, 127.0.0.1 and [::1])"
            )
        self._lifetime = timedelta(seconds=token_seconds)
        if not timedelta(0) < self._lifetime <= LONGEST_TOKEN:
            raise OperationalError(f"access tokens live from 1 second to {LONGEST_TOKEN}, not {token_seconds} seconds")
        self._database = database
        self._key_ring = key_ring
        self._failures = failures
        self._issuer = issuer
        self._clock = clock
        # At DEBUG, Authlib 1.9 logs the tokens that it issues.
        logging.getLogger("authlib").setLevel(logging.INFO)

    def routes(self) -> list[Route]:
        """The routes to mount at the root."""
        return [
            Route(metadata.TOKEN_PATH, self.token, methods=["POST"]),
            Route(metadata.JWKS_PATH, self.jwks, methods=["GET"]),
            Route(metadata.AUTHORIZATION_SERVER_PATH, self.authorization_server, methods=["GET"]),
            Route(metadata.PROTECTED_RESOURCE_PATH, self.protected_resource, methods=["GET"]),
        ]

    async def token(self, request: Request) -> Response:
        """RFC 6749, section 3.2."""
        asking = [] if request.client is None else [("address", _network(request.client.host))]
        try:
            await self._refuse_who_must_wait(asking)
            token_request = await read_token_request(request, self._issuer + metadata.TOKEN_PATH)
            if token_request.claimed_client_id is not None:
                asking.append(("client", token_request.claimed_client_id))
                await self._refuse_who_must_wait(asking[-1:])
            response = await self._answer(token_request)
        except TooManyFailures as error:
            return _error_response(error)
        except OAuth2Error as error:
            response = _error_response(error)
        if response.status_code >= 400:
            for kind, name in asking:
                await self._failures.add(kind, name)
        return response

    async def _refuse_who_must_wait(self, asking: Iterable[tuple[str, str]]) -> None:
        for kind, name in asking:
            seconds = await self._failures.wait(kind, name)
            if seconds > 0:
                logger.warning("requests for a token have failed too often for the %s %s", kind, name)
                raise TooManyFailures(seconds)

    async def _answer(self, token_request: TokenRequest) -> Response:
        key = await self._key_ring.signing_key()
        async with self._database.read() as session:
            server = TokenServer(
                session.sync_session, key, issuer=self._issuer, lifetime=self._lifetime, clock=self._clock
            )
            response: Response = await session.run_sync(lambda _: server.create_token_response(token_request))
            return response

    async def jwks(self, _request: Request) -> Response:
        """RFC 7517, section 5."""
        return JSONResponse(await self._key_ring.public_key_set(), headers=_CACHED)

    async def authorization_server(self, _request: Request) -> Response:
        """RFC 8414, section 3."""
        return JSONResponse(metadata.authorization_server_metadata(self._issuer), headers=_CACHED)

    async def protected_resource(self, _request: Request) -> Response:
        """RFC 9728, section 3."""
        return JSONResponse(metadata.protected_resource_metadata(self._issuer), headers=_CACHED)


def _error_response(error: OAuth2Error) -> Response:
    status, body, headers = error()
    return JSONResponse(body, status, headers=dict(headers))


def _network(host: str) -> str:
    """The address, or the network of 64 bits that one holder of IPv6 addresses has to choose from."""
    try:
        address = ip_address(host)
    except ValueError:  # a name, from a server that gives no address
        return host
    if address.version == 4:
        return str(address)
    return str(address.ipv4_mapped or IPv6Network((int(address), 64), strict=False))
