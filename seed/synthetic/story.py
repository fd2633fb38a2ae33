"""Makes synthetic stories: what the desk would hold of them, the document, and every row.

A story depends on the stock, the seed, its number and its moments alone, so that a pool can be made in pieces and by several
processes.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from types import SimpleNamespace
from typing import Any, Final, cast

from models import document as documents
from models.asset import AssetKind
from models.base import JsonObject
from models.pool.tables import first_position
from models.search.index import row_tokens
from models.story import story_uri
from models.variant import Form, TranslationMethod, variant_uri
from seed.synthetic.rows import Batch, Moments, RowMaker
from seed.synthetic.stock import Choice, Stock
from seed.synthetic.text import Writer, Zipf

URI_PREFIX: Final = "urn:newsml:synthetic.example"
DEMONSTRATION: Final = "Synthetic story, made for measuring."

_RENDITIONS = (("original", 1600, 900), ("small", 640, 360), ("web", 1200, 675))
_PICTURES = 2000
"""Distinct pictures; their hashes are invented, and no media store has the files."""

_SECOND_FORMS = {"en": Form.SHORT_VIDEO, "zh": Form.SOCIAL_POST, "ja": Form.PHOTO_SET, "ar": Form.VIDEO}
_ARTICLES = 0.8
_FOURTH_LANGUAGES = ("ja", "el", "ar")
_SOURCE_LANGUAGE = "zh"
_URGENCIES = (4, 5, 5, 5, 6, 6, 3, 4, 7, 2, 8, 1, 9, 5, 5, 6)
_IN_SERIES = 0.8
_ON_TOPIC = 0.3
_PARAGRAPHS_A_BODY = 3
_EXPIRING = 0.01
_EMBARGOED = 0.001
_PICTURES_AMONG_ASSETS = 0.9
_USUAL_DELAY_MINUTES = 20_000

_STORY, _VARIANT, _ASSET, _RENDITION = range(1, 5)


@dataclass(frozen=True)
class Plan:
    """Which stories to make.

    :ivar first: number of the first one; `count` of them follow.
    :ivar first_release: the release number that the first one takes.
    :ivar origin: when story number 0 would have been released; each further one a `step` later, but none before `not_before`.
    :ivar now: embargoes, where a story has one, end a year after it.
    """

    first: int
    count: int
    first_release: int
    origin: datetime
    step: timedelta
    not_before: datetime
    now: datetime


def identifier(kind: int, number: int, ordinal: int, seed: int) -> str:
    """A UUID version 8 (RFC 9562, section 5.8), ascending with the number, so that indexes grow at their ends."""
    return f"{number >> 16:08x}-{number & 0xFFFF:04x}-8{kind:03x}-8{ordinal:03x}-{seed & 0xFFFFFFFFFFFF:012x}"


class StoryMaker:
    """Makes batches of stories; the same again for the same stock, seed and plan."""

    def __init__(self, stock: Stock, seed: int, dialect: str) -> None:
        self._stock = stock
        self._seed = seed
        self._dialect = dialect
        self._writers = {language: Writer(language, seed) for language in ("en", "ru", "zh", *_FOURTH_LANGUAGES)}
        self._ranks: dict[int, Zipf] = {}
        self._pictures: dict[int, list[JsonObject]] = {}

    def batch(self, plan: Plan) -> Batch:
        """The rows of the stories of a plan."""
        maker = RowMaker(self._dialect)
        for offset in range(plan.count):
            self._make(maker, plan, plan.first + offset, plan.first_release + offset)
        return maker.batch

    def _make(self, maker: RowMaker, plan: Plan, number: int, release: int) -> None:
        rng = random.Random(f"{self._seed} {number}")  # noqa: S311 - stories, not secrets
        moments = _moments(plan, number, rng)
        story = SimpleNamespace(
            id=identifier(_STORY, number, 0, self._seed),
            uri=story_uri(URI_PREFIX, moments.created, f"s{number:07}"),
            slugline=f"SYNTHETIC-{number:07}",
            urgency=rng.choice(_URGENCIES),
            content_created=moments.created,
            demonstration=DEMONSTRATION,
        )
        stock = self._stock
        series = self._pick(rng, stock.series) if rng.random() < _IN_SERIES else None
        topic = self._pick(rng, stock.topics) if rng.random() < _ON_TOPIC else None
        terms = self._pick(rng, stock.terms)
        concepts = {
            "genres": [self._pick(rng, stock.genres)],
            "subjects": self._pick_some(rng, stock.subjects, rng.randrange(1, 4)),
            "places": self._pick_some(rng, stock.places, rng.randrange(1, 3)),
            "people": [],
        }
        languages = sorted(("en", "ru", "zh", _FOURTH_LANGUAGES[number % len(_FOURTH_LANGUAGES)]))
        maker.story(story, [choice.id if choice else None for choice in (series, topic, terms)], moments)
        for chosen in concepts.values():
            maker.concepts(story.id, [choice.id for choice in chosen])
        assets = [
            self._asset(maker, rng, story, terms, number, ordinal, languages) for ordinal in range(1 + number % 2)
        ]
        part = documents.story_part(
            cast(Any, story),
            {name: [choice.part for choice in chosen] for name, chosen in concepts.items()},
            [],
            [],
            None,
            None,
            cast(Any, SimpleNamespace(id=terms.part["id"])),
        )
        part["series"], part["topic"] = series.part if series else None, topic.part if topic else None
        document = {
            "story": documents.stamp(part, 1, moments.released),
            "terms": {terms.part["id"]: terms.part},
            "assets": assets,
            "variants": self._variants(maker, rng, story, terms, number, release, languages, assets, moments),
        }
        maker.release(release, document, moments)

    def _asset(
        self,
        maker: RowMaker,
        rng: random.Random,
        story: Any,
        terms: Choice,
        number: int,
        ordinal: int,
        languages: Sequence[str],
    ) -> JsonObject:
        asset = SimpleNamespace(
            id=identifier(_ASSET, number, ordinal, self._seed),
            kind=AssetKind.PICTURE if rng.random() < _PICTURES_AMONG_ASSETS else AssetKind.VIDEO,
            captions={language: self._writers[language].phrase(rng).text for language in languages},
            credit="Synthetic",
            digital_source_type=None,
            content_created=story.content_created,
            terms_id=None,
        )
        first = ordinal * len(_RENDITIONS)
        renditions = [
            SimpleNamespace(id=identifier(_RENDITION, number, first + which, self._seed), **file)
            for which, file in enumerate(self._picture(int(rng.random() * _PICTURES)))
        ]
        maker.asset(story.id, ordinal, asset, renditions)
        own_terms = cast(Any, SimpleNamespace(id=terms.part["id"]))
        return documents.asset_part(cast(Any, asset), cast(Any, renditions), own_terms, terms.part["policy"])

    def _variants(
        self,
        maker: RowMaker,
        rng: random.Random,
        story: Any,
        terms: Choice,
        number: int,
        release: int,
        languages: Sequence[str],
        assets: Sequence[JsonObject],
        moments: Moments,
    ) -> list[JsonObject]:
        ids = {
            language: identifier(_VARIANT, number, ordinal, self._seed) for ordinal, language in enumerate(languages)
        }
        source = {"id": ids[_SOURCE_LANGUAGE], "version": 1, "language": _SOURCE_LANGUAGE}
        asset_ids = [asset["id"] for asset in assets]
        own_terms = cast(Any, SimpleNamespace(id=terms.part["id"]))
        parts = []
        for position, language in enumerate(languages, start=first_position(release)):
            translated = language != _SOURCE_LANGUAGE
            variant, tokens = self._variant(rng, language, story.uri)
            variant.id = ids[language]
            variant.translated_from_id = source["id"] if translated else None
            variant.translation_method = TranslationMethod.MACHINE_EDITED if translated else None
            part = documents.variant_part(
                cast(Any, variant), asset_ids, own_terms, terms.part["policy"], source if translated else None
            )
            maker.variant(story.id, variant, documents.content_hash(part, assets), asset_ids, moments)
            maker.text(position, [*tokens, *row_tokens(position, "", "", self._dialect)])
            parts.append(documents.stamp(part, 1, moments.released))
        return parts

    def _variant(self, rng: random.Random, language: str, story_uri: str) -> tuple[SimpleNamespace, Iterable[str]]:
        """What a variant says, and the distinct tokens that it is found by, in reading order."""
        writer = self._writers[language]
        headline, lead = writer.phrase(rng), writer.phrase(rng)
        rare_word, rare_token = writer.rare_word(rng)
        paragraphs = [writer.paragraph(rng) for _ in range(_PARAGRAPHS_A_BODY)]
        second = _SECOND_FORMS.get(language)
        form = Form.ARTICLE if second is None or rng.random() < _ARTICLES else second
        found = chain(headline.tokens, lead.tokens, (rare_token,), *(paragraph.tokens for paragraph in paragraphs))
        variant = SimpleNamespace(
            uri=variant_uri(story_uri, language, form, ""),
            language=language,
            form=form,
            label="",
            headline=headline.text,
            description=f"{lead.text} {rare_word}",
            body="".join(paragraph.html for paragraph in paragraphs),
            body_text="\n".join(paragraph.text for paragraph in paragraphs),
            by="Synthetic desk",
            located="Longgang",
            word_count=sum(paragraph.words for paragraph in paragraphs),
            char_count=sum(paragraph.characters for paragraph in paragraphs),
            terms_id=None,
        )
        return variant, dict.fromkeys(found)

    def _picture(self, which: int) -> list[JsonObject]:
        if which not in self._pictures:
            self._pictures[which] = [
                {
                    "name": name,
                    "mime_type": "image/jpeg",
                    "width": width,
                    "height": height,
                    "size": width * height // 12 + which,
                    "sha256": hashlib.sha256(f"{self._seed} {which} {name}".encode()).hexdigest(),
                }
                for name, width, height in _RENDITIONS
            ]
        return self._pictures[which]

    def _pick(self, rng: random.Random, choices: Sequence[Choice]) -> Choice:
        if len(choices) not in self._ranks:
            self._ranks[len(choices)] = Zipf(len(choices))
        return choices[self._ranks[len(choices)].draw(rng)]

    def _pick_some(self, rng: random.Random, choices: Sequence[Choice], count: int) -> list[Choice]:
        """Up to that many different ones."""
        return list({choice.id: choice for choice in (self._pick(rng, choices) for _ in range(count))}.values())


def _moments(plan: Plan, number: int, rng: random.Random) -> Moments:
    due = plan.origin + number * plan.step
    created = due - timedelta(minutes=int(rng.expovariate(1 / _USUAL_DELAY_MINUTES)))
    fate = rng.random()
    return Moments(
        created=created,
        released=max(due, plan.not_before),
        embargo=plan.now + timedelta(days=365) if fate < _EMBARGOED else None,
        expires=created + timedelta(days=365) if fate > 1 - _EXPIRING else None,
    )
