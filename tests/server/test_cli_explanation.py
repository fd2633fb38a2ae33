"""`storypool rights explain`: the decision for a partner in words, as a table and as JSON."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.server.command_line import CommandLine


@pytest.fixture(scope="module")
def seeded(seeded_installation: Path, tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """A seeded installation; nothing here changes it."""
    data = tmp_path_factory.mktemp("explained")
    shutil.copy(seeded_installation / "storypool.db", data)
    return CommandLine(data)


@pytest.fixture(scope="module")
def variant(seeded: CommandLine) -> str:
    """The URI of an article that must not run in mainland China."""
    query = "SELECT uri FROM variant WHERE language = 'en' AND form = 'ARTICLE' AND uri LIKE '%:low-carbon-city.%'"
    with sqlite3.connect(seeded.data_dir / "storypool.db") as database:
        (uri,) = database.execute(query).fetchone()
    return str(uri)


def call(uri: str, /, **options: str) -> list[str]:
    given = {"partner": "china-daily", "variant": uri, "territory": "CN", "channel": "WEB", **options}
    return ["rights", "explain", *(part for name, value in given.items() for part in (f"--{name}", value))]


def test_a_refusal_is_explained_with_every_rule_that_was_looked_at(seeded: CommandLine, variant: str) -> None:
    done = seeded.run(*call(variant))
    assert done.returncode == 0, done.stderr
    first, _, *rules = done.stdout.splitlines()
    assert first.startswith(
        "No: you may not publish the content in mainland China, on the web, because the story's terms prohibit it."
    )
    assert ["PROHIBITION", "APPLIES"] in [line.split()[:2] for line in rules]


def test_it_is_explained_in_chinese_and_as_json(seeded: CommandLine, variant: str) -> None:
    answer = seeded.json(*call(variant, territory="FR", lang="zh"))
    assert answer["decision"] == "PERMIT_WITH_DUTIES"
    assert answer["explanation"].startswith("可以在法国，通过网站，发布本内容。使用者须")
    assert {"action": "attribute", "deadline": None} in answer["duties"]
    assert all(reason["message"].endswith("。") for reason in answer["reasons"])


def test_the_moment_action_and_language_of_the_use_are_what_is_asked_for(seeded: CommandLine, variant: str) -> None:
    asked = call(variant, territory="FR", action="translate", language="ru", at="2030-01-01T00:00:00+08:00")
    answer = seeded.json(*asked)
    assert answer["at"] == "2029-12-31T16:00:00Z"
    assert "translate the content in France, on the web, into Russian" in answer["explanation"]


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        ({"partner": "nobody"}, 1, "there is no partner 'nobody'"),
        ({"variant": "urn:newsml:example.org:20250101:nothing"}, 1, "there is no variant"),
        ({"variant": "nonsense"}, 1, "there is nothing with the id"),
        ({"territory": "ZZ"}, 1, "'ZZ' is not a territory"),
        ({"at": "tomorrow"}, 1, "is not an RFC 3339 date-time"),
        ({"action": "sell"}, 2, "is none of DISTRIBUTE"),
        ({"channel": "FAX"}, 2, "FAX"),
    ],
)
def test_what_cannot_be_right_is_refused_in_a_line(
    seeded: CommandLine, variant: str, options: dict[str, str], code: int, said: str
) -> None:
    done = seeded.run(*call(variant, **options))
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
