"""What tests of reprints share: documents, and a pickup to report copies of."""

from __future__ import annotations

from typing import Any

from models.actor import Actor
from models.scope import Scope
from seed.reading import read_seed
from tests.schema.notices import Case
from tests.schema.partnership import change, mutation
from tests.seeded import JsonAnswer, Pool

REPRINT = """id url address place title pickupId partnerId storyId variantId parentId rootId depth hasUnknownParent stage stageWasDecided
 language territory form state revision
 note edge { kind basis confidence } published { at precision source }
 outlet { id key name unclaimed kind platform } sources { way partnerId }
 figures { measure value grade qualifier counting asOf snapshotId }"""
REPORT = mutation("reportReprint", "ReportReprintInput", "reprint", REPRINT)
WITHDRAW = mutation("withdrawReprint", "WithdrawReprintInput", "reprint", REPRINT)
MOVE = mutation("moveReprint", "MoveReprintInput", "reprint", REPRINT)
UPDATE = mutation("updateReprint", "UpdateReprintInput", "reprint", REPRINT)
RECORD = mutation(
    "recordMetrics",
    "RecordMetricsInput",
    "snapshots",
    "id measure value grade decreased source breakdown { value territory ageBand }",
)
GROUP = mutation(
    "saveMetricGroup",
    "SaveMetricGroupInput",
    "group",
    "id key name statedSize reprintIds outletIds figures { measure value qualifier }",
)
MERGE = mutation("mergeOutlets", "MergeOutletsInput", "outlet", "id key unclaimed")
LIST = (
    f"query($filter: ReprintFilter) {{ reprints(first: 100, filter: $filter) {{ edges {{ node {{ {REPRINT} }} }} }} }}"
)
CHAIN = """query($id: ID!) { reprintChain(reprintId: $id) {
 rootId copies depth branches widest outlets unsure seconds levels { depth copies parents } } }"""
SNAPSHOTS = "query($id: ID!) { metricSnapshots(subjectId: $id) { id measure value decreased evidence } }"
SEEDED = {part.key for part in read_seed().reprints.reprints}
PAGE = "https://news.example.fr/monde/shenzhen-lunettes.html"


async def pickup(pool: Pool, actor: Actor) -> str:
    """A pickup of the actor's partner."""
    return await (await Case.of(pool)).take(actor)


async def staff(pool: Pool) -> Actor:
    """A client of the centre with the scopes that editing reprints takes."""
    return await pool.actor(None, Scope.REPRINT_WRITE, Scope.REPORT_READ, Scope.STORY_WRITE, Scope.PARTNER_WRITE)


async def reported(pool: Pool, actor: Actor, **given: Any) -> JsonAnswer:
    """A copy that is taken."""
    payload = await change(pool, actor, REPORT, **given)
    assert payload["userErrors"] == [], payload
    reprint: JsonAnswer = payload["reprint"]
    return reprint


async def listed(pool: Pool, actor: Actor, **wanted: Any) -> list[JsonAnswer]:
    """The reprints that an actor sees, without those of the demonstration."""
    data = await pool.ask(actor, LIST, filter=wanted)
    nodes = [edge["node"] for edge in data["reprints"]["edges"]]
    return [node for node in nodes if node["place"] not in SEEDED]
