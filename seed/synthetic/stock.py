"""What synthetic stories are made from: brands, vocabulary terms and terms of use, each stored once and found again.

Everything has a key that begins with `synthetic`, so that the demonstration data and a synthetic pool can lie in one database.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import document as documents
from models.base import JsonObject
from models.concept import Concept, ConceptKind
from models.policy import DeliveryChannel, DutyAction, LeftOperand, Operator, Policy, parse_policy
from models.policy import RightsAction as Action
from models.series import Series
from models.terms import Terms, store_policy
from models.topic import Topic

SERIES: Final = 30
TOPICS: Final = 40
GENRES: Final = 8
SUBJECTS: Final = 200
PLACES: Final = 40
POLICIES: Final = 500

_PREFIX = "synthetic"
_TERRITORIES = ("CN-GD", "FR", "ZA", "RU", "GR", "IN", "BR", "EG", "JP", "GB")
_ACTIONS = (Action.DISTRIBUTE, Action.DISPLAY, Action.PRINT, Action.EXTRACT, Action.ARCHIVE, Action.INDEX)
_LIMITED = (
    (["019"], list(DeliveryChannel)),
    (["001"], [DeliveryChannel.PRINT, DeliveryChannel.BROADCAST]),
    (["009", "002"], list(DeliveryChannel)),
    (["001"], [DeliveryChannel.NEWSLETTER]),
)
"""Territories and channels of the policies that do not permit the use that most partners ask for."""

Brand = TypeVar("Brand", Series, Topic)


@dataclass(frozen=True)
class Choice:
    """Something that a story can be filed under: its id, and the part of a document that speaks of it."""

    id: str
    part: JsonObject


@dataclass(frozen=True)
class Stock:
    """All choices, the most frequent first. Plain data, so that another process can be given it."""

    series: list[Choice]
    topics: list[Choice]
    genres: list[Choice]
    subjects: list[Choice]
    places: list[Choice]
    terms: list[Choice]


async def lay_in(session: AsyncSession) -> Stock:
    """Adds what is missing, in the session's transaction, and gives all of it."""
    terms = await _terms(session)
    return Stock(
        series=_brand_choices(await _brands(session, Series, "series", SERIES)),
        topics=_brand_choices(await _brands(session, Topic, "topic", TOPICS)),
        genres=await _concepts(session, ConceptKind.GENRE, GENRES),
        subjects=await _concepts(session, ConceptKind.SUBJECT, SUBJECTS),
        places=await _concepts(session, ConceptKind.PLACE, PLACES),
        terms=[Choice(row.id.hex, documents.terms_part(row)) for row in terms],
    )


def policy(rank: int) -> Policy:
    """The policy at a rank of frequency.

    Those of even rank permit every channel everywhere; those of odd rank do not permit the web in Europe or Asia. Every third says
    besides that it is not for changing, and each has a last day of its own, so that no two are equal.
    """
    territories, channels = (["001"], list(DeliveryChannel)) if rank % 2 == 0 else _LIMITED[rank // 2 % len(_LIMITED)]
    last_day = datetime(2070, 1, 1, tzinfo=UTC) + timedelta(days=rank)
    permission = {
        "actions": list(_ACTIONS),
        "constraints": [
            {"leftOperand": LeftOperand.SPATIAL, "operator": Operator.IS_ANY_OF, "rightOperand": territories},
            {"leftOperand": LeftOperand.DELIVERY_CHANNEL, "operator": Operator.IS_ANY_OF, "rightOperand": channels},
            {"leftOperand": LeftOperand.DATE_TIME, "operator": Operator.LT, "rightOperand": last_day.isoformat()},
        ],
        "duties": [{"action": DutyAction.ATTRIBUTE}],
    }
    unchanged = {"actions": [Action.MODIFY, Action.DERIVE], "constraints": []}
    return parse_policy({"permissions": [permission], "prohibitions": [unchanged] if rank % 3 == 2 else []})


async def _terms(session: AsyncSession) -> list[Terms]:
    keys = [f"{_PREFIX}-terms-{rank:03}" for rank in range(POLICIES)]
    present = {row.key: row for row in (await session.exec(select(Terms).where(col(Terms.key).in_(keys)))).all()}
    for rank, key in enumerate(keys):
        if key not in present:
            present[key] = Terms(
                key=key,
                policy_hash=await store_policy(session, policy(rank)),
                names={"en": f"Synthetic terms {rank}"},
                usage_terms={"en": "For measuring only."},
                copyright_holder={"en": "Synthetic"},
                credit_line={"en": "Source: synthetic"},
            )
            session.add(present[key])
    await session.flush()
    return [present[key] for key in keys]


async def _brands(session: AsyncSession, table: type[Brand], noun: str, count: int) -> list[Brand]:
    keys = [f"{_PREFIX}-{noun}-{rank:02}" for rank in range(count)]
    present = {row.key: row for row in (await session.exec(select(table).where(col(table.key).in_(keys)))).all()}
    for rank, key in enumerate(keys):
        if key not in present:
            present[key] = table(key=key, names={"en": f"Synthetic {noun} {rank}"})
            session.add(present[key])
    await session.flush()
    return [present[key] for key in keys]


def _brand_choices(brands: Iterable[Series | Topic]) -> list[Choice]:
    choices = []
    for brand in brands:
        part = documents.brand_part(brand)
        assert part is not None
        choices.append(Choice(brand.id.hex, part))
    return choices


async def _concepts(session: AsyncSession, kind: ConceptKind, count: int) -> list[Choice]:
    codes = [f"{_PREFIX}:{rank:03}" for rank in range(count)]
    statement = select(Concept).where(Concept.kind == kind, col(Concept.code).in_(codes))
    present = {row.code: row for row in (await session.exec(statement)).all()}
    for rank, code in enumerate(codes):
        if code not in present:
            territory = _TERRITORIES[rank % len(_TERRITORIES)] if kind is ConceptKind.PLACE else None
            names = {"en": f"Synthetic {kind.value.lower()} {rank}"}
            present[code] = Concept(kind=kind, code=code, names=names, territory=territory)
            session.add(present[code])
    await session.flush()
    return [Choice(present[code].id.hex, documents.concept_part(present[code])) for code in codes]
