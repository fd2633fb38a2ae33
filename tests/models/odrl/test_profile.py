"""docs/odrl.md says what the profile has: its tables are compared with what is written, its example is read."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from models.odrl.constraint_reading import OPERATORS
from models.odrl.export import export_policy
from models.odrl.profile import PREFIX, PROFILE
from models.odrl.reading import DUTY_ACTIONS, read_terms
from models.odrl.vocabulary import RIGHTSML_PROFILE
from models.policy import EMPTY_POLICY, DeliveryChannel, DutyAction, LeftOperand
from models.usage import Decision, Outcome
from tests.models.odrl.test_export import FULL, agreement_of
from tests.models.odrl.test_report import LIVE, report_of
from tests.models.policies import MOMENTS
from tests.models.usage.cases import PARTNER, allow, constraint, duty, use

DOCUMENT = (Path(__file__).parents[3] / "docs" / "odrl.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """The rows of the first table under a heading, without its head."""
    section = DOCUMENT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def own_terms(part: Any) -> set[str]:
    """The terms of the profile anywhere in a document, apart from its context."""
    if isinstance(part, list):
        return set().union(*map(own_terms, part))
    if isinstance(part, dict):
        return set().union(*(own_terms(value) | own_terms(key) for key, value in part.items() if key != "@context"))
    return {part.removeprefix(f"{PREFIX}:")} if isinstance(part, str) and part.startswith(f"{PREFIX}:") else set()


def test_every_term_that_is_written_is_documented_and_none_else() -> None:
    owed = duty("inform", constraint("elapsedTime", "PT3600S", operator="lteq"))
    until = constraint("dateTime", MOMENTS[-1], operator="lt")
    used = own_terms(
        [
            export_policy(FULL, "urn:example:terms", zone="Asia/Shanghai"),
            export_policy(EMPTY_POLICY, "urn:example:terms"),
            agreement_of(FULL, series=["brand"]),
            agreement_of(FULL, languages=None, forms=None, topics=None),
            report_of(allow(until, duties=(owed,)), use(), PARTNER),
            report_of(allow(), use(), PARTNER, subject=replace(LIVE, pub_status="CANCELED")),
        ]
    )
    used |= {item.value for values in (DeliveryChannel, Decision, Outcome) for item in values}
    documented = {term for first, *rest in rows("The profile") for term in re.findall(r"`(\w+)`", first)}
    elsewhere = {term for _, where, means in rows("The profile") for term in re.findall(r"`(\w+)`", where + means)}
    assert documented <= used
    assert used <= documented | elsewhere


def test_the_profiles_are_named_as_they_are_written() -> None:
    assert f"`{RIGHTSML_PROFILE}`" in DOCUMENT
    assert f"`{PROFILE}`" in DOCUMENT


def test_the_example_is_read() -> None:
    (example,) = re.findall(r"^```json\n(.*?)^```", DOCUMENT, re.MULTILINE | re.DOTALL)
    (rule,) = read_terms(json.loads(example)).policy.permissions
    assert rule.limit == 3
    assert rule.actions == ("distribute",)


def test_what_is_understood_is_documented() -> None:
    documented = {name: set(re.findall(r"`([\w:]+)`", cell)) for name, cell in rows("What is imported")}
    assert documented["left operands"] == {operand.value for operand in LeftOperand}
    assert documented["operators"] == set(OPERATORS)
    duties = {f"{PREFIX}:link" if name == "link" else name for name in DUTY_ACTIONS.values()}
    assert documented["duties"] - {f"{PREFIX}:accepted"} == duties - {DutyAction.DELETE.value}
