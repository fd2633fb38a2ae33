"""Pictures: checked, decoded, stripped of everything but what is seen, and encoded anew in four sizes.

What is served is never the uploaded file but what was decoded of it. So metadata (where it was taken, by which camera, a thumbnail of
what was cropped away) stay behind, as does whatever else was hidden in the file or appended to it.
"""

from __future__ import annotations

import io
import math
import struct
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Final

from PIL import ExifTags, Image, ImageCms, UnidentifiedImageError

from models.errors import BadMedia
from models.media.made import MadeFile

MOST_PIXELS: Final = 80_000_000
"""Of a picture that is decoded, by what its header says. Decoded it takes four bytes for each."""
LONGEST_SIDES: Final = {"original": 8192, "web": 1280, "small": 640, "thumbnail": 320}
"""Renditions and the longest side that each may have, in pixels. A smaller picture keeps its size."""
_AT_MOST: Final = f"at most {MOST_PIXELS:,} are decoded, so make it smaller"
_FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "TIFF")
_LOSSLESS: Final = frozenset({"PNG", "GIF"})
_JPEG_QUALITY: Final = {"original": 92, "web": 85, "small": 82, "thumbnail": 80}
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How a picture is turned upright, by its EXIF orientation (CIPA DC-008, section 4.6.5)."""
_BROKEN: Final = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    TypeError,
    LookupError,
    OverflowError,
    MemoryError,
    struct.error,
    zlib.error,
    Warning,
)
"""What Pillow (12) raises for files that are not as they should be; warnings where they are made errors."""


def picture_renditions(source: Path) -> list[MadeFile]:
    """A picture in every size of `LONGEST_SIDES`, the largest first.

    JPEG without, PNG with transparency; the largest is PNG also where the source is without loss. Blocks for seconds with large pictures,
    mostly without the interpreter's lock.

    :raises BadMedia: broken, cut off, or too many pixels.
    """
    image, is_lossless = _decoded(source)
    files: list[MadeFile] = []
    for name, longest in LONGEST_SIDES.items():
        smaller = _fitted(image, longest)
        is_same = files and smaller is image and files[-1].mime_type == _mime_type(image, is_lossless=False)
        if is_same:
            files.append(replace(files[-1], name=name))
            continue
        image = smaller
        files.append(_encoded(name, image, is_lossless=is_lossless and name == "original"))
    return files


def poster_rendition(frame: bytes) -> MadeFile:
    """A frame of a film as its `poster`, no larger than the rendition `web`.

    :raises BadMedia: it cannot be decoded.
    """
    image, _ = _decoded(io.BytesIO(frame))
    return _encoded("poster", _fitted(image, LONGEST_SIDES["web"]), is_lossless=False)


def _decoded(source: Path | io.BytesIO) -> tuple[Image.Image, bool]:
    """The first frame, upright, in sRGB, with nothing beside its pixels; and whether its format is without loss."""
    try:
        with Image.open(source, formats=_FORMATS) as image:
            kind = str(image.format)
            _check_size(*image.size)
            if kind == "PNG":
                image.verify()  # looks at every checksum, and leaves the image unusable
        if isinstance(source, io.BytesIO):
            source.seek(0)
        with Image.open(source, formats=_FORMATS) as image:
            image.load()
            upright = _upright(image)
            clean = _in_srgb(upright)
            clean.info = {}  # encoders look here for comments and profiles
            return clean, kind in _LOSSLESS
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):  # Pillow's own bound: twice ours, once ours
        raise BadMedia(f"the picture says that it has too many pixels; {_AT_MOST}") from None
    except _BROKEN as error:
        raise BadMedia(f"the picture cannot be decoded: it is broken or cut off ({_reason(error)})") from error


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise BadMedia(f"the picture says that it has {width} × {height} pixels; {_AT_MOST}")


def _reason(error: BaseException) -> str:
    """What a decoder says, without a path of this machine in it."""
    said = str(error) if not isinstance(error, UnidentifiedImageError) else "no decoder knows it"
    return said.partition("\n")[0][:100] or type(error).__name__


def _upright(image: Image.Image) -> Image.Image:
    try:
        orientation = image.getexif().get(ExifTags.Base.Orientation)
    except _BROKEN:  # metadata that cannot be read say nothing
        orientation = None
    turn = _TURNS.get(orientation) if isinstance(orientation, int) else None
    return image if turn is None else image.transpose(turn)


def _in_srgb(image: Image.Image) -> Image.Image:
    """The picture in mode L, RGB or RGBA, in the colours of sRGB."""
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I"):  # 16 bits of grey
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode == "P" or image.mode == "PA" or "transparency" in image.info:
        image = image.convert("RGBA" if "transparency" in image.info or image.mode == "PA" else "RGB")
    if image.mode in ("LA", "La", "RGBa"):
        image = image.convert("RGBA")
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    colours = image.convert("RGB") if alpha is not None else image
    if profile:
        colours = _converted(colours, profile)
    if colours.mode not in ("L", "RGB"):
        colours = colours.convert("L" if colours.mode == "1" else "RGB")
    if alpha is not None and alpha.getextrema() != (255, 255):
        colours = colours.convert("RGB")
        colours.putalpha(alpha)
    return colours


def _converted(image: Image.Image, profile: bytes) -> Image.Image:
    """The colours of an ICC profile as those of sRGB; as they are where the profile cannot be used."""
    try:
        source = ImageCms.getOpenProfile(io.BytesIO(profile))
        if "sRGB" in ImageCms.getProfileDescription(source):
            return image
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, *_BROKEN):
        return image
    assert converted is not None  # only `inPlace` gives nothing
    return converted


def _fitted(image: Image.Image, longest: int) -> Image.Image:
    """The picture with no side longer than that; never larger than it is."""
    scale = longest / max(image.size)
    if scale >= 1:
        return image
    width, height = (max(1, math.floor(side * scale + 0.5)) for side in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)


def _mime_type(image: Image.Image, *, is_lossless: bool) -> str:
    return "image/png" if is_lossless or image.mode == "RGBA" else "image/jpeg"


def _encoded(name: str, image: Image.Image, *, is_lossless: bool) -> MadeFile:
    file = io.BytesIO()
    mime_type = _mime_type(image, is_lossless=is_lossless)
    if mime_type == "image/png":
        image.save(file, "PNG")
    else:
        image.save(file, "JPEG", quality=_JPEG_QUALITY.get(name, 85))
    return MadeFile(name, mime_type, file.getvalue(), image.width, image.height)
