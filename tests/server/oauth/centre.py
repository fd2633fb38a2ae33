"""A small centre to sign in at: the OAuth endpoints and one protected address, as an installation assembles them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from models.client import create_client
from models.database import Database
from models.partner import Partner, PartnerKind
from models.scope import Scope, scope_text
from models.token import ensure_signing_key
from server.authentication import Authenticator
from server.challenge import AuthenticationError
from server.limits import FailureLimit
from server.oauth.endpoints import OAuthEndpoints
from server.oauth.keys import KeyRing
from server.standing import Standings

ISSUER = "https://pool.example"
AUDIENCE = "https://pool.example/graphql"
TOKEN_URL = "https://pool.example/oauth/token"
TOKEN_SECONDS = 600
FAILURES_PER_MINUTE = 20
START = datetime(2026, 3, 1, 9, tzinfo=UTC)


@dataclass
class MovableClock:
    """A clock that stands still until a test moves it."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, by: timedelta) -> None:
        self.now += by


@dataclass
class Credentials:
    """What a client's developer was given."""

    client_id: str
    secret: str

    @property
    def pair(self) -> tuple[str, str]:
        return (self.client_id, self.secret)


@dataclass
class Centre:
    """The parts of an installation that have to do with signing in."""

    database: Database
    clock: MovableClock = field(default_factory=MovableClock)

    def __post_init__(self) -> None:
        self.key_ring = KeyRing(self.database, clock=self.clock)
        self.standings = Standings(self.database)
        self.authenticator = Authenticator(ISSUER, self.key_ring, self.standings, clock=self.clock)
        endpoints = OAuthEndpoints(
            self.database,
            self.key_ring,
            FailureLimit("memory://", FAILURES_PER_MINUTE),
            issuer=ISSUER,
            token_seconds=TOKEN_SECONDS,
            clock=self.clock,
        )
        self.app = Starlette(routes=[*endpoints.routes(), Route("/graphql", self.protected, methods=["GET"])])
        self.transport = httpx2.ASGITransport(app=self.app)
        self.http = httpx2.AsyncClient(transport=self.transport, base_url=ISSUER)

    async def protected(self, request: Request) -> Response:
        try:
            actor = await self.authenticator.authenticate_connection(request)
        except AuthenticationError as error:
            return self.authenticator.challenge_response(error, "request-1")
        return JSONResponse(
            {
                "clientId": actor.client_id,
                "partnerId": None if actor.partner_id is None else str(actor.partner_id),
                "scope": scope_text(actor.scopes),
            }
        )

    async def open(self) -> None:
        """Makes the first signing key, as a server does when it starts."""
        async with self.database.write() as session:
            await ensure_signing_key(session, self.clock())

    async def partner(self) -> Partner:
        partner = Partner(key=f"partner-{uuid.uuid4().hex[:8]}", kind=PartnerKind.EMBASSY, names={"en": "An embassy"})
        async with self.database.write() as session:
            session.add(partner)
        return partner

    async def client(self, *scopes: Scope, partner: Partner | None = None) -> Credentials:
        """A new client; of the centre's staff when no partner is named."""
        async with self.database.write() as session:
            client, secret = await create_client(
                session, None if partner is None else partner.id, "A test client", scopes, self.clock()
            )
            return Credentials(client.client_id, secret)

    async def partner_client(self, *scopes: Scope) -> Credentials:
        return await self.client(*(scopes or (Scope.POOL_READ, Scope.PICKUP_WRITE)), partner=await self.partner())

    async def token(self, credentials: Credentials, **parameters: str) -> str:
        """An access token for the client."""
        response = await self.http.post(
            "/oauth/token", data={"grant_type": "client_credentials", **parameters}, auth=credentials.pair
        )
        assert response.status_code == 200, response.text
        token = response.json()["access_token"]
        assert isinstance(token, str)
        return token

    async def call(self, authorization: str | None) -> httpx2.Response:
        """A request to the protected address."""
        return await self.http.get(
            "/graphql", headers={} if authorization is None else {"Authorization": authorization}
        )
