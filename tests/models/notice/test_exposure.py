"""Notices go to each partner for whom a body was readable at any time, and to nobody else."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from models.agreement import Agreement, AgreementVersion
from models.agreement.standing import agreement_facts
from models.base import JsonObject
from models.duty import AcceptedDuty, DutyState
from models.language import LanguageTag
from models.notice.exposure import first_readings
from models.notice.history import Kept, StoryVersion
from models.notice.history_reading import story_version
from models.policy import DeliveryChannel, DutyAction, Policy
from models.pool.tables import Release, ReleaseKind
from models.territory import Territory
from models.usage import Account, AgreementFacts, DutyFact, ExclusivityFacts, Standing, Subject, readable
from models.usage.rules import CoverageRule
from models.usage.window import Window
from tests.conftest import LONG
from tests.models.policies import policies
from tests.models.usage.cases import EVERYTHING, TIMES

DAYS = [moment + timedelta(days=offset) for moment in TIMES for offset in (0, 15)]
"""What happens in these histories happens on one of these days."""
UNTIL = DAYS[-1] + timedelta(days=15)
GRID = sorted({moment + timedelta(days=offset) for moment in DAYS for offset in (0, 7)})
PARTNERS = tuple(uuid.UUID(int=number) for number in (1, 2))
STORY = uuid.UUID(int=99)
VARIANTS = {"zh": uuid.UUID(int=11), "de-CH": uuid.UUID(int=12)}


def at(place: int) -> str:
    return DAYS[place].isoformat().replace("+00:00", "Z")


def document(policies: dict[str, str], series: str | None = "fun") -> JsonObject:
    """A document of variants, each under the policy of that name."""
    return {
        "story": {"series": {"key": series} if series else None, "topic": None},
        "variants": [
            {"id": str(VARIANTS[tag]), "language": tag, "form": "ARTICLE", "policy": name}
            for tag, name in policies.items()
        ],
    }


def content(policy: str = "all", **more: object) -> JsonObject:
    """What an agreement says in one version; by default everything is open."""
    return {
        "suspended": False,
        "quotas": [],
        "languages": None,
        "forms": None,
        "series": None,
        "topics": None,
        "territories": ["001"],
        "channels": [channel.value for channel in DeliveryChannel],
        "startsAt": at(0),
        "endsAt": None,
        "policy": policy,
        "exclusivities": [],
        **more,
    }


def version(number: int, day: int, said: JsonObject, agreement: int = 1) -> AgreementVersion:
    return AgreementVersion(
        agreement_id=uuid.UUID(int=100 + agreement), version=number, content=said, at=DAYS[day], by="test"
    )


def moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)


@dataclass(frozen=True)
class Simulation:
    """The same past, looked at moment by moment as requests would have seen it."""

    kept: Kept
    policies: dict[str, Policy]

    def first_readings(self) -> dict[uuid.UUID, dict[uuid.UUID, datetime]]:
        found: dict[uuid.UUID, dict[uuid.UUID, datetime]] = {}
        for now in GRID:
            for partner in {partner for partner, _ in self.kept.versions}:
                for variant in self._readable(partner, now):
                    found.setdefault(partner, {}).setdefault(variant, now)
        return found

    def _readable(self, partner: uuid.UUID, now: datetime) -> list[uuid.UUID]:
        gone: set[str] = set()
        live: JsonObject | None = None
        for version in self.kept.story:
            if version.at <= now:
                live = version.document
                gone |= version.taken_back
                gone -= version.given_back
        lifts_at = self.kept.lifts_at
        if live is None or not (lifts_at is None or lifts_at <= now or partner in self.kept.reads_ahead):
            return []
        standing = self._standing(partner, now)
        found = []
        for part in live["variants"]:
            series = live["story"]["series"]
            subject = Subject(LanguageTag(part["language"]), part["form"], series=series["key"] if series else None)
            if part["id"] in gone or not CoverageRule(standing).holds(subject, now):
                continue
            if readable((self.policies[part["policy"]],), subject, standing, now).is_readable:
                found.append(uuid.UUID(part["id"]))
        return found

    def _standing(self, partner: uuid.UUID, now: datetime) -> Standing:
        newest = {row.agreement_id: (owner, row.content) for owner, row in self.kept.versions if row.at <= now}
        done = [duty for duty in self.kept.settled.get(partner, ()) if duty.created_at <= now]
        mine = []
        others = []
        for number, (owner, said) in newest.items():
            row = Agreement(
                id=number,
                key="x",
                partner_id=owner,
                starts_at=datetime.fromisoformat(said["startsAt"]),
                ends_at=moment(said["endsAt"]),
                policy_hash=said["policy"],
                **{name: said[name] for name in ("languages", "forms", "series", "topics", "territories", "channels")},
            )
            facts = agreement_facts(
                row,
                self.policies[said["policy"]],
                duties=tuple(
                    DutyFact(item.action, settled=True) for item in done if item.agreement_id in (None, number)
                ),
            )
            if said["suspended"]:
                continue
            if owner == partner:
                mine.append(facts)
            elif self._active(owner, now):
                others += [self._exclusivity(facts, item) for item in said["exclusivities"]]
        account = Account(duties=tuple(DutyFact(item.action, settled=True) for item in done if not item.agreement_id))
        return Standing(
            partner_active=self._active(partner, now),
            agreements=tuple(mine),
            exclusivities=tuple(item for item in others if item.starts_at < item.ends_at),
            account=account,
        )

    def _active(self, partner: uuid.UUID, now: datetime) -> bool:
        return not any(gap.holds(now) for gap in self.kept.suspensions.get(partner, ()))

    def _exclusivity(self, facts: AgreementFacts, item: JsonObject) -> ExclusivityFacts:
        starts, ends = moment(item["startsAt"]), moment(item["endsAt"])
        assert starts is not None
        assert ends is not None
        return ExclusivityFacts(
            starts_at=max(starts, facts.starts_at),
            ends_at=min(ends, facts.ends_at or ends),
            territories=None if item["territories"] is None else frozenset(map(Territory, item["territories"])),
            channels=None,
            languages=facts.languages,
            series=facts.series,
        )


NAMES = ("all", "none", "one", "two")
SOME = [
    frozenset(),
    frozenset(),
    *(frozenset([str(one)]) for one in VARIANTS.values()),
    frozenset(map(str, VARIANTS.values())),
]
PLACES = st.integers(0, len(DAYS) - 1)


@st.composite
def contents(draw: st.DrawFn) -> JsonObject:
    starts = draw(st.integers(0, 4))
    exclusive = draw(st.booleans() | st.just(False))
    ends = draw(st.none() | st.integers(5, 11))
    return content(
        draw(st.sampled_from(["all", "all", "one", "two"])),
        suspended=draw(st.sampled_from([False, False, False, True])),
        languages=draw(st.sampled_from([None, None, ["zh"], ["de", "en"]])),
        series=draw(st.sampled_from([None, None, None, ["fun"], ["faces"]])),
        territories=draw(st.sampled_from([["001"], ["CN"], ["HK", "JP"]])),
        startsAt=at(starts),
        endsAt=None if ends is None else at(ends),
        exclusivities=[
            {"territories": draw(st.sampled_from([["CN"], ["001"], ["142"]])), "channels": None}
            | {"startsAt": at(draw(st.integers(0, 4))), "endsAt": at(draw(st.integers(5, 11)))}
        ]
        if exclusive
        else [],
    )


@st.composite
def pasts(draw: st.DrawFn) -> Simulation:
    """Up to four versions of a story, two partners with up to two agreements each in up to three versions."""
    known = {
        "all": EVERYTHING,
        "none": Policy(),
        "one": draw(policies(counts=False)),
        "two": draw(policies(counts=False)),
    }
    days = sorted(draw(st.lists(PLACES, min_size=1, max_size=4)))
    story = []
    for number, day in enumerate(days):
        names = {tag: draw(st.sampled_from(NAMES)) for tag in VARIANTS if draw(st.integers(0, 5))}
        frozen = document(names, draw(st.sampled_from(["fun", "fun", None])))
        taken, given = (draw(st.sampled_from(SOME)) if number else frozenset() for _ in range(2))
        story.append(StoryVersion(DAYS[day], frozen, taken, given - taken))
    lifts_at = draw(st.none() | st.none() | st.sampled_from(DAYS))
    rows = []
    for agreement in range(draw(st.integers(1, 4))):
        made = sorted(draw(st.lists(PLACES, min_size=1, max_size=3)))
        rows += [
            (PARTNERS[agreement % 2], version(number + 1, day, draw(contents()), agreement))
            for number, day in enumerate(made)
        ]
    gaps = {}
    for partner in PARTNERS:
        edges = sorted(draw(st.lists(PLACES, max_size=2, unique=True)))
        if edges:
            gaps[partner] = [Window(DAYS[edges[0]], DAYS[edges[1]] if len(edges) > 1 else None)]
    done = {
        PARTNERS[0]: [
            AcceptedDuty(
                partner_id=PARTNERS[0],
                action=action,
                state=DutyState.FULFILLED,
                created_at=DAYS[day],
                updated_at=DAYS[day],
                updated_by="x",
                story_id=STORY,
            )
            for day, action in sorted(draw(st.lists(st.tuples(PLACES, st.sampled_from(DutyAction)), max_size=2)))
        ]
    }
    ahead = frozenset(draw(st.lists(st.sampled_from(PARTNERS), max_size=1)))
    return Simulation(Kept(story, lifts_at, rows, gaps, done, ahead), known)


@settings(max_examples=max(LONG // 5, 30))
@given(pasts())
def test_exposure_is_what_a_simulation_moment_by_moment_says(past: Simulation) -> None:
    assert first_readings(past.kept.history(UNTIL), past.policies) == past.first_readings()


def test_what_one_version_does_to_several_variants_is_told_apart_by_its_notices() -> None:
    both = document({"zh": "all", "de-CH": "all"})
    ids = [str(variant) for variant in VARIANTS.values()]

    def taken(kind: ReleaseKind, meant: list[str] | None, *told: list[str]) -> tuple[frozenset[str], frozenset[str]]:
        row = Release(id=1, story_id=STORY, version=1, kind=kind, at=DAYS[0], by="test", variant_ids=meant)
        version = story_version(row, both, told)
        return version.taken_back, version.given_back

    assert taken(ReleaseKind.RELEASE, ids) == (frozenset(), frozenset())
    assert taken(ReleaseKind.CANCEL, None) == (frozenset(ids), frozenset())
    assert taken(ReleaseKind.CANCEL, ids, ids[:1]) == (frozenset(ids[:1]), frozenset())
    assert taken(ReleaseKind.CANCEL, None, []) == (frozenset(ids), frozenset())
    assert taken(ReleaseKind.WITHHOLD, ids[1:]) == (frozenset(ids[1:]), frozenset())
    assert taken(ReleaseKind.CANCEL, ids, ids[:1], ids[1:]) == (frozenset(ids), frozenset())
    assert taken(ReleaseKind.REINSTATE, ids[:1]) == (frozenset(), frozenset(ids[:1]))
