"""Pages that are read: over redirects that are guarded like the first address, unpacked within bounds, and no longer than is wanted."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Awaitable, Callable

import pytest

from models.errors import BadUrl
from server.outgoing import Answer, GuardedClient, OutgoingError
from tests.server.hook.receiver import listening

Write = Callable[[asyncio.StreamWriter, str], Awaitable[None]]


def serving(write: Write) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
    """Answers each request by its path."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            while (await reader.readline()).strip():
                pass
            await write(writer, line.decode().split()[1])
            await writer.drain()

    return serve


def plain(body: bytes, *headers: str, status: int = 200) -> bytes:
    lines = "".join(f"{header}\r\n" for header in headers)
    return f"HTTP/1.1 {status} Answer\r\nContent-Length: {len(body)}\r\n{lines}\r\n".encode() + body


async def got(write: Write, path: str = "/", *, most_bytes: int = 65_536) -> Answer:
    client = GuardedClient(allow_private=True, most_bytes=most_bytes)
    try:
        async with listening(serving(write)) as port:
            return await client.get(f"http://127.0.0.1:{port}{path}")
    finally:
        await client.close()


async def test_redirects_are_followed_to_where_the_page_is() -> None:
    async def write(writer: asyncio.StreamWriter, path: str) -> None:
        writer.write(plain(b"", "Location: /b/page#part", status=301) if path == "/a" else plain(b"here"))

    answer = await got(write, "/a")
    assert (answer.status, answer.body) == (200, b"here")
    assert answer.url.endswith("/b/page")


async def test_redirects_that_do_not_end_are_left() -> None:
    async def write(writer: asyncio.StreamWriter, path: str) -> None:
        writer.write(plain(b"", f"Location: {path}x", status=302))

    with pytest.raises(OutgoingError, match="more than 5 redirects"):
        await got(write)


async def test_a_redirect_inward_is_not_followed() -> None:
    async def resolver(host: str, port: int) -> list[str]:
        return ["127.0.0.1"] if host == "outside.example" else ["10.0.0.1"]

    dialled = []

    async def write(writer: asyncio.StreamWriter, path: str) -> None:
        dialled.append(path)
        writer.write(plain(b"", "Location: ftp://inside.example/", status=302))

    async with listening(serving(write)) as port:
        client = GuardedClient(allow_private=True, resolver=resolver)
        with pytest.raises(BadUrl):
            await client.get(f"http://outside.example:{port}/")
        await client.close()
        guarded = GuardedClient(allow_private=False, resolver=resolver)
        with pytest.raises(OutgoingError, match="not at a public address"):
            await guarded.get(f"http://outside.example:{port}/")
        await guarded.close()
    assert dialled == ["/"]


@pytest.mark.parametrize(
    "url", ["ftp://a.example/", "https://u:p@a.example/", "a.example", "https:///x", "https://[::1"]
)
async def test_what_is_no_page_is_refused(url: str) -> None:
    client = GuardedClient(allow_private=False)
    with pytest.raises(BadUrl):
        await client.get(url)
    await client.close()


@pytest.mark.parametrize(
    ("name", "packed"),
    [("gzip", gzip.compress(b"page" * 9, mtime=0)), ("deflate", zlib.compress(b"page" * 9))],
    ids=["gzip", "deflate"],
)
async def test_what_is_packed_is_unpacked(name: str, packed: bytes) -> None:
    async def write(writer: asyncio.StreamWriter, path: str) -> None:
        writer.write(plain(packed, f"Content-Encoding: {name}"))

    assert (await got(write)).body == b"page" * 9


async def test_of_a_bomb_no_more_is_unpacked_than_is_wanted() -> None:
    packing = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packing.compress(bytes(1_000_000)) for _ in range(200)) + packing.flush()
    assert len(bomb) < 300_000

    async def write(writer: asyncio.StreamWriter, path: str) -> None:
        writer.write(plain(bomb, "Content-Encoding: gzip"))

    assert len((await got(write, most_bytes=100_000)).body) == 100_000


async def test_of_an_endless_page_no_more_is_read_than_is_wanted() -> None:
    sent = 0

    async def write(writer: asyncio.StreamWriter, path: str) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 Answer\r\nContent-Length: 1000000000\r\n\r\n")
        for _ in range(10_000):
            writer.write(bytes(100_000))
            sent += 100_000
            await writer.drain()

    assert len((await got(write, most_bytes=1_000_000)).body) == 1_000_000
    assert sent < 100_000_000


@pytest.mark.parametrize("header", ["Content-Encoding: br", "Content-Encoding: gzip"])
async def test_what_cannot_be_unpacked_is_refused(header: str) -> None:
    async def write(writer: asyncio.StreamWriter, path: str) -> None:
        writer.write(plain(b"not packed", header))

    with pytest.raises(OutgoingError, match="packed"):
        await got(write)
