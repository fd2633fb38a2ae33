"""`storypool rights explain`: why a partner may, or may not, use a variant."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.actor import Actor
from models.base import DEFAULT_ZONE, utc_now
from models.database import Database
from models.errors import NotFound
from models.language import LanguageTag, parse_language
from models.policy import DeliveryChannel, RightsAction
from models.pool.case import variant_case
from models.pool.rights import RightsBook
from models.scope import PARTNER_SCOPES
from models.terms import PolicyCache
from models.territory import parse_territory
from models.usage import UsageDecision, Use
from models.usage.wording import explain as in_words
from models.usage.wording import reason_text
from models.variant import Variant
from models.viewer import load_viewer
from schema.identifier import uuid_of
from schema.scalar import parse_date_time, print_date_time
from server.cli.installation import run
from server.cli.output import AsJson, print_json, print_table
from server.cli.partner import find_partner


@dataclass(frozen=True)
class _Explained:
    decision: UsageDecision
    use: Use
    at: datetime


def explain(
    partner: Annotated[str, typer.Option(metavar="KEY", help="As storypool partner list shows it.")],
    variant: Annotated[str, typer.Option(metavar="ID|URI", help="The variant, by its id or its URI.")],
    territory: Annotated[str, typer.Option(help="Where: an ISO 3166 code, a UN M49 group, EU or 001.")],
    channel: Annotated[DeliveryChannel, typer.Option(help="Through which channel.")],
    action: Annotated[
        str, typer.Option(help="What is done: the name of a RightsAction.")
    ] = RightsAction.DISTRIBUTE.name,
    language: Annotated[str | None, typer.Option(help="In which language the copy runs.")] = None,
    purpose: Annotated[str | None, typer.Option(help="What for.")] = None,
    at: Annotated[str | None, typer.Option(metavar="DATE-TIME", help="When, with a zone; now where absent.")] = None,
    lang: Annotated[str, typer.Option(help="In which language to explain it: en or zh.")] = "en",
    as_json: AsJson = False,
) -> None:
    """Explain in words whether a partner may use a variant, and list every rule that was looked at."""
    if action.upper() not in RightsAction.__members__:
        raise typer.BadParameter(f"{action!r} is none of {', '.join(RightsAction.__members__)}", param_hint="--action")
    use = Use(
        RightsAction[action.upper()],
        parse_territory(territory),
        channel,
        None if language is None else parse_language(language),
        purpose,
    )
    spoken = parse_language(lang)
    moment = None if at is None else parse_date_time(at)

    async def work(database: Database) -> _Explained:
        async with database.read() as session:
            return await _decide(session, partner, variant, use, moment)

    explained = run(work)
    _show(explained, spoken, as_json)


async def _decide(
    session: AsyncSession, partner_key: str, variant: str, use: Use, moment: datetime | None
) -> _Explained:
    partner = await find_partner(session, partner_key)
    book = RightsBook(PolicyCache())
    actor = Actor("command line", uuid.UUID(int=0), partner.id, PARTNER_SCOPES)
    viewer = await load_viewer(session, actor, book.policies, utc_now())
    case = await variant_case(session, await _variant_id(session, variant), viewer, book)
    at = moment or viewer.now
    return _Explained(case.decide(use, viewer, at), use, at)


async def _variant_id(session: AsyncSession, given: str) -> uuid.UUID:
    if not given.startswith("urn:"):
        return uuid_of(given, "Variant")
    found = (await session.exec(select(Variant.id).where(Variant.uri == given))).first()
    if found is None:
        raise NotFound(f"there is no variant {given[:200]!r}")
    return found


def _show(explained: _Explained, language: LanguageTag, as_json: bool) -> None:
    zone = ZoneInfo(DEFAULT_ZONE)
    decision = explained.decision
    words = in_words(decision, explained.use, language, zone)
    reasons = [(item.code, item.outcome.value, reason_text(item, language, zone)) for item in decision.reasons]
    if as_json:
        print_json(
            {
                "decision": decision.decision,
                "explanation": words,
                "at": print_date_time(explained.at),
                "validUntil": _moment(decision.valid_until),
                "duties": [
                    {"action": duty.action, "deadline": _moment(duty.deadline(explained.at))}
                    for duty in decision.duties
                ],
                "reasons": [
                    {"code": code, "outcome": outcome, "message": message} for code, outcome, message in reasons
                ],
            }
        )
        return
    typer.echo(words)
    print_table(("Rule", "Outcome", "What was found"), reasons)


def _moment(value: datetime | None) -> str | None:
    return None if value is None else print_date_time(value)
