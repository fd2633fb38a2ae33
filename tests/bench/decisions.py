"""What usage decisions cost by themselves: a matrix of them, and one with many rules. In this process, without a database."""

from __future__ import annotations

import statistics
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import product
from typing import Any, Final

from models.language import LanguageTag
from models.policy import DeliveryChannel, Policy, RightsAction, parse_policy
from models.territory import Territory
from models.usage import AgreementFacts, Standing, Subject, Use, decide
from models.usage.matrix import MatrixCase, decide_matrix
from tests.bench.figures import Figure, at_most

MATRIX_BAR: Final = 1.5

_VARIANTS: Final = 100
_POLICIES: Final = 20
_RULES: Final = 20
_ROUNDS: Final = 25
_DECISIONS: Final = 200
_NOW: Final = datetime(2026, 11, 23, tzinfo=UTC)
_TERRITORIES: Final = ("FR", "CN-GD", "150", "ZA", "JP")
_USES: Final = tuple(
    Use(RightsAction.DISTRIBUTE, Territory(territory), channel)
    for territory, channel in product(_TERRITORIES, list(DeliveryChannel)[:4])
)
_PLACES: Final = (
    *("AU", "NZ", "ZA", "EG", "KE", "BR", "AR", "CL", "US", "CA"),
    *("JP", "KR", "TH", "MY", "IN", "RU", "GR", "DE", "ES"),
)
_ENGINE: Final = "none"


def decisions() -> Iterator[Figure]:
    """The figures, in the order of the table."""
    yield _matrix()
    yield from _one()


def _matrix() -> Figure:
    """A matrix against its distinct questions, each decided by itself; rounds alternate."""
    policies = [_policy(4, _ends(1, 2031 + number)) for number in range(_POLICIES)]
    subjects = [Subject(LanguageTag(language), "ARTICLE", series="city") for language in ("en", "zh")]
    distinct = [MatrixCase((policy,), subject) for subject, policy in product(subjects, policies)]
    cases = [distinct[number % len(distinct)] for number in range(_VARIANTS)]
    cases = [MatrixCase(case.policies, replace(case.subject, variant=uuid.UUID(int=n))) for n, case in enumerate(cases)]
    standing = _standing()

    def each() -> None:
        for case in distinct:
            for use in _USES:
                decide(case.policies, case.subject, use, standing, _NOW)

    alone, together = _alternating(each, lambda: decide_matrix(cases, _USES, standing, _NOW))
    questions = len(distinct) * len(_USES)
    what = (
        f"matrix of {_VARIANTS} variants and {len(_USES)} uses, against its {questions} distinct questions one by one"
    )
    measured = f"{together * 1000:.1f} / {alone * 1000:.1f} ms ({_POLICIES} policies)"
    return at_most(_ENGINE, what, measured, together / alone, MATRIX_BAR)


def _one() -> Iterator[Figure]:
    subject, standing = Subject(LanguageTag("en"), "ARTICLE"), _standing()
    for ends in (1, _RULES):
        policy = _policy(_RULES, _ends(ends))
        work = partial(_decide_often, policy, subject, standing)
        [took] = _alternating(work)
        what = f"a decision with {_RULES} rules, which end at {ends} {'moment' if ends == 1 else 'moments'}"
        yield Figure(_ENGINE, what, f"{took / _DECISIONS * 1e6:.0f} µs")


def _decide_often(policy: Policy, subject: Subject, standing: Standing) -> None:
    for _ in range(_DECISIONS):
        decide((policy,), subject, _USES[0], standing, _NOW)


def _alternating(*works: Callable[[], Any]) -> list[float]:
    """The median time that each takes of the processor, in seconds, over rounds in which they take turns; the first round warms."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(_ROUNDS + 1):
        for work, taken in zip(works, times, strict=True):
            began = time.process_time()
            work()
            taken.append(time.process_time() - began)
    return [statistics.median(taken[1:]) for taken in times]


def _standing() -> Standing:
    """A partner with one agreement that covers and permits everything."""
    agreement = AgreementFacts(
        id=uuid.UUID(int=1),
        version=1,
        starts_at=datetime(2020, 1, 1, tzinfo=UTC),
        ends_at=None,
        territories=frozenset({Territory("001")}),
        channels=frozenset(DeliveryChannel),
        policy=parse_policy({"permissions": [{"actions": ["use"]}]}),
    )
    return Standing(agreements=(agreement,))


def _policy(rules: int, ends: Sequence[str]) -> Policy:
    """A policy with so many rules, three permissions to one prohibition, of which the last permits what is asked first; each holds
    until one of the ends, in turn."""
    terms = [
        _rule("modify" if place % 4 == 3 else "distribute", "spatial", [place_code, "009"], ends[place % len(ends)])
        for place, place_code in enumerate(_PLACES[: rules - 1])
    ]
    terms.append(_rule("distribute", "deliveryChannel", ["WEB", "APP"], ends[(rules - 1) % len(ends)]))
    return parse_policy(
        {
            "permissions": [term for term in terms if term["actions"] == ["distribute"]],
            "prohibitions": [term for term in terms if term["actions"] == ["modify"]],
        }
    )


def _ends(count: int, year: int = 2031) -> list[str]:
    return [f"{year}-01-01T00:00:{second:02}Z" for second in range(count)]


def _rule(action: str, operand: str, values: list[str], until: str) -> dict[str, object]:
    return {
        "actions": [action],
        "constraints": [
            {"leftOperand": operand, "operator": "isAnyOf", "rightOperand": values},
            {"leftOperand": "dateTime", "operator": "lt", "rightOperand": until},
        ],
    }
