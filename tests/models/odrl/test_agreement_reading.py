"""Agreements come back from ODRL as they were; what agreements cannot say is refused by name, with its place."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pyld import jsonld

from models.base import JsonObject
from models.errors import BadInput, BadPolicy, BadZone, EndBeforeStart
from models.odrl.agreement_reading import ReadAgreement, describes_agreement, read_agreement
from models.odrl.context import known_context
from models.odrl.export import export_policy
from models.policy import EMPTY_POLICY, Policy, parse_policy
from models.policy.contradiction import Period
from models.policy.value import moment_text
from tests.models.odrl.test_export import CENTRE, agreement_of
from tests.models.policies import CHANNELS, LANGUAGES, MOMENTS, TERRITORIES, policies

PLAIN = parse_policy(
    {
        "permissions": [{"actions": ["distribute", "print"], "duties": [{"action": "attribute"}]}],
        "prohibitions": [{"actions": ["translate"]}],
    }
)
Change = Callable[[JsonObject], object]


def read(document: object) -> ReadAgreement:
    return read_agreement(document, centre=CENTRE)


def unordered(values: Any) -> list[Any] | None:
    return None if values is None else sorted(set(values))


def said(content: JsonObject) -> JsonObject:
    """What an agreement says, in the shape in which `AgreementVersion` keeps it, without order and without ids."""
    exclusivities = [
        (item["startsAt"], item["endsAt"], unordered(item["territories"]) or [], unordered(item["channels"]) or [])
        for item in content["exclusivities"]
    ]
    lists = ("languages", "forms", "series", "topics", "territories", "channels")
    return {
        **{name: content[name] for name in ("titles", "zone", "quotas", "startsAt", "endsAt", "policy", "suspended")},
        **{name: unordered(content[name]) for name in lists},
        "exclusivities": sorted(exclusivities),
    }


def written(agreement: ReadAgreement) -> JsonObject:
    """What was read, in the same shape."""
    content = agreement.content
    return {
        **vars(content),
        "quotas": [quota.record() for quota in content.quotas],
        "startsAt": moment_text(content.starts_at),
        "endsAt": None if content.ends_at is None else moment_text(content.ends_at),
        "policy": agreement.policy.hash(),
        "suspended": agreement.suspended,
        "exclusivities": [
            {**vars(item), "startsAt": moment_text(item.starts_at), "endsAt": moment_text(item.ends_at)}
            for item in content.exclusivities
        ],
    }


def some(values: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True)


@st.composite
def contents(draw: st.DrawFn) -> JsonObject:
    """What agreements say beside their policies."""
    start, end = MOMENTS[0], draw(st.none() | st.just(MOMENTS[-1]))
    keys = [(period, form) for period in ("MONTH", "TOTAL") for form in (None, "ARTICLE", "VIDEO")]
    exclusivities = []
    for number in range(draw(st.integers(0, 3))):
        first = draw(st.integers(0, len(MOMENTS) - 2))
        territories = draw(st.none() | some(TERRITORIES))
        exclusivities.append(
            {
                "id": f"00000000-0000-0000-0000-{number:012}",
                "territories": territories,
                "channels": draw(some(CHANNELS) if territories is None else st.none() | some(CHANNELS)),
                "startsAt": MOMENTS[first],
                "endsAt": MOMENTS[draw(st.integers(first + 1, len(MOMENTS) - 1))],
            }
        )
    return {
        "titles": draw(st.dictionaries(st.sampled_from(LANGUAGES), st.sampled_from(["Supply", "供稿"]), min_size=1)),
        "zone": draw(st.sampled_from(["Asia/Shanghai", "Europe/Athens", "UTC"])),
        "suspended": draw(st.booleans()),
        "quotas": [
            {"period": period, "limit": draw(st.integers(0, 99)), "form": form}
            for period, form in draw(st.lists(st.sampled_from(keys), unique=True, max_size=4))
        ],
        "languages": draw(st.none() | some((*LANGUAGES, "*"))),
        "forms": draw(st.none() | some(("ARTICLE", "VIDEO", "PHOTO_SET"))),
        "series": draw(st.none() | some(("fun", "faces"))),
        "topics": draw(st.none() | some(("qixi", "drones"))),
        "territories": draw(some(TERRITORIES)),
        "channels": draw(some(CHANNELS)),
        "startsAt": start,
        "endsAt": end,
        "exclusivities": exclusivities,
    }


@settings(max_examples=60)
@given(policies(counts=False), contents())
def test_an_agreement_comes_back_as_it_was_exported(policy: Policy, content: JsonObject) -> None:
    assume(not any(Period.of(rule).is_empty for rule in (*policy.permissions, *policy.prohibitions)))
    ways = {
        (item["startsAt"], item["endsAt"], str(item["territories"]), str(item["channels"]))
        for item in content["exclusivities"]
    }
    assume(len(ways) == len(content["exclusivities"]))
    agreement = read(agreement_of(policy, **content))
    assert said(written(agreement)) == said({**content, "policy": policy.hash()})


@pytest.mark.parametrize("policy", [PLAIN, EMPTY_POLICY], ids=["rules", "none"])
def test_the_document_may_be_written_in_any_form(policy: Policy) -> None:
    def load(address: str, _options: object) -> JsonObject:
        found = {"@context": known_context(address)}
        return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": address, "document": found}

    document = agreement_of(policy)
    options = {"documentLoader": load}
    flat = jsonld.flatten(document, None, options)
    for other in (jsonld.expand(document, options), flat, list(reversed(flat))):
        assert said(written(read(other))) == said(written(read(document)))


def test_who_it_is_with_and_what_it_is_called_are_read() -> None:
    agreement = read(agreement_of(PLAIN))
    assert (agreement.assignee, agreement.key) == ("urn:uuid:00000000-0000-0000-0000-000000000007", "tass-2026")
    assert agreement.content.titles == {"en": "Supply", "zh": "供稿协议"}


def test_parties_and_target_may_be_said_once_or_by_every_rule() -> None:
    once, each = agreement_of(PLAIN), agreement_of(PLAIN)
    for rule in (*once["permission"], *once["prohibition"]):
        del rule["assigner"], rule["assignee"], rule["target"]
    each["permission"][0]["target"] = each.pop("target")
    del each["assigner"], each["assignee"]
    assert said(written(read(once))) == said(written(read(each))) == said(written(read(agreement_of(PLAIN))))


def test_dates_alone_are_whole_days_in_the_agreements_zone() -> None:
    document = agreement_of(PLAIN, exclusivities=[])
    *_, start, end = document["storypool:frame"]
    start["rightOperand"] = {"@value": "2026-01-01", "@type": "xsd:date"}
    end |= {"operator": "lteq", "rightOperand": {"@value": "2026-12-31", "@type": "xsd:date"}}
    content = read(document).content
    assert content.starts_at == datetime(2025, 12, 31, 16, tzinfo=UTC)
    assert content.ends_at == datetime(2026, 12, 31, 16, tzinfo=UTC)


def test_agreements_are_told_from_terms() -> None:
    assert describes_agreement(agreement_of(PLAIN))
    assert not describes_agreement(export_policy(PLAIN, "urn:example:terms"))


def put(*path: str | int, value: object) -> Change:
    """A change that says something else in one place; None takes it out."""

    def change(document: Any) -> None:
        for part in path[:-1]:
            document = document[part]
        if value is None:
            del document[path[-1]]
        else:
            document[path[-1]] = value

    return change


def twice(*path: str | int, **parts: object) -> Change:
    """A change that says something of a list a second time, with other parts."""

    def change(document: Any) -> None:
        for part in path:
            document = document[part]
        document.append({**document[0], **parts})

    return change


COLLECTION = {"@type": "AssetCollection", "uid": "https://example.org/part"}
EXCLUSIVE = ("storypool:exclusivity", 0)
PURPOSE = {"leftOperand": "purpose", "operator": "eq", "rightOperand": "editorial", "uid": "urn:example:purpose"}
LINKED = {"@id": "urn:example:nothing"}


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        (put("@type", value="Set"), "", "holds no agreement"),
        (put("@type", value=["Agreement", "Offer"]), "@type", "cannot be both"),
        (put("obligation", value={"action": "inform"}), "obligation", "is not supported"),
        (put("inheritFrom", value="urn:example:other"), "inheritFrom", "is not supported"),
        (put("profile", value="https://example.org/profile"), "profile", "example.org/profile"),
        (put("conflict", value="perm"), "conflict", "prohibit"),
        (put("storypool:policyHash", value="0" * 64), "storypool:policyHash", "names another policy"),
        (put("storypool:penalty", value=5), "storypool:penalty", "is not supported"),
        (put("dct:isReplacedBy", value=LINKED), "dct:isReplacedBy", "another policy has replaced it"),
        (put("dct:identifier", value=["a", "b"]), "dct:identifier", "several values"),
        (put("schema:creditText", value={"@value": "Us", "@language": "en"}), "schema:creditText", "terms of stories"),
        (put("storypool:suspended", value="perhaps"), "storypool:suspended", "true or false"),
        (put("storypool:zone", value=["UTC", "Asia/Tokyo"]), "storypool:zone", "several values"),
        (put("assigner", "uid", value="https://other.example"), "permission.0.assigner", "another than elsewhere"),
        (put("assignee", value=["urn:example:a", "urn:example:b"]), "permission.0.assignee", "another than elsewhere"),
        (put("assignee", "schema:email", value="a@example.org"), "assignee.schema:email", "is not supported"),
        (put("assignee", "@type", value="PartyCollection"), "assignee.@type", "PartyCollection"),
        (put("permission", 1, "assignee", value="urn:example:b"), "permission.1.assignee", "another than elsewhere"),
        (put("permission", 0, "target", value="storypool:content"), "permission.0.target", "another than elsewhere"),
        (put("permission", 0, "action", value="stream"), "permission.0.action", "stream"),
        (put("permission", 0, "constraint", value=[PURPOSE]), "permission.0.constraint", "leaves out"),
        (put("permission", 0, "duty", 0, "action", value="watermark"), "permission.0.duty.0.action", "watermark"),
        (put("permission", 0, "duty", 0, "assignee", value="urn:x:y"), "permission.0.duty.0.assignee", "not supported"),
        (put("prohibition", 0, "remedy", value={"action": "inform"}), "prohibition.0.remedy", "is not supported"),
        (put("target", "source", value="urn:example:archive"), "target.source", "is no part of"),
        (put("target", "source", value=None), "target", "is no part of"),
        (put("target", "partOf", value="urn:example:x"), "target.partOf", "is not supported"),
        (put("target", "refinement", 0, "leftOperand", value="media"), "target.refinement.0.leftOperand", "media"),
        (put("target", "refinement", 0, "operator", value="isNoneOf"), "target.refinement.0.operator", "isNoneOf"),
        (put("target", "refinement", 0, "rightOperand", value="?"), "target.refinement.0.rightOperand", "?"),
        (put("target", "refinement", 0, "rightOperand", value=LINKED), "target.refinement.0.rightOperand", "plain text"),
        (put("target", "refinement", 0, "unit", value=LINKED), "target.refinement.0.unit", "is not supported"),
        (put("target", "refinement", 1, "rightOperand", value="SONG"), "target.refinement.1.rightOperand", "SONG"),
        (twice("target", "refinement", uid="urn:x:y"), "target.refinement.3.leftOperand", "languages a second time"),
        (put("storypool:frame", value=[]), "storypool:frame", "territories and channels"),
        (put("storypool:frame", 0, "leftOperand", value="purpose"), "storypool:frame.0.leftOperand", "purpose"),
        (put("storypool:frame", 0, "rightOperand", value="XX"), "storypool:frame.0.rightOperand", "XX"),
        (put("storypool:frame", 1, "rightOperand", value="RADIO"), "storypool:frame.1.rightOperand", "RADIO"),
        (put("storypool:frame", 2, "operator", value="gt"), "storypool:frame.2.operator", "gteq"),
        (put("storypool:frame", 3, "operator", value="gteq"), "storypool:frame.3", "startsAt a second time"),
        (put("storypool:quota", 0, "storypool:limit", value=1.5), "storypool:quota.0.storypool:limit", "whole number"),
        (put("storypool:quota", 0, "storypool:limit", value=-1), "storypool:quota.0.storypool:limit", "-1"),
        (put("storypool:quota", 0, "storypool:limit", value=None), "storypool:quota.0.limit", "0 values"),
        (put("storypool:quota", 0, "storypool:period", value="MONTH"), "storypool:quota.0.storypool:period", "MONTH"),
        (put("storypool:quota", 1, "storypool:form", value="SONG"), "storypool:quota.1.storypool:form", "SONG"),
        (put("storypool:quota", 1, "storypool:per", value="day"), "storypool:quota.1.storypool:per", "is not supported"),
        (put(*EXCLUSIVE, "constraint", 0, value=None), "storypool:exclusivity.0.constraint", "from when until when"),
        (put(*EXCLUSIVE, "constraint", 0, value=PURPOSE), "storypool:exclusivity.0.constraint.0.leftOperand", "purpose"),
        (put(*EXCLUSIVE, "target", value="urn:x:y"), "storypool:exclusivity.0.target", "is not supported"),
        (put("storypool:exclusivity", value="urn:x:y"), "storypool:exclusivity", "does not describe"),
    ],
)  # fmt: skip
def test_what_agreements_cannot_say_is_refused_with_its_place(change: Change, field: str, words: str) -> None:
    document = copy.deepcopy(agreement_of(PLAIN))
    change(document)
    with pytest.raises(BadPolicy) as refused:
        read(document)
    assert ".".join(refused.value.field or ()) == field
    assert words in refused.value.message
    assert refused.value.message.startswith(field)


@pytest.mark.parametrize(
    ("change", "kind", "field"),
    [
        (put("dct:title", value=None), BadInput, "title"),
        (put("dct:title", value="Supply"), BadInput, "dct:title"),
        (put("storypool:zone", value="Asia/Nowhere"), BadZone, "storypool:zone"),
        (put("storypool:frame", 3, "rightOperand", "@value", value="2020-01-01T00:00:00Z"), EndBeforeStart, "storypool:frame.3"),
        (twice("storypool:quota", **{"storypool:limit": 3}), BadInput, "storypool:quota.2"),
        (put(*EXCLUSIVE, "constraint", 2, value=None), BadInput, "storypool:exclusivity.0"),
        (put(*EXCLUSIVE, "constraint", 1, "rightOperand", "@value", value="2030-01-01T00:00:00Z"), BadInput, "storypool:exclusivity.0"),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_refused_as_it_is_of_any_agreement(
    change: Change, kind: type[BadInput], field: str
) -> None:
    document = copy.deepcopy(agreement_of(PLAIN))
    change(document)
    with pytest.raises(kind) as refused:
        read(document)
    assert type(refused.value) is kind
    assert ".".join(refused.value.field or ()) == field


def test_a_refusal_names_the_exclusivity_that_is_meant_whatever_their_order() -> None:
    early, late = [
        {
            "id": f"00000000-0000-0000-0000-00000000000{number}",
            "territories": ["GR"],
            "channels": None,
            "startsAt": f"2026-0{number}-01T00:00:00Z",
            "endsAt": end,
        }
        for number, end in ((2, "2026-03-01T00:00:00Z"), (4, "2030-01-01T00:00:00Z"))
    ]
    for listed, place in (([early, late], "1"), ([late, early], "0")):
        with pytest.raises(BadInput) as refused:
            read(agreement_of(PLAIN, exclusivities=listed))
        assert refused.value.field == ["storypool:exclusivity", place]


def test_another_centres_agreement_is_refused() -> None:
    with pytest.raises(BadPolicy, match="is not this centre") as refused:
        read_agreement(agreement_of(PLAIN), centre="https://other.example")
    assert refused.value.field == ["assigner"]


def test_a_count_is_refused_where_it_stands() -> None:
    limit = {"leftOperand": "count", "operator": "lteq", "rightOperand": "3"}
    policy = parse_policy({"permissions": [{"actions": ["print"], "constraints": [limit]}]})
    with pytest.raises(BadPolicy, match="use a quota") as refused:
        read(agreement_of(policy))
    assert refused.value.field == ["permission", "0", "constraint"]


def test_a_second_policy_and_rules_that_nothing_names_are_refused() -> None:
    document = agreement_of(PLAIN)
    context = document.pop("@context")
    for other in ({"@id": "urn:x:y", "@type": "Agreement"}, {"@id": "urn:x:y", "@type": "Permission", "action": "use"}):
        with pytest.raises(BadPolicy):
            read({"@context": context, "@graph": [document, other]})
