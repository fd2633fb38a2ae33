"""Addresses of mail servers."""

from __future__ import annotations

import pytest

from server.mail import SmtpAddress, parse_smtp_url
from server.settings import Settings


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("smtp://mail.example.org", SmtpAddress("mail.example.org", 25)),
        ("smtp://127.0.0.1:2525/", SmtpAddress("127.0.0.1", 2525)),
        ("smtps://u:p%40ss@mail", SmtpAddress("mail", 465, use_tls=True, user="u", password="p@ss")),
        ("smtp+starttls://u@mail:26", SmtpAddress("mail", 26, start_tls=True, user="u")),
    ],
)
def test_an_address_says_how_to_speak_to_the_server(url: str, address: SmtpAddress) -> None:
    assert parse_smtp_url(url) == address


@pytest.mark.parametrize("url", ["http://mail", "smtp://", "mail.example.org", "smtp://u:topsecret@mail/path"])
def test_what_is_no_address_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ValueError, match="must be smtp") as refused:
        parse_smtp_url(url)
    assert "topsecret" not in str(refused.value)


def test_no_password_is_shown() -> None:
    url = "smtps://u:topsecret@mail"
    assert "topsecret" not in repr(parse_smtp_url(url))
    assert "topsecret" not in repr(Settings(smtp_url=url))
