"""`storypool audit`: what the command line writes is recorded and sealed, and whoever changes it is found out."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from tests.server.command_line import CommandLine


def test_commands_are_recorded_sealed_and_verified(tmp_path: Path) -> None:
    command_line = CommandLine(tmp_path / "data")
    assert command_line.run("migrate").returncode == 0
    assert command_line.run("audit", "head").returncode == 1
    created = command_line.json("client", "create", "--staff", "--scope", "audit:read")
    command_line.json("client", "suspend", created["clientId"])
    report = command_line.json("audit", "verify")
    assert (report["ok"], report["seals"], report["entries"], report["unsealed"]) == (True, 2, 2, 0)
    head = command_line.run("audit", "head").stdout.strip()
    assert command_line.run("audit", "verify", "--expect", head).returncode == 0
    assert "NUMBER:HASH" in command_line.run("audit", "verify", "--expect", "2").stderr

    file = sqlite3.connect(command_line.data_dir / "storypool.db", isolation_level=None)
    recorded = file.execute("SELECT action, by, subject_id, details FROM audit_entry ORDER BY id").fetchall()
    assert [(action, subject) for action, _, subject, _ in recorded] == [
        ("createClient", created["clientId"]),
        ("suspendClient", created["clientId"]),
    ]
    assert all(by.endswith("command line)") or by == "command line" for _, by, _, _ in recorded)
    assert created["clientSecret"] not in str(recorded)
    file.execute("DROP TRIGGER audit_entry_no_update")
    file.execute("UPDATE audit_entry SET by = 'nobody' WHERE action = 'suspendClient'")
    file.close()
    done = command_line.run("audit", "verify")
    assert done.returncode == 1
    assert "in seal 2: it was changed after it was sealed" in done.stderr
    doctor = command_line.run("doctor")
    assert "FAIL  audit trail" in doctor.stdout
