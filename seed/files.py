"""What each of the seed's data files may say. Nothing else is accepted, so that no slip of the pen is silently lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from models.agreement.content import AgreementChanges, ExclusivityWish
from models.agreement.quota import Quota, QuotaPeriod
from models.asset import AssetKind
from models.base import JsonObject
from models.concept import ConceptKind, OrganisationKind
from models.contributor import ContributorRelation, ContributorRole
from models.errors import BadInput
from models.language import parse_language, parse_language_range
from models.outlet import OutletKind
from models.partner import PartnerKind
from models.policy import DeliveryChannel, Policy, parse_policy
from models.territory import parse_territory
from models.variant import Form, TranslationMethod

T = TypeVar("T")


def _accepted_by(parse: Callable[[T], object]) -> AfterValidator:
    """Refuses what `parse` refuses, in its words, and keeps what it accepts as it was written."""

    def check(value: T) -> T:
        try:
            parse(value)
        except BadInput as error:
            raise ValueError(error.message) from error
        return value

    return AfterValidator(check)


Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9:.-]*$", max_length=64)]
Language = Annotated[str, _accepted_by(parse_language)]
LanguageRange = Annotated[str, _accepted_by(parse_language_range)]
TerritoryCode = Annotated[str, _accepted_by(parse_territory)]
Wording = dict[Language, str]
"""A text per language tag."""
PolicyObject = Annotated[JsonObject, _accepted_by(parse_policy)]


class File(BaseModel):
    """What every shape of a data file has: camelCase names, and nothing that is not known."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, alias_generator=to_camel)


class CentreFile(File):
    """Whose installation it is."""

    name: Wording
    uri_prefix: str
    timezone: str

    @property
    def zone(self) -> ZoneInfo:
        """The centre's own time zone."""
        return ZoneInfo(self.timezone)


class ConceptFile(File):
    """A vocabulary term."""

    kind: ConceptKind
    code: Key
    names: Wording
    territory: TerritoryCode | None = None


class OrganisationFile(File):
    """An organisation that stories are about."""

    key: Key
    names: Wording
    kind: OrganisationKind
    go_global: bool = False


class BrandFile(File):
    """A series or a topic."""

    key: Key
    names: Wording
    description: Wording


class TopicFile(BrandFile):
    """A topic, and when it is open."""

    opened_at: AwareDatetime
    closes_at: AwareDatetime | None


class ContributorFile(File):
    """A person who contributes."""

    key: Key
    name: Wording
    relation: ContributorRelation
    nationality: TerritoryCode | None
    language: Language | None
    consent: bool


class TermsFile(File):
    """Terms that stories and assets choose by key."""

    key: Key
    names: Wording
    policy: PolicyObject
    usage_terms: Wording
    copyright_holder: Wording
    copyright_notice: Wording
    credit_line: Wording
    demonstration: bool

    @property
    def rules(self) -> Policy:
        """The policy, read."""
        return parse_policy(self.policy)


class OutletFile(File):
    """A place where copies run."""

    key: Key
    name: str
    kind: OutletKind
    platform: str | None
    url: str | None
    territory: TerritoryCode | None
    language: Language | None
    audience: list[JsonObject]
    demonstration: bool
    unclaimed: bool = False


class LiaisonFile(File):
    """The officer attached to a partner."""

    name: str
    email: str


class QuotaFile(File):
    """At most so many pickups in a period."""

    period: QuotaPeriod
    limit: Annotated[int, Field(ge=0)]
    form: Form | None


class ExclusivityFile(File):
    """What a partner has to itself for a time; null means all."""

    territories: list[TerritoryCode] | None
    channels: list[DeliveryChannel] | None
    starts_at: AwareDatetime
    ends_at: AwareDatetime


class AgreementFile(File):
    """A contract with a partner."""

    key: Key
    title: Wording
    starts_at: AwareDatetime
    ends_at: AwareDatetime | None
    languages: list[LanguageRange] | None
    forms: list[Form] | None
    series: list[Key] | None
    topics: list[Key] | None
    territories: list[TerritoryCode]
    channels: list[DeliveryChannel]
    policy: PolicyObject
    quotas: list[QuotaFile] = Field(default_factory=list)
    exclusivities: list[ExclusivityFile] = Field(default_factory=list)
    demonstration: bool

    def changes(self) -> AgreementChanges:
        """What the contract says, for the door through which agreements are added."""
        return {
            "titles": self.title,
            "starts_at": self.starts_at,
            "ends_at": self.ends_at,
            "languages": self.languages,
            "forms": None if self.forms is None else [form.value for form in self.forms],
            "series": self.series,
            "topics": self.topics,
            "territories": self.territories,
            "channels": [channel.value for channel in self.channels],
            "policy": lambda zone: parse_policy(self.policy, zone),
            "quotas": [Quota(quota.period, quota.limit, quota.form) for quota in self.quotas],
            "exclusivities": [
                ExclusivityWish(
                    item.territories,
                    None if item.channels is None else [channel.value for channel in item.channels],
                    item.starts_at,
                    item.ends_at,
                )
                for item in self.exclusivities
            ],
        }


class PartnerFile(File):
    """Who is supplied, with agreements and outlets."""

    key: Key
    kind: PartnerKind
    names: Wording
    languages: list[Language]
    territories: list[TerritoryCode]
    audience: Wording
    liaison: LiaisonFile
    notice_email: str | None = None
    sandbox: bool = False
    demonstration: bool
    agreements: list[AgreementFile]
    outlets: list[OutletFile]


class AllianceFile(File):
    """A group of partners and contributors."""

    key: Key
    names: Wording
    partners: list[Key]
    contributors: list[Key]
    demonstration: bool


class CreditFile(File):
    """What a contributor did for a story."""

    contributor: Key
    role: ContributorRole


class AssetFile(File):
    """A picture to be drawn for a story."""

    key: Key
    kind: AssetKind
    scene: str
    seed: int
    captions: Wording
    credit: str
    terms: Key | None


class SourceFile(File):
    """Which variant a translation was made from."""

    language: Language
    form: Form


class VariantFile(File):
    """One language in one form of a story."""

    language: Language
    form: Form
    label: str
    headline: str
    description: str
    body: list[str]
    by: str
    located: str
    assets: list[Key]
    translated_from: SourceFile | None
    translation_method: TranslationMethod | None
    terms: Key | None


class StoryFile(File):
    """A story with its variants and pictures."""

    slug: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=64)]
    slugline: str
    urgency: Annotated[int, Field(ge=1, le=9)]
    genres: list[Key]
    subjects: list[Key]
    places: list[Key]
    people: list[Key]
    organisations: list[Key]
    brands: list[Key] = Field(default_factory=list)
    series: Key | None
    topic: Key | None
    contributors: list[CreditFile]
    content_created: AwareDatetime
    embargoed_until: AwareDatetime | None
    expires: AwareDatetime | None
    terms: Key
    demonstration: str
    assets: list[AssetFile]
    variants: list[VariantFile]
