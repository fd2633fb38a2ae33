"""What agreements are written with. What is left out of a change stays as it is."""

from __future__ import annotations

import strawberry

from models.agreement.content import AgreementChanges, ExclusivityWish
from models.agreement.quota import Quota, QuotaPeriod
from models.policy import DeliveryChannel
from models.territory import Territory
from models.variant import Form
from schema.change import LEFT_OUT, given_fields
from schema.policy import PolicyInput
from schema.text import TextInput, texts_by_language

_BEGINS = "a date, which begins with its day in the agreement's zone, or a date-time with a zone"
_ENDS = "a date, which ends with its day in the agreement's zone, or a date-time with a zone, the first moment after it"


@strawberry.input(description="At most so many pickups in a period.")
class QuotaInput:
    period: QuotaPeriod = strawberry.field(description="Over which time it counts.")
    limit: int = strawberry.field(description="How many pickups are allowed in a period: 0 or more.")
    form: Form | None = strawberry.field(default=None, description="Of which form; absent: of all forms together.")

    def quota(self) -> Quota:
        """The quota."""
        return Quota(self.period, self.limit, self.form)


@strawberry.input(description="What the partner alone may use for a time. Give territories, channels, or both.")
class ExclusivityInput:
    territories: list[Territory] | None = strawberry.field(default=None, description="Where; absent: everywhere.")
    channels: list[DeliveryChannel] | None = strawberry.field(
        default=None, description="Through which channels; absent: all."
    )
    starts_at: str = strawberry.field(description=f"Since when: {_BEGINS}.")
    ends_at: str = strawberry.field(description=f"Until when: {_ENDS}.")

    def wish(self) -> ExclusivityWish:
        """The exclusivity, its dates still to be read in the agreement's zone."""
        channels = None if self.channels is None else [channel.value for channel in self.channels]
        return ExclusivityWish(self.territories, channels, self.starts_at, self.ends_at)


@strawberry.input
class AgreementChangeInput:
    """What can be said of an agreement."""

    titles: list[TextInput] | None = strawberry.field(
        default=LEFT_OUT, description="What the contract is called, by language."
    )
    zone: str | None = strawberry.field(
        default=LEFT_OUT,
        description="Its time zone (IANA, such as Asia/Shanghai, which a new one has where none is given): in it dates and months are "
        "read.",
    )
    starts_at: str | None = strawberry.field(default=LEFT_OUT, description=f"Since when it is in force: {_BEGINS}.")
    ends_at: str | None = strawberry.field(
        default=LEFT_OUT, description=f"Until when it is in force: {_ENDS}. Null: without an end."
    )
    languages: list[str] | None = strawberry.field(
        default=LEFT_OUT,
        description="The languages that it covers (RFC 4647 ranges: zh covers zh-Hans, * every one). Null: all.",
    )
    forms: list[Form] | None = strawberry.field(default=LEFT_OUT, description="The forms that it covers. Null: all.")
    series: list[str] | None = strawberry.field(
        default=LEFT_OUT, description="The keys of the series that it covers. Null: all stories, in a series or not."
    )
    topics: list[str] | None = strawberry.field(
        default=LEFT_OUT, description="The keys of the topics that it covers. Null: all stories, on a topic or not."
    )
    territories: list[Territory] | None = strawberry.field(
        default=LEFT_OUT, description="The partner's own countries and regions: uses must lie inside one of them."
    )
    channels: list[DeliveryChannel] | None = strawberry.field(
        default=LEFT_OUT, description="The partner's own channels."
    )
    policy: PolicyInput | None = strawberry.field(
        default=LEFT_OUT, description="The agreement's own policy. A count is refused here: use a quota."
    )
    quotas: list[QuotaInput] | None = strawberry.field(
        default=LEFT_OUT, description="All quotas, one for each period and form."
    )
    exclusivities: list[ExclusivityInput] | None = strawberry.field(
        default=LEFT_OUT, description="Everything that the partner has to itself, within the agreement's time."
    )

    def changes(self) -> AgreementChanges:
        """What is to be said anew.

        :raises BadInput: something is null that cannot be, or a language of the titles is there twice.
        """
        given = given_fields(
            self,
            nullable=("ends_at", "languages", "forms", "series", "topics"),
            without=("partner_id", "key", "agreement_id", "version"),
        )
        if "titles" in given:
            given["titles"] = texts_by_language(given["titles"], "titles")
        if "policy" in given:
            policy: PolicyInput = given["policy"]
            given["policy"] = lambda zone: policy.policy(zone, "policy")
        if "quotas" in given:
            given["quotas"] = [quota.quota() for quota in given["quotas"]]
        if "exclusivities" in given:
            given["exclusivities"] = [exclusivity.wish() for exclusivity in given["exclusivities"]]
        changes: AgreementChanges = given  # type: ignore[assignment]  # the input has the same fields
        return changes


@strawberry.input(description="An agreement to add.")
class CreateAgreementInput(AgreementChangeInput):
    partner_id: strawberry.ID = strawberry.field(description="The partner that it is with. It never changes.")
    key: str = strawberry.field(
        description="Its key: a-z, 0-9, colon, dot and hyphen. It never changes. The same agreement again is found by it."
    )
    titles: list[TextInput] = strawberry.field(description="What the contract is called, by language.")
    starts_at: str = strawberry.field(description=f"Since when it is in force: {_BEGINS}.")
    territories: list[Territory] = strawberry.field(
        description="The partner's own countries and regions: uses must lie inside one of them."
    )
    channels: list[DeliveryChannel] = strawberry.field(description="The partner's own channels.")
    policy: PolicyInput = strawberry.field(
        description="The agreement's own policy. A count is refused here: use a quota."
    )


@strawberry.input(description="What to say of an agreement anew. What is left out stays as it is.")
class UpdateAgreementInput(AgreementChangeInput):
    agreement_id: strawberry.ID = strawberry.field(description="The agreement.")
    version: int = strawberry.field(
        description="The version in which you read it; where it has another by now, nothing is changed."
    )
