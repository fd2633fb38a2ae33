"""What editors do, for tests: a story of the demonstration, and the acts of the release door."""

from __future__ import annotations

from typing import Any

from sqlmodel import col, select

from models.actor import Actor
from models.scope import Scope
from models.story import Story
from models.variant import Variant
from schema.identifier import global_id
from tests.seeded import Pool

RESULT = """{ story { pubStatus version slugline variants { language pubStatus } }
  release { version kind variantIds noticeIds } noticeId userErrors { code field message currentVersion } }"""
NAMES = {
    "release": "releaseStory",
    "update": "updateReleased",
    "correct": "correctStory",
    "withhold": "withholdStory",
    "kill": "killStory",
    "reinstate": "reinstateStory",
    "withdraw": "withdrawVariant",
}
TEXTS = [{"language": "en", "text": "Take note."}, {"language": "zh", "text": "请注意。"}]


class Desk:
    """An editor with one story of the demonstration."""

    def __init__(self, pool: Pool, actor: Actor, story: Story, variants: dict[str, Variant]) -> None:
        self.pool, self.actor, self.story, self.variants = pool, actor, story, variants
        self.id = global_id("Story", story.id)

    @classmethod
    async def of(cls, pool: Pool, slug: str = "glasses-park", *scopes: Scope) -> Desk:
        actor = await pool.actor(None, *(scopes or (Scope.POOL_READ, Scope.STORY_RELEASE, Scope.STORY_WRITE)))
        async with pool.database.read() as session:
            story = (await session.exec(select(Story).where(col(Story.uri).endswith(f":{slug}")))).one()
            rows = await session.exec(
                select(Variant).where(Variant.story_id == story.id, Variant.form == "ARTICLE", Variant.label == "")
            )
            return cls(pool, actor, story, {row.language: row for row in rows})

    def variant(self, language: str) -> str:
        """The global id of an article."""
        return global_id("Variant", self.variants[language].id)

    async def write(self, language: str, headline: str) -> None:
        """Says something else in an article, as approved."""
        async with self.pool.database.write() as session:
            row = await session.get_one(Variant, self.variants[language].id)
            row.headline = headline
            row.revision += 1
            row.content_revision = row.revision
            row.authors = ["somebody"]
            session.add(row)

    async def act(self, act: str, actor: Actor | None = None, **given: Any) -> dict[str, Any]:
        """What an act at the release door answers."""
        name = NAMES[act]
        kind = name[0].upper() + name[1:] + "Input"
        if act != "withdraw":
            given = {"storyId": self.id} | given
        document = f"mutation($i: {kind}!) {{ {name}(input: $i) {RESULT} }}"
        answer: dict[str, Any] = (await self.pool.ask(actor or self.actor, document, i=given))[name]
        return answer

    async def done(self, act: str, **given: Any) -> dict[str, Any]:
        """The answer of an act that must not be refused."""
        answer = await self.act(act, **given)
        assert answer["userErrors"] == [], answer["userErrors"]
        return answer

    async def refused(self, act: str, **given: Any) -> str:
        """The code with which an act is refused."""
        answer = await self.act(act, **given)
        assert answer["story"] is answer["release"] is answer["noticeId"] is None
        return str(answer["userErrors"][0]["code"])

    def seen(self, answer: dict[str, Any]) -> dict[str, str]:
        """The pubStatus of each language in an answer."""
        return {variant["language"]: variant["pubStatus"] for variant in answer["story"]["variants"]}
