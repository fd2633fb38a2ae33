"""Where a pixel was shown: at a copy that is known, or at one that is claimed by it.

The browser says at which page it was; anybody can say anything. So what is claimed by a pixel is said to be a claim, is looked at like
every copy, is bounded for each pickup, and never touches what is known of another pickup.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from typing import Final
from urllib.parse import urlsplit

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.base import Clock
from models.database import Database
from models.errors import BadUrl, StorypoolError
from models.reprint.address import canonical_address
from models.reprint.report import Copy, report
from models.reprint.source import Teller
from models.reprint.table import EdgeBasis, Reprint, ReprintState, ReprintWay
from models.trace.table import Trace

MOST_COPIES: Final = 20
"""That the pixel of one pickup may claim, ever. More than a partner runs of one story; each is one visit of the checking program."""
CONFIDENCE: Final = 30
"""Per cent: as sure as of what is inferred, until it was looked at."""
LONGEST_PAGE: Final = 512
"""Characters of a page's address. Longer ones are not addresses of articles."""
NOTE: Final = "Claimed by the tracking pixel: a browser said that it was shown on this page. To be checked."
_BY: Final = "tracking pixel"
_NOT_PUBLIC: Final = re.compile(
    r"(?:.*\.)?(?:localhost|local|localdomain|internal|intranet|lan|home|corp|private|invalid|test|onion|alt|home\.arpa|in-addr\.arpa|ip6\.arpa)"
)
"""Names that are of no public site (RFC 6761, 6762, 7686, 8375, 9476, and what home routers and offices use)."""


def shown_on(referrer: str | None, own_host: str | None) -> str | None:
    """The page at which a pixel was shown, in canonical form: what stands before the question mark alone.

    :param referrer: as the browser gives it (RFC 9110, 10.1.3).
    :param own_host: of this server, whose pages are no copies.
    :returns: None where it names no page of a public site: a private network, a number for a host, a port of its own.
    """
    if not referrer:
        return None
    bare = re.split(r"[?#]", referrer, maxsplit=1)[0]
    if len(bare) > LONGEST_PAGE:
        return None
    try:
        page = canonical_address(bare)
    except BadUrl:
        return None
    parts = urlsplit(page)
    host = parts.hostname or ""
    last = host.rpartition(".")[2]
    is_number = ":" in host or last.isdecimal() or re.fullmatch(r"0x[0-9a-f]*", last) is not None
    if "." not in host or is_number or _NOT_PUBLIC.fullmatch(host) or parts.netloc != host:
        return None
    if own_host is not None and host in (own_host, own_host.removeprefix("www.")):
        return None
    return page if len(page) <= LONGEST_PAGE else None


def _bare(address: str) -> str:
    """An address without what a browser's referrer is cut off at."""
    return re.split(r"[?#]", address, maxsplit=1)[0]


async def known_at(session: AsyncSession, pickup_id: uuid.UUID, page: str) -> uuid.UUID | None:
    """The copy of a pickup at a page: the one whose address, without its parameters, is that. Where a browser told the site alone, the
    one copy there. None where there is none, or several."""
    copies = select(Reprint.id, Reprint.address).where(
        Reprint.pickup_id == pickup_id,
        Reprint.state != ReprintState.WITHDRAWN,
        col(Reprint.address).is_not(None),
    )
    rows = [(reprint_id, address or "") for reprint_id, address in (await session.exec(copies)).all()]
    at = {reprint_id for reprint_id, address in rows if _bare(address) == page}
    if not at:
        at = {reprint_id for reprint_id, address in rows if _is_site_of(page, address)}
    return at.pop() if len(at) == 1 else None


async def copy_at(database: Database, pickup_id: uuid.UUID, page: str, clock: Clock) -> uuid.UUID | None:
    """The copy of a pickup at a page; where none is known, it is claimed, as long as the pickup may claim any more.

    :param page: as `shown_on` gives it.
    :returns: None where it stays unsaid: several copies may be meant, another pickup's copy is there, or too many were claimed.
    """
    async with database.read() as session:
        found = await known_at(session, pickup_id, page)
        if found is not None or not await _may_claim(session, pickup_id, page):
            return found
    try:
        async with database.write() as session:
            held = select(Trace).where(Trace.pickup_id == pickup_id).with_for_update()
            trace = (await session.exec(held.execution_options(populate_existing=True))).one()
            found = await known_at(session, pickup_id, page)
            if found is not None or not await _may_claim(session, pickup_id, page):
                return found
            trace.pixel_copies += 1
            session.add(trace)
            copy = Copy(
                url=page, pickup_id=pickup_id, edge_basis=EdgeBasis.STATED, edge_confidence=CONFIDENCE, note=NOTE
            )
            reprint = await report(session, copy, Teller(ReprintWay.PIXEL, _BY, clock()))
            return reprint.id
    except StorypoolError:  # the page cannot be one of a copy, by what is refused of every copy
        return None


async def _may_claim(session: AsyncSession, pickup_id: uuid.UUID, page: str) -> bool:
    """Whether a page may become a copy: nothing is known of it, of this pickup or of any other, and the pickup has room."""
    claimed = (await session.exec(select(Trace.pixel_copies).where(Trace.pickup_id == pickup_id))).first()
    if claimed is None or claimed >= MOST_COPIES:
        return False
    key = hashlib.sha256(page.encode()).hexdigest()
    if (await session.exec(select(Reprint.id).where(Reprint.copy_key == key))).first() is not None:
        return False
    others = select(Reprint.address).where(Reprint.pickup_id == pickup_id, col(Reprint.address).is_not(None))
    return not any(
        _bare(address or "") == page or _is_site_of(page, address or "")
        for address in (await session.exec(others)).all()
    )


def _is_site_of(page: str, address: str) -> bool:
    """Whether a page is a site alone, at which that address is: which page of it is meant is not known."""
    return urlsplit(page).path == "/" and urlsplit(address).netloc == urlsplit(page).netloc
