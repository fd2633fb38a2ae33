"""Seeds what stories stand on: vocabularies, brands, people, terms, partners, agreements, outlets and alliances.

Everything has a natural key; what is there already is left as it is, even where the data file has changed since.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import event
from models.agreement import Agreement
from models.agreement.edit import create_agreement
from models.alliance import Alliance, AllianceContributor, AlliancePartner
from models.base import Table
from models.change import Change
from models.concept import Concept, ConceptKind, Organisation
from models.contributor import Contributor
from models.event import Event, EventAudience, EventKind
from models.outlet import Outlet
from models.partner import Liaison, Partner
from models.series import Series
from models.terms import Terms, store_policy
from models.topic import Topic
from seed import files
from seed.reading import Seed

ADDED_BY = "seed"
Keyed = TypeVar("Keyed", Organisation, Series, Topic, Contributor, Terms, Partner, Outlet, Alliance)


@dataclass(frozen=True)
class Foundation:
    """The ids of what stories refer to, by natural key."""

    concepts: dict[tuple[ConceptKind, str], uuid.UUID]
    organisations: dict[str, uuid.UUID]
    series: dict[str, uuid.UUID]
    topics: dict[str, uuid.UUID]
    contributors: dict[str, uuid.UUID]
    terms: dict[str, uuid.UUID]


async def lay_foundation(session: AsyncSession, seed: Seed, *, now: datetime) -> Foundation:
    """Adds what is missing, in the session's transaction."""
    concepts = await _concepts(session, seed.concepts)
    organisations = await _add_missing(
        session,
        Organisation,
        [
            Organisation(key=part.key, kind=part.kind, names=part.names, go_global=part.go_global)
            for part in seed.organisations
        ],
    )
    series = await _add_missing(
        session, Series, [Series(key=part.key, names=part.names, descriptions=part.description) for part in seed.series]
    )
    topics = await _add_missing(session, Topic, [_topic(part) for part in seed.topics])
    contributors = await _add_missing(session, Contributor, [_contributor(part) for part in seed.contributors])
    terms = await _add_missing(session, Terms, [await _terms(session, part) for part in seed.terms])
    partners = await _partners(session, seed.partners, now=now)
    await _agreements(session, seed.partners, partners, now=now)
    outlets = [_outlet(part, None) for part in seed.outlets]
    outlets += [_outlet(part, partners[owner.key]) for owner in seed.partners for part in owner.outlets]
    await _add_missing(session, Outlet, outlets)
    await _alliances(session, seed.alliances, partners, contributors)
    return Foundation(concepts, organisations, series, topics, contributors, terms)


async def _add_missing(session: AsyncSession, table: type[Keyed], rows: Iterable[Keyed]) -> dict[str, uuid.UUID]:
    """Adds the rows whose key is not there, and gives the ids of all by key."""
    present = {row.key: row.id for row in (await session.exec(select(table))).all() if row.key is not None}
    for row in rows:
        assert row.key is not None
        if row.key not in present:
            session.add(row)
            present[row.key] = row.id
    await session.flush()
    return present


async def _concepts(
    session: AsyncSession, wanted: Iterable[files.ConceptFile]
) -> dict[tuple[ConceptKind, str], uuid.UUID]:
    present = {(row.kind, row.code): row.id for row in (await session.exec(select(Concept))).all()}
    for part in wanted:
        if (part.kind, part.code) not in present:
            row = Concept(kind=part.kind, code=part.code, names=part.names, territory=part.territory)
            session.add(row)
            present[part.kind, part.code] = row.id
    await session.flush()
    return present


def _topic(part: files.TopicFile) -> Topic:
    return Topic(
        key=part.key,
        names=part.names,
        descriptions=part.description,
        opened_at=part.opened_at,
        closes_at=part.closes_at,
    )


def _contributor(part: files.ContributorFile) -> Contributor:
    return Contributor(
        key=part.key,
        names=part.name,
        relation=part.relation,
        nationality=part.nationality,
        language=part.language,
        consent=part.consent,
    )


async def _terms(session: AsyncSession, part: files.TermsFile) -> Terms:
    return Terms(
        key=part.key,
        policy_hash=await store_policy(session, part.rules),
        names=part.names,
        usage_terms=part.usage_terms,
        copyright_holder=part.copyright_holder,
        copyright_notice=part.copyright_notice,
        credit_line=part.credit_line,
    )


async def _partners(
    session: AsyncSession, wanted: Iterable[files.PartnerFile], *, now: datetime
) -> dict[str, uuid.UUID]:
    liaisons = {row.email: row.id for row in (await session.exec(select(Liaison))).all()}
    present = set((await session.exec(select(Partner.key))).all())
    rows = []
    for part in wanted:
        if part.key in present:
            continue
        if part.liaison.email not in liaisons:
            liaison = Liaison(name=part.liaison.name, email=part.liaison.email)
            session.add(liaison)
            liaisons[liaison.email] = liaison.id
        rows.append(
            Partner(
                key=part.key,
                kind=part.kind,
                names=part.names,
                languages=part.languages,
                territories=part.territories,
                audience=part.audience,
                liaison_id=liaisons[part.liaison.email],
                notice_email=part.notice_email,
                sandbox=part.sandbox,
                demonstration=part.demonstration,
                created_at=now,
            )
        )
    await session.flush()
    for row in rows:
        event.append(
            session, Event(kind=EventKind.PARTNER_CHANGED, at=now, audience=EventAudience.STAFF, partner_id=row.id)
        )
    return await _add_missing(session, Partner, rows)


async def _agreements(
    session: AsyncSession,
    owners: Iterable[files.PartnerFile],
    partners: dict[str, uuid.UUID],
    *,
    now: datetime,
) -> None:
    present = set((await session.exec(select(Agreement.key))).all())
    for owner in owners:
        for part in owner.agreements:
            if part.key not in present:
                await create_agreement(
                    session,
                    partners[owner.key],
                    part.key,
                    part.changes(),
                    Change(by=ADDED_BY, at=now),
                    demonstration=part.demonstration,
                )


def _outlet(part: files.OutletFile, partner_id: uuid.UUID | None) -> Outlet:
    return Outlet(
        key=part.key,
        partner_id=partner_id,
        name=part.name,
        kind=part.kind,
        platform=part.platform,
        url=part.url,
        territory=part.territory,
        language=part.language,
        audience=part.audience,
        demonstration=part.demonstration,
        unclaimed=part.unclaimed,
    )


async def _alliances(
    session: AsyncSession,
    wanted: Iterable[files.AllianceFile],
    partners: dict[str, uuid.UUID],
    contributors: dict[str, uuid.UUID],
) -> None:
    wanted = list(wanted)
    present = await _add_missing(session, Alliance, [Alliance(key=part.key, names=part.names) for part in wanted])
    members: list[Table] = []
    for part in wanted:
        alliance_id = present[part.key]
        members += [AlliancePartner(alliance_id=alliance_id, partner_id=partners[key]) for key in part.partners]
        members += [
            AllianceContributor(alliance_id=alliance_id, contributor_id=contributors[key]) for key in part.contributors
        ]
    for member in members:
        await session.merge(member)
    await session.flush()
