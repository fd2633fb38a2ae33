"""The demonstration: set up once, gone on with afterwards, and served as one process."""

from __future__ import annotations

import shutil
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from models.scope import PARTNER_SCOPES, Scope
from seed.reading import read_seed
from tests.server.command_line import CommandLine, Demonstration, within

VIEWER = "{ viewer { __typename } }"


@pytest.fixture
def command_line(demonstration: Path, tmp_path: Path) -> CommandLine:
    """An installation of its own, set up as the demonstration."""
    return CommandLine(Path(shutil.copytree(demonstration, tmp_path / "data")))


@pytest.fixture(scope="module")
def demo(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """A demonstration that serves, for those who change nothing."""
    folder = tmp_path_factory.mktemp("demonstration") / "data"
    with CommandLine(Path(shutil.copytree(demonstration, folder))).demo() as demo:
        yield demo


def test_prints_one_line_with_a_client_for_each_partner_and_one_for_staff(command_line: CommandLine) -> None:
    with command_line.demo() as demo:
        assert set(demo.line) == {"url", "graphqlUrl", "tokenUrl", "clients"}
        clients = demo.line["clients"]
        assert [client["partner"] for client in clients] == [part.key for part in read_seed().partners] + [None]
        assert set(clients[0]["scope"].split()) == PARTNER_SCOPES
        assert all(set(client["scope"].split()) == PARTNER_SCOPES - {Scope.EMBARGO_READ} for client in clients[1:-1])
        assert set(clients[-1]["scope"].split()) == set(Scope)
        demo.stop()
        assert demo.process.said.count("\n") == 1


def test_a_second_run_keeps_the_data_and_the_credentials(command_line: CommandLine) -> None:
    secrets = command_line.data_dir / "demo-clients.json"
    before = secrets.read_bytes()
    stories = command_line.json("story", "list")
    with command_line.demo() as demo:
        assert demo.token_response("china-daily").status_code == 200
    assert secrets.read_bytes() == before
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
    assert command_line.json("story", "list") == stories
    assert len(stories) >= 24


def test_lost_secrets_are_replaced_and_no_client_is_added(command_line: CommandLine) -> None:
    clients = len(command_line.json("client", "list"))
    (command_line.data_dir / "demo-clients.json").unlink()
    with command_line.demo() as demo:
        assert demo.token_response(None).status_code == 200
    assert len(command_line.json("client", "list")) == clients


def test_serves_again_after_it_was_killed(command_line: CommandLine) -> None:
    with command_line.demo() as demo:
        token = demo.token("china-daily")
        assert demo.ask(VIEWER, token).status_code == 200
        assert demo.stop(signal.SIGKILL) == -signal.SIGKILL
    with command_line.demo() as demo:
        assert demo.ask(VIEWER, demo.token("china-daily")).json()["data"]["viewer"]
    assert command_line.json("doctor")["ok"]


def test_refuses_a_suspended_client_within_a_second(command_line: CommandLine) -> None:
    with command_line.demo() as demo:
        token = demo.token("china-daily")
        assert demo.ask(VIEWER, token).status_code == 200
        assert command_line.run("client", "suspend", demo.client("china-daily")["clientId"]).returncode == 0
        assert within(1.0, lambda: demo.ask(VIEWER, token).status_code == 401)
        assert demo.token_response("china-daily").status_code == 401
        assert command_line.run("client", "reactivate", demo.client("china-daily")["clientId"]).returncode == 0
        assert within(1.0, lambda: demo.ask(VIEWER, token).status_code == 200)


def test_refuses_the_clients_of_a_suspended_partner(command_line: CommandLine) -> None:
    with command_line.demo() as demo:
        token, staff = demo.token("china-daily"), demo.token(None)
        assert command_line.run("partner", "suspend", "china-daily").returncode == 0
        assert within(1.0, lambda: demo.ask(VIEWER, token).status_code == 401)
        assert demo.ask(VIEWER, staff).status_code == 200


def test_tells_its_health_and_its_metrics(demo: Demonstration) -> None:
    assert httpx2.get(f"{demo.url}/healthz").json() == {"status": "alive"}
    assert httpx2.get(f"{demo.url}/readyz").json() == {"status": "ready"}
    assert 'route="/readyz"' in httpx2.get(f"{demo.url}/metrics").text
    missing = httpx2.get(f"{demo.url}/nothing")
    assert missing.status_code == 404
    assert missing.json()["errors"][0]["extensions"]["requestId"] == missing.headers["X-Request-Id"]


def test_the_gate_of_graphql_has_four_answers(demo: Demonstration) -> None:
    def answer(authorization: str | None) -> tuple[int, bool, str]:
        headers = {} if authorization is None else {"Authorization": authorization}
        response = httpx2.post(demo.line["graphqlUrl"], json={"query": VIEWER}, headers=headers)
        challenge = response.headers.get("WWW-Authenticate", "")
        return (
            response.status_code,
            challenge.startswith("Bearer realm="),
            challenge.partition('error="')[2].split('"')[0],
        )

    assert answer(None) == (401, True, "")
    assert answer("Bearer") == (400, True, "invalid_request")
    assert answer("Bearer not.a.token") == (401, True, "invalid_token")
    assert answer(f"Bearer {demo.token('china-daily')}") == (200, False, "")


def test_media_go_to_those_who_may_read_them(demo: Demonstration, demonstration: Path) -> None:
    file = next(path for path in (demonstration / "media").rglob("*") if path.is_file())
    address = f"{demo.url}/media/{file.name}"
    assert httpx2.get(address).status_code == 401
    staff = {"Authorization": f"Bearer {demo.token(None)}"}
    answer = httpx2.get(address, headers=staff)
    assert answer.content == file.read_bytes()
    assert answer.headers["Content-Type"].startswith("image/")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert httpx2.get(address, headers=staff | {"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert httpx2.get(f"{demo.url}/media/{'0' * 64}", headers=staff).status_code == 404
    unable = {"Authorization": f"Bearer {demo.token('china-daily', 'pickup:write')}"}
    assert httpx2.get(address, headers=unable).status_code == 403
