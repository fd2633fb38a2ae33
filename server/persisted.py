"""Documents that clients name by the SHA-256 of their text instead of sending it each time."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.audit.record import record
from models.audit.subject import Subject
from models.base import POSTGRESQL, Clock, utc_now
from models.change import Change
from models.client import Client
from models.database import Database
from models.persisted_document import PersistedDocument

_KEPT_CHARACTERS = 2_000_000


def document_hash(text: str) -> str:
    """The name of a document: lower-case hexadecimal SHA-256 of its text in UTF-8.

    Source: GraphQL over HTTP, appendix on persisted documents, "SHA256 Hex Document Identifier".
    """
    return hashlib.sha256(text.encode()).hexdigest()


class PersistedDocuments(Protocol):
    """Where registered documents are kept."""

    async def get(self, sha256: str) -> str | None:
        """The document's text; None when it is not registered."""

    async def put(self, sha256: str, text: str, client_id: str) -> bool:
        """Register a valid document for a client; again is no error.

        :returns: whether it is registered now: False when the client has registered as many as it may.
        """


class StoredDocuments:
    """Registered documents in the database.

    :param per_client: how many one client may register.
    """

    def __init__(self, database: Database, *, per_client: int, clock: Clock = utc_now) -> None:
        self._database = database
        self._per_client = per_client
        self._clock = clock

    async def get(self, sha256: str) -> str | None:
        """The document's text; None when it is not registered."""
        async with self._database.read() as session:
            return (
                await session.exec(select(PersistedDocument.text).where(col(PersistedDocument.sha256) == sha256))
            ).one_or_none()

    async def put(self, sha256: str, text: str, client_id: str) -> bool:
        """Register a document, unless the client has registered as many as it may."""
        if await self.get(sha256) is not None:
            return True
        insert = postgresql.insert if self._database.dialect == POSTGRESQL else sqlite.insert
        async with self._database.write() as session:
            registered = (
                await session.exec(select(sa.func.count()).where(col(PersistedDocument.client_id) == client_id))
            ).one()
            if registered >= self._per_client:
                return False
            values = {"sha256": sha256, "text": text, "client_id": client_id, "created_at": self._clock()}
            await session.execute(insert(PersistedDocument).values(values).on_conflict_do_nothing())
            await self._record(session, sha256, client_id)
        return True

    async def _record(self, session: AsyncSession, sha256: str, client_id: str) -> None:
        partner = select(Client.partner_id).where(Client.client_id == client_id)
        partner_id = (await session.exec(partner)).one_or_none()
        subject = Subject(f"sha256:{sha256}", partner_id=partner_id)
        change = Change(by=client_id, at=self._clock())
        await record(session, change, "registerDocument", by_partner_id=partner_id, subject=subject)


class RecentDocuments:
    """Registered documents at hand, in front of where they are kept; the least recently used are dropped first."""

    def __init__(self, documents: PersistedDocuments, *, characters: int = _KEPT_CHARACTERS) -> None:
        self._documents = documents
        self._characters = characters
        self._kept: OrderedDict[str, str] = OrderedDict()
        self._held = 0

    async def get(self, sha256: str) -> str | None:
        """The document's text; None when it is not registered."""
        text = self._kept.get(sha256)
        if text is not None:
            self._kept.move_to_end(sha256)
            return text
        text = await self._documents.get(sha256)
        if text is not None:
            self._keep(sha256, text)
        return text

    async def put(self, sha256: str, text: str, client_id: str) -> bool:
        """Register a document where documents are kept, unless it is known to be there."""
        if sha256 in self._kept:
            return True
        stored = await self._documents.put(sha256, text, client_id)
        if stored:
            self._keep(sha256, text)
        return stored

    def _keep(self, sha256: str, text: str) -> None:
        if sha256 in self._kept:
            return
        self._kept[sha256] = text
        self._held += len(text)
        while self._held > self._characters:
            _, dropped = self._kept.popitem(last=False)
            self._held -= len(dropped)
