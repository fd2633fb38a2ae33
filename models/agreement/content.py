"""What an agreement says, apart from its tables: read from what is given, checked, and written into rows and records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypedDict
from zoneinfo import ZoneInfo

from models.agreement.exclusivity import MOST_EXCLUSIVITIES, Coverage, Exclusive
from models.agreement.period import Moment, end_of, refuse_unless_before, start_of
from models.agreement.quota import Quota, parse_quotas
from models.agreement.table import Agreement, Exclusivity
from models.base import JsonObject
from models.errors import BadInput, BadPolicy
from models.language import parse_language_range
from models.policy import DeliveryChannel, LeftOperand, Policy
from models.policy.value import moment_text
from models.territory import parse_territory
from models.text import parse_texts
from models.variant import Form

MOST_VALUES = 300
"""Territories, languages, series or topics that one agreement may list: more than there are countries."""


@dataclass(frozen=True)
class ExclusivityWish:
    """An exclusivity as it is asked for; a date alone is read in the agreement's zone."""

    territories: Sequence[str] | None
    channels: Sequence[str] | None
    starts_at: Moment
    ends_at: Moment


class AgreementChanges(TypedDict, total=False):
    """What is to be said anew; what is left out stays as it is. None covers all, or sets no end.

    `policy` reads the agreement's own policy in its zone.
    """

    titles: dict[str, str]
    zone: str
    starts_at: Moment
    ends_at: Moment | None
    languages: Sequence[str] | None
    forms: Sequence[str] | None
    series: Sequence[str] | None
    topics: Sequence[str] | None
    territories: Sequence[str]
    channels: Sequence[str]
    policy: Callable[[ZoneInfo], Policy]
    quotas: Sequence[Quota]
    exclusivities: Sequence[ExclusivityWish]


@dataclass(frozen=True)
class AgreementContent:
    """Everything an agreement says. See `models.agreement.table.Agreement`."""

    titles: dict[str, str]
    zone: str
    starts_at: datetime
    territories: tuple[str, ...]
    channels: tuple[str, ...]
    policy_hash: str
    ends_at: datetime | None = None
    languages: tuple[str, ...] | None = None
    forms: tuple[str, ...] | None = None
    series: tuple[str, ...] | None = None
    topics: tuple[str, ...] | None = None
    quotas: tuple[Quota, ...] = ()
    exclusivities: tuple[Exclusive, ...] = ()

    @property
    def coverage(self) -> Coverage:
        """What it covers."""
        return Coverage(self.languages, self.forms, self.series, self.topics)

    def ended(self, at: datetime) -> AgreementContent:
        """The same, ending at a moment; what it has to itself ends then, too."""
        kept = (item for item in self.exclusivities if item.starts_at < at)
        return replace(
            self, ends_at=at, exclusivities=tuple(replace(item, ends_at=min(item.ends_at, at)) for item in kept)
        )

    def columns(self) -> dict[str, Any]:
        """The values of the agreement's columns."""
        return {
            "titles": self.titles,
            "zone": self.zone,
            "starts_at": self.starts_at,
            "ends_at": self.ends_at,
            "languages": _listed(self.languages),
            "forms": _listed(self.forms),
            "series": _listed(self.series),
            "topics": _listed(self.topics),
            "territories": list(self.territories),
            "channels": list(self.channels),
            "policy_hash": self.policy_hash,
            "quotas": [quota.record() for quota in self.quotas],
        }


def content_of(agreement: Agreement, exclusivities: Iterable[Exclusivity]) -> AgreementContent:
    """What an agreement says at present."""
    return AgreementContent(
        titles=agreement.titles,
        zone=agreement.zone,
        starts_at=agreement.starts_at,
        ends_at=agreement.ends_at,
        languages=_tuple(agreement.languages),
        forms=_tuple(agreement.forms),
        series=_tuple(agreement.series),
        topics=_tuple(agreement.topics),
        territories=tuple(agreement.territories),
        channels=tuple(agreement.channels),
        policy_hash=agreement.policy_hash,
        quotas=tuple(Quota.of(record) for record in agreement.quotas),
        exclusivities=_ordered(Exclusive.of(row) for row in exclusivities),
    )


def version_record(agreement: Agreement, exclusivities: Iterable[Exclusivity]) -> JsonObject:
    """An agreement whole, as `AgreementVersion.content` keeps it."""
    names = (
        "titles",
        "zone",
        "suspended",
        "quotas",
        "languages",
        "forms",
        "series",
        "topics",
        "territories",
        "channels",
    )
    return {
        **{name: getattr(agreement, name) for name in names},
        "startsAt": moment_text(agreement.starts_at),
        "endsAt": None if agreement.ends_at is None else moment_text(agreement.ends_at),
        "policy": agreement.policy_hash,
        "exclusivities": [
            {
                "id": str(row.id),
                "territories": row.territories,
                "channels": row.channels,
                "startsAt": moment_text(row.starts_at),
                "endsAt": moment_text(row.ends_at),
            }
            for row in sorted(exclusivities, key=lambda row: (row.starts_at, row.id))
        ],
    }


def read_changes(
    changes: AgreementChanges, zone: ZoneInfo, policy_hash: str | None, present: AgreementContent | None
) -> AgreementContent:
    """What an agreement will say.

    :param zone: of the agreement from now on: in it a date alone is the whole day.
    :param policy_hash: the name of the policy given with the changes, where one is.
    :param present: what it says until now; None where it is new, and then titles, territories, channels, start and policy are given.
    :raises BadInput: a value cannot be right; `field` is the path to it.
    """
    read: dict[str, Any] = {"zone": zone.key}
    if policy_hash is not None:
        read["policy_hash"] = policy_hash
    if "titles" in changes:
        read["titles"] = parse_texts(changes["titles"], ["titles"])
    if "starts_at" in changes:
        read["starts_at"] = start_of(changes["starts_at"], zone, ["startsAt"])
    if "ends_at" in changes:
        end = changes["ends_at"]
        read["ends_at"] = None if end is None else end_of(end, zone, ["endsAt"])
    for name in ("languages", "forms", "series", "topics"):
        if name in changes:
            values = changes[name]
            read[name] = None if values is None else _values(values, name)
    if read.get("languages") is not None:
        read["languages"] = _unique(parse_language_range(value) for value in read["languages"])
    if read.get("forms") is not None:
        read["forms"] = tuple(Form(value).value for value in read["forms"])
    if "territories" in changes:
        read["territories"] = _territories(changes["territories"], "territories")
    if "channels" in changes:
        read["channels"] = _channels(changes["channels"], "channels")
    if "quotas" in changes:
        read["quotas"] = parse_quotas(changes["quotas"])
    if "exclusivities" in changes:
        read["exclusivities"] = _exclusivities(changes["exclusivities"], zone)
    content = AgreementContent(**read) if present is None else replace(present, **read)
    _refuse_outside(content)
    return content


def refuse_counts(policy: Policy) -> None:
    """Refuses a count in an agreement's own policy.

    :raises BadPolicy: see docs/decisions/0011.
    """
    for rule in policy.permissions:
        if any(constraint.left_operand is LeftOperand.COUNT for constraint in rule.constraints):
            raise BadPolicy(
                "the policy of an agreement holds a 'count'; use a quota: what is counted under an agreement are pickups",
                field=["policy", "permissions"],
            )


def _refuse_outside(content: AgreementContent) -> None:
    refuse_unless_before(content.starts_at, content.ends_at, ["endsAt"])
    for place, item in enumerate(content.exclusivities):
        refuse_unless_before(item.starts_at, item.ends_at, ["exclusivities", str(place), "endsAt"])
        early = item.starts_at < content.starts_at
        if early or (content.ends_at is not None and item.ends_at > content.ends_at):
            raise BadInput(
                f"exclusivity {place + 1} ({item}) is not within the agreement's own time; an agreement has nothing to itself "
                f"{'before it begins' if early else 'after it ends'}",
                field=["exclusivities", str(place), "startsAt" if early else "endsAt"],
            )


def _exclusivities(wishes: Sequence[ExclusivityWish], zone: ZoneInfo) -> tuple[Exclusive, ...]:
    if len(wishes) > MOST_EXCLUSIVITIES:
        raise BadInput(
            f"exclusivities holds {len(wishes)}; at most {MOST_EXCLUSIVITIES} are possible", field=["exclusivities"]
        )
    read = []
    for place, wish in enumerate(wishes):
        path = ("exclusivities", str(place))
        if wish.territories is None and wish.channels is None:
            raise BadInput(
                f"exclusivity {place + 1} names neither territories nor channels; to have everything to itself is to have no other"
                " partner",
                field=path,
            )
        territories = None if wish.territories is None else _territories(wish.territories, *path, "territories")
        channels = None if wish.channels is None else _channels(wish.channels, *path, "channels")
        starts_at = start_of(wish.starts_at, zone, [*path, "startsAt"])
        ends_at = end_of(wish.ends_at, zone, [*path, "endsAt"])
        refuse_unless_before(starts_at, ends_at, [*path, "endsAt"])
        read.append(Exclusive(territories, channels, starts_at, ends_at))
    if len(set(read)) < len(read):
        raise BadInput("exclusivities holds the same one twice; give it once", field=["exclusivities"])
    return _ordered(read)


def _territories(values: Sequence[str], *path: str) -> tuple[str, ...]:
    return _unique(parse_territory(value) for value in _values(values, *path))


def _channels(values: Sequence[str], *path: str) -> tuple[str, ...]:
    return tuple(DeliveryChannel(value).value for value in _values(values, *path))


def _values(values: Sequence[str], *path: str) -> tuple[str, ...]:
    if not values:
        raise BadInput(f"{path[-1]} is empty, so the agreement would be for nothing; name at least one", field=path)
    if len(values) > MOST_VALUES:
        raise BadInput(f"{path[-1]} holds {len(values)} values; at most {MOST_VALUES} are possible", field=path)
    return _unique(values)


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def _ordered(items: Iterable[Exclusive]) -> tuple[Exclusive, ...]:
    return tuple(
        sorted(items, key=lambda item: (item.starts_at, item.ends_at, item.territories or (), item.channels or ()))
    )


def _tuple(values: list[str] | None) -> tuple[str, ...] | None:
    return None if values is None else tuple(values)


def _listed(values: tuple[str, ...] | None) -> list[str] | None:
    return None if values is None else list(values)
