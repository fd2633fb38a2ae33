"""Where mail is handed over: `smtp://`, `smtp+starttls://` or `smtps://`, with user and password where they are asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit

PORTS: Final = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
"""The schemes, and the port of each where the address names none."""


@dataclass(frozen=True)
class SmtpAddress:
    """A mail server.

    :param use_tls: encrypted from the first byte; `start_tls` from the greeting on, or not at all.
    """

    host: str
    port: int
    use_tls: bool = False
    start_tls: bool = False
    user: str | None = None
    password: str | None = field(default=None, repr=False)


def parse_smtp_url(url: str) -> SmtpAddress:
    """Reads the address of a mail server.

    :raises ValueError: it is none; the message does not repeat it, for it may hold a password.
    """
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("must be smtp://host:port, smtp+starttls://user:password@host or smtps://user:password@host")
    return SmtpAddress(
        host=parts.hostname,
        port=parts.port or PORTS[parts.scheme],
        use_tls=parts.scheme == "smtps",
        start_tls=parts.scheme == "smtp+starttls",
        user=None if parts.username is None else unquote(parts.username),
        password=None if parts.password is None else unquote(parts.password),
    )
