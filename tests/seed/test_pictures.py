"""Pictures are drawn by rules alone: the same again, true to their sizes."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from seed.pictures import SCENES, WIDTHS, draw, draw_renditions


@pytest.mark.parametrize("scene", sorted(SCENES))
def test_every_scene_fills_the_picture_with_many_colours(scene: str) -> None:
    image = draw(scene, 1)
    assert image.size == (1280, 720)
    colours = image.resize((160, 90)).getcolors(160 * 90)
    assert colours is not None
    assert len(colours) > 60
    assert max(count for count, _ in colours) < 160 * 90 * 0.6


def test_a_scene_and_a_seed_give_the_same_bytes_again() -> None:
    assert draw_renditions("lanterns", 7) == draw_renditions("lanterns", 7)


def test_another_seed_gives_another_picture() -> None:
    assert draw("street", 1).tobytes() != draw("street", 2).tobytes()


def test_each_rendition_is_a_jpeg_of_the_size_that_it_says() -> None:
    renditions = draw_renditions("map", 3)
    assert [(picture.name, picture.width) for picture in renditions] == list(WIDTHS.items())
    for picture in renditions:
        with Image.open(io.BytesIO(picture.content)) as image:
            assert image.format == "JPEG"
            assert image.size == (picture.width, picture.height)
            assert picture.width * 9 == picture.height * 16
