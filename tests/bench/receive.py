"""A partner's address: a process of its own that takes webhooks and says when each came.

It prints its port, then reads one JSON line a job from standard input and writes one JSON line a result:

    {"count"}
    {"times", "ids"}

A job ends once so many calls came since the job before. Times are `time.monotonic` in seconds, which all processes of a machine share.
"""

from __future__ import annotations

import asyncio
import sys
import time

import orjson

_ANSWER = b"HTTP/1.1 204 No Content\r\n\r\n"


class Receiver(asyncio.Protocol):
    """One connection. Bodies come with a length, as a client that has the whole body sends them."""

    arrived: list[tuple[float, str]]
    waiting: asyncio.Event

    def __init__(self, arrived: list[tuple[float, str]], more: asyncio.Event) -> None:
        self.arrived, self.more = arrived, more
        self.kept = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.kept += data
        while (end := self.kept.find(b"\r\n\r\n")) >= 0:
            lines = bytes(self.kept[:end]).decode("latin-1").split("\r\n")[1:]
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            whole = end + 4 + int(headers.get("content-length", 0))
            if len(self.kept) < whole:
                return
            del self.kept[:whole]
            self.arrived.append((time.monotonic(), headers.get("webhook-id", "")))
            self.more.set()
            self.transport.write(_ANSWER)


async def main() -> None:
    """Serves until standard input ends."""
    arrived: list[tuple[float, str]] = []
    more = asyncio.Event()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Receiver(arrived, more), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    while line := await asyncio.to_thread(sys.stdin.buffer.readline):
        count = orjson.loads(line)["count"]
        while len(arrived) < count:
            more.clear()
            await more.wait()
        taken, arrived[:count] = arrived[:count], []
        sys.stdout.buffer.write(
            orjson.dumps({"times": [at for at, _ in taken], "ids": [id for _, id in taken]}) + b"\n"
        )
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    asyncio.run(main())
