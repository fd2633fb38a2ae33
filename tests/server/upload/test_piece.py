"""A piece on its way from the network to the disk."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterable
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.types import Message

from models.upload import UploadAppend, UploadFolder
from server.problem import Problem
from server.upload.headers import Checksum
from server.upload.piece import in_thread, take_piece

ID = uuid.UUID(int=7)


@pytest.fixture
def store(tmp_path: Path) -> UploadFolder:
    store = UploadFolder(tmp_path)
    store.create(ID)
    return store


def request_of(bodies: Iterable[bytes], silent: asyncio.Event | None = None) -> Request:
    """A request whose client sends these, and then falls silent.

    :param silent: is set then.
    """
    left = list(bodies)

    async def receive() -> Message:
        if not left:
            if silent is not None:
                silent.set()
            await asyncio.Event().wait()
        return {"type": "http.request", "body": left.pop(0), "more_body": True}

    return Request({"type": "http", "method": "PATCH", "headers": []}, receive)


@pytest.mark.parametrize(("checksum", "stays"), [(None, 8), (Checksum("sha1", bytes(20)), 0)])
async def test_a_client_that_falls_silent_loses_its_turn(
    store: UploadFolder, checksum: Checksum | None, stays: int
) -> None:
    turn = store.append(ID)
    with pytest.raises(Problem, match="Nothing came") as refused:
        await take_piece(request_of([b"1234", b"5678"]), turn, 100, checksum, silent_seconds=0.01)
    assert refused.value.status == 408
    turn.close()
    assert store.offset(ID) == stays


async def test_work_in_a_thread_is_done_to_its_end_before_a_cancelled_request_goes_on() -> None:
    began, go_on = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    done: list[str] = []

    def work() -> None:
        loop.call_soon_threadsafe(began.set)
        asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result(10)
        done.append("written")

    async def request() -> None:
        try:
            await in_thread(work)
        finally:
            done.append("closed")

    task = asyncio.create_task(request())
    await began.wait()
    task.cancel()
    await asyncio.sleep(0)
    assert done == []
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert done == ["written", "closed"]


async def test_a_cancelled_request_keeps_what_came_and_frees_the_upload(store: UploadFolder) -> None:
    silent = asyncio.Event()

    async def serve() -> None:
        turn: UploadAppend = store.append(ID)
        try:
            await take_piece(request_of([bytes(2_000_000)], silent), turn, 5_000_000, None)
        finally:
            turn.close()

    task = asyncio.create_task(serve())
    await silent.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert store.offset(ID) == 2_000_000
