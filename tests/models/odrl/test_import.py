"""Terms are read from ODRL however it is written; what they cannot say is refused by name, with its place."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings

from models.errors import BadPolicy, BadZone
from models.odrl.export import export_policy
from models.odrl.profile import PROFILE, own
from models.odrl.reading import ReadTerms, read_terms
from models.odrl.vocabulary import ODRL
from models.policy import EMPTY_POLICY, Policy, parse_policy
from tests.models.policies import policies

UID = "urn:uuid:019ab8f0-0000-7000-8000-000000000001"
CONTEXT: list[Any] = ["http://www.w3.org/ns/odrl.jsonld", {"storypool": own("")}]
Document = dict[str, Any]


def document(**parts: object) -> Document:
    """A Set that permits distributing; the parts stand in place of its own, and None takes one out."""
    whole = {
        "@context": CONTEXT,
        "@type": "Set",
        "uid": "https://example.org/policy",
        "permission": {"action": "distribute"},
        **parts,
    }
    return {key: value for key, value in whole.items() if value is not None}


def permitting(**parts: object) -> Document:
    return document(permission={"action": "distribute", **parts})


def constrained(left: object, operator: object, right: object, **parts: object) -> Document:
    return permitting(constraint={"leftOperand": left, "operator": operator, "rightOperand": right, **parts})


def owing(**duty: object) -> Document:
    return permitting(duty={"action": "attribute", **duty})


def policy_of(rule: Document, **more: object) -> Policy:
    return parse_policy({"permissions": [{"actions": ["distribute"], **rule}], **more})


def where(left: str, operator: str, *right: str) -> Policy:
    return policy_of({"constraints": [{"leftOperand": left, "operator": operator, "rightOperand": list(right)}]})


def duty(**parts: object) -> Policy:
    return policy_of({"duties": [{"action": "attribute", **parts}]})


@settings(deadline=None)
@given(policies())
def test_what_is_exported_and_read_again_has_the_same_hash(policy: Policy) -> None:
    assert read_terms(export_policy(policy, UID)).policy.hash() == policy.hash()


def test_terms_that_permit_nothing_come_back_as_such() -> None:
    assert read_terms(export_policy(EMPTY_POLICY, UID)).policy == EMPTY_POLICY


def test_texts_and_zone_come_back_with_their_languages() -> None:
    texts = {"names": {"en": "Web only", "zh": "仅限网页"}, "credit_line": {"ru": "Источник: центр"}}
    read = read_terms(export_policy(EMPTY_POLICY, UID, texts=texts, zone="Europe/Athens", key="web"))
    assert read.zone == "Europe/Athens"
    assert {name: worded for name, worded in read.texts.items() if worded} == texts


PLAIN = policy_of({})
DISTRIBUTE_OR_PRINT = parse_policy({"permissions": [{"actions": ["distribute", "print"]}]})
TWO_COUNTED = parse_policy(
    {
        "permissions": [
            {
                "actions": [action],
                "constraints": [{"leftOperand": "count", "operator": "lteq", "rightOperand": "3"}],
            }
            for action in ("distribute", "print")
        ]
    }
)
WAYS: dict[str, tuple[Document, Policy]] = {
    "compact, one object": (document(), PLAIN),
    "an array": (document(permission=[{"action": ["distribute"]}]), PLAIN),
    "an action by @id": (permitting(action={"@id": "odrl:distribute"}), PLAIN),
    "an action by its IRI": (permitting(action=f"{ODRL}distribute"), PLAIN),
    "an action by rdf:value": (permitting(action={"rdf:value": {"@id": "odrl:distribute"}}), PLAIN),
    "with types": (permitting(**{"@type": ["Rule", "Permission"]}), PLAIN),
    "a Policy": (document(**{"@type": "Policy"}), PLAIN),
    "without a type": (document(**{"@type": None}), PLAIN),
    "the action of the whole policy": (document(permission={"@type": "Permission"}, action="distribute"), PLAIN),
    "in another prefix": (
        {
            "@context": {"o": ODRL},
            "@type": "o:Set",
            "@id": "https://example.org/policy",
            "o:permission": {"o:action": {"@id": "o:distribute"}},
        },
        PLAIN,
    ),
    "expanded": (
        {
            "@type": [f"{ODRL}Set"],
            "@id": "https://example.org/policy",
            f"{ODRL}permission": [{f"{ODRL}action": [{"@id": f"{ODRL}distribute"}]}],
        },
        PLAIN,
    ),
    "in a graph, the rule by name": (
        {
            "@context": CONTEXT,
            "@graph": [
                {"uid": "https://example.org/policy", "@type": "Set", "permission": "https://example.org/rule"},
                {"uid": "https://example.org/rule", "@type": "Permission", "action": "distribute"},
            ],
        },
        PLAIN,
    ),
    "with a deprecated name of an action": (
        permitting(action="odrl:license"),
        parse_policy({"permissions": [{"actions": ["grantUse"]}]}),
    ),
    "several actions": (permitting(action=["distribute", "print"]), DISTRIBUTE_OR_PRINT),
    "several actions with a count, which each has by itself": (
        permitting(
            action=["distribute", "print"],
            constraint={"leftOperand": "count", "operator": "lteq", "rightOperand": 3},
        ),
        TWO_COUNTED,
    ),
    "the target named": (permitting(target="storypool:content"), PLAIN),
    "our profile, RightsML's and ODRL's own": (
        document(profile=[PROFILE, "https://iptc.org/std/RightsML/odrl-profile/", "http://www.w3.org/ns/odrl/2/core"]),
        PLAIN,
    ),
    "with words about it": (document(**{"dct:creator": "Somebody", "dct:issued": "2026-01-01"}), PLAIN),
    "a territory": (constrained("spatial", "eq", "JP"), where("spatial", "eq", "JP")),
    "a territory that it is a part of": (constrained("spatial", "isPartOf", "142"), where("spatial", "eq", "142")),
    "a territory by ISO's IRI": (
        constrained("spatial", "eq", {"@id": "https://www.iso.org/obp/ui/#iso:code:3166:JP"}),
        where("spatial", "eq", "JP"),
    ),
    "several territories": (
        constrained("spatial", "isAnyOf", ["JP", {"@value": "fr"}]),
        where("spatial", "isAnyOf", "FR", "JP"),
    ),
    "a list of values": (
        constrained("language", "isAnyOf", {"@list": ["ru", "el"]}),
        where("language", "isAnyOf", "el", "ru"),
    ),
    "a channel by its IRI": (
        constrained("deliveryChannel", "eq", {"@id": "storypool:WEB"}),
        where("deliveryChannel", "eq", "WEB"),
    ),
    "a channel in plain": (constrained("deliveryChannel", "eq", "WEB"), where("deliveryChannel", "eq", "WEB")),
    "a moment": (
        constrained("dateTime", "lt", {"@value": "2026-07-01T00:00:00+08:00", "@type": "xsd:dateTime"}),
        where("dateTime", "lt", "2026-06-30T16:00:00Z"),
    ),
    "a day, whole in the zone": (
        constrained("dateTime", "lteq", {"@value": "2026-06-30", "@type": "xsd:date"}),
        where("dateTime", "lt", "2026-06-30T16:00:00Z"),
    ),
    "a day in plain, with the datatype beside it": (
        constrained("odrl:dateTime", "odrl:lteq", "2026-06-30", dataType="xsd:date"),
        where("dateTime", "lt", "2026-06-30T16:00:00Z"),
    ),
    "a count as a number": (constrained("count", "lteq", 3), where("count", "lteq", "3")),
    "a count as a typed value": (
        constrained("count", "lteq", {"@value": "3", "@type": "xsd:nonNegativeInteger"}),
        where("count", "lteq", "3"),
    ),
    "a duty, which ODRL has as a precondition": (owing(), duty(precondition=True)),
    "several actions of a duty": (
        owing(action=["attribute", "inform"]),
        policy_of({"duties": [{"action": action, "precondition": True} for action in ("attribute", "inform")]}),
    ),
    "an accepted duty": (owing(**{"storypool:accepted": True}), duty()),
    "an accepted duty that blocks, within a week": (
        owing(
            **{"storypool:accepted": True, "storypool:blocking": {"@value": "true", "@type": "xsd:boolean"}},
            constraint={
                "leftOperand": "elapsedTime",
                "operator": "lteq",
                "rightOperand": {"@value": "P7D", "@type": "xsd:duration"},
            },
        ),
        duty(blocking=True, constraints=[{"leftOperand": "elapsedTime", "operator": "lteq", "rightOperand": "P7D"}]),
    ),
    "a link": (
        owing(action="storypool:link", **{"storypool:accepted": True}),
        policy_of({"duties": [{"action": "link"}]}),
    ),
    "both kinds of rules": (
        document(conflict="prohibit", prohibition={"action": "print"}),
        policy_of({}, prohibitions=[{"actions": ["print"]}]),
    ),
    "only a prohibition, where no conflict can be": (
        document(permission=None, prohibition={"action": "print"}),
        parse_policy({"prohibitions": [{"actions": ["print"]}]}),
    ),
}


@pytest.mark.parametrize(("written", "meant"), WAYS.values(), ids=WAYS.keys())
def test_the_same_terms_are_read_from_every_way_to_write_them(written: Document, meant: Policy) -> None:
    assert read_terms(written).policy == meant


def test_reading_changes_nothing_in_the_document() -> None:
    written = owing(**{"storypool:accepted": True})
    before = copy.deepcopy(written)
    read_terms(written)
    assert written == before


def test_a_day_is_whole_in_the_zone_that_is_given_before_that_of_the_document() -> None:
    written = constrained("dateTime", "lteq", "2026-06-30") | {"storypool:zone": "Asia/Tokyo"}

    def until(read: ReadTerms) -> str:
        return read.policy.permissions[0].constraints[0].right_operand[0]

    assert until(read_terms(written)) == "2026-06-30T15:00:00Z"
    assert until(read_terms(written, zone="Europe/Athens")) == "2026-06-30T21:00:00Z"


@pytest.mark.parametrize("zone", ["", "Asia/Nowhere"])
def test_a_zone_that_is_none_is_refused(zone: str) -> None:
    with pytest.raises(BadZone):
        read_terms(document(), zone=zone)
    with pytest.raises(BadZone):
        read_terms(document(**{"storypool:zone": zone or "x"}))


def test_an_offer_is_read_where_it_is_the_centres_own() -> None:
    offer = document(**{"@type": "Offer"}, permission={"action": "distribute", "assigner": "https://centre.example"})
    assert read_terms(offer, centre="https://centre.example").policy == PLAIN


LOGICAL = {"or": [{"leftOperand": "spatial", "operator": "eq", "rightOperand": "JP"}]}
PROHIBITION = {"action": "print"}
REFUSALS: dict[str, tuple[Document, str, str]] = {
    "an unknown action": (permitting(action="odrl:stream"), "permission.action", "odrl/2/stream"),
    "an action that no context has": (permitting(action="frobnicate"), "permission.action", "'frobnicate'"),
    "an action of a duty in a permission": (permitting(action="attribute"), "permission.action", "attribute"),
    "no action": (document(permission={"@type": "Permission"}), "permission.action", "is empty"),
    "an action here and for the whole policy": (permitting() | {"action": "print"}, "permission.action", "one place"),
    "an unknown left operand": (
        constrained("absoluteSize", "lteq", 3),
        "permission.constraint.leftOperand",
        "absoluteSize",
    ),
    "a left operand of rules in a duty": (
        owing(
            **{"storypool:accepted": True}, constraint={"leftOperand": "count", "operator": "lteq", "rightOperand": 1}
        ),
        "permission.duty.constraint.leftOperand",
        "'count'",
    ),
    "no left operand": (
        permitting(constraint={"operator": "eq", "rightOperand": "JP"}),
        "permission.constraint.leftOperand",
        "has 0 values",
    ),
    "an unknown operator": (constrained("spatial", "isNoneOf", "JP"), "permission.constraint.operator", "isNoneOf"),
    "neq, which ODRL's context spells neg": (
        constrained("spatial", "neq", "JP"),
        "permission.constraint.operator",
        "neq",
    ),
    "an operator that does not go with the operand": (
        constrained("count", "gteq", 3),
        "permission.constraint.operator",
        "'gteq'",
    ),
    "a part of several territories": (
        constrained("spatial", "isPartOf", ["JP", "CN"]),
        "permission.constraint.operator",
        "isPartOf",
    ),
    "a territory that nobody knows": (
        constrained("spatial", "eq", {"@id": "https://example.org/Atlantis"}),
        "permission.constraint.rightOperand",
        "Atlantis",
    ),
    "a channel of somebody else": (
        constrained("deliveryChannel", "eq", {"@id": "https://example.org/web"}),
        "permission.constraint.rightOperand",
        "https://example.org/web",
    ),
    "a channel that is none": (
        constrained("deliveryChannel", "eq", {"@id": "storypool:RADIO"}),
        "permission.constraint.rightOperand",
        "'RADIO'",
    ),
    "a moment without a zone": (
        constrained("dateTime", "lt", {"@value": "2026-06-30T00:00:00", "@type": "xsd:dateTime"}),
        "permission.constraint.rightOperand",
        "RFC 3339",
    ),
    "a value of another datatype": (
        constrained("count", "lteq", {"@value": "3.0", "@type": "xsd:double"}),
        "permission.constraint.rightOperand",
        "double",
    ),
    "a value in a language": (
        constrained("purpose", "eq", {"@value": "editorial", "@language": "en"}),
        "permission.constraint.rightOperand",
        "'en'",
    ),
    "a missing value": (
        permitting(constraint={"leftOperand": "spatial", "operator": "eq"}),
        "permission.constraint.rightOperand",
        "missing",
    ),
    "a value by reference": (
        permitting(
            constraint={"leftOperand": "spatial", "operator": "eq", "rightOperandReference": "https://example.org/x"}
        ),
        "permission.constraint.rightOperandReference",
        "not supported",
    ),
    "a unit": (constrained("count", "lteq", 3, unit="odrl:count"), "permission.constraint.unit", "not supported"),
    "a status": (constrained("count", "lteq", 3, status=1), "permission.constraint.status", "not supported"),
    "a logical constraint": (permitting(constraint=LOGICAL), "permission.constraint.or", "not supported"),
    "a refinement of an action": (
        permitting(action={"rdf:value": {"@id": "odrl:print"}, "refinement": LOGICAL["or"]}),
        "permission.action",
        "refinement",
    ),
    "a refinement of the target": (
        permitting(target={"@id": "storypool:content", "refinement": LOGICAL["or"]}),
        "permission.target.refinement",
        "not supported",
    ),
    "a foreign target": (permitting(target="https://example.org/x"), "permission.target", "https://example.org/x"),
    "a foreign target of the whole policy": (
        document(target="https://example.org/x"),
        "target",
        "https://example.org/x",
    ),
    "a foreign target of a duty": (
        owing(target="https://example.org/x"),
        "permission.duty.target",
        "https://example.org/x",
    ),
    "an assignee": (permitting(assignee="https://example.org/x"), "permission.assignee", "not supported"),
    "an assignee of the whole policy": (document(assignee="https://example.org/x"), "assignee", "not supported"),
    "a foreign assigner": (
        permitting(assigner="https://example.org/x"),
        "permission.assigner",
        "https://example.org/x",
    ),
    "a remedy": (
        document(conflict="prohibit", prohibition={**PROHIBITION, "remedy": {"action": "attribute"}}),
        "prohibition.remedy",
        "not supported",
    ),
    "a duty of a prohibition": (
        document(conflict="prohibit", prohibition={**PROHIBITION, "duty": {"action": "attribute"}}),
        "prohibition.duty",
        "not supported",
    ),
    "a consequence": (owing(consequence={"action": "inform"}), "permission.duty.consequence", "not supported"),
    "an unknown action of a duty": (owing(action="compensate"), "permission.duty.action", "compensate"),
    "the duty that needs no saying": (owing(action="delete"), "permission.duty.action", "needs no saying"),
    "a party of a duty": (
        owing(attributedParty="https://example.org/x"),
        "permission.duty.attributedParty",
        "not supported",
    ),
    "a precondition with a deadline": (
        owing(constraint={"leftOperand": "elapsedTime", "operator": "lteq", "rightOperand": "P7D"}),
        "permission.duty",
        "is a precondition",
    ),
    "a precondition that blocks": (owing(**{"storypool:blocking": True}), "permission.duty", "is a precondition"),
    "a mark that is neither true nor false": (
        owing(**{"storypool:accepted": "perhaps"}),
        "permission.duty.storypool:accepted",
        "true or false",
    ),
    "an obligation": (document(obligation={"action": "attribute"}), "obligation", "not supported"),
    "inheritance": (document(inheritFrom="https://example.org/x"), "inheritFrom", "not supported"),
    "conflict: perm": (document(conflict="perm"), "conflict", "'prohibit'"),
    "conflict: invalid": (document(conflict="invalid"), "conflict", "'prohibit'"),
    "no conflict strategy where there may be conflict": (document(prohibition=PROHIBITION), "conflict", "'invalid'"),
    "another profile": (document(profile="https://example.org/profile"), "profile", "https://example.org/profile"),
    "a policy that was replaced": (
        document(**{"dct:isReplacedBy": {"@id": "https://example.org/new"}}),
        "dct:isReplacedBy",
        "replaced",
    ),
    "a property of somebody else": (
        document(**{"https://example.org/until": "noon"}),
        "https://example.org/until",
        "until",
    ),
    "words that may decide": (document(**{"dct:valid": "2026"}), "dct:valid", "not supported"),
    "a remark that may decide": (
        permitting(**{"owl:sameAs": {"@id": "https://example.org/x"}}),
        "permission.owl:sameAs",
        "",
    ),
    "an Agreement": (document(**{"@type": "Agreement"}), "@type", "Agreement"),
    "a Request": (document(**{"@type": "Request"}), "@type", "Request"),
    "an Offer of somebody": (document(**{"@type": "Offer"}), "@type", "Offer"),
    "a permission that is a prohibition": (permitting(**{"@type": "Prohibition"}), "permission.@type", "Prohibition"),
    "a rule that is not there": (document(permission="https://example.org/rule"), "permission", "does not describe"),
    "rules together that differ in more than actions": (
        document(
            permission=[
                {"action": "print", "storypool:inGroup": {"@id": "https://example.org/g"}},
                {
                    "action": "index",
                    "storypool:inGroup": {"@id": "https://example.org/g"},
                    "duty": {"action": "inform"},
                },
            ]
        ),
        "permission.1.storypool:inGroup",
        "more than their actions",
    ),
    "an implied rule that says more": (
        document(permission=None, prohibition={"action": "print", "storypool:implied": True}),
        "prohibition.storypool:implied",
        "nothing is permitted",
    ),
    "an implied rule beside others": (
        document(conflict="prohibit", prohibition={"action": "use", "storypool:implied": True}),
        "prohibition.storypool:implied",
        "nothing is permitted",
    ),
    "the hash of another policy": (
        document(**{"storypool:policyHash": "0" * 64}),
        "storypool:policyHash",
        "another policy",
    ),
}


@pytest.mark.parametrize(("written", "path", "said"), REFUSALS.values(), ids=REFUSALS.keys())
def test_what_terms_cannot_say_is_refused_by_name_with_its_place(written: Document, path: str, said: str) -> None:
    with pytest.raises(BadPolicy) as refusal:
        read_terms(written)
    assert ".".join(refusal.value.field or ()) == path
    assert refusal.value.message.startswith(path)
    assert said in refusal.value.message


@pytest.mark.parametrize("levels", [300, 900])
def test_a_document_nested_without_end_is_refused(levels: int) -> None:
    part: Document = {"action": "print"}
    for _ in range(levels):
        part = {"duty": part}
    with pytest.raises(BadPolicy):
        read_terms(document(permission=part))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("no document", "object or a list"),
        ({"@context": "https://example.org/context"}, "https://example.org/context"),
        (document(frobnicate=1), "frobnicate"),
        (document(**{"@type": 7}), "not JSON-LD"),
        ({"@context": CONTEXT, "dct:title": "nothing"}, "no policy"),
        ({"@context": CONTEXT, "@graph": [document(), document(uid="https://example.org/other")]}, "second policy"),
        (
            {
                "@context": CONTEXT,
                "@graph": [document(), {"uid": "https://example.org/rule", "@type": "Prohibition", "action": "use"}],
            },
            "no part of the policy",
        ),
        (
            {
                "@context": CONTEXT,
                "@graph": [document(), {"@id": "https://example.org/x", "hasPolicy": "https://example.org/policy"}],
            },
            "hasPolicy",
        ),
    ],
)
def test_what_is_no_single_policy_is_refused(written: object, said: str) -> None:
    with pytest.raises(BadPolicy) as refusal:
        read_terms(written)
    assert said in refusal.value.message
