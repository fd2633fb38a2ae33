from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest
from starlette.testclient import TestClient

from server.serving import GracefulServer, server_config
from server.settings import Settings
from tests.server.tiny import tiny_app

PROGRAM = """
import asyncio, sys
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from server.logging import configure_logging
from server.serving import GracefulServer, server_config
from server.settings import load_settings
from tests.server.tiny import tiny_app

async def slow(request):
    print("began", flush=True)
    await asyncio.sleep(1)
    return PlainTextResponse("finished")

async def serve():
    settings = load_settings()
    configure_logging(settings.log_level, settings.log_format)
    tiny = tiny_app(routes=[Route("/slow", slow)])
    server = GracefulServer(server_config(tiny.app, settings), draining=tiny.health.drain)
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    print(server.servers[0].sockets[0].getsockname()[1], flush=True)
    await task

asyncio.run(serve())
"""

TOLD_EARLY = """
import os, signal, sys, weakref
from server.listening import end_quietly_when_told, listening_socket, serve_on, settled
from server.settings import load_settings

class Waste:
    pass

def told(_reference):
    os.kill(os.getpid(), signal.SIGTERM)
    for _ in range(1000):  # what a signal's handler raises here goes nowhere
        pass

end_quietly_when_told()
settings = load_settings()
waste = Waste()
reference = weakref.ref(waste, told)
del waste
print("goes on", flush=True)
bound = listening_socket(settings.host, settings.port)
serve_on(bound, settled(settings, bound))
"""


def read_line(process: subprocess.Popen[str], seconds: float = 20) -> str:
    assert process.stdout is not None
    readable, _, _ = select.select([process.stdout], [], [], seconds)
    assert readable, "the server said nothing"
    return process.stdout.readline().strip()


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "STORYPOOL_PORT": "0",
        "STORYPOOL_DATA_DIR": str(tmp_path),
        "STORYPOOL_SHUTDOWN_SECONDS": "10",
    }


@pytest.fixture
def process(environment: dict[str, str], tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        env=environment,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        if process.poll() is None:
            process.kill()


def test_a_server_that_is_stopped_finishes_what_it_began(process: subprocess.Popen[str]) -> None:
    url = f"http://127.0.0.1:{read_line(process)}"
    with httpx2.Client(base_url=url, timeout=20) as kept, ThreadPoolExecutor(1) as pool:
        assert kept.get("/readyz").status_code == 200
        answer = pool.submit(httpx2.get, f"{url}/slow", timeout=20)
        assert read_line(process) == "began"
        process.send_signal(signal.SIGTERM)
        assert answer.result(timeout=20).text == "finished"
        with pytest.raises(httpx2.TransportError):
            httpx2.get(f"{url}/healthz", timeout=2)
    began = time.monotonic()
    process.wait(timeout=20)
    assert time.monotonic() - began < 5
    assert process.stderr is not None
    log = process.stderr.read()
    assert "Traceback" not in log
    assert '"path":"/slow","status":200' in log


def test_a_server_that_is_told_to_stop_before_it_serves_ends_even_if_garbage_is_collected_then(
    environment: dict[str, str], tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", TOLD_EARLY], env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert "Exception ignored in" in done.stderr
    assert (done.returncode, done.stdout) == (0, "goes on\n")


def test_an_answer_does_not_name_the_server_software(process: subprocess.Popen[str]) -> None:
    url = f"http://127.0.0.1:{read_line(process)}"
    assert "server" not in httpx2.get(f"{url}/healthz", timeout=20).headers


def test_a_signal_makes_the_server_say_that_it_is_not_ready() -> None:
    tiny = tiny_app()
    server = GracefulServer(server_config(tiny.app, Settings()), draining=tiny.health.drain)
    server.handle_exit(signal.SIGTERM, None)
    with TestClient(tiny.app) as client:
        assert client.get("/readyz").status_code == 503
    assert server.should_exit
