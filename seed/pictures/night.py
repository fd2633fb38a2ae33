"""Scenes by night: drones, lanterns, sparks and the skyline."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

from seed.pictures.canvas import HEIGHT, WIDTH, Canvas, Point, curve, hills


def stars(canvas: Canvas, rng: random.Random, count: int, below: float) -> None:
    """Scatters stars over the sky down to a height."""
    for _ in range(count):
        x, y = rng.uniform(0, WIDTH), rng.uniform(0, below)
        canvas.circle(x, y, rng.choice((0.9, 1.2, 1.8)), rng.choice(("#ffffff66", "#ffffffaa", "#cfe3ff88")))


def buildings(canvas: Canvas, rng: random.Random, ground: float, tallest: float, wall: str, lit: str | None) -> None:
    """A row of buildings along the full width, with lit windows if a colour is given."""
    x = rng.uniform(-60, 0)
    while x < WIDTH:
        width = rng.uniform(60, 130)
        height = tallest * rng.uniform(0.35, 1.0)
        canvas.rectangle(x, ground - height, width, HEIGHT - ground + height, wall)
        if rng.random() < 0.3:
            canvas.rectangle(x + width * 0.46, ground - height - tallest * 0.16, width * 0.08, tallest * 0.16, wall)
        if lit:
            for row in range(int(height // 26)):
                for column in range(int((width - 16) // 20)):
                    if rng.random() < 0.42:
                        canvas.rectangle(x + 12 + column * 20, ground - height + 14 + row * 26, 9, 13, lit)
        x += width + rng.uniform(2, 16)


def _heart(turn: float) -> Point:
    return 16 * math.sin(turn) ** 3, -(
        13 * math.cos(turn) - 5 * math.cos(2 * turn) - 2 * math.cos(3 * turn) - math.cos(4 * turn)
    )


def _flower(turn: float) -> Point:
    radius = 10 + 6 * math.cos(5 * turn)
    return radius * math.cos(turn), radius * math.sin(turn)


def drones(canvas: Canvas, rng: random.Random) -> None:
    """A formation of drones paints a figure over the city."""
    canvas.gradient("#070b2a", "#3b2a72")
    canvas.glow(WIDTH / 2, HEIGHT, 900, "#8a4fb0", 0.55)
    stars(canvas, rng, 110, 620)
    figure, scale = rng.choice(((_heart, 17.0), (_flower, 17.5), (_heart, 16.0), (_flower, 18.5)))
    colours = rng.choice((("#67e8f9", "#f0abfc"), ("#fde68a", "#fb7185"), ("#a5f3fc", "#fcd34d")))
    centre_x, centre_y = WIDTH / 2 + rng.uniform(-120, 120), 360
    canvas.glow(centre_x, centre_y, 480, colours[0], 0.32)
    for shell, (shrink, colour) in enumerate(
        ((1.0, colours[0]), (0.8, colours[1]), (0.6, colours[0]), (0.38, colours[1]))
    ):
        count = round(92 * shrink)
        for index in range(count):
            x, y = figure(math.tau * (index + shell * 0.5) / count)
            x, y = centre_x + x * scale * shrink, centre_y + y * scale * shrink
            canvas.circle(x, y, 9, f"{colour}44")
            canvas.circle(x, y, 4.6, colour)
            canvas.circle(x, y, 2, "#ffffff")
    buildings(canvas, rng, 800, 190, "#1a1746", "#fcd34d55")
    buildings(canvas, rng, 880, 170, "#0c0b26", "#fde68aaa")


def lanterns(canvas: Canvas, rng: random.Random) -> None:
    """Rows of paper lanterns over water."""
    canvas.gradient("#1b1040", "#7a2048", y1=660)
    canvas.gradient("#4a1640", "#150a2c", y0=660)
    canvas.glow(WIDTH * 0.72, 190, 330, "#ffe7b0", 0.5)
    canvas.circle(WIDTH * 0.72, 190, 74, "#fff1cf")
    buildings(canvas, rng, 664, 110, "#2a1243", "#ffcf7055")
    canvas.gradient("#51173f", "#150a2c", y0=664)
    for row, (height, sag, size, count) in enumerate(((90, 130, 26, 11), (190, 170, 38, 8), (330, 150, 54, 6))):
        rope = curve((-60, height), (WIDTH / 2, height + 2 * sag), (WIDTH + 60, height - 30), count * 6)
        canvas.line(rope, 2.2, "#2a0f26")
        for index in range(count):
            x, y = rope[index * 6 + 3 + row]
            _lantern(
                canvas,
                x,
                y + 12,
                size * rng.uniform(0.9, 1.1),
                rng.choice(("#e5383b", "#f48c06", "#d00044", "#faa307")),
            )
    for _ in range(46):
        x, y = rng.uniform(0, WIDTH), rng.uniform(690, 880)
        canvas.ellipse(
            x, y, rng.uniform(30, 110), rng.uniform(1.5, 3.5), rng.choice(("#ffb70333", "#ff6b6b2e", "#ffe7b02c"))
        )
    for _ in range(6):
        x, y = rng.uniform(80, WIDTH - 80), rng.uniform(720, 840)
        canvas.glow(x, y, 80, "#ffb703", 0.5)
        canvas.polygon([(x - 30, y), (x + 30, y), (x + 18, y + 15), (x - 18, y + 15)], "#ff8fab")
        canvas.rectangle(x - 10, y - 22, 20, 22, "#ffe8a3", radius=4)


def _lantern(canvas: Canvas, x: float, y: float, size: float, colour: str) -> None:
    canvas.glow(x, y + size, size * 3.2, colour, 0.55)
    canvas.rectangle(x - size * 0.34, y - size * 0.1, size * 0.68, size * 0.2, "#3d1a14", radius=3)
    canvas.ellipse(x, y + size, size, size * 0.95, colour)
    canvas.ellipse(x, y + size, size * 0.62, size * 0.95, "#ffffff22")
    canvas.ellipse(x, y + size, size * 0.26, size * 0.95, "#ffffff2c")
    canvas.rectangle(x - size * 0.34, y + size * 1.88, size * 0.68, size * 0.2, "#3d1a14", radius=3)
    for offset in (-0.16, 0, 0.16):
        canvas.line([(x + offset * size, y + size * 2.08), (x + offset * size, y + size * 2.7)], 2, "#ffd166")


def sparks(canvas: Canvas, rng: random.Random) -> None:
    """Molten iron is thrown up and falls as sparks."""
    canvas.gradient("#0a0814", "#3a1410")
    origin_x, origin_y = WIDTH * rng.uniform(0.42, 0.58), 760.0
    canvas.glow(origin_x, 420, 760, "#ff7b00", 0.5)
    canvas.glow(origin_x, origin_y - 120, 420, "#ffd60a", 0.6)
    for _ in range(330):
        angle = rng.gauss(-math.pi / 2, 0.55)
        reach = rng.uniform(180, 760)
        peak = (origin_x + math.cos(angle) * reach, origin_y + math.sin(angle) * reach * 0.92)
        end = (peak[0] + math.cos(angle) * reach * 0.34, peak[1] + rng.uniform(60, 260))
        trail = curve((origin_x, origin_y - 40), peak, end, 14)
        colour = rng.choice(("#ffdd57", "#ffb703", "#ff8800", "#fff3b0"))
        first = rng.randrange(4, 9)
        canvas.line(trail[first:], rng.choice((1.2, 1.8, 2.6)), f"{colour}{rng.choice(('66', '99', 'cc'))}")
        canvas.circle(*trail[-1], rng.uniform(1.6, 4.2), colour)
    canvas.polygon(hills(820, 14, rng.uniform(0, 6)), "#120a0c")
    x = origin_x
    canvas.line([(x - 18, 850), (x - 8, 790), (x + 8, 790), (x + 22, 850)], 17, "#1d1012")
    canvas.rectangle(x - 21, 706, 42, 92, "#1d1012", radius=18)
    canvas.line([(x - 12, 724), (x - 54, 690), (x - 40, 648)], 14, "#1d1012")
    canvas.line([(x + 12, 724), (x + 58, 700), (x + 44, 652)], 14, "#1d1012")
    canvas.circle(x, 682, 21, "#1d1012")
    canvas.ellipse(x, 668, 46, 9, "#1d1012")
    canvas.polygon([(x - 26, 668), (x + 26, 668), (x, 640)], "#1d1012")


def skyline(canvas: Canvas, rng: random.Random) -> None:
    """The city's towers at dusk, with hills behind and water before them."""
    top, bottom, far, near, light = rng.choice(
        (
            ("#1d2b64", "#f8a170", "#7a5a86", "#2b2350", "#ffe08a"),
            ("#0f4c75", "#f9d4a0", "#6b8ba4", "#1b2a41", "#fff0b3"),
            ("#432371", "#faae7b", "#8a5a83", "#2a1745", "#ffd98a"),
        )
    )
    canvas.gradient(top, bottom, y1=720)
    sun = rng.uniform(0.25, 0.75) * WIDTH
    canvas.glow(sun, 600, 520, "#fff1c9", 0.8)
    canvas.circle(sun, 590, 86, "#fff4d6")
    canvas.polygon(hills(600, 46, rng.uniform(0, 6)), f"{far}99")
    buildings(canvas, rng, 690, 230, far, None)
    buildings(canvas, rng, 720, 330, near, f"{light}bb")
    for x in (WIDTH * 0.3, WIDTH * 0.62):
        canvas.polygon([(x - 46, 720), (x - 38, 260), (x, 150), (x + 38, 260), (x + 46, 720)], near)
        for floor in range(280, 700, 24):
            for column in range(-2, 3):
                if rng.random() < 0.55:
                    canvas.rectangle(x + column * 15 - 4, floor, 8, 13, f"{light}cc")
    canvas.gradient(bottom, top, y0=720)
    canvas.rectangle(0, 720, WIDTH, 6, f"{near}66")
    for _ in range(90):
        x, y = rng.gauss(sun, 330), rng.uniform(732, 890)
        canvas.ellipse(x, y, rng.uniform(14, 70), 1.8, "#fff4d655")


SCENES: dict[str, Callable[[Canvas, random.Random], None]] = {
    "drones": drones,
    "lanterns": lanterns,
    "sparks": sparks,
    "skyline": skyline,
}
