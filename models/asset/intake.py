"""Takes what was uploaded into the media store, before anything is written to the database."""

from __future__ import annotations

import asyncio
import contextlib

from models.asset.table import AssetKind
from models.errors import NotFound, UploadBusy, UploadUnfinished
from models.files import Files
from models.media.intake import TakenMedia
from models.upload import Upload


async def take_upload(files: Files, upload: Upload, kind: AssetKind | None) -> TakenMedia:
    """What an uploaded file was made into. Done again, it finds what it made before.

    :param kind: what the file is said to be; None where its content decides.
    :raises UploadUnfinished: it has not come whole yet.
    :raises NotFound: its bytes are gone.
    :raises UploadBusy: a request is at it.
    :raises BadMedia: it is not taken.
    """
    with contextlib.ExitStack() as held:
        try:
            path = await asyncio.to_thread(held.enter_context, files.uploads.reading(upload.id))
        except NotFound:
            raise NotFound(f"the upload {upload.id} is gone; upload the file again", field=["uploadId"]) from None
        come = (await asyncio.to_thread(path.stat)).st_size
        if come != upload.length:
            raise UploadUnfinished(
                f"{come:,} of {upload.length:,} bytes have come; send the rest, then repeat", field=["uploadId"]
            )
        return await files.intake.take(path, kind)


async def drop_bytes(files: Files, upload: Upload) -> None:
    """Forgets the bytes of an upload that has become an asset. Whoever is at them still has them; they are swept later."""
    with contextlib.suppress(UploadBusy):
        await asyncio.to_thread(files.uploads.delete, upload.id)
