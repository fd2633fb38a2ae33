"""Terms: what they permit, as rules and in words, and how editors compose them."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Annotated
from zoneinfo import ZoneInfo

import strawberry
from strawberry.scalars import JSON
from strawberry.types import Info

from models.asset import Asset
from models.audit.subject import about
from models.base import DEFAULT_ZONE, JsonObject
from models.document import terms_part
from models.errors import BadInput, NotFound
from models.language import LanguageTag, wording
from models.policy import Policy as PolicyRules
from models.policy.contradiction import Contradiction, Finding
from models.policy.wording import word_policy
from models.story import Story
from models.terms import Terms as TermsRow
from models.terms import TermsDraft, find_template, find_terms, templates
from models.terms import save_terms as save
from models.terms.assign import Holder
from models.terms.assign import set_terms as assign
from models.variant import Variant
from models.zone import parse_zone
from schema.argument import InLanguage
from schema.change import Payload, attempt, change_by
from schema.context import Context
from schema.enum import describe
from schema.identifier import global_id, uuid_of
from schema.odrl.export import terms_as_odrl
from schema.policy import Policy, PolicyInput
from schema.text import TextInput, texts_by_language

describe(Contradiction)


@strawberry.type(
    description="The terms under which content is supplied. What they permit here and now is answered by `usageDecision`."
)
class Terms:
    id: strawberry.ID = strawberry.field(description="Opaque.")
    key: str | None = strawberry.field(description="The key of terms that are used again and again.")
    policy_hash: str = strawberry.field(description="Names the policy: the SHA-256 of its canonical form.")
    inherited: bool = strawberry.field(
        description="Whether a variant or an asset has them from its story, and not of its own."
    )
    part: strawberry.Private[JsonObject]
    _as_inherited: strawberry.Private[Terms | None] = None

    @strawberry.field(description="What the terms are called.")
    def name(self, language: InLanguage = None) -> str | None:
        return wording(self.part["names"], language or "en")

    @strawberry.field(
        description="The terms in words: as the centre wrote them where it did, otherwise worded from the rules, in English and Chinese."
    )
    def usage_terms(self, language: InLanguage = None) -> str | None:
        return wording(self.part["usageTerms"], language or "en")

    @strawberry.field(
        description="The rules. Where a variant or an asset has terms of its own, the prohibitions of its story's terms hold as well."
    )
    async def policy(self, info: Info[Context, None]) -> Policy:
        return Policy.of(await _rules(info.context, self.policy_hash))

    @strawberry.field(
        name="wording",
        description="The rules in words, made from the rules alone, whatever the centre wrote: in Chinese, or in English.",
    )
    async def worded(
        self,
        info: Info[Context, None],
        language: Annotated[
            LanguageTag, strawberry.argument(description="zh for Chinese; any other language gives English.")
        ],
    ) -> str:
        zone = ZoneInfo(self.part.get("zone", DEFAULT_ZONE))
        return word_policy(await _rules(info.context, self.policy_hash), language, zone)

    odrl: JSON = strawberry.field(
        resolver=terms_as_odrl,
        description="The terms as an ODRL 2.2 policy in JSON-LD, an odrl:Set, with the same rules as `policy`.",
    )

    @strawberry.field(description="The time zone in which days are meant.")
    def zone(self) -> str:
        return str(self.part.get("zone", DEFAULT_ZONE))

    @strawberry.field(description="The keys of the templates whose rules were taken over; `policy` holds all rules.")
    def inherits(self) -> list[str]:
        return list(self.part.get("inherits", ()))

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
        return cls(
            id=global_id("Terms", part["id"]),
            key=part["key"],
            policy_hash=part["policy"],
            inherited=False,
            part=part,
        )

    def held(self, *, own: bool) -> Terms:
        """The same as a variant or an asset has them: of its own, or from its story."""
        if own:
            return self
        if self._as_inherited is None:
            self._as_inherited = replace(self, inherited=True)
        return self._as_inherited


@strawberry.type(
    name="TermsWarningResult", description="Something in saved terms that cannot be meant. They are saved all the same."
)
class TermsWarning:
    code: Contradiction = strawberry.field(description="What is wrong.")
    field: list[str] = strawberry.field(
        description="The path of the rule in the input, outermost first; `inherits` where the rule was taken over."
    )
    prohibition: list[str] | None = strawberry.field(
        description="The path of the prohibition that alone keeps a permission from ever holding, where one does."
    )
    message: str = strawberry.field(description="One English sentence, in which the rule is “it”.")


@strawberry.input(description="Terms to save. Terms are never changed: what says something new is new terms.")
class SaveTermsInput:
    policy: PolicyInput = strawberry.field(description="The rules, beside those that are inherited.")
    key: str | None = strawberry.field(
        default=None, description="Makes them a template: 1 to 64 of a-z, 0-9, colons, dots and hyphens."
    )
    replaces: strawberry.ID | None = strawberry.field(
        default=None,
        description="The terms that have the key now, as they were read; they lose it, and what was released under them stays under them.",
    )
    names: list[TextInput] = strawberry.field(
        default_factory=list, description="What the terms are called; a template needs at least one name."
    )
    zone: str = strawberry.field(
        default=DEFAULT_ZONE, description="The IANA time zone in which a date alone is a whole day."
    )
    inherits: list[str] = strawberry.field(
        default_factory=list, description="The keys of templates whose rules, as they are now, are taken over."
    )
    usage_terms: list[TextInput] = strawberry.field(
        default_factory=list,
        description="The terms in words. English and Chinese are worded from the rules where they are not given.",
    )
    copyright_holder: list[TextInput] = strawberry.field(default_factory=list, description="Who holds the copyright.")
    copyright_notice: list[TextInput] = strawberry.field(
        default_factory=list, description="The copyright notice to print."
    )
    credit_line: list[TextInput] = strawberry.field(default_factory=list, description="The credit line to print.")

    def draft(self) -> TermsDraft:
        """The terms as they were composed.

        :raises BadInput: one language twice.
        :raises BadZone: the zone is none.
        :raises BadPolicy: the policy is not understood.
        """
        return TermsDraft(
            policy=self.policy.policy(parse_zone(self.zone), "policy"),
            key=self.key,
            zone=self.zone,
            inherits=self.inherits,
            names=texts_by_language(self.names, "names"),
            usage_terms=texts_by_language(self.usage_terms, "usageTerms"),
            copyright_holder=texts_by_language(self.copyright_holder, "copyrightHolder"),
            copyright_notice=texts_by_language(self.copyright_notice, "copyrightNotice"),
            credit_line=texts_by_language(self.credit_line, "creditLine"),
        )

    def warning(self, finding: Finding) -> TermsWarning:
        """A contradiction, by the paths of this input."""
        places = self.policy.places(parse_zone(self.zone))
        kind, _, *within = finding.path
        place = places.get((kind, finding.rule))
        other = None if finding.other is None else places.get(("prohibitions", finding.other))
        return TermsWarning(
            code=finding.kind,
            field=["inherits"] if place is None else ["policy", *place, *self._duty(place, finding, within)],
            prohibition=None if other is None else ["policy", *other],
            message=finding.sentence,
        )

    def _duty(self, place: tuple[str, str], finding: Finding, within: list[str]) -> list[str]:
        """The path to a duty below its rule: duties stand in another order in the canonical form."""
        if not within:
            return []
        action = finding.rule.duties[int(within[1])].action
        given = getattr(self.policy, place[0])[int(place[1])].duties
        return ["duties", next(str(at) for at, duty in enumerate(given) if duty.action is action)]


@strawberry.type(description="What saving terms gave.")
class SaveTermsPayload(Payload):
    terms: Terms | None = strawberry.field(description="The terms; null where they were refused.")
    warnings: list[TermsWarning] = strawberry.field(description="What in them cannot be meant.")


async def save_terms(
    info: Info[Context, None],
    input: Annotated[SaveTermsInput, strawberry.argument(description="What is saved.")],
) -> SaveTermsPayload | None:
    """Saves terms in one write transaction."""
    saved, refusals = await attempt(_save(info.context, input))
    terms, warnings = saved or (None, [])
    return SaveTermsPayload(terms=terms, warnings=warnings, user_errors=refusals)


@strawberry.input(description="Which terms hold for what. Give one of `storyId`, `variantId` and `assetId`.")
class SetTermsInput:
    terms_id: strawberry.ID | None = strawberry.field(
        description="The terms; null gives a variant or an asset back to its story's terms."
    )
    story_id: strawberry.ID | None = strawberry.field(
        default=None, description="A story: they hold for all of it that has no terms of its own."
    )
    variant_id: strawberry.ID | None = strawberry.field(default=None, description="A variant: its own terms.")
    asset_id: strawberry.ID | None = strawberry.field(default=None, description="An asset: its own terms.")
    revision: int | None = strawberry.field(
        default=None, description="The revision in which the story or the variant was read at the desk."
    )

    def holder(self) -> tuple[type[Holder], uuid.UUID]:
        """For what, by its table and its id.

        :raises BadInput: not exactly one thing is named.
        :raises NotFound: its id is not one of its kind.
        """
        kinds: tuple[tuple[str, type[Holder], strawberry.ID | None], ...] = (
            ("Story", Story, self.story_id),
            ("Variant", Variant, self.variant_id),
            ("Asset", Asset, self.asset_id),
        )
        named = [(table, read_id(given, name)) for name, table, given in kinds if given is not None]
        if len(named) != 1:
            raise BadInput("give one of storyId, variantId and assetId")
        return named[0]


@strawberry.type(description="What giving terms gave.")
class SetTermsPayload(Payload):
    terms: Terms | None = strawberry.field(
        description="The terms that hold from the next release on; null where it was refused, or where the story's hold again."
    )
    revision: int | None = strawberry.field(description="The revision of the story or the variant now.")


async def set_terms(
    info: Info[Context, None],
    input: Annotated[SetTermsInput, strawberry.argument(description="Which terms, and for what.")],
) -> SetTermsPayload | None:
    """Gives terms in one write transaction."""
    given, refusals = await attempt(_set(info.context, input))
    terms, revision = given or (None, None)
    return SetTermsPayload(terms=terms, revision=revision, user_errors=refusals)


async def one_terms(
    info: Info[Context, None],
    id: Annotated[strawberry.ID | None, strawberry.argument(description="Their id.")] = None,
    key: Annotated[str | None, strawberry.argument(description="The key that they have now.")] = None,
) -> Terms | None:
    """Terms by their id or their key.

    :raises BadInput: both are given, or neither.
    :raises NotFound: there are none.
    """
    if (id is None) == (key is None):
        raise BadInput("give either id or key")
    async with info.context.database.read() as session:
        if key is not None:
            return shown(await find_template(session, key))
        return shown(await find_terms(session, uuid_of(str(id), "Terms")))


async def all_templates(info: Info[Context, None]) -> list[Terms] | None:
    """Every template, by key."""
    async with info.context.database.read() as session:
        return [shown(row) for row in await templates(session)]


async def _save(context: Context, given: SaveTermsInput) -> tuple[Terms, list[TermsWarning]]:
    draft = given.draft()
    replaces = None if given.replaces is None else read_id(given.replaces, "Terms", "replaces")
    async with context.write("saveTerms", given) as session:
        saved = await save(session, draft, change_by(context), replaces=replaces)
        about(session, global_id("Terms", saved.terms.id))
    return shown(saved.terms), [given.warning(finding) for finding in saved.findings]


async def _set(context: Context, given: SetTermsInput) -> tuple[Terms | None, int | None]:
    holder, holder_id = given.holder()
    terms_id = None if given.terms_id is None else read_id(given.terms_id, "Terms", "termsId")
    async with context.write("setTerms", given) as session:
        about(session, given.story_id or given.variant_id or given.asset_id)
        changed = await assign(session, holder, holder_id, terms_id, change_by(context), revision=given.revision)
        terms = None if terms_id is None else shown(await find_terms(session, terms_id))
    return terms, getattr(changed, "revision", None)


def read_id(given: str, kind: str, field: str | None = None) -> uuid.UUID:
    """The primary key in a global id of the input.

    :param field: where it stands in the input, where that is not named after its kind.
    :raises NotFound: it is not one of this kind.
    """
    try:
        return uuid_of(given, kind)
    except NotFound as error:
        raise NotFound(error.message, field=[field or f"{kind.lower()}Id"]) from None


def shown(row: TermsRow) -> Terms:
    """Terms as they stand in their table."""
    return Terms.of(terms_part(row))


async def _rules(context: Context, policy_hash: str) -> PolicyRules:
    async with context.database.read() as session:
        return (await context.book.policies.get(session, [policy_hash]))[policy_hash]
