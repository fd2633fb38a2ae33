"""`storypool reprint rollup` counts anew, and tells of what differs."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from tests.server.command_line import CommandLine


def test_numbers_are_compared_with_the_rows_and_counted_anew(demonstration: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(demonstration, tmp_path / "data"))
    command = CommandLine(folder)
    assert command.run("reprint", "rollup").returncode == 0
    with sqlite3.connect(folder / "storypool.db") as connection:
        connection.execute("UPDATE rollup_cell SET copies = copies + 1 WHERE axis = 'STORY' AND span = '2025'")
    connection.close()
    wrong = command.run("reprint", "rollup", "--check")
    assert wrong.returncode == 1
    assert "differ from the rows" in wrong.stderr
    assert command.run("reprint", "rollup").returncode == 0
    assert "is what the rows say" in command.run("reprint", "rollup", "--check").stdout
