"""At whose outlet an address is: the longest beginning that somebody said, a whole host or the path of an account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote, urlsplit

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import new_id
from models.key import add_with_key
from models.outlet import LONGEST_PREFIX, PLATFORMS, Outlet, OutletAddress, OutletKind

_MOST_STEPS: Final = 6
_NO_ACCOUNT: Final = frozenset(
    {
        "watch", "shorts", "reel", "reels", "p", "video", "videos", "status", "posts", "photo", "photos", "story.php", "permalink.php",
        "groups", "hashtag", "explore", "s", "i", "c", "channel", "user", "in", "company", "share", "wall", "playlist", "embed", "detail",
    }
)  # fmt: skip
_BEFORE_NAME: Final = frozenset({"c", "channel", "user", "in", "company"})


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


def _prefixes(address: str) -> Iterator[str]:
    parts = urlsplit(address)
    host = parts.netloc.lower()
    if host not in PLATFORMS:
        yield host
    path = ""
    for step in [step for step in parts.path.lower().split("/") if step][:_MOST_STEPS]:
        path = f"{path}/{step}"
        yield f"{host}{path}"[:LONGEST_PREFIX]
