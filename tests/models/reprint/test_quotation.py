"""Quotations in the conventions of the languages of the pool."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.reprint.quotation import quotations


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("他说：“我们‘很’自豪。”随后离开。", ["“我们‘很’自豪。”"]),
        ("他說：「我們『很』自豪。」隨後離開。", ["「我們『很』自豪。」"]),
        ("彼は『はい』と言った。", ["『はい』"]),
        ("“One,” she said, “two.”", ["“One,”", "“two.”"]),
        ('"One," she said, "two."', ['"One,"', '"two."']),
        ("‘It’s mine,’ she said.", ["‘It’s mine,’"]),
        ("Он сказал: «Мы „рады“» и ушёл.", ["«Мы „рады“»"]),
        ("„Wir sind da“, sagt er.", ["„Wir sind da“"]),
        ("Είπε: «Ναι».", ["«Ναι»"]),
        ('قالت: «نعم» ثم "لا".', ["«نعم»", '"لا"']),
        # A quotation of several paragraphs is opened in each.
        ("“One.\n“Two.”", ["“One.", "“Two.”"]),
        # Slips and other uses of the marks.
        ("He said “one and left.\nNobody came.", []),
        ('A 5" screen and a 7" one', []),
        ("the driver's and the drivers' and it’s", []),
        ("《趣龙岗》", []),
        ("”wrong“", []),
        ("", []),
    ],
)
def test_what_stands_in_quotation_marks_is_found(text: str, quoted: list[str]) -> None:
    assert [text[start:end] for start, end in quotations(text)] == quoted


@given(st.text(st.sampled_from("a \n“”„\"«»「」『』‘’'＂5")))
def test_quotations_lie_apart_within_their_lines(text: str) -> None:
    place = 0
    for start, end in quotations(text):
        assert place <= start < end <= len(text)
        assert "\n" not in text[start:end]
        place = end
