"""What is matched: a story in its languages and forms, under the terms that hold or would hold."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.concept import Concept, ConceptKind, StoryConcept
from models.errors import NotFound, WrongState
from models.language import LanguageTag, language_covers
from models.matching.score import Rights
from models.policy import EMPTY_POLICY, Policy, RightsAction
from models.series import Series
from models.story import PubStatus, Story
from models.terms import Terms, load_policies
from models.territory import Territory, leaves
from models.topic import Topic
from models.usage import Standing, Subject, Use, is_permitted, readable
from models.usage.rules import covers
from models.variant import Form, Variant

_TAKING = (RightsAction.DISTRIBUTE, RightsAction.DISPLAY)
"""What a partner would do with a story in the first place."""


@dataclass(frozen=True)
class Case:
    """A variant that there is, or one that there could be in a language which the story lacks."""

    subject: Subject
    policy: Policy

    @property
    def language(self) -> LanguageTag:
        """Its language."""
        return self.subject.language


@dataclass(frozen=True)
class MatchedStory:
    """A story as far as matching goes. What it says lies on the desk: a story is matched before it is released, too.

    :param subjects: the ids of its subjects.
    :param policy: of the story's terms; of none, nothing is permitted.
    """

    id: uuid.UUID
    series_id: uuid.UUID | None
    topic_id: uuid.UUID | None
    subjects: tuple[uuid.UUID, ...]
    series: str | None
    topic: str | None
    policy: Policy
    cases: tuple[Case, ...]

    @property
    def languages(self) -> tuple[LanguageTag, ...]:
        """The languages that it has."""
        return tuple(sorted({case.language for case in self.cases}))

    def in_language(self, language: LanguageTag, form: Form | None = None) -> tuple[Case, ...]:
        """The variants in a language, or, where it lacks that, those that there could be in the forms that it has."""
        present = [case for case in self.cases if language_covers(language, case.language)]
        if found := [case for case in present if form in (None, case.subject.form)]:
            return tuple(found)
        forms = {form.value} if form else {case.subject.form for case in self.cases} or {Form.ARTICLE.value}
        subjects = (
            Subject(language=language, form=form, series=self.series, topic=self.topic) for form in sorted(forms)
        )
        return tuple(Case(subject, self.policy) for subject in subjects)


async def story_to_match(session: AsyncSession, story_id: uuid.UUID) -> MatchedStory:
    """What is matched.

    :raises NotFound: no such story.
    :raises WrongState: it is withheld or canceled.
    """
    story = await session.get(Story, story_id)
    if story is None:
        raise NotFound(f"there is no story {story_id}", field=["storyId"])
    if story.pub_status is not PubStatus.USABLE:
        raise WrongState(f"{story.uri} is {story.pub_status}: nobody may take it", field=["storyId"])
    variants = (
        await session.exec(
            select(Variant)
            .where(Variant.story_id == story_id)
            .order_by(col(Variant.language), col(Variant.form), col(Variant.label))
        )
    ).all()
    series = await session.get(Series, story.series_id) if story.series_id else None
    topic = await session.get(Topic, story.topic_id) if story.topic_id else None
    policies = await _policies(session, {story.terms_id, *(variant.terms_id for variant in variants)})
    policy = policies[story.terms_id] if story.terms_id else EMPTY_POLICY
    places = (series.key if series else None, topic.key if topic else None)
    return MatchedStory(
        id=story_id,
        series_id=story.series_id,
        topic_id=story.topic_id,
        subjects=await _subjects(session, story_id),
        series=places[0],
        topic=places[1],
        policy=policy,
        cases=tuple(_distinct(_cases(variants, policies, policy, *places))),
    )


def rights_in(case: Case, standing: Standing, territories: Sequence[Territory], now: datetime) -> Rights:
    """What a partner may do with a variant, once its embargo has lifted.

    :param territories: where the partner's public is; those of its agreements where it did not say.
    """
    covering = [agreement for agreement in standing.agreements if covers(agreement, case.subject)]
    if not covering:
        return Rights(covered=False, permitted=False)
    channels = sorted({channel for agreement in covering for channel in agreement.channels})
    uses = [(action, channel) for action in _TAKING for channel in channels]

    def may_use(territory: Territory) -> bool:
        return any(
            is_permitted((case.policy,), case.subject, Use(action, territory, channel), standing, now)
            for action, channel in uses
        )

    asked, usable = set[Territory](), set[Territory]()
    for territory in territories or sorted({code for agreement in covering for code in agreement.territories}):
        countries = leaves(territory)
        asked |= countries
        # Whoever may use a larger area may use every part of it.
        usable |= countries if may_use(territory) else {country for country in countries if may_use(country)}
    permitted = bool(usable) or readable((case.policy,), case.subject, standing, now).is_readable
    return Rights(covered=True, permitted=permitted, asked=len(asked), usable=len(usable))


async def _policies(session: AsyncSession, terms_ids: set[uuid.UUID | None]) -> dict[uuid.UUID, Policy]:
    statement = select(Terms.id, Terms.policy_hash).where(col(Terms.id).in_(terms_ids - {None}))
    hashes = dict((await session.exec(statement)).all())
    loaded = await load_policies(session, set(hashes.values()))
    return {terms_id: loaded[policy_hash] for terms_id, policy_hash in hashes.items()}


async def _subjects(session: AsyncSession, story_id: uuid.UUID) -> tuple[uuid.UUID, ...]:
    statement = (
        select(Concept.id)
        .join(StoryConcept, col(StoryConcept.concept_id) == col(Concept.id))
        .where(StoryConcept.story_id == story_id, Concept.kind == ConceptKind.SUBJECT)
        .order_by(col(Concept.code))
    )
    return tuple((await session.exec(statement)).all())


def _cases(
    variants: Iterable[Variant],
    policies: dict[uuid.UUID, Policy],
    story: Policy,
    series: str | None,
    topic: str | None,
) -> Iterator[Case]:
    for variant in variants:
        policy = policies[variant.terms_id].merged_under(story) if variant.terms_id else story
        subject = Subject(
            language=LanguageTag(variant.language),
            form=variant.form.value,
            series=series,
            topic=topic,
            variant=variant.id,
        )
        yield Case(subject, policy)


def _distinct(cases: Iterable[Case]) -> list[Case]:
    """One case for each language, form and policy: labels make no difference."""
    found = {(case.language, case.subject.form, case.policy.hash()): case for case in cases}
    return list(found.values())
