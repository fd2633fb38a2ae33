"""Scenes by day: solar panels, a park, a wave and students."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

from seed.pictures.canvas import HEIGHT, WIDTH, Canvas, hills
from seed.pictures.city import person, tree
from seed.pictures.night import buildings


def cloud(canvas: Canvas, x: float, y: float, size: float) -> None:
    """A small white cloud."""
    for dx, dy, radius in ((-0.9, 0.1, 0.5), (-0.3, -0.2, 0.66), (0.4, -0.1, 0.58), (1.0, 0.15, 0.42)):
        canvas.circle(x + dx * size, y + dy * size, radius * size, "#ffffff")
    canvas.rectangle(x - 1.2 * size, y + 0.1 * size, 2.4 * size, 0.48 * size, "#ffffff", radius=0.24 * size)


def solar(canvas: Canvas, rng: random.Random) -> None:
    """Rows of solar panels below wind turbines."""
    canvas.gradient("#4ea8de", "#fefae0", y1=640)
    sun = WIDTH * rng.uniform(0.2, 0.8)
    canvas.glow(sun, 170, 420, "#fff3b0", 1.0)
    canvas.circle(sun, 170, 72, "#ffd60a")
    for _ in range(3):
        cloud(canvas, rng.uniform(100, WIDTH - 100), rng.uniform(90, 260), rng.uniform(36, 60))
    canvas.polygon(hills(520, 50, rng.uniform(0, 6)), "#74c69d")
    for x in (220.0, 560.0, 1180.0, 1430.0):
        _turbine(canvas, x + rng.uniform(-50, 50), 590, rng.uniform(230, 300), rng.uniform(0, 120))
    canvas.polygon(hills(590, 30, rng.uniform(0, 6)), "#52b788")
    canvas.gradient("#40916c", "#1b4332", y0=650)
    for row, (y, width, height) in enumerate(((632, 168, 46), (700, 236, 66), (792, 330, 92))):
        shift = rng.uniform(-60, 0)
        x = shift - row * 40
        while x < WIDTH:
            _panel(canvas, x, y, width, height)
            x += width * 1.18


def _panel(canvas: Canvas, x: float, y: float, width: float, height: float) -> None:
    lean = height * 0.42
    canvas.rectangle(x + width * 0.3, y + height * 0.8, 8, height * 0.55, "#6c757d")
    canvas.rectangle(x + width * 0.72, y + height * 0.8, 8, height * 0.55, "#6c757d")
    canvas.polygon([(x + lean, y), (x + width + lean, y), (x + width, y + height), (x, y + height)], "#e9ecef")
    inset = 5
    canvas.polygon(
        [
            (x + lean + inset, y + inset),
            (x + width + lean - inset * 2, y + inset),
            (x + width - inset, y + height - inset),
            (x + inset * 2, y + height - inset),
        ],
        "#023e8a",
    )
    canvas.polygon(
        [
            (x + lean + width * 0.24, y + inset),
            (x + lean + width * 0.44, y + inset),
            (x + width * 0.3, y + height - inset),
            (x + width * 0.1, y + height - inset),
        ],
        "#ffffff2e",
    )
    for part in range(1, 6):
        canvas.line([(x + lean + width * part / 6, y), (x + width * part / 6, y + height)], 2, "#48cae4")
    for part in (1, 2):
        share = part / 3
        canvas.line(
            [(x + lean * (1 - share), y + height * share), (x + width + lean * (1 - share), y + height * share)],
            2,
            "#48cae4",
        )


def _turbine(canvas: Canvas, x: float, ground: float, height: float, turn: float) -> None:
    canvas.polygon([(x - 7, ground), (x - 3, ground - height), (x + 3, ground - height), (x + 7, ground)], "#f8f9fa")
    for blade in range(3):
        angle = math.radians(turn + blade * 120)
        tip = (x + math.cos(angle) * height * 0.42, ground - height + math.sin(angle) * height * 0.42)
        root = (x + math.cos(angle + 0.9) * 12, ground - height + math.sin(angle + 0.9) * 12)
        canvas.polygon([(x, ground - height), root, tip], "#ffffff")
    canvas.circle(x, ground - height, 8, "#dee2e6")


def park(canvas: Canvas, rng: random.Random) -> None:
    """A park with a pond, a bridge and visitors."""
    canvas.gradient("#90e0ef", "#fefae0", y1=620)
    canvas.glow(WIDTH * 0.3, 140, 380, "#fff3b0", 0.9)
    for _ in range(4):
        cloud(canvas, rng.uniform(80, WIDTH - 80), rng.uniform(80, 240), rng.uniform(34, 62))
    buildings(canvas, rng, 480, 160, "#bcd7df", None)
    canvas.polygon(hills(470, 34, rng.uniform(0, 6)), "#95d5b2")
    for index in range(9):
        tree(canvas, 60 + index * 185 + rng.uniform(-40, 40), 560 + rng.uniform(-16, 16), rng.uniform(180, 250), rng)
    canvas.polygon(hills(560, 16, rng.uniform(0, 6)), "#74c69d")
    pond = WIDTH * rng.uniform(0.4, 0.6)
    canvas.ellipse(pond, 700, 480, 96, "#40916c")
    canvas.ellipse(pond, 700, 460, 82, "#48cae4")
    canvas.ellipse(pond - 60, 682, 320, 40, "#90e0ef88")
    for _ in range(12):
        x, y = pond + rng.uniform(-380, 380), rng.uniform(668, 740)
        canvas.ellipse(x, y, 24, 8, "#2d6a4f")
        if rng.random() < 0.5:
            canvas.circle(x, y - 8, 9, "#ff8fab")
            canvas.circle(x, y - 10, 5, "#ffe5ec")
    canvas.arc(pond, 860, 300, 222, 318, 26, "#9c6644")
    canvas.arc(pond, 806, 300, 222, 318, 9, "#7f5539")
    for angle in range(226, 318, 8):
        x, y = pond + 296 * math.cos(math.radians(angle)), 806 + 296 * math.sin(math.radians(angle))
        canvas.line([(x, y), (x, y + 56)], 7, "#7f5539")
    for x in (rng.uniform(120, 330), rng.uniform(380, 520), rng.uniform(1180, 1300), rng.uniform(1380, 1500)):
        ground = rng.uniform(800, 850)
        canvas.ellipse(x, ground + 3, 46, 8, "#00000022")
        person(canvas, x, ground, rng.uniform(180, 210), rng)
    for _ in range(70):
        x, y = rng.uniform(0, WIDTH), rng.uniform(806, 892)
        canvas.circle(x, y, rng.uniform(3, 6), rng.choice(("#ffafcc", "#ffd166", "#ffffff", "#f28482")))


def wave(canvas: Canvas, rng: random.Random) -> None:
    """Waves with the sun on them: a series that runs on."""
    palette = rng.choice(
        (
            ("#ffd6a5", "#ff8fa3", ("#ff7096", "#c9184a", "#7b2cbf", "#3c096c"), "#fff3b0"),
            ("#caf0f8", "#90e0ef", ("#48cae4", "#0096c7", "#0077b6", "#023e8a"), "#ffd166"),
            ("#fefae0", "#b7e4c7", ("#74c69d", "#40916c", "#2d6a4f", "#1b4332"), "#ffb703"),
        )
    )
    top, bottom, water, sun = palette
    canvas.gradient(top, bottom)
    x = WIDTH * rng.uniform(0.3, 0.7)
    canvas.glow(x, 360, 560, sun, 0.8)
    canvas.circle(x, 360, 150, sun)
    for index, colour in enumerate(water):
        y, phase = 470 + index * 105.0, rng.uniform(0, 6)
        waves = rng.uniform(1.6, 2.6)
        canvas.polygon(hills(y, 44, phase, waves=waves), colour)
        crest = hills(y + 9, 44, phase, waves=waves)[1:-1]
        canvas.line(crest, 4, "#ffffff66")
        canvas.line([(px, py + 26) for px, py in crest], 2, "#ffffff33")
    for _ in range(5):
        bird_x, bird_y, size = rng.uniform(150, WIDTH - 150), rng.uniform(90, 260), rng.uniform(16, 30)
        canvas.arc(bird_x - size, bird_y, size, 200, 330, 4, "#33415c")
        canvas.arc(bird_x + size, bird_y, size, 210, 340, 4, "#33415c")


def students(canvas: Canvas, rng: random.Random) -> None:
    """Students of several countries before their campus."""
    canvas.gradient("#a2d2ff", "#fff1e6", y1=660)
    for _ in range(4):
        cloud(canvas, rng.uniform(80, WIDTH - 80), rng.uniform(70, 190), rng.uniform(34, 58))
    canvas.polygon(hills(520, 30, rng.uniform(0, 6)), "#b7e4c7")
    x, wall = WIDTH / 2, "#e8d3b9"
    canvas.rectangle(x - 480, 330, 960, 330, wall)
    canvas.polygon([(x - 230, 330), (x + 230, 330), (x, 200)], "#b56576")
    canvas.rectangle(x - 230, 326, 460, 16, "#ffffff")
    canvas.circle(x, 284, 30, "#fff8ef")
    canvas.ring(x, 284, 30, 4, "#6d597a")
    canvas.line([(x, 284), (x, 264)], 4, "#6d597a")
    canvas.line([(x, 284), (x + 13, 290)], 4, "#6d597a")
    for column in range(-4, 5):
        if abs(column) > 1:
            for y in (372, 486):
                canvas.rectangle(x + column * 104 - 30, y, 60, 84, "#ffffff", radius=6)
                canvas.rectangle(x + column * 104 - 24, y + 6, 48, 72, "#6096ba", radius=4)
    for column in (-170, -90, 90, 170):
        canvas.rectangle(x + column - 14, 342, 28, 318, "#fff8ef")
    canvas.rectangle(x - 62, 440, 124, 220, "#6d597a", radius=10)
    for side in (-1, 1):
        for distance in (570, 700):
            tree(canvas, x + side * distance, 668, rng.uniform(230, 290), rng)
    canvas.gradient("#95d5b2", "#52b788", y0=656)
    canvas.polygon([(x - 70, 656), (x + 70, 656), (x + 330, HEIGHT), (x - 330, HEIGHT)], "#f2e2ba")
    count = rng.randrange(5, 8)
    for index in range(count):
        px, ground = 190 + index * (WIDTH - 380) / (count - 1) + rng.uniform(-24, 24), rng.uniform(838, 866)
        canvas.ellipse(px, ground + 4, 66, 11, "#00000022")
        height = rng.uniform(300, 340)
        canvas.rectangle(px - height * 0.17, ground - height * 0.72, height * 0.34, height * 0.3, "#33415c", radius=16)
        person(canvas, px, ground, height, rng)


SCENES: dict[str, Callable[[Canvas, random.Random], None]] = {
    "solar": solar,
    "park": park,
    "wave": wave,
    "students": students,
}
