"""Media files for tests: small, whole, and made here; and what somebody would send who means harm."""

from __future__ import annotations

import io
import math
import struct
import zipfile
import zlib
from typing import Any

from PIL import Image

SHENZHEN = {1: "N", 2: (22.0, 43.0, 0.0), 3: "E", 4: (114.0, 15.0, 0.0)}
"""A place, as EXIF writes it."""


def picture(format: str = "JPEG", size: tuple[int, int] = (64, 48), mode: str = "RGB", **options: Any) -> bytes:
    """A picture with a gradient in it, so that it is not one colour."""
    grey = Image.linear_gradient("L").resize(size)
    image = Image.merge("RGB", [grey, grey.transpose(Image.Transpose.ROTATE_180), Image.new("L", size, 90)])
    file = io.BytesIO()
    if mode == "I;16":
        grey.convert("I").point(lambda value: value * 257).convert(mode).save(file, format, **options)
    else:
        image.convert(mode).save(file, format, **options)
    return file.getvalue()


def photograph(size: tuple[int, int] = (64, 48), orientation: int = 1) -> bytes:
    """A JPEG with all that a telephone writes into one: camera, place, direction, a comment, a preview."""
    exif = Image.Exif()
    exif[0x010F] = "Camera Maker"
    exif[0x0112] = orientation
    exif[0x8825] = SHENZHEN
    return picture("JPEG", size, exif=exif, comment=b"secret comment", xmp=b"<x:xmpmeta>secret place</x:xmpmeta>")


def chunk(kind: bytes, content: bytes) -> bytes:
    """A chunk of a PNG, with its checksum."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def bomb(width: int = 50_000, height: int = 50_000) -> bytes:
    """A PNG of a few kilobytes that says it has 2.5 thousand million pixels, and begins to hold them."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(2_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def profile_of_swapped_colours() -> bytes:
    """An ICC profile (version 2) that is sRGB but for red and green, which stand in each other's place."""

    def fixed(*values: float) -> bytes:
        return b"".join(struct.pack(">i", round(value * 65536)) for value in values)

    def xyz(*values: float) -> bytes:
        return b"XYZ \0\0\0\0" + fixed(*values)

    gamma = b"curv" + bytes(4) + struct.pack(">IH", 1, round(2.2 * 256)) + bytes(2)
    name = b"Swapped\0"
    tags = {
        b"desc": b"desc" + bytes(4) + struct.pack(">I", len(name)) + name + bytes(8 + 3 + 67),
        b"cprt": b"text" + bytes(4) + b"None\0",
        b"wtpt": xyz(0.9642, 1.0, 0.8249),
        b"gXYZ": xyz(0.4361, 0.2225, 0.0139),
        b"rXYZ": xyz(0.3851, 0.7169, 0.0971),
        b"bXYZ": xyz(0.1431, 0.0606, 0.7141),
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), gamma),
    }
    table, content = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for tag, value in tags.items():
        table += tag + struct.pack(">II", start + len(content), len(value))
        content += value + bytes(-len(value) % 4)
    head = struct.pack(">I", start + len(content)) + bytes(4) + b"\x02\x10\0\0" + b"mntrRGB XYZ " + bytes(12) + b"acsp"
    head = head.ljust(68, b"\0") + fixed(0.9642, 1.0, 0.8249)
    return head.ljust(128, b"\0") + table + content


def archive() -> bytes:
    """A ZIP with a page in it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as zipped:
        zipped.writestr("index.html", PAGE)
    return file.getvalue()


PAGE = "<!DOCTYPE html><html><script>alert(document.domain)</script></html>"


def box(kind: bytes, *content: bytes) -> bytes:
    """A box of an MP4."""
    inside = b"".join(content)
    return struct.pack(">I", len(inside) + 8) + kind + inside


def track(handler: bytes) -> bytes:
    """A track that says what it is for, and no more."""
    return box(b"trak", box(b"mdia", box(b"hdlr", bytes(8), handler, bytes(12), b"\0")))


def film(*handlers: bytes, brand: bytes = b"isom", data: bytes = b"frames" * 50) -> bytes:
    """The frame of an MP4, without a picture that could be shown."""
    head = box(b"ftyp", brand, bytes(4), brand)
    return head + box(b"moov", box(b"mvhd", bytes(100)), *map(track, handlers)) + box(b"mdat", data)


WEBM = (
    b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webmB\x87\x81\x04B\x85\x81\x02"
    + (b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff" + bytes(60))
)
MP3 = (b"\xff\xfb\x90\x00" + bytes(413)) * 4
OGG = b"OggS\0\x02" + bytes(20) + b"\x01\x1e" + b"\x01vorbis" + bytes(60)
VTT = "WEBVTT\n\n1\n00:01.000 --> 00:02.500 align:start\n你好，龙岗\n\n00:03.000 --> 00:04.000\nمرحبا\n"
SRT = "1\n00:00:01,000 --> 00:00:02,500\nΚαλημέρα\nПривет\n\n2\n00:00:03,000 --> 00:00:04,000\nこんにちは\n"


def sound(seconds: float = 0.05) -> bytes:
    """A tone as a WAV file."""
    samples = b"".join(
        struct.pack("<h", int(9000 * math.sin(step * 0.3))) for step in range(max(1, int(8000 * seconds)))
    )
    form = struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16)
    inside = b"WAVEfmt " + form + b"data" + struct.pack("<I", len(samples)) + samples
    return b"RIFF" + struct.pack("<I", len(inside)) + inside
