"""Wording a mail: what it is about, for whom, and where to acknowledge. It says nothing of a story but its address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from models.mail import Mail, MailKind
from models.notice.table import Notice
from server.notice.wording import DRILL, MAIL_LEADS, PHRASES, PREFIXES, TASKS, TITLES, nearest, preferred, when


@dataclass(frozen=True)
class Letter:
    """What a mail says.

    :param languages: which its reader reads, the first first.
    :param link: the page of the notice; None in a mail to the centre's own people.
    :param partner: its name, in a mail to the centre's own people.
    """

    mail: Mail
    notice: Notice
    uri: str
    languages: Sequence[str]
    respond_by: datetime | None = None
    link: str | None = None
    partner: str | None = None


@cache
def templates() -> Environment:
    """The templates of mails and pages. What is put into HTML is escaped, and what is missing is an error."""
    return Environment(
        loader=PackageLoader("server", "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
    )


def compose(letter: Letter, sender: str, now: datetime) -> EmailMessage:
    """The mail as text and as HTML (RFC 5322; RFC 2046, section 5.1.4; RFC 3834).

    No header can be broken out of: none holds what others wrote, but for the address, which is checked.

    :raises ValueError: the address cannot be one.
    """
    notice, mail = letter.notice, letter.mail
    languages = preferred(letter.languages)
    tongues = [
        {
            "language": language,
            "say": PHRASES[language],
            "title": TITLES[notice.kind][language],
            "task": TASKS[notice.kind][language],
            "lead": MAIL_LEADS[mail.kind][language],
            "drill": DRILL[language],
        }
        for language in languages
    ]
    values = {
        "tongues": tongues,
        "drill": notice.drill,
        "uri": letter.uri,
        "version": notice.story_version,
        "issued_at": when(notice.issued_at),
        "respond_by": None if letter.respond_by is None else when(letter.respond_by),
        "link": letter.link,
        "partner": letter.partner,
        "text": nearest(notice.texts, letter.languages),
    }
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(addr_spec=sender)
    message["To"] = Address(addr_spec=mail.address)
    message["Subject"] = _subject(letter, languages)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{mail.id}@{Address(addr_spec=sender).domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(templates().get_template("notice.txt").render(values), cte="base64")
    message.add_alternative(templates().get_template("notice_mail.html").render(values), subtype="html", cte="base64")
    return message


def _subject(letter: Letter, languages: Sequence[str]) -> str:
    kind, drill = letter.notice.kind, letter.notice.drill
    parts = [
        (f"[{PHRASES[language]['drill_short']}] " if drill else "")
        + PREFIXES[letter.mail.kind][language]
        + TITLES[kind][language]
        for language in languages
    ]
    return " / ".join(parts)


def is_for_partner(kind: MailKind) -> bool:
    """Whether a mail of this kind goes to the partner itself."""
    return kind is not MailKind.ESCALATION
