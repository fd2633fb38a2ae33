"""The processes of a benchmark: the server, the baseline and the load generator."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx2
import orjson

from tests.bench.pool import Pool

_START_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 20.0


@dataclass(frozen=True)
class Target:
    """A server that listens.

    :param headers: what each request to its GraphQL endpoint carries.
    """

    port: int
    process: subprocess.Popen[bytes]
    headers: Mapping[str, str]

    def resident_bytes(self) -> int:
        """The server's resident memory; 0 where the system does not tell."""
        return self._told("VmRSS")

    def most_resident_bytes(self) -> int:
        """The most that the server's resident memory ever was; 0 where the system does not tell."""
        return self._told("VmHWM")

    def _told(self, name: str) -> int:
        status = Path(f"/proc/{self.process.pid}/status")
        if not status.exists():
            return 0
        [line] = [line for line in status.read_text(encoding="utf-8").splitlines() if line.startswith(f"{name}:")]
        return int(line.split()[1]) * 1024


@contextmanager
def storypool(pool: Pool, **more: str) -> Iterator[Target]:
    """`storypool serve` over a pool, with a token of its client.

    :param more: settings that differ.
    """
    port = _free_port()
    with tempfile.TemporaryDirectory(prefix="storypool-bench-") as folder:
        environment = _environment(pool, folder, PORT=str(port), **more)
        with _running([sys.executable, "-m", "server.cli", "serve"], port, environment) as process:
            token = token_of(port, pool.client_id, pool.client_secret)
            headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
            yield Target(port, process, headers)


@contextmanager
def delivery_worker(pool: Pool) -> Iterator[None]:
    """`storypool worker` over a pool."""
    with tempfile.TemporaryDirectory(prefix="storypool-bench-") as folder:
        environment = {**os.environ, **_environment(pool, folder)}
        process = subprocess.Popen([sys.executable, "-m", "server.cli", "worker"], env=environment)
        try:
            yield
        finally:
            _stop(process)


def _environment(pool: Pool, folder: str, **more: str) -> dict[str, str]:
    settings = {
        "DATABASE_URL": pool.url.replace("sqlite+aiosqlite", "sqlite").replace("postgresql+asyncpg", "postgresql"),
        "DATA_DIR": folder,
        "COST_PER_MINUTE": "1000000000",
        "MAX_COST": "1000000",
        "ACCESS_TOKEN_SECONDS": "3600",
        "LOG_LEVEL": "warning",
        "OUTGOING_PRIVATE": "true",
        "STREAMS_PER_CLIENT": "100000",
        **more,
    }
    return {f"STORYPOOL_{name}": value for name, value in settings.items()}


@contextmanager
def stock_baseline(pool: Pool, media_url: str) -> Iterator[Target]:
    """The baseline over the same pool."""
    port = _free_port()
    command = [sys.executable, "-m", "tests.bench.serve_baseline", str(port), pool.url, media_url]
    with _running(command, port, {}) as process:
        yield Target(port, process, {"Content-Type": "application/json"})


class Load:
    """The load generator."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def send(
        self,
        asked: Sequence[tuple[Target, Mapping[str, object]]],
        document: str,
        *,
        connections: int = 1,
        seconds: float,
        requests: int = 1_000_000,
        keep: bool = False,
    ) -> dict[str, Any]:
        """Sends one GraphQL document over and over to targets in turn; see `tests.bench.load` for what comes back.

        :param asked: the targets, each with its variables.
        :raises RuntimeError: a server refused it.
        """
        targets = [
            {
                "method": "POST",
                "port": target.port,
                "path": "/graphql",
                "headers": dict(target.headers),
                "body": orjson.dumps({"query": document, "variables": variables}).decode(),
            }
            for target, variables in asked
        ]
        return self._run(
            {"targets": targets, "connections": connections, "seconds": seconds, "requests": requests, "keep": keep}
        )

    def fetch(
        self,
        target: Target,
        path: str,
        headers: Mapping[str, str],
        *,
        connections: int = 1,
        seconds: float,
        requests: int = 1_000_000,
    ) -> dict[str, Any]:
        """Gets one address over and over; see `tests.bench.load` for what comes back.

        :param headers: beside those of the target.
        :raises RuntimeError: the server answered something other than 200 and 304.
        """
        asked = {
            "method": "GET",
            "port": target.port,
            "path": path,
            "headers": {**target.headers, **headers},
            "body": "",
        }
        return self._run(
            {"targets": [asked], "connections": connections, "seconds": seconds, "requests": requests, "keep": True}
        )

    def register(self, target: Target, body: bytes) -> None:
        """Sends one request with this body."""
        asked = {
            "method": "POST",
            "port": target.port,
            "path": "/graphql",
            "headers": dict(target.headers),
            "body": body.decode(),
        }
        self._run({"targets": [asked], "connections": 1, "seconds": 60, "requests": 1, "keep": False})

    def _run(self, job: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(orjson.dumps(job) + b"\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the load generator ended")
        result: dict[str, Any] = orjson.loads(line)
        if "failed" in result:
            raise RuntimeError(f"the server answered {result['failed']}")
        return result

    def ask(self, target: Target, document: str, variables: Mapping[str, object]) -> dict[str, Any]:
        """The data of one answer.

        :raises RuntimeError: it holds errors.
        """
        [result] = self.send([(target, variables)], document, seconds=60, requests=1, keep=True)["targets"]
        answer = orjson.loads(result["last"])
        if answer.get("errors"):
            raise RuntimeError(f"the server answered {answer['errors'][:2]}")
        data: dict[str, Any] = answer["data"]
        return data


@contextmanager
def load_generator() -> Iterator[Load]:
    """The load generator, running until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.load"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        yield Load(process)
    finally:
        _stop(process)


@contextmanager
def _running(command: list[str], port: int, environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL)
    try:
        _wait_for(process, port)
        yield process
    finally:
        _stop(process)


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    ends = time.monotonic() + _START_SECONDS
    while time.monotonic() < ends:
        if process.poll() is not None:
            raise RuntimeError(f"{' '.join(map(str, process.args))} ended with {process.returncode}")  # type: ignore[arg-type]
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"nothing listens on port {port}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def etag_of(target: Target, path: str) -> str:
    """The ETag that an address is answered with."""
    answer = httpx2.get(f"http://127.0.0.1:{target.port}{path}", headers=dict(target.headers)).raise_for_status()
    return answer.headers["etag"]


def token_of(port: int, client_id: str, client_secret: str) -> str:
    """An access token for a client, from a server."""
    base = f"http://127.0.0.1:{port}"
    credentials = b64encode(f"{client_id}:{client_secret}".encode()).decode()
    metadata = httpx2.get(f"{base}/.well-known/oauth-authorization-server").raise_for_status().json()
    answer = httpx2.post(
        metadata["token_endpoint"],
        data={"grant_type": "client_credentials"},
        headers={"Authorization": f"Basic {credentials}"},
    )
    token: str = answer.raise_for_status().json()["access_token"]
    return token
