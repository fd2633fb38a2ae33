"""The words of policies: ODRL 2.2 terms, and the delivery channels.

ODRL's terms are those of the ODRL Vocabulary & Expression 2.2 (W3C Recommendation, 15 February 2018).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class RightsAction(StrEnum):
    """What a use may ask for. The value is the ODRL 2.2 term."""

    DISTRIBUTE = "distribute"
    """To supply copies to others: to publish."""
    DISPLAY = "display"
    """To show a static, transient rendition, as on a screen."""
    PRINT = "print"
    """To make a tangible, permanent rendition."""
    TRANSLATE = "translate"
    """To put the words into another language."""
    MODIFY = "modify"
    """To change the content without making a new work of it."""
    DERIVE = "derive"
    """To make a new work from it."""
    EXTRACT = "extract"
    """To take parts and use them on their own."""
    TEXT_TO_SPEECH = "textToSpeech"
    """To have the text read out loud."""
    AGGREGATE = "aggregate"
    """To use it, or parts of it, in a collection."""
    ARCHIVE = "archive"
    """To store it for longer than it is shown."""
    INDEX = "index"
    """To record it in an index."""
    GRANT_USE = "grantUse"
    """To let third parties use it."""


INCLUDED_IN: Final[dict[str, str]] = {
    "aggregate": "use",
    "archive": "use",
    "derive": "use",
    "display": "play",
    "distribute": "use",
    "extract": "reproduce",
    "grantUse": "use",
    "index": "use",
    "modify": "use",
    "play": "use",
    "print": "use",
    "reproduce": "use",
    "textToSpeech": "use",
    "translate": "use",
}
"""ODRL 2.2 `includedIn`, from each term that we know to the one that encompasses it (Vocabulary & Expression, 4).

ODRL puts none of the twelve actions inside another: to permit `derive` is not to permit `translate`. What holds several
is `use` (all twelve), `play` (display) and `reproduce` (extract). A rule may name those three; a use may not.
"""


def included_actions(term: str) -> frozenset[RightsAction]:
    """The actions that an ODRL action term encompasses, by the transitive closure of `includedIn`."""
    return frozenset(action for action in RightsAction if term in _ancestry(action))


def _ancestry(term: str) -> frozenset[str]:
    parent = INCLUDED_IN.get(term)
    return frozenset({str(term)}) if parent is None else _ancestry(parent) | {str(term)}


ACTION_TERMS: Final[dict[str, frozenset[RightsAction]]] = {
    term: included_actions(term) for term in sorted({*INCLUDED_IN, *INCLUDED_IN.values()})
}
"""Every action term that a rule may name, with the actions that it encompasses."""


class DeliveryChannel(StrEnum):
    """Where a copy runs."""

    WEB = "WEB"
    """A website."""
    APP = "APP"
    """An app of the partner's own."""
    SOCIAL = "SOCIAL"
    """An account on a social platform."""
    PRINT = "PRINT"
    """A newspaper, magazine or other printed matter."""
    BROADCAST = "BROADCAST"
    """Radio, television or a public screen."""
    NEWSLETTER = "NEWSLETTER"
    """Mail to subscribers."""


class LeftOperand(StrEnum):
    """What a constraint looks at. The value is the ODRL 2.2 term."""

    SPATIAL = "spatial"
    DELIVERY_CHANNEL = "deliveryChannel"
    LANGUAGE = "language"
    DATE_TIME = "dateTime"
    PURPOSE = "purpose"
    EVENT = "event"
    COUNT = "count"
    PERCENTAGE = "percentage"
    ELAPSED_TIME = "elapsedTime"


class Operator(StrEnum):
    """How a constraint compares. The value is the ODRL 2.2 term.

    `isAnyOf` is for sets of values; `gteq` (from, inclusive) and `lt` (until, exclusive) are for `dateTime`; `lteq` (at most) is for
    `count`, `percentage` and `elapsedTime`.
    """

    IS_ANY_OF = "isAnyOf"
    GTEQ = "gteq"
    LT = "lt"
    LTEQ = "lteq"


class DutyAction(StrEnum):
    """What a duty asks for. The value is the ODRL 2.2 term; `link` is a term of Storypool's own profile."""

    ATTRIBUTE = "attribute"
    """To give the credit line."""
    LINK = "link"
    """To link to the story's page at the centre."""
    INFORM = "inform"
    """To tell the centre."""
    ACCEPT_TRACKING = "acceptTracking"
    """To accept that the use is tracked."""
    OBTAIN_CONSENT = "obtainConsent"
    """To have the centre's consent to this use."""
    DELETE = "delete"
    """To delete every copy: due when a story is canceled, whatever its terms say."""
