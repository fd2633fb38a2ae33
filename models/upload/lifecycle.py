"""The life of an upload: begun by a client, renewed with every piece, made into an asset or swept away."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.client import Client
from models.database import Database
from models.errors import NotFound, TooManyUploads, UploadBusy
from models.upload.store import UploadStore
from models.upload.table import Upload

_SWEPT_AT_ONCE = 100
_RENEWED_AFTER = 0.05
"""The share of its life after which a further piece renews it: not with each, for pieces may be small."""


async def begin_upload(session: AsyncSession, upload: Upload, now: datetime, *, most: int) -> None:
    """Adds an upload. Its place in the upload store is made after the commit.

    :param most: uploads that a client may have of which nothing was made yet.
    :raises TooManyUploads: it has as many.
    """
    await session.exec(select(Client.id).where(Client.id == upload.client_id).with_for_update())
    waiting = select(sa.func.count()).where(
        Upload.client_id == upload.client_id, col(Upload.asset_id).is_(None), col(Upload.expires_at) > now
    )
    if (await session.exec(waiting)).one() >= most:
        raise TooManyUploads(
            f"there are {most} uploads already of which nothing was made; finish or delete some of them"
        )
    session.add(upload)


async def find_upload(session: AsyncSession, upload_id: uuid.UUID, client_id: uuid.UUID) -> Upload:
    """An upload of this client; those of others do not exist for it.

    :raises NotFound: none.
    """
    upload = await session.get(Upload, upload_id)
    if upload is None or upload.client_id != client_id:
        raise NotFound(f"there is no upload {upload_id}", field=["uploadId"])
    return upload


async def renew_upload(database: Database, upload: Upload, now: datetime, lifetime: timedelta, *, offset: int) -> None:
    """Says that another piece has come: it expires later, and may be whole."""
    is_whole = offset == upload.length
    if not is_whole and now + lifetime - upload.expires_at < lifetime * _RENEWED_AFTER:
        return
    upload.expires_at = now + lifetime
    upload.finished_at = now if is_whole else None
    async with database.write() as session:
        statement = sa.update(Upload).where(col(Upload.id) == upload.id)
        await session.execute(statement.values(expires_at=upload.expires_at, finished_at=upload.finished_at))


async def end_upload(
    database: Database,
    store: UploadStore,
    upload_id: uuid.UUID,
    recorded: Callable[[AsyncSession], Awaitable[None]] | None = None,
) -> None:
    """Forgets an upload of which nothing was made.

    :param recorded: writes into the audit trail that somebody did so, in the same transaction.
    :raises UploadBusy: a request is at it.
    """
    await asyncio.to_thread(store.delete, upload_id)
    async with database.write() as session:
        unmade = sa.delete(Upload).where(col(Upload.id) == upload_id, col(Upload.asset_id).is_(None))
        ended = (await session.execute(unmade.returning(col(Upload.id)))).all()
        if ended and recorded is not None:
            await recorded(session)


async def sweep_uploads(database: Database, store: UploadStore, now: datetime) -> int:
    """Forgets what has expired, and the bytes of what has become an asset; how much that was. At most a batch at once."""
    present = await asyncio.to_thread(store.ids)  # before the rows are read: a row is there before its bytes are
    async with database.read() as session:
        waiting = (await session.exec(select(Upload.id, Upload.expires_at).where(col(Upload.asset_id).is_(None)))).all()
    expired = [upload_id for upload_id, expires_at in waiting if expires_at <= now]
    done = set(present) - {upload_id for upload_id, _ in waiting}
    swept = 0
    for upload_id in [*expired, *sorted(done)][:_SWEPT_AT_ONCE]:
        with contextlib.suppress(UploadBusy):  # the next turn finds it again
            await end_upload(database, store, upload_id)
            swept += 1
    return swept
