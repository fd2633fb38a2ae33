"""What a file is, is told by what is in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.asset import AssetKind
from models.errors import BadMedia
from models.media.content import media_type
from tests.media import MP3, OGG, PAGE, SRT, VTT, WEBM, archive, box, film, picture, sound

TAKEN: dict[str, tuple[bytes, str, AssetKind]] = {
    "jpeg": (picture("JPEG"), "image/jpeg", AssetKind.PICTURE),
    "png": (picture("PNG"), "image/png", AssetKind.PICTURE),
    "webp": (picture("WEBP"), "image/webp", AssetKind.PICTURE),
    "gif": (picture("GIF"), "image/gif", AssetKind.PICTURE),
    "tiff": (picture("TIFF"), "image/tiff", AssetKind.PICTURE),
    "mp4": (film(b"vide", b"soun"), "video/mp4", AssetKind.VIDEO),
    "mov": (film(b"vide", brand=b"qt  "), "video/quicktime", AssetKind.VIDEO),
    "old mov": (film(b"vide").partition(b"isom\0\0\0\0isom")[2], "video/quicktime", AssetKind.VIDEO),
    "webm": (WEBM, "video/webm", AssetKind.VIDEO),
    "m4a": (film(b"soun", brand=b"M4A "), "audio/mp4", AssetKind.SOUND),
    "mp3": (MP3, "audio/mpeg", AssetKind.SOUND),
    "tagged mp3": (b"ID3\x03\0\0\0\0\x01\x48" + bytes(200) + MP3, "audio/mpeg", AssetKind.SOUND),
    "wav": (sound(), "audio/wav", AssetKind.SOUND),
    "ogg": (OGG, "audio/ogg", AssetKind.SOUND),
    "vtt": (VTT.encode(), "text/vtt", AssetKind.TEXT_TRACK),
    "vtt with a mark, from Windows": (
        b"\xef\xbb\xbf" + VTT.replace("\n", "\r\n").encode(),
        "text/vtt",
        AssetKind.TEXT_TRACK,
    ),
    "srt": (SRT.encode(), "application/x-subrip", AssetKind.TEXT_TRACK),
}

REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "empty"),
    "svg": (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "svg"),
    "html": (PAGE.encode(), "text/html"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "application/pdf"),
    "program": (b"MZ\x90\x00" + bytes(200), "executable"),
    "program for Linux": (b"\x7fELF\x02\x01\x01" + bytes(60), "ELF"),
    "archive": (archive(), "zip|Office"),
    "text": ("龙岗".encode() * 2000, "text"),
    "noise": (bytes(range(256)) * 4, "no known type"),
    "heic": (box(b"ftyp", b"heic", bytes(4), b"mif1heic") + box(b"meta", bytes(50)), "hei"),
    "film of the Matroska kind": (WEBM.replace(b"webm", b"mkv1"), "."),
    "film without its index": (film(b"vide")[:300], "not whole"),
    "film whose end is cut off": (film(b"vide")[:-1], "not whole"),
    "film with an archive behind": (film(b"vide") + archive(), "appended"),
    "film with nothing to see or hear": (film(b"text"), "."),
    "half a frame of mp3": (MP3[:400], "."),
    "Ogg with a film in it": (OGG.replace(b"\x01vorbis", b"\x80theora"), "."),
    "subtitles in UTF-16": (VTT.encode("utf-16"), "."),
    "subtitles in GBK": (SRT.replace("Καλημέρα\nПривет", "你好").encode("gb18030"), "UTF-8"),
    "subtitles without a cue": (b"WEBVTT\n\nNOTE nothing here\n", "no cue"),
    "subtitles with a wrong time": (VTT.replace("00:03.000", "00:63.000").encode(), "line 7"),
    "subtitles that end before they begin": (SRT.replace("00:00:02,500", "00:00:00,500").encode(), "before it begins"),
    "WebVTT under another head": (VTT.replace("WEBVTT", "WEBVTTX").encode(), "must begin"),
}


@pytest.mark.parametrize(("content", "mime_type", "kind"), TAKEN.values(), ids=TAKEN.keys())
def test_what_is_taken_is_known_by_its_content(tmp_path: Path, content: bytes, mime_type: str, kind: AssetKind) -> None:
    path = tmp_path / "harmless.txt"
    path.write_bytes(content)
    found = media_type(path)
    assert (found.mime_type, found.kind) == (mime_type, kind)


@pytest.mark.parametrize(("content", "why"), REFUSED.values(), ids=REFUSED.keys())
def test_everything_else_is_refused_with_what_it_is_whatever_its_name(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "harmless.jpg"
    path.write_bytes(content)
    with pytest.raises(BadMedia, match=f"(?i){why}"):
        media_type(path)


def test_a_film_of_many_gigabytes_is_known_without_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "film"
    frames = 5 * 1024**3
    index = film(b"vide").partition(b"mdat")[0][:-4]
    with path.open("wb") as file:
        file.write(box(b"ftyp", b"isom", bytes(4), b"isom"))
        file.write(b"\0\0\0\1mdat" + (frames + 16).to_bytes(8, "big"))
        file.seek(frames, 1)
        file.write(index[index.index(b"moov") - 4 :])
    assert media_type(path).kind is AssetKind.VIDEO
