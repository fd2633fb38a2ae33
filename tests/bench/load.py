"""The load generator: a process of its own that sends requests over kept connections and times the answers.

It reads one JSON line a job from standard input and writes one JSON line a result. HTTP/1.1 is spoken over plain streams, since a
client library would take a share of the processor that belongs to the server.

    {"targets": [{"method", "port", "path", "headers": {…}, "body"}], "connections", "seconds", "requests", "keep"}
    {"elapsed", "targets": [{"requests", "median", "last"}]}

Each connection asks the targets in turn, so that whatever else the machine does meets all of them alike. A job ends after `seconds` or
after `requests` answers of each target, whichever comes first. Times are in seconds; `last` is the last answer's body where `keep`
is set. An answer other than 200 and 304 ends the job: {"failed": status and body}.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from dataclasses import dataclass, field
from typing import Any

import orjson

_CHUNK = 1 << 20


class AnswerError(Exception):
    """The server answered something other than 200 and 304."""


async def _answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    status = head.split(b" ", 2)[1]
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    body = await reader.readexactly(length)
    if status not in (b"200", b"304"):
        raise AnswerError(f"{status.decode()}: {body[:2000].decode(errors='replace')}")
    return body


def _request(target: dict[str, Any]) -> bytes:
    body: bytes = target["body"].encode()
    headers = {"Host": f"127.0.0.1:{target['port']}", **target["headers"]}
    if body:
        headers["Content-Length"] = str(len(body))
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{target['method']} {target['path']} HTTP/1.1\r\n{lines}\r\n".encode() + body


@dataclass
class _Timed:
    """A target's request, how long its answers took, and the last one."""

    port: int
    request: bytes
    times: list[float] = field(default_factory=list)
    last: bytes = b""


async def _run(job: dict[str, Any]) -> dict[str, Any]:
    timed = [_Timed(target["port"], _request(target)) for target in job["targets"]]
    began = time.perf_counter()

    async def ask_in_turn() -> None:
        streams = [await asyncio.open_connection("127.0.0.1", target.port, limit=_CHUNK) for target in timed]
        try:
            while len(timed[-1].times) < job["requests"] and time.perf_counter() - began < job["seconds"]:
                for target, (reader, writer) in zip(timed, streams, strict=True):
                    sent = time.perf_counter()
                    writer.write(target.request)
                    target.last = await _answer(reader)
                    target.times.append(time.perf_counter() - sent)
        finally:
            for _, writer in streams:
                writer.close()

    try:
        await asyncio.gather(*(ask_in_turn() for _ in range(job["connections"])))
    except AnswerError as error:
        return {"failed": str(error)}
    return {
        "elapsed": time.perf_counter() - began,
        "targets": [
            {
                "requests": len(target.times),
                "median": statistics.median(target.times),
                "last": target.last.decode() if job["keep"] else None,
            }
            for target in timed
        ],
    }


def main() -> None:
    """Serves jobs until standard input ends."""
    for line in sys.stdin.buffer:
        result = asyncio.run(_run(orjson.loads(line)))
        sys.stdout.buffer.write(orjson.dumps(result) + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
