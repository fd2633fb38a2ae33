"""Addresses of pages: the one form by which the same copy, reported twice, is known as one.

Readers share a copy as they saw it: from a telephone, through a cache, with the marks of a newsletter behind it. What tells how
somebody came to a page is folded; what may tell which page it is stays. So a rule that could make one of two articles is left
out, even where it would bring more copies together: two records of one copy can be merged later, two copies in one record cannot
be told apart.

- `http` is `https`, and the ports of both are left out: an outlet that serves one article by both serves the same.
- The host is in lower case and in ASCII (IDNA 2008 with the mapping of UTS 46). `www.` and the names of mobile editions (`m.`,
  `mobile.`, `wap.`, `amp.`) are left out. `www.` goes because outlets that answer on both names answer alike, readers leave it
  out, and `m.example.org` stands for `www.example.org` as often as for `example.org`. None goes when what is left would be no
  domain (`amp.dev`).
- AMP forms and the caches of AMP (Google, Bing) are the page itself.
- The fragment is dropped, except `#!` and `#/`, by which programs in the browser name a page.
- Percent-encoding, dot segments and case as RFC 3986, section 6.2.2 says. In the value of a parameter the characters that
  divide nothing there (`= / : @ ? ,`) are written plainly, since `%3D` and `=` are the same to every server.
- Parameters that tell how somebody came are removed, by `TRACKING`, `TRACKING_PREFIXES` and `TRACKING_VALUES`; the others are
  sorted by name, those of one name in their order.
- A slash, or the index page of a folder, at the end of the path is left out.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
import unicodedata
from typing import Final, NamedTuple
from urllib.parse import urlsplit

import idna

from models.errors import BadUrl

LONGEST_ADDRESS: Final = 2048
"""Characters of an address, as it comes and in canonical form."""

TRACKING: Final = frozenset(
    {
        # advertising, measurement and newsletters
        "fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "ysclid", "twclid", "ttclid", "igshid",
        "igsh", "mc_cid", "mc_eid", "_ga", "_gl", "_openstat", "cmpid", "ocid", "smid", "wt.mc_id", "srsltid",
        # portals and shops of Alibaba, Bilibili, Toutiao
        "spm", "spm_id_from", "scm", "vd_source", "tt_from",
        # WeChat, QQ and Weibo
        "isappinstalled", "nsukey", "wxshare_count", "wx_header", "chksm", "pass_ticket", "wfr",
    }
)  # fmt: skip
"""Names of parameters, in lower case, that tell how somebody came to a page and never which page it is."""

TRACKING_PREFIXES: Final = ("utm_", "share_", "weibo_share", "wechat_share", "wxshare_")
"""What the names of such parameters begin with."""

TRACKING_VALUES: Final = {
    "from": re.compile(
        "singlemessage|groupmessage|timeline|message|favorites|share|wechat|weixin|weibo|qq|qzone|mobile|app"
    ),
    "amp": re.compile("(?:1|true|yes)?"),
    "outputtype": re.compile("amp"),
    "output": re.compile("amp"),
}
"""Parameters that are removed with such values only (in lower case): `from=timeline` tells of sharing, `from=2025-01-01` of a page."""

EDITION_LABELS: Final = frozenset({"www", "m", "mobile", "wap", "amp"})
"""Labels at the front of a host that name an edition, not a site."""

WECHAT_HOST: Final = "mp.weixin.qq.com"
WECHAT_PARAMETERS: Final = ("__biz", "idx", "mid", "sn")
"""What names an article there, all four together; the rest tells of the reader."""

_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_IN_PATH = _UNRESERVED | frozenset("!$&'()*+,;=:@/")
_IN_QUERY = _IN_PATH | frozenset("?")
_IN_FRAGMENT = _IN_QUERY
_PLAIN_IN_VALUE = frozenset("=/:@?,")

_ESCAPE = re.compile("%([0-9A-Fa-f]{2})")
_LABEL = re.compile("[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_SUFFIX = re.compile("(?:ac|co|com|edu|go|gob|gov|gouv|govt|mil|ne|net|or|org)[.][a-z]{2}(?::[0-9]+)?")
"""What domains are registered under, in the countries that have such a level: `www.gov.cn` keeps its `www.`."""
_INDEX = re.compile(r"/index\.(?:html?|shtml|php|asp|aspx|jsp)$", re.IGNORECASE)
_AMP_END = re.compile(r"(?<=[^/])(?:/amp|\.amp)$", re.IGNORECASE)
_AMP_CACHE = re.compile(r"/[cv]/(?:s/)?([^/]+\.[^/]+)(/.*)?")
_AMP_VIEWER = re.compile(r"/amp/(?:s/)?([^/]+\.[^/]+)(/.*)?")
_AMP_VIEWERS = re.compile(r"(?:google(?:\.[a-z]{2,3}){1,2}|bing\.com)")


class _Place(NamedTuple):
    """A host with its port, as it is written, and a path."""

    host: str
    path: str


def canonical_address(url: str) -> str:
    """The canonical form of the address of a page, as the module says; applied to its own result it changes nothing.

    :raises BadUrl: it is no absolute http or https address, is longer than `LONGEST_ADDRESS`, holds control characters, or
        holds a user name or password.
    """
    url = url.strip(" ")
    if len(url) > LONGEST_ADDRESS:
        raise BadUrl(f"an address has at most {LONGEST_ADDRESS} characters; this one has {len(url)}")
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in url):
        raise BadUrl(f"{_shown(url)} holds control characters; write the address without them")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadUrl(f"{_shown(url)} is not an address: {error}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadUrl(f"{_shown(url)} is not an absolute http or https address")
    if "@" in parts.netloc:
        raise BadUrl("an address holds no user name and no password; write it without them")
    host = _host(parts.hostname, url) + (f":{port}" if port not in (None, 80, 443) else "")
    place = _unwrapped(_Place(host, _path(parts.path)))
    query = _wechat_query(place.path, parts.query) if place.host == WECHAT_HOST else None
    query = _query(parts.query) if query is None else query
    fragment = _fragment(parts.fragment)
    canonical = f"https://{place.host}{place.path}{query}{fragment}"
    if len(canonical) > LONGEST_ADDRESS:
        raise BadUrl(
            f"an address has at most {LONGEST_ADDRESS} characters, each of other scripts counted as it is encoded"
        )
    return canonical


def key_of_address(address: str) -> str:
    """What a copy at an address in canonical form is known by (`Reprint.copy_key`): its SHA-256 (hex)."""
    return hashlib.sha256(address.encode()).hexdigest()


def _unwrapped(place: _Place) -> _Place:
    """The place itself: without the cache around it, the name of an edition, an index page or an AMP form."""
    host, path = _without_edition(place.host), _without_ending(place.path)
    wrapped = None
    if host.endswith(".cdn.ampproject.org"):
        wrapped = _AMP_CACHE.fullmatch(path)
    elif _AMP_VIEWERS.fullmatch(host):
        wrapped = _AMP_VIEWER.fullmatch(path)
    if wrapped is None:
        return _Place(host, path)
    try:
        return _unwrapped(_Place(_host(wrapped[1], wrapped[1]), wrapped[2] or "/"))
    except BadUrl:  # a page of the cache itself
        return _Place(host, path)


def _host(name: str, url: str) -> str:
    """A host in lower case and ASCII, without the dot of the root; an IPv6 address in brackets and compressed."""
    try:
        if ":" in name and "%" not in name:
            return f"[{ipaddress.IPv6Address(name)}]"
        name = name.rstrip(".")
        if not name.isascii() or "xn--" in name:
            name = idna.encode(name, uts46=True).decode("ascii")
    except ValueError as error:  # IDNA's errors are of this kind, too
        raise BadUrl(f"{_shown(url)} has no host that a page can be at: {error}") from error
    name = name.lower()
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        raise BadUrl(f"{_shown(url)} has no host that a page can be at")
    return name


def _without_edition(host: str) -> str:
    labels = host.split(".")
    if labels[-1].partition(":")[0].isdecimal():  # an IPv4 address
        return host
    while labels[0] in EDITION_LABELS and len(labels) > 2 and not _SUFFIX.fullmatch(".".join(labels[1:])):
        labels.pop(0)
    return ".".join(labels)


def _path(path: str) -> str:
    """A path with its percent-encoding normalised and without dot segments (RFC 3986, 5.2.4)."""
    kept: list[str] = []
    segments = _encoded(path, _IN_PATH).split("/")[1:]
    for index, segment in enumerate(segments):
        if segment not in (".", ".."):
            kept.append(segment)
            continue
        if segment == ".." and kept:
            kept.pop()
        if index == len(segments) - 1:
            kept.append("")
    return "/" + "/".join(kept)


def _without_ending(path: str) -> str:
    """A path without what its end may have or lack: slashes, index pages, AMP forms."""
    while True:
        shorter = _INDEX.sub("", path.rstrip("/"))
        shorter = re.sub(r"\.amp(?=\.s?html?$)", "", shorter, count=1, flags=re.IGNORECASE)
        shorter = _AMP_END.sub("", shorter)
        if shorter == path:
            return path or "/"
        path = shorter


def _query(query: str) -> str:
    """The parameters that may tell which page it is, with the question mark; empty when there is none."""
    kept = []
    for piece in query.split("&"):
        name, equals, value = piece.partition("=")
        name, value = _encoded(name, _IN_QUERY), _plain_value(value)
        if piece and not _is_tracking(name.lower(), value.lower()):
            kept.append((name, f"{name}{equals}{value}"))
    kept.sort(key=lambda parameter: parameter[0])
    return "?" + "&".join(text for _, text in kept) if kept else ""


def _is_tracking(name: str, value: str) -> bool:
    if name in TRACKING or name.startswith(TRACKING_PREFIXES):
        return True
    values = TRACKING_VALUES.get(name)
    return values is not None and values.fullmatch(value) is not None


def _wechat_query(path: str, query: str) -> str | None:
    """The four parameters that name an article of WeChat, nothing where its path does; None where neither does."""
    if path.startswith("/s/"):
        return ""
    given = {name: value for name, _, value in (piece.partition("=") for piece in query.split("&")) if value}
    if path != "/s" or not all(name in given for name in WECHAT_PARAMETERS):
        return None
    return "?" + "&".join(f"{name}={_plain_value(given[name])}" for name in WECHAT_PARAMETERS)


def _plain_value(value: str) -> str:
    encoded = _encoded(value, _IN_QUERY)
    return _ESCAPE.sub(lambda escape: _plain(escape, _PLAIN_IN_VALUE), encoded)


def _fragment(fragment: str) -> str:
    return "#" + _encoded(fragment, _IN_FRAGMENT) if fragment.startswith(("!", "/")) and len(fragment) > 1 else ""


def _encoded(text: str, allowed: frozenset[str]) -> str:
    """Text with escapes in upper case, unreserved characters plain, and what may not stand there escaped as UTF-8."""
    pieces = []
    place = 0
    for escape in _ESCAPE.finditer(text):
        pieces += [_escaped(text[place : escape.start()], allowed), _plain(escape, _UNRESERVED)]
        place = escape.end()
    pieces.append(_escaped(text[place:], allowed))
    return "".join(pieces)


def _escaped(text: str, allowed: frozenset[str]) -> str:
    return "".join(
        character if character in allowed else "".join(f"%{byte:02X}" for byte in character.encode())
        for character in text
    )


def _plain(escape: re.Match[str], unescaped: frozenset[str]) -> str:
    character = chr(int(escape[1], 16))
    return character if character in unescaped else escape.group().upper()


def _shown(url: str) -> str:
    return repr(url if len(url) <= 80 else f"{url[:80]}…")
