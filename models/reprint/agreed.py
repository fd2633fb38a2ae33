"""Whether a copy keeps what was agreed with its pickup: where, through which channel, in which language, when, and changed how far.

A copy is judged by the uses and policies that were accepted then, never by the terms of today. It has to be covered by one of the uses;
what is told are the breaches of the use that it comes nearest to. A breach is what cannot be otherwise: what is not known breaks nothing,
a day stands for every moment of it in every time zone, and a territory that lies partly inside is not outside. What the terms do not speak
of at all (shortening, house style) breaks nothing either: only a prohibition does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from models.language import LanguageTag
from models.outlet import Outlet, OutletKind
from models.policy import DeliveryChannel, LeftOperand, Policy, RightsAction, Rule
from models.reprint.table import Reprint, ReprintForm, TimePrecision, TimeSource
from models.territory import Territory, standard_tree
from models.usage import Subject, Use
from models.usage.terms import match_terms, question
from models.usage.window import ALWAYS, Window

TERRITORY: Final = "TERRITORY_NOT_AGREED"
CHANNEL: Final = "CHANNEL_NOT_AGREED"
LANGUAGE: Final = "LANGUAGE_NOT_AGREED"
TOO_EARLY: Final = "BEFORE_RIGHTS"
TOO_LATE: Final = "AFTER_RIGHTS"
DELETION_DUE: Final = "DELETION_DUE"
FORBIDDEN: Final = {
    ReprintForm.EDITED: (RightsAction.MODIFY, "EDIT_FORBIDDEN"),
    ReprintForm.EXCERPT: (RightsAction.EXTRACT, "EXCERPT_FORBIDDEN"),
    ReprintForm.TRANSLATION: (RightsAction.TRANSLATE, "TRANSLATION_FORBIDDEN"),
}
"""What a copy of a form does with the text, and the reason where a prohibition speaks of that. To quote needs nobody's leave."""

_ANY_ZONE: Final = timedelta(hours=26)
"""How far two clocks of the world are apart (UTC−12 to UTC+14): a day, or a page's time without a zone, is no surer than that."""
_LENGTHS: Final = {
    TimePrecision.SECOND: timedelta(seconds=1),
    TimePrecision.MINUTE: timedelta(minutes=1),
    TimePrecision.DAY: timedelta(days=1),
    TimePrecision.MONTH: timedelta(days=31),
    TimePrecision.YEAR: timedelta(days=366),
}
_UNKNOWN: Final = LanguageTag("und")
_LONG_AGO: Final = datetime(1900, 1, 1, tzinfo=UTC)
_CHANNELS: Final = {
    OutletKind.SITE: frozenset({DeliveryChannel.WEB, DeliveryChannel.NEWSLETTER}),
    OutletKind.APP: frozenset({DeliveryChannel.APP, DeliveryChannel.WEB}),
    OutletKind.PAPER: frozenset({DeliveryChannel.PRINT, DeliveryChannel.WEB}),
    OutletKind.CHANNEL: frozenset({DeliveryChannel.BROADCAST, DeliveryChannel.WEB}),
    OutletKind.ACCOUNT: frozenset({DeliveryChannel.SOCIAL}),
}
"""What a page at an outlet may have come through; the web edition of a mail, a paper or a channel is a page, too."""


@dataclass(frozen=True)
class Stretch:
    """Between which two moments, both included, a copy was published for certain."""

    earliest: datetime
    latest: datetime

    def is_before(self, other: Stretch) -> bool:
        """Whether all of it lies before the other."""
        return self.latest < other.earliest


def published_within(reprint: Reprint) -> Stretch:
    """Between which moments a copy was published, by what is known of that and how exactly.

    Where nobody said anything, it was published when the centre first heard of it, or at any time before.
    """
    at, precision = reprint.published_at, reprint.published_precision
    if reprint.published_source is TimeSource.FIRST_SEEN:
        return Stretch(_LONG_AGO, at)
    exact = reprint.published_source is TimeSource.STATED and precision in (TimePrecision.SECOND, TimePrecision.MINUTE)
    doubt = timedelta(0) if exact else _ANY_ZONE
    return Stretch(max(at - doubt, _LONG_AGO), at + _LENGTHS[precision] + doubt)


def channels_of(outlet: Outlet) -> frozenset[DeliveryChannel]:
    """Through which channels a page at an outlet may have come. What nobody has claimed may be anything that has pages."""
    if outlet.unclaimed and outlet.kind is not OutletKind.ACCOUNT:
        return frozenset(DeliveryChannel) - {DeliveryChannel.PRINT, DeliveryChannel.BROADCAST}
    return _CHANNELS[outlet.kind]


@dataclass(frozen=True)
class AgreedUse:
    """A use that was accepted.

    :param policies: that permitted it, as they were: the story's terms, and those of the agreement where they are known.
    :param period: in which the agreement was in force, by the version that was accepted.
    :param delete_by: when all copies must be gone; None where nothing says so, or the centre does without it.
    """

    use: Use
    policies: tuple[Policy, ...] = ()
    period: Window = ALWAYS
    delete_by: datetime | None = None


@dataclass(frozen=True)
class Agreed:
    """What was agreed with a pickup at a moment."""

    uses: tuple[AgreedUse, ...]
    at: datetime

    @property
    def delete_by(self) -> datetime | None:
        """The first moment at which copies must be gone, by every use."""
        moments = [agreed.delete_by for agreed in self.uses]
        known = [moment for moment in moments if moment is not None]
        return max(known) if known and len(known) == len(moments) else None


@dataclass(frozen=True)
class Where:
    """What is known of where and when a copy runs. None is not known.

    :param channels: any of these.
    :param stated_form: by whoever reported it, or by staff.
    """

    territory: str | None = None
    channels: frozenset[DeliveryChannel] | None = None
    published: Stretch | None = None
    stated_form: ReprintForm | None = None


NOWHERE: Final = Where()
"""Nothing is known."""


def breaches(
    agreed: Agreed, where: Where, form: ReprintForm | None, language: str | None, now: datetime | None
) -> tuple[str, ...]:
    """How a copy that is there breaks what was agreed, as codes; none where it keeps it, or where that cannot be told.

    :param form: of what the page holds.
    :param language: of the text that it holds.
    :param now: None where that is of no matter.
    """
    found = [tuple(_breaches(one, agreed.at, where, form, language, now)) for one in agreed.uses]
    return min(found, key=len, default=())


def _breaches(
    agreed: AgreedUse,
    accepted: datetime,
    where: Where,
    form: ReprintForm | None,
    language: str | None,
    now: datetime | None,
) -> Iterator[str]:
    use = agreed.use
    if where.territory is not None and not _touches(where.territory, use.territory):
        yield TERRITORY
    if where.channels is not None and use.channel not in where.channels:
        yield CHANNEL
    if language is not None and use.language is not None and _primary(language) != _primary(use.language):
        yield LANGUAGE
    if where.published is not None and (outside := _outside(agreed, accepted, where.published)) is not None:
        yield outside
    if form in FORBIDDEN:
        action, code = FORBIDDEN[form]
        changed = replace(use, action=action, territory=_narrowest(where.territory, use.territory))
        if action is not use.action and _forbids(agreed.policies, changed, accepted):
            yield code
    if now is not None and agreed.delete_by is not None and agreed.delete_by <= now:
        yield DELETION_DUE


def _primary(tag: str) -> str:
    return tag.partition("-")[0].lower()


def _touches(one: str, other: str) -> bool:
    tree = standard_tree()
    known = tree.codes()
    return one not in known or other not in known or tree.touches(Territory(one), Territory(other))


def _narrowest(where: str | None, agreed: Territory) -> Territory:
    tree = standard_tree()
    if where is None or where not in tree.codes() or not tree.contains(agreed, Territory(where)):
        return agreed
    return Territory(where)


def _outside(agreed: AgreedUse, accepted: datetime, published: Stretch) -> str | None:
    """Whether a use was permitted at no moment at which the copy may have been published: TOO_EARLY, TOO_LATE.

    When somebody acknowledged it is of no matter: a system that acknowledges a minute after it published breaks no terms.
    """
    asked = question(agreed.use, Subject(agreed.use.language or _UNKNOWN, ""))
    terms = [match_terms(policy, asked, None) for policy in agreed.policies]

    def permitted(at: datetime) -> bool:
        return agreed.period.holds(at) and all(match.duties(at) is not None for match in terms)

    if not permitted(accepted):
        return None  # something else permitted it: by these rules nothing can be said
    changes = [*agreed.period.edges(), *(edge for match in terms for edge in match.edges())]
    moments = [published.earliest, published.latest]
    moments += [edge for edge in changes if published.earliest <= edge <= published.latest]
    moments += [edge - timedelta(microseconds=1) for edge in moments[2:] if edge > published.earliest]
    if any(permitted(moment) for moment in moments):
        return None
    return TOO_EARLY if published.latest < accepted else TOO_LATE


def _forbids(policies: Sequence[Policy], use: Use, at: datetime) -> bool:
    return any(
        _speaks_of(rule, use) and Window(*rule.bounds).holds(at) for one in policies for rule in one.prohibitions
    )


def _speaks_of(rule: Rule, use: Use) -> bool:
    """Whether a prohibition is about a use for certain: about all of its area, and about what is known of it."""
    if use.action not in rule.covered:
        return False
    asked = question(use, Subject(use.language or _UNKNOWN, ""))
    said = {
        LeftOperand.DELIVERY_CHANNEL: asked.channel,
        LeftOperand.PURPOSE: asked.purpose,
        LeftOperand.EVENT: asked.event,
    }
    for constraint in rule.conditions:
        operand = constraint.left_operand
        if operand is LeftOperand.SPATIAL:
            holds = asked.area & constraint.area == asked.area
        elif operand is LeftOperand.LANGUAGE:
            holds = (
                use.language is not None and asked.ranges is not None and not asked.ranges.isdisjoint(constraint.values)
            )
        else:
            holds = said.get(operand) in constraint.values
        if not holds:
            return False
    return True
