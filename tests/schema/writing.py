"""What tests of the desk share: the editor's documents, and a story to work on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from models.actor import Actor
from models.desk.rules import DeskRules
from models.scope import Scope
from tests.schema.partnership import change, mutation
from tests.seeded import JsonAnswer, Pool

REFUSAL = """userErrors { code field message currentVersion
  conflict { revision currentRevision savedBy savedAt fields { field base yours theirs } } }"""
VARIANT = """
fragment Variant on DeskVariant {
  id variantId storyId uri language form label deskState pubStatus version revision contentRevision headline description body bodyText
  by located wordCount charCount assetIds translatedFrom { variantId language revision version currentRevision method } stale authors
  approvals { by revision } approvalsNeeded reviewNote savedBy allowedMoves { name target scope rule }
}
"""
STORY = (
    VARIANT
    + """
fragment Story on DeskStory {
  id storyId uri version revision pubStatus slugline urgency contentCreated embargoedUntil expires series topic genres subjects places
  people organisations { key isBrand } contributors { key role } terms { id key } assetIds savedBy checklist { code }
  variants { ...Variant }
}
"""
)


def _desk(name: str, kind: str, thing: str, fragment: str) -> str:
    document = mutation(name, kind, thing, f"...{fragment}").replace(
        "userErrors { code field message currentVersion }", REFUSAL
    )
    return document + (STORY if fragment == "Story" else VARIANT)


CREATE = _desk("createStory", "CreateStoryInput", "story", "Story")
UPDATE = _desk("updateStory", "UpdateStoryInput", "story", "Story")
SAVE = _desk("saveVariant", "SaveVariantInput", "variant", "Variant")
REMOVE = _desk("removeVariant", "RemoveVariantInput", "story", "Story")
SUBMIT = _desk("submitForReview", "SubmitForReviewInput", "variants", "Variant")
RETURN = _desk("returnToDraft", "ReturnToDraftInput", "variant", "Variant")
APPROVE = _desk("approve", "ApproveInput", "variant", "Variant")
READ = "query($id: ID, $uri: String) { deskStory(id: $id, uri: $uri) { ...Story } }" + STORY


async def editor(pool: Pool, name: str = "ana", *scopes: Scope) -> Actor:
    """Somebody at the desk, by a client of that name."""
    actor = await pool.actor(None, *(scopes or (Scope.STORY_WRITE, Scope.POOL_READ)))
    return replace(actor, client_id=name)


def with_approvals(pool: Pool, approvals: int) -> None:
    """Asks for so many approvals from now on."""
    pool.services = replace(pool.services, desk=DeskRules("urn:newsml:desk.example", approvals))


async def new_story(pool: Pool, actor: Actor, slug: str = "drones", **more: Any) -> JsonAnswer:
    """A story that was just begun."""
    payload = await change(pool, actor, CREATE, slug=slug, day="2026-11-20T00:00:00+08:00", **more)
    assert payload["userErrors"] == []
    story: JsonAnswer = payload["story"]
    return story


async def saved(pool: Pool, actor: Actor, story: JsonAnswer, language: str = "zh", **more: Any) -> JsonAnswer:
    """A variant that was just saved."""
    payload = await change(pool, actor, SAVE, storyId=story["id"], language=language, **more)
    assert payload["userErrors"] == [], payload["userErrors"]
    variant: JsonAnswer = payload["variant"]
    return variant
