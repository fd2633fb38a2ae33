"""Pictures for the demonstration stories: flat illustrations, drawn by rules alone, the same for a scene and a seed.

`canvas` holds what is drawn with; `night`, `city`, `outdoors`, `things` and `ideas` draw a few scenes each.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PIL import Image

from seed.pictures import city, ideas, night, outdoors, things
from seed.pictures.canvas import PICTURE_WIDTH, Canvas

DIGITAL_SOURCE_TYPE: Final = "algorithmicMedia"
"""IPTC Digital Source Type: media made by an algorithm alone, without training data that was sampled."""

MIME_TYPE: Final = "image/jpeg"
WIDTHS: Final = {"original": PICTURE_WIDTH, "web": 640, "small": 320, "thumbnail": 160}
"""Renditions and their widths in pixels, each half of the one before; the height is nine sixteenths."""

_QUALITY = 82

SCENES: Final[dict[str, Callable[[Canvas, random.Random], None]]] = {
    **night.SCENES,
    **city.SCENES,
    **outdoors.SCENES,
    **things.SCENES,
    **ideas.SCENES,
}
"""What can be drawn, by name."""


@dataclass(frozen=True)
class Picture:
    """One rendition: an encoded file with its size in pixels."""

    name: str
    width: int
    height: int
    content: bytes
    mime_type: str = MIME_TYPE


def draw(scene: str, seed: int) -> Image.Image:
    """The picture in its largest size.

    :param scene: one of `SCENES`.
    :param seed: varies the picture within its scene.
    """
    canvas = Canvas()
    SCENES[scene](canvas, random.Random(f"{scene} {seed}"))  # noqa: S311 - a picture, not a secret
    return canvas.finished()


def draw_renditions(scene: str, seed: int) -> list[Picture]:
    """The picture in every width of `WIDTHS`, as JPEG files, largest first."""
    image = draw(scene, seed)
    pictures = []
    for name, width in WIDTHS.items():
        if width != image.width:
            image = image.reduce(2)
        file = io.BytesIO()
        image.save(file, "JPEG", quality=_QUALITY, optimize=False, progressive=False)
        pictures.append(Picture(name, image.width, image.height, file.getvalue()))
    return pictures
