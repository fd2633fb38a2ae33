"""Cases of usage decisions: few enough values that rules meet, and builders with the plain case as default."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from hypothesis import strategies as st

from models.language import LanguageRange, LanguageTag
from models.policy import Constraint, DeliveryChannel, LeftOperand, Operator, Policy, RightsAction, Rule, parse_policy
from models.territory import Territory
from models.usage import AgreementFacts, Standing, Subject, Use
from tests.models.policies import LANGUAGES, MOMENTS, PURPOSES, TERRITORIES, policies

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
) -> Use:
    return Use(action, Territory(territory), channel, None if language is None else LanguageTag(language), purpose)


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
    )


PARTNER = Standing(agreements=(agreement(),))


def constraint(operand: str, *values: str, operator: str = "isAnyOf") -> Constraint:
    return Constraint(LeftOperand(operand), Operator(operator), values)


def allow(*constraints: Constraint, action: str = "distribute", duties: tuple[str, ...] = ()) -> Policy:
    written = parse_policy({"permissions": [{"actions": [action], "duties": [{"action": duty} for duty in duties]}]})
    return Policy((Rule((action,), constraints, written.permissions[0].duties),))


def forbid(*constraints: Constraint, action: str = "distribute") -> Policy:
    return Policy(EVERYTHING.permissions, (Rule((action,), constraints),))


ACTIONS = (RightsAction.DISTRIBUTE, RightsAction.DISPLAY, RightsAction.TRANSLATE, RightsAction.EXTRACT)
CHANNELS = tuple(DeliveryChannel)
MAYBE_LANGUAGES = st.none() | st.sampled_from(LANGUAGES).map(LanguageTag)
USES = st.builds(
    Use,
    st.sampled_from(ACTIONS),
    st.sampled_from(TERRITORIES).map(Territory),
    st.sampled_from(CHANNELS),
    MAYBE_LANGUAGES,
    st.none() | st.sampled_from((*PURPOSES, "other")),
)
SUBJECTS = st.builds(
    Subject,
    st.sampled_from(LANGUAGES).map(LanguageTag),
    st.sampled_from(["ARTICLE", "VIDEO"]),
    st.sampled_from(["USABLE", "USABLE", "USABLE", "WITHHELD", "CANCELED"]),
    st.none() | st.sampled_from(TIMES),
    st.none() | st.sampled_from(TIMES),
    st.none() | st.sampled_from(["fun", "faces"]),
    st.none() | st.sampled_from(["qixi", "drones"]),
)


def sets_of(values: tuple[str, ...]) -> st.SearchStrategy[frozenset[str] | None]:
    return st.none() | st.none() | st.frozensets(st.sampled_from(values), max_size=2)


def agreements(*, restricted: bool = True) -> st.SearchStrategy[AgreementFacts]:
    none: st.SearchStrategy[None] = st.none()
    return st.builds(
        AgreementFacts,
        st.integers(1, 5).map(lambda number: uuid.UUID(int=number)),
        st.just(1),
        st.sampled_from(TIMES[:4]),
        st.none() | st.sampled_from(TIMES[4:]),
        st.frozensets(st.sampled_from(TERRITORIES).map(Territory), max_size=3),
        st.frozensets(st.sampled_from(CHANNELS), max_size=4),
        st.just(EVERYTHING) | policies(prohibitions=1),
        sets_of((*LANGUAGES, "*")).map(lambda some: some and frozenset(LanguageRange(item) for item in some)),
        sets_of(("ARTICLE", "VIDEO")) if restricted else none,
        sets_of(("fun", "faces")) if restricted else none,
        sets_of(("qixi", "drones")) if restricted else none,
    )


STANDINGS = st.builds(
    Standing,
    st.sampled_from([False, False, False, True]),
    st.sampled_from([True, True, True, False]),
    st.lists(agreements(), max_size=2, unique_by=lambda facts: facts.id).map(tuple),
)
MERGED_TERMS = st.lists(policies(), min_size=1, max_size=2)
MOMENTS_ASKED = st.sampled_from([*TIMES, NOW])
