"""Whether constraints hold: operators, left operands, and logic."""

from __future__ import annotations

from itertools import product

import pytest

from models.odrl.evaluation import Decision
from tests.models.odrl.documents import (
    NOON,
    Document,
    asking_for,
    constraint,
    date,
    date_time,
    number,
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


def holds(limit: Document, asked: Document | None = None, known: Document | None = None) -> bool:
    """Whether a permission with this constraint permits; its report must say the same."""
    found = report(policy(permission=permission(constraint=limit)), asked or request(), known or state())
    permitted = found.decision is Decision.PERMIT
    assert (only_rule(found).constraints[0].satisfaction == "Satisfied") is permitted
    return permitted


def forbids(limit: Document, asked: Document) -> bool:
    """Whether a prohibition with this constraint denies what is permitted otherwise."""
    found = report(policy(permission=permission(), prohibition=prohibition(constraint=limit)), asked, state())
    return found.decision is Decision.DENY


@pytest.mark.parametrize(
    ("operator", "bound", "expected"),
    [
        ("lt", date_time("2026-03-04T12:00:01Z"), True),
        ("lt", date_time(NOON), False),
        ("lteq", date_time(NOON), True),
        ("gt", date_time(NOON), False),
        ("gteq", date_time("2026-03-04T20:00:00+08:00"), True),
        ("eq", date_time("2026-03-04T12:00:00.000Z"), True),
        ("neq", date_time(NOON), False),
        ("lt", date("2026-03-04"), False),
        ("lt", date("2026-03-05"), True),
        ("lteq", date("2026-03-04"), True),
        ("gt", date("2026-03-04"), False),
        ("gt", date("2026-03-03"), True),
        ("gteq", date("2026-03-04"), True),
        ("eq", date("2026-03-04"), True),
        ("neq", date("2026-03-05"), True),
        ("lt", date_time("soon"), False),
    ],
)
def test_a_time_is_compared_on_the_clock_and_a_date_is_a_whole_day(
    operator: str, bound: object, expected: bool
) -> None:
    assert holds(constraint("dateTime", operator, bound)) is expected


@pytest.mark.parametrize(
    ("operator", "right", "given", "expected"),
    [
        ("eq", ["ex:a"], ["ex:a"], True),
        ("eq", ["ex:a"], ["ex:b"], False),
        ("eq", ["ex:a"], [], False),
        ("neq", ["ex:a"], ["ex:b"], True),
        ("neq", ["ex:a"], ["ex:a"], False),
        ("neq", ["ex:a"], [], False),
        ("isAnyOf", ["ex:a", "ex:b"], ["ex:b"], True),
        ("isAnyOf", ["ex:a", "ex:b"], ["ex:c"], False),
        ("isAnyOf", ["ex:a", "ex:b"], [], False),
        ("isAllOf", ["ex:a", "ex:b"], ["ex:b", "ex:a", "ex:c"], True),
        ("isAllOf", ["ex:a", "ex:b"], ["ex:a"], False),
        ("isNoneOf", ["ex:a", "ex:b"], ["ex:c"], True),
        ("isNoneOf", ["ex:a", "ex:b"], ["ex:c", "ex:b"], False),
        ("isNoneOf", ["ex:a", "ex:b"], [], True),
        ("isA", ["ex:Study"], ["ex:survey"], True),
        ("isA", ["ex:Work"], ["ex:survey"], True),
        ("isA", ["ex:Play"], ["ex:survey"], False),
        ("isA", ["ex:Work"], ["ex:Study"], True),
        ("isA", ["ex:Study"], [], False),
        ("isPartOf", ["ex:programme"], ["ex:survey"], True),
        ("isPartOf", ["ex:survey"], ["ex:programme"], False),
        ("hasPart", ["ex:survey"], ["ex:programme"], True),
        ("hasPart", ["ex:programme"], ["ex:survey"], False),
    ],
)
def test_words_are_compared_by_every_operator(
    operator: str, right: list[str], given: list[str], expected: bool
) -> None:
    known = world(
        {"@id": "ex:survey", "@type": "ex:Study", "partOf": "ex:project"},
        {"@id": "ex:portfolio", "dct:hasPart": thing("ex:project"), "dct:isPartOf": thing("ex:programme")},
        {"@id": "ex:Study", "rdfs:subClassOf": thing("ex:Work")},
    )
    asked = request(**asking_for("sotw:Purpose", *map(thing, given))) if given else request()
    assert holds(constraint("purpose", operator, [thing(iri) for iri in right]), asked, known) is expected


@pytest.mark.parametrize(
    ("operator", "expected"),
    [("eq", "0 1 0"), ("neq", "1 0 1"), ("lt", "1 0 0"), ("lteq", "1 1 0"), ("gt", "0 0 1"), ("gteq", "0 1 1")],
)
def test_numbers_are_compared_as_numbers(operator: str, expected: str) -> None:
    given = (number("9.5"), {"@value": "10.0", "@type": "xsd:float"}, 11)
    answers = [
        holds(constraint("percentage", operator, number("10")), request(**asking_for("sotw:Percentage", value)))
        for value in given
    ]
    assert " ".join(str(int(answer)) for answer in answers) == expected


@pytest.mark.parametrize(
    ("given", "operator", "right", "expected"),
    [
        ("PT59M", "lteq", "PT1H", True),
        ("PT60M", "eq", "PT1H", True),
        ("PT10M", "eq", "PT1H", True),
        ("PT61M", "eq", "PT1H", False),
        ("P1M", "lt", "P32D", True),
        ("P1M", "lt", "P30D", False),
        ("P12M", "lteq", "P1Y", True),
        ("an hour", "lteq", "PT1H", False),
    ],
)
def test_durations_are_compared_by_what_they_last(given: str, operator: str, right: str, expected: bool) -> None:
    def duration(text: str) -> Document:
        return {"@value": text, "@type": "xsd:duration"}

    known = state(**{"sotw:accumulatedTime": duration(given)})
    assert holds(constraint("elapsedTime", operator, duration(right)), known=known) is expected


@pytest.mark.parametrize(
    ("place", "operator", "right", "permitted", "denied"),
    [
        ("FR", "eq", "FR", True, True),
        ("FR", "isPartOf", "150", True, True),
        ("FR", "isAnyOf", "EU", True, True),
        ("150", "isAnyOf", "FR", False, True),
        ("JP", "isAnyOf", "EU", False, False),
        ("JP", "isNoneOf", "EU", True, True),
        ("150", "isNoneOf", "FR", False, True),
        ("https://www.iso.org/obp/ui/#iso:code:3166:FR", "isPartOf", "EU", True, True),
        ("ex:quarter", "isPartOf", "ex:city", True, True),
        ("ex:quarter", "eq", "ex:town", False, False),
        ("ex:city", "isAnyOf", "ex:quarter", False, True),
    ],
)
def test_places_are_compared_by_containment(
    place: str, operator: str, right: str, permitted: bool, denied: bool
) -> None:
    def named(iri: str) -> object:
        return thing(iri) if ":" in iri else iri

    limit = constraint("spatial", operator, named(right))
    quarter: Document = {"@id": "ex:quarter", "partOf": "ex:city"}
    assert holds(limit, known=world(quarter, **{"sotw:currentLocation": named(place)})) is permitted
    both = policy(permission=permission(), prohibition=prohibition(constraint=limit))
    found = report(both, request(), world(quarter, **{"sotw:currentLocation": named(place)}))
    assert (found.decision is Decision.DENY) is denied


@pytest.mark.parametrize(
    ("given", "operator", "right", "expected"),
    [
        ("de-CH", "eq", "de", True),
        ("de", "eq", "de-CH", False),
        ("DE", "isAnyOf", "de", True),
        ("fr", "isNoneOf", "de", True),
        ("de-CH", "isNoneOf", "de", False),
        ("de", "isNoneOf", "de-CH", True),
    ],
)
def test_a_language_covers_its_varieties(given: str, operator: str, right: str, expected: bool) -> None:
    assert holds(constraint("language", operator, right), request(**asking_for("sotw:Language", given))) is expected


@pytest.mark.parametrize(
    ("operator", "event", "expected"),
    [
        ("lt", "ex:fair", False), ("eq", "ex:fair", True), ("gt", "ex:fair", False), ("neq", "ex:fair", False),
        ("lt", "ex:election", True), ("eq", "ex:election", False), ("lteq", "ex:election", True),
        ("gt", "ex:opening", True), ("gteq", "ex:opening", True), ("eq", "ex:opening", False),
        ("gt", "ex:premiere", True), ("eq", "ex:premiere", True), ("lt", "ex:premiere", False),
        ("eq", "ex:unheard-of", False), ("neq", "ex:unheard-of", False), ("isAnyOf", "ex:fair", True),
        ("lt", "odrl:policyUsage", True), ("gt", "odrl:policyUsage", False),
    ],
)  # fmt: skip
def test_an_event_is_before_during_or_after(operator: str, event: str, expected: bool) -> None:
    known = state(
        **{
            "sotw:event": [
                {"@id": "ex:fair", "ex:startedAtTime": date("2026-03-01"), "ex:endedAtTime": date("2026-03-04")},
                {"@id": "ex:election", "ex:startedAtTime": date("2026-03-05")},
                {"@id": "ex:opening", "dct:issued": date_time("2026-03-04T09:00:00Z")},
                thing("ex:premiere"),
            ]
        }
    )
    assert holds(constraint("event", operator, thing(event)), known=known) is expected


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (2, True),
        (3, False),
        (None, False),
        ({"sotw:countValue": 2, "odrl:target": thing("ex:x")}, True),
        ({"sotw:countValue": 3, "odrl:target": thing("ex:x")}, False),
        ([{"sotw:countValue": 9, "odrl:target": thing("ex:y")}, {"sotw:countValue": 0, "odrl:target": thing("ex:x")}], True),
        ({"sotw:countValue": 1, "odrl:target": thing("ex:y")}, False),
    ],
)  # fmt: skip
def test_a_count_includes_the_use_that_is_asked_for(count: object, expected: bool) -> None:
    for count_property in ("sotw:count", "ex:count"):
        known = state(**({} if count is None else {count_property: count}))
        assert holds(constraint("count", "lteq", 3), known=known) is expected


def test_a_recipient_is_known_from_the_state() -> None:
    school = constraint("recipient", "isA", thing("ex:School"))
    known = world({"@id": "ex:university", "@type": "ex:School"}, **{"sotw:recipient": thing("ex:university")})
    assert holds(school, known=known)
    assert not holds(school, known=world(**{"sotw:recipient": thing("ex:university")}))


def test_the_day_of_the_week_follows_from_the_time() -> None:
    assert holds(constraint("ex:dayOfWeek", "eq", "Wednesday"))
    assert not holds(constraint("ex:dayOfWeek", "eq", "Sunday"))
    assert not holds(constraint("ex:dayOfWeek", "eq", "Wednesday"), known=state(None))


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        (request(**{"ex:mood": "calm"}), state()),
        (request(), state(**{"ex:mood": "calm"})),
        (request(), world({"@id": "ex:alice", "ex:mood": "calm"})),
        (request(), world({"@id": "ex:x", "ex:mood": "calm"})),
        (request(**asking_for("ex:mood", "calm")), state()),
        (request(), state(**{"sotw:context": constraint("ex:mood", "eq", "calm", uid="ex:fact")})),
        (request(), world({"@id": "ex:told", "sotw:conditionId": thing("ex:constraint"), "ex:value": "calm"})),
    ],
    ids=["request", "state", "party", "asset", "parameter", "context", "told of the constraint"],
)
def test_a_foreign_left_operand_has_the_value_that_is_given(asked: Document, known: Document) -> None:
    assert holds(constraint("ex:mood", "eq", "calm"), asked, known)
    assert not holds(constraint("ex:mood", "eq", "cross"), asked, known)
    assert not holds(constraint("ex:mood", "eq", "calm"))


def test_the_policy_may_give_a_value_itself_and_refer_to_another() -> None:
    assert holds(constraint("percentage", "lteq", 50, status=40))
    assert not holds(constraint("percentage", "lteq", 50, status=60))
    limit = constraint("percentage", "lteq", 0)
    limit.pop("rightOperand")
    limit["rightOperandReference"] = thing("ex:limit")
    asked = request(**asking_for("sotw:Percentage", 40))
    assert holds(limit, asked, world({"@id": "ex:limit", "rdf:value": 50}))
    assert not holds(limit, asked, world({"@id": "ex:limit", "rdf:value": 30}))
    assert not holds(limit, asked)


def test_amounts_in_different_units_are_not_compared() -> None:
    paid = {
        "sotw:paidAmount": {
            "@id": "ex:payment",
            "rdf:value": number("5.0"),
            "ex:currency": thing("https://money.example/Euro"),
        }
    }
    euro, yuan = (
        constraint("payAmount", "eq", number("5"), unit=f"http://money.example/{name}") for name in ("Euro", "Yuan")
    )
    assert holds(euro, known=state(**paid))
    assert not holds(yuan, known=state(**paid))


TRUTHS: dict[str, Document] = {
    "yes": constraint("language", "eq", "fr", uid="ex:yes"),
    "no": constraint("language", "eq", "ru", uid="ex:no"),
    "unknown": constraint("purpose", "eq", "ex:p", uid="ex:unknown"),
}


@pytest.mark.parametrize(
    ("operand", "left", "right"), list(product(("and", "andSequence", "or", "xone"), TRUTHS, TRUTHS))
)
def test_logic_carries_what_is_unknown_on(operand: str, left: str, right: str) -> None:
    kinds = {left, right}
    if operand in ("and", "andSequence"):
        expected = "no" if "no" in kinds else "unknown" if "unknown" in kinds else "yes"
    elif operand == "or":
        expected = "yes" if "yes" in kinds else "unknown" if "unknown" in kinds else "no"
    else:
        expected = "unknown" if "unknown" in kinds else "yes" if len(kinds) == 2 else "no"
    parts = [TRUTHS[left] | {"uid": "ex:left"}, TRUTHS[right] | {"uid": "ex:right"}]
    logical: Document = {"uid": "ex:constraint", "@type": "LogicalConstraint", operand: {"@list": parts}}
    asked = request(**asking_for("sotw:Language", "fr"))
    assert holds(logical, asked) is (expected == "yes"), "a permission takes unknown for no"
    assert forbids(logical, asked) is (expected != "no"), "a prohibition takes unknown for yes"


def test_two_that_hold_settle_that_not_exactly_one_does() -> None:
    parts = [TRUTHS["yes"] | {"uid": "ex:again"}, *TRUTHS.values()]
    assert not forbids({"uid": "ex:constraint", "xone": parts}, request(**asking_for("sotw:Language", "fr")))


def test_every_part_of_a_logical_constraint_is_reported() -> None:
    inner: Document = {"uid": "ex:inner", "or": [TRUTHS["yes"], TRUTHS["no"]]}
    limit: Document = {
        "uid": "ex:outer",
        "and": [inner, constraint("dateTime", "lt", date("2026-01-01"), uid="ex:late")],
    }
    found = report(
        policy(permission=permission(constraint=limit)), request(**asking_for("sotw:Language", "fr")), state()
    )
    assert [(part.uid.rpartition("/")[2], part.satisfaction.value) for part in only_rule(found).constraints] == [
        ("outer", "Unsatisfied"),
        ("inner", "Satisfied"),
        ("yes", "Satisfied"),
        ("no", "Unsatisfied"),
        ("late", "Unsatisfied"),
    ]
