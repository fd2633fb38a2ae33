"""Storypool's own profile of ODRL 2.2: the terms that neither ODRL nor RightsML has. docs/odrl.md documents each.

The profile's IRIs are names: nothing is served under them, and nothing is ever fetched.
"""

from __future__ import annotations

import uuid
from typing import Final

from models.base import JsonObject
from models.odrl import vocabulary as terms
from models.odrl.context import ODRL_CONTEXT
from models.odrl.vocabulary import RIGHTSML_PROFILE

PROFILE: Final = "https://w3id.org/storypool/odrl"
"""The profile, as `odrl:profile` names it."""
NAMESPACE: Final = PROFILE + "#"
POLICIES: Final = "https://w3id.org/storypool/policy/"
"""What the IRI of a policy is made of, with the policy's hash."""
CORE_PROFILE: Final = "http://www.w3.org/ns/odrl/2/core"

DECLARED: Final = (RIGHTSML_PROFILE, PROFILE)
"""The profiles that exports declare."""
UNDERSTOOD: Final = frozenset({RIGHTSML_PROFILE, RIGHTSML_PROFILE.rstrip("/"), PROFILE, NAMESPACE, CORE_PROFILE})
"""The profiles that imports may declare."""

PREFIX: Final = "storypool"
CONTEXT: Final[tuple[str, JsonObject]] = (ODRL_CONTEXT, {PREFIX: NAMESPACE})
"""The JSON-LD context of exports: ODRL's, and the prefix of the profile."""

TEXTS: Final = {
    "names": "dct:title",
    "usage_terms": "dct:description",
    "copyright_holder": "schema:copyrightHolder",
    "copyright_notice": "schema:copyrightNotice",
    "credit_line": "schema:creditText",
}
"""The texts that lie beside a policy, each in several languages, with the properties that carry them."""

METADATA: Final = (
    "contributor", "coverage", "created", "creator", "date", "description", "identifier", "issued", "isVersionOf", "modified", "publisher",
    "replaces", "rightsHolder", "source", "subject", "title",
)  # fmt: skip
"""Dublin Core's words about a policy (Information Model 2.8), as far as they decide nothing."""
_ABOUT: Final = frozenset(
    {
        *(space + term for space in (terms.DCT, terms.DC) for term in METADATA),
        *(
            terms.SCHEMA + term
            for term in ("copyrightHolder", "copyrightNotice", "creditText", "description", "name", "url", "version")
        ),
        terms.RDFS + "comment",
        terms.RDFS + "label",
        terms.RDFS + "seeAlso",
        *(terms.SKOS + term for term in ("definition", "note", "prefLabel", "scopeNote")),
        terms.FOAF + "name",
        terms.VCARD + "fn",
    }
)


def is_description(iri: str) -> bool:
    """Whether a property only says in words what a thing is: imports read over it."""
    return iri in _ABOUT


def own(term: str) -> str:
    """The IRI of a term of the profile."""
    return NAMESPACE + term


def compact(term: str) -> str:
    """A term of the profile as exports write it."""
    return f"{PREFIX}:{term}"


def policy_iri(policy_hash: str) -> str:
    """The IRI of a policy, by its hash: the same rules have the same IRI everywhere."""
    return POLICIES + policy_hash


def rule_stem(policy_hash: str) -> str:
    """What the IRIs of the rules of a policy begin with."""
    return f"{policy_iri(policy_hash)}#"


def terms_iri(terms_id: uuid.UUID, policy_hash: str) -> str:
    """The IRI of terms with a policy: what a variant has of its own also has the prohibitions of its story."""
    return f"{terms_id.urn}#{policy_hash}"


def agreement_iri(agreement_id: uuid.UUID, version: int) -> str:
    """The IRI of an agreement in one version; what it says in another is another policy."""
    return f"{agreement_id.urn}#version-{version}"


def agreement_stem(agreement_id: uuid.UUID, version: int) -> str:
    """What the IRIs of the rules of an agreement begin with."""
    return f"{agreement_iri(agreement_id, version)}-"
