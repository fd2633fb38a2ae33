"""The sample consumer, as it stands in the docs, against a server; and the documents of the guide to delivery."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy.engine import URL
from sqlmodel import select

from models.notice.table import NoticeCopy, NoticeRecipient
from models.story import PubStatus
from schema.identifier import global_id
from tests.seeded import SCHEMA
from tests.server.served import Served, served

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "docs" / "delivery.md").read_text(encoding="utf-8")


@pytest.fixture
def consumer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("consumer", ROOT / "docs" / "examples" / "consumer.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


async def run(consumer: ModuleType, server: Served, folder: Path) -> dict[str, int]:
    """Runs the consumer until it has read everything; the stories that it holds then, with their versions."""
    await asyncio.to_thread(consumer.main, server.url, server.client_id, server.secret, str(folder), "--once")
    return copies(folder)


def copies(folder: Path) -> dict[str, int]:
    return {path.stem: json.loads(path.read_text(encoding="utf-8"))["version"] for path in folder.glob("*.json")}


async def test_the_consumer_holds_what_it_may_use_obeys_and_says_so(
    consumer: ModuleType, local_url: URL, tmp_path: Path
) -> None:
    async with served(local_url, tmp_path) as server:
        folder = tmp_path / "copies"
        held = await run(consumer, server, folder)
        assert len(held) > 5
        ids = [global_id("Story", story) for story in server.stories]
        mine = [place for place, id in enumerate(ids) if id in held]
        killed, withheld = mine[0], mine[1]
        await server.move(killed, PubStatus.CANCELED)
        await server.move(withheld, PubStatus.WITHHELD)
        after = await run(consumer, server, folder)
        assert held.keys() - after.keys() == {ids[killed], ids[withheld]}
        async with server.database.read() as session:
            recipients = (
                await session.exec(select(NoticeRecipient).where(NoticeRecipient.partner_id == server.partner_id))
            ).all()
            told = (await session.exec(select(NoticeCopy))).all()
        assert len(recipients) == 2
        assert all(recipient.bound and recipient.acknowledged_at for recipient in recipients)
        assert told
        assert all(copy.action == "REMOVED" and copy.url for copy in told)
        await server.move(withheld, PubStatus.USABLE)
        back = await run(consumer, server, folder)
        assert back.keys() - after.keys() == {ids[withheld]}
        cursor = (folder / "cursor").read_text()
        assert await run(consumer, server, folder) == back  # nothing new: nothing happens
        (folder / "cursor").unlink()  # as after a crash at the worst moment: everything again, to the same end
        assert await run(consumer, server, folder) == back
        assert (folder / "cursor").read_text() >= cursor


@pytest.mark.parametrize("document", re.findall(r"```graphql\n(.*?)```", GUIDE, re.DOTALL))
def test_the_documents_of_the_guide_are_valid(document: str) -> None:
    assert SCHEMA.documents.prepare(document).errors == ()
