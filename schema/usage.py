"""The usage decision: may I use this so, and why?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import strawberry
from strawberry.scalars import JSON

from models.base import DEFAULT_ZONE, JsonObject
from models.errors import BadInput, UseAtRefused
from models.language import LanguageTag
from models.policy import DeliveryChannel, DutyAction, RightsAction
from models.policy import Duty as PolicyDuty
from models.policy.value import LONGEST_PURPOSE
from models.territory import Territory
from models.usage import Decision, Outcome, Use
from models.usage import UsageDecision as UsageAnswer
from models.usage.wording import explain


@strawberry.input(description="What somebody wants to do with a variant.")
class UseInput:
    territory: Territory = strawberry.field(description="Where: the whole area that the use is for.")
    channel: DeliveryChannel = strawberry.field(description="Through which channel.")
    action: RightsAction = strawberry.field(default=RightsAction.DISTRIBUTE, description="What is done.")
    language: LanguageTag | None = strawberry.field(
        default=None, description="In which language the copy runs. Absent: the variant's own. Required to translate."
    )
    purpose: str | None = strawberry.field(default=None, description="What for, where the terms ask for it.")
    event: str | None = strawberry.field(default=None, description="On which occasion, where the terms ask for it.")
    percentage: int | None = strawberry.field(
        default=None, description="How much of the text is used, 1 to 100 per cent, where the terms ask for it."
    )
    at: datetime | None = strawberry.field(default=None, description="When. Absent: now.")

    def use(self) -> Use:
        """The use, without its moment.

        :raises BadInput: the percentage is none, or purpose or event are too long to be anybody's.
        """
        if self.percentage is not None and not 1 <= self.percentage <= 100:
            raise BadInput(f"percentage is {self.percentage}; it is between 1 and 100", field=["use", "percentage"])
        for name, value in (("purpose", self.purpose), ("event", self.event)):
            if value is not None and not 1 <= len(value) <= LONGEST_PURPOSE:
                raise BadInput(
                    f"{name} has {len(value)} characters; 1 to {LONGEST_PURPOSE} are known", field=["use", name]
                )
        return Use(self.action, self.territory, self.channel, self.language, self.purpose, self.event, self.percentage)

    def use_now(self, *field: str) -> Use:
        """The use.

        :param field: where it stands in the input.
        :raises UseAtRefused: when it carries a moment.
        """
        if self.at is not None:
            raise UseAtRefused(
                "at cannot be given here: the server's own clock decides; leave it out", field=[*field, "at"]
            )
        return self.use()


@strawberry.type(description="One rule that was looked at, and what became of it.")
class RuleOutcome:
    code: str = strawberry.field(description="What kind of rule it is; stable. The partner guide lists them.")
    message: str = strawberry.field(
        description="The rule in one English sentence, with the values asked for and allowed."
    )
    outcome: Outcome = strawberry.field(description="What became of it.")


@strawberry.type(description="What whoever uses it takes upon itself.")
class Duty:
    action: DutyAction = strawberry.field(description="What must be done.")
    deadline: datetime | None = strawberry.field(
        description="Until when, were it taken on at the moment that is decided for; null where that is not said."
    )
    blocking: bool = strawberry.field(description="Whether it shuts further uses of the story once it is violated.")

    @classmethod
    def of(cls, duty: PolicyDuty, accepted_at: datetime) -> Duty:
        return cls(action=duty.action, deadline=duty.deadline(accepted_at), blocking=duty.blocking)


@strawberry.type(description="The answer to: may I use this so?")
class UsageDecision:
    decision: Decision = strawberry.field(description="Yes, yes with duties, or no.")
    reasons: list[RuleOutcome] = strawberry.field(description="Every rule that was looked at, in the order looked at.")
    duties: list[Duty] = strawberry.field(description="What is taken on with the use.")
    valid_until: datetime | None = strawberry.field(
        description="The first moment at which the answer changes by the clock alone; null where it never does."
    )
    answer: strawberry.Private[tuple[UsageAnswer, Use] | None] = None
    report: strawberry.Private[Callable[[], JsonObject] | None] = None

    @strawberry.field(
        description="The answer rule by rule as a compliance report (ODRL, FORCE) in JSON-LD; null on receipts."
    )
    def compliance_report(self) -> JSON | None:
        return None if self.report is None else JSON(self.report())

    @strawberry.field(
        description="The answer in one or two plain sentences, with why, at what price and until when; null on receipts."
    )
    def explanation(
        self,
        language: Annotated[
            LanguageTag, strawberry.argument(description="zh for Chinese; any other language gives English.")
        ],
    ) -> str | None:
        return None if self.answer is None else explain(*self.answer, language, ZoneInfo(DEFAULT_ZONE))

    @classmethod
    def of(cls, answer: UsageAnswer, at: datetime, use: Use, report: Callable[[], JsonObject]) -> UsageDecision:
        """The answer for a use at a moment.

        :param report: makes the compliance report.
        """
        return cls(
            answer=(answer, use),
            report=report,
            decision=answer.decision,
            reasons=[
                RuleOutcome(code=reason.code, message=reason.message, outcome=reason.outcome)
                for reason in answer.reasons
            ],
            duties=[Duty.of(duty, at) for duty in answer.duties],
            valid_until=answer.valid_until,
        )


@strawberry.type(
    name="UsageDecisionsResult",
    description="The decisions for one variant: one for each use that was asked about, in that order.",
)
class UsageDecisionRow:
    variant_id: strawberry.ID = strawberry.field(description="The variant.")
    decisions: list[UsageDecision] = strawberry.field(description="In the order of `uses`.")
