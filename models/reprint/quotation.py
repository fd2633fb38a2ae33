"""What of a text stands in quotation marks.

Two texts may quote the same words of the same person without one being a copy of the other, so words in quotation marks are no
evidence of copying. The marks of Chinese, English, Russian, Japanese, Greek, Arabic and German are known:

    “ ”  „ “  〝 〞  « »  「 」  『 』  " "  ＂ ＂  ‘ ’

A quotation stays within its paragraph (a line). One that is not closed goes to the end of it where it opens the paragraph, as in
English a quotation of several paragraphs is opened in each and closed in the last; elsewhere a mark without its other half is a
slip, and does not make a quotation of all that follows. Straight marks, which do not say which way they look, count in pairs.
A straight single mark is an apostrophe far more often than a quotation mark, and is none. Titles of works (《》, 〈〉) are no
quotations.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_QUOTATION: Final = re.compile(
    r"""
      [“„〝][^“”〞\n]*[“”〞]
    | «[^»\n]*»
    | 「[^」\n]*」
    | 『[^』\n]*』
    | ^[^\S\n]*[“„〝«「『].*$
    | (?<!\d)"[^"\n]+"
    | ＂[^＂\n]+＂
    | (?<!\w)‘[^‘’\n]*(?:’\w[^‘’\n]*)*’(?!\w)
    """,
    re.VERBOSE | re.MULTILINE,
)


class Quotation(NamedTuple):
    """The half-open span of a quotation in its text, with its marks."""

    start: int
    end: int


def quotations(text: str) -> tuple[Quotation, ...]:
    """The outermost quotations of a plain text in reading order, of any length."""
    return tuple(Quotation(*found.span()) for found in _QUOTATION.finditer(text))
