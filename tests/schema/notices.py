"""What tests of notices share: documents, a story that partners have read and taken, and notices of it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from models.actor import Actor
from models.change import Change
from models.notice.issue import NewNotice, issue_notice
from models.notice.table import Notice, NoticeKind, NoticeRecipient
from models.partner import Partner
from models.pool.tables import Release
from models.story import Story
from models.variant import Variant
from schema.identifier import global_id
from tests.schema.partnership import change, mutation
from tests.seeded import JsonAnswer, Pool

COPY = "id pickupId outletId url action doneAt dueAt note verifiedAt"
NOTICE = f"id kind drill state respondBy acknowledgedAt note text texts {{ language text }} copies {{ {COPY} }}"
NOTICES = (
    f"query($filter: NoticeFilter) {{ notices(first: 100, filter: $filter) {{ edges {{ node {{ {NOTICE} }} }} }} }}"
)
ACKNOWLEDGE = mutation("acknowledgeNotice", "AcknowledgeNoticeInput", "notice", NOTICE)
VERIFY = mutation("verifyCopy", "VerifyCopyInput", "copy", COPY)
TAKE = mutation("acknowledgePickup", "AcknowledgePickupInput", "pickup", "id variantId")
TEXTS = {"en": "The date was wrong: it is 12 May.", "zh": "日期有误，应为5月12日。"}


@dataclass
class Case:
    """A story of the demonstration, and what happens to it."""

    pool: Pool
    story: Story
    release: Release
    variants: dict[str, uuid.UUID]
    """Its articles, by language."""

    @classmethod
    async def of(cls, pool: Pool, slug: str = "glasses-park") -> Case:
        async with pool.database.read() as session:
            story = (await session.exec(select(Story).where(col(Story.uri).endswith(":" + slug)))).one()
            release = (await session.exec(select(Release).where(Release.story_id == story.id))).one()
            rows = await session.exec(
                select(Variant.language, Variant.id).where(Variant.story_id == story.id, Variant.form == "ARTICLE")
            )
            return cls(pool, story, release, dict(rows.all()))

    async def take(self, actor: Actor, language: str = "en", territory: str = "FR") -> str:
        """A pickup of the article in a language; its id."""
        variant = global_id("Variant", self.variants[language])
        uses = [{"territory": territory, "channel": "WEB"}]
        payload = await change(self.pool, actor, TAKE, variantId=variant, version=1, uses=uses)
        assert payload["userErrors"] == []
        return str(payload["pickup"]["id"])

    async def issue(self, kind: NoticeKind, languages: Sequence[str] = (), **more: object) -> Notice:
        """A notice with the story's version, as the release door issues it."""
        ids = [self.variants[language] for language in languages]
        given = NewNotice(
            kind,
            self.story.id,
            self.release,
            ids,
            **{"texts": TEXTS, "reason": "a reader wrote", **more},  # type: ignore[arg-type]
        )
        async with self.pool.database.write() as session:
            return await issue_notice(session, given, Change("desk", self.pool.now))

    async def recipients(self, notice: Notice) -> dict[str, NoticeRecipient]:
        """To whom a notice went, by the partner's key."""
        async with self.pool.database.read() as session:
            rows = await session.exec(
                select(Partner.key, NoticeRecipient)
                .join(NoticeRecipient, col(NoticeRecipient.partner_id) == col(Partner.id))
                .where(NoticeRecipient.notice_id == notice.id)
            )
            return dict(rows.all())


async def listed(pool: Pool, actor: Actor, **wanted: object) -> list[JsonAnswer]:
    """The notices that an actor finds."""
    answer = await pool.ask(actor, NOTICES, filter=wanted)
    return [edge["node"] for edge in answer["notices"]["edges"]]


FULL_CLOCK = (
    "partnerKey kind drill state bound overdue deliveredVia acknowledgedVia secondsToDelivered secondsToAcknowledged"
    " secondsToTakenDown secondsToVerified copies { overdue secondsToTakenDown secondsToVerified copy { id action } }"
)
COMPLIANCE = f"query($filter: ComplianceFilter) {{ compliance(first: 100, filter: $filter) {{ edges {{ node {{ {FULL_CLOCK} }} }} }} }}"
ISSUE = mutation("issueNotice", "IssueNoticeInput", "notice", "id kind drill variantIds")
DRILL = mutation(
    "issueKillDrill",
    "IssueKillDrillInput",
    "notice",
    "id kind drill recipients { edges { node { partnerKey bound } } }",
)


async def clocks(pool: Pool, actor: Actor, **wanted: object) -> dict[str, JsonAnswer]:
    """How far partners are, by their keys."""
    answer = await pool.ask(actor, COMPLIANCE, filter=wanted)
    return {edge["node"]["partnerKey"]: edge["node"] for edge in answer["compliance"]["edges"]}
