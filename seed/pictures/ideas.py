"""Scenes for what cannot be photographed: a map with routes, and a network."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from functools import cache

from seed.pictures.canvas import HEIGHT, WIDTH, Canvas, Point, curve

_LAND: tuple[tuple[Point, ...], ...] = (
    ((-168, 66), (-125, 70), (-90, 72), (-62, 58), (-56, 50), (-80, 28), (-97, 18), (-84, 10), (-106, 22), (-124, 40),
     (-140, 60)),
    ((-80, 10), (-60, 9), (-36, -6), (-42, -22), (-58, -36), (-68, -54), (-74, -44), (-71, -18), (-81, -4)),
    ((-10, 36), (0, 44), (-6, 58), (10, 62), (26, 71), (40, 64), (60, 69), (100, 76), (140, 72), (178, 67), (160, 58),
     (140, 50), (130, 40), (122, 38), (120, 26), (108, 18), (104, 8), (98, 16), (88, 22), (78, 8), (70, 22), (56, 26),
     (44, 13), (34, 30), (26, 40), (14, 42), (4, 42)),
    ((-16, 14), (-8, 34), (12, 36), (32, 31), (44, 11), (51, 11), (40, -6), (36, -22), (26, -34), (18, -34), (12, -16),
     (8, 4), (-8, 5)),
    ((114, -22), (130, -12), (142, -11), (152, -26), (148, -38), (136, -34), (116, -34)),
    ((96, 5), (110, 2), (118, 6), (122, -8), (106, -7)),
    ((131, 32), (138, 36), (142, 44), (141, 38), (137, 34)),
    ((119.4, 26), (122.6, 26), (122.6, 21.4), (119.4, 21.4)),
    ((108, 20.5), (111.5, 20.5), (111.5, 17.5), (108, 17.5)),
    ((-9, 50), (2, 51), (-1, 59), (-8, 58)),
    ((43, -26), (47, -26), (51, -14), (46, -14)),
    ((166, -47), (172, -46), (179, -37), (173, -34)),
)  # fmt: skip
"""Very rough outlines of the continents, in degrees of longitude and latitude."""

_LONGGANG: Point = (114.2, 22.7)
_FAR: tuple[Point, ...] = (
    (2.3, 48.9),
    (37.6, 55.8),
    (23.7, 38.0),
    (-58.0, -8.0),
    (25.0, -29.0),
    (78.0, 20.0),
    (103.8, 1.4),
    (139.7, 35.7),
    (-74.0, 40.7),
    (45.0, 24.0),
)


def _on_map(place: Point) -> Point:
    longitude, latitude = place
    return 60 + (longitude + 170) * (WIDTH - 120) / 350, 90 + (78 - latitude) * (HEIGHT - 150) / 136


def map_(canvas: Canvas, rng: random.Random) -> None:
    """A map of the world, with routes that start from one city."""
    sea_top, sea_bottom, land, route = rng.choice(
        (
            ("#0b2545", "#134074", "#8da9c4", "#ffd166"),
            ("#e0fbfc", "#98c1d9", "#3d5a80", "#ee6c4d"),
            ("#fefae0", "#e9edc9", "#84a98c", "#d62828"),
        )
    )
    canvas.gradient(sea_top, sea_bottom)
    for latitude in range(-60, 90, 30):
        y = _on_map((0, latitude))[1]
        canvas.line([(0, y), (WIDTH, y)], 1.2, f"{land}44")
    for longitude in range(-150, 180, 30):
        x = _on_map((longitude, 0))[0]
        canvas.line([(x, 0), (x, HEIGHT)], 1.2, f"{land}44")
    for dot in _land_dots():
        canvas.circle(*dot, 5.2, land)
    home = _on_map(_LONGGANG)
    for place in rng.sample(_FAR, 7):
        end = _on_map(place)
        middle = ((home[0] + end[0]) / 2, min(home[1], end[1]) - abs(home[0] - end[0]) * 0.22 - 40)
        canvas.line(curve(home, middle, end), 4, f"{route}cc")
        canvas.circle(*end, 16, f"{route}55")
        canvas.circle(*end, 8, route)
    canvas.glow(*home, 120, route, 0.8)
    canvas.circle(*home, 22, "#ffffff")
    canvas.circle(*home, 14, route)


@cache
def _land_dots() -> list[Point]:
    """A grid of points, where they lie on land: the same for every map."""
    step = 15.0
    outlines = [[_on_map(place) for place in outline] for outline in _LAND]
    rows, columns = range(int(HEIGHT / step)), range(int(WIDTH / step))
    dots = [((column + 0.5 * (row % 2)) * step, row * step) for row in rows for column in columns]
    return [dot for dot in dots if any(_inside(*dot, outline) for outline in outlines)]


def _inside(x: float, y: float, outline: list[Point]) -> bool:
    inside = False
    previous = outline[-1]
    for point in outline:
        if (point[1] > y) != (previous[1] > y):
            crossing = (previous[0] - point[0]) * (y - point[1]) / (previous[1] - point[1]) + point[0]
            inside ^= x < crossing
        previous = point
    return inside


def network(canvas: Canvas, rng: random.Random) -> None:
    """One source, the accounts that pass it on, and the many whom they reach."""
    top, bottom, colours = rng.choice(
        (
            ("#10002b", "#3c096c", ("#ff9e00", "#ff6d9f", "#9d4edd", "#4cc9f0")),
            ("#03045e", "#0077b6", ("#ffd166", "#90e0ef", "#06d6a0", "#ef476f")),
            ("#fff1e6", "#fde2e4", ("#9d4edd", "#f4978e", "#84a98c", "#457b9d")),
        )
    )
    canvas.gradient(top, bottom)
    x, y = WIDTH / 2 + rng.uniform(-60, 60), HEIGHT / 2
    canvas.glow(x, y, 560, colours[0], 0.35)
    near = [
        (x + math.cos(turn) * rng.uniform(270, 330), y + math.sin(turn) * rng.uniform(195, 240))
        for turn in (math.tau * (index + rng.uniform(-0.15, 0.15)) / 7 for index in range(7))
    ]
    links: list[tuple[Point, Point]] = []
    far: list[tuple[Point, str]] = []
    for index, hub in enumerate(near):
        outwards = math.atan2(hub[1] - y, hub[0] - x)
        for leaf in range(8):
            turn, reach = outwards + (leaf - 3.5) * 0.24, rng.uniform(130, 330)
            point = (hub[0] + math.cos(turn) * reach * 1.25, hub[1] + math.sin(turn) * reach * 0.8)
            links.append((hub, point))
            far.append((point, colours[1 + index % 3]))
    for hub, point in links:
        canvas.line([hub, point], 1.8, f"{colours[3]}66")
    for hub in near:
        canvas.line([(x, y), hub], 5, f"{colours[0]}aa")
    for point, colour in far:
        canvas.circle(*point, rng.uniform(7, 15), colour)
    for index, hub in enumerate(near):
        colour = colours[1 + index % 3]
        canvas.circle(*hub, 48, f"{colour}44")
        canvas.circle(*hub, 36, colour)
        canvas.circle(hub[0], hub[1] - 9, 9, "#ffffff")
        canvas.pie(hub[0], hub[1] + 19, 17, 180, 360, "#ffffff")
    canvas.circle(x, y, 104, f"{colours[0]}55")
    canvas.circle(x, y, 80, colours[0])
    canvas.polygon([(x - 24, y - 36), (x - 24, y + 36), (x + 40, y)], "#ffffff")


SCENES: dict[str, Callable[[Canvas, random.Random], None]] = {"map": map_, "network": network}
