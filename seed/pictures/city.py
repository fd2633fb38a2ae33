"""Scenes in the streets: a street, a car, a bar and a patrol robot."""

from __future__ import annotations

import random
from collections.abc import Callable

from seed.pictures.canvas import HEIGHT, WIDTH, Canvas, hills
from seed.pictures.night import buildings, stars

_SKINS = ("#f2c9a1", "#d99f6c", "#8d5a3b", "#f7d7b5", "#b87646")
_CLOTHES = ("#e76f51", "#2a9d8f", "#e9c46a", "#457b9d", "#f4a261", "#9d4edd", "#ef476f")


def person(canvas: Canvas, x: float, ground: float, height: float, rng: random.Random) -> None:
    """A person who stands, seen from the front, in colours of the generator's choice."""
    skin, top = rng.choice(_SKINS), rng.choice(_CLOTHES)
    trousers, hair = (
        rng.choice(("#264653", "#3d405b", "#5b3a29")),
        rng.choice(("#1b1b1e", "#4a2c17", "#2d1e2f", "#7b4b2a")),
    )
    unit = height / 10
    for side in (-1, 1):
        canvas.line(
            [(x + side * unit * 0.6, ground - unit * 4.2), (x + side * unit * 0.7, ground)], unit * 0.95, trousers
        )
        canvas.line(
            [(x + side * unit * 1.35, ground - unit * 7), (x + side * unit * 1.7, ground - unit * 4.4)], unit * 0.7, top
        )
        canvas.circle(x + side * unit * 1.72, ground - unit * 4.2, unit * 0.4, skin)
        canvas.ellipse(x + side * unit * 0.85, ground, unit * 0.75, unit * 0.3, "#22223b")
    canvas.rectangle(x - unit * 1.5, ground - unit * 7.5, unit * 3, unit * 3.8, top, radius=unit * 0.9)
    canvas.rectangle(x - unit * 0.35, ground - unit * 8.1, unit * 0.7, unit * 0.9, skin)
    canvas.circle(x, ground - unit * 8.9, unit * 1.08, hair)
    canvas.circle(x, ground - unit * 8.7, unit * 0.92, skin)
    canvas.pie(x, ground - unit * 8.9, unit * 1.08, 190, 350, hair)


def tree(canvas: Canvas, x: float, ground: float, height: float, rng: random.Random) -> None:
    """A round tree."""
    canvas.rectangle(x - height * 0.035, ground - height * 0.5, height * 0.07, height * 0.5, "#6b4226")
    greens = rng.choice((("#2d6a4f", "#40916c", "#52b788"), ("#386641", "#6a994e", "#a7c957")))
    canvas.circle(x - height * 0.14, ground - height * 0.56, height * 0.2, greens[0])
    canvas.circle(x + height * 0.15, ground - height * 0.58, height * 0.19, greens[1])
    canvas.circle(x, ground - height * 0.76, height * 0.23, greens[1])
    canvas.circle(x - height * 0.05, ground - height * 0.8, height * 0.13, greens[2])


def street(canvas: Canvas, rng: random.Random) -> None:
    """A street of small shops with awnings, trees and passers-by."""
    canvas.gradient("#8ecae6", "#fdf0d5")
    canvas.glow(WIDTH * 0.8, 130, 360, "#fff3b0", 0.9)
    buildings(canvas, rng, 640, 420, "#b8cfdc", None)
    x = -20.0
    while x < WIDTH:
        width = rng.uniform(230, 310)
        wall, awning = rng.choice(("#f4a8a0", "#f6d6ad", "#a8dadc", "#d8c3e0", "#f2e2ba")), rng.choice(_CLOTHES)
        top = rng.uniform(280, 390)
        canvas.rectangle(x, top, width, 720 - top, wall)
        canvas.rectangle(x - 6, top - 14, width + 12, 22, "#ffffff")
        for floor in range(int((530 - top) // 92)):
            for column in range(3):
                left, upper = x + 26 + column * (width - 52 - 46) / 2, top + 32 + floor * 92
                canvas.rectangle(left, upper, 46, 60, "#ffffff", radius=4)
                canvas.rectangle(left + 5, upper + 5, 36, 50, rng.choice(("#457b9d", "#6096ba", "#ffe8a3")), radius=3)
        canvas.rectangle(x + 18, 580, width - 36, 140, "#33415c", radius=6)
        canvas.rectangle(x + 28, 590, width - 56, 122, "#ffe8b6")
        canvas.rectangle(x + width * 0.42, 604, 60, 116, "#6f4e37", radius=4)
        stripes = 8
        for stripe in range(stripes):
            left, right = x + 6 + stripe * (width - 12) / stripes, x + 6 + (stripe + 1) * (width - 12) / stripes
            colour = awning if stripe % 2 == 0 else "#fffaf0"
            canvas.polygon(
                [(left + 8, 540), (right + 8 - 8 * (stripe == stripes - 1), 540), (right, 592), (left, 592)], colour
            )
            canvas.pie((left + right) / 2, 592, (right - left) / 2, 0, 180, colour)
        x += width + 4
    canvas.gradient("#d9d2c5", "#b8b0a2", y0=720)
    canvas.rectangle(0, 720, WIDTH, 8, "#8d8577")
    for y in (782, 846):
        canvas.rectangle(0, y, WIDTH, 3, "#a49b8c")
    for _ in range(3):
        tree(canvas, rng.uniform(60, WIDTH - 60), 742, rng.uniform(250, 320), rng)
    for x in sorted(rng.uniform(120, WIDTH - 120) for _ in range(rng.randrange(4, 7))):
        ground = rng.uniform(800, 868)
        canvas.ellipse(x, ground + 3, 52, 9, "#00000022")
        person(canvas, x, ground, rng.uniform(195, 230), rng)


def car(canvas: Canvas, rng: random.Random) -> None:
    """A self-driving car on a wide road."""
    canvas.gradient("#48cae4", "#e0fbfc", y1=620)
    canvas.glow(WIDTH * 0.2, 150, 320, "#ffffff", 0.8)
    canvas.polygon(hills(540, 40, rng.uniform(0, 6)), "#95d5b2")
    buildings(canvas, rng, 610, 260, "#a9c6d9", "#ffffff77")
    for index in range(6):
        tree(canvas, 120 + index * 280 + rng.uniform(-30, 30), 640, rng.uniform(150, 190), rng)
    canvas.gradient("#5c677d", "#33415c", y0=630)
    canvas.rectangle(0, 624, WIDTH, 12, "#e9ecef")
    for index in range(7):
        canvas.polygon(
            [(index * 260 - 40, 842), (index * 260 + 100, 842), (index * 260 + 86, 856), (index * 260 - 54, 856)],
            "#f8f9fa",
        )
    paint, shade = rng.choice((("#f8f9fa", "#ced4da"), ("#ffd166", "#e0a92e"), ("#06d6a0", "#049f77")))
    x, y = WIDTH / 2 + rng.uniform(-120, 120), 770.0
    for radius in (150, 210, 270):
        canvas.arc(x, y - 300, radius, 205, 335, 5, "#00b4d877")
    canvas.ellipse(x, y + 8, 400, 26, "#00000044")
    canvas.polygon(
        [
            (x - 190, y - 150),
            (x - 110, y - 248),
            (x + 120, y - 248),
            (x + 230, y - 150),
            (x + 240, y - 120),
            (x - 220, y - 120),
        ],
        paint,
    )
    canvas.polygon([(x - 164, y - 148), (x - 100, y - 230), (x - 8, y - 230), (x - 8, y - 148)], "#1d3557")
    canvas.polygon([(x + 8, y - 230), (x + 110, y - 230), (x + 196, y - 148), (x + 8, y - 148)], "#1d3557")
    canvas.polygon([(x + 40, y - 230), (x + 84, y - 230), (x + 130, y - 148), (x + 70, y - 148)], "#45668f")
    canvas.rectangle(x - 350, y - 152, 700, 118, paint, radius=52)
    canvas.rectangle(x - 350, y - 74, 700, 44, shade, radius=20)
    canvas.rectangle(x - 60, y - 262, 90, 18, shade, radius=8)
    canvas.rectangle(x - 40, y - 296, 50, 36, "#22223b", radius=10)
    canvas.rectangle(x - 36, y - 286, 42, 8, "#00f5d4", radius=4)
    canvas.ellipse(x + 336, y - 102, 17, 14, "#fff3b0")
    canvas.glow(x + 352, y - 100, 130, "#fff3b0", 0.7)
    canvas.rectangle(x - 352, y - 116, 20, 30, "#e63946", radius=6)
    canvas.rectangle(x + 30, y - 128, 42, 9, "#868e96", radius=4)
    for wheel in (-210, 214):
        canvas.circle(x + wheel, y - 36, 66, "#1b1b1e")
        canvas.circle(x + wheel, y - 36, 40, "#adb5bd")
        canvas.circle(x + wheel, y - 36, 26, "#dee2e6")
        canvas.circle(x + wheel, y - 36, 9, "#495057")


def bar(canvas: Canvas, rng: random.Random) -> None:
    """A robot bartender mixes a drink behind a counter."""
    canvas.gradient("#240046", "#5a189a")
    canvas.glow(WIDTH / 2, 330, 640, "#ff6d9f", 0.4)
    colours = ("#ff9e00", "#00f5d4", "#f72585", "#4cc9f0", "#b5e48c", "#ffd166")
    for shelf in (210, 370):
        canvas.rectangle(110, shelf, WIDTH - 220, 12, "#10002b")
        canvas.rectangle(110, shelf + 12, WIDTH - 220, 5, "#ff9e00aa")
        for left in range(150, WIDTH - 150, 58):
            if abs(left - WIDTH / 2) < 230:
                continue
            height, colour = rng.uniform(68, 112), rng.choice(colours)
            canvas.rectangle(left, shelf - height, 34, height, f"{colour}cc", radius=8)
            canvas.rectangle(left + 11, shelf - height - 26, 12, 30, f"{colour}cc")
            canvas.rectangle(left + 6, shelf - height + 12, 5, height - 24, "#ffffff66", radius=2)
    x = WIDTH / 2
    canvas.rectangle(x - 118, 420, 236, 300, "#e9ecef", radius=46)
    canvas.rectangle(x - 76, 470, 152, 84, "#212529", radius=18)
    for bar_index in range(6):
        canvas.rectangle(x - 58 + bar_index * 20, 532 - rng.uniform(8, 48), 12, 14, "#00f5d4", radius=3)
    canvas.rectangle(x - 26, 380, 52, 54, "#adb5bd")
    canvas.rectangle(x - 106, 236, 212, 158, "#f8f9fa", radius=58)
    canvas.rectangle(x - 84, 272, 168, 82, "#212529", radius=38)
    for eye in (-38, 38):
        canvas.glow(x + eye, 312, 42, "#00f5d4", 0.8)
        canvas.circle(x + eye, 312, 15, "#00f5d4")
    canvas.line([(x, 238), (x, 196)], 6, "#adb5bd")
    canvas.circle(x, 190, 13, "#ff006e")
    for side, hand in ((-1, (x - 258, 470)), (1, (x + 250, 540))):
        canvas.line([(x + side * 112, 470), (x + side * 210, 590), hand], 38, "#ced4da")
        canvas.circle(x + side * 210, 590, 27, "#adb5bd")
        canvas.circle(*hand, 30, "#adb5bd")
    canvas.polygon([(x - 300, 372), (x - 216, 372), (x - 230, 480), (x - 286, 480)], "#dee2e6")
    canvas.polygon([(x - 292, 372), (x - 224, 372), (x - 240, 328), (x - 276, 328)], "#adb5bd")
    canvas.gradient("#7b2d0f", "#3c1206", y0=650)
    canvas.rectangle(0, 650, WIDTH, 26, "#b5541f")
    for index, glass_x in enumerate((260, 420, 1080, 1240, 1390)):
        drink = colours[(index + rng.randrange(6)) % 6]
        canvas.glow(glass_x, 590, 110, drink, 0.45)
        canvas.polygon([(glass_x - 56, 530), (glass_x + 56, 530), (glass_x, 604)], "#ffffff55")
        canvas.polygon([(glass_x - 44, 546), (glass_x + 44, 546), (glass_x, 602)], drink)
        canvas.rectangle(glass_x - 4, 600, 8, 48, "#ffffff88")
        canvas.ellipse(glass_x, 649, 38, 7, "#ffffff88")
        canvas.circle(glass_x + 32, 532, 13, "#e63946")


def robot(canvas: Canvas, rng: random.Random) -> None:
    """A patrol robot makes its round in the evening."""
    canvas.gradient("#14213d", "#f4978e", y1=660)
    stars(canvas, rng, 50, 300)
    buildings(canvas, rng, 640, 330, "#33415c", "#ffe8a388")
    for index in range(5):
        tree(canvas, 60 + index * 380 + rng.uniform(-50, 50), 668, rng.uniform(210, 260), rng)
    canvas.gradient("#6d6875", "#3d3a4b", y0=656)
    canvas.rectangle(0, 650, WIDTH, 10, "#b5838d")
    x, y = WIDTH / 2 + rng.uniform(-180, 180), 800.0
    canvas.polygon([(x + 110, y - 360), (WIDTH + 80, y - 520), (WIDTH + 80, y - 40)], "#fff3b02e")
    canvas.ellipse(x, y + 14, 250, 26, "#00000055")
    for wheel in (-130, 0, 130):
        canvas.circle(x + wheel, y - 40, 56, "#1b1b1e")
        canvas.circle(x + wheel, y - 40, 28, "#6c757d")
    canvas.rectangle(x - 210, y - 220, 420, 160, "#f8f9fa", radius=60)
    canvas.rectangle(x - 210, y - 128, 420, 34, "#0077b6")
    canvas.rectangle(x - 128, y - 330, 256, 150, "#e9ecef", radius=40)
    canvas.rectangle(x - 60, y - 306, 176, 76, "#14213d", radius=30)
    for eye in (0, 62):
        canvas.glow(x + eye, y - 268, 50, "#48cae4", 0.9)
        canvas.circle(x + eye, y - 268, 17, "#90e0ef")
    canvas.rectangle(x - 20, y - 400, 22, 78, "#adb5bd")
    canvas.rectangle(x - 66, y - 448, 150, 60, "#343a40", radius=18)
    canvas.circle(x + 62, y - 418, 22, "#0b090a")
    canvas.circle(x + 62, y - 418, 11, "#48cae4")
    for side, colour in ((-86, "#ef233c"), (-44, "#3a86ff")):
        canvas.glow(x + side, y - 346, 90, colour, 0.7)
        canvas.rectangle(x + side - 18, y - 356, 36, 24, colour, radius=8)
    canvas.rectangle(0, HEIGHT - 26, WIDTH, 8, "#ffffff33")


SCENES: dict[str, Callable[[Canvas, random.Random], None]] = {"street": street, "car": car, "bar": bar, "robot": robot}
