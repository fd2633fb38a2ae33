"""The trail is sealed without a gap, by however many at once, and whatever is done to it afterwards shows."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlmodel import col, func, select

from models.audit.append_only import APPEND_ONLY, make_append_only, make_changeable
from models.audit.record import record
from models.audit.seal import seal
from models.audit.table import AuditEntry, AuditLeaf, AuditSeal, AuditUnsealed
from models.audit.verify import Broken, Head, Verification, newest_seal, verify
from models.change import Change
from models.database import Database
from models.transfer import copy_database
from tests.databases import DIALECTS, DatabaseFactory

NOW = datetime(2026, 11, 20, 8, 0, 0, 123456, tzinfo=UTC)


async def write(database: Database, number: int, start: int = 0) -> None:
    for place in range(start, start + number):
        async with database.write() as session:
            change = Change(by="测试 sp_x", at=NOW + timedelta(seconds=place))
            await record(session, change, "saveOutlet", details={"place": place, "zone": "Asia/Shanghai", "on": None})


async def checked(database: Database, first: int = 1, *expected: Head) -> Verification:
    async with database.read() as session:
        return await verify(session, first=first, expected=expected)


async def tamper(database: Database, statement: str) -> None:
    """Changes the trail as somebody could who may do everything in the database."""
    async with database.writer.begin() as connection:
        if connection.dialect.name == "sqlite":
            await connection.execute(sa.text("PRAGMA defer_foreign_keys=ON"))
        else:
            for key in ("fk_audit_leaf_entry_id_audit_entry", "fk_audit_leaf_seal_number_audit_seal"):
                await connection.execute(sa.text(f"ALTER TABLE audit_leaf DROP CONSTRAINT IF EXISTS {key}"))
        await make_changeable(connection)
        await connection.execute(sa.text(statement))
        await make_append_only(connection)


async def test_what_is_recorded_is_sealed_once_and_anybody_can_compute_the_hashes(database: Database) -> None:
    assert await seal(database, NOW) == 0
    await write(database, 7)
    assert [await seal(database, NOW, batch=3) for _ in range(4)] == [3, 3, 1, 0]
    async with database.write() as session:  # what is rolled back leaves nothing
        await record(session, Change("x", NOW), "killStory")
        await session.rollback()
    report = await checked(database)
    assert (report.seals, report.entries, report.unsealed, report.broken) == (3, 7, 0, None)
    async with database.read() as session:
        first = (await session.exec(select(AuditEntry).order_by(col(AuditEntry.id)).limit(1))).one()
        leaf = await session.get_one(AuditLeaf, first.id)
        sealed = await session.get_one(AuditSeal, 3)
        before = await session.get_one(AuditSeal, 2)
        last = (await session.exec(select(AuditLeaf).where(AuditLeaf.seal_number == 3))).one()
    form = {
        "action": "saveOutlet",
        "at": "2026-11-20T08:00:00.123456Z",
        "by": "测试 sp_x",
        "byPartnerId": None,
        "details": {"on": None, "place": 0, "zone": "Asia/Shanghai"},
        "id": str(first.id),
        "partnerId": None,
        "requestId": None,
        "storyId": None,
        "subjectId": None,
    }
    assert leaf.hash == of("entry", form)
    assert sealed.hash == of(
        "seal",
        {"at": "2026-11-20T08:00:00.123456Z", "entries": [last.hash], "number": 3, "previousHash": before.hash},
    )
    assert report.head == Head(3, sealed.hash)


def of(kind: str, form: Mapping[str, object]) -> str:
    """A hash as the documents say it is made, by the standard library."""
    text = json.dumps(form, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(f"storypool audit {kind} 1\n{text}".encode()).hexdigest()


async def test_several_servers_seal_at_once_and_late_commits_are_not_missed(database: Database, dialect: str) -> None:
    if dialect == "postgresql":
        async with database.write() as late:
            await record(late, Change("late", NOW - timedelta(hours=1)), "saveOutlet")
            await write(database, 3)
            assert await seal(database, NOW) == 3
    await asyncio.gather(write(database, 5, 10), write(database, 5, 20), *(seal(database, NOW, 2) for _ in range(6)))
    while await seal(database, NOW, 2):
        pass
    report = await checked(database)
    assert (report.entries, report.unsealed, report.broken) == (10 if dialect == "sqlite" else 14, 0, None)


async def test_the_database_refuses_to_change_the_trail(database: Database) -> None:
    await write(database, 1)
    await seal(database, NOW)
    for table, column in zip(APPEND_ONLY, ("id", "entries", "ordinal"), strict=True):
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {column} = {column}"):
            with pytest.raises(sa.exc.DBAPIError, match="append-only"):
                async with database.writer.begin() as connection:
                    await connection.execute(sa.text(statement))


ENTRY = "(SELECT entry_id FROM audit_leaf WHERE seal_number = 2 AND ordinal = 0)"
TAMPERED = {
    "an entry is changed": (f"UPDATE audit_entry SET by = 'nobody' WHERE id = {ENTRY}", "was changed after it was sealed"),
    "an entry is deleted": (f"DELETE FROM audit_entry WHERE id = {ENTRY}", "it is missing"),
    "an entry is taken out of its seal": ("DELETE FROM audit_leaf WHERE seal_number = 2 AND ordinal = 0", "place 0 is missing"),
    "the last entry of a seal is taken out": ("DELETE FROM audit_leaf WHERE seal_number = 2 AND ordinal = 1", "1 entries, not 2"),
    "a hash is changed": ("UPDATE audit_leaf SET hash = previous_hash FROM audit_seal WHERE seal_number = 2 AND number = 1", "changed"),
    "a seal is changed": ("UPDATE audit_seal SET entries = 3 WHERE number = 2", "2 entries, not 3"),
    "a seal is moved in time": ("UPDATE audit_seal SET at = (SELECT max(at) FROM audit_entry) WHERE number = 2", "another than that"),
    "a seal is made anew": ("UPDATE audit_seal SET hash = previous_hash WHERE number = 2", "another than that"),
    "a seal is deleted": ("DELETE FROM audit_seal WHERE number = 2", "it is missing"),
    "the last seal is deleted": ("DELETE FROM audit_seal WHERE number = 4", "it is missing"),
}  # fmt: skip


@pytest.mark.parametrize("case", TAMPERED)
async def test_what_was_tampered_with_is_named(database: Database, case: str) -> None:
    statement, problem = TAMPERED[case]
    if database.dialect == "sqlite" and statement.startswith("DELETE FROM audit_seal"):
        pytest.skip("SQLite keeps what leaves refer to, unless its keys are switched off for good")
    if database.dialect == "sqlite" and statement.startswith("DELETE FROM audit_entry"):
        pytest.skip("SQLite keeps what leaves refer to, unless its keys are switched off for good")
    await write(database, 8)
    while await seal(database, NOW, 2):
        pass
    assert (await checked(database)).broken is None
    await tamper(database, statement)
    broken = (await checked(database)).broken
    assert broken is not None
    assert problem in broken.problem, broken
    assert "seal 2" in broken.place or "last" in case


async def test_a_trail_that_was_cut_off_or_put_in_is_noticed(database: Database) -> None:
    await write(database, 4)
    while await seal(database, NOW, 2):
        pass
    async with database.read() as session:
        head = await newest_seal(session)
    assert head is not None
    assert (await checked(database, 1, head)).broken is None
    assert (await checked(database, 2)).seals == 1
    assert (await checked(database, 9)).broken == Broken("seal 8", "it is missing")
    await write(database, 1, 90)
    waiting = await checked(database)
    assert (waiting.unsealed, waiting.unsealed_since, waiting.broken) == (1, NOW + timedelta(seconds=90), None)
    await tamper(database, "DELETE FROM audit_unsealed")
    stray = (await checked(database)).broken
    assert stray is not None
    assert "does not wait for one" in stray.problem
    for statement in (
        "DELETE FROM audit_leaf WHERE seal_number = 2",
        "DELETE FROM audit_seal WHERE number = 2",
        "UPDATE counter SET value = 1 WHERE name = 'audit_seal'",
        "DELETE FROM audit_entry WHERE id NOT IN (SELECT entry_id FROM audit_leaf)",
    ):
        await tamper(database, statement)
    assert (await checked(database)).broken is None, "the program's own numbers were set back too"
    assert (await checked(database, 1, head)).broken == Broken("seal 2", "it is missing, and was written down")
    assert (await checked(database, 1, Head(1, "0" * 64))).broken is not None


@pytest.fixture(params=DIALECTS)
def target_url(database_factory: DatabaseFactory, request: pytest.FixtureRequest) -> Iterator[URL]:
    """A second empty database at migration head, on each engine."""
    url = database_factory.migrated(request.param)
    yield url
    database_factory.drop(url)


async def test_a_moved_trail_verifies_and_goes_on_where_it_was(database: Database, target_url: URL) -> None:
    await write(database, 3)
    await seal(database, NOW)
    await write(database, 1, 50)
    target = Database(target_url)
    try:
        await copy_database(database, target)
        await copy_database(database, target, replace=True)
        assert await seal(target, NOW) == 1
        report = await checked(target)
        assert (report.seals, report.entries, report.unsealed, report.broken) == (2, 4, 0, None)
        with pytest.raises(sa.exc.DBAPIError, match="append-only"):
            await _delete(target)
        async with target.read() as session:
            assert (await session.exec(select(func.count()).select_from(AuditUnsealed))).one() == 0
    finally:
        await target.close()


async def _delete(database: Database) -> None:
    async with database.write() as session:
        await session.execute(sa.delete(AuditLeaf))
