"""Where links may lead: what an editor meant is kept or refused by name, what a paste left over is dropped."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import SplitResult, urlsplit

from models.body.sanitise import sanitise

LONGEST_LINK: Final = 2048
"""Characters of an address."""

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*(?=:)", re.IGNORECASE)
_AROUND_URL = "".join(map(chr, range(0x21))) + "\u00a0\u200b\u2060\u3000\ufeff"
_INSIDE_URL = str.maketrans("", "", "\t\n\r")
_NOT_IN_URL = re.compile(r'[\s\x00-\x20\x7f-\x9f<>"\\`\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffd]')
_DOES_NOTHING = re.compile(r"javascript:\s*(?:void\s*\(?\s*0?\s*\)?|undefined|return\s+false)?\s*;?\s*", re.IGNORECASE)
_LABEL = re.compile(r"(?!-)[^\x00-\x2c\x2e\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x7f]{1,63}(?<!-)")
_MAIL = re.compile(r"mailto:[^@?\s]+@([^@?\s]+)(?:\?.*)?", re.IGNORECASE)

LEFTOVERS: Final = frozenset(
    {"about", "blob", "cid", "file", "mhtml", "ms-appx", "outbind", "tel", "weixin", "wxlocalresource"}
    | {"x-apple-data-detectors", "x-webdoc", "chrome-extension", "moz-extension", "safari-web-extension"}
)
"""Schemes that word processors, mail programs, telephones and browsers put into what is copied, without the editor's doing."""


class Target(NamedTuple):
    """What becomes of a link."""

    href: str = ""
    """The address to keep; empty when the link is dropped and its text stays."""
    refusal: str = ""
    """Why the body is refused for it, as the end of a sentence; empty when it is not."""


def target(href: str) -> Target:
    """What becomes of a link by its `href`.

    - Kept: absolute `http` and `https` addresses of a host with a dot, in ASCII or not, and `mailto:` with one address.
      White space around them goes, as do the line breaks that browsers ignore inside.
    - Dropped silently, because no reader could follow it and no editor wrote it: an empty address, an anchor in the page
      (`#_Toc…`, `#_ftn1`), a script that does nothing (`javascript:;`, `javascript:void(0)`), and `LEFTOVERS`.
    - Refused, because an editor meant something: every other script, `data:`, other schemes, a relative address
      (`www.example.org/a` too), no host or one without a dot, a user name before the host, spaces, and more than
      `LONGEST_LINK` characters.
    """
    address = href.strip(_AROUND_URL).translate(_INSIDE_URL)
    scheme = _SCHEME.match(address)
    name = scheme.group().lower() if scheme else ""
    if not address or address.startswith("#") or name in LEFTOVERS or _DOES_NOTHING.fullmatch(address):
        return Target()
    if not scheme or "." in name:
        return Target(refusal="is relative; write it in full, beginning with https://")
    if name not in ("http", "https", "mailto"):
        return Target(refusal=f"is a {name[:40]}: address; link to http, https or mailto")
    if len(address) > LONGEST_LINK:
        return Target(refusal=f"has {len(address)} characters; the most is {LONGEST_LINK}")
    refusal = _refusal(address)
    return Target(refusal=refusal) if refusal else Target(href=address)


@lru_cache(maxsize=1024)
def _refusal(address: str) -> str:
    if _NOT_IN_URL.search(address):
        return "holds a space or a character that addresses cannot hold; write it as %20 or its like"
    if address.lower().startswith("mailto:"):
        mail = _MAIL.fullmatch(address)
        refusal = "" if mail and _is_host(mail[1]) else "names no mail address like name@example.org"
    else:
        refusal = _refusal_of_web_address(address)
    # Whatever else the sanitiser would take away without a word, such as a host that is no IDNA name, is refused too.
    if not refusal and "href=" not in sanitise(f'<a href="{html.escape(address)}">x</a>'):
        refusal = "cannot be read as an address; check its host"
    return refusal


def _refusal_of_web_address(address: str) -> str:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return "cannot be read as an address; check its host and port"
    if "@" in parts.netloc:
        return "names a user before the host; leave that out"
    if port == 0 or not address[len(parts.scheme) :].startswith("://") or not _is_public(parts):
        return "names no host like www.example.org"
    return ""


def _is_public(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    return parts.netloc.startswith("[") or _is_host(host)


def _is_host(host: str) -> bool:
    labels = host.removesuffix(".").split(".")
    return len(labels) >= 2 and len(host) <= 253 and all(_LABEL.fullmatch(label) for label in labels)
