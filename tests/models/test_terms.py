"""Saving terms: once, never changed, with a key that passes on, and with the rules of templates."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from models.change import Change
from models.database import Database
from models.errors import BadInput, BadPolicy, BadZone, InheritanceCycle, NotFound, RevisionConflict, StorypoolError
from models.event import Event, EventAudience, EventKind
from models.policy import Constraint, Duty, DutyAction, LeftOperand, Operator, Policy, Rule
from models.policy.contradiction import Contradiction
from models.terms import SavedTerms, Terms, TermsDraft, find_template, find_terms, load_policies, save_terms, templates

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
EDITOR = Change("desk", NOW)
PUBLISH = Policy((Rule(("distribute",), (), (Duty(DutyAction.ATTRIBUTE),)),))
NOT_IN_CHINA = Policy((), (Rule(("use",), (Constraint(LeftOperand.SPATIAL, Operator.IS_ANY_OF, ("CN",)),)),))
TEMPLATE = TermsDraft(PUBLISH, key="open", names={"en": "Open"})


async def save(database: Database, draft: TermsDraft, *, replaces: uuid.UUID | None = None) -> SavedTerms:
    async with database.write() as session:
        return await save_terms(session, draft, EDITOR, replaces=replaces)


async def rows(database: Database) -> list[Terms]:
    async with database.read() as session:
        return list((await session.exec(select(Terms))).all())


async def test_terms_are_worded_in_english_and_chinese_where_no_text_is_given(database: Database) -> None:
    given = replace(TEMPLATE, usage_terms={"zh": " 须署名。 ", "ru": "С указанием источника."})
    terms = (await save(database, given)).terms
    assert terms.usage_terms == {
        "en": "You may publish the content. In return you must give the credit line.",
        "zh": "须署名。",
        "ru": "С указанием источника.",
    }


async def test_saving_says_who_and_when_and_is_heard_by_staff(database: Database) -> None:
    terms = (await save(database, TEMPLATE)).terms
    assert (terms.created_at, terms.created_by, terms.zone) == (NOW, "desk", "Asia/Shanghai")
    async with database.read() as session:
        (event,) = (await session.exec(select(Event))).all()
    assert (event.kind, event.audience, event.subject_id) == (
        EventKind.TERMS_SAVED,
        EventAudience.STAFF,
        str(terms.id),
    )


@pytest.mark.parametrize("draft", [TEMPLATE, replace(TEMPLATE, key=None), TermsDraft(PUBLISH)])
async def test_the_same_again_is_the_same_terms(database: Database, draft: TermsDraft) -> None:
    first, again = await save(database, draft), await save(database, draft)
    assert again.terms.id == first.terms.id
    async with database.read() as session:
        assert len((await session.exec(select(Event))).all()) == 1


@pytest.mark.parametrize("draft", [TEMPLATE, replace(TEMPLATE, key=None)])
async def test_the_same_many_times_at_once_is_saved_once(database: Database, draft: TermsDraft) -> None:
    saved = await asyncio.gather(*(save(database, draft) for _ in range(12)))
    assert len({item.terms.id for item in saved}) == len(await rows(database)) == 1


async def test_other_words_are_other_terms_under_the_same_policy(database: Database) -> None:
    one = (await save(database, TermsDraft(PUBLISH))).terms
    other = (await save(database, TermsDraft(PUBLISH, credit_line={"en": "Longgang"}))).terms
    assert one.id != other.id
    assert one.policy_hash == other.policy_hash


async def test_saving_a_template_anew_takes_its_key_and_leaves_the_old_terms_as_they_were(database: Database) -> None:
    old = (await save(database, TEMPLATE)).terms
    changed = replace(TEMPLATE, policy=NOT_IN_CHINA)
    new = (await save(database, changed, replaces=old.id)).terms
    async with database.read() as session:
        assert (await find_template(session, "open")).id == new.id
        kept = await find_terms(session, old.id)
    assert (kept.key, kept.policy_hash, kept.usage_terms) == (None, PUBLISH.hash(), old.usage_terms)
    retried = await save(database, changed, replaces=old.id)
    assert retried.terms.id == new.id


async def test_a_template_is_not_saved_anew_over_one_that_was_not_read(database: Database) -> None:
    old = (await save(database, TEMPLATE)).terms
    changed = replace(TEMPLATE, policy=NOT_IN_CHINA)
    for replaces in (None, uuid.uuid4()):
        with pytest.raises(RevisionConflict) as refusal:
            await save(database, changed, replaces=replaces)
        assert refusal.value.field == ["replaces"]
    assert [row.id for row in await rows(database)] == [old.id]
    with pytest.raises(RevisionConflict):
        await save(database, replace(TEMPLATE, key="other"), replaces=old.id)


async def attempt(database: Database, draft: TermsDraft, replaces: uuid.UUID | None) -> SavedTerms | StorypoolError:
    try:
        return await save(database, draft, replaces=replaces)
    except StorypoolError as error:
        return error


@pytest.mark.parametrize("exists", [True, False])
async def test_of_several_that_save_a_template_at_once_one_wins(database: Database, exists: bool) -> None:
    replaces = (await save(database, TEMPLATE)).terms.id if exists else None
    drafts = [replace(TEMPLATE, names={"en": f"Open {number}"}) for number in range(8)]
    results = await asyncio.gather(*(attempt(database, draft, replaces) for draft in drafts))
    (won,) = (result for result in results if isinstance(result, SavedTerms))
    assert sum(isinstance(result, RevisionConflict) for result in results) == len(drafts) - 1
    async with database.read() as session:
        assert (await find_template(session, "open")).id == won.terms.id


async def test_permissions_and_prohibitions_are_taken_over_from_templates(database: Database) -> None:
    await save(database, TEMPLATE)
    await save(database, TermsDraft(NOT_IN_CHINA, key="not-in-china", names={"en": "Not in China"}))
    saved = await save(database, TermsDraft(Policy(), inherits=["open", "not-in-china"]))
    assert saved.policy == Policy(PUBLISH.permissions, NOT_IN_CHINA.prohibitions)
    assert saved.terms.inherits == ["open", "not-in-china"]
    async with database.read() as session:
        assert (await load_policies(session, [saved.terms.policy_hash])).popitem()[1] == saved.policy
    assert "mainland China" in saved.terms.usage_terms["en"]


async def test_what_was_taken_over_stays_when_the_template_is_saved_anew(database: Database) -> None:
    old = (await save(database, TEMPLATE)).terms
    heir = TermsDraft(Policy(), inherits=["open"])
    first = await save(database, heir)
    await save(database, replace(TEMPLATE, policy=NOT_IN_CHINA), replaces=old.id)
    assert first.policy == PUBLISH
    assert (await save(database, heir)).policy == NOT_IN_CHINA
    async with database.read() as session:
        assert (await find_terms(session, first.terms.id)).policy_hash == PUBLISH.hash()


async def test_a_ring_of_inheritance_is_refused_with_its_keys(database: Database) -> None:
    template = {
        key: (await save(database, replace(TEMPLATE, key=key, inherits=inherits))).terms
        for key, inherits in (("a", []), ("b", ["a"]), ("c", ["b"]))
    }
    with pytest.raises(InheritanceCycle, match="'a' → 'c' → 'b' → 'a'") as refusal:
        await save(database, replace(TEMPLATE, key="a", inherits=["c"]), replaces=template["a"].id)
    assert refusal.value.field == ["inherits", "0"]
    with pytest.raises(InheritanceCycle, match="'a' → 'a'"):
        await save(database, replace(TEMPLATE, key="a", inherits=["a"]), replaces=template["a"].id)


async def test_two_templates_that_come_to_inherit_from_each_other_at_once_make_no_ring(database: Database) -> None:
    present = {key: (await save(database, replace(TEMPLATE, key=key))).terms.id for key in ("a", "b")}
    results = await asyncio.gather(
        attempt(database, replace(TEMPLATE, key="a", inherits=["b"]), present["a"]),
        attempt(database, replace(TEMPLATE, key="b", inherits=["a"]), present["b"]),
    )
    assert sum(isinstance(result, InheritanceCycle) for result in results) == 1
    assert sum(isinstance(result, SavedTerms) for result in results) == 1


async def test_what_cannot_be_meant_is_pointed_out_and_saved(database: Database) -> None:
    saved = await save(database, TermsDraft(Policy(PUBLISH.permissions, (Rule(("use",)),))))
    assert [finding.kind for finding in saved.findings] == [Contradiction.NEVER_HOLDS]
    assert await rows(database)


def counted(number: int) -> Rule:
    return Rule(("distribute",), (Constraint(LeftOperand.COUNT, Operator.LTEQ, (str(number),)),))


MANY = Policy(
    tuple(Rule(("use",), (Constraint(LeftOperand.PURPOSE, Operator.IS_ANY_OF, (str(n),)),)) for n in range(201))
)


@pytest.mark.parametrize(
    ("draft", "error", "field"),
    [
        (replace(TEMPLATE, key="No Key"), BadInput, ["key"]),
        (replace(TEMPLATE, names={}), BadInput, ["names"]),
        (replace(TEMPLATE, names={"en": " "}), BadInput, ["names"]),
        (replace(TEMPLATE, usage_terms={"en": "x" * 4001}), BadInput, ["usageTerms"]),
        (replace(TEMPLATE, zone="Asia/Longgang"), BadZone, ["zone"]),
        (replace(TEMPLATE, inherits=["nothing"]), NotFound, ["inherits", "0"]),
        (replace(TEMPLATE, inherits=["open"] * 21), BadInput, ["inherits"]),
        (replace(TEMPLATE, policy=MANY), BadPolicy, ["policy"]),
        (replace(TEMPLATE, policy=Policy(tuple(map(counted, range(1, 8))))), BadPolicy, ["policy", "permissions"]),
    ],
)
async def test_what_cannot_be_right_is_refused_by_its_field(
    database: Database, draft: TermsDraft, error: type[StorypoolError], field: list[str]
) -> None:
    with pytest.raises(error) as refusal:
        await save(database, draft)
    assert refusal.value.field == field
    assert await rows(database) == []


async def test_terms_without_a_key_replace_nothing(database: Database) -> None:
    with pytest.raises(BadInput, match="leave it out"):
        await save(database, TermsDraft(PUBLISH), replaces=uuid.uuid4())


async def test_templates_are_listed_by_key_without_those_that_lost_it(database: Database) -> None:
    old = (await save(database, TEMPLATE)).terms
    await save(database, TermsDraft(PUBLISH))
    await save(database, replace(TEMPLATE, key="closed", policy=Policy()))
    await save(database, replace(TEMPLATE, names={"en": "Open to all"}), replaces=old.id)
    async with database.read() as session:
        assert [(row.key, row.names["en"]) for row in await templates(session)] == [
            ("closed", "Open"),
            ("open", "Open to all"),
        ]
        with pytest.raises(NotFound):
            await find_template(session, "gone")
        with pytest.raises(NotFound):
            await find_terms(session, uuid.uuid4())
