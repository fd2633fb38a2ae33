"""Commands on an installation: what they do, what they print, and how they fail."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import DatabaseFactory
from tests.server.command_line import CommandLine


@pytest.fixture
def command_line(seeded_installation: Path, tmp_path: Path) -> CommandLine:
    """A seeded installation of its own, without the media."""
    data = tmp_path / "data"
    data.mkdir()
    shutil.copy(seeded_installation / "storypool.db", data)
    return CommandLine(data)


@pytest.fixture
def postgres_database(database_factory: DatabaseFactory) -> Iterator[str]:
    url = database_factory.empty("postgresql")
    yield url.render_as_string(hide_password=False)
    database_factory.drop(url)


def test_serve_refuses_a_database_that_is_not_migrated(tmp_path: Path) -> None:
    done = CommandLine(tmp_path / "data").run("serve")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.endswith("run storypool migrate\n")


def test_a_wrong_call_exits_with_two_and_a_refusal_with_one(command_line: CommandLine) -> None:
    assert command_line.run("client", "create").returncode == 2
    refused = command_line.run("client", "create", "--partner", "nobody")
    assert refused.returncode == 1
    assert refused.stderr == "storypool: there is no partner 'nobody'; storypool partner list names them\n"


def test_seeding_again_adds_nothing(command_line: CommandLine) -> None:
    assert command_line.json("seed")["added"] == 0


def test_a_story_is_withheld_reinstated_and_killed_for_good(command_line: CommandLine) -> None:
    uri = command_line.json("story", "list")[0]["uri"]
    assert command_line.json("story", "withhold", uri, "--reason", "being checked")["version"] == 2
    assert command_line.json("story", "reinstate", uri)["version"] == 3
    assert command_line.json("story", "kill", uri, "--reason", "wrong")["kind"] == "CANCEL"
    assert command_line.run("story", "reinstate", uri).returncode == 1


@pytest.mark.parametrize(
    ("check", "damage"),
    [
        ("full text", "DELETE FROM pool_text_source WHERE position = (SELECT max(position) FROM pool_text_source)"),
        ("filter keys", "UPDATE pool_key SET stories = stories + 1 WHERE id = 1"),
        (
            "entries",
            "UPDATE pool_entry SET position = position + 900 WHERE position = (SELECT max(position) FROM pool_entry)",
        ),
        ("documents", "DELETE FROM document WHERE release_id = 1"),
        ("signing key", "DELETE FROM signingkey"),
    ],
)
def test_the_doctor_finds_damage(command_line: CommandLine, check: str, damage: str) -> None:
    assert command_line.json("doctor")["ok"]
    connection = sqlite3.connect(command_line.data_dir / "storypool.db")
    connection.execute(damage)
    connection.commit()
    connection.close()
    done = command_line.run("doctor")
    assert done.returncode == 1
    assert f"FAIL  {check}:" in done.stdout


def test_a_backup_restores_everything_and_overwrites_nothing_unasked(command_line: CommandLine, tmp_path: Path) -> None:
    backup = tmp_path / "backup.db"
    written = command_line.json("backup", str(backup))
    assert backup.stat().st_mode & 0o777 == 0o600
    assert command_line.run("backup", str(backup)).returncode == 1
    assert command_line.run("restore", str(backup)).returncode == 1
    fresh = CommandLine(tmp_path / "fresh")
    assert fresh.json("restore", str(backup)) == written
    uri = fresh.json("story", "list")[0]["uri"]
    fresh.json("story", "kill", uri, "--reason", "to be undone")
    assert fresh.json("restore", str(backup), "--force") == written
    assert fresh.json("doctor")["ok"]


def test_a_move_to_postgresql_and_back_changes_nothing(
    command_line: CommandLine, postgres_database: str, tmp_path: Path
) -> None:
    moved = command_line.json("move", "--to", postgres_database)
    assert moved["equal"] is True
    there = CommandLine(command_line.data_dir, postgres_database)
    assert there.json("doctor")["ok"]
    assert command_line.run("move", "--to", postgres_database).returncode == 1
    back = there.json("move", "--to", f"sqlite:///{tmp_path / 'back.db'}")
    assert back == moved
    uri = there.json("story", "list")[0]["uri"]
    assert there.json("story", "release", uri)["version"] == 2
    assert there.json("doctor")["ok"]


def test_the_key_that_signs_addresses_is_rotated(command_line: CommandLine) -> None:
    first = command_line.json("keys", "rotate-url")["number"]
    assert command_line.json("keys", "rotate-url")["number"] == first + 1
