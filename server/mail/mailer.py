"""Mailers: one hands mail to a mail server, one prints it."""

from __future__ import annotations

import sys
from email.message import EmailMessage
from typing import Protocol, TextIO

import aiosmtplib

from server.mail.address import SmtpAddress

_TIMEOUT_SECONDS = 30.0
_PERMANENT = 500
"""Replies from this on say that the same will never be taken (RFC 5321, section 4.2.1)."""


class MailWaits(Exception):
    """The mail server cannot be reached, or asks to come back later."""


class MailRefused(Exception):
    """The mail server will never take this mail."""


class Mailer(Protocol):
    """Hands mail on."""

    delivers: bool
    """Whether what it takes is on its way to somebody."""

    async def send(self, message: EmailMessage) -> None:
        """Hands a mail on.

        :raises MailWaits: not now; try again.
        :raises MailRefused: never.
        """


class SmtpMailer:
    """Hands mail to a mail server, a connection a mail."""

    delivers = True

    def __init__(self, address: SmtpAddress, *, timeout: float = _TIMEOUT_SECONDS) -> None:
        self._address = address
        self._timeout = timeout

    async def send(self, message: EmailMessage) -> None:
        """See `Mailer.send`."""
        address = self._address
        try:
            await aiosmtplib.send(
                message,
                hostname=address.host,
                port=address.port,
                use_tls=address.use_tls,
                start_tls=address.start_tls,
                username=address.user,
                password=address.password,
                timeout=self._timeout,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            worst = max((refused.code for refused in error.recipients), default=_PERMANENT)
            raise _failure(worst, "; ".join(refused.message for refused in error.recipients)) from error
        except aiosmtplib.SMTPAuthenticationError as error:
            raise MailWaits(f"the mail server does not know us: {error.code}") from error
        except aiosmtplib.SMTPResponseException as error:
            raise _failure(error.code, error.message) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise MailWaits(f"the mail server cannot be reached: {type(error).__name__}") from error


class PrintingMailer:
    """Prints mail for whoever runs the demonstration, instead of sending it.

    :param output: where to; standard error where absent.
    """

    delivers = False

    def __init__(self, output: TextIO | None = None) -> None:
        self._output = output

    async def send(self, message: EmailMessage) -> None:
        """See `Mailer.send`."""
        text = message.get_body(("plain",))
        words = "" if text is None else str(text.get_content()).strip()
        lines = [f"{name}: {message[name]}" for name in ("To", "Subject")]
        output = self._output or sys.stderr
        print("\n--- mail", *lines, "", words, "--- end of mail\n", sep="\n", file=output, flush=True)


def _failure(code: int, text: str) -> MailWaits | MailRefused:
    kind = MailRefused if code >= _PERMANENT else MailWaits
    return kind(f"the mail server said {code} {text}"[:300])
