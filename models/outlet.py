"""Outlets: where copies run."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypedDict
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import event
from models.base import Json, JsonObject, Table, enum_column, new_id
from models.change import Change
from models.errors import BadInput, KeyTaken, NotFound
from models.event import Event, EventAudience, EventKind
from models.key import add_with_key, parse_key
from models.partner import Partner
from models.reprint.address import canonical_address

MOST_FIGURES = 50
LONGEST_PREFIX = 512
PLATFORMS = {
    "facebook.com": "facebook",
    "instagram.com": "instagram",
    "tiktok.com": "tiktok",
    "youtube.com": "youtube",
    "x.com": "x",
    "twitter.com": "x",
    "weibo.com": "weibo",
    "mp.weixin.qq.com": "wechat",
    "vk.com": "vk",
    "t.me": "telegram",
    "linkedin.com": "linkedin",
    "bilibili.com": "bilibili",
    "douyin.com": "douyin",
}
"""Hosts on which many publish. An address there is of an account, where its path names one, and of nobody known otherwise."""


class OutletKind(StrEnum):
    """What an outlet is."""

    SITE = "SITE"
    """A web site."""
    APP = "APP"
    """An application."""
    PAPER = "PAPER"
    """A printed paper or magazine."""
    CHANNEL = "CHANNEL"
    """A broadcast channel or a section of a site."""
    ACCOUNT = "ACCOUNT"
    """An account on a social platform."""


class AudienceMeasure(StrEnum):
    """What a figure of an outlet's audience counts. None of them are views."""

    FOLLOWERS = "FOLLOWERS"
    """Accounts that follow it."""
    SUBSCRIBERS = "SUBSCRIBERS"
    """People who subscribed."""
    CIRCULATION = "CIRCULATION"
    """Copies of an issue."""
    MONTHLY_USERS = "MONTHLY_USERS"
    """People who come in a month."""


class FigureQualifier(StrEnum):
    """How a figure is to be read."""

    EXACT = "EXACT"
    """Just so many."""
    AT_LEAST = "AT_LEAST"
    """So many or more."""
    ABOUT = "ABOUT"
    """So many, rounded."""


class FigureGrade(StrEnum):
    """How good a figure is."""

    MEASURED = "MEASURED"
    """Counted by ourselves, or by the platform."""
    REPORTED = "REPORTED"
    """Told by the partner, with a source."""
    ESTIMATED = "ESTIMATED"
    """Worked out from other figures."""
    CLAIMED = "CLAIMED"
    """Said without a source."""


@dataclass(frozen=True)
class AudienceFigure:
    """One figure of an outlet's audience.

    :param as_of: the day for which it is true; None where nobody said.
    """

    measure: AudienceMeasure
    value: int
    qualifier: FigureQualifier
    grade: FigureGrade
    as_of: date | None = None

    def record(self) -> JsonObject:
        """The figure as `Outlet.audience` keeps it."""
        return {
            "measure": self.measure.value,
            "value": self.value,
            "qualifier": self.qualifier.value,
            "grade": self.grade.value,
            "asOf": self.as_of.isoformat() if self.as_of else None,
        }

    @classmethod
    def of(cls, record: JsonObject) -> AudienceFigure:
        """The figure out of what `record` gave."""
        return cls(
            AudienceMeasure(record["measure"]),
            record["value"],
            FigureQualifier(record["qualifier"]),
            FigureGrade(record["grade"]),
            date.fromisoformat(record["asOf"]) if record["asOf"] else None,
        )


class Outlet(Table, table=True):
    """A place where copies run. Without a partner it is the centre's own, unless it is `unclaimed`: found by the address of a copy, and
    of nobody known.

    `audience` holds dated figures as they were given: measure, value, qualifier, grade, asOf. Followers are never views.
    """

    id: uuid.UUID = Field(default_factory=new_id, primary_key=True)
    key: str = Field(unique=True, max_length=64)
    partner_id: uuid.UUID | None = Field(default=None, foreign_key="partner.id", index=True)
    name: str = Field(max_length=255)
    kind: OutletKind = Field(sa_type=enum_column(OutletKind))
    platform: str | None = Field(default=None, max_length=32)
    url: str | None = Field(default=None, max_length=2048)
    territory: str | None = Field(default=None, max_length=8)
    language: str | None = Field(default=None, max_length=35)
    audience: list[JsonObject] = Field(default_factory=list, sa_type=Json)
    demonstration: bool = False
    unclaimed: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})


class OutletAddress(Table, table=True):
    """What the canonical addresses of an outlet's pages begin with, without the scheme: a host, or a host and the path of an account."""

    __tablename__ = "outlet_address"

    prefix: str = Field(primary_key=True, max_length=512)
    outlet_id: uuid.UUID = Field(foreign_key="outlet.id", index=True)


async def outlets_of(session: AsyncSession, partner_id: uuid.UUID) -> list[Outlet]:
    """Every outlet of a partner, by name."""
    statement = select(Outlet).where(Outlet.partner_id == partner_id).order_by(col(Outlet.name), col(Outlet.key))
    return list((await session.exec(statement)).all())


def prefix_of(address: str) -> str:
    """What addresses of an outlet begin with, of its own address in canonical form: host and path, in lower case, without the scheme.

    :raises BadUrl: it is no absolute http or https address.
    """
    parts = urlsplit(canonical_address(address))
    return (parts.netloc + parts.path.rstrip("/")).lower()[:LONGEST_PREFIX]


async def keep_address(session: AsyncSession, outlet: Outlet, address: str) -> None:
    """Says that copies at addresses which begin as this one does are at an outlet.

    An outlet that nobody has claimed gives way; of two that are known the first to say so keeps it, and a platform as a whole is nobody's.

    :raises BadUrl: it is no absolute http or https address.
    """
    prefix = prefix_of(address)
    if prefix in PLATFORMS:
        return
    row, is_new = await add_with_key(session, OutletAddress(prefix=prefix, outlet_id=outlet.id), "prefix")
    if is_new or row.outlet_id == outlet.id:
        return
    other = await session.get(Outlet, row.outlet_id)
    if other is not None and other.unclaimed:
        kept = sa.update(OutletAddress).where(col(OutletAddress.prefix) == prefix).values(outlet_id=outlet.id)
        await session.execute(kept)


class OutletChanges(TypedDict, total=False):
    """What is to be said of an outlet anew; what is left out stays as it is."""

    name: str
    kind: OutletKind
    platform: str | None
    url: str | None
    territory: str | None
    language: str | None
    audience: Sequence[AudienceFigure]


async def create_outlet(
    session: AsyncSession, partner_id: uuid.UUID | None, key: str, changes: OutletChanges, change: Change
) -> Outlet:
    """Adds an outlet. The same again finds the same one.

    :param partner_id: whose it is; None for the centre's own.
    :raises NotFound: no such partner.
    :raises KeyTaken: another outlet has the key.
    :raises BadInput: a value cannot be right, or name or kind is missing.
    """
    parse_key(key)
    for name in ("name", "kind"):
        if name not in changes:
            raise BadInput(f"a new outlet needs {name}", field=[name])
    if partner_id is not None and await session.get(Partner, partner_id) is None:
        raise NotFound(f"there is no partner {partner_id}", field=["partnerId"])
    values = _read(changes)
    outlet, is_new = await add_with_key(session, Outlet(id=new_id(), key=key, partner_id=partner_id, **values))
    if is_new:
        _announce(session, outlet, change)
        if outlet.url is not None:
            await keep_address(session, outlet, outlet.url)
    elif outlet.partner_id != partner_id or not _says(outlet, values):
        raise KeyTaken(
            f"there is an outlet with the key {key!r} already; give its id to change it, or another key", field=["key"]
        )
    return outlet


async def update_outlet(session: AsyncSession, outlet_id: uuid.UUID, changes: OutletChanges, change: Change) -> Outlet:
    """Says something of an outlet anew.

    :raises NotFound: no such outlet.
    :raises BadInput: a value cannot be right.
    """
    outlet = (await session.exec(select(Outlet).where(Outlet.id == outlet_id).with_for_update())).first()
    if outlet is None:
        raise NotFound(f"there is no outlet {outlet_id}", field=["id"])
    values = _read(changes)
    if not _says(outlet, values):
        for name, value in values.items():
            setattr(outlet, name, value)
        session.add(outlet)
        _announce(session, outlet, change)
        if outlet.url is not None and "url" in values:
            await keep_address(session, outlet, outlet.url)
    return outlet


def _read(changes: OutletChanges) -> dict[str, Any]:
    read: dict[str, Any] = dict(changes)
    if "name" in changes:
        read["name"] = changes["name"].strip()
        if not 1 <= len(read["name"]) <= 255:
            raise BadInput(f"name has {len(read['name'])} characters; give 1 to 255", field=["name"])
    platform = changes.get("platform")
    if platform is not None and not 1 <= len(platform) <= 32:
        raise BadInput(f"platform has {len(platform)} characters; give 1 to 32, or null", field=["platform"])
    if "audience" in changes:
        read["audience"] = [_figure(figure, place) for place, figure in enumerate(changes["audience"])]
        if len(read["audience"]) > MOST_FIGURES:
            raise BadInput(f"audience holds more than {MOST_FIGURES} figures", field=["audience"])
    return read


def _figure(figure: AudienceFigure, place: int) -> JsonObject:
    if figure.value < 0:
        raise BadInput(f"the figure {figure.value} is below 0", field=["audience", str(place), "value"])
    return figure.record()


def _says(outlet: Outlet, values: dict[str, Any]) -> bool:
    return all(getattr(outlet, name) == value for name, value in values.items())


def _announce(session: AsyncSession, outlet: Outlet, change: Change) -> None:
    event.append(
        session,
        Event(
            kind=EventKind.PARTNER_CHANGED,
            at=change.at,
            audience=EventAudience.STAFF,
            partner_id=outlet.partner_id,
            subject_id=str(outlet.id),
        ),
    )
