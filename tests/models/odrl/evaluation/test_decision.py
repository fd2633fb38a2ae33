"""Which rules are active, and what is decided."""

from __future__ import annotations

import pytest

from models.odrl.evaluation import Activation, Decision, RuleType
from tests.models.odrl.documents import (
    CONTEXT,
    ODRL,
    Document,
    asking_for,
    constraint,
    date,
    date_time,
    only_rule,
    permission,
    policy,
    prohibition,
    report,
    request,
    state,
    thing,
    world,
)

PERMIT, DENY = Decision.PERMIT, Decision.DENY
ACTIVE, INACTIVE = Activation.ACTIVE, Activation.INACTIVE


@pytest.mark.parametrize(
    ("asked", "active"),
    [
        (request(), True),
        (request(party="ex:bob"), False),
        (request(target="ex:y"), False),
        (request(action="odrl:modify"), False),
        (request(action="odrl:use"), False),
        (request(party=None), False),
        (request(target=None), False),
    ],
    ids=["as permitted", "another party", "another asset", "another action", "a wider action", "nobody", "nothing"],
)
def test_a_permission_is_active_for_what_it_names(asked: Document, active: bool) -> None:
    found = report(policy(permission=permission()), asked, state())
    assert found.decision is (PERMIT if active else DENY)
    assert only_rule(found).activation is (ACTIVE if active else INACTIVE)


@pytest.mark.parametrize("missing", ["assignee", "target"])
def test_a_rule_that_names_nobody_or_nothing_is_for_all(missing: str) -> None:
    found = report(policy(permission=permission(**{missing: None})), request(party="ex:bob", target="ex:x"), state())
    assert found.decision is (PERMIT if missing == "assignee" else DENY)
    elsewhere = report(policy(permission=permission(**{missing: None})), request(target="ex:y"), state())
    assert elsewhere.decision is (PERMIT if missing == "target" else DENY)


@pytest.mark.parametrize(
    ("permitted", "asked"),
    [
        ("use", "odrl:read"),
        ("play", "odrl:display"),
        ("use", "odrl:display"),
        ("reproduce", "odrl:extract"),
        ("transfer", "odrl:sell"),
        ("modify", "odrl:write"),
        ("write", "odrl:modify"),
        ("use", "odrl:commercialize"),
        ("ex:publish", "ex:tweet"),
    ],
)
def test_an_action_includes_narrower_ones_and_those_that_mean_the_same(permitted: str, asked: str) -> None:
    known = world({"@id": "ex:tweet", "includedIn": "ex:publish"})
    assert report(policy(permission=permission(action=permitted)), request(asked), known).decision is PERMIT
    assert report(policy(permission=permission(action="archive")), request(asked), known).decision is DENY


def test_use_does_not_include_transfer() -> None:
    assert report(policy(permission=permission(action="use")), request("odrl:sell"), state()).decision is DENY


@pytest.mark.parametrize(
    ("conflict", "decision"), [(None, DENY), ("prohibit", DENY), ("invalid", DENY), ("perm", PERMIT)]
)
def test_a_prohibition_wins_unless_the_policy_says_otherwise(conflict: str | None, decision: Decision) -> None:
    strategy = {} if conflict is None else {"conflict": conflict}
    found = report(policy(permission=permission(), prohibition=prohibition(), **strategy), request(), state())
    assert found.decision is decision
    assert [(rule.type, rule.activation) for rule in found.rules] == [
        (RuleType.PERMISSION, ACTIVE),
        (RuleType.PROHIBITION, ACTIVE),
    ]


def test_a_prohibition_of_a_wider_action_is_active_for_a_narrower_one() -> None:
    both = policy(permission=permission(), prohibition=prohibition(action="use", assignee=None, target=None))
    assert report(both, request(), state()).decision is DENY


def test_a_prohibition_alone_permits_nothing() -> None:
    found = report(policy(prohibition=prohibition()), request("odrl:print"), state())
    assert (found.decision, only_rule(found).activation) == (DENY, INACTIVE)


def test_what_is_unknown_fails_a_permission_and_applies_a_prohibition() -> None:
    on_purpose = constraint("purpose", "eq", thing("ex:research"))
    both = policy(permission=permission(constraint=on_purpose), prohibition=prohibition(constraint=on_purpose))
    permitted, prohibited = report(both, request(), state()).rules
    assert (permitted.activation, permitted.constraints[0].satisfaction) == (INACTIVE, "Unsatisfied")
    assert (prohibited.activation, prohibited.constraints[0].satisfaction) == (ACTIVE, "Satisfied")


def test_without_a_time_nothing_that_depends_on_it_is_permitted() -> None:
    timed = policy(permission=permission(constraint=constraint("dateTime", "lt", date("2999-01-01"))))
    assert report(timed, request(), state(now=None)).decision is DENY


def test_any_of_several_actions_targets_and_assignees_may_be_asked_for() -> None:
    several = permission(action=["modify", "read"], target=["ex:y", "ex:x"], assignee=["ex:bob", "ex:alice"])
    assert report(policy(permission=several), request(), state()).decision is PERMIT
    assert report(policy(permission=several), request("odrl:sell"), state()).decision is DENY


def test_a_compact_policy_states_for_all_rules_what_they_do_not_state() -> None:
    compact = policy(
        action="read", target="ex:x", assigner="ex:owner",
        permission=[{"uid": "ex:1", "assignee": "ex:alice"}, {"uid": "ex:2", "assignee": "ex:alice", "action": "print"}],
    )  # fmt: skip
    found = report(compact, request(), state())
    assert [(rule.uid.rpartition("/")[2], rule.activation) for rule in found.rules] == [("1", ACTIVE), ("2", INACTIVE)]
    assert report(compact, request(target="ex:y"), state()).decision is DENY


def test_members_of_a_collection_may_what_the_collection_may() -> None:
    team = permission(
        assignee={"@type": "PartyCollection", "uid": "ex:team"},
        target={"@type": "AssetCollection", "source": "ex:archive"},
    )
    known = world(
        {"@id": "ex:alice", "partOf": "ex:desk"},
        {"@id": "ex:desk", "partOf": "ex:team"},
        {"@id": "ex:x", "partOf": "ex:archive"},
    )
    assert report(policy(permission=team), request(), known).decision is PERMIT
    assert report(policy(permission=team), request(party="ex:bob"), known).decision is DENY
    assert report(policy(permission=team), request(target="ex:y"), known).decision is DENY


@pytest.mark.parametrize(("age", "decision"), [(17, DENY), (18, PERMIT), (None, DENY)])
def test_a_refined_collection_is_for_the_members_that_meet_it(age: int | None, decision: Decision) -> None:
    adults = {
        "@type": "PartyCollection", "source": "ex:team",
        "refinement": constraint("ex:age", "gteq", 18, uid="ex:adult"),
    }  # fmt: skip
    alice: Document = {"@id": "ex:alice", "partOf": "ex:team"} | ({} if age is None else {"ex:age": age})
    assert report(policy(permission=permission(assignee=adults)), request(), world(alice)).decision is decision


@pytest.mark.parametrize(("resolution", "decision"), [("1000", PERMIT), ("1300", DENY), (None, DENY)])
def test_a_refinement_that_is_not_met_denies_the_action_and_leaves_the_permission_active(
    resolution: str | None, decision: Decision
) -> None:
    at_most = constraint("resolution", "lteq", {"@value": "1200", "@type": "xsd:integer"}, uid="ex:refinement")
    printing = permission(action={"rdf:value": thing("odrl:print"), "refinement": at_most})
    asked = request("odrl:print", **({} if resolution is None else {"resolution": resolution}))
    found = report(policy(permission=printing), asked, state())
    assert (found.decision, only_rule(found).activation) == (decision, ACTIVE)
    assert only_rule(found).constraints[0].satisfaction == ("Satisfied" if decision is PERMIT else "Unsatisfied")


def test_a_prohibition_with_a_refinement_that_is_not_met_does_not_deny() -> None:
    large = constraint("resolution", "gt", 1200, uid="ex:refinement")
    both = policy(
        permission=permission(action="print"),
        prohibition=prohibition(action={"rdf:value": thing("odrl:print"), "refinement": large}),
    )
    assert report(both, request("odrl:print", resolution="1000"), state()).decision is PERMIT
    assert report(both, request("odrl:print", resolution="1300"), state()).decision is DENY
    assert report(both, request("odrl:print"), state()).decision is DENY


@pytest.mark.parametrize(
    "asked",
    [
        {
            "@context": CONTEXT, "@type": "Request", "uid": "ex:request",
            "permission": permission(constraint=constraint("purpose", "eq", thing("ex:p"))),
        },
        request(**asking_for("sotw:Purpose", thing("ex:p"))),
        request(**{"sotw:context": constraint("purpose", "eq", thing("ex:p"))}),
        {
            "@context": ["https://w3c.github.io/odrl/formal-semantics/ontology/evaluation_request.json", CONTEXT[1]],
            "@type": "EvaluationRequest", "@id": "ex:request",
            "evaluatedAction": "read", "evaluatedParty": "ex:alice", "evaluatedTarget": "ex:x",
            "requestParameters": {"@type": "RequestParameter", "describesFeature": "sotw:Purpose", "value": "https://example.org/p"},
        },
        {
            "@context": {"odrl": ODRL, "odrl-fs": "https://w3id.org/odrl-fs#", "ex": "https://example.org/"},
            "@type": "odrl-fs:EvaluationRequest", "@id": "https://example.org/request",
            "action": "odrl:read", "assignee": {"@id": "ex:alice"}, "target": "ex:x", "odrl:purpose": {"@id": "ex:p"},
        },
        {
            "@type": "https://w3id.org/force/sotw#EvaluationRequest", "@id": "https://example.org/request",
            "https://w3id.org/force/sotw#requestedAction": [{"@id": "http://www.w3.org/ns/odrl/2/read"}],
            "https://w3id.org/force/sotw#requestingParty": [{"@id": "https://example.org/alice"}],
            "https://w3id.org/force/sotw#requestedTarget": [{"@id": "https://example.org/x"}],
            "http://www.w3.org/ns/odrl/2/purpose": [{"@id": "https://example.org/p"}],
        },
    ],
    ids=["ODRL", "FORCE's parameter", "FORCE's context", "formal semantics", "the prefix as context", "expanded"],
)  # fmt: skip
def test_a_request_may_have_any_published_form(asked: Document) -> None:
    on_purpose = policy(permission=permission(constraint=constraint("purpose", "eq", thing("ex:p"))))
    assert report(on_purpose, asked, state()).decision is PERMIT
    assert report(policy(permission=permission(action="print")), asked, state()).decision is DENY


@pytest.mark.parametrize(
    "known",
    [
        state("2026-03-04T12:00:00Z"),
        state(None, **{"sotw:currentTime": {"@id": "ex:now", "dct:issued": date_time("2026-03-04T12:00:00Z")}}),
        {"@context": CONTEXT, "@id": "https://request.example/currentTime", "dct:issued": date_time("2026-03-04T12:00:00Z")},
        {
            "@context": [ODRL, "https://w3c.github.io/odrl/formal-semantics/ontology/stow.json", {"time": "http://www.w3.org/2006/time#"}],
            "@id": "https://example.org/state", "@type": "SotW",
            "context": {
                "@id": "https://example.org/instant", "@type": "time:Instant", "conditionId": "https://example.org/constraint",
                "time:inXSDDateTime": {"@value": "2026-03-04T12:00:00", "@type": "xsd:dateTime"},
            },
        },
    ],
    ids=["a literal", "a thing with a date", "FORCE's first form", "formal semantics"],
)  # fmt: skip
def test_the_time_may_be_told_in_any_published_form(known: Document) -> None:
    def until(day: str) -> Document:
        return policy(permission=permission(constraint=constraint("dateTime", "lt", date(day))))

    late = request(**asking_for("sotw:TemporalData", date_time("2031-01-01T00:00:00Z")))
    assert report(until("2026-03-05"), request(), known).decision is PERMIT
    assert report(until("2026-03-04"), request(), known).decision is DENY
    assert report(until("2026-03-05"), late, known).decision is PERMIT, "the state's time goes before the request's"


def test_the_request_tells_the_time_where_the_state_does_not() -> None:
    timed = policy(permission=permission(constraint=constraint("dateTime", "lt", date("2026-03-05"))))
    parameter = asking_for("sotw:CurrentXSDDateTime", date_time("2026-03-04T12:00:00"))
    issued = {"dct:issued": date_time("2027-01-01T00:00:00Z")}
    assert report(timed, request(**parameter, **issued), state(None)).decision is PERMIT
    assert report(timed, request(**issued), state(None)).decision is DENY


def test_a_request_may_say_what_its_action_is_part_of() -> None:
    asked = {"@context": CONTEXT, "@graph": [request("ex:tweet"), {"@id": "ex:tweet", "includedIn": "odrl:distribute"}]}
    assert report(policy(permission=permission(action="distribute")), asked, state()).decision is PERMIT


def test_an_empty_request_is_permitted_nothing() -> None:
    found = report(policy(permission=permission()), {}, state())
    assert (found.decision, only_rule(found).activation) == (DENY, ACTIVE)


def test_the_report_as_json_has_the_documented_form() -> None:
    timed = policy(
        permission=permission(
            constraint=constraint("dateTime", "lt", date("2026-03-05")), duty={"uid": "ex:duty", "action": "inform"}
        )
    )
    assert report(timed, request(), state()).as_json() == {
        "decision": "DENY",
        "rules": [
            {
                "uid": "https://example.org/permission",
                "type": "Permission",
                "activation": "Inactive",
                "constraints": [{"uid": "https://example.org/constraint", "satisfaction": "Satisfied"}],
                "duties": [{"uid": "https://example.org/duty", "state": "NonSet"}],
            }
        ],
    }
