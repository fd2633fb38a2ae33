"""Links to one report, for whoever has no access of his own: with an expiry, perhaps with a password, revoked one by one.

A link reads as the client that made it, and ends with it. Its secret is kept as its hash alone; the password by `models.report.password`.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

import sqlalchemy as sa
from sqlmodel import Field, Index, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.actor import Actor
from models.base import BigInt, Json, Table, UTCDateTime, enum_column, new_id
from models.client import Client, ClientStatus
from models.errors import BadInput, NotFound
from models.paging import Page, PageRequest, newest_first
from models.partner.table import Partner, PartnerStatus
from models.report.catalogue import ReportName
from models.report.period import Period
from models.scope import Scope, known_scopes

DEFAULT_LIFETIME: Final = timedelta(days=30)
LONGEST_LIFETIME: Final = timedelta(days=366)
MOST_LINKS: Final = 200
"""Of one partner, or of the centre, that have not ended."""
LONGEST_NOTE: Final = 500
_SECRET_BYTES: Final = 32


class ReportFormat(StrEnum):
    """A file that a report link offers beside its page."""

    XLSX = "XLSX"
    """A workbook."""
    CSV = "CSV"
    """A table for spreadsheets."""
    JSON = "JSON"
    """For programs."""


class ReportLink(Table, table=True):
    """A link.

    :ivar partner_id: for whom the client that made it acts; None for the centre.
    :ivar of_partner_id: whose rows alone are shown; None for all that the maker reads.
    :ivar until: the first day that is left out.
    """

    __tablename__ = "report_link"
    __table_args__ = (Index("ix_report_link_partner_id_id", "partner_id", "id"),)

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    partner_id: uuid.UUID | None = Field(default=None, foreign_key="partner.id")
    client_id: uuid.UUID = Field(foreign_key="client.id")
    of_partner_id: uuid.UUID | None = Field(default=None, foreign_key="partner.id")
    secret_hash: str = Field(max_length=64, unique=True, repr=False)
    password_hash: str | None = Field(default=None, max_length=200, repr=False)
    name: ReportName = Field(sa_type=enum_column(ReportName, checked=False))
    since: date
    until: date
    language: str = Field(max_length=2)
    formats: list[str] = Field(sa_type=Json)
    note: str | None = Field(default=None, max_length=LONGEST_NOTE)
    created_at: datetime = Field(sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    openings: int = Field(default=0, sa_type=BigInt)
    last_opened_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    wrong_passwords: int = Field(default=0, sa_type=BigInt)

    def has_ended(self, now: datetime) -> bool:
        """Whether it was revoked or has expired."""
        return self.revoked_at is not None or self.expires_at <= now


@dataclass(frozen=True)
class NewLink:
    """What a link is to show, checked already against what its maker may read.

    :param password_hash: see `models.report.password`; None for a link that opens without one.
    :param expires_at: None: after `DEFAULT_LIFETIME`.
    """

    name: ReportName
    period: Period
    of_partner_id: uuid.UUID | None
    language: str
    formats: Sequence[ReportFormat]
    expires_at: datetime | None = None
    password_hash: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class OpenLink:
    """A link that was asked for by its secret.

    :param reader: as whom it reads; None where it has ended, or its maker may read reports no more.
    """

    link: ReportLink
    reader: Actor | None


async def create_report_link(
    session: AsyncSession,
    actor: Actor,
    wanted: NewLink,
    now: datetime,
    *,
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> tuple[ReportLink, str]:
    """Makes a link, with its secret, which is shown this once.

    :raises BadInput: it would end before now, or later than `LONGEST_LIFETIME`; the note is too long; there are as many links as may be.
    :raises NotFound: there is no such partner.
    """
    expires_at = wanted.expires_at or now + DEFAULT_LIFETIME
    check_expiry(expires_at, now)
    if wanted.note is not None and len(wanted.note) > LONGEST_NOTE:
        raise BadInput(f"note has {len(wanted.note)} characters; at most {LONGEST_NOTE} are kept", field=["note"])
    if wanted.of_partner_id is not None and await session.get(Partner, wanted.of_partner_id) is None:
        raise NotFound("there is no such partner", field=["report", "partnerId"])
    living = select(sa.func.count()).where(_of_maker(actor.partner_id), *_living(now))
    if (await session.exec(living)).one() >= MOST_LINKS:
        raise BadInput(f"there are {MOST_LINKS} report links that have not ended, and no more may be; revoke one first")
    secret = base64.urlsafe_b64encode(random_bytes(_SECRET_BYTES)).decode().rstrip("=")
    link = ReportLink(
        partner_id=actor.partner_id,
        client_id=actor.client_uuid,
        of_partner_id=wanted.of_partner_id,
        secret_hash=_hash(secret),
        password_hash=wanted.password_hash,
        name=wanted.name,
        since=wanted.period.since,
        until=wanted.period.until,
        language=wanted.language,
        formats=[each.value for each in ReportFormat if each in wanted.formats],
        note=wanted.note,
        created_at=now,
        expires_at=expires_at,
    )
    session.add(link)
    await session.flush()
    return link, secret


def check_expiry(expires_at: datetime, now: datetime) -> None:
    """Passes for a moment at which a link that is made now may end.

    :raises BadInput: it is past, or too far.
    """
    if expires_at <= now:
        raise BadInput(f"expiresAt {expires_at.isoformat()} is past; a link ends in the future", field=["expiresAt"])
    if expires_at > now + LONGEST_LIFETIME:
        raise BadInput(
            f"expiresAt {expires_at.isoformat()} is too far; a link lasts at most {LONGEST_LIFETIME.days} days",
            field=["expiresAt"],
        )


async def revoke_report_link(session: AsyncSession, link_id: uuid.UUID, actor: Actor, now: datetime) -> ReportLink:
    """Makes a link worth nothing, at once. One that was revoked stays so.

    :raises NotFound: none with that id, or not this actor's.
    """
    link = await find_report_link(session, link_id, actor)
    link.revoked_at = link.revoked_at or now
    session.add(link)
    return link


async def find_report_link(session: AsyncSession, link_id: uuid.UUID, actor: Actor) -> ReportLink:
    """A link, of a partner's own or, for staff, of anybody's.

    :raises NotFound: none with that id, or not this actor's.
    """
    link = await session.get(ReportLink, link_id)
    if link is None or (not actor.is_staff and link.partner_id != actor.partner_id):
        raise NotFound(f"there is no report link {link_id}", field=["reportLinkId"])
    return link


async def find_report_links(
    session: AsyncSession, request: PageRequest, actor: Actor, now: datetime, *, ended: bool
) -> Page[ReportLink]:
    """A page of links, the newest first: a partner's own, for staff those of all.

    :param ended: also those that were revoked or have expired.
    """
    statement = select(ReportLink)
    if not actor.is_staff:
        statement = statement.where(_of_maker(actor.partner_id))
    if not ended:
        statement = statement.where(*_living(now))
    return await newest_first(session, statement, ReportLink, "report link", request)


async def find_by_secret(session: AsyncSession, secret: str, now: datetime) -> OpenLink | None:
    """The link with this secret; None where there is none."""
    statement = (
        select(ReportLink, Client, Partner)
        .join(Client, col(Client.id) == col(ReportLink.client_id))
        .outerjoin(Partner, col(Partner.id) == col(ReportLink.partner_id))
        .where(ReportLink.secret_hash == _hash(secret))
    )
    found = (await session.exec(statement)).first()
    if found is None:
        return None
    link, client, partner = found
    is_served = client.status is ClientStatus.ACTIVE and (partner is None or partner.status is PartnerStatus.ACTIVE)
    if link.has_ended(now) or not is_served or Scope.REPORT_READ not in known_scopes(client.scopes):
        return OpenLink(link, None)
    return OpenLink(link, Actor(client.client_id, client.id, client.partner_id, frozenset({Scope.REPORT_READ})))


async def count_opening(session: AsyncSession, link_id: uuid.UUID, now: datetime) -> None:
    """Counts that a link was opened. Nothing is kept of who did."""
    opened = sa.update(ReportLink).where(col(ReportLink.id) == link_id)
    await session.execute(opened.values(openings=ReportLink.openings + 1, last_opened_at=now))


async def count_wrong_password(session: AsyncSession, link_id: uuid.UUID) -> None:
    """Counts that a wrong password was given, for the maker to see that somebody guesses."""
    missed = sa.update(ReportLink).where(col(ReportLink.id) == link_id)
    await session.execute(missed.values(wrong_passwords=ReportLink.wrong_passwords + 1))


def _of_maker(partner_id: uuid.UUID | None) -> sa.ColumnElement[bool]:
    own = col(ReportLink.partner_id)
    return own.is_(None) if partner_id is None else own == partner_id


def _living(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return col(ReportLink.revoked_at).is_(None), col(ReportLink.expires_at) > now


def _hash(secret: str) -> str:
    """SHA-256 in hexadecimal: a secret has 256 random bits, so nothing slower is needed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
