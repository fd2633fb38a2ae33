"""Reads the seed's data files and holds them together, before anything is written.

One JSON file a noun, and one a story under `stories/`. Things name each other by keys; a key that names nothing is an
error, and every error names its file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from typing import TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from models.concept import ConceptKind
from models.errors import OperationalError
from seed import copies, files
from seed.pictures import SCENES

SHORTEST_BODY = 300
"""Characters that the paragraphs of a body must have together at least."""

T = TypeVar("T")


@dataclass(frozen=True)
class Seed:
    """Everything the data files say; stories in the order in which they are released, newest content last."""

    centre: files.CentreFile
    concepts: list[files.ConceptFile]
    organisations: list[files.OrganisationFile]
    series: list[files.BrandFile]
    topics: list[files.TopicFile]
    contributors: list[files.ContributorFile]
    terms: list[files.TermsFile]
    partners: list[files.PartnerFile]
    outlets: list[files.OutletFile]
    alliances: list[files.AllianceFile]
    stories: list[files.StoryFile]
    reprints: copies.ReprintsFile


def packaged_data() -> Traversable:
    """The folder of data files that comes with the program."""
    return resources.files("seed").joinpath("data")


def read_seed(folder: Traversable | None = None) -> Seed:
    """Reads and checks the data files.

    :param folder: where they lie; None for those that come with the program.
    :raises OperationalError: a file is missing or wrong; the message names the file and what is wrong in it.
    """
    folder = packaged_data() if folder is None else folder
    named = sorted(
        (entry for entry in folder.joinpath("stories").iterdir() if entry.name.endswith(".json")),
        key=lambda entry: entry.name,
    )
    stories = [(f"stories/{entry.name}", _parse(entry, f"stories/{entry.name}", files.StoryFile)) for entry in named]
    seed = Seed(
        centre=_read(folder, "centre.json", files.CentreFile),
        concepts=_read(folder, "concepts.json", list[files.ConceptFile]),
        organisations=_read(folder, "organisations.json", list[files.OrganisationFile]),
        series=_read(folder, "series.json", list[files.BrandFile]),
        topics=_read(folder, "topics.json", list[files.TopicFile]),
        contributors=_read(folder, "contributors.json", list[files.ContributorFile]),
        terms=_read(folder, "terms.json", list[files.TermsFile]),
        partners=_read(folder, "partners.json", list[files.PartnerFile]),
        outlets=_read(folder, "outlets.json", list[files.OutletFile]),
        alliances=_read(folder, "alliances.json", list[files.AllianceFile]),
        reprints=_read(folder, "reprints.json", copies.ReprintsFile),
        stories=[story for _, story in sorted(stories, key=lambda item: (item[1].content_created, item[0]))],
    )
    problems = [
        *_problems_of_partners(seed),
        *(f"{name}: {problem}" for name, story in stories for problem in _problems(seed, story)),
    ]
    problems += _problems_of_reprints(seed)
    problems += _repeated("stories/", (story.slug for story in seed.stories))
    if problems:
        raise OperationalError("the seed's data files do not fit together: " + "; ".join(problems))
    return seed


def _read(folder: Traversable, name: str, shape: type[T]) -> T:
    return _parse(folder.joinpath(name), name, shape)


def _parse(file: Traversable, name: str, shape: type[T]) -> T:
    try:
        return TypeAdapter(shape).validate_json(file.read_bytes())
    except OSError as error:
        raise OperationalError(f"the seed's data file {name} cannot be read: {error.strerror}") from error
    except ValidationError as error:
        details = "; ".join(
            f"{'.'.join(map(str, item['loc'])) or 'the whole'}: {item['msg']}"
            for item in error.errors(include_url=False, include_context=False, include_input=False)[:5]
        )
        raise OperationalError(f"the seed's data file {name} is wrong: {details}") from error


def _problems_of_partners(seed: Seed) -> Iterator[str]:
    series, topics = _keys(seed.series), _keys(seed.topics)
    for agreement in (agreement for partner in seed.partners for agreement in partner.agreements):
        for kind, wanted, known in (("series", agreement.series, series), ("topic", agreement.topics, topics)):
            yield from _unknown(f"partners.json: agreement {agreement.key}", kind, wanted or (), known)
    for alliance in seed.alliances:
        yield from _unknown(f"alliances.json: {alliance.key}", "partner", alliance.partners, _keys(seed.partners))
        yield from _unknown(
            f"alliances.json: {alliance.key}", "contributor", alliance.contributors, _keys(seed.contributors)
        )
    outlets = [*seed.outlets, *(outlet for partner in seed.partners for outlet in partner.outlets)]
    agreements = (agreement.key for partner in seed.partners for agreement in partner.agreements)
    yield from _repeated("partners.json", (partner.key for partner in seed.partners))
    yield from _repeated("partners.json, agreements", agreements)
    yield from _repeated("outlets.json and partners.json, outlets", (outlet.key for outlet in outlets))
    yield from _repeated("concepts.json", (f"{concept.kind} {concept.code}" for concept in seed.concepts))


def _problems_of_reprints(seed: Seed) -> Iterator[str]:
    slugs = {story.slug for story in seed.stories}
    outlets = _keys([*seed.outlets, *(outlet for partner in seed.partners for outlet in partner.outlets)])
    known: set[str] = set()
    for reprint in seed.reprints.reprints:
        where = f"reprints.json: {reprint.key}"
        yield from _unknown(where, "story", [reprint.story], slugs)
        yield from _unknown(where, "outlet", [reprint.outlet], outlets)
        yield from _unknown(where, "parent", [reprint.parent] if reprint.parent else (), known)
        known.add(reprint.key)
    for group in seed.reprints.groups:
        where = f"reprints.json: {group.key}"
        yield from _unknown(where, "story", [group.story] if group.story else (), slugs)
        yield from _unknown(where, "reprint", group.reprints, known)
        yield from _unknown(where, "outlet", group.outlets, outlets)
    yield from _repeated("reprints.json", (reprint.key for reprint in seed.reprints.reprints))
    yield from _repeated("reprints.json, groups", (group.key for group in seed.reprints.groups))


def _problems(seed: Seed, story: files.StoryFile) -> Iterator[str]:
    codes = {kind: {concept.code for concept in seed.concepts if concept.kind is kind} for kind in ConceptKind}
    own = [*(asset.terms for asset in story.assets), *(variant.terms for variant in story.variants)]
    for kind, wanted, known in (
        ("genre", story.genres, codes[ConceptKind.GENRE]),
        ("subject", story.subjects, codes[ConceptKind.SUBJECT]),
        ("place", story.places, codes[ConceptKind.PLACE]),
        ("person", story.people, codes[ConceptKind.PERSON]),
        ("organisation", story.organisations, _keys(seed.organisations)),
        ("brand", story.brands, set(story.organisations)),
        ("series", [story.series] if story.series else [], _keys(seed.series)),
        ("topic", [story.topic] if story.topic else [], _keys(seed.topics)),
        ("contributor", [credit.contributor for credit in story.contributors], _keys(seed.contributors)),
        ("terms", [story.terms, *filter(None, own)], _keys(seed.terms)),
        ("scene", [asset.scene for asset in story.assets], SCENES.keys()),
    ):
        yield from _unknown("it", kind, wanted, known)
    assets = _keys(story.assets)
    sources = {(variant.language, variant.form) for variant in story.variants if not variant.label}
    languages = {variant.language for variant in story.variants}
    for asset in story.assets:
        if missing := languages - asset.captions.keys():
            yield f"asset {asset.key} has no caption in {', '.join(sorted(missing))}"
    for variant in story.variants:
        name = f"variant {variant.language} {variant.form}"
        yield from _unknown(name, "asset", variant.assets, assets)
        if len("".join(variant.body)) < SHORTEST_BODY:
            yield f"the body of {name} is shorter than {SHORTEST_BODY} characters"
        source = variant.translated_from
        if (source is None) != (variant.translation_method is None):
            yield f"{name} must say both what it is translated from and how, or neither"
        if source is not None and (source.language, source.form) not in sources - {(variant.language, variant.form)}:
            yield f"{name} is translated from {source.language} {source.form}, which is not there"
    yield from _repeated("its assets", (asset.key for asset in story.assets))
    yield from _repeated("its variants", (f"{part.language} {part.form} {part.label!r}" for part in story.variants))


def _keys(parts: Iterable[BaseModel]) -> set[str]:
    return {key for part in parts if isinstance(key := getattr(part, "key", None), str)}


def _unknown(where: str, kind: str, wanted: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    for key in sorted(set(wanted) - set(known)):
        yield f"{where} names the {kind} {key!r}, which does not exist"


def _repeated(where: str, keys: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            yield f"{where}: {key} is there twice"
        seen.add(key)
