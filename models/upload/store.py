"""Where the bytes of uploads lie until something is made of them.

`UploadStore` is all that the rest of the program asks for, so that a bucket can take the place of a folder. What is answered as an
offset is on the disk; a process that is killed at any moment leaves an upload that goes on from what it had.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from models.errors import NotFound, UploadBusy


class UploadAppend(Protocol):
    """One request's turn at writing. Nobody else writes to the upload, or reads it, until `close`."""

    @property
    def start(self) -> int:
        """How many bytes there were before."""
        ...

    def require_keep(self) -> None:
        """Before anything is written: what comes counts only after `keep`, also where the process dies before it."""
        ...

    def write(self, content: bytes) -> None:
        """Adds bytes at the end."""
        ...

    def keep(self) -> int:
        """Brings everything onto the disk, and gives the offset that is there now."""
        ...

    def discard(self) -> None:
        """Takes back everything that was written in this turn."""
        ...

    def close(self) -> None:
        """Ends the turn. What was neither kept nor discarded stays, unless `require_keep` was called."""
        ...


class UploadStore(Protocol):
    """Keeps the bytes of uploads by the id of the upload. The calls block: run them in a thread."""

    def create(self, upload_id: uuid.UUID) -> None:
        """Begins an upload, with no bytes."""
        ...

    def offset(self, upload_id: uuid.UUID) -> int:
        """How many bytes are on the disk.

        :raises NotFound: there is no such upload.
        :raises UploadBusy: a request is writing to it.
        """
        ...

    def append(self, upload_id: uuid.UUID) -> UploadAppend:
        """A turn at writing; the caller must `close` it.

        :raises NotFound: there is no such upload.
        :raises UploadBusy: another request is at it.
        """
        ...

    def reading(self, upload_id: uuid.UUID) -> AbstractContextManager[Path]:
        """The upload as a file that does not change, for as long as the block lasts.

        :raises NotFound: there is no such upload.
        :raises UploadBusy: a request is writing to it.
        """
        ...

    def delete(self, upload_id: uuid.UUID) -> None:
        """Forgets an upload; one that is not there is forgotten already.

        :raises UploadBusy: a request is at it.
        """
        ...

    def ids(self) -> list[uuid.UUID]:
        """Every upload that there are bytes of."""
        ...


class UploadFolder:
    """An upload store in a folder of the file system: `ROOT/<id>`, and beside it `ROOT/<id>.start` while bytes are written that do not
    count yet, with the offset from which on they do not.

    Turns are held by a lock on the file (flock), which all processes of a machine see and which ends with its process.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def create(self, upload_id: uuid.UUID) -> None:
        """See `UploadStore.create`."""
        self._root.mkdir(parents=True, exist_ok=True)
        os.close(os.open(self._path(upload_id), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644))
        _sync_folder(self._root)

    def offset(self, upload_id: uuid.UUID) -> int:
        """See `UploadStore.offset`."""
        with self._opened(upload_id, fcntl.LOCK_EX) as descriptor:
            settled = _settled_size(descriptor, self._start(upload_id))
            os.fsync(descriptor)
            return settled

    def append(self, upload_id: uuid.UUID) -> UploadAppend:
        """See `UploadStore.append`."""
        with contextlib.ExitStack() as stack:
            descriptor = stack.enter_context(self._opened(upload_id, fcntl.LOCK_EX))
            start = _settled_size(descriptor, self._start(upload_id))
            os.lseek(descriptor, start, os.SEEK_SET)
            return _FileAppend(descriptor, self._start(upload_id), start, stack.pop_all())

    @contextlib.contextmanager
    def reading(self, upload_id: uuid.UUID) -> Iterator[Path]:
        """See `UploadStore.reading`."""
        if self._start(upload_id).exists():
            self.offset(upload_id)  # takes back what a dead process could not vouch for
        with self._opened(upload_id, fcntl.LOCK_SH):
            if self._start(upload_id).exists():  # another process died in between
                raise UploadBusy(f"the upload {upload_id} is being put in order; try again")
            yield self._path(upload_id)

    def delete(self, upload_id: uuid.UUID) -> None:
        """See `UploadStore.delete`."""
        with contextlib.suppress(NotFound), self._opened(upload_id, fcntl.LOCK_EX):
            self._start(upload_id).unlink(missing_ok=True)
            self._path(upload_id).unlink(missing_ok=True)

    def ids(self) -> list[uuid.UUID]:
        """See `UploadStore.ids`."""
        if not self._root.is_dir():
            return []
        found = []
        for path in self._root.iterdir():
            with contextlib.suppress(ValueError):  # the name of something else
                found.append(uuid.UUID(path.name))
        return sorted(found)

    def _path(self, upload_id: uuid.UUID) -> Path:
        return self._root / str(upload_id)

    def _start(self, upload_id: uuid.UUID) -> Path:
        return self._root / f"{upload_id}.start"

    @contextlib.contextmanager
    def _opened(self, upload_id: uuid.UUID, lock: int) -> Iterator[int]:
        """The file, locked; the lock ends with the block, for closing it frees it."""
        try:
            descriptor = os.open(self._path(upload_id), os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            raise NotFound(f"there is no upload {upload_id}") from None
        try:
            try:
                fcntl.flock(descriptor, lock | fcntl.LOCK_NB)
            except BlockingIOError:
                raise UploadBusy(f"another request is at the upload {upload_id}; wait for its end") from None
            if not self._is_named(upload_id, descriptor):  # deleted between the opening and the lock
                raise NotFound(f"there is no upload {upload_id}")
            yield descriptor
        finally:
            os.close(descriptor)

    def _is_named(self, upload_id: uuid.UUID, descriptor: int) -> bool:
        try:
            return os.path.samestat(os.fstat(descriptor), self._path(upload_id).stat())
        except FileNotFoundError:
            return False


class _FileAppend:
    """See `UploadAppend`."""

    def __init__(self, descriptor: int, mark: Path, start: int, held: contextlib.ExitStack) -> None:
        self._descriptor = descriptor
        self._mark = mark
        self._start = start
        self._held = held

    @property
    def start(self) -> int:
        return self._start

    def require_keep(self) -> None:
        with self._mark.open("w") as file:
            file.write(str(self._start))
            file.flush()
            os.fsync(file.fileno())
        _sync_folder(self._mark.parent)

    def write(self, content: bytes) -> None:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]

    def keep(self) -> int:
        os.fsync(self._descriptor)
        _remove(self._mark)
        return os.lseek(self._descriptor, 0, os.SEEK_CUR)

    def discard(self) -> None:
        os.ftruncate(self._descriptor, self._start)
        os.lseek(self._descriptor, self._start, os.SEEK_SET)
        self.keep()

    def close(self) -> None:
        self._held.close()


def _settled_size(descriptor: int, mark: Path) -> int:
    """The size of an upload that nobody is at. What a dead process wrote and could not vouch for is taken back."""
    try:
        start = mark.read_text()
    except FileNotFoundError:
        return os.fstat(descriptor).st_size
    if start:  # otherwise it died before it wrote anything
        os.ftruncate(descriptor, int(start))
        os.fsync(descriptor)
    _remove(mark)
    return os.fstat(descriptor).st_size


def _remove(mark: Path) -> None:
    """Takes a mark away for good: one that came back would take back what was kept since."""
    with contextlib.suppress(FileNotFoundError):
        mark.unlink()
        _sync_folder(mark.parent)


def _sync_folder(folder: Path) -> None:
    """Brings the names in a folder onto the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
