"""The media store: files named by their content.

A file is put once and never changed; its name is the SHA-256 of its bytes, so a row that holds the name can prove what
it got. `MediaStore` is all that the rest of the program asks for, so that a bucket can take the place of a folder.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Protocol

from models.errors import NotFound

_SHA256 = re.compile(r"[0-9a-f]{64}\Z")


class MediaStore(Protocol):
    """Keeps files by the SHA-256 (lower-case hexadecimal) of their content. The calls block: run them in a thread."""

    def put(self, content: bytes) -> str:
        """Keeps a file and gives its name. Putting the same bytes again changes nothing."""
        ...

    def put_file(self, path: Path) -> str:
        """Keeps a file that lies on the disk, however large, and gives its name; the file itself stays where it is.

        :param path: of a file that nobody changes any more.
        """
        ...

    def exists(self, sha256: str) -> bool:
        """Whether a file of this name is kept."""
        ...

    def open(self, sha256: str) -> BinaryIO:
        """The file, to be read from its first byte or, by `seek`, from any other.

        :raises NotFound: no file of this name is kept.
        """
        ...


class MediaFolder:
    """A media store in a folder of the file system, at `ROOT/ab/cd/<sha256>`.

    A file appears under its name when it is whole and on the disk, never before: it is written under another name,
    flushed, and renamed.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, content: bytes) -> str:
        """See `MediaStore.put`."""
        name = hashlib.sha256(content).hexdigest()

        def write(temporary: Path) -> None:
            temporary.write_bytes(content)

        self._add(name, write)
        return name

    def put_file(self, path: Path) -> str:
        """See `MediaStore.put_file`. On the same file system it takes no more room: both names lead to the same bytes."""
        with path.open("rb") as file:
            name = hashlib.file_digest(file, "sha256").hexdigest()

        def link(temporary: Path) -> None:
            temporary.unlink()
            try:
                os.link(path, temporary)
            except OSError:  # another file system, or one without links
                shutil.copyfile(path, temporary)

        self._add(name, link)
        return name

    def exists(self, sha256: str) -> bool:
        """See `MediaStore.exists`."""
        return _SHA256.match(sha256) is not None and self.path(sha256).is_file()

    def open(self, sha256: str) -> BinaryIO:
        """See `MediaStore.open`."""
        if not self.exists(sha256):
            raise NotFound(f"the media store has no file {sha256[:64]!r}")
        return self.path(sha256).open("rb")

    def path(self, sha256: str) -> Path:
        """Where a file of this name lies, or would lie.

        :raises NotFound: it is not a SHA-256 in lower-case hexadecimal, so no file can have that name.
        """
        if not _SHA256.match(sha256):
            raise NotFound(f"{sha256[:64]!r} names no media file; expected a SHA-256 in lower-case hexadecimal")
        return self._root / sha256[:2] / sha256[2:4] / sha256

    def _add(self, name: str, fill: Callable[[Path], None]) -> None:
        """Adds a file that is not there yet.

        :param fill: makes the file under the name that it gets until it is whole.
        """
        target = self.path(name)
        if target.exists():
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, made = tempfile.mkstemp(prefix=".", suffix=".part", dir=target.parent)
        os.close(descriptor)
        temporary = Path(made)
        try:
            fill(temporary)
            with temporary.open("rb") as file:
                os.fsync(file.fileno())
            temporary.chmod(0o644)  # mkstemp makes it the owner's alone; a web server in front may serve the folder
            temporary.replace(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
