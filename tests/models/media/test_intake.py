"""What is made of an uploaded file, and what is kept of it."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from models.asset import AssetKind
from models.errors import BadMedia
from models.media import MediaFolder
from models.media.intake import MediaIntake, TakenMedia, take_media
from models.media.video import poster, video_size
from tests.media import MP3, PAGE, VTT, bomb, film, photograph, picture


def taken(folder: Path, content: bytes, kind: AssetKind | None = None) -> TakenMedia:
    path = folder / "upload"
    path.write_bytes(content)
    return take_media(path, kind, MediaFolder(folder / "media"))


def kept(folder: Path) -> list[Path]:
    return [path for path in (folder / "media").rglob("*") if path.is_file()]


def test_of_a_picture_its_renditions_are_served_and_the_file_itself_is_kept_apart(tmp_path: Path) -> None:
    content = photograph((1000, 500))
    found = taken(tmp_path, content)
    assert found.kind is AssetKind.PICTURE
    assert found.original.sha256 == hashlib.sha256(content).hexdigest()
    assert found.original.size == len(content)
    store = MediaFolder(tmp_path / "media")
    with store.open(found.original.sha256) as opened:
        assert opened.read() == content
    assert [file.name for file in found.renditions] == ["original", "web", "small", "thumbnail"]
    for file in found.renditions:
        assert file.sha256 != found.original.sha256
        with store.open(file.sha256) as opened:
            served = opened.read()
        assert len(served) == file.size
        assert b"secret" not in served
    assert taken(tmp_path, content) == found
    assert len(kept(tmp_path)) == 4, "the same again adds nothing; web is no smaller than the original"
    assert taken(tmp_path, content, AssetKind.GRAPHIC).kind is AssetKind.GRAPHIC


def test_films_and_sounds_are_passed_on_as_they_are_and_subtitles_as_utf_8(tmp_path: Path) -> None:
    sound = taken(tmp_path, MP3)
    assert sound.kind is AssetKind.SOUND
    assert sound.renditions == (sound.original,)
    marked = b"\xef\xbb\xbf" + VTT.replace("\n", "\r\n").encode()
    subtitles = taken(tmp_path, marked, AssetKind.TEXT_TRACK)
    (served,) = subtitles.renditions
    assert (served.name, served.mime_type, served.size) == ("original", "text/vtt", len(VTT.encode()))
    assert served.sha256 == hashlib.sha256(VTT.encode()).hexdigest()
    assert subtitles.original.size == len(marked)


@pytest.mark.parametrize(
    ("content", "kind", "why"),
    [
        (PAGE.encode(), None, "html"),
        (bomb(), None, "pixels"),
        (photograph()[:300], None, "cut off"),
        (picture(), AssetKind.VIDEO, "image/jpeg, which makes a PICTURE, not a VIDEO"),
        (film(b"vide"), AssetKind.GRAPHIC, "not a GRAPHIC"),
        (VTT.encode(), AssetKind.PICTURE, "not a PICTURE"),
    ],
)
def test_of_what_is_refused_nothing_is_kept(tmp_path: Path, content: bytes, kind: AssetKind | None, why: str) -> None:
    with pytest.raises(BadMedia, match=why):
        taken(tmp_path, content, kind)
    assert kept(tmp_path) == []


def test_without_ffmpeg_a_film_is_kept_undescribed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = taken(tmp_path, film(b"vide", b"soun"))
    assert found.kind is AssetKind.VIDEO
    assert found.renditions == (found.original,)


def test_programs_that_hang_cost_no_film_and_one_that_finds_it_broken_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "film"
    path.write_bytes(film(b"vide"))
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    for script, size in (("exec sleep 60", None), ("exit 1", BadMedia), ("echo '{\"streams\": []}'", BadMedia)):
        for name in ("ffprobe", "ffmpeg"):
            program = tmp_path / name
            program.write_text(f"#!/bin/sh\n{script}\n")
            program.chmod(0o755)
        if size is None:
            assert video_size(path, "video/mp4", seconds=0.2) is None
            assert poster(path, "video/mp4", seconds=0.2) is None
        else:
            with pytest.raises(BadMedia, match="cannot be read"):
                video_size(path, "video/mp4")
            assert poster(path, "video/mp4") is None


@pytest.mark.skipif(
    shutil.which("ffmpeg") is None or shutil.which("ffprobe") is None, reason="FFmpeg is not installed here"
)
@pytest.mark.parametrize(("suffix", "options"), [("mp4", ["-pix_fmt", "yuv420p"]), ("webm", ["-c:v", "libvpx"])])
def test_a_film_is_described_and_a_frame_of_it_shown(tmp_path: Path, suffix: str, options: list[str]) -> None:
    path = tmp_path / f"film.{suffix}"
    source = ["-f", "lavfi", "-i", "testsrc=duration=2:size=1600x900:rate=10"]
    subprocess.run(["ffmpeg", "-v", "error", *source, *options, str(path)], check=True, stdin=subprocess.DEVNULL)
    found = taken(tmp_path, path.read_bytes())
    film, frame = found.renditions
    assert (film.name, film.width, film.height) == ("original", 1600, 900)
    assert (frame.name, frame.mime_type, frame.width, frame.height) == ("poster", "image/jpeg", 1280, 720)
    with MediaFolder(tmp_path / "media").open(frame.sha256) as file, Image.open(file) as image:
        assert image.size == (1280, 720)


@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="FFmpeg is not installed here")
def test_a_film_in_which_ffprobe_finds_no_pictures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadMedia, match="cannot be read"):
        taken(tmp_path, film(b"vide"))


async def test_the_event_loop_goes_on_while_a_large_picture_is_taken(tmp_path: Path) -> None:
    paths = []
    for number in range(3):
        path = tmp_path / str(number)
        path.write_bytes(picture("PNG", (700 + number, 700)))
        paths.append(path)
    intake = MediaIntake(MediaFolder(tmp_path / "media"))
    turns = 0
    taking = asyncio.gather(*(intake.take(path) for path in paths))
    while not taking.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 100
    assert {found.kind for found in await taking} == {AssetKind.PICTURE}
