"""Verification: every hash computed again, and everything counted that could be missing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import col, func, select, tuple_
from sqlmodel.ext.asyncio.session import AsyncSession

from models.audit.canonical import FIRST_PREVIOUS_HASH, entry_hash, seal_hash
from models.audit.table import SEAL_COUNTER, AuditEntry, AuditLeaf, AuditSeal, AuditUnsealed
from models.event import Counter

_SEALS_AT_ONCE = 500
_ROWS_AT_ONCE = 500
_Member = tuple[AuditLeaf, AuditEntry | None]


@dataclass(frozen=True)
class Head:
    """The newest seal: whoever keeps it elsewhere can prove later that nothing before it was changed or cut off."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


@dataclass(frozen=True)
class Broken:
    """A place where the trail is not as it was made.

    :param place: a seal or an entry.
    :param problem: what is wrong there.
    """

    place: str
    problem: str


@dataclass
class Verification:
    """What a verification came to.

    :param seals: how many were looked at, and `entries` how many in them.
    :param head: the newest seal; None where there is none.
    :param unsealed: entries that wait for their seal, and `unsealed_since` the oldest of them.
    :param broken: the first place that is wrong; None where all is well.
    """

    seals: int = 0
    entries: int = 0
    head: Head | None = None
    unsealed: int = 0
    unsealed_since: datetime | None = None
    broken: Broken | None = field(default=None)


class _Wrong(Exception):
    def __init__(self, place: str, problem: str) -> None:
        super().__init__(place, problem)
        self.broken = Broken(place, problem)


async def newest_seal(session: AsyncSession) -> Head | None:
    """The newest seal; None where there is none."""
    found = (await session.exec(select(AuditSeal).order_by(col(AuditSeal.number).desc()).limit(1))).first()
    return None if found is None else Head(found.number, found.hash)


async def verify(session: AsyncSession, *, first: int = 1, expected: Sequence[Head] = ()) -> Verification:
    """Verifies the trail as one snapshot sees it, in memory that does not grow with it.

    :param first: the seal to begin with; those before it are taken as they are.
    :param expected: seals that were written down elsewhere, and must be there unchanged.
    """
    report = Verification()
    try:
        await _walk(session, first, report)
        await _require_expected(session, expected)
        await _require_whole(session, report)
    except _Wrong as wrong:
        report.broken = wrong.broken
    waiting = select(func.count(), func.min(AuditEntry.at)).join(
        AuditUnsealed, col(AuditUnsealed.entry_id) == AuditEntry.id
    )
    report.unsealed, report.unsealed_since = (await session.exec(waiting)).one()
    return report


async def _walk(session: AsyncSession, first: int, report: Verification) -> None:
    previous_hash = FIRST_PREVIOUS_HASH
    if first > 1:
        before = await session.get(AuditSeal, first - 1)
        if before is None:
            raise _Wrong(f"seal {first - 1}", "it is missing")
        previous_hash = before.hash
    number = first
    async for seal, members in _seals(session, first):
        if seal.number != number:
            raise _Wrong(f"seal {number}", "it is missing")
        if seal.previous_hash != previous_hash:
            raise _Wrong(f"seal {number}", "it does not follow the seal before it")
        _require_members(seal, members)
        if seal_hash(previous_hash, number, seal.at, [leaf.hash for leaf, _ in members]) != seal.hash:
            raise _Wrong(f"seal {number}", "its hash is another than that of what it seals")
        report.seals += 1
        report.entries += len(members)
        report.head = Head(seal.number, seal.hash)
        previous_hash = seal.hash
        number += 1
    made = (await session.exec(select(Counter.value).where(Counter.name == SEAL_COUNTER))).first()
    if made != number - 1:
        raise _Wrong(f"seal {number}", f"it is missing: {made} seals were made")


def _require_members(seal: AuditSeal, members: Sequence[_Member]) -> None:
    for ordinal, (leaf, entry) in enumerate(members):
        if leaf.ordinal != ordinal:
            raise _Wrong(f"seal {seal.number}", f"its entry at place {ordinal} is missing")
        if entry is None:
            raise _Wrong(f"entry {leaf.entry_id} in seal {seal.number}", "it is missing")
        if entry_hash(entry) != leaf.hash:
            raise _Wrong(f"entry {leaf.entry_id} in seal {seal.number}", "it was changed after it was sealed")
    if len(members) != seal.entries:
        raise _Wrong(f"seal {seal.number}", f"it has {len(members)} entries, not {seal.entries}")


async def _seals(session: AsyncSession, first: int) -> AsyncIterator[tuple[AuditSeal, list[_Member]]]:
    """The seals from a number on, in order, each with its leaves in order and their entries."""
    last = first - 1
    while True:
        statement = select(AuditSeal).where(AuditSeal.number > last).order_by(col(AuditSeal.number))
        seals = (await session.exec(statement.limit(_SEALS_AT_ONCE))).all()
        if not seals:
            return
        members = _members(session, seals[0].number, seals[-1].number)
        ahead = await anext(members, None)
        for seal in seals:
            own: list[_Member] = []
            while ahead is not None and ahead[0].seal_number <= seal.number:
                if ahead[0].seal_number < seal.number:
                    raise _Wrong(f"seal {ahead[0].seal_number}", "it is missing")
                own.append(ahead)
                ahead = await anext(members, None)
            yield seal, own
        last = seals[-1].number
        session.expunge_all()


async def _members(session: AsyncSession, first: int, last: int) -> AsyncIterator[_Member]:
    """The leaves of the seals from one number to another, page by page."""
    after = (first, -1)
    while True:
        place = col(AuditLeaf.seal_number), col(AuditLeaf.ordinal)
        statement = (
            select(AuditLeaf, AuditEntry)
            .outerjoin(AuditEntry, col(AuditEntry.id) == AuditLeaf.entry_id)
            .where(tuple_(*place) > tuple_(*after), AuditLeaf.seal_number <= last)
            .order_by(*place)
            .limit(_ROWS_AT_ONCE)
        )
        rows = (await session.exec(statement)).all()
        for leaf, entry in rows:
            yield leaf, entry
        if len(rows) < _ROWS_AT_ONCE:
            return
        after = rows[-1][0].seal_number, rows[-1][0].ordinal


async def _require_expected(session: AsyncSession, expected: Sequence[Head]) -> None:
    for head in expected:
        found = await session.get(AuditSeal, head.number)
        if found is None:
            raise _Wrong(f"seal {head.number}", "it is missing, and was written down")
        if found.hash != head.hash:
            raise _Wrong(f"seal {head.number}", f"it has another hash than was written down: {found.hash}")


async def _require_whole(session: AsyncSession, report: Verification) -> None:
    """Whether there is anything that belongs to no seal, and does not wait for one."""
    stray_leaf = (
        select(AuditLeaf)
        .outerjoin(AuditSeal, col(AuditSeal.number) == AuditLeaf.seal_number)
        .where(col(AuditSeal.number).is_(None))
        .order_by(col(AuditLeaf.seal_number))
        .limit(1)
    )
    leaf = (await session.exec(stray_leaf)).first()
    if leaf is not None:
        raise _Wrong(f"seal {leaf.seal_number}", "it is missing, and its entries are there")
    stray_entry = (
        select(AuditEntry.id)
        .outerjoin(AuditLeaf, col(AuditLeaf.entry_id) == AuditEntry.id)
        .outerjoin(AuditUnsealed, col(AuditUnsealed.entry_id) == AuditEntry.id)
        .where(col(AuditLeaf.entry_id).is_(None), col(AuditUnsealed.entry_id).is_(None))
        .order_by(col(AuditEntry.id))
        .limit(1)
    )
    entry_id = (await session.exec(stray_entry)).first()
    if entry_id is not None:
        raise _Wrong(f"entry {entry_id}", "it is in no seal, and does not wait for one")
