"""`storypool rights export` and `import`: terms and agreements out of one installation and into another."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import URL
from typer.testing import CliRunner, Result

from models.errors import BadInput, BadPolicy, NotFound, StorypoolError
from server.cli.program import program

Run = Callable[..., Result]
MINIMAL = {"@context": "http://www.w3.org/ns/odrl.jsonld", "@type": "Set", "permission": {"action": "print"}}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs a command of `storypool rights` on the installation with this database."""

    def invoke(database: URL, *arguments: str) -> Result:
        monkeypatch.setenv("STORYPOOL_DATA_DIR", str(tmp_path))
        monkeypatch.setenv("STORYPOOL_DATABASE_URL", database.render_as_string(hide_password=False))
        return CliRunner().invoke(program(), ["rights", *arguments])

    return invoke


def read(done: Result) -> Any:
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def written(folder: Path, document: object) -> str:
    file = folder / "terms.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return str(file)


def test_terms_go_from_one_installation_to_another(
    run: Run, seeded_url: URL, migrated_url: URL, tmp_path: Path
) -> None:
    file = tmp_path / "terms.json"
    assert run(seeded_url, "export", "--terms", "no-mainland", "--out", str(file)).stdout == ""
    exported = json.loads(file.read_bytes())
    saved = read(run(migrated_url, "import", str(file), "--key", "no-mainland", "--json"))
    expected = {"key": "no-mainland", "policyHash": exported["storypool:policyHash"], "warnings": []}
    assert saved == {"id": saved["id"], **expected}
    again = read(run(migrated_url, "export", "--terms", saved["id"]))
    for part in ("permission", "prohibition", "dct:title", "dct:description", "schema:creditText"):
        assert again[part] == exported[part]


def test_a_template_is_replaced_by_name_only(run: Run, migrated_url: URL, tmp_path: Path) -> None:
    call = ("import", written(tmp_path, MINIMAL), "--key", "prints", "--name", "en=Prints", "--json")
    first = read(run(migrated_url, *call))
    assert read(run(migrated_url, *call)) == first, "the same again is the same"
    renamed = [part.replace("Prints", "Printing") for part in call]
    assert "name them in replaces" in str(run(migrated_url, *renamed).exception)
    assert read(run(migrated_url, *renamed, "--replaces", first["id"]))["id"] != first["id"]


def test_an_import_is_shown_in_words_and_warned_of(run: Run, migrated_url: URL, tmp_path: Path) -> None:
    document = {**MINIMAL, "conflict": "prohibit", "prohibition": {"action": "use"}}
    done = run(migrated_url, "import", written(tmp_path, document), "--key", "never", "--name", "en=Never")
    assert done.exit_code == 0
    assert done.stdout.startswith("never: ")
    assert done.stderr.startswith("warning: permission: ")


def test_an_agreement_is_exported(run: Run, seeded_url: URL) -> None:
    document = read(run(seeded_url, "export", "--agreement", "china-daily-supply"))
    assert (document["@type"], document["dct:identifier"]) == ("Agreement", "china-daily-supply")
    assert document["assigner"]["uid"] == "http://127.0.0.1:8000"


def test_an_agreement_comes_back_as_itself_or_under_another_key(run: Run, seeded_url: URL, tmp_path: Path) -> None:
    file = tmp_path / "agreement.json"
    run(seeded_url, "export", "--agreement", "china-daily-supply", "--out", str(file))
    exported = json.loads(file.read_bytes())
    same = read(run(seeded_url, "import", str(file), "--json"))
    assert same == {
        "id": same["id"],
        "key": "china-daily-supply",
        "version": exported["schema:version"],
        "policyHash": exported["storypool:policyHash"],
    }
    copied = run(seeded_url, "import", str(file), "--key", "copied", "--partner", "china-daily")
    assert (copied.exit_code, copied.stdout) == (0, "copied: version 1\n")
    again = read(run(seeded_url, "export", "--agreement", "copied"))
    own = ("uid", "dct:identifier", "dct:isVersionOf", "permission", "prohibition", "target", "storypool:frame")
    for part in exported.keys() - set(own):
        assert again[part] == exported[part], part


@pytest.mark.parametrize(("territory", "permitted"), [("FR", True), ("CN-GD", False)])
def test_exported_terms_can_be_evaluated(
    run: Run, seeded_url: URL, tmp_path: Path, territory: str, permitted: bool
) -> None:
    terms = tmp_path / "exported.json"
    run(seeded_url, "export", "--terms", "no-mainland", "--out", str(terms))
    context = [MINIMAL["@context"], {"sotw": "https://w3id.org/force/sotw#"}]
    asked = {
        "@type": "sotw:EvaluationRequest",
        "sotw:requestedAction": {"@id": "odrl:distribute"},
        "odrl:spatial": territory,
        "odrl:deliveryChannel": {"@id": "https://w3id.org/storypool/odrl#WEB"},
        "odrl:language": "en",
    }
    now = {"@type": "sotw:SotW", "sotw:currentTime": {"@value": "2026-11-20T08:00:00Z", "@type": "xsd:dateTime"}}
    files = {"policy": terms}
    for name, part in (("request", asked), ("state", now)):
        files[name] = tmp_path / f"{name}.json"
        files[name].write_text(json.dumps({"@context": context, **part}), encoding="utf-8")
    call = [text for name, file in files.items() for text in (f"--{name}", str(file))]
    answer = read(run(seeded_url, "evaluate", *call, "--json"))
    assert (answer["decision"] != "DENY") is permitted


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--replaces", "x"], "--replaces is for terms"),
        (["--name", "en=Supply"], "--name is for terms"),
        (["--zone", "UTC"], "--zone is for terms"),
        (["--partner", "nobody"], "no partner 'nobody'"),
        (["--key", "No Key"], "No Key"),
    ],
)
def test_what_is_no_matter_of_agreements_is_refused(
    run: Run, seeded_url: URL, tmp_path: Path, arguments: list[str], said: str
) -> None:
    file = tmp_path / "agreement.json"
    run(seeded_url, "export", "--agreement", "china-daily-supply", "--out", str(file))
    done = run(seeded_url, "import", str(file), *arguments)
    assert isinstance(done.exception, StorypoolError)
    assert said in str(done.exception)


def test_an_agreement_that_is_not_understood_is_refused_by_name(run: Run, seeded_url: URL, tmp_path: Path) -> None:
    exported = read(run(seeded_url, "export", "--agreement", "china-daily-supply"))
    done = run(seeded_url, "import", written(tmp_path, {**exported, "inheritFrom": "urn:example:other"}))
    assert isinstance(done.exception, BadPolicy)
    assert "inheritFrom" in str(done.exception)


@pytest.mark.parametrize(
    ("arguments", "kind", "said"),
    [
        ([], BadInput, "either --terms or --agreement"),
        (["--terms", "a", "--agreement", "b"], BadInput, "either --terms or --agreement"),
        (["--terms", "nothing"], NotFound, "no template with the key 'nothing'"),
        (["--terms", "00000000-0000-0000-0000-000000000000"], NotFound, "there are no terms"),
        (["--agreement", "nothing"], NotFound, "no agreement with the key 'nothing'"),
    ],
)
def test_what_is_not_there_is_not_exported(
    run: Run, migrated_url: URL, arguments: list[str], kind: type[Exception], said: str
) -> None:
    done = run(migrated_url, "export", *arguments)
    assert isinstance(done.exception, kind)
    assert said in str(done.exception)


@pytest.mark.parametrize(
    ("document", "more", "kind", "said"),
    [
        ({**MINIMAL, "permission": {"action": "stream"}}, [], BadPolicy, "permission.action is"),
        (MINIMAL, ["--key", "prints"], BadInput, "a template needs a name"),
        (MINIMAL, ["--partner", "tass"], BadInput, "--partner is for an agreement"),
        (MINIMAL, ["--name", "Prints"], BadInput, "says no language"),
        (MINIMAL, ["--zone", "Asia/Nowhere"], BadInput, "Asia/Nowhere"),
        (MINIMAL, ["--key", "prints", "--name", "en=P", "--replaces", "x"], NotFound, "nothing with the id 'x'"),
    ],
)
def test_what_cannot_be_saved_is_refused(
    run: Run, migrated_url: URL, tmp_path: Path, document: object, more: list[str], kind: type[Exception], said: str
) -> None:
    done = run(migrated_url, "import", written(tmp_path, document), *more)
    assert isinstance(done.exception, kind)
    assert said in str(done.exception)


def test_a_file_that_is_not_there_or_is_not_json_is_refused(run: Run, migrated_url: URL, tmp_path: Path) -> None:
    assert isinstance(run(migrated_url, "import", str(tmp_path / "nothing.json")).exception, NotFound)
    file = tmp_path / "text.json"
    file.write_text("no JSON", encoding="utf-8")
    assert isinstance(run(migrated_url, "import", str(file)).exception, BadInput)
