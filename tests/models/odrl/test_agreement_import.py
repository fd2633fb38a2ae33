"""Agreements that were read become agreements of the pool, by the door of all new ones."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import select

from models.agreement import Agreement
from models.agreement.edit import suspend_agreement, update_agreement
from models.agreement.quota import Quota, QuotaPeriod
from models.agreement.reading import read_agreements
from models.base import JsonObject
from models.change import Change
from models.errors import BadInput, KeyTaken, NotFound, PartnerSuspended, StorypoolError
from models.odrl.agreement_import import import_agreement
from models.odrl.agreement_reading import read_agreement
from models.odrl.export import export_agreement
from models.partner import Partner
from models.partner.edit import suspend_partner
from tests.models.odrl.test_agreement_reading import said
from tests.models.odrl.test_export import CENTRE
from tests.seeded import NOW, Pool

OFFICER = Change("officer", NOW)


async def exported(pool: Pool, key: str) -> JsonObject:
    """An agreement of the demonstration as ODRL."""
    async with pool.database.read() as session:
        agreement = (await session.exec(select(Agreement).where(Agreement.key == key))).one()
        (record,) = await read_agreements(session, [agreement], NOW)
        partner = await session.get_one(Partner, agreement.partner_id)
    return export_agreement(record, partner, CENTRE)


async def imported(pool: Pool, document: object, **given: str) -> Agreement:
    async with pool.database.write() as session:
        return await import_agreement(session, read_agreement(document, centre=CENTRE), OFFICER, **given)


async def content(pool: Pool, agreement: Agreement) -> JsonObject:
    async with pool.database.read() as session:
        row = await session.get_one(Agreement, agreement.id)
        return said((await read_agreements(session, [row], NOW))[0].content)


async def refusal(pool: Pool, document: object, **given: str) -> StorypoolError:
    with pytest.raises(StorypoolError) as refused:
        await imported(pool, document, **given)
    return refused.value


async def every(pool: Pool) -> list[Agreement]:
    async with pool.database.read() as session:
        return list((await session.exec(select(Agreement))).all())


def without_exclusivities(document: JsonObject) -> JsonObject:
    return {**document, "storypool:exclusivity": []}


async def test_every_agreement_of_the_demonstration_comes_back_as_itself(pool: Pool) -> None:
    agreements = await every(pool)
    assert agreements
    for agreement in agreements:
        again = await imported(pool, await exported(pool, agreement.key))
        assert (again.id, again.version) == (agreement.id, agreement.version)
    assert len(await every(pool)) == len(agreements)


async def test_every_agreement_of_the_demonstration_comes_back_under_another_key(pool: Pool) -> None:
    for agreement in await every(pool):
        copied = await imported(pool, await exported(pool, agreement.key), key=f"{agreement.key}-copy")
        assert (copied.id != agreement.id, copied.version) == (True, 1)
        assert copied.partner_id == agreement.partner_id
        assert copied.policy_hash == agreement.policy_hash
        assert await content(pool, copied) == await content(pool, agreement)


async def test_an_agreement_comes_back_as_itself_whatever_the_order_of_its_lists(pool: Pool) -> None:
    document = await exported(pool, "china-daily-supply")
    async with pool.database.write() as session:
        (agreement,) = (await session.exec(select(Agreement).where(Agreement.key == "china-daily-supply"))).all()
        turned = await update_agreement(
            session,
            agreement.id,
            agreement.version,
            {
                "territories": ["GR", "CN", "FR"],
                "channels": ["WEB", "APP"],
                "languages": ["zh", "en"],
                "quotas": [Quota(QuotaPeriod.TOTAL, 900), Quota(QuotaPeriod.MONTH, 300)],
            },
            OFFICER,
        )
    document = await exported(pool, "china-daily-supply")
    document["storypool:quota"].reverse()
    again = await imported(pool, document)
    assert (again.id, again.version) == (turned.id, turned.version)
    assert again.territories == ["GR", "CN", "FR"]


async def test_a_partner_may_be_named_by_its_key(pool: Pool) -> None:
    document = without_exclusivities(await exported(pool, "china-daily-supply"))
    document["assignee"]["uid"] = "urn:uuid:00000000-0000-0000-0000-000000000001"
    for rule in (*document.get("permission", []), *document.get("prohibition", [])):
        rule["assignee"] = document["assignee"]["uid"]
    copied = await imported(pool, document, key="moved", partner_key="china-daily")
    async with pool.database.read() as session:
        assert (await session.get_one(Partner, copied.partner_id)).key == "china-daily"


@pytest.mark.parametrize(
    "named", ["urn:uuid:00000000-0000-0000-0000-000000000001", "urn:uuid:x", "https://example.org"]
)
async def test_an_assignee_that_is_no_partner_is_named(pool: Pool, named: str) -> None:
    document = await exported(pool, "china-daily-supply")
    document["assignee"]["uid"] = named
    for rule in (*document.get("permission", []), *document.get("prohibition", [])):
        rule["assignee"] = named
    error = await refusal(pool, document, key="moved")
    assert isinstance(error, NotFound)
    assert named in error.message
    assert error.field == ["odrl", "assignee"]


async def test_a_partner_key_that_nobody_has_is_refused(pool: Pool) -> None:
    error = await refusal(pool, await exported(pool, "china-daily-supply"), partner_key="nobody")
    assert isinstance(error, NotFound)
    assert error.field == ["partnerKey"]
    assert "'nobody'" in error.message


async def test_a_suspended_agreement_comes_back_suspended(pool: Pool) -> None:
    async with pool.database.write() as session:
        (agreement,) = (await session.exec(select(Agreement).where(Agreement.key == "china-daily-supply"))).all()
        await suspend_agreement(session, agreement.id, OFFICER)
    document = await exported(pool, "china-daily-supply")
    assert (await imported(pool, document)).suspended
    copied = await imported(pool, document, key="copy")
    assert (copied.suspended, copied.version) == (True, 2)
    assert (await imported(pool, document, key="copy")).version == 2


async def test_an_agreement_is_never_suspended_or_resumed_by_the_way(pool: Pool) -> None:
    document = {**await exported(pool, "china-daily-supply"), "storypool:suspended": True}
    error = await refusal(pool, document)
    assert isinstance(error, KeyTaken)
    assert "not suspended" in error.message
    assert error.field == ["odrl", "dct:identifier"]


async def test_a_key_is_not_given_to_another_agreement(pool: Pool) -> None:
    document = await exported(pool, "china-daily-supply")
    document["dct:title"] = [{"@value": "Another", "@language": "en"}]
    error = await refusal(pool, document)
    assert (type(error), error.field) == (KeyTaken, ["odrl", "dct:identifier"])
    error = await refusal(pool, document, key="china-daily-supply")
    assert (type(error), error.field) == (KeyTaken, ["key"])


async def test_an_agreement_without_any_key_is_refused(pool: Pool) -> None:
    document = await exported(pool, "china-daily-supply")
    del document["dct:identifier"]
    error = await refusal(pool, document)
    assert (type(error), error.field) == (BadInput, ["key"])


async def test_a_suspended_partner_gets_no_agreement(pool: Pool) -> None:
    document = await exported(pool, "china-daily-supply")
    async with pool.database.write() as session:
        (partner,) = (await session.exec(select(Partner).where(Partner.key == "china-daily"))).all()
        await suspend_partner(session, partner.id, OFFICER)
    error = await refusal(pool, document, key="copy")
    assert (type(error), error.field) == (PartnerSuspended, ["odrl", "assignee"])
    error = await refusal(pool, document, key="copy", partner_key="china-daily")
    assert error.field == ["partnerKey"]


async def test_a_series_that_is_not_there_is_refused_where_it_stands(pool: Pool) -> None:
    document: dict[str, Any] = await exported(pool, "china-daily-supply")
    part = {"leftOperand": "storypool:series", "operator": "eq", "rightOperand": "nothing", "uid": "urn:example:series"}
    document["target"] = {
        "@type": "AssetCollection",
        "uid": "urn:example:part",
        "source": "storypool:pool",
        "refinement": [part],
    }
    for rule in (*document.get("permission", []), *document.get("prohibition", [])):
        rule["target"] = "urn:example:part"
    error = await refusal(pool, document, key="copy")
    assert isinstance(error, NotFound)
    assert error.field == ["odrl", "target", "refinement", "0"]
