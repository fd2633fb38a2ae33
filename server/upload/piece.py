"""Takes a piece of an upload off the network and puts it onto the disk, in constant memory."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import AsyncIterator, Callable
from typing import Final, TypeVar

from starlette.requests import ClientDisconnect, Request

from models.upload import UploadAppend
from server.problem import Problem
from server.upload.headers import CHECKSUM_ALGORITHMS, CHECKSUM_MISMATCH, Checksum

SILENT_SECONDS: Final = 60
"""How long a client may send nothing before its turn at the upload ends."""
_WRITTEN_AT_ONCE = 1024 * 1024
_DISK_IS_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

T = TypeVar("T")


async def in_thread(work: Callable[..., T], *arguments: object) -> T:
    """What the work gives, done in a thread.

    Also where this is cancelled the work is done to its end first, so that nobody closes a file under it.
    """
    task = asyncio.ensure_future(asyncio.to_thread(work, *arguments))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise


async def take_piece(
    request: Request,
    turn: UploadAppend,
    most: int,
    checksum: Checksum | None,
    *,
    silent_seconds: float = SILENT_SECONDS,
) -> int:
    """Adds the body of a request to an upload, and gives the offset that is on the disk then.

    Of a body that breaks off, what came stays; with a checksum nothing does, for it cannot be checked.

    :param most: bytes that are missing from the upload.
    :param silent_seconds: how long the client may send nothing.
    :raises Problem: 408 where the client falls silent; 413 where more comes than is missing; 460 where the checksum is another; 507 where
        the disk is full.
    :raises ClientDisconnect: the client went away.
    """
    if checksum is not None:
        await in_thread(turn.require_keep)
    try:
        await _write_body(_portions(request, silent_seconds), turn, most, checksum)
    except (Problem, ClientDisconnect) as error:
        whole_only = checksum is not None or (isinstance(error, Problem) and error.status == 413)
        await in_thread(turn.discard if whole_only else turn.keep)
        raise
    except OSError as error:
        if error.errno not in _DISK_IS_FULL:
            raise
        await in_thread(turn.discard if checksum is not None else turn.keep)
        raise Problem(507, "There is no room for more at present. Ask the operator, and go on later.") from error
    return await in_thread(turn.keep)


async def _write_body(portions: AsyncIterator[bytes], turn: UploadAppend, most: int, checksum: Checksum | None) -> None:
    hashed = CHECKSUM_ALGORITHMS[checksum.algorithm]() if checksum is not None else None

    def add(content: bytes) -> None:
        turn.write(content)
        if hashed is not None:
            hashed.update(content)

    received = 0
    async for content in portions:
        received += len(content)
        if received > most:
            raise too_much(most)
        await in_thread(add, content)
    if checksum is not None and hashed is not None and hashed.digest() != checksum.digest:
        raise Problem(CHECKSUM_MISMATCH, "The piece arrived otherwise than it was sent. Send it again.")


def too_much(most: int) -> Problem:
    """The refusal of a body that holds more than is missing."""
    return Problem(
        413,
        f"The body holds more than the {most:,} bytes that are missing.",
        reason="UPLOAD_TOO_LARGE",
        headers={"Connection": "close"},
    )


async def _portions(request: Request, silent_seconds: float) -> AsyncIterator[bytes]:
    """The body as it comes, in portions that are worth a write."""
    waiting = bytearray()
    stream = aiter(request.stream())
    while True:
        try:
            async with asyncio.timeout(silent_seconds):
                content = await anext(stream, None)
        except TimeoutError:
            content = None
            silent = True
        except ClientDisconnect:
            if waiting:
                yield bytes(waiting)
            raise
        else:
            silent = False
        if content is None:
            break
        waiting += content
        if len(waiting) >= _WRITTEN_AT_ONCE:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)
    if silent:
        raise Problem(
            408,
            f"Nothing came for {silent_seconds} seconds. Ask for the offset and go on from there.",
            headers={"Connection": "close"},
        )
