"""The program as its users have it: a process with an environment, an exit code and two streams."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import httpx2

from tests.server.called import Called

ROOT = Path(__file__).parents[2]
_PATIENCE_SECONDS = 60.0


@dataclass
class CommandLine:
    """Runs `storypool` on one installation.

    :param data_dir: its data folder.
    :param database: its database; empty for the folder's SQLite file.
    """

    data_dir: Path
    database: str = ""

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("STORYPOOL_")}
        return kept | {
            "STORYPOOL_DATA_DIR": str(self.data_dir),
            "STORYPOOL_DATABASE_URL": self.database,
            "STORYPOOL_PORT": "0",
            "PYTHONPATH": str(ROOT),
        }

    def run(self, *arguments: str) -> CompletedProcess[str]:
        return self.start(*arguments).completed(_PATIENCE_SECONDS)

    def start(self, *arguments: str, **more: str) -> Called:
        """A command that goes on running, with more variables of the environment."""
        folder = self.data_dir.parent
        folder.mkdir(parents=True, exist_ok=True)
        return Called(arguments, self.environment | more, folder)

    def json(self, *arguments: str) -> Any:
        """What a command printed with --json; it must succeed."""
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    @contextmanager
    def demo(self) -> Iterator[Demonstration]:
        """The demonstration, serving; stopped at the end of the block if it still runs."""
        process = self.start("demo", "--json")
        try:
            yield Demonstration(process, json.loads(process.line(_PATIENCE_SECONDS)))
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(_PATIENCE_SECONDS)


@dataclass
class Demonstration:
    """A server process, and the line that it printed before serving."""

    process: Called
    line: Any

    @property
    def url(self) -> str:
        return str(self.line["url"])

    def client(self, partner: str | None) -> dict[str, str]:
        found: dict[str, str] = next(entry for entry in self.line["clients"] if entry["partner"] == partner)
        return found

    def token_response(self, partner: str | None, scope: str | None = None) -> httpx2.Response:
        client = self.client(partner)
        data = {"grant_type": "client_credentials"} | ({} if scope is None else {"scope": scope})
        return httpx2.post(
            self.line["tokenUrl"],
            data=data,
            auth=(client["clientId"], client["clientSecret"]),
            timeout=_PATIENCE_SECONDS,
        )

    def token(self, partner: str | None, scope: str | None = None) -> str:
        response = self.token_response(partner, scope)
        assert response.status_code == 200, response.text
        return str(response.json()["access_token"])

    def ask(self, query: str, token: str | None) -> httpx2.Response:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return httpx2.post(self.line["graphqlUrl"], json={"query": query}, headers=headers, timeout=_PATIENCE_SECONDS)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Sends a signal and gives the exit code."""
        self.process.send_signal(number)
        return self.process.wait(_PATIENCE_SECONDS)


def within(seconds: float, condition: Any) -> bool:
    """Whether a condition comes true in that time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False
