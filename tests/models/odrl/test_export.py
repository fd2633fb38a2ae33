"""Exports are ODRL as W3C's own context and shapes have it, and mean to an evaluator what they mean to us."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import jsonld
from sqlmodel import select

from models.agreement import Agreement
from models.agreement.reading import AgreementRecord, read_agreements
from models.base import JsonObject
from models.language import LanguageTag
from models.odrl.context import known_context
from models.odrl.evaluation import evaluate
from models.odrl.export import export_agreement, export_policy, export_terms
from models.odrl.profile import PREFIX
from models.odrl.reading import read_terms
from models.partner import Partner, PartnerKind
from models.policy import EMPTY_POLICY, DeliveryChannel, LeftOperand, Policy, RightsAction, Rule, parse_policy
from models.terms import load_policies, templates
from models.territory import Territory
from models.usage import STAFF, Decision, Subject, Use, decide
from tests.models.odrl.published import complaints, expanded, needs_published
from tests.models.policies import LANGUAGES, PURPOSES, TERRITORIES, policies
from tests.seeded import Pool

UID = "urn:uuid:019ab8f0-0000-7000-8000-000000000001"
CENTRE = "https://centre.example"
SEED = json.loads((Path(__file__).parents[3] / "seed" / "data" / "terms.json").read_bytes())
SHANGHAI = ZoneInfo("Asia/Shanghai")
FULL = parse_policy(
    {
        "permissions": [
            {
                "actions": ["distribute", "print"],
                "constraints": [
                    {"leftOperand": "spatial", "operator": "isAnyOf", "rightOperand": ["142", "FR"]},
                    {"leftOperand": "deliveryChannel", "operator": "isAnyOf", "rightOperand": ["WEB", "PRINT"]},
                    {"leftOperand": "dateTime", "operator": "lteq", "rightOperand": "2026-06-30"},
                    {"leftOperand": "count", "operator": "lteq", "rightOperand": "3"},
                    {"leftOperand": "percentage", "operator": "lteq", "rightOperand": "50"},
                    {"leftOperand": "purpose", "operator": "eq", "rightOperand": "editorial"},
                    {"leftOperand": "event", "operator": "eq", "rightOperand": "qixi"},
                ],
                "duties": [
                    {"action": "obtainConsent", "precondition": True},
                    {"action": "link"},
                    {
                        "action": "inform",
                        "blocking": True,
                        "constraints": [
                            {"leftOperand": "elapsedTime", "operator": "lteq", "rightOperand": "P7D"},
                            {"leftOperand": "dateTime", "operator": "lt", "rightOperand": "2026-12-01T00:00:00Z"},
                        ],
                    },
                ],
            }
        ],
        "prohibitions": [{"actions": ["translate"]}],
    },
    SHANGHAI,
)
"""Everything that a policy can say."""


def rules(document: JsonObject) -> list[JsonObject]:
    return [*document.get("permission", []), *document.get("prohibition", [])]


def agreement_of(policy: Policy, **parts: Any) -> JsonObject:
    """An agreement, exported; the parts are of its content."""
    content: JsonObject = {
        "titles": {"en": "Supply", "zh": "供稿协议"},
        "zone": "Asia/Shanghai",
        "suspended": False,
        "quotas": [{"period": "MONTH", "limit": 30, "form": None}, {"period": "TOTAL", "limit": 9, "form": "VIDEO"}],
        "languages": ["en", "ru"],
        "forms": ["ARTICLE"],
        "series": None,
        "topics": ["qixi"],
        "territories": ["RU", "GR"],
        "channels": ["WEB"],
        "startsAt": "2025-12-31T16:00:00Z",
        "endsAt": "2026-12-31T16:00:00Z",
        "policy": policy.hash(),
        "exclusivities": [
            {
                "id": "019ab8f0-0000-7000-8000-000000000009",
                "territories": ["GR"],
                "channels": None,
                "startsAt": "2026-01-31T16:00:00Z",
                "endsAt": "2026-02-28T16:00:00Z",
            }
        ],
        **parts,
    }
    partner = Partner(
        id=uuid.UUID(int=7), key="tass", kind=PartnerKind.OVERSEAS_MEDIA, names={"en": "TASS", "ru": "ТАСС"}
    )
    agreement = Agreement(
        id=uuid.UUID(int=8),
        key="tass-2026",
        partner_id=partner.id,
        version=3,
        starts_at=datetime(2026, 1, 1, tzinfo=UTC),
        territories=content["territories"],
        channels=content["channels"],
        policy_hash=policy.hash(),
    )
    return export_agreement(AgreementRecord(agreement, partner.key, content, policy, ()), partner, CENTRE)


@needs_published
@pytest.mark.parametrize("terms", SEED, ids=lambda terms: terms["key"])
def test_the_demonstrations_terms_conform_to_the_published_shapes(terms: JsonObject) -> None:
    policy = parse_policy(terms["policy"], SHANGHAI)
    document = export_policy(policy, UID, texts={"names": terms["names"]}, key=terms["key"])
    assert complaints(document) == []


@needs_published
@settings(max_examples=25)
@given(policies())
def test_any_policy_conforms_to_the_published_shapes(policy: Policy) -> None:
    assert complaints(export_policy(policy, UID)) == []


@needs_published
@pytest.mark.parametrize("policy", [FULL, EMPTY_POLICY], ids=["full", "empty"])
@pytest.mark.parametrize(
    "parts",
    [{}, {"languages": None, "forms": None, "topics": None, "endsAt": None, "quotas": [], "exclusivities": []}],
    ids=["of a part", "of everything"],
)
def test_agreements_conform_to_the_published_shapes(policy: Policy, parts: JsonObject) -> None:
    assert complaints(agreement_of(policy, **parts)) == []


@needs_published
def test_the_shapes_are_put_to_the_exports() -> None:
    document = export_policy(FULL, UID)
    rules(document)[0].pop("target")
    rules(document)[1]["action"] = ["print", "index"]
    (text,) = complaints(document)
    assert "odrl:target" in text
    assert "odrl:action" in text


@needs_published
@pytest.mark.parametrize("document", [export_policy(FULL, UID), agreement_of(FULL)], ids=["terms", "agreement"])
def test_our_own_context_reads_exports_as_the_published_one_does(document: JsonObject) -> None:
    def load(address: str, _options: object) -> JsonObject:
        found = {"@context": known_context(address)}
        return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": address, "document": found}

    assert jsonld.expand(document, {"documentLoader": load, "base": "relative:/"}) == expanded(document)


@given(policies())
def test_every_rule_is_atomic_and_has_an_iri_of_its_own(policy: Policy) -> None:
    found = rules(export_policy(policy, UID))
    assert len({rule["uid"] for rule in found}) == len(found)
    for rule in found:
        assert isinstance(rule["action"], str)
        assert rule["target"] == "storypool:content"
        assert rule["uid"].startswith(f"https://w3id.org/storypool/policy/{policy.hash()}#")


@given(policies())
def test_conflicts_are_always_said_to_prohibit(policy: Policy) -> None:
    assert export_policy(policy, UID)["conflict"] == "prohibit"


def test_what_a_policy_says_is_written_in_odrls_terms() -> None:
    document = export_policy(FULL, UID, texts={"credit_line": {"en": "Source: the centre"}}, zone="Asia/Shanghai")
    assert document["profile"] == ["https://iptc.org/std/RightsML/odrl-profile/", "https://w3id.org/storypool/odrl"]
    assert document["schema:creditText"] == [{"@value": "Source: the centre", "@language": "en"}]
    first, second = document["permission"]
    stem = f"https://w3id.org/storypool/policy/{FULL.hash()}#permission-1"
    assert (first["action"], second["action"]) == ("distribute", "print")
    assert first["storypool:inGroup"] == second["storypool:inGroup"] == {"@id": stem}
    assert second["constraint"] == [constraint["uid"] for constraint in first["constraint"]]
    assert second["duty"] == [duty["uid"] for duty in first["duty"]]
    assert {item["leftOperand"]: (item["operator"], item["rightOperand"]) for item in first["constraint"]} == {
        "spatial": ("isAnyOf", ["142", "FR"]),
        "deliveryChannel": ("isAnyOf", [{"@id": "storypool:PRINT"}, {"@id": "storypool:WEB"}]),
        "dateTime": ("lt", {"@value": "2026-06-30T16:00:00Z", "@type": "xsd:dateTime"}),
        "count": ("lteq", 3),
        "percentage": ("lteq", 50),
        "purpose": ("isAnyOf", ["editorial"]),
        "event": ("isAnyOf", ["qixi"]),
    }
    duties = {duty["action"]: duty for duty in first["duty"]}
    assert duties["obtainConsent"].keys() == {"@type", "uid", "action"}
    assert duties["storypool:link"]["storypool:accepted"] is True
    assert duties["inform"]["storypool:blocking"] is True
    assert {item["leftOperand"]: item["rightOperand"] for item in duties["inform"]["constraint"]} == {
        "elapsedTime": {"@value": "P7D", "@type": "xsd:duration"},
        "dateTime": {"@value": "2026-12-01T00:00:00Z", "@type": "xsd:dateTime"},
    }


def test_a_duration_that_is_no_whole_number_of_days_is_in_seconds() -> None:
    within = {"leftOperand": "elapsedTime", "operator": "lteq", "rightOperand": "PT36H"}
    policy = parse_policy(
        {"permissions": [{"actions": ["use"], "duties": [{"action": "inform", "constraints": [within]}]}]}
    )
    (duty,) = export_policy(policy, UID)["permission"][0]["duty"]
    assert duty["constraint"][0]["rightOperand"]["@value"] == "PT129600S"


def test_an_agreement_is_between_the_centre_and_the_partner_in_one_version() -> None:
    document = agreement_of(FULL)
    assert document["uid"] == f"{uuid.UUID(int=8).urn}#version-3"
    assert document["dct:isVersionOf"] == {"@id": uuid.UUID(int=8).urn}
    for rule in rules(document):
        assert rule["assigner"] == CENTRE
        assert rule["assignee"] == uuid.UUID(int=7).urn
        assert rule["target"] == document["target"]["uid"]


def test_what_an_agreement_covers_is_its_target() -> None:
    target = agreement_of(FULL)["target"]
    assert target["source"] == "storypool:pool"
    assert {item["leftOperand"]: item["rightOperand"] for item in target["refinement"]} == {
        "language": ["en", "ru"],
        "storypool:form": ["ARTICLE"],
        "storypool:topic": ["qixi"],
    }
    everything = agreement_of(FULL, languages=None, forms=None, topics=None)
    assert everything["target"] == {"@type": "AssetCollection", "uid": "storypool:pool"}


def test_every_permission_of_an_agreement_is_within_the_partners_own_places_channels_and_time() -> None:
    document = agreement_of(FULL)
    frame = {item["uid"]: (item["leftOperand"], item["operator"]) for item in document["storypool:frame"]}
    assert list(frame.values()) == [
        ("spatial", "isAnyOf"),
        ("deliveryChannel", "isAnyOf"),
        ("dateTime", "gteq"),
        ("dateTime", "lt"),
    ]
    for rule in document["permission"]:
        assert set(frame) <= {item if isinstance(item, str) else item["uid"] for item in rule["constraint"]}
    assert all("constraint" not in rule for rule in document["prohibition"])


def test_quotas_exclusivities_and_suspension_are_terms_of_the_profile() -> None:
    document = agreement_of(FULL, suspended=True)
    assert document["storypool:suspended"] is True
    assert document["storypool:quota"] == [
        {"@type": "storypool:Quota", "storypool:period": {"@id": "storypool:MONTH"}, "storypool:limit": 30},
        {
            "@type": "storypool:Quota",
            "storypool:period": {"@id": "storypool:TOTAL"},
            "storypool:limit": 9,
            "storypool:form": "VIDEO",
        },
    ]
    (exclusivity,) = document["storypool:exclusivity"]
    assert [item["leftOperand"] for item in exclusivity["constraint"]] == ["dateTime", "dateTime", "spatial"]


async def test_every_template_and_agreement_of_the_demonstration_is_exported(pool: Pool) -> None:
    async with pool.database.read() as session:
        saved = await templates(session)
        known = await load_policies(session, {terms.policy_hash for terms in saved})
        agreements = (await session.exec(select(Agreement))).all()
        records = await read_agreements(session, agreements, pool.now)
        partners = {partner.id: partner for partner in (await session.exec(select(Partner))).all()}
    assert saved
    for terms in saved:
        read = read_terms(export_terms(terms, known[terms.policy_hash]))
        assert read.policy.hash() == terms.policy_hash
        assert read.texts["names"] == terms.names
        assert read.texts["usage_terms"] == terms.usage_terms
        assert read.zone == terms.zone
    assert records
    for record in records:
        document = export_agreement(record, partners[record.agreement.partner_id], CENTRE)
        assert document["storypool:policyHash"] == record.agreement.policy_hash


def plain(part: Any) -> Any:
    """A document without the terms of the profile, and without duties."""
    if isinstance(part, list):
        return [plain(item) for item in part]
    if not isinstance(part, dict):
        return part
    own = f"{PREFIX}:"
    return {key: plain(value) for key, value in part.items() if not key.startswith(own) and key != "duty"}


def comparable(rule: Rule) -> Rule:
    """A rule without what an evaluator of ODRL takes otherwise: events, and what was counted before."""
    left_out = (LeftOperand.EVENT, LeftOperand.COUNT)
    return Rule(rule.actions, tuple(item for item in rule.constraints if item.left_operand not in left_out))


USES = st.builds(
    Use,
    st.sampled_from(RightsAction),
    st.sampled_from(TERRITORIES).map(Territory),
    st.sampled_from(DeliveryChannel),
    st.sampled_from(LANGUAGES).map(LanguageTag),
    st.none() | st.sampled_from(PURPOSES),
    st.none(),
    st.none() | st.sampled_from([5, 30, 80]),
)
TIMES = st.sampled_from([datetime(2025, month, 1, tzinfo=UTC) for month in range(1, 7)])


@settings(max_examples=100)
@given(policies(), USES, TIMES)
def test_an_evaluator_of_odrl_decides_as_we_do(policy: Policy, use: Use, at: datetime) -> None:
    policy = Policy(tuple(map(comparable, policy.permissions)), tuple(map(comparable, policy.prohibitions)))
    ours = decide((policy,), Subject(LanguageTag("en"), "ARTICLE"), use, STAFF, at).decision
    answer = evaluate(plain(export_policy(policy, UID)), request(use), state(at))
    assert answer.decision.value == ours.value
    assert ours is not Decision.PERMIT_WITH_DUTIES


CONTEXT = [
    "http://www.w3.org/ns/odrl.jsonld",
    {"storypool": "https://w3id.org/storypool/odrl#", "sotw": "https://w3id.org/force/sotw#"},
]


def request(use: Use) -> JsonObject:
    """The question, in the vocabulary of the state of the world."""
    asked: dict[str, object] = {
        "odrl:spatial": str(use.territory),
        "odrl:deliveryChannel": {"@id": f"storypool:{use.channel.value}"},
        "odrl:language": str(use.language),
        "odrl:purpose": use.purpose,
        "odrl:percentage": use.percentage,
    }
    return {
        "@context": CONTEXT,
        "@id": "urn:example:request",
        "@type": "sotw:EvaluationRequest",
        "sotw:requestedAction": {"@id": f"odrl:{use.action.value}"},
        "sotw:requestingParty": {"@id": "urn:example:partner"},
        "sotw:requestedTarget": {"@id": "storypool:content"},
        "sotw:requestParameter": [
            {"@type": "sotw:RequestParameter", "sotw:describesFeature": {"@id": feature}, "sotw:value": value}
            for feature, value in asked.items()
            if value is not None
        ],
    }


def state(at: datetime) -> JsonObject:
    now = {"@value": at.isoformat().replace("+00:00", "Z"), "@type": "xsd:dateTime"}
    return {"@context": CONTEXT, "@id": "urn:example:state", "@type": "sotw:SotW", "sotw:currentTime": now}
