"""ODRL 2.2's terms as IRIs: what includes what, and which terms there are.

From the ODRL Vocabulary & Expression 2.2 and the ODRL Information Model 2.2 (W3C Recommendations, 15 February 2018). Terms stand here
without their namespace; `odrl` gives the IRI.
"""

from __future__ import annotations

from typing import Final

ODRL: Final = "http://www.w3.org/ns/odrl/2/"
CC: Final = "http://creativecommons.org/ns#"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
OWL: Final = "http://www.w3.org/2002/07/owl#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
DCT: Final = "http://purl.org/dc/terms/"
DC: Final = "http://purl.org/dc/elements/1.1/"
FOAF: Final = "http://xmlns.com/foaf/0.1/"
VCARD: Final = "http://www.w3.org/2006/vcard/ns#"
SCHEMA: Final = "http://schema.org/"
TIME: Final = "http://www.w3.org/2006/time#"

RIGHTSML_PROFILE: Final = "https://iptc.org/std/RightsML/odrl-profile/"
"""RightsML, IPTC's profile of ODRL 2.2 for news."""

SOTW: Final = "https://w3id.org/force/sotw#"
"""Evaluation requests and states of the world (FORCE)."""
REPORT: Final = "https://w3id.org/force/compliance-report#"
"""Compliance reports (FORCE)."""
FORMAL_SEMANTICS: Final = "https://w3id.org/odrl-fs#"
"""What the formal semantics of the W3C ODRL Community Group define themselves."""


def odrl(term: str) -> str:
    """The IRI of an ODRL term."""
    return ODRL + term


def local_name(iri: str) -> str:
    """What follows an IRI's last `#` or `/`, or the last `:` where it has neither."""
    return iri.replace("#", "/").rstrip("/").rpartition("/")[2].rpartition(":")[2]


POLICY_CLASSES: Final = frozenset({"Policy", "Set", "Offer", "Agreement", "Assertion", "Privacy", "Ticket"})
"""Whose rules are evaluated. A Request is a policy, too, but it asks and grants nothing."""

INCLUDED_IN: Final[dict[str, str]] = {
    **dict.fromkeys(
        (
            "acceptTracking", "aggregate", "annotate", "anonymize", "archive", "attribute", "compensate", "concurrentUse", "delete",
            "derive", "digitize", "distribute", "ensureExclusivity", "execute", "grantUse", "include", "index", "inform", "install",
            "modify", "move", "nextPolicy", "obtainConsent", "play", "present", "print", "read", "reproduce", "reviewPolicy", "stream",
            "synchronize", "textToSpeech", "transform", "translate", "uninstall", "watermark",
        ),
        "use",
    ),
    "display": "play",
    "extract": "reproduce",
    "give": "transfer",
    "sell": "transfer",
}  # fmt: skip
"""`odrl:includedIn`, from each action to the one that encompasses it. `use` and `transfer` are at the top."""

CC_ACTIONS: Final = (
    "Attribution", "CommericalUse", "CommercialUse", "DerivativeWorks", "Distribution", "Notice", "Reproduction", "ShareAlike", "Sharing",
    "SourceCode",
)  # fmt: skip
"""Creative Commons' terms that ODRL takes as actions, all included in `use`. ODRL's own list spells one of them `CommericalUse`."""

SAME_ACTION: Final[dict[str, str]] = {
    odrl("append"): odrl("modify"),
    odrl("appendTo"): odrl("modify"),
    odrl("attachPolicy"): CC + "Notice",
    odrl("attachSource"): CC + "SourceCode",
    odrl("commercialize"): CC + "CommercialUse",
    odrl("copy"): odrl("reproduce"),
    odrl("export"): odrl("transform"),
    odrl("license"): odrl("grantUse"),
    odrl("pay"): odrl("compensate"),
    odrl("share"): CC + "Sharing",
    odrl("shareAlike"): CC + "ShareAlike",
    odrl("write"): odrl("modify"),
    odrl("writeTo"): odrl("modify"),
    CC + "CommericalUse": CC + "CommercialUse",
}
"""Deprecated actions, with the action that each matches exactly (`skos:exactMatch`)."""

UNRELATED_ACTIONS: Final = (
    "adHocShare", "extractChar", "extractPage", "extractWord", "lease", "lend", "preview", "secondaryUse",
)  # fmt: skip
"""Deprecated actions that match nothing else."""

BROADER_ACTION: Final[dict[str, str]] = {
    **{odrl(action): odrl(broader) for action, broader in INCLUDED_IN.items()},
    **{CC + action: odrl("use") for action in CC_ACTIONS},
}
"""`INCLUDED_IN` as IRIs, with Creative Commons' terms."""

ACTIONS: Final = frozenset(
    {*BROADER_ACTION, *BROADER_ACTION.values(), *SAME_ACTION, *(odrl(action) for action in UNRELATED_ACTIONS)}
)
"""The IRI of every action that ODRL has."""

LEFT_OPERANDS: Final = frozenset(
    {
        "absolutePosition", "absoluteSize", "absoluteSpatialPosition", "absoluteTemporalPosition", "count", "dateTime", "delayPeriod",
        "deliveryChannel", "device", "elapsedTime", "event", "fileFormat", "industry", "language", "media", "meteredTime", "payAmount",
        "percentage", "product", "purpose", "recipient", "relativePosition", "relativeSize", "relativeSpatialPosition",
        "relativeTemporalPosition", "resolution", "spatial", "spatialCoordinates", "system", "systemDevice", "timeInterval", "unitOfCount",
        "version", "virtualLocation",
    }
)  # fmt: skip

OPERATORS: Final = frozenset(
    {"eq", "neq", "lt", "lteq", "gt", "gteq", "isA", "hasPart", "isPartOf", "isAllOf", "isAnyOf", "isNoneOf"}
)
LOGICAL_OPERANDS: Final = frozenset({"and", "or", "xone", "andSequence"})

PARTY_FUNCTIONS: Final = frozenset(
    {
        "assigner", "assignee", "attributedParty", "attributingParty", "compensatedParty", "compensatingParty", "consentedParty",
        "consentingParty", "contractedParty", "contractingParty", "informedParty", "informingParty", "trackedParty", "trackingParty",
    }
)  # fmt: skip
"""The properties by which a rule names parties."""

CONTEXT_MISTAKES: Final = {odrl("neg"): odrl("neq"), odrl("industry:"): odrl("industry")}
"""Where W3C's own JSON-LD context leads astray: two terms of it that expand to IRIs that ODRL does not have."""
