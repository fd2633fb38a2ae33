"""Terms: the wording that lies beside a policy."""

from __future__ import annotations

import strawberry

from models.base import JsonObject
from models.language import wording
from schema.argument import InLanguage
from schema.identifier import global_id


@strawberry.type(
    description="The terms under which content is supplied. What they permit is answered by `usageDecision`."
)
class Terms:
    id: strawberry.ID = strawberry.field(description="Opaque.")
    key: str | None = strawberry.field(description="The key of terms that are used again and again.")
    policy_hash: str = strawberry.field(description="Names the policy: the SHA-256 of its canonical form.")
    part: strawberry.Private[JsonObject]

    @strawberry.field(description="What the terms are called.")
    def name(self, language: InLanguage = None) -> str | None:
        return wording(self.part["names"], language or "en")

    @strawberry.field(description="The terms in words.")
    def usage_terms(self, language: InLanguage = None) -> str | None:
        return wording(self.part["usageTerms"], language or "en")

    @strawberry.field(description="Who holds the copyright.")
    def copyright_holder(self, language: InLanguage = None) -> str | None:
        return wording(self.part["copyrightHolder"], language or "en")

    @strawberry.field(description="The copyright notice to print.")
    def copyright_notice(self, language: InLanguage = None) -> str | None:
        return wording(self.part["copyrightNotice"], language or "en")

    @strawberry.field(description="The credit line to print.")
    def credit_line(self, language: InLanguage = None) -> str | None:
        return wording(self.part["creditLine"], language or "en")

    @classmethod
    def of(cls, part: JsonObject) -> Terms:
        return cls(id=global_id("Terms", part["id"]), key=part["key"], policy_hash=part["policy"], part=part)
