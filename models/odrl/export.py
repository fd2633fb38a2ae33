"""Terms and agreements as ODRL 2.2 in JSON-LD, declaring the RightsML profile and our own (`models.odrl.profile`).

Rules are written atomically, one action and one target each, as the Information Model (2.7) expands them and as published shapes check
them. What one rule of ours says of several actions shares an `inGroup`, so that a count stays one count, and importing gives the same hash.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from models.agreement.reading import AgreementRecord
from models.base import JsonObject
from models.odrl.profile import (
    CONTEXT,
    DECLARED,
    TEXTS,
    agreement_iri,
    agreement_stem,
    compact,
    rule_stem,
    terms_iri,
)
from models.partner.table import Partner
from models.policy import Constraint, Duty, DutyAction, LeftOperand, Operator, Policy, Rule
from models.terms import Terms

Texts = Mapping[str, Mapping[str, str]]
"""The texts that lie beside a policy: by the names that `TEXTS` has, then per language tag."""

PERMISSION: Final = "permission"
PROHIBITION: Final = "prohibition"
SECONDS_A_DAY: Final = 86_400


class Place(NamedTuple):
    """Where a rule stands in a policy.

    :param kind: `permission` or `prohibition`.
    :param number: among the rules of its kind, in canonical order, from 1.
    """

    kind: str
    number: int

    def uid(self, stem: str) -> str:
        """The rule's IRI.

        :param stem: what the IRIs of all rules of its policy begin with.
        """
        return f"{stem}{self.kind}-{self.number}"


def places(policy: Policy) -> Iterator[tuple[Place, Rule]]:
    """Every rule of a policy with its place: permissions, then prohibitions."""
    for kind, rules in ((PERMISSION, policy.permissions), (PROHIBITION, policy.prohibitions)):
        for number, rule in enumerate(rules, 1):
            yield Place(kind, number), rule


def atoms(rule: Rule, uid: str) -> dict[str, str]:
    """The atomic rules that a rule is written as: the IRI of each, by its action."""
    if len(rule.actions) == 1:
        return {rule.actions[0]: uid}
    return {action: f"{uid}-{action}" for action in rule.actions}


def constraint_uid(uid: str, place: int) -> str:
    """The IRI of a constraint.

    :param uid: of its rule, before that is split into atoms, or of its duty.
    :param place: among the constraints, from 0.
    """
    return f"{uid}-constraint-{place + 1}"


def duty_uid(uid: str, place: int) -> str:
    """The IRI of a duty of the rule with this IRI; `place` counts from 0."""
    return f"{uid}-duty-{place + 1}"


def export_policy(
    policy: Policy, uid: str, *, texts: Texts | None = None, zone: str | None = None, key: str | None = None
) -> JsonObject:
    """A policy as an `odrl:Set`: rules for whatever is supplied under them, binding nobody in particular.

    :param uid: the IRI of the whole, with its texts; the rules have IRIs made from the policy's hash.
    :param zone: the IANA zone in which dates alone were read.
    :param key: of a template.
    """
    document: JsonObject = {
        "@context": list(CONTEXT),
        "@type": "Set",
        "uid": uid,
        "profile": list(DECLARED),
        compact("policyHash"): policy.hash(),
    }
    if key is not None:
        document["dct:identifier"] = key
    if zone is not None:
        document[compact("zone")] = zone
    document |= _texts(texts or {})
    return document | _rules(policy, rule_stem(policy.hash()), {"target": compact("content")})


def export_terms(terms: Terms, policy: Policy) -> JsonObject:
    """Terms as an `odrl:Set`, named by their id.

    :param policy: theirs.
    """
    texts = {name: getattr(terms, name) for name in TEXTS}
    return export_policy(policy, terms_iri(terms.id, policy.hash()), texts=texts, zone=terms.zone, key=terms.key)


def export_agreement(record: AgreementRecord, partner: Partner, centre: str) -> JsonObject:
    """An agreement, in its present version, as an `odrl:Agreement` between the centre and the partner.

    What it covers is the target. The partner's own territories and channels, and the agreement's time, are constraints of every
    permission. Quotas, exclusivities and suspension, which ODRL has no words for, are terms of the profile.

    :param centre: the centre's IRI.
    """
    agreement, content = record.agreement, record.content
    uid, stem = (name(agreement.id, agreement.version) for name in (agreement_iri, agreement_stem))
    frame = [_constraint(constraint, stem + name) for name, constraint in agreement_frame(content)]
    coverage = _coverage(content, stem)
    parties = {"assigner": centre, "assignee": partner.id.urn}
    document: JsonObject = {
        "@context": list(CONTEXT),
        "@type": "Agreement",
        "uid": uid,
        "profile": list(DECLARED),
        compact("policyHash"): record.policy.hash(),
        compact("zone"): content["zone"],
        compact("suspended"): content["suspended"],
        "dct:identifier": agreement.key,
        "dct:isVersionOf": {"@id": agreement.id.urn},
        "schema:version": agreement.version,
        **_texts({"names": content["titles"]}),
        "assigner": {"@type": "Party", "uid": centre},
        "assignee": {"@type": "Party", "uid": partner.id.urn, "schema:name": _worded(partner.names)},
        "target": coverage,
        compact("frame"): frame,
        compact("quota"): [_quota(quota) for quota in content["quotas"]],
        compact("exclusivity"): [_exclusivity(item) for item in content["exclusivities"]],
    }
    shared = {**parties, "target": coverage["uid"]}
    return document | _rules(record.policy, stem, shared, [str(constraint["uid"]) for constraint in frame])


def agreement_frame(content: JsonObject) -> list[tuple[str, Constraint]]:
    """What an agreement asks of every use beside its own policy, each with its name: the partner's places and channels, and its time.

    :param content: in the shape of `AgreementVersion.content`.
    """
    any_of = Operator.IS_ANY_OF
    frame = [
        ("territories", Constraint(LeftOperand.SPATIAL, any_of, tuple(content["territories"]))),
        ("channels", Constraint(LeftOperand.DELIVERY_CHANNEL, any_of, tuple(content["channels"]))),
        ("start", Constraint(LeftOperand.DATE_TIME, Operator.GTEQ, (content["startsAt"],))),
    ]
    if content["endsAt"] is not None:
        frame.append(("end", Constraint(LeftOperand.DATE_TIME, Operator.LT, (content["endsAt"],))))
    return frame


def _rules(policy: Policy, stem: str, shared: JsonObject, frame: Sequence[str] = ()) -> JsonObject:
    """The rules of a policy.

    :param shared: what every rule says: the target, and the parties where there are any.
    :param frame: the IRIs of the constraints that every permission has beside its own.
    """
    written: dict[str, list[JsonObject]] = {PERMISSION: [], PROHIBITION: []}
    for place, rule in places(policy):
        written[place.kind] += _atomic(rule, place, stem, shared, frame if place.kind == PERMISSION else ())
    if not any(written.values()):
        # A policy has at least one rule (Information Model 2.1); this one says what saying nothing means.
        written[PROHIBITION].append(
            {"@type": "Prohibition", "uid": f"{stem}nothing", **shared, "action": "use", compact("implied"): True}
        )
    return {"conflict": "prohibit", **{kind: rules for kind, rules in written.items() if rules}}


def _atomic(rule: Rule, place: Place, stem: str, shared: JsonObject, frame: Sequence[str]) -> Iterator[JsonObject]:
    """The rule's atoms. The first describes its constraints and duties; the others name them."""
    group = place.uid(stem)
    constraints: list[JsonObject | str] = [
        *(_constraint(item, constraint_uid(group, number)) for number, item in enumerate(rule.constraints)),
        *frame,
    ]
    duties: list[JsonObject | str] = [_duty(duty, duty_uid(group, number)) for number, duty in enumerate(rule.duties)]
    for action, uid in atoms(rule, group).items():
        atom: JsonObject = {"@type": place.kind.capitalize(), "uid": uid, **shared, "action": action}
        if len(rule.actions) > 1:
            atom[compact("inGroup")] = {"@id": group}
        if constraints:
            atom["constraint"] = constraints
        if duties:
            atom["duty"] = duties
        yield atom
        constraints, duties = _named(constraints), _named(duties)


def _named(parts: list[JsonObject | str]) -> list[JsonObject | str]:
    return [part if isinstance(part, str) else str(part["uid"]) for part in parts]


def _duty(duty: Duty, uid: str) -> JsonObject:
    """A duty. ODRL's own are preconditions (Information Model 2.6.5), so one that is accepted says so."""
    action = compact(duty.action.value) if duty.action is DutyAction.LINK else duty.action.value
    written: JsonObject = {"@type": "Duty", "uid": uid, "action": action}
    if duty.constraints:
        written["constraint"] = [
            _constraint(item, constraint_uid(uid, number)) for number, item in enumerate(duty.constraints)
        ]
    if not duty.precondition:
        written[compact("accepted")] = True
    if duty.blocking:
        written[compact("blocking")] = True
    return written


def _constraint(constraint: Constraint, uid: str) -> JsonObject:
    return {
        "@type": "Constraint",
        "uid": uid,
        "leftOperand": constraint.left_operand.value,
        "operator": constraint.operator.value,
        "rightOperand": _right_operand(constraint),
    }


def _right_operand(constraint: Constraint) -> object:
    match constraint.left_operand:
        case LeftOperand.DATE_TIME:
            return {"@value": constraint.right_operand[0], "@type": "xsd:dateTime"}
        case LeftOperand.ELAPSED_TIME:
            return {"@value": _duration(int(constraint.duration.total_seconds())), "@type": "xsd:duration"}
        case LeftOperand.COUNT | LeftOperand.PERCENTAGE:
            return constraint.number
        case LeftOperand.DELIVERY_CHANNEL:
            return [{"@id": compact(channel)} for channel in constraint.right_operand]
        case _:
            return list(constraint.right_operand)


def _duration(seconds: int) -> str:
    days, rest = divmod(seconds, SECONDS_A_DAY)
    return f"PT{seconds}S" if rest else f"P{days}D"


def _coverage(content: JsonObject, stem: str) -> JsonObject:
    """What an agreement covers: a part of the pool by its refinements (Information Model 2.5.5), or all of it."""
    operands = {
        "languages": "language",
        "forms": compact("form"),
        "series": compact("series"),
        "topics": compact("topic"),
    }
    refinements = [
        {
            "@type": "Constraint",
            "uid": f"{stem}{name}",
            "leftOperand": operand,
            "operator": "isAnyOf",
            "rightOperand": list(content[name]),
        }
        for name, operand in operands.items()
        if content[name] is not None
    ]
    if not refinements:
        return {"@type": "AssetCollection", "uid": compact("pool")}
    return {
        "@type": "AssetCollection",
        "uid": f"{stem}coverage",
        "source": compact("pool"),
        "refinement": refinements,
    }


def _quota(quota: JsonObject) -> JsonObject:
    written: JsonObject = {
        "@type": compact("Quota"),
        compact("period"): {"@id": compact(quota["period"])},
        compact("limit"): quota["limit"],
    }
    return written if quota["form"] is None else {**written, compact("form"): quota["form"]}


def _exclusivity(item: JsonObject) -> JsonObject:
    """An exclusivity, by constraints: within them, nobody else may."""
    uid = f"urn:uuid:{item['id']}"
    bounds = [
        Constraint(LeftOperand.DATE_TIME, operator, (item[name],))
        for name, operator in (("startsAt", Operator.GTEQ), ("endsAt", Operator.LT))
    ]
    for name, operand in (("territories", LeftOperand.SPATIAL), ("channels", LeftOperand.DELIVERY_CHANNEL)):
        if item[name] is not None:
            bounds.append(Constraint(operand, Operator.IS_ANY_OF, tuple(item[name])))
    return {
        "@type": compact("Exclusivity"),
        "uid": uid,
        "constraint": [_constraint(bound, f"{uid}#constraint-{number}") for number, bound in enumerate(bounds, 1)],
    }


def _texts(texts: Texts) -> JsonObject:
    return {TEXTS[name]: _worded(worded) for name, worded in texts.items() if worded}


def _worded(texts: Mapping[str, str]) -> list[JsonObject]:
    return [{"@value": text, "@language": language} for language, text in sorted(texts.items())]
