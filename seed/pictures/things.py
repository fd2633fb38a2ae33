"""Scenes with one thing in them: paintings, a helmet, needles and a plaque."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

from seed.pictures.canvas import HEIGHT, WIDTH, Canvas, curve
from seed.pictures.city import person


def paintings(canvas: Canvas, rng: random.Random) -> None:
    """A gallery wall of framed pictures, with visitors."""
    canvas.gradient("#f8edeb", "#e8d8cf", y1=740)
    canvas.gradient("#c69c72", "#8a6240", y0=740)
    canvas.rectangle(0, 726, WIDTH, 18, "#fffaf5")
    left = 80.0
    sizes = [(330, 250), (250, 330), (360, 270), (250, 320)]
    rng.shuffle(sizes)
    for width, height in sizes:
        y = 350 - height / 2
        canvas.glow(left + width / 2, y - 40, 300, "#fff8e1", 0.9)
        canvas.rectangle(left + 10, y + 12, width, height, "#00000026")
        canvas.rectangle(left, y, width, height, rng.choice(("#b08968", "#6f4518", "#22223b", "#d4a373")))
        canvas.rectangle(left + 16, y + 16, width - 32, height - 32, "#fffdf7")
        _artwork(canvas, rng, left + 34, y + 34, width - 68, height - 68)
        left += width + (WIDTH - 160 - 1190) / 3
    for x in sorted(rng.uniform(160, WIDTH - 160) for _ in range(3)):
        canvas.ellipse(x, 866, 66, 11, "#00000033")
        person(canvas, x, 862, rng.uniform(290, 325), rng)


def _artwork(canvas: Canvas, rng: random.Random, x: float, y: float, width: float, height: float) -> None:
    palette = rng.choice(
        (
            ("#ffb703", "#fb8500", "#023047", "#219ebc"),
            ("#ffafcc", "#cdb4db", "#a2d2ff", "#3a0ca3"),
            ("#d9ed92", "#76c893", "#184e77", "#f9c74f"),
        )
    )
    canvas.rectangle(x, y, width, height, palette[0])
    kind = rng.randrange(3)
    if kind == 0:  # a landscape
        canvas.circle(x + width * 0.68, y + height * 0.3, height * 0.14, "#fffaf0")
        canvas.polygon(
            [
                (x, y + height * 0.72),
                (x + width * 0.32, y + height * 0.36),
                (x + width * 0.62, y + height * 0.74),
                (x + width * 0.8, y + height * 0.55),
                (x + width, y + height * 0.7),
                (x + width, y + height),
                (x, y + height),
            ],
            palette[2],
        )
        canvas.rectangle(x, y + height * 0.8, width, height * 0.2, palette[3])
    elif kind == 1:  # sunflowers
        canvas.rectangle(x, y + height * 0.74, width, height * 0.26, palette[2])
        for flower in range(4):
            fx, fy = x + width * (0.2 + flower * 0.2), y + height * rng.uniform(0.26, 0.5)
            canvas.line([(fx, fy), (x + width * 0.5, y + height * 0.82)], 5, "#386641")
            for petal in range(10):
                angle = math.tau * petal / 10
                canvas.circle(
                    fx + math.cos(angle) * height * 0.07,
                    fy + math.sin(angle) * height * 0.07,
                    height * 0.042,
                    "#ffd60a",
                )
            canvas.circle(fx, fy, height * 0.055, "#6f4518")
        canvas.polygon(
            [
                (x + width * 0.36, y + height * 0.72),
                (x + width * 0.64, y + height * 0.72),
                (x + width * 0.6, y + height * 0.94),
                (x + width * 0.4, y + height * 0.94),
            ],
            palette[3],
        )
    else:  # shapes
        for _ in range(9):
            cx, cy, r = (
                x + rng.uniform(0.18, 0.82) * width,
                y + rng.uniform(0.18, 0.82) * height,
                rng.uniform(0.06, 0.16) * min(width, height),
            )
            if rng.random() < 0.5:
                canvas.circle(cx, cy, r, rng.choice(palette[1:]))
            else:
                canvas.polygon([(cx, cy - r), (cx + r, cy + r), (cx - r, cy + r)], rng.choice(palette[1:]))


def helmet(canvas: Canvas, rng: random.Random) -> None:
    """A connected safety helmet, with the signals it sends."""
    canvas.gradient("#023047", "#219ebc")
    canvas.glow(WIDTH / 2, 430, 640, "#8ecae6", 0.5)
    for across in range(0, WIDTH, 80):
        canvas.line([(across, 0), (across, HEIGHT)], 1, "#ffffff14")
    for down in range(20, HEIGHT, 80):
        canvas.line([(0, down), (WIDTH, down)], 1, "#ffffff14")
    shell, dark = rng.choice((("#ffb703", "#fb8500"), ("#f8f9fa", "#ced4da"), ("#ef476f", "#b5174a")))
    x, y = WIDTH / 2, 620.0
    for radius in (440, 530, 620):
        canvas.arc(x, y - 60, radius, 205, 335, 7, "#8ecae666")
    canvas.ellipse(x, y + 130, 420, 34, "#00000044")
    canvas.pie(x, y, 340, 180, 360, shell)
    canvas.pie(x, y, 340, 285, 360, dark)
    canvas.rectangle(x - 40, y - 366, 80, 370, shell, radius=30)
    canvas.rectangle(x - 16, y - 366, 32, 366, "#ffffff44", radius=14)
    for side in (-1, 1):
        canvas.arc(x, y, 290, 270 - 46 if side < 0 else 270 + 14, 270 - 14 if side < 0 else 270 + 46, 16, dark)
    canvas.rectangle(x - 430, y - 14, 860, 62, dark, radius=30)
    canvas.rectangle(x - 400, y - 14, 800, 26, shell, radius=13)
    canvas.rectangle(x - 92, y - 150, 184, 118, "#212529", radius=26)
    canvas.circle(x - 34, y - 92, 38, "#0b090a")
    canvas.circle(x - 34, y - 92, 23, "#48cae4")
    canvas.circle(x - 43, y - 101, 8, "#caf0f8")
    canvas.glow(x + 48, y - 92, 80, "#80ffdb", 0.8)
    canvas.circle(x + 48, y - 92, 13, "#80ffdb")
    canvas.line([(x + 300, y - 170), (x + 330, y - 380)], 12, "#212529")
    canvas.circle(x + 330, y - 384, 16, "#80ffdb")
    canvas.line(curve((x - 300, y + 40), (x - 260, y + 190), (x - 90, y + 196)), 14, "#212529")
    canvas.line(curve((x + 300, y + 40), (x + 260, y + 190), (x + 90, y + 196)), 14, "#212529")
    canvas.rectangle(x - 96, y + 180, 192, 34, "#343a40", radius=16)
    for _ in range(9):
        px, py = rng.choice((rng.uniform(70, 330), rng.uniform(1270, 1530))), rng.uniform(110, 520)
        canvas.circle(px, py, 17, "#ffffff22")
        canvas.circle(px, py, 8, "#80ffdb")


def needles(canvas: Canvas, rng: random.Random) -> None:
    """Acupuncture needles over an open hand, with herbs beside."""
    canvas.gradient("#fefae0", "#e9edc9")
    canvas.glow(WIDTH / 2, 430, 620, "#ffffff", 0.9)
    canvas.circle(WIDTH / 2, 470, 350, "#ccd5ae")
    canvas.ring(WIDTH / 2, 470, 380, 5, "#a3b18a")
    x, y, skin, shade = WIDTH / 2, 640.0, "#f2c9a1", "#e0ac7e"
    canvas.rectangle(x - 104, y + 60, 208, 230, "#457b9d", radius=30)
    canvas.rectangle(x - 88, y, 176, 130, skin)
    canvas.rectangle(x - 130, y - 150, 260, 220, skin, radius=74)
    for offset, length, lean in ((-98, 190, -34), (-34, 232, -8), (32, 222, 14), (94, 176, 40)):
        tip = (x + offset + lean, y - 130 - length)
        canvas.line([(x + offset, y - 100), tip], 54, skin)
        canvas.circle(*tip, 27, skin)
        canvas.line(
            [
                (x + offset + lean * 0.45 - 14, y - 128 - length * 0.45),
                (x + offset + lean * 0.45 + 14, y - 128 - length * 0.45),
            ],
            3,
            shade,
        )
    thumb = (x + 218, y - 152)
    canvas.line([(x + 84, y - 10), thumb], 58, skin)
    canvas.circle(*thumb, 29, skin)
    canvas.line(curve((x - 78, y - 62), (x + 10, y - 20), (x + 26, y + 66)), 4, shade)
    canvas.line(curve((x - 88, y - 24), (x - 20, y - 10), (x - 6, y + 70)), 4, shade)
    for right, down, angle in ((-4, -96, -100), (52, -46, -62), (-62, -30, -122), (8, 30, -84)):
        px, py = x + right, y + down
        turn = math.radians(angle + rng.uniform(-6, 6))
        dx, dy = math.cos(turn), math.sin(turn)
        canvas.circle(px, py, 12, "#e0ac7e")
        canvas.line([(px, py), (px + dx * 220, py + dy * 220)], 3.4, "#8d99ae")
        canvas.line([(px + dx * 130, py + dy * 130), (px + dx * 226, py + dy * 226)], 8.5, "#d4a373")
        canvas.circle(px + dx * 232, py + dy * 232, 9, "#bc6c25")
    for side in (-1, 1):
        for stem in range(3):
            base, top = (x + side * (500 + stem * 110), 860.0), (x + side * (470 + stem * 120), rng.uniform(330, 470))
            bend = (base[0] + side * 60, 640.0)
            points = curve(base, bend, top, 10)
            canvas.line(points, 6, "#588157")
            for index in range(2, 11):
                px, py = points[index]
                for direction in (-1, 1):
                    canvas.polygon(
                        [
                            (px, py),
                            (px + direction * 24, py - 24),
                            (px + direction * 52, py - 22),
                            (px + direction * 32, py - 2),
                        ],
                        "#6a994e" if direction > 0 else "#386641",
                    )


def plaque(canvas: Canvas, rng: random.Random) -> None:
    """A plaque under a red cloth, at the moment of its unveiling."""
    canvas.gradient("#7f1d1d", "#450a0a")
    canvas.glow(WIDTH / 2, 330, 780, "#f97316", 0.4)
    for index in range(17):
        canvas.polygon(
            [(index * 100 - 30, 0), (index * 100 + 26, 0), (index * 100 + 14, 720), (index * 100 - 42, 720)],
            "#00000024",
        )
    canvas.gradient("#92400e", "#451a03", y0=720)
    canvas.rectangle(0, 716, WIDTH, 10, "#fbbf24")
    x, y = WIDTH / 2, 400.0
    canvas.rectangle(x - 330, y - 196, 680, 420, "#00000055", radius=20)
    canvas.rectangle(x - 344, y - 210, 688, 420, "#b45309", radius=18)
    canvas.rectangle(x - 332, y - 198, 664, 396, "#fcd34d", radius=14)
    canvas.rectangle(x - 306, y - 172, 612, 344, "#fbbf24", radius=8)
    canvas.polygon([(x - 306, y + 172), (x - 306, y - 60), (x + 60, y - 172), (x + 306, y - 172)], "#fde68a66")
    canvas.circle(x, y - 76, 52, "#b45309")
    canvas.circle(x, y - 76, 42, "#fde68a")
    canvas.arc(x, y - 76, 26, 0, 360, 5, "#b45309")
    canvas.line([(x - 42, y - 76), (x + 42, y - 76)], 5, "#b45309")
    canvas.line([(x, y - 118), (x, y - 34)], 5, "#b45309")
    for row, width in enumerate((430, 340, 250)):
        canvas.rectangle(x - width / 2, y + 16 + row * 46, width, 16, "#b4530999", radius=8)
    for sx, sy in ((-306, -172), (306, -172), (-306, 172), (306, 172)):
        canvas.circle(x + sx * 0.95, y + sy * 0.92, 9, "#92400e")
    cloth = [(x - 390, y - 236), *curve((x - 60, y - 236), (x - 190, y - 40), (x - 270, y + 300)), (x - 470, y + 320)]
    canvas.polygon(cloth, "#dc2626")
    for fold in range(5):
        start = (x - 372 + fold * 62, y - 230)
        canvas.line(curve(start, (start[0] - 10 - fold * 12, y), (x - 456 + fold * 42, y + 306)), 9, "#991b1b88")
    canvas.circle(x - 70, y - 236, 46, "#ef4444")
    for angle in range(0, 360, 45):
        turn = math.radians(angle)
        canvas.circle(x - 70 + math.cos(turn) * 40, y - 236 + math.sin(turn) * 40, 23, "#dc2626")
    canvas.circle(x - 70, y - 236, 25, "#fca5a5")
    for _ in range(150):
        px, py, size = rng.uniform(0, WIDTH), rng.uniform(0, 700), rng.uniform(5, 11)
        turn = rng.uniform(0, math.tau)
        dx, dy = math.cos(turn) * size, math.sin(turn) * size
        colour = rng.choice(("#fde047", "#fb7185", "#34d399", "#60a5fa", "#f8fafc"))
        canvas.polygon([(px - dx, py - dy), (px + dy, py - dx), (px + dx, py + dy), (px - dy, py + dx)], colour)
    for side in (-1, 1):
        for step in range(2):
            px = x + side * (520 + step * 150)
            canvas.ellipse(px, 852, 70, 12, "#00000055")
            person(canvas, px, 848, rng.uniform(330, 360), rng)


SCENES: dict[str, Callable[[Canvas, random.Random], None]] = {
    "paintings": paintings,
    "helmet": helmet,
    "needles": needles,
    "plaque": plaque,
}
