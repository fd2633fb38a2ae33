"""Pictures are decoded, stripped of all but what is seen, and encoded anew."""

from __future__ import annotations

import contextlib
import io
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from models.errors import BadMedia
from models.media.picture import MOST_PIXELS, picture_renditions
from tests.media import PAGE, archive, bomb, chunk, photograph, picture, profile_of_swapped_colours


def decoded(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def renditions(folder: Path, content: bytes) -> dict[str, tuple[str, tuple[int | None, int | None], bytes]]:
    path = folder / "upload"
    path.write_bytes(content)
    return {file.name: (file.mime_type, (file.width, file.height), file.content) for file in picture_renditions(path)}


def test_a_picture_comes_in_four_sizes_and_is_never_made_larger(tmp_path: Path) -> None:
    made = renditions(tmp_path, picture(size=(2000, 1000)))
    assert {name: size for name, (_, size, _) in made.items()} == {
        "original": (2000, 1000),
        "web": (1280, 640),
        "small": (640, 320),
        "thumbnail": (320, 160),
    }
    for mime_type, size, content in made.values():
        assert mime_type == "image/jpeg"
        assert decoded(content).size == size
    small = renditions(tmp_path, picture(size=(500, 300)))
    assert [size for _, size, _ in small.values()] == [(500, 300)] * 3 + [(320, 192)]
    assert small["web"][2] == small["original"][2], "what is not made smaller is not encoded twice"
    assert renditions(tmp_path, picture(size=(9000, 20)))["original"][1] == (8192, 18)


def test_where_it_was_taken_and_all_else_that_is_not_seen_stays_behind(tmp_path: Path) -> None:
    content = photograph((400, 300))
    assert b"secret" in content
    assert decoded(content).getexif().get_ifd(0x8825)
    for _, _, made in renditions(tmp_path, content).values():
        image = decoded(made)
        assert dict(image.getexif()) == {}
        assert {"exif", "comment", "icc_profile", "xmp"} & image.info.keys() == set()
        assert b"secret" not in made


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_upright_before_its_orientation_is_forgotten(tmp_path: Path, orientation: int) -> None:
    upright = Image.new("RGB", (80, 40), "white")
    upright.paste("red", (0, 0, 40, 20))  # the top left corner
    undo = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}[orientation]
    lying = upright if undo is None else upright.transpose(Image.Transpose(undo))
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = io.BytesIO()
    lying.save(file, "JPEG", quality=95, exif=exif)
    image = decoded(renditions(tmp_path, file.getvalue())["original"][2])
    assert image.size == (80, 40)
    red, white = image.getpixel((10, 8)), image.getpixel((70, 32))
    assert isinstance(red, tuple)
    assert red[0] > 200 > 80 > red[1]
    assert isinstance(white, tuple)
    assert min(white) > 200


def test_colours_of_a_profile_become_those_of_srgb(tmp_path: Path) -> None:
    for mode in ("RGB", "RGBA"):
        image = Image.new("RGB", (40, 40), (255, 0, 0)).convert(mode)
        file = io.BytesIO()
        image.save(file, "PNG", icc_profile=profile_of_swapped_colours())
        red, green, blue = decoded(renditions(tmp_path, file.getvalue())["original"][2]).getpixel((20, 20))  # type: ignore[misc]
        assert green > 250 > 10 > max(red, blue), "what the profile calls red is green"


def test_a_profile_that_says_nothing_changes_nothing(tmp_path: Path) -> None:
    plain = renditions(tmp_path, picture(quality=95))
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    other = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    for profile in (srgb, other, b"no profile at all" * 20):
        assert renditions(tmp_path, picture(quality=95, icc_profile=profile)) == plain


@pytest.mark.parametrize(
    ("format", "mode", "original", "others"),
    [
        ("JPEG", "L", "image/jpeg", "image/jpeg"),
        ("JPEG", "CMYK", "image/jpeg", "image/jpeg"),
        ("PNG", "RGB", "image/png", "image/jpeg"),
        ("PNG", "RGBA", "image/png", "image/jpeg"),
        ("PNG", "I;16", "image/png", "image/jpeg"),
        ("PNG", "1", "image/png", "image/jpeg"),
        ("PNG", "LA", "image/png", "image/jpeg"),
        ("GIF", "P", "image/png", "image/jpeg"),
        ("WEBP", "RGB", "image/jpeg", "image/jpeg"),
        ("TIFF", "CMYK", "image/jpeg", "image/jpeg"),
        ("TIFF", "RGB", "image/jpeg", "image/jpeg"),
    ],
)
def test_every_way_of_writing_colours_becomes_one_that_everybody_reads(
    tmp_path: Path, format: str, mode: str, original: str, others: str
) -> None:
    made = renditions(tmp_path, picture(format, mode=mode))
    assert [mime_type for mime_type, _, _ in made.values()] == [original, others, others, others]
    shades = decoded(made["web"][2]).convert("L").getextrema()
    assert isinstance(shades[0], int | float)
    assert shades[0] < 130 < shades[1], "the gradient is still there"


def test_transparency_is_kept_as_png(tmp_path: Path) -> None:
    image = Image.new("RGBA", (900, 900), (255, 0, 0, 0))
    image.paste((0, 0, 255, 255), (0, 0, 450, 900))
    file = io.BytesIO()
    image.save(file, "PNG")
    for mime_type, size, content in renditions(tmp_path, file.getvalue()).values():
        assert mime_type == "image/png"
        again = decoded(content)
        assert again.size == size
        assert again.convert("RGBA").getpixel((5, 5)) == (0, 0, 255, 255)
        assert again.getchannel("A").getpixel((again.width - 5, 5)) == 0


def test_of_a_moving_picture_the_first_frame_is_taken(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "lime", "blue")]
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    image = decoded(renditions(tmp_path, file.getvalue())["original"][2])
    assert image.convert("RGB").getpixel((20, 20)) == (255, 0, 0)


@pytest.mark.parametrize("size", [(50_000, 50_000), (9_000, 9_000), (MOST_PIXELS + 1, 1)])
def test_a_picture_that_says_it_has_too_many_pixels_is_refused_before_it_is_decoded(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    path = tmp_path / "bomb"
    path.write_bytes(bomb(*size))
    with pytest.raises(BadMedia, match="pixels"):
        picture_renditions(path)


def test_a_picture_that_says_it_is_small_holds_no_more_than_that(tmp_path: Path) -> None:
    content = bomb(100, 100)  # with pixels for two hundred times as many
    assert renditions(tmp_path, content)["original"][1] == (100, 100)


def test_text_that_swells_in_a_png_is_refused(tmp_path: Path) -> None:
    swelling = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(100_000_000), 9))
    head, body = bomb(8, 8)[:33], bomb(8, 8)[33:]
    path = tmp_path / "upload"
    path.write_bytes(head + swelling + body)
    with pytest.raises(BadMedia):
        picture_renditions(path)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF", "TIFF"])
def test_a_picture_that_is_cut_off_is_refused(tmp_path: Path, format: str) -> None:
    content = picture(format, (300, 300))
    path = tmp_path / "upload"
    for length in (20, len(content) // 2, len(content) - len(content) // 10):
        path.write_bytes(content[:length])
        with pytest.raises(BadMedia, match="broken or cut off"):
            picture_renditions(path)


def test_a_picture_whose_checksum_is_wrong_is_refused(tmp_path: Path) -> None:
    content = bytearray(picture("PNG"))
    content[content.index(b"IEND") - 5] ^= 1  # the checksum of the pixels
    path = tmp_path / "upload"
    path.write_bytes(content)
    with pytest.raises(BadMedia, match="broken"):
        picture_renditions(path)


@pytest.mark.parametrize(
    "hidden", [PAGE.encode(), archive(), b"<?php system($_GET[0]); ?>"], ids=["page", "zip", "php"]
)
@pytest.mark.parametrize("format", ["JPEG", "PNG", "GIF"])
def test_what_is_hidden_in_a_picture_or_behind_it_is_not_served(tmp_path: Path, format: str, hidden: bytes) -> None:
    comment = {} if format == "PNG" else {"comment": hidden[:200]}
    content = picture(format, (200, 200), "RGB", **comment) + hidden
    made = renditions(tmp_path, content)
    assert made["web"][1] == (200, 200)
    for _, _, file in made.values():
        assert not any(word in file for word in (b"<script", b"PK\x03\x04", b"<?php", b"<!DOCTYPE"))


SAMPLES = [photograph(), picture("PNG"), picture("WEBP"), picture("GIF"), picture("TIFF", compression="tiff_lzw")]


@settings(max_examples=150)
@given(st.sampled_from(SAMPLES), st.data())
def test_a_damaged_picture_is_either_decoded_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, data: st.DataObject
) -> None:
    damaged = bytearray(content)
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(damaged) - 1))
        damaged[place] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(bytes(damaged))
    with contextlib.suppress(BadMedia):
        assert [file.name for file in picture_renditions(path)] == ["original", "web", "small", "thumbnail"]
