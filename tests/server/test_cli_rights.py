"""`storypool rights evaluate`: files in, one line of JSON or a table out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from models.errors import BadInput, BadPolicy, NotFound
from server.cli.program import program
from tests.models.odrl.documents import Document, permission, policy, request, rule, state, thing, world

PAYING = policy(permission=permission(duty={"uid": "ex:duty", "action": "compensate"}))
PAID_BY_BOB = world({"@id": "ex:payment", "@type": "pay:Payment", "pay:payer": thing("ex:bob")})


def arguments(folder: Path, policy: Document, request: Document, state: Document) -> list[str]:
    """The call of the command on these documents, written to files."""
    call = ["rights", "evaluate"]
    for name, document in {"policy": policy, "request": request, "state": state}.items():
        file = folder / f"{name}.json"
        file.write_text(json.dumps(document), encoding="utf-8")
        call += [f"--{name}", str(file)]
    return call


@pytest.mark.parametrize(
    ("switches", "known", "decision"),
    [
        ([], state(), "DENY"),
        (["--duties", "precondition"], state(), "DENY"),
        (["--duties", "commitment"], state(), "PERMIT_WITH_DUTIES"),
        ([], PAID_BY_BOB, "DENY"),
        (["--any-performer"], PAID_BY_BOB, "PERMIT"),
    ],
)
def test_the_switches_say_how_duties_are_read(
    tmp_path: Path, switches: list[str], known: Document, decision: str
) -> None:
    done = CliRunner().invoke(program(), [*arguments(tmp_path, PAYING, request(), known), *switches, "--json"])
    assert done.exit_code == 0
    (only,) = json.loads(done.stdout)["rules"]
    assert json.loads(done.stdout)["decision"] == decision
    assert only["duties"] == [
        {"uid": "https://example.org/duty", "state": "Fulfilled" if decision == "PERMIT" else "NonSet"}
    ]


def test_for_people_there_is_a_table(tmp_path: Path) -> None:
    obliged = policy(permission=permission(), obligation=rule("ex:obligation"))
    done = CliRunner().invoke(program(), arguments(tmp_path, obliged, request(), state()))
    assert done.exit_code == 0
    decision, _, first, second = done.stdout.splitlines()
    assert decision == "PERMIT"
    assert first.split() == ["Permission", "https://example.org/permission", "Active"]
    assert second.split() == [
        "Obligation",
        "https://example.org/obligation",
        "Active",
        "https://example.org/obligation",
        "NonSet",
    ]


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    call = arguments(tmp_path, policy(), request(), state())
    assert isinstance(CliRunner().invoke(program(), call).exception, BadPolicy)
    (tmp_path / "state.json").write_text("{", encoding="utf-8")
    assert isinstance(CliRunner().invoke(program(), call).exception, BadInput)
    (tmp_path / "state.json").unlink()
    assert isinstance(CliRunner().invoke(program(), call).exception, NotFound)


def test_a_wrong_call_exits_with_two(tmp_path: Path) -> None:
    call = arguments(tmp_path, PAYING, request(), state())
    assert CliRunner().invoke(program(), [*call, "--duties", "never"]).exit_code == 2
    assert CliRunner().invoke(program(), call[:-2]).exit_code == 2
