"""Whatever editors do with a story, in whatever order: what lies in the pool is what a simple model says."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy.engine import URL
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.change import Change
from models.database import Database
from models.errors import BadInput, NotFound, NotReleasable, WrongState
from models.event import Event, EventKind
from models.pool.index import live_story
from models.pool.reading import read_story
from models.pool.tables import PoolEntry, Release
from models.release import (
    Fate,
    Outcome,
    Retraction,
    Revision,
    correct_story,
    kill_story,
    reinstate_story,
    release_variants,
    reschedule_story,
    tell_moments,
    update_released,
    withdraw_variant,
    withhold_story,
)
from models.release.first import Wanted
from models.release.schedule import Schedule
from models.scope import Scope
from models.story import PubStatus, Story, status_together
from models.terms import Terms, store_policy
from models.variant import DeskState, Form, Variant
from tests.conftest import LONG
from tests.models.pickup.centre import Centre
from tests.models.usage.cases import EVERYTHING, NOW

LANGUAGES = ("en", "ru", "zh")
USABLE, WITHHELD, CANCELED = PubStatus
MOVES = {(USABLE, WITHHELD), (USABLE, CANCELED), (WITHHELD, CANCELED), (WITHHELD, USABLE)}
AFTER = {Fate.KEEP: None, Fate.WITHHOLD: WITHHELD, Fate.CANCEL: CANCELED}
NUMBERS = count(1)

SOME = st.sets(st.sampled_from(LANGUAGES), min_size=1)
FATES = st.dictionaries(st.sampled_from(LANGUAGES), st.sampled_from(Fate), max_size=2)
HOURS = st.integers(-2, 6)


class Refused(Exception):
    """The model says no."""


def require(condition: bool) -> None:
    if not condition:
        raise Refused


@dataclass
class Model:
    """What there is: on the desk what each language says, and whether that is approved; in the pool what it says, and its status."""

    now: datetime = NOW
    last: datetime = NOW
    words: dict[str, int] = field(default_factory=dict)
    approved: dict[str, bool] = field(default_factory=dict)
    live: dict[str, int] = field(default_factory=dict)
    status: dict[str, PubStatus] = field(default_factory=dict)
    version: int = 0
    embargo: datetime | None = None
    told: bool = False

    @property
    def story(self) -> PubStatus:
        return status_together(self.status.values()) if self.status else USABLE

    @property
    def at(self) -> datetime:
        return max(self.now, self.last)

    def publish(self, status: dict[str, PubStatus], words: Collection[str] = ()) -> None:
        self.live |= {language: self.words[language] for language in words}
        self.status = status
        self.version += 1
        self.last = self.at

    def moved(self, wanted: dict[str, PubStatus]) -> dict[str, PubStatus]:
        require(wanted.keys() <= self.live.keys())
        require(all(self.status[key] is after or (self.status[key], after) in MOVES for key, after in wanted.items()))
        return self.status | wanted

    def release(self, named: Collection[str] | None) -> None:
        require(self.story is USABLE)
        if named is None:
            ready = [key for key, good in self.approved.items() if good and self.status.get(key, USABLE) is USABLE]
            named = [key for key in ready if key not in self.live] or ready
        require(bool(named) and all(self.approved.get(key) and self.status.get(key) is not CANCELED for key in named))
        require(all(self.live.get(key, self.words[key]) == self.words[key] for key in named))
        if not set(named) <= self.live.keys():
            self.publish(self.status | {key: self.status.get(key, USABLE) for key in named}, named)

    def revise(self, named: Collection[str], others: dict[str, Fate]) -> None:
        require(set(named) <= self.live.keys() and others.keys() <= self.live.keys() and not set(named) & others.keys())
        require(all(self.status[key] is not CANCELED and self.approved[key] for key in named))
        require(any(self.live[key] != self.words[key] for key in named))
        self.publish(self.moved({key: after for key, fate in others.items() if (after := AFTER[fate])}), named)

    def retract(self, status: PubStatus, fates: dict[str, Fate]) -> None:
        require(bool(self.live) and fates.keys() <= self.live.keys())
        wanted = {key: AFTER[fates[key]] if key in fates else status for key in self.live}
        if status is WITHHELD:
            wanted |= {key: None for key, own in self.status.items() if own is CANCELED and key not in fates}
        changes = {key: after for key, after in wanted.items() if after is not None and after is not self.status[key]}
        require(status in changes.values())
        self.publish(self.moved(changes))

    def withdraw(self, language: str, status: PubStatus) -> None:
        require((self.status.get(language), status) in MOVES)
        self.publish(self.moved({language: status}))

    def reinstate(self, named: Collection[str] | None) -> None:
        if named is None:
            named = [key for key, own in self.status.items() if own is WITHHELD]
        require(bool(named) and all(self.status.get(key) is WITHHELD for key in named))
        self.publish(self.moved(dict.fromkeys(named, USABLE)))

    def reschedule(self, embargo: datetime | None) -> None:
        require(bool(self.live))
        if embargo is not None and embargo <= self.now and embargo != self.embargo:
            embargo = None
        if embargo != self.embargo:
            over = self.embargo is None or self.embargo <= self.at or self.told
            require(self.story is not CANCELED and not (embargo is not None and over))
            self.embargo = embargo


async def after_all_releases(session: AsyncSession) -> datetime:
    """A moment after whatever was released in the trials before: no release is ever dated before another."""
    latest = (await session.exec(select(sa.func.max(col(Release.at))))).one()
    return NOW if latest is None else latest + timedelta(hours=1)


class Machine(RuleBasedStateMachine):
    """The model beside the real thing, with a partner that looks."""

    url: URL

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.database = Database(self.url)
        self.model = Model()
        self.centre = Centre(self.database)
        self.ids: dict[str, uuid.UUID] = {}

    def teardown(self) -> None:
        self.loop.run_until_complete(self.database.close())
        self.loop.close()

    def run(self, work: Callable[[AsyncSession], Awaitable[Any]]) -> Any:
        async def inside() -> Any:
            async with self.database.write() as session:
                return await work(session)

        return self.loop.run_until_complete(inside())

    @initialize(hours=st.none() | st.integers(1, 5))
    def begin(self, hours: int | None) -> None:
        """A story that nobody has written yet, and a partner that may have all of it."""
        self.centre.now = self.model.now = self.model.last = self.run(after_all_releases)
        self.model.embargo = None if hours is None else self.model.now + timedelta(hours=hours)
        partner = self.loop.run_until_complete(self.centre.partner())
        self.partner = replace(partner, scopes=partner.scopes - {Scope.EMBARGO_READ})
        uri = f"urn:newsml:example.org:20250301:machine-{next(NUMBERS)}"

        async def make(session: AsyncSession) -> None:
            terms = Terms(policy_hash=await store_policy(session, EVERYTHING))
            session.add(terms)
            await session.flush()
            story = Story(uri=uri, terms_id=terms.id, embargoed_until=self.model.embargo)
            session.add(story)
            self.story_id = story.id

        self.run(make)

    @rule(language=st.sampled_from(LANGUAGES), approved=st.booleans())
    def write(self, language: str, approved: bool) -> None:
        number = next(NUMBERS)
        self.model.words[language], self.model.approved[language] = number, approved

        async def save(session: AsyncSession) -> None:
            row = await session.get(Variant, self.ids[language]) if language in self.ids else None
            if row is None:
                uri = f"urn:newsml:example.org:20250301:machine-{number}"
                row = Variant(
                    story_id=self.story_id,
                    uri=uri,
                    language=language,
                    form=Form.ARTICLE,
                    headline="",
                    body="",
                    body_text="",
                )
                self.ids[language] = row.id
            row.headline, row.body_text, row.body = f"Headline {number}", f"Body {number}.", f"<p>Body {number}.</p>"
            row.desk_state = DeskState.APPROVED if approved else DeskState.DRAFT
            row.revision += 1
            row.content_revision = row.revision
            session.add(row)

        self.run(save)

    @rule(language=st.sampled_from(LANGUAGES))
    def approve(self, language: str) -> None:
        if language in self.ids:
            self.model.approved[language] = True

            async def save(session: AsyncSession) -> None:
                row = await session.get_one(Variant, self.ids[language])
                row.desk_state = DeskState.APPROVED
                session.add(row)

            self.run(save)

    @rule(named=st.none() | SOME)
    def release(self, named: set[str] | None) -> None:
        if self.model.version == 0 and self.model.embargo is not None and self.model.embargo <= self.model.at:
            self.lift_on_the_desk()  # the checklist lets no embargo out that has passed
        wanted = Wanted(None if named is None else self.known(named))
        self.both(
            lambda: self.model.release(named),
            lambda session, change: release_variants(session, self.story_id, wanted, None, change),
        )

    @rule(named=SOME, others=FATES, corrects=st.booleans())
    def revise(self, named: set[str], others: dict[str, Fate], corrects: bool) -> None:
        act = correct_story if corrects else update_released
        given = Revision(self.known(named), {"en": f"Note {next(NUMBERS)}."}, self.fates(others))
        self.both(
            lambda: self.model.revise(named, others), lambda session, change: act(session, self.story_id, given, change)
        )

    @rule(fates=FATES, kills=st.sampled_from((False, False, True)))
    def retract(self, fates: dict[str, Fate], kills: bool) -> None:
        act, status = (kill_story, CANCELED) if kills else (withhold_story, WITHHELD)
        given = self.words(fates)
        self.both(
            lambda: self.model.retract(status, fates),
            lambda session, change: act(session, self.story_id, given, change),
        )

    @rule(language=st.sampled_from(LANGUAGES), status=st.sampled_from((WITHHELD, CANCELED)))
    def withdraw(self, language: str, status: PubStatus) -> None:
        given, variant = self.words({}), self.known({language})[0]
        self.both(
            lambda: self.model.withdraw(language, status),
            lambda session, change: withdraw_variant(session, variant, status, given, change),
        )

    @rule(named=st.none() | SOME)
    def reinstate(self, named: set[str] | None) -> None:
        ids, reason = None if named is None else self.known(named), f"Reason {next(NUMBERS)}."
        self.both(
            lambda: self.model.reinstate(named),
            lambda session, change: reinstate_story(session, self.story_id, ids, reason, change),
        )

    @rule(hours=st.none() | HOURS)
    def reschedule(self, hours: int | None) -> None:
        embargo = None if hours is None else self.model.now + timedelta(hours=hours)
        given = Schedule(embargoed_until=embargo)
        try:
            self.model.reschedule(embargo)
        except Refused:
            self.refused(lambda session: reschedule_story(session, self.story_id, given, None, self.change()))
        else:
            self.run(lambda session: reschedule_story(session, self.story_id, given, None, self.change()))

    @rule(hours=HOURS)
    def wait(self, hours: int) -> None:
        """The clock goes on, or is set back; and a server looks at what is due."""
        self.model.now += timedelta(hours=hours)
        self.centre.now = self.model.now
        self.loop.run_until_complete(tell_moments(self.database, self.model.now))
        if self.model.live and self.model.embargo is not None and self.model.embargo <= self.model.now:
            self.model.told = True

    def lift_on_the_desk(self) -> None:
        self.model.embargo = None

        async def save(session: AsyncSession) -> None:
            story = await session.get_one(Story, self.story_id)
            story.embargoed_until = None
            session.add(story)

        self.run(save)

    def change(self) -> Change:
        return Change("test", self.model.now)

    def known(self, languages: Collection[str]) -> list[uuid.UUID]:
        return [self.ids.get(language, uuid.UUID(int=0)) for language in sorted(languages)]

    def fates(self, fates: dict[str, Fate]) -> dict[uuid.UUID, Fate]:
        return {self.known({language})[0]: fate for language, fate in fates.items()}

    def words(self, fates: dict[str, Fate]) -> Retraction:
        number = next(NUMBERS)
        return Retraction(f"Reason {number}.", {"en": f"Note {number}."}, self.fates(fates))

    def refused(self, act: Callable[[AsyncSession], Awaitable[object]]) -> None:
        with pytest.raises((WrongState, NotReleasable, BadInput, NotFound)):
            self.run(act)

    def both(self, model: Callable[[], None], act: Callable[[AsyncSession, Change], Awaitable[Outcome]]) -> None:
        """The act, in the model and in fact; done once more, it gives what it gave."""
        try:
            model()
        except Refused:
            self.refused(lambda session: act(session, self.change()))
            return
        done: Outcome = self.run(lambda session: act(session, self.change()))
        again: Outcome = self.run(lambda session: act(session, self.change()))
        assert done.release.version == again.release.version == self.model.version

    @invariant()
    def the_pool_is_what_the_model_says(self) -> None:
        if hasattr(self, "story_id"):
            self.loop.run_until_complete(self.compare())

    async def compare(self) -> None:
        model, names = self.model, {str(key): language for language, key in self.ids.items()}
        async with self.database.read() as session:
            story = await session.get_one(Story, self.story_id)
            found = await live_story(session, self.story_id)
            versions = (await session.exec(select(Release.version).where(Release.story_id == self.story_id))).all()
            kinds = (await session.exec(select(Event.kind).where(Event.story_id == self.story_id))).all()
            entries = (
                await session.exec(
                    select(PoolEntry.variant_id, PoolEntry.pub_status).where(
                        col(PoolEntry.variant_id).in_(self.ids.values())
                    )
                )
            ).all()
        assert sorted(versions) == list(range(1, model.version + 1))
        assert (story.version, story.pub_status) == (model.version, model.story)
        assert {names[str(key)]: status for key, status in entries} == model.status
        if found is not None:
            live, document = found
            assert (live.pub_status, live.version, live.embargoed_until) == (model.story, model.version, model.embargo)
            says = {part["language"]: int(part["headline"].split()[-1]) for part in document["variants"]}
            assert says == model.live
        assert list(kinds).count(EventKind.EMBARGO_LIFTED) <= 1
        await self.look()

    async def look(self) -> None:
        """What the partner sees: what is usable, or a stub, or nothing."""
        model, viewer = self.model, await self.centre.viewer(self.partner)
        async with self.database.read() as session:
            seen = await read_story(session, self.story_id, viewer, self.centre.book)
        hidden = not model.live or (model.embargo is not None and model.embargo > model.now)
        assert (seen is None) is hidden
        if seen is not None:
            usable = {key for key, status in model.status.items() if status is USABLE}
            assert {part.part["language"] for part in seen.variants} == usable
            assert (seen.is_stub, seen.pub_status) == (not usable, model.story)


@pytest.mark.hypothesis  # the plugin marks only what @given makes
def test_the_pool_is_what_a_simple_model_says_after_whatever_editors_do(migrated_url: URL) -> None:
    class Here(Machine):
        url = migrated_url

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=max(LONG // 25, 6),
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
