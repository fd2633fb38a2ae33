"""Cases of usage decisions: few enough values that rules meet, and builders with the plain case as default."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeVar

from hypothesis import strategies as st

from models.language import LanguageRange, LanguageTag
from models.policy import (
    Constraint,
    DeliveryChannel,
    Duty,
    DutyAction,
    LeftOperand,
    Operator,
    Policy,
    RightsAction,
    Rule,
)
from models.territory import Territory
from models.usage import (
    NOTHING_HELD,
    Account,
    AgreementFacts,
    DutyFact,
    ExclusivityFacts,
    HeldUse,
    Quota,
    Standing,
    Subject,
    Use,
)
from tests.models.policies import (
    DUTY_ACTIONS,
    EVENTS,
    LANGUAGES,
    MOMENTS,
    PURPOSES,
    TERRITORIES,
    one_of_each,
    policies,
    some_of,
)

T = TypeVar("T")
EVERYTHING = Policy((Rule(("use",)),))
TIMES = [datetime.fromisoformat(moment).astimezone(UTC) for moment in MOMENTS]
NOW = datetime(2025, 3, 15, 12, tzinfo=UTC)
ARTICLE = Subject(LanguageTag("zh"), "ARTICLE")


def use(
    action: RightsAction = RightsAction.DISTRIBUTE,
    territory: str = "CN",
    channel: DeliveryChannel = DeliveryChannel.WEB,
    language: str | None = None,
    purpose: str | None = None,
    event: str | None = None,
    percentage: int | None = None,
) -> Use:
    tag = None if language is None else LanguageTag(language)
    return Use(action, Territory(territory), channel, tag, purpose, event, percentage)


def agreement(
    *,
    policy: Policy = EVERYTHING,
    territories: tuple[str, ...] = ("001",),
    channels: tuple[DeliveryChannel, ...] = tuple(DeliveryChannel),
    starts_at: datetime = TIMES[0],
    ends_at: datetime | None = None,
    number: int = 1,
    languages: tuple[str, ...] | None = None,
    forms: tuple[str, ...] | None = None,
    series: tuple[str, ...] | None = None,
    topics: tuple[str, ...] | None = None,
    quotas: tuple[Quota, ...] = (),
    duties: tuple[DutyFact, ...] = (),
) -> AgreementFacts:
    return AgreementFacts(
        id=uuid.UUID(int=number),
        version=1,
        starts_at=starts_at,
        ends_at=ends_at,
        territories=frozenset(Territory(code) for code in territories),
        channels=frozenset(channels),
        policy=policy,
        languages=None if languages is None else frozenset(LanguageRange(tag) for tag in languages),
        forms=None if forms is None else frozenset(forms),
        series=None if series is None else frozenset(series),
        topics=None if topics is None else frozenset(topics),
        quotas=quotas,
        duties=duties,
    )


PARTNER = Standing(agreements=(agreement(),))


def constraint(operand: str, *values: str, operator: str = "isAnyOf") -> Constraint:
    return Constraint(LeftOperand(operand), Operator(operator), values)


def duty(action: str, *constraints: Constraint, precondition: bool = False, blocking: bool = False) -> Duty:
    return Duty(DutyAction(action), constraints, precondition, blocking)


def allow(*constraints: Constraint, action: str = "distribute", duties: tuple[str | Duty, ...] = ()) -> Policy:
    taken_on = tuple(duty(item) if isinstance(item, str) else item for item in duties)
    return Policy((Rule((action,), constraints, taken_on),))


def forbid(*constraints: Constraint, action: str = "distribute") -> Policy:
    return Policy(EVERYTHING.permissions, (Rule((action,), constraints),))


def variant_id(number: int) -> uuid.UUID:
    return uuid.UUID(int=1_000 + number)


def held(asked: Use, subject: Subject = ARTICLE, variant: int = 0) -> HeldUse:
    """The use of a variant, held by a pickup: its language is written out."""
    return HeldUse(variant_id(variant), replace(asked, language=asked.language or subject.language))


ACTIONS = (*[RightsAction.DISTRIBUTE] * 3, RightsAction.DISPLAY, RightsAction.TRANSLATE, RightsAction.EXTRACT)
CHANNELS = tuple(DeliveryChannel)
TAGS = tuple(LanguageTag(tag) for tag in LANGUAGES)
SERIES, TOPICS, FORMS = ("fun", "faces"), ("qixi", "drones"), ("ARTICLE", "VIDEO")
USES = one_of_each(
    Use,
    ACTIONS,
    tuple(Territory(code) for code in (*TERRITORIES, "CN", "CN", "CN-GD", "JP", "HK")),
    CHANNELS,
    (None, None, None, *TAGS),
    (None, *PURPOSES, *PURPOSES, "other"),
    (None, *EVENTS, *EVENTS, "other"),
    (None, 5, 5, 10, 30, 60),
)
SUBJECTS = one_of_each(
    Subject,
    (*TAGS, TAGS[0]),
    FORMS,
    (*["USABLE"] * 8, "WITHHELD", "CANCELED"),
    (*[None] * 6, *TIMES),
    (*[None] * 3, *TIMES),
    (None, *SERIES),
    (None, *TOPICS),
    (variant_id(0), variant_id(1)),
)


def _mostly_all(values: Sequence[str]) -> list[frozenset[str] | None]:
    return [*[None] * 8, frozenset(), *map(frozenset, some_of(values, 2))]


RANGES = [None if some is None else frozenset(map(LanguageRange, some)) for some in _mostly_all((*LANGUAGES, "*"))]
COVERAGE = (RANGES, _mostly_all(FORMS), _mostly_all(SERIES), _mostly_all(TOPICS))
AREAS = [frozenset(map(Territory, some)) for some in (*[("001",)] * 120, ("142", "030"), (), *some_of(TERRITORIES, 2))]
CHANNEL_SETS = [frozenset(some) for some in (*[CHANNELS] * 80, (), *some_of(CHANNELS, 3))]


def _agreement(
    number: int,
    starts_at: datetime,
    ends_at: datetime | None,
    territories: frozenset[Territory],
    channels: frozenset[DeliveryChannel],
    *covered: frozenset[str] | None,
) -> AgreementFacts:
    facts = AgreementFacts(uuid.UUID(int=number), 1, starts_at, ends_at, territories, channels, EVERYTHING)
    languages, forms, series, topics = covered
    ranges = None if languages is None else frozenset(map(LanguageRange, languages))
    return replace(facts, languages=ranges, forms=forms, series=series, topics=topics)


FACTS = [
    DutyFact(action, state == "settled", state == "violated", deadline)
    for action in DUTY_ACTIONS
    for state in ("pending", "settled", "settled", "violated")
    for deadline in (None, *TIMES)
]
QUOTAS = [
    Quota(limit, used, form, resets_at)
    for limit in (0, 1, 2, 3)
    for used in (0, 1, 2)
    for form in (None, None, *FORMS)
    for resets_at in (None, *TIMES)
]


def _given(*parts: T | None) -> tuple[T, ...]:
    return tuple(part for part in parts if part is not None)


QUOTA_SETS = one_of_each(_given, *[[*[None] * 900, *QUOTAS]] * 2)
FACT_SETS = one_of_each(_given, *[[*[None] * len(FACTS), *FACTS]] * 3)
AGREEMENTS = st.builds(
    lambda facts, policy, quotas, duties: replace(facts, policy=policy, quotas=quotas, duties=duties),
    one_of_each(
        _agreement,
        range(1, 6),
        (*[TIMES[0]] * 5, *TIMES[1:4]),
        (*[None] * 3, *TIMES[4:]),
        AREAS,
        CHANNEL_SETS,
        *COVERAGE,
    ),
    st.just(EVERYTHING) | policies(prohibitions=1, counts=False),
    QUOTA_SETS,
    FACT_SETS,
)
EXCLUSIVITIES = one_of_each(
    ExclusivityFacts,
    TIMES[:3],
    TIMES[3:],
    [None, *AREAS[119:]],
    [None, *CHANNEL_SETS[79:]],
    *COVERAGE,
)
STANDINGS = st.builds(
    Standing,
    st.sampled_from([*[False] * 7, True]),
    st.sampled_from([*[True] * 9, False]),
    st.lists(AGREEMENTS, min_size=1, max_size=2, unique_by=lambda facts: facts.id).map(tuple),
    st.just(()) | st.just(()) | st.lists(EXCLUSIVITIES, max_size=2).map(tuple),
)
MERGED_TERMS = st.lists(policies(), min_size=1, max_size=2)
MOMENTS_ASKED = st.sampled_from([*TIMES, NOW])


@st.composite
def accounts(draw: st.DrawFn, asked: Use, variants: Sequence[tuple[uuid.UUID, Subject]]) -> Account:
    """What a partner may hold and owe of a story of these variants; often enough it holds the very use that is asked for."""
    near = [asked, asked, replace(asked, purpose=None), replace(asked, percentage=10), replace(asked, event="qixi")]
    taken = []
    for place in draw(st.lists(st.integers(0, len(variants) - 1), min_size=1, max_size=3)) if variants else ():
        number, subject = variants[place]
        use = draw(st.sampled_from(near) | st.sampled_from(near) | USES)
        taken.append(HeldUse(number, replace(use, language=use.language or subject.language)))
    return Account(tuple(taken), draw(FACT_SETS))


@dataclass(frozen=True)
class Case:
    """One question to the usage decision."""

    terms: list[Policy]
    subject: Subject
    use: Use
    standing: Standing
    now: datetime


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Questions by staff, who hold nothing, and by partners that hold and owe something of the story."""
    subject, use, standing = draw(SUBJECTS), draw(USES), draw(STANDINGS)
    if not standing.is_staff:
        siblings = [(variant_id(number), subject) for number in range(2)]
        standing = standing.towards(draw(st.just(NOTHING_HELD) | accounts(use, siblings)))
    return Case(draw(MERGED_TERMS), subject, use, standing, draw(MOMENTS_ASKED))


CASES = cases()


@dataclass(frozen=True)
class Stock:
    """Variants of two stories in a pool, each under one policy, and what one actor asks of them.

    :param subjects: each with an id of its own; the n-th is of story n // 2 % 2, under `policies[places[n]]`.
    :param accounts: what the actor's partner holds and owes of each of the two stories.
    """

    policies: list[Policy]
    subjects: list[Subject]
    places: list[int]
    use: Use
    standing: Standing
    accounts: tuple[Account, Account]
    now: datetime

    def policy(self, place: int) -> Policy:
        return self.policies[self.places[place]]

    def account(self, place: int) -> Account:
        return self.accounts[place // 2 % 2]


@st.composite
def stocks(draw: st.DrawFn) -> Stock:
    """Pools of up to eight variants."""
    drawn = draw(st.lists(SUBJECTS, min_size=1, max_size=8))
    subjects = [replace(subject, variant=variant_id(place)) for place, subject in enumerate(drawn)]
    terms = draw(st.lists(policies(), min_size=1, max_size=3))
    places = [place % len(terms) for place in range(len(subjects))]
    use, standing = draw(USES), draw(STANDINGS)
    both = (NOTHING_HELD, NOTHING_HELD)
    if not standing.is_staff:
        of_story = [
            [(variant_id(place), subjects[place]) for place in range(len(drawn)) if place // 2 % 2 == n]
            for n in range(2)
        ]
        both = (draw(accounts(use, of_story[0])), draw(st.just(NOTHING_HELD) | accounts(use, of_story[1])))
    return Stock(terms, subjects, places, use, standing, both, draw(MOMENTS_ASKED))


STOCKS = stocks()
