"""The bytes of uploads: what is said to be there is, whatever a process was doing when it died."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from models.errors import NotFound, UploadBusy
from models.upload import UploadFolder, UploadStore

ID = uuid.UUID("01890a5d-ac96-774b-bcce-b302099a8057")


@pytest.fixture
def store(tmp_path: Path) -> UploadStore:
    store = UploadFolder(tmp_path)
    store.create(ID)
    return store


def added(store: UploadStore, content: bytes) -> int:
    turn = store.append(ID)
    try:
        turn.write(content)
        return turn.keep()
    finally:
        turn.close()


def test_bytes_are_added_at_the_end_and_read_as_a_file(store: UploadStore) -> None:
    assert store.offset(ID) == 0
    assert added(store, b"first ") == 6
    assert added(store, b"second") == 12
    with store.reading(ID) as path:
        assert path.read_bytes() == b"first second"
    store.delete(ID)
    store.delete(ID)
    for ask in (store.offset, store.append):
        with pytest.raises(NotFound):
            ask(ID)
    with pytest.raises(NotFound), store.reading(ID):
        pass
    assert store.ids() == []


def test_who_dies_with_bytes_that_nobody_vouched_for_leaves_them_out(store: UploadStore, tmp_path: Path) -> None:
    added(store, b"good ")
    dying = store.append(ID)
    dying.require_keep()
    dying.write(b"unchecked")
    dying.close()  # a dead process lets go of the file, and of nothing else
    assert (tmp_path / str(ID)).read_bytes() == b"good unchecked"
    assert UploadFolder(tmp_path).offset(ID) == 5
    assert added(store, b"and more") == 13
    assert store.offset(ID) == 13, "it is taken back once"
    again = store.append(ID)
    again.require_keep()
    again.close()
    (tmp_path / f"{ID}.start").write_text("")  # died before it could say from where on
    assert store.offset(ID) == 13
    with store.reading(ID) as path:
        assert path.read_bytes() == b"good and more"


def test_a_file_that_is_read_holds_nothing_that_nobody_vouched_for(store: UploadStore) -> None:
    dying = store.append(ID)
    dying.require_keep()
    dying.write(b"unchecked, and as long as it should be")
    dying.close()
    with store.reading(ID) as path:
        assert path.read_bytes() == b""
    careful = store.append(ID)
    careful.require_keep()
    careful.write(b"checked")
    assert careful.keep() == 7
    careful.close()
    with store.reading(ID) as path:
        assert path.read_bytes() == b"checked"
    assert store.offset(ID) == 7


def test_what_is_taken_back_is_gone(store: UploadStore) -> None:
    added(store, b"good ")
    turn = store.append(ID)
    assert turn.start == 5
    turn.require_keep()
    turn.write(b"bad")
    turn.discard()
    turn.write(b"better")
    assert turn.keep() == 11
    turn.close()
    with store.reading(ID) as path:
        assert path.read_bytes() == b"good better"


def test_one_turn_at_a_time_also_for_other_processes(store: UploadStore, tmp_path: Path) -> None:
    other = UploadFolder(tmp_path)
    turn = store.append(ID)
    for ask in (other.append, other.offset, other.delete):
        with pytest.raises(UploadBusy):
            ask(ID)
    with pytest.raises(UploadBusy), other.reading(ID):
        pass
    turn.close()
    with other.reading(ID), store.reading(ID), pytest.raises(UploadBusy):
        other.append(ID)
    other.append(ID).close()
    assert other.ids() == [ID]
