"""Installations that the command line set up, once a test run."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.databases import DatabaseFactory, alone
from tests.server.command_line import CommandLine
from tests.server.served import Served, served


@pytest.fixture
def local_url(database_factory: DatabaseFactory) -> URL:
    """The demonstration pool on SQLite: for what the database has no part of its own in."""
    return database_factory.seeded("sqlite")


@pytest.fixture
async def server(seeded_url: URL, tmp_path: Path) -> AsyncIterator[Served]:
    """A whole server over the demonstration pool."""
    async with served(seeded_url, tmp_path) as server:
        yield server


@pytest.fixture
async def local_server(local_url: URL, tmp_path: Path) -> AsyncIterator[Served]:
    """The same on SQLite alone."""
    async with served(local_url, tmp_path, streams_per_client=5) as server:
        yield server


@pytest.fixture(scope="session")
def seeded_installation(run_folder: Path) -> Path:
    """The data folder of an installation with the demonstration's stories and a second signing key; to be copied, not to be changed."""
    folder = run_folder / "seeded"
    with alone(run_folder / "seeded.lock"):
        if not folder.exists():
            made = CommandLine(run_folder / "seeding")
            assert made.run("migrate").returncode == 0
            assert made.json("seed")["added"] >= 24
            assert made.run("keys", "rotate").returncode == 0
            assert made.run("reprint", "index").returncode == 0
            made.data_dir.rename(folder)
    return folder


@pytest.fixture(scope="session")
def demonstration(run_folder: Path, seeded_installation: Path) -> Path:
    """The data folder of a demonstration that was set up and stopped; to be copied, not to be changed."""
    folder = run_folder / "demonstration"
    with alone(run_folder / "demonstration.lock"):
        if not folder.exists():
            made = CommandLine(Path(shutil.copytree(seeded_installation, run_folder / "demonstrating")))
            with made.demo() as demo:
                assert demo.stop() == 0
            made.data_dir.rename(folder)
    return folder
