"""Text tracks: subtitles in WebVTT (W3C) and SubRip's SRT."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from models.errors import BadMedia

MOST_TRACK_BYTES: Final = 4 * 1024 * 1024
"""The subtitles of a day of talk are smaller."""
VTT: Final = "text/vtt"
SRT: Final = "application/x-subrip"

_BOM = "\ufeff"
_VTT_HEAD = re.compile(r"WEBVTT(?:[ \t].*)?\Z")
_VTT_MOMENT = r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_SRT_MOMENT = r"(\d{2,}):([0-5]\d):([0-5]\d)[,.](\d{3})"
_VTT_TIMING = re.compile(rf"{_VTT_MOMENT}[ \t]+-->[ \t]+{_VTT_MOMENT}(?:[ \t]+\S.*)?[ \t]*\Z", re.ASCII)
_SRT_TIMING = re.compile(rf"{_SRT_MOMENT}[ \t]+-->[ \t]+{_SRT_MOMENT}(?:[ \t]+\S.*)?[ \t]*\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Track:
    """Subtitles that were read.

    :ivar content: UTF-8 without a byte order mark, with lines that end in a line feed.
    :ivar cues: how many there are.
    """

    mime_type: str
    content: bytes
    cues: int


def read_track(content: bytes) -> Track | None:
    """Subtitles; None for text, or bytes, that do not begin like any.

    :raises BadMedia: they begin like subtitles, and are not UTF-8, or hold a cue that is none, or no cue at all.
    """
    is_vtt = content.removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT")
    looks_like_srt = re.match(rb"(?:\xef\xbb\xbf)?\s*\d+[ \t]*\r?\n\d+:\d\d:\d\d[,.]\d+[ \t]*-->", content) is not None
    if not is_vtt and not looks_like_srt:
        return None
    try:
        text = content.decode("utf-8").removeprefix(_BOM).replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise BadMedia(f"the subtitles are not UTF-8: byte {error.start + 1} is wrong; save them as UTF-8") from None
    if "\0" in text:
        raise BadMedia("the subtitles hold a NUL character; save them anew")
    cues = _vtt_cues(text) if is_vtt else _srt_cues(text)
    if cues == 0:
        raise BadMedia(
            "the subtitles hold no cue; a cue is a line of times, such as 00:01.000 --> 00:02.500, and its text"
        )
    return Track(VTT if is_vtt else SRT, text.encode("utf-8"), cues)


def _vtt_cues(text: str) -> int:
    head, *blocks = _blocks(text)
    if not _VTT_HEAD.match(head[0][1]):
        raise BadMedia("WebVTT must begin with a line WEBVTT; save the subtitles anew")
    cues = 0
    for block in blocks:
        if block[0][1].startswith(("NOTE", "STYLE", "REGION")) and "-->" not in block[0][1]:
            continue
        timing = block[0] if "-->" in block[0][1] else block[min(1, len(block) - 1)]
        _check(timing, _VTT_TIMING)
        cues += 1
    return cues


def _srt_cues(text: str) -> int:
    cues = 0
    for block in _blocks(text):
        if not block[0][1].strip().isdecimal() and "-->" not in block[0][1]:
            continue  # text of the cue before, after an empty line
        timing = block[0] if "-->" in block[0][1] else block[min(1, len(block) - 1)]
        _check(timing, _SRT_TIMING)
        cues += 1
    return cues


def _blocks(text: str) -> list[list[tuple[int, str]]]:
    """Lines, with their numbers from 1, in groups that empty lines part."""
    groups: list[list[tuple[int, str]]] = [[]]
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            groups[-1].append((number, line))
        elif groups[-1]:
            groups.append([])
    return [group for group in groups if group]


def _check(line: tuple[int, str], timing: re.Pattern[str]) -> None:
    """Refuses a line that is not the times of a cue, or whose end does not come after its start."""
    number, text = line
    found = timing.match(text)
    if found is None:
        raise BadMedia(f"line {number} of the subtitles should hold the times of a cue, and holds {text[:60]!r}")
    if _milliseconds(found.groups()[:4]) >= _milliseconds(found.groups()[4:8]):
        raise BadMedia(f"the cue in line {number} of the subtitles ends before it begins: {text[:60]!r}")


def _milliseconds(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, milliseconds = (int(part or 0) for part in parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + milliseconds
