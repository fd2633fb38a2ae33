"""What a usage decision is about and what must be known beforehand, as plain values cut loose from the tables."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from models.language import LanguageRange, LanguageTag
from models.policy import DeliveryChannel, DutyAction, Policy, RightsAction
from models.territory import Territory


@dataclass(frozen=True)
class Use:
    """What someone wants to do with a variant.

    :param territory: the whole area that the use is for.
    :param language: in which the copy runs; None means the variant's own, and is not enough to translate.
    :param purpose: compared letter by letter with the purposes of the terms; None means not said. Likewise `event`.
    :param percentage: how much of the text is used, 1 to 100; None means not said.
    """

    action: RightsAction
    territory: Territory
    channel: DeliveryChannel
    language: LanguageTag | None = None
    purpose: str | None = None
    event: str | None = None
    percentage: int | None = None

    @property
    def place(self) -> tuple[RightsAction, Territory, DeliveryChannel, LanguageTag | None]:
        """What a use is known by and counted as: action, territory, channel and language."""
        return self.action, self.territory, self.channel, self.language


@dataclass(frozen=True)
class Subject:
    """A variant as far as rights are concerned.

    :param pub_status: the narrower of the story's and the variant's: USABLE, WITHHELD or CANCELED.
    :param series: the key of its story's series; likewise `topic`.
    :param variant: its id, by which a use that is held already is known again.
    """

    language: LanguageTag
    form: str
    pub_status: str = "USABLE"
    embargoed_until: datetime | None = None
    expires: datetime | None = None
    series: str | None = None
    topic: str | None = None
    variant: uuid.UUID | None = None

    def without_embargo(self) -> Subject:
        """The same once its embargo has lifted: by this goes what an actor with `embargo:read` may read ahead."""
        return replace(self, embargoed_until=None)


class HeldUse(NamedTuple):
    """A use of a variant that a partner holds by a pickup. Its language is written out."""

    variant: uuid.UUID
    use: Use


class DutyFact(NamedTuple):
    """Where a duty of a partner stands.

    :param settled: fulfilled, or waived.
    :param violated: found violated; one that is not settled is violated from its deadline on, too.
    """

    action: DutyAction
    settled: bool
    violated: bool = False
    deadline: datetime | None = None


@dataclass(frozen=True)
class Account:
    """What one partner holds and owes of one story."""

    held: tuple[HeldUse, ...] = ()
    duties: tuple[DutyFact, ...] = ()

    def holds(self, subject: Subject, use: Use) -> bool:
        """Whether the use of the variant is held already: the same action, territory, channel and language, for whatever purpose."""
        if not self.held:
            return False
        asked = use if use.language is not None else replace(use, language=subject.language)
        return any(held.variant == subject.variant and held.use.place == asked.place for held in self.held)

    def with_use(self, held: HeldUse) -> Account:
        """The same with one use more."""
        return replace(self, held=(*self.held, held))


NOTHING_HELD = Account()


@dataclass(frozen=True)
class Quota:
    """How many pickups an agreement allows in a period.

    :param form: of which form; None of all together.
    :param resets_at: the first moment of the next period; None where the quota is for all time.
    """

    limit: int
    used: int
    form: str | None = None
    resets_at: datetime | None = None

    @property
    def is_exhausted(self) -> bool:
        """Whether nothing is left in the present period."""
        return self.used >= self.limit

    def counts(self, form: str) -> bool:
        """Whether a pickup of this form is charged to it."""
        return self.form is None or self.form == form


@dataclass(frozen=True)
class ExclusivityFacts:
    """What another partner has to itself, in `[starts_at, ends_at)`: a prohibition.

    `languages`, `forms`, `series` and `topics` are what the other's agreement covers, as in `AgreementFacts`; `territories` and
    `channels` where it is exclusive, None meaning everywhere.
    """

    starts_at: datetime
    ends_at: datetime
    territories: frozenset[Territory] | None = None
    channels: frozenset[DeliveryChannel] | None = None
    languages: frozenset[LanguageRange] | None = None
    forms: frozenset[str] | None = None
    series: frozenset[str] | None = None
    topics: frozenset[str] | None = None


@dataclass(frozen=True)
class AgreementFacts:
    """A version of an agreement: when it is in force, what it covers, and its own terms.

    What it covers is any of `languages` (RFC 4647 ranges), `forms`, `series` and `topics` (keys), where None means all.

    :param territories: the partner's own: a use must lie inside one of them. Likewise `channels`.
    :param starts_at: the first moment in force.
    :param ends_at: the first moment no longer in force; None while no end is set.
    :param duties: what the partner owes by the agreement's own policy, whatever the story.
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
    quotas: tuple[Quota, ...] = ()
    duties: tuple[DutyFact, ...] = ()

    def __hash__(self) -> int:
        return self._number

    @cached_property
    def _number(self) -> int:
        return hash((self.id, self.version, self.quotas, self.duties))


@dataclass(frozen=True)
class Standing:
    """Where an actor stands, read before deciding.

    :param partner_active: false while the partner is suspended; of no matter for staff.
    :param agreements: every agreement of the partner that is, or may yet be, in force. They are tried in the order of
        `starts_at`, then `id`, however they are given.
    :param exclusivities: what others have to themselves, now or later.
    :param account: what the partner holds and owes of the story that is decided about.
    """

    is_staff: bool = False
    partner_active: bool = True
    agreements: tuple[AgreementFacts, ...] = ()
    exclusivities: tuple[ExclusivityFacts, ...] = ()
    account: Account = NOTHING_HELD

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.agreements, key=lambda agreement: (agreement.starts_at, agreement.id)))
        object.__setattr__(self, "agreements", ordered)

    def towards(self, account: Account) -> Standing:
        """The same, about a story that the partner has this account of."""
        return replace(self, account=account)

    def __hash__(self) -> int:
        return self._number

    @cached_property
    def _number(self) -> int:
        return hash((self.is_staff, self.partner_active, self.agreements, self.exclusivities, self.account))


STAFF = Standing(is_staff=True)
"""Staff: asked under the story's terms alone, without an agreement."""
