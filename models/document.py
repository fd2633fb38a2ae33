"""Documents: the frozen content of one story version, as partners receive it.

A document is a JSON object. Nothing in it ever changes; what may change between versions (pubStatus, embargoedUntil, expires) lies in
`models.pool.tables.PoolStory` and overrides it.

    {
      "story":    {"id", "uri", "version", "versionCreated", "slugline", "urgency", "contentCreated", "demonstration",
                   "genres", "subjects", "places", "people": [{"code", "names", "territory"}],
                   "organisations": [{"id", "key", "names", "kind", "goGlobal", "brand"}],
                   "contributors": [{"id", "names", "relation", "role"}],
                   "series": {"id", "key", "names", "descriptions"} | null, "topic": the same | null, "terms": terms id},
      "terms":    {terms id: {"id", "key", "policy", "zone", "inherits", "names", "usageTerms", "copyrightHolder",
                   "copyrightNotice", "creditLine"}},
      "assets":   [{"id", "kind", "captions", "credit", "digitalSourceType", "contentCreated", "terms": terms id, "ownTerms",
                    "policy": hash of the policy that holds for it,
                    "renditions": [{"id", "name", "mimeType", "width", "height", "size", "sha256"}]}],
      "variants": [{"id", "uri", "version", "versionCreated", "language", "form", "label", "headline", "description", "body",
                    "bodyText", "by", "located", "wordCount", "charCount", "assets": [asset ids], "terms": terms id, "ownTerms",
                    "policy", "translatedFrom": {"id", "version", "language"} | null, "translationMethod"}]
    }

Ids are UUIDs as text, date-times RFC 3339 in UTC, `names` and the other wordings objects from language tag to text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable
from datetime import UTC, datetime
from typing import Any

import orjson

from models.asset import Asset, Rendition
from models.base import JsonObject
from models.concept import Concept, Organisation
from models.contributor import Contributor, ContributorRole
from models.policy import PolicyHash
from models.series import Series
from models.story import Story
from models.terms import Terms
from models.topic import Topic
from models.variant import Variant

_VERSIONED = ("version", "versionCreated")


def timestamp(value: datetime | None) -> str | None:
    """RFC 3339 in UTC with a `Z`, to the microsecond where there are any."""
    if value is None:
        return None
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def encode(document: JsonObject) -> str:
    """The stored form of a document."""
    return orjson.dumps(document).decode()


def decode(content: str) -> JsonObject:
    """A stored document as an object."""
    document: JsonObject = orjson.loads(content)
    return document


def concept_part(concept: Concept) -> JsonObject:
    """A vocabulary term as it lies in a document."""
    return {"code": concept.code, "names": concept.names, "territory": concept.territory}


def organisation_part(organisation: Organisation, is_brand: bool) -> JsonObject:
    """An organisation as it lies in a document. Documents of before brands were told say neither `goGlobal` nor `brand`.

    :param is_brand: whether the story tells of its brand.
    """
    return {
        "id": str(organisation.id),
        "key": organisation.key,
        "names": organisation.names,
        "kind": organisation.kind.value,
        "goGlobal": organisation.go_global,
        "brand": is_brand,
    }


def contributor_part(contributor: Contributor, role: ContributorRole) -> JsonObject:
    """A contributor with what he or she did; without consent the name is left out."""
    return {
        "id": str(contributor.id),
        "names": contributor.names if contributor.consent else {},
        "relation": contributor.relation.value,
        "role": role.value,
    }


def brand_part(brand: Series | Topic | None) -> JsonObject | None:
    """A series or topic as it lies in a document."""
    if brand is None:
        return None
    return {"id": str(brand.id), "key": brand.key, "names": brand.names, "descriptions": brand.descriptions}


def terms_part(terms: Terms) -> JsonObject:
    """Terms as they lie in a document; `policy` is the hash of their own policy."""
    return {
        "id": str(terms.id),
        "key": terms.key,
        "policy": terms.policy_hash,
        "zone": terms.zone,
        "inherits": terms.inherits,
        "names": terms.names,
        "usageTerms": terms.usage_terms,
        "copyrightHolder": terms.copyright_holder,
        "copyrightNotice": terms.copyright_notice,
        "creditLine": terms.credit_line,
    }


def asset_part(asset: Asset, renditions: Iterable[Rendition], terms: Terms, policy: PolicyHash) -> JsonObject:
    """An asset as it lies in a document.

    :param terms: its own, or the story's.
    :param policy: what holds for it: its own permissions under the story's prohibitions.
    """
    return {
        "id": str(asset.id),
        "kind": asset.kind.value,
        "captions": asset.captions,
        "credit": asset.credit,
        "digitalSourceType": asset.digital_source_type,
        "contentCreated": timestamp(asset.content_created),
        "terms": str(terms.id),
        "ownTerms": asset.terms_id is not None,
        "policy": policy,
        "renditions": [rendition_part(rendition) for rendition in renditions],
    }


def rendition_part(rendition: Rendition) -> JsonObject:
    """A rendition as it lies in a document."""
    return {
        "id": str(rendition.id),
        "name": rendition.name,
        "mimeType": rendition.mime_type,
        "width": rendition.width,
        "height": rendition.height,
        "size": rendition.size,
        "sha256": rendition.sha256,
    }


def variant_part(
    variant: Variant, asset_ids: Iterable[str], terms: Terms, policy: PolicyHash, translated_from: JsonObject | None
) -> JsonObject:
    """A variant as it lies in a document, before it has its version (`stamp`)."""
    return {
        "id": str(variant.id),
        "uri": variant.uri,
        "language": variant.language,
        "form": variant.form.value,
        "label": variant.label,
        "headline": variant.headline,
        "description": variant.description,
        "body": variant.body,
        "bodyText": variant.body_text,
        "by": variant.by,
        "located": variant.located,
        "wordCount": variant.word_count,
        "charCount": variant.char_count,
        "assets": list(asset_ids),
        "terms": str(terms.id),
        "ownTerms": variant.terms_id is not None,
        "policy": policy,
        "translatedFrom": translated_from,
        "translationMethod": variant.translation_method.value if variant.translation_method else None,
    }


def story_part(
    story: Story,
    concepts: dict[str, list[JsonObject]],
    organisations: list[JsonObject],
    contributors: list[JsonObject],
    series: Series | None,
    topic: Topic | None,
    terms: Terms,
) -> JsonObject:
    """A story as it lies in a document, before it has its version (`stamp`).

    :param concepts: lists of `concept_part` under genres, subjects, places and people.
    """
    return {
        "id": str(story.id),
        "uri": story.uri,
        "slugline": story.slugline,
        "urgency": story.urgency,
        "contentCreated": timestamp(story.content_created),
        "demonstration": story.demonstration,
        **concepts,
        "organisations": organisations,
        "contributors": contributors,
        "series": brand_part(series),
        "topic": brand_part(topic),
        "terms": str(terms.id),
    }


def stamp(part: JsonObject, version: int, created: datetime) -> JsonObject:
    """The part with its version and the moment of that version."""
    return {**part, "version": version, "versionCreated": timestamp(created)}


def scope_of(document: JsonObject, variants: Container[str]) -> JsonObject:
    """What agreements cover by, of some variants of a document: their story's series and topic, their languages and forms.

    :param variants: their ids.
    """
    story = document["story"]
    return {
        "series": story["series"]["key"] if story["series"] else None,
        "topic": story["topic"]["key"] if story["topic"] else None,
        "variants": [[part["language"], part["form"]] for part in document["variants"] if part["id"] in variants],
    }


def content_hash(variant: JsonObject, assets: Iterable[JsonObject]) -> str:
    """Names what a variant says and shows, whatever its version: SHA-256 (hex) over the variant and its assets."""
    content = {key: value for key, value in variant.items() if key not in _VERSIONED}
    payload: list[Any] = [content, *assets]
    return hashlib.sha256(orjson.dumps(payload, option=orjson.OPT_SORT_KEYS)).hexdigest()
