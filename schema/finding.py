"""Finds anything by its global id."""

from __future__ import annotations

import uuid

from models.asset import Asset as AssetRow
from models.errors import NotFound
from models.pool.reading import read_story, read_variant
from models.scope import Scope
from schema.agreement import one_agreement
from schema.alliance import one_alliance
from schema.audit import one_audit_entry
from schema.catalogue import catalogue_node
from schema.context import Context
from schema.desk.query import desk_node
from schema.duty import one_duty
from schema.hook import one_delivery, one_hook
from schema.identifier import split_global_id, uuid_of
from schema.liaison import one_liaison
from schema.log import one_change
from schema.metric.group import one_metric_group
from schema.node import Node
from schema.notice import one_compliance, one_copy, one_notice
from schema.outlet import one_outlet
from schema.partner import one_partner
from schema.pickup import one_pickup
from schema.release.history import one_version
from schema.report.link import one_report_link
from schema.reprint.query import one_snapshot
from schema.reprint.reprint import one_reprint
from schema.story import Story


async def find_node(context: Context, id: str) -> Node:
    """What has this global id.

    :raises NotFound: nothing, or nothing that is there for this viewer.
    """
    kind, _ = split_global_id(id)
    match kind:
        case "Story":
            return await find_story(context, uuid_of(id, kind))
        case "Change":
            return await one_change(context, id)
        case "Variant":
            return await _variant(context, uuid_of(id, kind))
        case "DeskStory" | "DeskVariant" | "DeskAsset" | "TranslationRow" if context.actor.has(Scope.STORY_WRITE):
            return await desk_node(context, kind, uuid_of(id, kind))
        case "Asset":
            return await _asset(context, uuid_of(id, kind))
        case "Hook" if context.actor.has(Scope.HOOK_WRITE):
            return await one_hook(context, uuid_of(id, kind))
        case "Delivery" if context.actor.has(Scope.HOOK_WRITE):
            return await one_delivery(context, uuid_of(id, kind))
        case "Pickup":
            return await one_pickup(context, uuid_of(id, kind))
        case "AcceptedDuty":
            return await one_duty(context, uuid_of(id, kind))
        case "Notice":
            return await one_notice(context, uuid_of(id, kind))
        case "Copy":
            return await one_copy(context, uuid_of(id, kind))
        case "Partner":
            return await one_partner(context, uuid_of(id, kind))
        case "Agreement":
            return await one_agreement(context, uuid_of(id, kind))
        case "Outlet":
            return await one_outlet(context, uuid_of(id, kind))
        case "Reprint" if context.actor.has(Scope.REPORT_READ):
            return await one_reprint(context, uuid_of(id, kind))
        case "MetricSnapshot" if context.actor.has(Scope.REPORT_READ):
            return await one_snapshot(context, uuid_of(id, kind))
        case "MetricGroup" if context.actor.has(Scope.REPORT_READ):
            return await one_metric_group(context, uuid_of(id, kind))
        case "ReportLink" if context.actor.has(Scope.REPORT_READ):
            return await one_report_link(context, uuid_of(id, kind))
        case "Alliance":
            return await one_alliance(context, uuid_of(id, kind))
        case "Liaison":
            return await one_liaison(context, uuid_of(id, kind))
        case "AuditEntry":
            return await one_audit_entry(context, uuid_of(id, kind))
        case "Compliance" if context.actor.has(Scope.STORY_RELEASE):
            return await one_compliance(context, split_global_id(id)[1])
        case "StoryVersion":
            return await one_version(context, split_global_id(id)[1])
    found = await catalogue_node(context, id)
    if found is None:
        raise NotFound(f"there is nothing with the id {id[:100]!r}")
    return found


async def find_story(context: Context, story_id: uuid.UUID) -> Story:
    """A story by the id of its row.

    :raises NotFound: none, or none that is there for this viewer.
    """
    viewer = await context.viewer()
    async with context.database.read() as session:
        seen = await read_story(session, story_id, viewer, context.book)
    if seen is None:
        raise NotFound("there is no such story")
    return Story.of(seen, await context.media_address())


async def _variant(context: Context, variant_id: uuid.UUID) -> Node:
    viewer = await context.viewer()
    async with context.database.read() as session:
        found = await read_variant(session, variant_id, viewer, context.book)
    if found is None:
        raise NotFound("there is no such variant")
    story = Story.of(found[0], await context.media_address())
    return next(variant for variant in story.all_variants if variant.key == str(variant_id))


async def _asset(context: Context, asset_id: uuid.UUID) -> Node:
    async with context.database.read() as session:
        row = await session.get(AssetRow, asset_id)
    if row is None:
        raise NotFound("there is no such asset")
    story = await find_story(context, row.story_id)
    wanted = next((asset for asset in story.assets if uuid_of(asset.id, "Asset") == asset_id), None)
    if wanted is None:
        raise NotFound("there is no such asset")
    return wanted
