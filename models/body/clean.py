"""Cleaning: what editors paste, as a body."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from models.body.arrange import arranged, leaves
from models.body.block import Block
from models.body.read import read
from models.body.sanitise import sanitise
from models.body.write import written
from models.errors import BadInput

MAXIMUM_CHARACTERS: Final = 500_000
"""Characters of a body with its markup, as sent and as stored; Word writes some twenty for each that is read."""

NAMED: Final = 5
"""How many refused links a message names."""

LONGEST_NAMED: Final = 80
"""Characters that a message gives of each."""

_FIELD = ["body"]
_UNREADABLE = re.compile("[\x00\ud800-\udfff]")


def clean(body: str) -> str:
    """The body as plain editorial HTML, whatever program it was copied from.

    Word, WPS Office, Google Docs and WeChat write what text looks like; what stays is what it is: paragraphs, headings
    (`h1` becomes `h2`), lists, quotations, tables, bold and italic text, sub- and superscripts, links. Text that is shown
    stays as it is, apart from white space and characters that show nothing; pictures go, for they are assets. Cleaning
    again changes nothing. Takes time linear in the length.

    The sanitiser comes last and always, so no more depends on the cleaning than how a body looks.

    :raises BadInput: with field `body`: a NUL or a lone surrogate; more than `MAXIMUM_CHARACTERS` before or after
        cleaning; links that `models.body.link.target` refuses, named.
    """
    blocks = _blocks(body)
    _refuse_links(blocks)
    return sanitise(_joined(blocks))


def check_links(body: str) -> None:
    """Refuses a body for its links, as `clean` does: those that an editor meant and that lead nowhere, by their names.

    :raises BadInput: with field `body`.
    """
    _refuse_links(_blocks(body))


def _blocks(body: str) -> list[Block]:
    if len(body) > MAXIMUM_CHARACTERS:
        raise BadInput(_too_long(f"has {len(body):,} characters"), field=_FIELD)
    if found := _UNREADABLE.search(body):
        raise BadInput(
            f"the body holds U+{ord(found.group()):04X} at character {found.start() + 1}, which is no text; take it out",
            field=_FIELD,
        )
    return arranged(read(body))


def _refuse_links(blocks: Iterable[Block]) -> None:
    refused = {
        href: mark.refusal
        for leaf in leaves(blocks)
        for run in leaf.runs
        for mark in run.marks
        for name, href in mark.attributes
        if mark.refusal and name == "href"
    }
    if not refused:
        return
    named = [f"{_shortened(href)!r} {refusal}" for href, refusal in list(refused.items())[:NAMED]]
    more = f"; and {len(refused) - NAMED} more" if len(refused) > NAMED else ""
    raise BadInput(f"the body has links that lead nowhere: {'; '.join(named)}{more}", field=_FIELD)


def _shortened(href: str) -> str:
    return href if len(href) <= LONGEST_NAMED else f"{href[:LONGEST_NAMED]}…"


def _joined(blocks: Iterable[Block]) -> str:
    pieces, length = [], 0
    for piece in written(blocks):
        length += len(piece)
        if length > MAXIMUM_CHARACTERS:
            raise BadInput(_too_long("is longer when cleaned"), field=_FIELD)
        pieces.append(piece)
    return "".join(pieces)


def _too_long(what: str) -> str:
    return f"the body {what}; the most is {MAXIMUM_CHARACTERS:,} with its markup"
