"""Files are kept by their content, whole or not at all."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from models.errors import NotFound
from models.media import MediaFolder, MediaStore

PICTURE = b"\xff\xd8 not really a picture"
NAME = hashlib.sha256(PICTURE).hexdigest()


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_file_is_named_by_the_sha256_of_its_bytes_and_read_back_under_it(tmp_path: Path) -> None:
    store: MediaStore = MediaFolder(tmp_path)
    assert store.put(PICTURE) == NAME
    with store.open(NAME) as file:
        assert file.read() == PICTURE


def test_a_file_lies_two_folders_deep(tmp_path: Path) -> None:
    MediaFolder(tmp_path).put(PICTURE)
    assert files_in(tmp_path) == [tmp_path / NAME[:2] / NAME[2:4] / NAME]


def test_putting_the_same_bytes_again_keeps_the_file_that_is_there(tmp_path: Path) -> None:
    store = MediaFolder(tmp_path)
    store.put(PICTURE)
    before = store.path(NAME).stat().st_ino
    assert store.put(PICTURE) == NAME
    assert store.path(NAME).stat().st_ino == before


def test_many_threads_putting_the_same_bytes_leave_one_whole_file(tmp_path: Path) -> None:
    store = MediaFolder(tmp_path)
    content = os.urandom(500_000)
    with ThreadPoolExecutor(8) as threads:
        names = set(threads.map(lambda _: store.put(content), range(24)))
    (name,) = names
    assert [path.read_bytes() for path in files_in(tmp_path)] == [content]
    assert store.exists(name)


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "fsync", full)
    store = MediaFolder(tmp_path)
    with pytest.raises(OSError, match="no space"):
        store.put(PICTURE)
    assert files_in(tmp_path) == []
    assert not store.exists(NAME)


def test_what_was_never_put_is_not_found(tmp_path: Path) -> None:
    store = MediaFolder(tmp_path)
    assert not store.exists(NAME)
    with pytest.raises(NotFound, match=NAME):
        store.open(NAME)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", NAME.upper(), NAME[:-1], NAME + "\n", "0" * 63 + "/"])
def test_what_cannot_be_a_name_is_not_found_and_never_a_path(tmp_path: Path, name: str) -> None:
    store = MediaFolder(tmp_path)
    assert not store.exists(name)
    with pytest.raises(NotFound):
        store.open(name)
    with pytest.raises(NotFound):
        store.path(name)
