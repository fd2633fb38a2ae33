"""What can be said of a film, and a frame to show for it, where FFmpeg is installed. Without it films are kept all the same.

Its programs are found on the path, started without a shell, told the container's format and to read nothing but that file, and stopped
when they take too long.
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

from models.base import JsonObject
from models.errors import BadMedia
from models.media.made import MadeFile
from models.media.picture import poster_rendition

PROBE_SECONDS: Final = 20
POSTER_SECONDS: Final = 40
_POSTER_AT = ("1", "0")
"""Seconds into the film at which a frame is taken: the first that there is."""
_CONTAINERS: Final = {
    "video/mp4": "mov",
    "video/quicktime": "mov",
    "video/webm": "matroska",
}
"""FFmpeg's name of the format, so that it does not take the file for a playlist of others."""


@dataclass(frozen=True, slots=True)
class VideoSize:
    """How large a film is shown, in pixels."""

    width: int
    height: int


def video_size(path: Path, mime_type: str, *, seconds: float = PROBE_SECONDS) -> VideoSize | None:
    """How large a film is; None where nobody can say.

    :param seconds: that finding out may take.
    :raises BadMedia: ffprobe finds no picture in it.
    """
    program = shutil.which("ffprobe")
    if program is None:
        return None
    asked = ["-select_streams", "v:0", "-show_streams", "-of", "json"]
    answer = _run([program, "-v", "error", *_reading(path, mime_type), *asked], seconds)
    if answer is None:
        return None
    streams = orjson.loads(answer).get("streams", []) if answer else []
    if not streams or not (streams[0].get("width") and streams[0].get("height")):  # a track that holds nothing is 0 × 0
        raise BadMedia("the film cannot be read: it is broken or cut off, or holds no pictures")
    return _upright_size(streams[0])


def poster(path: Path, mime_type: str, *, seconds: float = POSTER_SECONDS) -> MadeFile | None:
    """A frame of the film as a picture; None where there is none to be had.

    :param seconds: that each attempt may take.
    """
    program = shutil.which("ffmpeg")
    if program is None:
        return None
    for second in _POSTER_AT:
        before = ["-nostdin", "-v", "error", "-threads", "1", "-ss", second]
        after = ["-map", "0:v:0", "-frames:v", "1", "-map_metadata", "-1", "-f", "image2pipe", "-c:v", "png", "pipe:1"]
        frame = _run([program, *before, *_reading(path, mime_type), *after], seconds)
        if frame:
            try:
                return poster_rendition(frame)
            except BadMedia:  # more pixels than are decoded
                return None
    return None


def _reading(path: Path, mime_type: str) -> list[str]:
    """The arguments that name the film to be read."""
    return ["-protocol_whitelist", "file", "-f", _CONTAINERS[mime_type], "-i", f"file:{path}"]


def _run(command: list[str], seconds: float) -> bytes | None:
    """What a program prints: nothing where it finds fault with the film; None where it takes too long or cannot be started."""
    try:
        ran = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, check=True)  # noqa: S603 - no shell
    except subprocess.CalledProcessError:
        return b""
    except (OSError, subprocess.TimeoutExpired):
        return None
    return ran.stdout


def _upright_size(stream: JsonObject) -> VideoSize | None:
    """The size of a stream as it is shown, for phones write films lying on their side."""
    width, height = stream.get("width"), stream.get("height")
    if not isinstance(width, int) or not isinstance(height, int) or width < 1 or height < 1:
        return None
    turns = [side.get("rotation", 0) for side in stream.get("side_data_list", []) if isinstance(side, dict)]
    if any(abs(turn) % 180 == 90 for turn in turns if isinstance(turn, int)):
        width, height = height, width
    return VideoSize(width, height)
