"""From the bytes of a page to its text, whatever charset they are in and whatever charset they say they are in.

What is said of the charset comes from the byte order mark, from HTTP and from `<meta>`, and is believed in this order, unless the
bytes contradict it. Pages are wrong about themselves often: servers say ISO-8859-1 of everything, and templates say gb2312 above
what is UTF-8. The bytes contradict a charset when

- they cannot be decoded by it: more than `MOST_BROKEN` of what they hold beyond ASCII is broken. A few broken characters are
  no contradiction, since programs cut texts in the middle of a character;
- or what comes out is nothing that anybody writes (`models.reprint.page.plausible`): in every legacy charset of one byte, and in most of
  two, the bytes of another decode to something.

Bytes that are UTF-8 are UTF-8, whatever is said: what stands beyond ASCII in another charset is well-formed UTF-8 by chance alone,
with a chance that is negligible from a few characters on (`ENOUGH_UTF8`), or where they stand apart. Bytes beyond ASCII that stand alone
are of a language in Latin letters, and not of a charset for another script.

Where nothing is said, or nothing of it is true, the charsets of the languages that `plausible` knows are tried, and the most plausible
one is taken; then charset-normalizer is asked.
"""

from __future__ import annotations

import codecs
import re
from typing import Final, NamedTuple

from charset_normalizer import from_bytes

from models.reprint.page.plausible import plausibility

MOST_BROKEN: Final = 0.02
"""The share of what stands beyond ASCII that may be broken in a charset that is believed."""
ENOUGH_UTF8: Final = 4
"""Characters beyond ASCII, all of them well-formed, by which UTF-8 is known against what is said."""
SAMPLE: Final = 16_384
"""Bytes of text, without markup, by which a charset is judged."""
MOSTLY: Final = 0.8
"""The share of bytes beyond ASCII that stand alone in any language of Latin letters; in others next to none do."""
NEARLY: Final = 0.9
"""How plausible a charset that is said has to be beside the most plausible one, so that what is said decides between charsets that
have much in common: ISO 8859-7 and windows-1253, or the kana of EUC-JP and of GB 18030."""
DECLARED_WITHIN: Final = 8192
"""Bytes at the beginning in which `<meta>` is looked for. The standard says 1024; pages with long heads have it later."""

TRIED: Final = (
    "cp1252", "gb18030", "big5hkscs", "cp932", "euc_jp", "cp949", "cp1251", "koi8_r", "iso8859_5", "cp866", "cp1253", "iso8859_7",
    "cp1256", "iso8859_6",
)  # fmt: skip
"""The charsets that are tried where nothing said of the charset is true. In a tie the first is taken."""

_WHAT_LABELS_MEAN: Final = {
    **dict.fromkeys(("gb2312", "gb_2312-80", "chinese", "csgb2312", "gbk", "x-gbk", "cp936", "gb18030"), "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs", "cn-big5", "x-x-big5", "cp950", "csbig5"), "big5hkscs"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis", "windows-31j", "ms_kanji", "ms932", "cp932"), "cp932"),
    **dict.fromkeys(("euc-kr", "korean", "ks_c_5601-1987", "ks_c_5601-1989", "ksc5601", "windows-949", "cp949"), "cp949"),
    **dict.fromkeys(("ascii", "us-ascii", "iso-8859-1", "iso8859-1", "latin1", "l1", "windows-1252", "x-cp1252"), "cp1252"),
    **dict.fromkeys(("iso-8859-9", "latin5", "windows-1254"), "cp1254"),
    **dict.fromkeys(("tis-620", "iso-8859-11", "windows-874", "dos-874"), "cp874"),
    "utf8": "utf_8",
    "unicode-1-1-utf-8": "utf_8",
    "unicode": "utf_16_le",
    "utf-16": "utf_16_le",
}  # fmt: skip
"""Labels that browsers read as more than they say (WHATWG Encoding, section 4.2); Python's own names do for the rest."""

_MARKS: Final = ((codecs.BOM_UTF8, "utf_8"), (codecs.BOM_UTF16_LE, "utf_16_le"), (codecs.BOM_UTF16_BE, "utf_16_be"))
_HTTP_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_META_CHARSET: Final = re.compile(rb"<meta\s[^>]{0,400}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_XML_ENCODING: Final = re.compile(rb"\A\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)
_NO_TEXT: Final = re.compile(rb"<(script|style)\b.*?(?:</\1\s*>|\Z)|<!--.*?-->|<[^>]*>", re.IGNORECASE | re.DOTALL)
_RUN: Final = re.compile(rb"[\x80-\xff]+")
_LATIN: Final = frozenset(
    {
        "cp1250",
        "cp1252",
        "cp1254",
        "cp1257",
        "cp1258",
        "mac_roman",
        *(f"iso8859_{part}" for part in (2, 3, 4, 10, 13, 14, 15, 16)),
    }
)
_BEYOND_ASCII: Final = re.compile("[^\x00-\x7f]")
_ADJACENT: Final = re.compile("[^\x00-\x7f]{2}")
_NOTHING_ANYBODY_WRITES: Final = re.compile("[\ufffd\x80-\x9f\ue000-\uf8ff\ufdd0-\ufdef\uffff]")
"""What could not be decoded, C1 controls, and private use, to which legacy decoders map what their charset leaves free."""


class Decoded(NamedTuple):
    """A text, and the charset it was in by Python's name; `broken` says whether characters were lost."""

    text: str
    charset: str
    broken: bool


def decoded(content: bytes, content_type: str | None) -> Decoded:
    """The text of a page, without its byte order mark. Line ends stay; what cannot be decoded is U+FFFD.

    :param content_type: as HTTP says it, for its `charset`; None where it says none.
    """
    for mark, charset in _MARKS:
        if content.startswith(mark):
            return _read(content[len(mark) :], charset)
    if wide := _wide(content):
        return _read(content, wide)
    if b"\x1b$" in content:
        return _read(content, "iso2022_jp")
    if content.isascii():
        return Decoded(content.decode("ascii"), "ascii", broken=False)
    declared = _declared(content, content_type)
    sample = _sample(content)
    if _is_utf8(sample, declared):
        return _read(content, "utf_8")
    return _read(content, _legacy(sample, [charset for charset in declared if charset != "utf_8"]))


def _read(content: bytes, charset: str) -> Decoded:
    text = content.decode(charset, errors="replace")
    return Decoded(text, charset, broken="\ufffd" in text)


def _declared(content: bytes, content_type: str | None) -> list[str]:
    """What is said of the charset, by Python's names, the most trustworthy first; what is unknown is left out."""
    said = [found[1] for found in [_HTTP_CHARSET.search(content_type or "")] if found]
    head = content[:DECLARED_WITHIN]
    said += [found[1].decode("ascii") for found in (_META_CHARSET.search(head), _XML_ENCODING.search(head)) if found]
    names = []
    for label in said:
        name = _WHAT_LABELS_MEAN.get(label.lower()) or _known(label)
        if name is not None and not name.startswith("utf_16"):  # bytes that can be read for their <meta> are no UTF-16
            names.append(name)
    return list(dict.fromkeys(names))


def _known(label: str) -> str | None:
    try:
        name = codecs.lookup(label).name.replace("-", "_")
        b"".decode(name)  # refuses codecs that are no charsets, such as rot13
    except (LookupError, ValueError):
        return None
    return _WHAT_LABELS_MEAN.get(name.replace("_", "-"), name)


def _wide(content: bytes) -> str | None:
    """Which UTF-16 it is without a mark, by the zeros in what is ASCII: the names of tags at least."""
    head = content[:2048]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) < len(head) / 8 or min(even, odd) > max(even, odd) / 8:
        return None
    return "utf_16_be" if even > odd else "utf_16_le"


def _sample(content: bytes) -> bytes:
    """The first of what is text in a page. No charset but UTF-16 has the bytes of `<` and `>` within its characters."""
    text = _NO_TEXT.sub(b" ", content[: SAMPLE * 16])
    lines = [line for line in text.splitlines() if not line.isascii() or b"\x1b" in line]
    sample = b"\n".join(lines)[:SAMPLE]
    return sample or b"\n".join(line for line in content.splitlines() if not line.isascii())[:SAMPLE]


def _is_utf8(sample: bytes, declared: list[str]) -> bool:
    text = sample.decode("utf_8", errors="replace")
    beyond = _BEYOND_ASCII.findall(text)
    broken = beyond.count("\ufffd")
    if "utf_8" in declared[:1]:
        return broken <= MOST_BROKEN * len(beyond) + 1 and broken < len(beyond)
    known = len(beyond) >= ENOUGH_UTF8 or not declared or not _ADJACENT.search(text)
    return broken <= MOST_BROKEN * len(beyond) and known


def _legacy(sample: bytes, declared: list[str]) -> str:
    """The charset of a page that is not in UTF-8."""
    if _stands_alone(sample):
        latin = (charset for charset in declared if charset in _LATIN and _sampled(sample, charset) is not None)
        return next(latin, "cp1252")
    tried = {charset: found for charset in TRIED if (found := _plausibility(sample, charset)) is not None}
    best = max(tried, key=tried.__getitem__, default=None)
    most = tried[best] if best else 0.0
    for charset in declared:
        if _sampled(sample, charset) is None:
            continue
        found = _plausibility(sample, charset)
        if most < 1 if found is None else found >= max(1.0, most * NEARLY):
            return charset
    if best and most >= 1:
        return best
    match = from_bytes(sample).best()
    return (match and _known(match.encoding)) or next(iter(declared), "cp1252")


def _plausibility(sample: bytes, charset: str) -> float | None:
    text = _sampled(sample, charset)
    return None if text is None else plausibility(text)


def _stands_alone(sample: bytes) -> bool:
    """Whether what is beyond ASCII stands between ASCII: accents and signs of a language in Latin letters."""
    lengths = [len(run) for run in _RUN.findall(sample)]
    return lengths.count(1) >= MOSTLY * sum(lengths)


def _sampled(sample: bytes, charset: str) -> str | None:
    """The sample as a charset reads it; None where the bytes contradict it."""
    text = sample.decode(charset, errors="replace")
    beyond = len(_BEYOND_ASCII.findall(text))
    strange = len(_NOTHING_ANYBODY_WRITES.findall(text))
    return text if strange <= MOST_BROKEN * beyond + 1 and (strange < beyond or not beyond) else None
