"""The demonstration pool for tests, and clients that query it through the GraphQL schema."""

from __future__ import annotations

import tempfile
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graphql import GraphQLError
from sqlmodel import select

from models.actor import Actor
from models.client import create_client
from models.database import Database
from models.files import Files
from models.partner import Partner
from models.scope import PARTNER_SCOPES, Scope
from schema.context import Context, Services
from schema.schema import build_schema
from tests.audited import require_entries

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
"""When the tests ask: after the demonstration was released."""
RELEASED = datetime(2026, 11, 19, 8, 0, tzinfo=UTC)
"""When the demonstration is released."""

SCHEMA = build_schema()
JsonAnswer = dict[str, Any]


@dataclass
class Pool:
    """A seeded database with the services over it."""

    database: Database
    services: Services
    now: datetime = NOW

    @classmethod
    def over(cls, database: Database, folder: Path | None = None) -> Pool:
        """:param folder: where files are kept, if any are."""
        files = Files.under(folder or Path(tempfile.gettempdir()) / f"storypool-{uuid.uuid4()}")
        pool = cls(database, Services.of(database, files, "http://localhost:8000", clock=lambda: pool.now))
        return pool

    async def actor(self, partner: str | None, *scopes: Scope) -> Actor:
        """An actor for a partner, by key, or for staff."""
        partner_id = None
        if partner is not None:
            async with self.database.read() as session:
                partner_id = (await session.exec(select(Partner.id).where(Partner.key == partner))).one()
        held = frozenset(scopes) or (frozenset(Scope) if partner is None else PARTNER_SCOPES - {Scope.EMBARGO_READ})
        return Actor(f"test-{partner}", uuid.uuid5(uuid.NAMESPACE_URL, str(partner)), partner_id, held)

    async def client(self, partner: str, *scopes: Scope) -> Actor:
        """An actor for a partner by a client that exists: a pickup names the client that took it."""
        actor = await self.actor(partner, *scopes)
        async with self.database.write() as session:
            row, _ = await create_client(session, actor.partner_id, "test", sorted(actor.scopes), self.now)
        return replace(actor, client_id=row.client_id, client_uuid=row.id)

    async def ask(self, actor: Actor, document: str, **variables: Any) -> JsonAnswer:
        """The data of an operation that must not fail."""
        result = await self.run(actor, document, **variables)
        assert result.errors is None, result.errors
        data: JsonAnswer = result.data
        return data

    async def refusal(self, actor: Actor, document: str, **variables: Any) -> Exception:
        """The error of an operation that must be refused."""
        result = await self.run(actor, document, **variables)
        assert result.errors, result.data
        error: GraphQLError = result.errors[0]
        return error.original_error or error

    async def run(self, actor: Actor, document: str, **variables: Any) -> Any:
        context = Context(actor, self.services, uuid.uuid4().hex)
        result = await SCHEMA.execute(document, variable_values=variables, context_value=context)
        await require_entries(self.database, context.request_id, document, result.data)
        return result
