"""OAuth clients: the programs that may get access tokens, each for one partner or for the centre's staff.

A secret is 256 random bits, shown once and kept as its SHA-256: a hash made slow on purpose protects guessable
passwords, and would only slow the token endpoint down here.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import uuid
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import Select

from models import event
from models.base import Json, Table, UTCDateTime, enum_column, new_id
from models.errors import BadInput, ClientSuspended, NotFound
from models.event import Event, EventAudience, EventKind
from models.partner import Partner, PartnerStatus
from models.scope import PARTNER_SCOPES, known_scopes, parse_scopes, scope_text

if TYPE_CHECKING:
    ClientMixin = object  # Authlib is untyped, and an untyped base would switch the checks of this class off
else:
    from authlib.oauth2.rfc6749 import ClientMixin

RandomBytes = Callable[[int], bytes]
"""Gives that many unpredictable bytes."""

CLIENT_CREDENTIALS = "client_credentials"
SECRET_AUTH_METHODS = ("client_secret_basic", "client_secret_post")
"""How a client may present its secret at the token endpoint (RFC 6749, section 2.3.1; names of RFC 7591)."""

_CLIENT_ID_BYTES = 16
_SECRET_BYTES = 32
_NAME_LENGTH = 128


class ClientStatus(StrEnum):
    """Whether a client gets tokens, and whether those it has are honoured."""

    ACTIVE = "ACTIVE"
    """Gets tokens."""
    SUSPENDED = "SUSPENDED"
    """Gets none, and those it has are refused."""


class Client(Table, ClientMixin, table=True):
    """A program registered at the token endpoint. `partner_id` is None for a client of the centre's own staff.

    The methods are what Authlib's server asks a client (`authlib.oauth2.rfc6749.ClientMixin`).
    """

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    client_id: str = Field(unique=True, max_length=64)
    partner_id: uuid.UUID | None = Field(default=None, foreign_key="partner.id", index=True)
    name: str = Field(max_length=_NAME_LENGTH)
    secret_hash: str = Field(max_length=64, repr=False)
    scopes: list[str] = Field(sa_type=Json)
    grant_types: list[str] = Field(sa_type=Json)
    status: ClientStatus = Field(default=ClientStatus.ACTIVE, sa_type=enum_column(ClientStatus))
    created_at: datetime = Field(sa_type=UTCDateTime)
    secret_changed_at: datetime = Field(sa_type=UTCDateTime)

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> str | None:
        return None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """No redirect address is registered, so none is right."""
        return False

    def check_response_type(self, response_type: str) -> bool:
        """No flow through the authorization endpoint is open to the client."""
        return False

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in self.grant_types

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method in SECRET_AUTH_METHODS

    def check_client_secret(self, client_secret: str) -> bool:
        """Compares in constant time."""
        return hmac.compare_digest(self.secret_hash, secret_hash(client_secret))

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """What a token will carry: the scopes asked for, or all that the client holds when none is named.

        None, which Authlib answers with `invalid_scope`, when one is asked for that the client does not hold: a client
        that got fewer than it asked for would learn of it only at its first refusal.
        """
        requested = set((scope or "").split())
        if not requested:
            return scope_text(known_scopes(self.scopes)) or None
        return scope_text(known_scopes(requested)) if requested <= set(self.scopes) else None


def secret_hash(secret: str) -> str:
    """The form in which a secret is kept: hexadecimal SHA-256."""
    return hashlib.sha256(secret.encode()).hexdigest()


async def create_client(
    session: AsyncSession,
    partner_id: uuid.UUID | None,
    name: str,
    scopes: Collection[str],
    now: datetime,
    *,
    random_bytes: RandomBytes = secrets.token_bytes,
) -> tuple[Client, str]:
    """Registers a client and gives its secret, which is readable nowhere afterwards.

    :param partner_id: for whom it acts; None for staff.
    :raises BadInput: no name or no scope; an unknown scope; a staff scope for a partner's client.
    :raises NotFound: no such partner.
    """
    name = name.strip()
    if not 0 < len(name) <= _NAME_LENGTH:
        raise BadInput(f"a client needs a name of 1 to {_NAME_LENGTH} characters", field=["name"])
    held = parse_scopes(scopes)
    if not held:
        raise BadInput("a client needs at least one scope", field=["scopes"])
    if partner_id is not None:
        if refused := held - PARTNER_SCOPES:
            raise BadInput(f"only staff clients may hold {scope_text(refused)}", field=["scopes"])
        if await session.get(Partner, partner_id) is None:
            raise NotFound(f"no partner {partner_id}", field=["partnerId"])
    secret = _new_secret(random_bytes)
    client = Client(
        client_id="sp_" + base64.b32encode(random_bytes(_CLIENT_ID_BYTES)).decode().rstrip("=").lower(),
        partner_id=partner_id,
        name=name,
        secret_hash=secret_hash(secret),
        scopes=scope_text(held).split(),
        grant_types=[CLIENT_CREDENTIALS],
        created_at=now,
        secret_changed_at=now,
    )
    session.add(client)
    _append_change(session, client, now)
    return client, secret


async def rotate_secret(
    session: AsyncSession, client_id: str, now: datetime, *, random_bytes: RandomBytes = secrets.token_bytes
) -> tuple[Client, str]:
    """Replaces a client's secret at once. Tokens that it already has live until they expire; suspending cuts them off.

    :raises NotFound: no such client.
    """
    client = await find_client(session, client_id)
    secret = _new_secret(random_bytes)
    client.secret_hash = secret_hash(secret)
    client.secret_changed_at = now
    session.add(client)
    _append_change(session, client, now)
    return client, secret


async def suspend_client(session: AsyncSession, client_id: str, now: datetime) -> Client:
    """Refuses the client from now on, and the tokens that it has. Does nothing when it is suspended already.

    :raises NotFound: no such client.
    """
    return await _set_status(session, client_id, ClientStatus.SUSPENDED, now)


async def reactivate_client(session: AsyncSession, client_id: str, now: datetime) -> Client:
    """Takes a suspension back. Does nothing when the client is active already.

    :raises NotFound: no such client.
    """
    return await _set_status(session, client_id, ClientStatus.ACTIVE, now)


async def find_client(session: AsyncSession, client_id: str) -> Client:
    """The client of that OAuth client id.

    :raises NotFound: no such client.
    """
    client = (await session.exec(select(Client).where(col(Client.client_id) == client_id))).one_or_none()
    if client is None:
        raise NotFound(f"no client {client_id!r}", field=["clientId"])
    return client


async def list_clients(session: AsyncSession) -> Sequence[Client]:
    """Every client, the oldest first."""
    return (await session.exec(select(Client).order_by(col(Client.created_at), col(Client.id)))).all()


def client_with_partner(client_id: str) -> Select[Client, Partner]:
    """The statement for a client and its partner; no row for an unknown id, None as the partner of a staff client."""
    partner_of_client = col(Client.partner_id) == col(Partner.id)
    return select(Client, Partner).outerjoin(Partner, partner_of_client).where(col(Client.client_id) == client_id)


def check_standing(client: Client, partner: Partner | None) -> None:
    """Passes when the client is to be served.

    :raises ClientSuspended: the client is suspended, or its partner is.
    """
    if client.status is not ClientStatus.ACTIVE:
        raise ClientSuspended("the client is suspended")
    if client.partner_id is not None and (partner is None or partner.status is not PartnerStatus.ACTIVE):
        raise ClientSuspended("the partner of the client is suspended")


async def _set_status(session: AsyncSession, client_id: str, status: ClientStatus, now: datetime) -> Client:
    client = await find_client(session, client_id)
    if client.status is not status:
        client.status = status
        session.add(client)
        _append_change(session, client, now)
    return client


def _new_secret(random_bytes: RandomBytes) -> str:
    return base64.urlsafe_b64encode(random_bytes(_SECRET_BYTES)).decode().rstrip("=")


def _append_change(session: AsyncSession, client: Client, now: datetime) -> None:
    event.append(
        session,
        Event(
            kind=EventKind.CLIENT_CHANGED,
            at=now,
            audience=EventAudience.STAFF,
            partner_id=client.partner_id,
            subject_id=client.client_id,
        ),
    )
