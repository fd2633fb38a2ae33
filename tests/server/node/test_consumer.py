"""The sample consumer in TypeScript, with its client generated from the schema, against a server."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from sqlmodel import select

from models.notice.table import NoticeCopy, NoticeRecipient
from models.story import PubStatus
from schema.identifier import global_id
from tests.server.node.conftest import ROOT, Node
from tests.server.served import Served

PROJECT = "docs/examples/typescript"


def copies(folder: Path) -> dict[str, int]:
    return {path.stem: json.loads(path.read_text(encoding="utf-8"))["version"] for path in folder.glob("*.json")}


async def test_the_consumer_is_generated_checked_and_obeys(
    local_server: Served, node_project: Callable[[str], Node], tmp_path: Path
) -> None:
    server, node, folder = local_server, node_project(PROJECT), tmp_path / "copies"
    config = node.folder / "codegen.ts"
    schema = str(ROOT / "schema" / "schema.graphql")
    config.write_text(config.read_text().replace("../../../schema/schema.graphql", schema))
    await node.run("node_modules/@graphql-codegen/cli/cjs/bin.js", "--config", "codegen.ts")
    await node.run("node_modules/typescript/bin/tsc", "--noEmit")
    run = ("consumer.ts", server.url, server.client_id, server.secret, str(folder), "--once")

    await node.run(*run)
    held = copies(folder)
    assert len(held) > 5
    killed, withheld = [place for place, id in enumerate(server.stories) if global_id("Story", id) in held][:2]
    await server.move(killed, PubStatus.CANCELED)
    await server.move(withheld, PubStatus.WITHHELD)
    await node.run(*run)
    after = copies(folder)
    assert held.keys() - after.keys() == {global_id("Story", server.stories[place]) for place in (killed, withheld)}
    async with server.database.read() as session:
        mine = select(NoticeRecipient).where(NoticeRecipient.partner_id == server.partner_id)
        recipients = (await session.exec(mine)).all()
        told = (await session.exec(select(NoticeCopy))).all()
    assert len(recipients) == 2
    assert all(recipient.acknowledged_at for recipient in recipients)
    assert {copy.action for copy in told} == {"REMOVED"}
    await server.move(withheld, PubStatus.USABLE)
    for cursor in (None, "nonsense"):
        if cursor is not None:
            (folder / "cursor").write_text(cursor)
        await node.run(*run)
        assert copies(folder).keys() - after.keys() == {global_id("Story", server.stories[withheld])}
