"""The data files are read strictly, and an error names its file."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from models.errors import OperationalError
from seed.reading import SHORTEST_BODY, read_seed

Change = Callable[[Any], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the data files, to be spoilt."""
    with resources.as_file(resources.files("seed").joinpath("data")) as data:
        shutil.copytree(data, tmp_path / "data")
    return tmp_path / "data"


def spoil(folder: Path, name: str, change: Change) -> None:
    file = folder / name
    content = json.loads(file.read_bytes())
    change(content)
    file.write_text(json.dumps(content), encoding="utf-8")


def test_the_packaged_data_hold_together_and_are_what_the_demonstration_promises() -> None:
    seed = read_seed()
    assert len(seed.stories) >= 24
    assert len(seed.terms) == 8
    assert len(seed.partners) >= 12
    for story in seed.stories:
        assert {"zh", "en"} <= {variant.language for variant in story.variants}
        assert all(len("".join(variant.body)) >= SHORTEST_BODY for variant in story.variants)
        assert story.demonstration
    assert {"ru", "ja", "el", "ar"} < {variant.language for story in seed.stories for variant in story.variants}


def test_the_first_partner_is_supplied_in_six_languages() -> None:
    agreements = read_seed().partners[0].agreements
    assert {"zh", "en", "ru", "ja", "el", "ar"} <= set(agreements[0].languages or ())


def test_stories_come_in_the_order_of_what_happened_newest_last() -> None:
    created = [story.content_created for story in read_seed().stories]
    assert created == sorted(created)


STORY = "stories/04-patrol-robot.json"

WRONG: list[tuple[str, Change, str]] = [
    (STORY, lambda story: story.update(colour="red"), "colour"),
    (STORY, lambda story: story.update(urgency=10), "urgency"),
    (STORY, lambda story: story.update(urgency="4"), "urgency"),
    (STORY, lambda story: story.update(contentCreated="2025-04-11T09:30:00"), "contentCreated"),
    (STORY, lambda story: story.update(terms="no-such-terms"), "no-such-terms"),
    (STORY, lambda story: story["subjects"].append("medtop:1"), "medtop:1"),
    (STORY, lambda story: story["contributors"].append({"contributor": "nobody", "role": "CAMERA"}), "nobody"),
    (STORY, lambda story: story["assets"][0].update(scene="moon"), "moon"),
    (STORY, lambda story: story["assets"][0]["captions"].pop("ru"), "no caption in ru"),
    (STORY, lambda story: story["variants"][0].update(body=["short"]), "shorter than 300"),
    (STORY, lambda story: story["variants"][0].update(language="zh_CN"), "not a BCP 47"),
    (STORY, lambda story: story["variants"][0].update(assets=["p9"]), "p9"),
    (STORY, lambda story: story["variants"][1].update(translationMethod=None), "translated from and how"),
    (
        STORY,
        lambda story: story["variants"][1].update(translatedFrom={"language": "de", "form": "ARTICLE"}),
        "de ARTICLE, which is not there",
    ),
    (STORY, lambda story: story["variants"].append(story["variants"][0]), "there twice"),
    ("partners.json", lambda partners: partners[0]["agreements"][0].update(series=["nothing"]), "nothing"),
    ("partners.json", lambda partners: partners[0]["agreements"][0].update(territories=["XX"]), "XX"),
    (
        "partners.json",
        lambda partners: partners[0]["agreements"][0]["policy"]["permissions"][0].update(actions=["eat"]),
        "eat",
    ),
    ("partners.json", lambda partners: partners.append(partners[0]), "there twice"),
    ("concepts.json", lambda concepts: concepts[0].update(kind="SMELL"), "kind"),
    ("alliances.json", lambda alliances: alliances[0]["partners"].append("nobody"), "nobody"),
]


@pytest.mark.parametrize(("name", "change", "named"), WRONG, ids=[named for _, _, named in WRONG])
def test_what_is_wrong_is_refused_by_its_file(folder: Path, name: str, change: Change, named: str) -> None:
    spoil(folder, name, change)
    with pytest.raises(OperationalError) as refused:
        read_seed(folder)
    assert name in refused.value.message
    assert named in refused.value.message


def test_a_file_that_is_not_there_is_named(folder: Path) -> None:
    (folder / "topics.json").unlink()
    with pytest.raises(OperationalError, match=r"topics\.json"):
        read_seed(folder)


def test_a_file_that_is_not_json_is_named(folder: Path) -> None:
    (folder / "series.json").write_text("[{", encoding="utf-8")
    with pytest.raises(OperationalError, match=r"series\.json"):
        read_seed(folder)
