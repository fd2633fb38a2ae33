"""What a usage decision is about and what must be known beforehand, as plain values cut loose from the tables."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import datetime

from models.language import LanguageRange, LanguageTag
from models.policy import DeliveryChannel, Policy, RightsAction
from models.territory import Territory


@dataclass(frozen=True)
class Use:
    """What someone wants to do with a variant.

    :param territory: the whole area that the use is for.
    :param language: in which the copy runs; None means the variant's own, and is not enough to translate.
    :param purpose: compared letter by letter with the purposes of the terms; None means not said.
    """

    action: RightsAction
    territory: Territory
    channel: DeliveryChannel
    language: LanguageTag | None = None
    purpose: str | None = None


@dataclass(frozen=True)
class Subject:
    """A variant as far as rights are concerned.

    :param pub_status: the narrower of the story's and the variant's: USABLE, WITHHELD or CANCELED.
    :param series: the key of its story's series; likewise `topic`.
    """

    language: LanguageTag
    form: str
    pub_status: str = "USABLE"
    embargoed_until: datetime | None = None
    expires: datetime | None = None
    series: str | None = None
    topic: str | None = None

    def without_embargo(self) -> Subject:
        """The same once its embargo has lifted: by this goes what an actor with `embargo:read` may read ahead."""
        return replace(self, embargoed_until=None)


@dataclass(frozen=True)
class AgreementFacts:
    """A version of an agreement: when it is in force, what it covers, and its own terms.

    What it covers is any of `languages` (RFC 4647 ranges), `forms`, `series` and `topics` (keys), where None means all.

    :param territories: the partner's own: a use must lie inside one of them. Likewise `channels`.
    :param starts_at: the first moment in force.
    :param ends_at: the first moment no longer in force; None while no end is set.
    """

    id: uuid.UUID
    version: int
    starts_at: datetime
    ends_at: datetime | None
    territories: frozenset[Territory]
    channels: frozenset[DeliveryChannel]
    policy: Policy
    languages: frozenset[LanguageRange] | None = None
    forms: frozenset[str] | None = None
    series: frozenset[str] | None = None
    topics: frozenset[str] | None = None


@dataclass(frozen=True)
class Standing:
    """Where an actor stands, read before deciding.

    :param partner_active: false while the partner is suspended; of no matter for staff.
    :param agreements: every agreement of the partner that is, or may yet be, in force. They are tried in the order of
        `starts_at`, then `id`, however they are given.
    """

    is_staff: bool = False
    partner_active: bool = True
    agreements: tuple[AgreementFacts, ...] = ()

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.agreements, key=lambda agreement: (agreement.starts_at, agreement.id)))
        object.__setattr__(self, "agreements", ordered)


STAFF = Standing(is_staff=True)
"""Staff: asked under the story's terms alone, without an agreement."""
