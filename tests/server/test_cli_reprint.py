"""`storypool reprint`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from schema.identifier import split_global_id
from seed.reading import read_seed
from tests.models.reprint.test_translation import GERMAN
from tests.server.command_line import CommandLine


def test_a_page_is_matched_against_the_pool_from_a_file(tmp_path: Path, seeded_installation: Path) -> None:
    command = CommandLine(Path(shutil.copytree(seeded_installation, tmp_path / "data")))
    story = next(story for story in read_seed().stories if story.slug == "patrol-robot")
    zh = next(part for part in story.variants if (part.language, part.form) == ("zh", "ARTICLE"))
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in zh.body or ())
    page = tmp_path / "page.html"
    source = f"<html><head><meta charset=gb2312></head><body><h1>机器人</h1>{paragraphs}</body></html>"
    page.write_bytes(source.encode("gb18030"))
    (found, *_) = command.json("reprint", "match", str(page))["matches"]
    assert set(found) == {"variantId", "storyUri", "version", "coverage", "pageShare", "spans", "form"}
    assert split_global_id(found["variantId"])[0] == "Variant"
    assert found["storyUri"].endswith(":patrol-robot")
    assert (found["version"], found["form"]) == (1, "FULL")
    assert found["coverage"] > 0.99
    assert found["pageShare"] > 0.9
    for span in found["spans"]:
        assert span["pageEnd"] - span["pageStart"] > 0
        assert span["variantEnd"] - span["variantStart"] > 0
    shown = command.run("reprint", "match", str(page), "--data-dir", str(tmp_path / "data"))
    assert (shown.returncode, "FULL" in shown.stdout, "patrol-robot" in shown.stdout) == (0, True, True)
    wall = tmp_path / "wall.html"
    wall.write_text(
        "<html><head><title>百度安全验证</title></head><body><p>网络不给力，请稍后重试</p></body></html>",
        encoding="utf-8",
    )
    told = command.json("reprint", "match", str(wall))
    assert (told["matches"], bool(told["blocked"])) == ([], True)
    looked = command.json("reprint", "check", str(page))
    assert (looked["state"], looked["form"], looked["credit"]) == ("VERIFIED", "FULL", "ABSENT")
    assert command.json("reprint", "index")["texts"] > len(read_seed().stories)


def test_a_translation_is_proposed_and_no_match(tmp_path: Path, seeded_installation: Path) -> None:
    command = CommandLine(Path(shutil.copytree(seeded_installation, tmp_path / "data")))
    page = tmp_path / "page.txt"
    page.write_text(GERMAN, encoding="utf-8")
    told = command.json("reprint", "match", str(page))
    assert (told["matches"], told["blocked"], set(told)) == ([], None, {"matches", "blocked", "translations"})
    first = told["translations"][0]
    assert set(first) == {"variantId", "storyUri", "version", "score", "shared"}
    assert first["storyUri"].endswith(":four-official-accounts")
    assert {"kind", "value", "page", "variant", "bits"} == set(first["shared"][0])
    shown = command.run("reprint", "match", str(page), "--data-dir", str(tmp_path / "data"))
    assert "Possible translations (proposed, not decided)" in shown.stdout
    assert "800.000" in shown.stdout
    assert command.json("reprint", "check", str(page))["translations"] == told["translations"]


@pytest.mark.parametrize(
    ("given", "told"),
    [("nothing.html", "neither a file nor"), ("http://127.0.0.1:1/", "not at a public address")],
)
def test_what_gives_no_page_is_told_in_one_line(tmp_path: Path, given: str, told: str) -> None:
    done = CommandLine(tmp_path / "data").run("reprint", "match", given)
    assert (done.returncode, told in done.stderr, len(done.stderr.splitlines())) == (1, True, 1), done.stderr


def test_a_table_of_copies_comes_in_once_and_says_what_did_not(tmp_path: Path) -> None:
    command = CommandLine(tmp_path / "data")
    assert command.run("migrate").returncode == 0
    table = tmp_path / "copies.csv"
    table.write_text(
        "url,published,views,colour\nhttps://a.example/1,2025-04-11,5,red\nhttps://a.example/2,soon,5,red\n",
        encoding="utf-8",
    )
    done = command.run("reprint", "import", str(table), "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, [row["error"] is None for row in told["rows"]]) == (1, [True, False])
    assert [row["row"] for row in told["rows"]] == [2, 3]
    assert told["unreadColumns"] == ["colour"]
    again = command.run("reprint", "import", str(table))
    assert "1 rows kept, 1 refused" in again.stdout
    assert "row 3: published is 'soon'" in again.stderr
