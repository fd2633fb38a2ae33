"""What tests of partnerships share: the officer's documents, and the inputs that they vary."""

from __future__ import annotations

from typing import Any

from sqlmodel import col, select

from models.actor import Actor
from models.event import Event, EventKind
from tests.seeded import JsonAnswer, Pool

AGREEMENT = """
fragment Whole on Agreement {
  id key version suspended zone startsAt endsAt languages forms series topics territories channels policyHash partnerKey
  titles { language text } quotas { period limit form used left resetsAt } exclusivities { territories channels startsAt endsAt }
  policy { hash permissions { actions constraints { leftOperand operator rightOperand } } }
  versions { version by at suspended endsAt territories policyHash quotas { period limit form } exclusivities { territories startsAt } }
}
"""

PERMITS = {"permissions": [{"actions": ["DISTRIBUTE", "DISPLAY"]}]}


def mutation(name: str, kind: str, thing: str, fields: str) -> str:
    """A mutation with one input, that asks for the thing and for user errors."""
    return (
        f"mutation M($input: {kind}!) {{ {name}(input: $input) {{ {thing} {{ {fields} }}"
        " userErrors { code field message currentVersion } query { viewer { isStaff } } } }"
    )


CREATE = mutation("createAgreement", "CreateAgreementInput", "agreement", "...Whole") + AGREEMENT
UPDATE = mutation("updateAgreement", "UpdateAgreementInput", "agreement", "...Whole") + AGREEMENT
SUSPEND = mutation("suspendAgreement", "AgreementInput", "agreement", "...Whole") + AGREEMENT
RESUME = mutation("resumeAgreement", "AgreementInput", "agreement", "...Whole") + AGREEMENT
END = mutation("endAgreement", "EndAgreementInput", "agreement", "...Whole") + AGREEMENT
SAVE_PARTNER = mutation(
    "savePartner",
    "SavePartnerInput",
    "partner",
    "id key kind status languages territories names { language text } audience { language text } liaison { id email }",
)
SUSPEND_PARTNER = mutation("suspendPartner", "PartnerInput", "partner", "id status")
REACTIVATE_PARTNER = mutation("reactivatePartner", "PartnerInput", "partner", "id status")
SAVE_LIAISON = mutation("saveLiaison", "SaveLiaisonInput", "liaison", "id name email")
SAVE_OUTLET = mutation(
    "saveOutlet",
    "SaveOutletInput",
    "outlet",
    "id key name kind platform url territory language partnerId audience { measure value qualifier grade asOf }",
)
SAVE_ALLIANCE = mutation(
    "saveAlliance", "SaveAllianceInput", "alliance", "id key names { language text } partnerKeys contributorKeys"
)


async def ids(pool: Pool, key: str) -> JsonAnswer:
    """The ids of a partner and of its first agreement."""
    document = (
        "query($key: String) { partner(key: $key) { id agreements { id version } liaison { id } outlets { id } } }"
    )
    partner: JsonAnswer = (await pool.ask(await pool.actor(None), document, key=key))["partner"]
    return partner


async def change(pool: Pool, actor: Actor, document: str, **given: Any) -> JsonAnswer:
    """The payload of a mutation."""
    data = await pool.ask(actor, document, input=given)
    payload: JsonAnswer = next(iter(data.values()))
    assert payload["query"] is not None
    return payload


def codes(payload: JsonAnswer) -> list[str]:
    """The codes of the refusals."""
    return [error["code"] for error in payload["userErrors"]]


async def new_agreement(pool: Pool, partner: str, key: str = "new-contract", **more: Any) -> JsonAnswer:
    """An agreement that can be created, with some fields in the place of others."""
    return {
        "partnerId": (await ids(pool, partner))["id"],
        "key": key,
        "titles": [{"language": "en", "text": "A new contract"}],
        "startsAt": "2026-06-01",
        "territories": ["GR"],
        "channels": ["WEB"],
        "policy": PERMITS,
        **more,
    }


async def events(pool: Pool, kind: EventKind, subject: str | None = None) -> list[Event]:
    """The events of a kind since the demonstration was loaded, the oldest first."""
    async with pool.database.read() as session:
        statement = select(Event).where(Event.kind == kind, Event.at == pool.now).order_by(col(Event.position))
        found = (await session.exec(statement)).all()
    return [event for event in found if subject is None or event.subject_id == subject]
