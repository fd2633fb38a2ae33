"""A canvas of 1600 × 900 units, drawn at twice the size of the picture so that edges come out smooth."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import cache

from PIL import Image, ImageColor, ImageDraw

WIDTH = 1600
HEIGHT = 900
PICTURE_WIDTH = 1280
"""Pixels; the height is nine sixteenths."""
_SMOOTHING = 2
_SCALE = _SMOOTHING * PICTURE_WIDTH / WIDTH
"""Pixels that are drawn for each unit."""

Colour = str
"""`#rrggbb`, or `#rrggbbaa` where it lets shine through what lies below."""
Point = tuple[float, float]


class Canvas:
    """Flat shapes, gradients and glows; later ones lie on top. Coordinates run from the top left corner."""

    def __init__(self) -> None:
        self._image = Image.new("RGB", (round(WIDTH * _SCALE), round(HEIGHT * _SCALE)))
        self._opaque = ImageDraw.Draw(self._image, "RGB")
        self._blending = ImageDraw.Draw(self._image, "RGBA")

    def finished(self) -> Image.Image:
        """The picture at its true size."""
        return self._image.reduce(_SMOOTHING)

    def gradient(self, top: Colour, bottom: Colour, *, y0: float = 0, y1: float = HEIGHT) -> None:
        """Fills the full width from `y0` to `y1`, from one colour to the other."""
        size = (self._image.width, round((y1 - y0) * _SCALE))
        band = Image.composite(Image.new("RGB", (1, 256), bottom), Image.new("RGB", (1, 256), top), _ramp())
        column = band.resize((1, size[1]), Image.Resampling.BILINEAR)
        self._image.paste(column.resize(size, Image.Resampling.NEAREST), (0, round(y0 * _SCALE)))

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float = 1.0) -> None:
        """Light that fades from the centre outwards."""
        side = round(radius * 2 * _SCALE)
        mask = _falloff(strength).resize((side, side), Image.Resampling.NEAREST)
        corner = (round((x - radius) * _SCALE), round((y - radius) * _SCALE))
        self._image.paste(ImageColor.getrgb(colour), (*corner, corner[0] + side, corner[1] + side), mask)

    def circle(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """A filled circle."""
        self.ellipse(x, y, radius, radius, colour)

    def ellipse(self, x: float, y: float, rx: float, ry: float, colour: Colour) -> None:
        """A filled ellipse around a centre."""
        self._pen(colour).ellipse(_scaled((x - rx, y - ry), (x + rx, y + ry)), fill=ImageColor.getrgb(colour))

    def ring(self, x: float, y: float, radius: float, width: float, colour: Colour) -> None:
        """A circle's outline, drawn inwards."""
        box = _scaled((x - radius, y - radius), (x + radius, y + radius))
        self._pen(colour).ellipse(box, outline=ImageColor.getrgb(colour), width=round(width * _SCALE))

    def rectangle(self, x: float, y: float, width: float, height: float, colour: Colour, *, radius: float = 0) -> None:
        """A filled rectangle from its top left corner; `radius` rounds the corners."""
        box = _scaled((x, y), (x + width, y + height))
        if radius:
            self._pen(colour).rounded_rectangle(box, radius * _SCALE, fill=ImageColor.getrgb(colour))
        else:
            self._pen(colour).rectangle(box, fill=ImageColor.getrgb(colour))

    def polygon(self, points: Iterable[Point], colour: Colour) -> None:
        """A filled polygon."""
        self._pen(colour).polygon(_scaled(*points), fill=ImageColor.getrgb(colour))

    def line(self, points: Sequence[Point], width: float, colour: Colour) -> None:
        """A stroke with round joints."""
        self._pen(colour).line(
            _scaled(*points), fill=ImageColor.getrgb(colour), width=max(1, round(width * _SCALE)), joint="curve"
        )

    def arc(self, x: float, y: float, radius: float, start: float, end: float, width: float, colour: Colour) -> None:
        """Part of a circle's outline; degrees clockwise from three o'clock."""
        box = _scaled((x - radius, y - radius), (x + radius, y + radius))
        self._pen(colour).arc(box, start, end, fill=ImageColor.getrgb(colour), width=round(width * _SCALE))

    def pie(self, x: float, y: float, radius: float, start: float, end: float, colour: Colour) -> None:
        """A filled sector; degrees clockwise from three o'clock."""
        box = _scaled((x - radius, y - radius), (x + radius, y + radius))
        self._pen(colour).pieslice(box, start, end, fill=ImageColor.getrgb(colour))

    def _pen(self, colour: Colour) -> ImageDraw.ImageDraw:
        """The pen for a colour: to blend takes several times as long as to cover."""
        return self._opaque if len(colour) == len("#rrggbb") else self._blending


def hills(y: float, swing: float, phase: float, *, waves: float = 1.5) -> list[Point]:
    """The outline of land from a rolling horizon down to the lower edge.

    :param swing: how far the horizon rises and falls.
    :param phase: where in its waves it begins, in radians.
    """
    steps = 80
    horizon = [
        (
            WIDTH * step / steps,
            y
            + swing * math.sin(phase + waves * math.tau * step / steps)
            + swing * 0.4 * math.sin(2.3 * phase + 2.7 * waves * math.tau * step / steps),
        )
        for step in range(steps + 1)
    ]
    return [(0.0, float(HEIGHT)), *horizon, (float(WIDTH), float(HEIGHT))]


def curve(start: Point, control: Point, end: Point, steps: int = 32) -> list[Point]:
    """A quadratic Bézier curve as points."""
    points = []
    for step in range(steps + 1):
        t = step / steps
        points.append(
            (
                (1 - t) ** 2 * start[0] + 2 * (1 - t) * t * control[0] + t**2 * end[0],
                (1 - t) ** 2 * start[1] + 2 * (1 - t) * t * control[1] + t**2 * end[1],
            )
        )
    return points


def _scaled(*points: Point) -> list[Point]:
    return [(x * _SCALE, y * _SCALE) for x, y in points]


@cache
def _ramp() -> Image.Image:
    ramp = Image.new("L", (1, 256))
    ramp.putdata(range(256))
    return ramp


@cache
def _falloff(strength: float) -> Image.Image:
    fading = [int(255 * strength * max(0.0, 1 - value / 180) ** 2) for value in range(256)]
    return Image.radial_gradient("L").resize((1024, 1024), Image.Resampling.BICUBIC).point(fading)
