"""Mail: how it leaves this server."""

from server.mail.address import SmtpAddress, parse_smtp_url
from server.mail.mailer import Mailer, MailRefused, MailWaits, PrintingMailer, SmtpMailer

__all__ = [
    "MailRefused",
    "MailWaits",
    "Mailer",
    "PrintingMailer",
    "SmtpAddress",
    "SmtpMailer",
    "parse_smtp_url",
]
