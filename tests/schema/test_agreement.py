"""Agreements: created, changed, suspended, ended; every version kept, every refusal as data."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import select

from models.agreement import Agreement, AgreementVersion, QuotaUse
from models.client import create_client
from models.errors import Forbidden, NotFound
from models.event import EventKind
from models.scope import Scope
from schema.identifier import uuid_of
from tests.schema.partnership import (
    CREATE,
    END,
    RESUME,
    SUSPEND,
    SUSPEND_PARTNER,
    UPDATE,
    change,
    codes,
    events,
    ids,
    new_agreement,
)
from tests.seeded import JsonAnswer, Pool

GREEK = "greek-news-demo"


async def test_a_new_agreement_is_kept_whole_as_its_first_version_and_told_once(pool: Pool) -> None:
    officer = await pool.actor(None)
    given = await new_agreement(
        pool, GREEK,
        zone="Europe/Athens", startsAt="2026-06-01", endsAt="2026-06-30", languages=["el", "en-GB"], forms=["ARTICLE"],
        quotas=[{"period": "MONTH", "limit": 5}, {"period": "TOTAL", "limit": 9, "form": "ARTICLE"}],
        exclusivities=[{"territories": ["CY"], "startsAt": "2026-06-10", "endsAt": "2026-06-20"}],
    )  # fmt: skip
    payload = await change(pool, officer, CREATE, **given)
    assert payload["userErrors"] == []
    agreement = payload["agreement"]
    assert (agreement["version"], agreement["zone"], agreement["partnerKey"]) == (1, "Europe/Athens", GREEK)
    assert (agreement["startsAt"], agreement["endsAt"]) == ("2026-05-31T21:00:00Z", "2026-06-30T21:00:00Z")
    assert agreement["languages"] == ["el", "en-GB"]
    assert agreement["exclusivities"] == [
        {"territories": ["CY"], "channels": None, "startsAt": "2026-06-09T21:00:00Z", "endsAt": "2026-06-20T21:00:00Z"}
    ]
    assert [(quota["limit"], quota["used"], quota["left"]) for quota in agreement["quotas"]] == [(5, 0, 5), (9, 0, 9)]
    assert [quota["resetsAt"] for quota in agreement["quotas"]] == ["2026-11-30T22:00:00Z", None]
    assert agreement["policy"]["hash"] == agreement["policyHash"]
    assert agreement["policy"]["permissions"][0]["actions"] == ["DISPLAY", "DISTRIBUTE"]
    assert [(kept["version"], kept["by"], kept["territories"]) for kept in agreement["versions"]] == [
        (1, officer.client_id, ["GR"])
    ]
    told = await events(pool, EventKind.AGREEMENT_CHANGED, str(uuid_of(agreement["id"], "Agreement")))
    assert [(event.partner_id, event.scope["before"], event.scope["after"]["languages"]) for event in told] == [
        (uuid_of(given["partnerId"], "Partner"), None, ["el", "en-GB"])
    ]


async def test_the_same_agreement_again_is_the_same_one_and_another_with_its_key_is_refused(pool: Pool) -> None:
    officer, given = await pool.actor(None), await new_agreement(pool, GREEK)
    first, again = [await change(pool, officer, CREATE, **given) for _ in range(2)]
    assert again["agreement"]["id"] == first["agreement"]["id"]
    assert again["agreement"]["version"] == 1
    assert len(await events(pool, EventKind.AGREEMENT_CHANGED)) == 1
    other = await change(pool, officer, CREATE, **{**given, "territories": ["CY"]})
    assert codes(other) == ["KEY_TAKEN"]
    assert other["agreement"] is None
    elsewhere = await new_agreement(pool, "embassy-russia")
    assert codes(await change(pool, officer, CREATE, **elsewhere)) == ["KEY_TAKEN"]


async def test_a_key_that_many_create_at_once_is_one_agreement(pool: Pool) -> None:
    officer, given = await pool.actor(None), await new_agreement(pool, GREEK)
    payloads = await asyncio.gather(*(change(pool, officer, CREATE, **given) for _ in range(8)))
    assert len({payload["agreement"]["id"] for payload in payloads}) == 1
    assert len(await events(pool, EventKind.AGREEMENT_CHANGED)) == 1


BAD: dict[str, tuple[dict[str, Any], str, list[str] | None]] = {
    "an end before the start": ({"endsAt": "2026-05-31"}, "END_BEFORE_START", ["endsAt"]),
    "an end at the start": (
        {"startsAt": "2026-06-01T00:00:00Z", "endsAt": "2026-06-01T00:00:00Z"}, "END_BEFORE_START", ["endsAt"]
    ),
    "a moment without a zone": ({"startsAt": "2026-06-01T00:00:00"}, "BAD_DATE_TIME", ["startsAt"]),
    "a day that is none": ({"endsAt": "2026-06-31"}, "BAD_DATE_TIME", ["endsAt"]),
    "no zone of that name": ({"zone": "Asia/Longgang"}, "BAD_ZONE", ["zone"]),
    "an unknown series": ({"series": ["fun-longgang", "no-such"]}, "NOT_FOUND", ["series"]),
    "an unknown topic": ({"topics": ["no-such"]}, "NOT_FOUND", ["topics"]),
    "not a language range": ({"languages": ["Greek!"]}, "BAD_LANGUAGE_TAG", None),
    "nothing covered": ({"forms": []}, "BAD_INPUT", ["forms"]),
    "nowhere": ({"territories": []}, "BAD_INPUT", ["territories"]),
    "a bad key": ({"key": "New Contract"}, "BAD_INPUT", ["key"]),
    "a title without words": ({"titles": [{"language": "en", "text": " "}]}, "BAD_INPUT", ["titles"]),
    "a quota below nothing": (
        {"quotas": [{"period": "MONTH", "limit": -1}]}, "BAD_INPUT", ["quotas", "0", "limit"]
    ),
    "the same quota twice": (
        {"quotas": [{"period": "MONTH", "limit": 1}, {"period": "MONTH", "limit": 2}]}, "BAD_INPUT", ["quotas", "1"]
    ),
    "a count in its policy": (
        {"policy": {"permissions": [{"actions": ["USE"], "constraints": [
            {"leftOperand": "COUNT", "operator": "LTEQ", "rightOperand": ["3"]}]}]}},
        "BAD_POLICY", ["policy", "permissions"],
    ),
    "a policy that cannot be read": (
        {"policy": {"permissions": [{"actions": ["USE"], "constraints": [
            {"leftOperand": "SPATIAL", "operator": "IS_ANY_OF", "rightOperand": ["Atlantis"]}]}]}},
        "BAD_POLICY", ["policy", "permissions", "0", "constraints", "0", "rightOperand", "0"],
    ),
    "an exclusivity of everything": (
        {"exclusivities": [{"startsAt": "2026-07-01", "endsAt": "2026-07-31"}]}, "BAD_INPUT", ["exclusivities", "0"]
    ),
    "an exclusivity that ends before it begins": (
        {"exclusivities": [{"territories": ["GR"], "startsAt": "2026-07-02", "endsAt": "2026-07-01"}]},
        "END_BEFORE_START", ["exclusivities", "0", "endsAt"],
    ),
    "an exclusivity before the agreement": (
        {"exclusivities": [{"territories": ["GR"], "startsAt": "2026-05-01", "endsAt": "2026-07-01"}]},
        "BAD_INPUT", ["exclusivities", "0", "startsAt"],
    ),
    "an exclusivity after the agreement": (
        {"endsAt": "2026-07-31", "exclusivities": [{"channels": ["WEB"], "startsAt": "2026-07-01", "endsAt": "2026-08-01"}]},
        "BAD_INPUT", ["exclusivities", "0", "endsAt"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("wrong", "code", "field"), BAD.values(), ids=BAD.keys())
async def test_what_cannot_be_agreed_is_refused_by_name_and_leaves_nothing(
    pool: Pool, wrong: dict[str, Any], code: str, field: list[str] | None
) -> None:
    payload = await change(pool, await pool.actor(None), CREATE, **{**await new_agreement(pool, GREEK), **wrong})
    assert [(error["code"], error["field"]) for error in payload["userErrors"]] == [(code, field)]
    assert payload["agreement"] is None
    async with pool.database.read() as session:
        assert (await session.exec(select(Agreement).where(Agreement.key == "new-contract"))).first() is None
    assert await events(pool, EventKind.AGREEMENT_CHANGED) == []


async def test_an_agreement_for_a_suspended_partner_has_its_own_refusal(pool: Pool) -> None:
    officer, known = await pool.actor(None), await ids(pool, GREEK)
    agreement_id = known["agreements"][0]["id"]
    await change(pool, officer, SUSPEND, agreementId=agreement_id)
    await change(pool, officer, SUSPEND_PARTNER, partnerId=known["id"])
    assert codes(await change(pool, officer, CREATE, **await new_agreement(pool, GREEK))) == ["PARTNER_SUSPENDED"]
    assert codes(await change(pool, officer, RESUME, agreementId=agreement_id)) == ["PARTNER_SUSPENDED"]


async def test_an_update_says_anew_what_it_names_and_keeps_the_rest(pool: Pool) -> None:
    officer = await pool.actor(None)
    made = (await change(pool, officer, CREATE, **await new_agreement(pool, GREEK, endsAt="2026-12-31")))["agreement"]
    payload = await change(
        pool,
        officer,
        UPDATE,
        agreementId=made["id"],
        version=1,
        territories=["GR", "CY"],
        endsAt=None,
        languages=["el"],
    )
    agreement = payload["agreement"]
    assert payload["userErrors"] == []
    assert (agreement["version"], agreement["territories"], agreement["endsAt"]) == (2, ["GR", "CY"], None)
    for kept in ("titles", "startsAt", "channels", "policyHash", "zone", "key"):
        assert agreement[kept] == made[kept]
    assert [(kept["version"], kept["territories"], kept["endsAt"]) for kept in agreement["versions"]] == [
        (2, ["GR", "CY"], None), (1, ["GR"], "2026-12-31T16:00:00Z"),
    ]  # fmt: skip
    last = (await events(pool, EventKind.AGREEMENT_CHANGED))[-1]
    assert (last.scope["before"]["languages"], last.scope["after"]["languages"]) == (None, ["el"])


async def test_an_update_that_says_nothing_new_is_no_new_version(pool: Pool) -> None:
    officer = await pool.actor(None)
    made = (await change(pool, officer, CREATE, **await new_agreement(pool, GREEK)))["agreement"]
    for _ in range(2):
        payload = await change(pool, officer, UPDATE, agreementId=made["id"], version=1, territories=["CY"])
        assert (payload["userErrors"], payload["agreement"]["version"]) == ([], 2)
    assert len(await events(pool, EventKind.AGREEMENT_CHANGED)) == 2


async def test_an_update_of_a_stale_version_names_both_versions(pool: Pool) -> None:
    officer = await pool.actor(None)
    made = (await change(pool, officer, CREATE, **await new_agreement(pool, GREEK)))["agreement"]
    await change(pool, officer, UPDATE, agreementId=made["id"], version=1, territories=["CY"])
    late = await change(pool, officer, UPDATE, agreementId=made["id"], version=1, territories=["FR"])
    assert [(error["code"], error["currentVersion"]) for error in late["userErrors"]] == [("REVISION_CONFLICT", 2)]
    assert "version 1" in late["userErrors"][0]["message"]
    assert "version 2" in late["userErrors"][0]["message"]


async def test_of_two_updates_at_once_one_wins(pool: Pool) -> None:
    officer = await pool.actor(None)
    made = (await change(pool, officer, CREATE, **await new_agreement(pool, GREEK)))["agreement"]
    payloads = await asyncio.gather(
        *(
            change(pool, officer, UPDATE, agreementId=made["id"], version=1, territories=[code])
            for code in ("CY", "FR", "IT", "ES")
        )
    )
    assert sorted(code for payload in payloads for code in codes(payload)) == ["REVISION_CONFLICT"] * 3
    async with pool.database.read() as session:
        row = await session.get(Agreement, uuid_of(made["id"], "Agreement"))
        kept = (await session.exec(select(AgreementVersion).where(AgreementVersion.agreement_id == row.id))).all()  # type: ignore[union-attr]
    assert row is not None
    assert row.version == 2
    assert {version.version for version in kept} == {1, 2}


@pytest.mark.parametrize("name", ["territories", "startsAt", "policy", "quotas", "zone"])
async def test_null_for_what_cannot_be_null_is_refused(pool: Pool, name: str) -> None:
    known = (await ids(pool, GREEK))["agreements"][0]
    payload = await change(pool, await pool.actor(None), UPDATE, agreementId=known["id"], version=1, **{name: None})
    assert [(error["code"], error["field"]) for error in payload["userErrors"]] == [("BAD_INPUT", [name])]


async def test_a_suspended_agreement_supplies_nothing_until_it_is_resumed(pool: Pool) -> None:
    officer, partner = await pool.actor(None), await pool.actor(GREEK)
    known = (await ids(pool, GREEK))["agreements"][0]
    stories = "{ stories(first: 1) { edges { node { id } } } }"
    assert (await pool.ask(partner, stories))["stories"]["edges"]
    first, again = [await change(pool, officer, SUSPEND, agreementId=known["id"]) for _ in range(2)]
    assert first["agreement"]["suspended"]
    assert first["agreement"]["version"] == again["agreement"]["version"] == known["version"] + 1
    assert (await pool.ask(partner, stories))["stories"]["edges"] == []
    resumed = await change(pool, officer, RESUME, agreementId=known["id"])
    assert not resumed["agreement"]["suspended"]
    assert [kept["suspended"] for kept in resumed["agreement"]["versions"]] == [False, True, False]
    assert (await pool.ask(partner, stories))["stories"]["edges"]
    assert len(await events(pool, EventKind.AGREEMENT_CHANGED)) == 2


async def test_an_agreement_ends_with_the_day_that_is_named_and_so_does_what_it_has_to_itself(pool: Pool) -> None:
    officer = await pool.actor(None)
    given = await new_agreement(
        pool, GREEK,
        exclusivities=[
            {"territories": ["CY"], "startsAt": "2026-06-10", "endsAt": "2026-08-31"},
            {"territories": ["GR"], "startsAt": "2026-08-01", "endsAt": "2026-08-31"},
        ],
    )  # fmt: skip
    made = (await change(pool, officer, CREATE, **given))["agreement"]
    assert codes(await change(pool, officer, END, agreementId=made["id"], at="2026-05-31")) == ["END_BEFORE_START"]
    ended = await change(pool, officer, END, agreementId=made["id"], at="2026-07-31")
    assert (ended["agreement"]["endsAt"], ended["agreement"]["version"]) == ("2026-07-31T16:00:00Z", 2)
    assert [(item["territories"], item["endsAt"]) for item in ended["agreement"]["exclusivities"]] == [
        (["CY"], "2026-07-31T16:00:00Z")
    ]
    assert codes(await change(pool, officer, END, agreementId=made["id"], at="2026-08-31")) == ["BAD_INPUT"]
    assert (await change(pool, officer, END, agreementId=made["id"]))["agreement"]["version"] == 2


async def test_an_agreement_ends_now_where_no_moment_is_named(pool: Pool) -> None:
    known = (await ids(pool, GREEK))["agreements"][0]
    ended = await change(pool, await pool.actor(None), END, agreementId=known["id"])
    assert ended["agreement"]["endsAt"] == "2026-11-20T08:00:00Z"
    stories = "{ stories(first: 1) { edges { node { id } } } }"
    assert (await pool.ask(await pool.actor(GREEK), stories))["stories"]["edges"] == []


async def charge(pool: Pool, agreement_id: str, period: str, form: str, used: int) -> None:
    async with pool.database.write() as session:
        row = QuotaUse(agreement_id=uuid_of(agreement_id, "Agreement"), period=period, form=form, used=used)
        session.add(row)


async def test_quotas_show_what_was_charged_in_their_period_and_their_form(pool: Pool) -> None:
    known = (await ids(pool, "glamorous-lingnan"))["agreements"][0]
    for period, form, used in (("2026-11", "SHORT_VIDEO", 3), ("2026-10", "SHORT_VIDEO", 5), ("2026-11", "VIDEO", 4)):
        await charge(pool, known["id"], period, form, used)
    document = "{ viewer { agreements { quotas { period limit form used left resetsAt } } } }"
    [agreement] = (await pool.ask(await pool.actor("glamorous-lingnan"), document))["viewer"]["agreements"]
    assert agreement["quotas"] == [
        {
            "period": "MONTH", "limit": 10, "form": "SHORT_VIDEO", "used": 3, "left": 7, "resetsAt": "2026-11-30T16:00:00Z"
        },
        {"period": "TOTAL", "limit": 200, "form": None, "used": 12, "left": 188, "resetsAt": None},
    ]  # fmt: skip


async def test_a_quota_below_what_was_charged_names_both_numbers(pool: Pool) -> None:
    officer, known = await pool.actor(None), (await ids(pool, GREEK))["agreements"][0]
    await charge(pool, known["id"], "2026-11", "ARTICLE", 4)
    refused = await change(
        pool, officer, UPDATE, agreementId=known["id"], version=1, quotas=[{"period": "MONTH", "limit": 3}]
    )
    [error] = refused["userErrors"]
    assert (error["code"], error["field"]) == ("QUOTA_BELOW_USE", ["quotas", "0", "limit"])
    assert "3 pickups" in error["message"]
    assert "the 4 that" in error["message"]
    enough = [{"period": "MONTH", "limit": 4}, {"period": "MONTH", "limit": 0, "form": "VIDEO"}]
    allowed = await change(pool, officer, UPDATE, agreementId=known["id"], version=1, quotas=enough)
    assert [(quota["limit"], quota["left"]) for quota in allowed["agreement"]["quotas"]] == [(4, 0), (0, 0)]


EXCLUSIVE = {"territories": ["GR"], "channels": ["WEB"], "startsAt": "2026-07-01", "endsAt": "2026-07-31"}
MEETING: dict[str, tuple[dict[str, Any], dict[str, Any], bool]] = {
    "the same": ({}, {}, True),
    "a wider place": ({"territories": ["EU"]}, {}, True),
    "everywhere": ({"territories": None}, {}, True),
    "another place": ({"territories": ["CY"]}, {}, False),
    "another channel": ({"channels": ["PRINT"]}, {}, False),
    "all channels": ({"channels": None}, {}, True),
    "the last day": ({"startsAt": "2026-07-31", "endsAt": "2026-08-31"}, {}, True),
    "the day after": ({"startsAt": "2026-08-01", "endsAt": "2026-08-31"}, {}, False),
    "a narrower language": ({}, {"languages": ["el-CY"]}, True),
    "another language": ({}, {"languages": ["ru"]}, False),
    "another form": ({}, {"forms": ["VIDEO"]}, False),
    "a series": ({}, {"series": ["fun-longgang"]}, True),
}


@pytest.mark.parametrize(("other", "coverage", "meets"), MEETING.values(), ids=MEETING.keys())
async def test_what_one_partner_has_to_itself_is_promised_to_no_other(
    pool: Pool, other: dict[str, Any], coverage: dict[str, Any], meets: bool
) -> None:
    officer = await pool.actor(None)
    mine = await new_agreement(pool, GREEK, languages=["el"], forms=["ARTICLE"], exclusivities=[EXCLUSIVE])
    assert codes(await change(pool, officer, CREATE, **mine)) == []
    theirs = await new_agreement(
        pool, "smbu", "their-contract", **{"exclusivities": [{**EXCLUSIVE, **other}], **coverage}
    )
    payload = await change(pool, officer, CREATE, **theirs)
    assert codes(payload) == (["EXCLUSIVITY_CONFLICT"] if meets else [])
    if meets:
        assert "'new-contract'" in payload["userErrors"][0]["message"]
        assert payload["userErrors"][0]["field"] == ["exclusivities", "0"]


async def test_a_partner_may_have_the_same_to_itself_by_two_agreements(pool: Pool) -> None:
    officer = await pool.actor(None)
    for key in ("first-contract", "second-contract"):
        given = await new_agreement(pool, GREEK, key, exclusivities=[EXCLUSIVE])
        assert codes(await change(pool, officer, CREATE, **given)) == []


async def test_to_cover_more_is_refused_where_it_meets_what_another_has_to_itself(pool: Pool) -> None:
    officer = await pool.actor(None)
    mine = await new_agreement(pool, GREEK, languages=["el"], exclusivities=[EXCLUSIVE])
    await change(pool, officer, CREATE, **mine)
    theirs = await new_agreement(pool, "smbu", "their-contract", languages=["ru"], exclusivities=[EXCLUSIVE])
    made = (await change(pool, officer, CREATE, **theirs))["agreement"]
    wider = await change(pool, officer, UPDATE, agreementId=made["id"], version=1, languages=None)
    assert codes(wider) == ["EXCLUSIVITY_CONFLICT"]


async def test_of_many_promises_of_the_same_at_once_one_is_given(pool: Pool) -> None:
    officer = await pool.actor(None)
    partners = (GREEK, "smbu", "embassy-russia", "cuhk-shenzhen")
    given = [await new_agreement(pool, key, f"{key}-contract", exclusivities=[EXCLUSIVE]) for key in partners]
    payloads = await asyncio.gather(*(change(pool, officer, CREATE, **one) for one in given))
    assert sorted(code for payload in payloads for code in codes(payload)) == ["EXCLUSIVITY_CONFLICT"] * 3


async def test_an_exclusivity_that_stays_keeps_its_id(pool: Pool) -> None:
    officer = await pool.actor(None)
    made = (await change(pool, officer, CREATE, **await new_agreement(pool, GREEK, exclusivities=[EXCLUSIVE])))[
        "agreement"
    ]
    more = [EXCLUSIVE, {**EXCLUSIVE, "territories": ["CY"]}]
    await change(pool, officer, UPDATE, agreementId=made["id"], version=1, exclusivities=more)
    async with pool.database.read() as session:
        first, second = [
            await session.get_one(AgreementVersion, (uuid_of(made["id"], "Agreement"), version)) for version in (1, 2)
        ]
    assert first.content["exclusivities"][0] in second.content["exclusivities"]
    assert len(second.content["exclusivities"]) == 2


async def test_a_partner_reads_its_own_agreement_by_id_but_not_its_history(pool: Pool) -> None:
    known = (await ids(pool, GREEK))["agreements"][0]
    document = "query($id: ID!) { node(id: $id) { ... on Agreement { key partnerKey } } }"
    own = await pool.ask(await pool.actor(GREEK), document, id=known["id"])
    assert own["node"] == {"key": "greek-news-demo-supply", "partnerKey": GREEK}
    assert isinstance(await pool.refusal(await pool.actor("smbu"), document, id=known["id"]), NotFound)
    history = "query($id: ID!) { node(id: $id) { ... on Agreement { versions { by } } } }"
    assert isinstance(await pool.refusal(await pool.actor(GREEK), history, id=known["id"]), Forbidden)


async def test_agreements_are_listed_by_key_and_by_partner(pool: Pool) -> None:
    officer = await pool.actor(None, Scope.PARTNER_WRITE)
    document = """query($partner: ID, $after: String) { agreements(partnerId: $partner, first: 5, after: $after) {
        edges { node { key partnerKey } } pageInfo { hasNextPage endCursor } } }"""
    keys: list[str] = []
    after = None
    for _ in range(5):
        page = (await pool.ask(officer, document, after=after))["agreements"]
        keys += [edge["node"]["key"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert keys == sorted(keys)
    assert len(keys) == len(set(keys)) == 13
    greek = (await pool.ask(officer, document, partner=(await ids(pool, GREEK))["id"]))["agreements"]["edges"]
    assert [edge["node"]["partnerKey"] for edge in greek] == [GREEK]


async def test_the_seed_keeps_the_first_version_of_its_agreements(pool: Pool) -> None:
    known = (await ids(pool, "arabic-news-demo"))["agreements"][0]
    document = "query($id: ID!) { agreement(id: $id) { versions { version by exclusivities { territories } } } }"
    agreement = (await pool.ask(await pool.actor(None), document, id=known["id"]))["agreement"]
    assert agreement["versions"] == [{"version": 1, "by": "seed", "exclusivities": [{"territories": ["EG"]}]}]


async def test_a_quota_that_is_lowered_while_pickups_come_in_is_never_below_them(pool: Pool) -> None:
    officer, actor = await pool.actor(None), await pool.actor("longgang-media-group")
    async with pool.database.write() as session:
        row, _ = await create_client(session, actor.partner_id, "test", sorted(actor.scopes), pool.now)
    client = replace(actor, client_id=row.client_id, client_uuid=row.id)
    known = (await ids(pool, "longgang-media-group"))["agreements"][0]
    listed = """{ stories(first: 8, filter: { languages: ["zh"], forms: [ARTICLE], usableFor: { territory: "CN", channel: WEB } }) {
        edges { node { variant(languages: ["zh"], form: ARTICLE) { id version } } } } }"""
    found = (await pool.ask(client, listed))["stories"]["edges"]
    variants = [edge["node"]["variant"] for edge in found]
    taken = "mutation($input: AcknowledgePickupInput!) { acknowledgePickup(input: $input) { pickup { id } userErrors { code } } }"
    uses = [{"territory": "CN", "channel": "WEB"}]

    async def take(variant: JsonAnswer) -> bool:
        given = {"variantId": variant["id"], "version": variant["version"], "uses": uses}
        return (await pool.ask(client, taken, input=given))["acknowledgePickup"]["pickup"] is not None

    async def lower() -> list[str]:
        fewer = [{"period": "MONTH", "limit": 3}]
        return codes(await change(pool, officer, UPDATE, agreementId=known["id"], version=1, quotas=fewer))

    *pickups, refusals = await asyncio.gather(*(take(variant) for variant in variants), lower())
    used = sum(map(bool, pickups))
    assert len(variants) == 8
    assert (used <= 3) if refusals == [] else (refusals == ["QUOTA_BELOW_USE"] and used == 8)
    document = "{ viewer { agreements { quotas { limit used } } } }"
    [agreement] = (await pool.ask(client, document))["viewer"]["agreements"]
    assert agreement["quotas"] == [{"limit": 60 if refusals else 3, "used": used}]
