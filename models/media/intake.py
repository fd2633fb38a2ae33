"""Takes a file that was uploaded: finds what it is, refuses what is not taken, makes what is served, and keeps it all in the media store.

Nothing here touches the database. What was put into the store for a row that never came to be lies there unnamed, and the same file taken
again finds it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from models.asset import AssetKind
from models.errors import BadMedia
from models.media.content import MediaType, media_type
from models.media.made import MadeFile
from models.media.picture import picture_renditions
from models.media.store import MediaStore
from models.media.track import read_track
from models.media.video import VideoSize, poster, video_size

AT_ONCE: Final = 2
"""Files that one process takes at the same time: a large picture needs some 600 MB while it is made smaller."""
_KINDS: Final = {kind: {kind} for kind in AssetKind} | {AssetKind.PICTURE: {AssetKind.PICTURE, AssetKind.GRAPHIC}}
"""The kinds of asset that a file can be made into, by what it holds."""
_PASSED_ON: Final = frozenset({AssetKind.VIDEO, AssetKind.SOUND})
"""What is served as it was uploaded."""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file in the media store, as a rendition describes it."""

    name: str
    mime_type: str
    size: int
    sha256: str
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class TakenMedia:
    """What was made of an uploaded file.

    :ivar original: the file as it was uploaded, for staff alone.
    :ivar renditions: what is served, the largest first.
    """

    kind: AssetKind
    original: KeptFile
    renditions: tuple[KeptFile, ...]


class MediaIntake:
    """Takes files in threads of its own, so that the event loop goes on and no more than `AT_ONCE` are taken at a time.

    :param store: where the files are kept.
    """

    def __init__(self, store: MediaStore) -> None:
        self._store = store
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="media-intake")

    async def take(self, path: Path, kind: AssetKind | None = None) -> TakenMedia:
        """See `take_media`."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, take_media, path, kind, self._store)


def take_media(path: Path, kind: AssetKind | None, store: MediaStore) -> TakenMedia:
    """Checks a file and keeps it with its renditions. Blocks, with large files for many seconds.

    :param path: of a file that nobody changes any more.
    :param kind: what it is said to be; None where its content decides.
    :raises BadMedia: it is not taken, or is of another kind than it is said to be.
    """
    found = media_type(path)
    if kind is not None and kind not in _KINDS[found.kind]:
        raise BadMedia(f"the file is {found.mime_type}, which makes a {found.kind}, not a {kind}", field=["kind"])
    size, made = _made(path, found)  # everything that can be refused is, before anything is kept
    sha256 = store.put_file(path)
    original = KeptFile("original", found.mime_type, path.stat().st_size, sha256)
    renditions = tuple(
        KeptFile(file.name, file.mime_type, len(file.content), store.put(file.content), file.width, file.height)
        for file in made
    )
    if found.kind in _PASSED_ON:
        passed_on = original if size is None else replace(original, width=size.width, height=size.height)
        renditions = (passed_on, *renditions)
    return TakenMedia(kind or found.kind, original, renditions)


def _made(path: Path, found: MediaType) -> tuple[VideoSize | None, Sequence[MadeFile]]:
    """How large a film is, and the files that are made of an uploaded one."""
    match found.kind:
        case AssetKind.PICTURE:
            return None, picture_renditions(path)
        case AssetKind.TEXT_TRACK:
            track = read_track(path.read_bytes())
            assert track is not None  # that is how its type was found
            return None, [MadeFile("original", track.mime_type, track.content)]
        case AssetKind.VIDEO:
            size, frame = video_size(path, found.mime_type), poster(path, found.mime_type)
            return size, [] if frame is None else [frame]
        case _:
            return None, []
