"""Whether a text is something that people write, or the bytes of one charset read as another.

Languages use few of the characters that their charsets hold, and use them unequally: a hundred characters make two fifths of any
Chinese text, in the simplified and in the traditional form, and ten letters make two thirds of Russian, Greek and Arabic. What comes
out of a wrong charset uses all characters of some script nearly equally, or is spread over several scripts. So the share of the
common ones tells the two apart by a wide margin, and the number below which a text is implausible needs no tuning: it lies between
the share in any real text and the share that chance gives.

    script                    real text      by chance     needed
    Chinese, 120 characters   0.40           0.01 – 0.05   0.15
    Japanese, kana            0.50 and more  0.02          0.20
    Korean, 80 syllables      0.45           0.03          0.15
    Cyrillic, 12 letters      0.70           0.20          0.45
    Greek, 14 letters         0.80           0.22          0.50
    Arabic, 11 letters        0.75           0.30          0.50
    Latin, alone              0.95           0.10          0.70
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final, NamedTuple

FEWEST: Final = 8
"""Letters beyond ASCII of which anything can be said."""


class Script(NamedTuple):
    """A script that legacy charsets write.

    :param letters: its letters beyond ASCII.
    :param common: those that any text of some length mostly consists of.
    :param needed: the least share of them.
    """

    letters: re.Pattern[str]
    common: re.Pattern[str]
    needed: float


_COMMON_HAN: Final = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同"
    "现当没动面起看定天分还进好小部其些主样理心本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很"
    "最重新市区深圳龙岗月名物加被位化相报记"
    "這個們來為國說時會對過發後裡種經麼學現當沒動還進樣開從實軍無與長機關點業將兩間問龍崗東電報記書車"
)
_COMMON_KANJI: Final = (
    "日一国人年大十二本中長出三時行見月後前生五間上東四今金入学高円子外来気小七山話女"
    "北午書先名水半男西電校語車何南毎会社員"
)
_COMMON_HANGUL: Final = (
    "이다는에을의가하고은지로사기도한를서어대자그있나리시아해정인을과일수보전장있것게주원으구부"
    "제스들만라성면상여동국조공비할년신안되"
)


def _script(letters: str, common: str, needed: float) -> Script:
    return Script(re.compile(f"[{letters}]"), re.compile(common), needed)


SCRIPTS: Final = (
    _script("\u3040-\u30ff\u31f0-\u31ff\u4e00-\u9fff\u3400-\u4dbf", f"[{_COMMON_HAN}]", 0.15),
    _script("\u3040-\u309f\u30a0-\u30ff\u4e00-\u9fff", f"[\u3041-\u3093\u30a1-\u30f6ー{_COMMON_KANJI}]", 0.2),
    _script("\uac00-\ud7a3\u4e00-\u9fff", f"[{_COMMON_HANGUL}]", 0.15),
    _script("\u0400-\u052f", "(?<![a-zA-Z])[оеаинтсрвлкі](?![a-zA-Z])", 0.45),
    _script("\u0370-\u03ff", "(?<![a-zA-Z])[αοιετσνηυρπκςό](?![a-zA-Z])", 0.5),
    _script("\u0600-\u06ff", "(?<![a-zA-Z])[اليمنورتبهةع](?![a-zA-Z])", 0.5),
    _script("\u00c0-\u024f", "(?<![\u00c0-\u024f])[\u00df-\u00ff\u0153](?![\u00c0-\u024f])", 0.7),
)
"""Common Latin letters are small ones that stand between others: no language writes two accented letters beside each other often. Letters
of other alphabets count as common only where no Latin letter touches them."""

_LETTER_BEYOND_ASCII: Final = re.compile(r"[^\W\d_a-zA-Z]")


def plausibility(text: str) -> float | None:
    """How much more of a text consists of the common letters of its script than is needed: below 1 it is implausible.

    None where nothing can be said: it holds fewer than `FEWEST` letters beyond ASCII, or most of them are of another script.
    """
    letters = Counter(_LETTER_BEYOND_ASCII.findall(text))
    total = letters.total()
    if total < FEWEST:
        return None
    best: float | None = None
    for script in SCRIPTS:
        own = sum(count for letter, count in letters.items() if script.letters.fullmatch(letter))
        if own * 2 >= total:
            best = max(best or 0.0, len(script.common.findall(text)) / total / script.needed)
    return best
