"""OAuth clients and their secrets."""

from __future__ import annotations

import base64
import hashlib
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from models.client import (
    Client,
    ClientStatus,
    check_standing,
    create_client,
    find_client,
    list_clients,
    reactivate_client,
    rotate_secret,
    suspend_client,
)
from models.database import Database
from models.errors import BadInput, ClientSuspended, NotFound
from models.event import Event, EventAudience, EventKind
from models.partner import Partner, PartnerKind, PartnerStatus
from models.scope import STAFF_SCOPES, Scope

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


async def new_partner(database: Database) -> uuid.UUID:
    partner = Partner(key="embassy", kind=PartnerKind.EMBASSY, names={"en": "An embassy"})
    async with database.write() as session:
        session.add(partner)
    return partner.id


async def new_client(
    database: Database, *scopes: str, partner_id: uuid.UUID | None = None, now: datetime = NOW
) -> tuple[Client, str]:
    async with database.write() as session:
        return await create_client(session, partner_id, "A client", scopes or ("pool:read",), now)


async def events(database: Database) -> list[Event]:
    async with database.read() as session:
        return list(await session.exec(select(Event).order_by(col(Event.position))))


async def test_a_client_is_kept_as_it_was_registered(database: Database) -> None:
    partner_id = await new_partner(database)
    client, _ = await new_client(database, "report:read", "pool:read", "pool:read", partner_id=partner_id)
    async with database.read() as session:
        found = await find_client(session, client.client_id)
    assert found.partner_id == partner_id
    assert found.name == "A client"
    assert found.scopes == ["pool:read", "report:read"]
    assert found.grant_types == ["client_credentials"]
    assert found.status is ClientStatus.ACTIVE
    assert (found.created_at, found.secret_changed_at) == (NOW, NOW)


async def test_a_secret_is_256_random_bits_of_which_only_the_hash_is_kept(database: Database) -> None:
    client, secret = await new_client(database)
    assert len(base64.urlsafe_b64decode(secret + "=")) == 32
    assert client.secret_hash == hashlib.sha256(secret.encode()).hexdigest()
    assert client.check_client_secret(secret)
    assert not client.check_client_secret(secret[:-1])
    assert not client.check_client_secret("")


async def test_the_database_does_not_hold_the_secret_anywhere(database: Database) -> None:
    client, secret = await new_client(database)
    async with database.write() as session:
        _, rotated = await rotate_secret(session, client.client_id, LATER)
    if database.url.database is not None and database.dialect == "sqlite":
        file = Path(database.url.database)
        content = b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    else:
        async with database.writer.connect() as connection:
            tables = await connection.run_sync(lambda sync: sa.inspect(sync).get_table_names())
            rows = [(await connection.execute(sa.text(f'SELECT * FROM "{table}"'))).all() for table in tables]
        content = repr(rows).encode()
    assert client.client_id.encode() in content
    assert secret.encode() not in content
    assert rotated.encode() not in content


async def test_a_client_does_not_show_its_hash_when_it_is_printed(database: Database) -> None:
    client, _ = await new_client(database)
    assert client.client_id in repr(client)
    assert client.secret_hash not in repr(client)


async def test_ids_and_secrets_come_from_the_randomness_that_is_passed_in(database: Database) -> None:
    async with database.write() as session:
        client, secret = await create_client(session, None, "Desk", ["pool:read"], NOW, random_bytes=bytes)
    assert client.client_id == "sp_" + "a" * 26
    assert secret == "A" * 43


async def test_clients_and_secrets_differ(database: Database) -> None:
    first, first_secret = await new_client(database)
    second, second_secret = await new_client(database)
    assert first.client_id != second.client_id
    assert first_secret != second_secret


async def test_a_staff_client_may_hold_every_scope(database: Database) -> None:
    client, _ = await new_client(database, *Scope)
    assert client.scopes == [str(scope) for scope in Scope]


@pytest.mark.parametrize("scope", sorted(STAFF_SCOPES))
async def test_a_partners_client_may_not_hold_a_staff_scope(database: Database, scope: Scope) -> None:
    partner_id = await new_partner(database)
    with pytest.raises(BadInput, match=f"only staff clients may hold {scope}"):
        await new_client(database, "pool:read", scope, partner_id=partner_id)
    async with database.read() as session:
        assert not await list_clients(session)


async def test_a_client_for_a_partner_that_does_not_exist_is_refused(database: Database) -> None:
    with pytest.raises(NotFound):
        await new_client(database, partner_id=uuid.uuid4())


@pytest.mark.parametrize("name", ["", "  ", "x" * 129])
async def test_a_client_needs_a_name_of_bearable_length(database: Database, name: str) -> None:
    with pytest.raises(BadInput) as refused:
        async with database.write() as session:
            await create_client(session, None, name, ["pool:read"], NOW)
    assert refused.value.field == ["name"]


@pytest.mark.parametrize("scopes", [[], ["pool:fly"]])
async def test_a_client_needs_scopes_that_exist(database: Database, scopes: list[str]) -> None:
    with pytest.raises(BadInput) as refused:
        async with database.write() as session:
            await create_client(session, None, "A client", scopes, NOW)
    assert refused.value.field == ["scopes"]


async def test_a_rotated_secret_replaces_the_old_one(database: Database) -> None:
    client, old = await new_client(database)
    async with database.write() as session:
        rotated, new = await rotate_secret(session, client.client_id, LATER)
    assert rotated.check_client_secret(new)
    assert not rotated.check_client_secret(old)
    assert rotated.secret_changed_at == LATER


async def test_a_client_can_be_suspended_and_reactivated(database: Database) -> None:
    client, _ = await new_client(database)
    async with database.write() as session:
        await suspend_client(session, client.client_id, LATER)
    async with database.read() as session:
        suspended = await find_client(session, client.client_id)
    with pytest.raises(ClientSuspended, match="the client is suspended"):
        check_standing(suspended, None)
    async with database.write() as session:
        check_standing(await reactivate_client(session, client.client_id, LATER), None)


async def test_a_client_is_served_only_while_its_partner_is(database: Database) -> None:
    partner_id = await new_partner(database)
    client, _ = await new_client(database, partner_id=partner_id)
    async with database.read() as session:
        partner = await session.get_one(Partner, partner_id)
    check_standing(client, partner)
    partner.status = PartnerStatus.SUSPENDED
    for missing_or_suspended in (partner, None):
        with pytest.raises(ClientSuspended, match="the partner of the client is suspended"):
            check_standing(client, missing_or_suspended)


async def test_every_change_is_told_to_staff_and_a_change_that_changes_nothing_is_not(database: Database) -> None:
    partner_id = await new_partner(database)
    client, _ = await new_client(database, partner_id=partner_id)
    async with database.write() as session:
        await rotate_secret(session, client.client_id, LATER)
    for change in (suspend_client, suspend_client, reactivate_client, reactivate_client):
        async with database.write() as session:
            await change(session, client.client_id, LATER)
    told = await events(database)
    assert [event.at for event in told] == [NOW, LATER, LATER, LATER]
    for event in told:
        assert event.kind is EventKind.CLIENT_CHANGED
        assert event.audience is EventAudience.STAFF
        assert (event.partner_id, event.subject_id) == (partner_id, client.client_id)


async def test_an_unknown_client_cannot_be_changed(database: Database) -> None:
    async with database.write() as session:
        for change in (rotate_secret, suspend_client, reactivate_client):
            with pytest.raises(NotFound, match="sp_nobody"):
                await change(session, "sp_nobody", NOW)
    assert await events(database) == []


async def test_clients_are_listed_from_the_oldest_on(database: Database) -> None:
    second, _ = await new_client(database, now=LATER)
    first, _ = await new_client(database, now=NOW)
    async with database.read() as session:
        listed = await list_clients(session)
    assert [client.client_id for client in listed] == [first.client_id, second.client_id]


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        (None, "pool:read pickup:write"),
        ("", "pool:read pickup:write"),
        ("pickup:write", "pickup:write"),
        ("pickup:write  pool:read pool:read", "pool:read pickup:write"),
        ("pool:read report:read", None),
        ("POOL:READ", None),
        ("openid", None),
    ],
)
def test_a_token_carries_what_was_asked_for_if_the_client_holds_all_of_it(
    asked: str | None, granted: str | None
) -> None:
    client = Client(
        client_id="sp_x",
        name="x",
        secret_hash="",
        scopes=["pool:read", "pickup:write"],
        grant_types=[],
        created_at=NOW,
        secret_changed_at=NOW,
    )
    assert client.get_allowed_scope(asked) == granted
