"""GraphQL documents that clients registered, to be named later by the SHA-256 of their text."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from models.base import Table, UTCDateTime


class PersistedDocument(Table, table=True):
    """One registered document. Its text never changes, since its name is its hash.

    :ivar sha256: lower-case hexadecimal SHA-256 of the text in UTF-8.
    :ivar text: the source text, valid when it was registered.
    :ivar client_id: the OAuth client that registered it first; counts against that client's allowance.
    :ivar created_at: when.
    """

    __tablename__ = "persisted_document"

    sha256: str = Field(primary_key=True, max_length=64)
    text: str = Field(sa_type=sa.Text)
    client_id: str = Field(max_length=64, index=True)
    created_at: datetime = Field(sa_type=UTCDateTime)
