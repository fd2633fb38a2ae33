"""`storypool import`."""

from __future__ import annotations

import json
from pathlib import Path

from tests.server.command_line import CommandLine


def test_files_and_folders_come_in_with_a_report_and_the_same_again_changes_nothing(tmp_path: Path) -> None:
    command = CommandLine(tmp_path / "data")
    assert command.run("migrate").returncode == 0
    folder = tmp_path / "documents"
    folder.mkdir()
    one = {"uri": "urn:example:1", "language": "zh", "title": "巡逻机器人"}
    (folder / "list.json").write_text(
        json.dumps([one, one, {"uri": "urn:example:2", "title": "No language"}]), encoding="utf-8"
    )
    (folder / "lines.jsonl").write_text(
        '{"uri": "urn:example:3", "title": "C"}\n{"uri": "urn:example:4", "title": "D"}\n'
    )
    (folder / "broken.json").write_text("{")
    (folder / "notes.txt").write_text("not read")
    done = command.run("import", str(folder), "--language", "en", "--json")
    assert done.returncode == 1, done.stderr
    found = [(report["uri"], report["outcome"]) for report in json.loads(done.stdout)]
    assert found == [
        (str(folder / "broken.json"), "refused"),
        ("urn:example:3", "created"),
        ("urn:example:4", "created"),
        ("urn:example:1", "created"),
        ("urn:example:1", "refused"),
        ("urn:example:2", "created"),
    ]
    again = command.run("import", str(folder / "lines.jsonl"), "--language", "en")
    assert (again.returncode, again.stdout.splitlines()[-1]) == (0, "0 created, 0 updated, 2 unchanged, 0 refused")
    missing = command.run("import", str(tmp_path / "nothing"))
    assert (missing.returncode, "no file or folder" in missing.stderr) == (1, True)
