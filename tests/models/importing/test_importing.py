"""Import: what comes in, what does not, and that the same again changes nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from models.change import Change
from models.database import Database
from models.desk.rules import DeskRules
from models.desk.variant import VariantChanges, VariantKey, save_variant
from models.importing import Outcome, ReadItem, Report, Unreadable, keep, read_atom, read_ninjs
from models.importing.table import ImportedItem
from models.language import LanguageTag
from models.story import Story
from models.variant import DeskState, Form, Variant

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
RULES = DeskRules("urn:newsml:desk.example")
SHARED = Path(__file__).parents[4] / "shared" / "data" / "ninjs"
NINJS: dict[str, Any] = {
    "uri": "urn:example:1",
    "type": "text",
    "version": "2",
    "versionCreated": "2026-11-19T10:00:00+08:00",
    "language": "el",
    "headlines": [{"role": "main", "value": "Νύχτα με drones"}, {"role": "short", "value": "Drones"}],
    "bodies": [
        {"contentType": "text/plain", "value": "Α < Β\n\nΓ"},
        {"contentType": "text/html", "value": "<p>Α<script>x</script></p>"},
    ],
    "by": "Ελένη",
    "urgency": 4,
    "ednote": "Only online",
    "associations": [{"uri": "urn:example:2", "type": "picture", "name": "main"}],
}
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0" xml:lang="ar">
<id>urn:feed</id><title>F</title><updated>2026-11-19T10:00:00Z</updated>
<entry><id>urn:example:a</id><title>ليلة</title><updated>2026-11-19T10:00:00Z</updated><author><name>سمير</name></author>
<content type="html">&lt;p&gt;نص&lt;/p&gt;</content><link rel="enclosure" href="https://x.example/a.jpg"/><rights>All</rights></entry>
<entry xml:lang="ja"><id>urn:example:b</id><title>夜</title><updated>2026-11-19T10:00:00Z</updated>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>本文</p></div></content></entry>
<entry><title>no id</title></entry>
<at:deleted-entry ref="urn:example:c" when="2026-11-19T10:00:00Z"/></feed>"""


async def imported(database: Database, item: ReadItem, at: datetime = NOW) -> Report:
    async with database.write() as session:
        return await keep(session, item, RULES, Change("importer", at))


async def drafts(database: Database) -> list[Variant]:
    async with database.read() as session:
        return list((await session.exec(select(Variant))).all())


async def test_a_document_becomes_a_draft_once_and_says_what_did_not_come_in(database: Database) -> None:
    report = await imported(database, read_ninjs(NINJS))
    assert report.outcome is Outcome.CREATED
    assert {note.name for note in report.notes} == {"headlines", "bodies", "edNote", "associations"}
    (draft,) = await drafts(database)
    assert (draft.language, draft.form, draft.headline, draft.by) == ("el", Form.ARTICLE, "Νύχτα με drones", "Ελένη")
    assert (draft.body, draft.version, draft.desk_state) == ("<p>Α</p>", 0, DeskState.DRAFT)
    async with database.read() as session:
        kept = (await session.exec(select(ImportedItem))).one()
        story = (await session.exec(select(Story))).one()
    assert kept.source == NINJS
    assert (story.urgency, story.uri.startswith("urn:newsml:desk.example:20261119:import-")) == (4, True)
    again = await imported(database, read_ninjs(NINJS), NOW + timedelta(days=3))
    assert (again.outcome, again.story_uri) == (Outcome.UNCHANGED, report.story_uri)
    assert len(await drafts(database)) == 1


async def test_a_newer_document_changes_what_nobody_has_touched_and_nothing_else(database: Database) -> None:
    await imported(database, read_ninjs(NINJS))
    newer = {**NINJS, "version": "10", "headlines": [{"value": "Neu"}]}
    assert (await imported(database, read_ninjs(newer))).outcome is Outcome.UPDATED
    assert [draft.headline for draft in await drafts(database)] == ["Neu"]
    older = await imported(database, read_ninjs({**NINJS, "version": "9"}))
    assert (older.outcome, older.why) == (Outcome.REFUSED, "version 9 is older than version 10, which was imported")
    (draft,) = await drafts(database)
    async with database.write() as session:
        key, words = VariantKey(LanguageTag("el"), Form.ARTICLE), VariantChanges(headline="By hand")
        await save_variant(session, draft.story_id, key, words, Change("ana", NOW), revision=draft.revision)
    left = await imported(database, read_ninjs({**newer, "version": "11", "title": "x"}))
    assert (left.outcome, left.why) == (
        Outcome.REFUSED,
        "the draft was edited since it was imported; it stays as it is",
    )
    assert [draft.headline for draft in await drafts(database)] == ["By hand"]
    other = await imported(database, read_ninjs({**newer, "version": "12", "language": "ru"}))
    assert other.outcome is Outcome.REFUSED
    gone = await imported(database, read_ninjs({**newer, "version": "13", "pubStatus": "canceled"}))
    assert (gone.outcome, "withdrawn" in str(gone.why)) == (Outcome.REFUSED, True)


async def test_atom_comes_in_entry_by_entry(database: Database) -> None:
    first, second, broken, gone = read_atom(ATOM.encode())
    assert isinstance(first, ReadItem)
    assert isinstance(second, ReadItem)
    assert isinstance(broken, Unreadable)
    assert isinstance(gone, ReadItem)
    assert [(await imported(database, item)).outcome for item in (first, second, gone)] == [
        Outcome.CREATED,
        Outcome.CREATED,
        Outcome.REFUSED,
    ]
    found = {draft.language: (draft.headline, draft.body, draft.by) for draft in await drafts(database)}
    assert found == {"ar": ("ليلة", "<p>نص</p>", "سمير"), "ja": ("夜", "<p>本文</p>", None)}
    assert {note.name for note in first.notes} == {"link", "rights"}


@pytest.mark.skipif(not SHARED.exists(), reason="the reference data are not at hand")
@pytest.mark.parametrize("name", ["ap_image", "dpa_text", "ntb_text", "tt_text_image_3"])
async def test_documents_of_agencies_come_in_whole(database: Database, name: str) -> None:
    document = json.loads((SHARED / f"{name}.json").read_text(encoding="utf-8"))
    report = await imported(database, read_ninjs(document))
    assert report.outcome is Outcome.CREATED
    (draft,) = await drafts(database)
    assert draft.headline == document["headlines"][0]["value"]
    if "bodies" in document:
        assert draft.word_count
        assert draft.body
    async with database.read() as session:
        assert (await session.exec(select(ImportedItem.source))).one() == document
    assert (await imported(database, read_ninjs(document))).outcome is Outcome.UNCHANGED


def test_ninjs_2_is_read_as_well_with_its_names() -> None:
    item = read_ninjs(
        {
            "uri": "urn:example:2", "language": "en-US", "headline": "A", "body_text": "One\nTwo & three", "byline": "B",
            "versioncreated": "2019-01-01T00:00:00Z", "pubstatus": "usable", "type": "audio",
        }
    )  # fmt: skip
    assert (item.headline, item.body, item.by) == ("A", "<p>One</p><p>Two &amp; three</p>", "B")
    assert item.created == datetime(2019, 1, 1, tzinfo=UTC)
    assert [note.name for note in item.notes] == ["type"]


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ([], "JSON object"), ({}, "no uri"), ({"uri": " "}, "no uri"), ({"uri": "u"}, "no language"),
        ({"uri": "u", "language": "en_"}, "not a"), ({"uri": "u", "language": "en"}, "no headline"),
        ({"uri": "u", "language": 5, "title": "x"}, "no language"),
    ],
)  # fmt: skip
def test_what_is_no_document_is_told(document: object, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        read_ninjs(document)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"<feed>", "not XML"),
        (b"<rss/>", "no Atom"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><feed xmlns="http://www.w3.org/2005/Atom">&b;</feed>', "entities"),
        (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><feed>&b;</feed>', "entities"),
    ],
)
def test_what_is_no_atom_is_told(text: bytes, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        list(read_atom(text))
