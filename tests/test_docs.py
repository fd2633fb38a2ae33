"""The documents say what the program does: every table is compared with the code, every example is run."""

from __future__ import annotations

import ast
import inspect
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest
import typer

from models.actor import Actor
from models.errors import OperationalError, error_classes
from models.event import EventKind
from models.scope import PARTNER_SCOPES, Scope
from models.usage import decision, outcome, rules, terms
from models.usage.outcome import Outcome
from server.cli.program import program
from server.problem import ErrorCode
from server.settings import Settings
from tests.seeded import JsonAnswer, Pool

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDE = (ROOT / "docs" / "partner-guide.md").read_text(encoding="utf-8")
MARKDOWN = sorted(
    path for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")) if "node_modules" not in path.parts
)

Row = tuple[str, ...]


def tables(text: str) -> Iterator[list[Row]]:
    """Every table of a Markdown text: its rows, the head first, without the line of dashes."""
    for block in re.findall(r"(?:^\|.*\|$\n?){3,}", text, re.MULTILINE):
        lines = [re.split(r"(?<!\\)\|", line.strip())[1:-1] for line in block.strip().splitlines()]
        yield [tuple(cell.strip() for cell in line) for line in (lines[0], *lines[2:])]


def table(text: str, *head: str, number: int = 0) -> dict[str, Row]:
    """The rows of the table with this head, by their first cell without backticks; the `number`th where several have it."""
    found = [rows for rows in tables(text) if rows[0] == head]
    rows = found[number][1:]
    named = {row[0].strip("`"): row[1:] for row in rows}
    assert len(named) == len(rows), "a name stands twice in a table"
    return named


def test_every_setting_is_documented_with_its_default_and_meaning() -> None:
    documented = table(README, "variable", "default", "meaning")
    assert documented.keys() == {f"STORYPOOL_{name.upper()}" for name in Settings.model_fields}
    for name, field in Settings.model_fields.items():
        default, meaning = documented[f"STORYPOOL_{name.upper()}"]
        assert meaning == field.description
        shown = {"None": "none", "True": "`true`", "False": "`false`", "": "`data/storypool.db`"}
        assert default == shown.get(str(field.default), f"`{field.default}`"), name


def test_every_scope_is_documented_with_its_meaning() -> None:
    expected = {s.value: ("partners" if s in PARTNER_SCOPES else "staff", s.meaning) for s in Scope}
    assert table(README, "scope", "for", "meaning") == expected


def test_every_error_code_of_graphql_errors_is_documented() -> None:
    assert table(README, "code", "meaning", number=0).keys() == {code.value for code in ErrorCode}


def test_every_code_of_user_errors_is_documented() -> None:
    codes = {kind.code for kind in error_classes() if not issubclass(kind, OperationalError)}
    assert table(README, "code", "meaning", number=1).keys() == codes


def test_every_error_of_the_operator_is_documented() -> None:
    codes = {kind.code for kind in error_classes() if issubclass(kind, OperationalError)}
    assert table(README, "code", "meaning", number=2).keys() == codes


def test_every_event_is_documented() -> None:
    assert table(README, "event", "meaning").keys() == {kind.value for kind in EventKind}


def commands() -> set[str]:
    command = typer.main.get_command(program())
    return set(getattr(command, "commands"))  # noqa: B009 - typed as a bare command; several commands make it a group


def test_every_command_is_documented() -> None:
    assert commands() <= table(README, "command", "does").keys()


def test_every_documented_command_exists() -> None:
    assert table(README, "command", "does").keys() <= commands()


def test_every_make_target_is_documented() -> None:
    targets = set(re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {name.removeprefix("make ") for name in table(README, "target", "does")} == targets - {"help"}


REASON_MAKERS = ("Gate", "RuleOutcome", "_own_gate", "_outcome")
"""What is called, in the usage rules, with a reason code as its first value."""


def reason_codes(*modules: ModuleType) -> set[str]:
    """Every reason code that the modules can give, read from their source."""
    found = set()
    for module in modules:
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in REASON_MAKERS:
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    found.add(first.value)
    return found


def test_every_reason_code_is_documented() -> None:
    assert table(GUIDE, "reason code", "looks at").keys() == reason_codes(rules, terms, decision, outcome)


def test_every_outcome_is_documented() -> None:
    assert table(GUIDE, "outcome", "means").keys() == {outcome.value for outcome in Outcome}


class Example(NamedTuple):
    """A GraphQL document of the guide, with the variables in the block of JSON that follows it."""

    name: str
    document: str
    variables: str


def examples(text: str) -> list[Example]:
    blocks = re.findall(r"^```graphql\n(.*?)^```\n(?:\n```json\n(.*?)^```\n)?", text, re.MULTILINE | re.DOTALL)
    return [
        Example(re.findall(r"^\w+ (\w+)", document)[0], document, variables or "{}") for document, variables in blocks
    ]


EXAMPLES = {example.name: example for example in examples(GUIDE)}
REFUSED = {"Stale": ["STALE_VERSION"]}
"""The examples that show a refusal, with the codes of their user errors."""


def test_the_examples_are_told_apart_by_their_names() -> None:
    assert len(EXAMPLES) == len(examples(GUIDE)) == GUIDE.count("```graphql")
    assert REFUSED.keys() <= EXAMPLES.keys()


@pytest.mark.parametrize("name", EXAMPLES)
async def test_an_example_of_the_guide_answers(pool: Pool, name: str) -> None:
    example = EXAMPLES[name]
    actor = await pool.client("china-daily")
    data = await pool.ask(actor, example.document, **filled(example.variables, await placeholders(pool, actor)))
    assert all(value is not None for value in data.values()), data
    connection = data.get("stories")
    assert connection is None or connection["edges"], "the example finds nothing"
    payload = data.get("acknowledgePickup")
    if payload is not None:
        assert [error["code"] for error in payload["userErrors"]] == REFUSED.get(name, []), payload["userErrors"]


TAKE = """mutation($input: AcknowledgePickupInput!) {
  acknowledgePickup(input: $input) { pickup { id acceptedDuties { id } } userErrors { message } } }"""


async def placeholders(pool: Pool, actor: Actor) -> dict[str, object]:
    """What the placeholders stand for: a story that may run on the web in France, its English article, and a pickup of it."""
    document = """{ stories(first: 1, filter: { languages: ["en"], forms: [ARTICLE], usableFor: { territory: "FR", channel: WEB } }) {
                  edges { node { id uri variant(languages: ["en"], form: ARTICLE) { id version } } } } }"""
    data = await pool.ask(await pool.actor("china-daily"), document)
    story = data["stories"]["edges"][0]["node"]
    variant = story["variant"]
    uses = [{"territory": "DE", "channel": "WEB"}]
    wanted = {"variantId": variant["id"], "version": variant["version"], "uses": uses}
    pickup = (await pool.ask(actor, TAKE, input=wanted))["acknowledgePickup"]["pickup"]
    return {
        "<pickup id>": pickup["id"],
        "<duty id>": pickup["acceptedDuties"][0]["id"],
        "<story id>": story["id"],
        "<story uri>": story["uri"],
        "<variant id>": story["variant"]["id"],
        "<variant version>": story["variant"]["version"],
    }


def filled(variables: str, values: dict[str, object]) -> JsonAnswer:
    for placeholder, value in values.items():
        variables = variables.replace(json.dumps(placeholder), json.dumps(value))
    assert "<" not in variables, "a placeholder that the tests do not know"
    read: JsonAnswer = json.loads(variables)
    return read


@pytest.mark.parametrize("path", MARKDOWN, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_inside_the_project_lead_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for link in re.findall(r"\]\((?!https?:)([^)\s]+)\)", text):
        target, _, anchor = link.partition("#")
        file = (path.parent / target) if target else path
        assert file.exists(), link
        if anchor:
            headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}, link


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "decisions").glob("*.md")), ids=lambda path: path.name)
def test_a_decision_says_context_decision_consequences_and_files_that_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.match(r"\d{4}-[a-z0-9-]+\.md$", path.name)
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences", "Files"]
    files = re.findall(r"`([^`]+)`", text.partition("## Files")[2])
    assert files
    assert [name for name in files if not (ROOT / name).exists()] == []


WALK_SECONDS = 120


@pytest.mark.skipif(shutil.which("curl") is None, reason="the walk asks with curl")
def test_the_walk_of_the_readme_leads_to_a_pickup(tmp_path: Path) -> None:
    demonstration = [sys.executable, "-m", "server.cli", "demo", "--json", "--port", "0", "--data-dir", str(tmp_path)]
    with subprocess.Popen(
        demonstration, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        try:
            assert server.stdout is not None
            printed = json.loads(server.stdout.readline())
            answers = walked(printed["url"], printed["clients"][0])
        finally:
            server.terminate()
            server.wait(timeout=WALK_SECONDS)
    stories, decision_, receipt = (json.loads(line)["data"] for line in answers)
    assert stories["stories"]["edges"]
    assert decision_["usageDecision"]["decision"] == "PERMIT_WITH_DUTIES"
    assert receipt["acknowledgePickup"]["userErrors"] == []
    assert receipt["acknowledgePickup"]["pickup"]["content"]["bodyText"]


def walked(url: str, client: dict[str, str]) -> list[str]:
    """What the commands of the README print, one line an answer, with a client of this server."""
    section = README.partition("## Try it")[2].partition("\n## ")[0]
    commands = "\n".join(re.findall(r"^```sh\n(.*?)^```", section, re.MULTILINE | re.DOTALL))
    for shown, meant in (
        ("http://127.0.0.1:8000", url),
        ("the-client-id", client["clientId"]),
        ("the-client-secret", client["clientSecret"]),
    ):
        assert shown in commands
        commands = commands.replace(shown, meant)
    patient = f"until curl -s -o /dev/null '{url}/healthz'; do sleep 0.1; done\n"
    shell = ["sh", "-eu", "-c", patient + commands]
    ran = subprocess.run(shell, capture_output=True, text=True, timeout=WALK_SECONDS, check=True)
    return ran.stdout.splitlines()
