"""Terms of the vocabularies: genres, subjects, places and people, in stories and at the desk."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry.types import Info

from models.base import JsonObject
from models.concept import Concept as ConceptRow
from models.concept import ConceptKind
from models.concept.edit import ConceptChanges, create_concept, update_concept
from models.concept.reading import find_concept, find_concepts
from models.errors import BadInput, NotFound
from models.language import wording
from models.paging import decode_cursor, page_request
from models.scope import Scope
from models.territory import Territory
from schema.argument import After, Before, First, InLanguage, Last
from schema.change import LEFT_OUT, Payload, attempt, given_fields
from schema.context import Context
from schema.identifier import global_id, split_global_id
from schema.node import Connection, Node
from schema.text import Text, TextInput, all_texts, texts_by_language

CONCEPT_KINDS = {
    "Genre": ConceptKind.GENRE,
    "Subject": ConceptKind.SUBJECT,
    "Place": ConceptKind.PLACE,
    "Person": ConceptKind.PERSON,
}
"""The vocabularies by what global ids call them."""
_KIND_NAMES = {kind: name for name, kind in CONCEPT_KINDS.items()}
_LIST = "concepts"
_LONGEST_SEARCH = 100


@strawberry.type(description="A term of a vocabulary: a genre, a subject (IPTC Media Topic), a place or a person.")
class Concept(Node):
    kind: ConceptKind = strawberry.field(description="The vocabulary that it belongs to.")
    code: str = strawberry.field(description="The term's code, as filters take it.")
    territory: Territory | None = strawberry.field(description="The country or region of a place.")
    all_names: strawberry.Private[dict[str, str]]

    @strawberry.field(description="The term's name.")
    def name(self, language: InLanguage = None) -> str | None:
        return wording(self.all_names, language or "en")

    @strawberry.field(description="The term's name in every language.")
    def names(self) -> list[Text]:
        return all_texts(self.all_names)

    @classmethod
    def of(cls, kind: str, part: JsonObject) -> Concept:
        """A term out of a document."""
        return cls(
            id=global_id(kind, part["code"]),
            kind=CONCEPT_KINDS[kind],
            code=part["code"],
            territory=part["territory"],
            all_names=part["names"],
        )

    @classmethod
    def of_row(cls, row: ConceptRow) -> Concept:
        """A term out of its vocabulary."""
        return cls(
            id=global_id(_KIND_NAMES[row.kind], row.code),
            kind=row.kind,
            code=row.code,
            territory=Territory(row.territory) if row.territory else None,
            all_names=row.names,
        )


@strawberry.input(
    description="A term to add, or, with its id, what to say of it anew. What is left out stays as it is."
)
class SaveConceptInput:
    id: strawberry.ID | None = strawberry.field(default=None, description="The term to change; absent for a new one.")
    kind: ConceptKind | None = strawberry.field(
        default=None, description="The vocabulary of a new term. It never changes."
    )
    code: str | None = strawberry.field(
        default=None,
        description="The code of a new term: of a subject an IPTC Media Topic, such as medtop:20000002; of others a-z, 0-9, colon, "
        "dot and hyphen. It never changes.",
    )
    names: list[TextInput] | None = strawberry.field(
        default=LEFT_OUT, description="Its name in every language. A new one needs it."
    )
    territory: Territory | None = strawberry.field(default=LEFT_OUT, description="The country or region of a place.")

    def changes(self) -> ConceptChanges:
        """What is to be said anew."""
        given = given_fields(self, nullable=("territory",), without=("id", "kind", "code"))
        if "names" in given:
            given["names"] = texts_by_language(given["names"], "names")
        changes: ConceptChanges = given  # type: ignore[assignment]  # the input has the same fields
        return changes


@strawberry.type(description="What saving a term gave.")
class ConceptPayload(Payload):
    concept: Concept | None = strawberry.field(description="The term; null where it was refused.")


async def save_concept(
    info: Info[Context, None],
    input: Annotated[SaveConceptInput, strawberry.argument(description="The term.")],
) -> ConceptPayload | None:
    """Adds or changes a term in one write transaction."""
    row, refusals = await attempt(_saved(info.context, input))
    return ConceptPayload(concept=Concept.of_row(row) if row else None, user_errors=refusals)


async def _saved(context: Context, given: SaveConceptInput) -> ConceptRow:
    changes = given.changes()
    if given.id is None:
        if given.kind is None or given.code is None:
            raise BadInput("a new concept needs kind and code", field=["kind" if given.kind is None else "code"])
        async with context.write("saveConcept", given) as session:
            return await create_concept(session, given.kind, given.code, changes)
    kind, code = split_global_id(given.id)
    if kind not in CONCEPT_KINDS:
        raise NotFound(f"there is no Concept with the id {given.id[:100]!r}", field=["id"])
    if given.kind not in (None, CONCEPT_KINDS[kind]) or given.code not in (None, code):
        raise BadInput("the kind and the code of a concept never change; leave them out", field=["code"])
    async with context.write("saveConcept", given) as session:
        found = await find_concept(session, CONCEPT_KINDS[kind], code)
        return await update_concept(session, found.id, changes)


async def list_concepts(
    info: Info[Context, None],
    kind: Annotated[ConceptKind | None, strawberry.argument(description="Only those of this vocabulary.")] = None,
    text: Annotated[
        str | None,
        strawberry.argument(description="Only those with this in their code or in a name, in whatever language."),
    ] = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Connection[Concept] | None:
    """A page of terms, by code."""
    if text is not None and not 1 <= len(text) <= _LONGEST_SEARCH:
        raise BadInput(f"text has {len(text)} characters; give 1 to {_LONGEST_SEARCH}", field=["text"])
    request = page_request(first, after, last, before, lambda cursor: decode_cursor(_LIST, cursor, (str, str)))
    async with info.context.database.read() as session:
        page = await find_concepts(session, request, kind=kind, text=text)
    return Connection[Concept].of(page, _LIST, Concept.of_row)


async def one_concept(context: Context, kind: str, code: str) -> Concept:
    """A term by its vocabulary and code: for those who edit; partners see those of their stories there.

    :raises NotFound: none, or not for this actor.
    """
    if not context.actor.has(Scope.STORY_WRITE):
        raise NotFound("there is no such concept")
    async with context.database.read() as session:
        return Concept.of_row(await find_concept(session, CONCEPT_KINDS[kind], code))
