"""At whose outlet an address is: the longest beginning that somebody said, a whole host or the path of an account."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa
from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import Table, new_id
from models.errors import KeyTaken
from models.key import add_with_key
from models.outlet import Outlet, OutletKind
from models.reprint.address import canonical_address

LONGEST_PREFIX: Final = 512
_MOST_STEPS: Final = 6
PLATFORMS: Final = {
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
_NO_ACCOUNT: Final = frozenset(
    {
        "watch", "shorts", "reel", "reels", "p", "video", "videos", "status", "posts", "photo", "photos", "story.php", "permalink.php",
        "groups", "hashtag", "explore", "s", "i", "c", "channel", "user", "in", "company", "share", "wall", "playlist", "embed", "detail",
    }
)  # fmt: skip
_BEFORE_NAME: Final = frozenset({"c", "channel", "user", "in", "company"})


class OutletAddress(Table, table=True):
    """What the canonical addresses of an outlet's pages begin with, without the scheme: a host, or a host and the path of an account."""

    __tablename__ = "outlet_address"

    prefix: str = Field(primary_key=True, max_length=512)
    outlet_id: uuid.UUID = Field(foreign_key="outlet.id", index=True)


def prefix_of(address: str) -> str:
    """What addresses of an outlet begin with, of its own address in canonical form: host and path, in lower case, without the scheme.

    :raises BadUrl: it is no absolute http or https address.
    """
    parts = urlsplit(canonical_address(address))
    return (parts.netloc + parts.path.rstrip("/")).lower()[:LONGEST_PREFIX]


def account_prefix(address: str) -> str:
    """The host of an address, and on a platform the path of the account, where it names one.

    :param address: in canonical form.
    """
    parts = urlsplit(address)
    host = parts.netloc.lower()
    platform = next((name for name in PLATFORMS if host == name or host.endswith(f".{name}")), None)
    if platform is None:
        return host
    steps = [step.lower() for step in parts.path.split("/") if step]
    if len(steps) >= 2 and steps[0] in _BEFORE_NAME:
        return f"{host}/{steps[0]}/{steps[1]}"[:LONGEST_PREFIX]
    if steps and steps[0] not in _NO_ACCOUNT:
        return f"{host}/{steps[0]}"[:LONGEST_PREFIX]
    return host


async def outlet_at(session: AsyncSession, address: str) -> Outlet | None:
    """The outlet at an address in canonical form, by the longest beginning that is known of any.

    The host alone of a platform is nobody's: what is there belongs to accounts.
    """
    known = select(OutletAddress).where(col(OutletAddress.prefix).in_(list(_prefixes(address))))
    rows = (await session.exec(known)).all()
    if not rows:
        return None
    return await session.get(Outlet, max(rows, key=lambda row: len(row.prefix)).outlet_id)


async def unclaimed_outlet(session: AsyncSession, address: str) -> Outlet:
    """The outlet at an address; one that nobody has claimed, for staff to merge, where none is known.

    :param address: in canonical form.
    """
    found = await outlet_at(session, address)
    if found is not None:
        return found
    prefix = account_prefix(address)
    host = prefix.partition("/")[0]
    platform = next((kind for name, kind in PLATFORMS.items() if host == name or host.endswith(f".{name}")), None)
    named = unquote(prefix).removeprefix("xn--")
    outlet = Outlet(
        id=new_id(),
        key=f"unclaimed:{new_id().hex}",
        name=named[:255],
        kind=OutletKind.ACCOUNT if platform and "/" in prefix else OutletKind.SITE,
        platform=platform,
        url=f"https://{prefix}",
        unclaimed=True,
    )
    session.add(outlet)
    await session.flush()
    row, is_new = await add_with_key(session, OutletAddress(prefix=prefix, outlet_id=outlet.id), "prefix")
    if is_new:
        return outlet
    await session.delete(outlet)  # somebody else made it in the same instant
    await session.flush()
    other = await session.get(Outlet, row.outlet_id)
    assert other is not None
    return other


async def keep_address(session: AsyncSession, outlet: Outlet, address: str) -> None:
    """Says that addresses which begin as this one does are of an outlet. One that nobody has claimed gives way.

    :raises BadUrl: it is no absolute http or https address.
    :raises KeyTaken: another outlet has it.
    """
    prefix = prefix_of(address)
    row, is_new = await add_with_key(session, OutletAddress(prefix=prefix, outlet_id=outlet.id), "prefix")
    if is_new or row.outlet_id == outlet.id:
        return
    other = await session.get(Outlet, row.outlet_id)
    if other is not None and not other.unclaimed:
        raise KeyTaken(f"the outlet {other.key} has the address {prefix} already", field=["url"])
    await session.execute(
        sa.update(OutletAddress).where(col(OutletAddress.prefix) == prefix).values(outlet_id=outlet.id)
    )


def _prefixes(address: str) -> Iterator[str]:
    parts = urlsplit(address)
    host = parts.netloc.lower()
    if host not in PLATFORMS:
        yield host
    path = ""
    for step in [step for step in parts.path.lower().split("/") if step][:_MOST_STEPS]:
        path = f"{path}/{step}"
        yield f"{host}{path}"[:LONGEST_PREFIX]
