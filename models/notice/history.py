"""What is kept of the past of a story and of all agreements, as far as it decides who could read the story's bodies when."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import accumulate, groupby

from models.agreement.table import AgreementVersion
from models.base import JsonObject
from models.duty import AcceptedDuty
from models.language import LanguageRange, LanguageTag
from models.policy import EMPTY_POLICY, DeliveryChannel, DutyAction
from models.territory import Territory
from models.usage import AgreementFacts, ExclusivityFacts, Quota, Subject
from models.usage.window import Window


@dataclass(frozen=True)
class StoryVersion:
    """One version of a story with its document.

    :param taken_back: the variants, by id, that are withheld or canceled from it on; `given_back` those that are usable again.
    """

    at: datetime
    document: JsonObject
    taken_back: frozenset[str] = frozenset()
    given_back: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Stretch:
    """A time in which one variant was in the pool and usable, under one policy and one embargo."""

    variant_id: uuid.UUID
    policy: str
    subject: Subject
    window: Window
    lifts_at: datetime | None = None

    def window_for(self, *, reads_ahead: bool) -> Window:
        """When it was there at all: for those who may not read ahead, from when its embargo lifted."""
        return self.window if reads_ahead or self.lifts_at is None else self.window.after(self.lifts_at)


@dataclass(frozen=True)
class Supply:
    """A time in which one version of an agreement was in force, its partner being supplied.

    :param facts: without its policy, which `policy` names.
    :param settled: the preconditions that the partner had fulfilled by then.
    """

    facts: AgreementFacts
    policy: str
    window: Window
    settled: tuple[DutyAction, ...] = ()


@dataclass(frozen=True)
class History:
    """All of it, until a moment.

    :param supplies: by partner.
    :param exclusivities: what a partner had to itself, and when it had.
    :param reads_ahead: the partners with a client that holds `embargo:read`.
    """

    until: datetime
    stretches: Sequence[Stretch]
    supplies: Mapping[uuid.UUID, Sequence[Supply]]
    exclusivities: Sequence[tuple[uuid.UUID, ExclusivityFacts]] = ()
    reads_ahead: frozenset[uuid.UUID] = frozenset()


@dataclass(frozen=True)
class Kept:
    """What the tables keep, as it lies there.

    :param story: every version of the story, in order.
    :param lifts_at: when its embargo lifted, or will; None where it was never under one. It is never under a second.
    :param versions: every version of every agreement with its partner, by agreement and version.
    :param suspensions: of partners, in order.
    :param settled: the preconditions that partners have fulfilled, of the story or of an agreement.
    """

    story: Sequence[StoryVersion]
    lifts_at: datetime | None
    versions: Sequence[tuple[uuid.UUID, AgreementVersion]]
    suspensions: Mapping[uuid.UUID, Sequence[Window]] = field(default_factory=dict)
    settled: Mapping[uuid.UUID, Sequence[AcceptedDuty]] = field(default_factory=dict)
    reads_ahead: frozenset[uuid.UUID] = frozenset()

    def policy_names(self) -> set[str]:
        """Every policy that stories or agreements were under."""
        named = {part["policy"] for version in self.story for part in version.document["variants"]}
        return named | {version.content["policy"] for _, version in self.versions}

    def history(self, now: datetime) -> History:
        """What it comes to until now. A release that was just made counts, so that what it took back ends with it."""
        until = max([now, *(version.at for version in self.story)])
        stretches = stretches_of(self.story, self.lifts_at, until)
        supplies: dict[uuid.UUID, list[Supply]] = defaultdict(list)
        exclusivities: list[tuple[uuid.UUID, ExclusivityFacts]] = []
        earliest = min((stretch.window.start or until for stretch in stretches), default=until)
        for partner_id, version, newest in _windows(self.versions):
            if newest.until is not None and newest.until <= earliest:
                continue
            facts = _facts(version.agreement_id, version.version, version.content)
            for window in _in_force(facts, version.content, newest, self.suspensions.get(partner_id, ())):
                supply = Supply(facts, version.content["policy"], window)
                supplies[partner_id] += _with_settled(supply, self.settled.get(partner_id, ()))
                exclusivities += ((partner_id, item) for item in _exclusive(facts, version.content, window))
        return History(until, stretches, supplies, exclusivities, self.reads_ahead)


def stretches_of(versions: Sequence[StoryVersion], lifts_at: datetime | None, until: datetime) -> list[Stretch]:
    """When each variant was usable; what follows without a change is put together."""
    found: dict[tuple[uuid.UUID, str, Subject], list[Window]] = defaultdict(list)
    gone: frozenset[str] = frozenset()
    ends = [*(version.at for version in versions[1:]), until]
    for version, end in zip(versions, ends, strict=True):
        gone = (gone | version.taken_back) - version.given_back
        for part in version.document["variants"]:
            if part["id"] in gone or version.at >= end:
                continue
            windows = found[uuid.UUID(part["id"]), part["policy"], _subject(version.document, part)]
            start = version.at
            if windows and windows[-1].until == start:
                start = windows.pop().start or start
            windows.append(Window(start, end))
    return [
        Stretch(variant_id, policy, subject, window, lifts_at)
        for (variant_id, policy, subject), windows in found.items()
        for window in windows
    ]


def _subject(document: JsonObject, part: JsonObject) -> Subject:
    story = document["story"]
    return Subject(
        language=LanguageTag(part["language"]),
        form=part["form"],
        series=story["series"]["key"] if story["series"] else None,
        topic=story["topic"]["key"] if story["topic"] else None,
    )


def _windows(
    rows: Iterable[tuple[uuid.UUID, AgreementVersion]],
) -> Iterator[tuple[uuid.UUID, AgreementVersion, Window]]:
    """Each version with the time in which it was the newest one.

    Where the clock was set back between two versions, the later one counts from when the earlier was made.
    """
    for _, versions in groupby(rows, key=lambda row: row[1].agreement_id):
        listed = list(versions)
        starts = list(accumulate((version.at for _, version in listed), max))
        for (partner_id, version), start, until in zip(listed, starts, [*starts[1:], None], strict=True):
            yield partner_id, version, Window(start, until)


def _with_settled(supply: Supply, settled: Iterable[AcceptedDuty]) -> Iterator[Supply]:
    """The supply, and once more from each moment on at which the partner had fulfilled a precondition of story or agreement."""
    yield supply
    done: list[DutyAction] = []
    for duty in settled:
        if duty.agreement_id in (None, supply.facts.id):
            done.append(duty.action)
            yield replace(supply, window=supply.window.after(duty.created_at), settled=tuple(sorted(set(done))))


def _facts(agreement_id: uuid.UUID, version: int, content: JsonObject) -> AgreementFacts:
    """A version of an agreement as its record has it; its policy is named beside it. Of quotas only those that allow nothing matter."""
    languages = content["languages"]
    return AgreementFacts(
        id=agreement_id,
        version=version,
        starts_at=datetime.fromisoformat(content["startsAt"]),
        ends_at=None if content["endsAt"] is None else datetime.fromisoformat(content["endsAt"]),
        territories=frozenset(Territory(code) for code in content["territories"]),
        channels=frozenset(DeliveryChannel(channel) for channel in content["channels"]),
        policy=EMPTY_POLICY,
        languages=None if languages is None else frozenset(LanguageRange(value) for value in languages),
        forms=_values(content["forms"]),
        series=_values(content["series"]),
        topics=_values(content["topics"]),
        quotas=tuple(Quota(0, 0, item["form"]) for item in content["quotas"] if item["limit"] == 0),
    )


def _in_force(
    facts: AgreementFacts, content: JsonObject, window: Window, suspensions: Iterable[Window]
) -> Iterator[Window]:
    """When a version supplied anything: while it was the newest, in its period, and neither it nor its partner suspended."""
    if content["suspended"]:
        return
    rest = window.after(facts.starts_at)
    rest = rest if facts.ends_at is None else rest.before(facts.ends_at)
    for gap in suspensions:
        assert gap.start is not None
        if not _is_empty(before := rest.before(gap.start)):
            yield before
        if gap.until is None:
            return
        rest = rest.after(gap.until)
    if not _is_empty(rest):
        yield rest


def _exclusive(facts: AgreementFacts, content: JsonObject, window: Window) -> Iterator[ExclusivityFacts]:
    """What the version kept from all others, for as long as it did."""
    for item in content["exclusivities"]:
        held = window.after(datetime.fromisoformat(item["startsAt"])).before(datetime.fromisoformat(item["endsAt"]))
        if held.start is None or held.until is None or _is_empty(held):
            continue
        yield ExclusivityFacts(
            starts_at=held.start,
            ends_at=held.until,
            territories=_territories(item["territories"]),
            channels=None if item["channels"] is None else frozenset(map(DeliveryChannel, item["channels"])),
            languages=facts.languages,
            forms=facts.forms,
            series=facts.series,
            topics=facts.topics,
        )


def _is_empty(window: Window) -> bool:
    return window.start is not None and window.until is not None and window.until <= window.start


def _values(listed: list[str] | None) -> frozenset[str] | None:
    return None if listed is None else frozenset(listed)


def _territories(codes: list[str] | None) -> frozenset[Territory] | None:
    return None if codes is None else frozenset(Territory(code) for code in codes)
