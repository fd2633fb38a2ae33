"""What a file is, told by its content alone: names and declared types are never looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import puremagic

from models.asset import AssetKind
from models.errors import BadMedia
from models.media.boxes import BrokenBoxes, handlers
from models.media.track import MOST_TRACK_BYTES, read_track

TAKEN: Final = (
    "JPEG, PNG, WebP, GIF and TIFF pictures, MP4, MOV and WebM video, MP3, M4A, WAV and Ogg sound,"
    " and WebVTT and SRT subtitles in UTF-8"
)
"""What is taken, for refusals and documents."""

_HEAD_BYTES = 8192
_EBML = b"\x1a\x45\xdf\xa3"
_EBML_DOC_TYPE = b"\x42\x82"
_SEGMENT = b"\x18\x53\x80\x67"
_FILM_STARTS = (b"ftyp", b"moov", b"mdat", b"wide")
_OGG_SOUNDS = (b"\x01vorbis", b"OpusHead", b"\x7fFLAC", b"Speex   ")
_OGG_FIRST_PACKET = 28
_MPEG_KBPS: Final = {
    (3, 3): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (3, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (3, 1): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 3): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 1): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""Kilobits a second by version (3: MPEG-1, 2: MPEG-2) and layer (3: I, 2: II, 1: III), by the index in the header (ISO/IEC 11172-3)."""
_MPEG_HERTZ: Final = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


@dataclass(frozen=True, slots=True)
class MediaType:
    """What a file is.

    :ivar mime_type: with which it is served.
    :ivar kind: of an asset that is made of it.
    """

    mime_type: str
    kind: AssetKind


def media_type(path: Path) -> MediaType:
    """What the file is.

    Of pictures only the signature is looked at: whether one is whole, `models.media.picture` finds by decoding it.

    :raises BadMedia: nothing that is taken, or not whole.
    """
    size = path.stat().st_size
    if size == 0:
        raise BadMedia(f"the file is empty; taken are {TAKEN}")
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        for recognise in _RECOGNISERS:
            found = recognise(head, file, size)
            if found is not None:
                return found
    raise BadMedia(f"the file is {_name(head)}; taken are {TAKEN}")


def _picture(head: bytes, _file: BinaryIO, _size: int) -> MediaType | None:
    signatures = {
        b"\xff\xd8\xff": "image/jpeg",
        b"\x89PNG\r\n\x1a\n": "image/png",
        b"GIF87a": "image/gif",
        b"GIF89a": "image/gif",
        b"II*\0": "image/tiff",
        b"MM\0*": "image/tiff",
    }
    for signature, mime_type in signatures.items():
        if head.startswith(signature):
            return MediaType(mime_type, AssetKind.PICTURE)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return MediaType("image/webp", AssetKind.PICTURE)
    return None


def _film(head: bytes, file: BinaryIO, size: int) -> MediaType | None:
    if head[4:8] not in _FILM_STARTS:
        return None
    try:
        tracks = handlers(file, size)
    except BrokenBoxes:
        raise BadMedia(
            "the film or sound is not whole, or something is appended to it; upload the whole file again"
        ) from None
    is_quicktime = head[4:8] != b"ftyp" or head[8:12] == b"qt  "
    if b"vide" in tracks:
        return MediaType("video/quicktime" if is_quicktime else "video/mp4", AssetKind.VIDEO)
    if b"soun" in tracks:
        return MediaType("audio/mp4", AssetKind.SOUND)
    return None


def _webm(head: bytes, _file: BinaryIO, _size: int) -> MediaType | None:
    if not head.startswith(_EBML):
        return None
    _, marker, doc_type = head[:64].partition(_EBML_DOC_TYPE)
    if marker and doc_type[:5] == b"\x84webm" and _SEGMENT in head:
        return MediaType("video/webm", AssetKind.VIDEO)
    return None


def _wav(head: bytes, _file: BinaryIO, _size: int) -> MediaType | None:
    is_wav = head[:4] == b"RIFF" and head[8:12] == b"WAVE" and b"fmt " in head
    return MediaType("audio/wav", AssetKind.SOUND) if is_wav else None


def _ogg(head: bytes, _file: BinaryIO, _size: int) -> MediaType | None:
    if head.startswith(b"OggS") and head[_OGG_FIRST_PACKET:].startswith(_OGG_SOUNDS):
        return MediaType("audio/ogg", AssetKind.SOUND)
    return None


def _mp3(head: bytes, file: BinaryIO, _size: int) -> MediaType | None:
    start = 0
    if head.startswith(b"ID3") and len(head) > 10:  # a tag, whose size is written in 4 times 7 bits
        start = 10 + sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
    for _ in range(2):  # two frames, one behind the other, are no accident
        file.seek(start)
        length = _mpeg_frame_bytes(file.read(4))
        if length is None:
            return None
        start += length
    return MediaType("audio/mpeg", AssetKind.SOUND)


def _mpeg_frame_bytes(header: bytes) -> int | None:
    """The length of a frame of MPEG audio by its header; None where it is none."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        return None
    version, layer = header[1] >> 3 & 3, header[1] >> 1 & 3
    rate_index, hertz_index, padding = header[2] >> 4, header[2] >> 2 & 3, header[2] >> 1 & 1
    if version == 1 or layer == 0 or rate_index in (0, 15) or hertz_index == 3:
        return None
    rate = _MPEG_KBPS[3 if version == 3 else 2, layer][rate_index] * 1000
    hertz = _MPEG_HERTZ[version][hertz_index]
    if layer == 3:
        return (12 * rate // hertz + padding) * 4
    samples = 72 if layer == 1 and version != 3 else 144
    return samples * rate // hertz + padding


def _text_track(head: bytes, file: BinaryIO, size: int) -> MediaType | None:
    if size > MOST_TRACK_BYTES or b"\0" in head:
        return None
    file.seek(0)
    track = read_track(file.read())
    return MediaType(track.mime_type, AssetKind.TEXT_TRACK) if track else None


_RECOGNISERS: Final[tuple[Callable[[bytes, BinaryIO, int], MediaType | None], ...]] = (
    _picture,
    _film,
    _webm,
    _wav,
    _ogg,
    _mp3,
    _text_track,
)


def _name(head: bytes) -> str:
    """What a file that is not taken seems to be, in words."""
    try:
        guesses = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        guesses = []
    if not guesses:
        return "text" if _is_text(head) else "of no known type"
    best = guesses[0]
    return f"{best.name} ({best.mime_type})" if best.mime_type else str(best.name)


def _is_text(head: bytes) -> bool:
    try:
        head[:4000].decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(head[:4000]) - 4  # only the last character is cut
    return b"\0" not in head
