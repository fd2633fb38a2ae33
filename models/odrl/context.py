"""The JSON-LD contexts that documents may name by address. They are our own, made from the vocabulary; nothing is ever fetched."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from models.odrl import vocabulary as terms

JsonObject = dict[str, object]

ODRL_CONTEXT: Final = "http://www.w3.org/ns/odrl.jsonld"
"""The address by which policies name ODRL's context."""

ODRL_ADDRESSES: Final = frozenset(
    {"www.w3.org/ns/odrl.jsonld", "www.w3.org/ns/odrl/2", "www.w3.org/ns/odrl/2/ODRL22.jsonld"}
)
"""The addresses of ODRL's context, without scheme and last slash."""

PREFIXES: Final[dict[str, str]] = {
    "cc": terms.CC,
    "dct": terms.DCT,
    "foaf": terms.FOAF,
    "odrl": terms.ODRL,
    "owl": terms.OWL,
    "rdf": terms.RDF,
    "rdfs": terms.RDFS,
    "schema": terms.SCHEMA,
    "skos": terms.SKOS,
    "vcard": terms.VCARD,
    "xsd": terms.XSD,
}
CLASSES: Final = (
    "Action", "Asset", "AssetCollection", "ConflictTerm", "Constraint", "Duty", "LeftOperand", "LogicalConstraint", "Operator", "Party",
    "PartyCollection", "PartyScope", "Permission", "Prohibition", "Request", "RightOperand", "Rule",
)  # fmt: skip
TO_NODES: Final = (
    *sorted(terms.PARTY_FUNCTIONS), *sorted(terms.LOGICAL_OPERANDS), "assigneeOf", "assignerOf", "consequence", "constraint", "duty",
    "hasPolicy", "implies", "includedIn", "inheritFrom", "obligation", "output", "partOf", "permission", "profile", "prohibition",
    "refinement", "relation", "remedy", "rightOperandReference", "scope", "source", "target",
)  # fmt: skip
"""Properties whose values are things: a string names one by its IRI."""
TO_TERMS: Final = ("action", "conflict", "function", "leftOperand", "operator")
"""Properties whose values are terms: a string is one of ODRL's, or an IRI."""
TO_LITERALS: Final = ("dataType", "datatype", "rightOperand", "status", "unit")
NAMES: Final = (
    "All",
    "All2ndConnections",
    "AllConnections",
    "AllGroups",
    "Group",
    "Individual",
    "invalid",
    "perm",
    "policyUsage",
    "prohibit",
)

EVALUATION: Final[JsonObject] = {
    "sotw": terms.SOTW,
    "report": terms.REPORT,
    "odrl-fs": terms.FORMAL_SEMANTICS,
    "id": "@id",
    "description": terms.SCHEMA + "description",
    **{name: f"sotw:{name}" for name in ("EvaluationRequest", "RequestParameter", "SotW", "value", "context", "currentTime")},
    **{
        name: {"@id": f"sotw:{name}", "@type": "@vocab"}
        for name in ("evaluatedAction", "requestedAction", "describesFeature")
    },
    **{
        name: {"@id": f"sotw:{name}", "@type": "@id"}
        for name in (
            "assetCollection", "conditionId", "evaluatedParty", "evaluatedTarget", "existingReport", "partyCollection", "requestParameter",
            "requestedTarget", "requestingParty",
        )
    },
    "requestParameters": {"@id": "sotw:requestParameter", "@type": "@id"},
}  # fmt: skip
"""The words of evaluation requests and states of the world, as the formal semantics and FORCE have them."""

EVALUATION_CONTEXTS: Final = frozenset({"evaluation_request.json", "stow.json", "sotw.json", "json-ld_context.json"})
"""The files of the formal semantics' folder `ontology` that its test cases name as contexts."""


@lru_cache(maxsize=1)
def odrl_context() -> JsonObject:
    """What `http://www.w3.org/ns/odrl.jsonld` means, with the deprecated actions, and with `neq` and `industry` put right."""
    actions = [terms.local_name(action) for action in sorted(terms.ACTIONS) if action.startswith(terms.ODRL)]
    plain = (
        *sorted(terms.POLICY_CLASSES),
        *CLASSES,
        *actions,
        *sorted(terms.LEFT_OPERANDS),
        *sorted(terms.OPERATORS),
        *NAMES,
    )
    return {
        **PREFIXES,
        "uid": "@id",
        "type": "@type",
        **{term: f"odrl:{term}" for term in plain},
        **{term: f"odrl:{term}" for term in TO_LITERALS if term != "dataType"},
        "dataType": "odrl:datatype",
        **{term: {"@id": f"odrl:{term}", "@type": "@id"} for term in TO_NODES},
        **{term: {"@id": f"odrl:{term}", "@type": "@vocab"} for term in TO_TERMS},
    }


def is_odrl_context(address: object) -> bool:
    """Whether this is an address of ODRL's context, over http or https."""
    if not isinstance(address, str):
        return False
    return address.removeprefix("https://").removeprefix("http://").rstrip("/") in ODRL_ADDRESSES


def known_context(address: str) -> JsonObject | None:
    """The context that we have for an address; None for any other."""
    if is_odrl_context(address):
        return odrl_context()
    folder, _, name = address.rpartition("/")
    if folder.endswith("/formal-semantics/ontology") and name in EVALUATION_CONTEXTS:
        return {**odrl_context(), **EVALUATION}
    return None
