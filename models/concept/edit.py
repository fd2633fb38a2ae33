"""Changing the vocabularies: terms are added by kind and code, and changed by their id."""

from __future__ import annotations

import re
import uuid
from typing import TypedDict

from sqlmodel.ext.asyncio.session import AsyncSession

from models.catalogue import add_entry, change_entry, hold_entry, need, read_texts
from models.concept.table import Concept, ConceptKind
from models.errors import BadInput
from models.key import parse_key
from models.territory import parse_territory

_NOUN = "concept"
_MEDIA_TOPIC = re.compile(r"medtop:\d{8}", re.ASCII)


class ConceptChanges(TypedDict, total=False):
    """What is to be said of a term anew; what is left out stays as it is."""

    names: dict[str, str]
    territory: str | None


async def create_concept(session: AsyncSession, kind: ConceptKind, code: str, changes: ConceptChanges) -> Concept:
    """Adds a term. The same again finds the same one.

    :param code: of a subject an IPTC Media Topic: `medtop:` and eight digits; of others a key.
    :raises KeyTaken: another term of that vocabulary has the code.
    :raises BadInput: a value cannot be right, or names are missing.
    """
    need(changes, _NOUN, "names")
    if kind is ConceptKind.SUBJECT and not _MEDIA_TOPIC.fullmatch(code):
        raise BadInput(
            f"{code[:80]!r} is no subject: give an IPTC Media Topic, such as medtop:20000002", field=["code"]
        )
    natural = {"kind": kind, "code": parse_key(code, ["code"])}
    return await add_entry(session, Concept, _NOUN, natural, _read(changes, kind))


async def update_concept(session: AsyncSession, concept_id: uuid.UUID, changes: ConceptChanges) -> Concept:
    """Says something of a term anew. Released stories say it from their next release on.

    :raises NotFound: no such term.
    :raises BadInput: a value cannot be right.
    """
    entry = await hold_entry(session, Concept, _NOUN, concept_id)
    return await change_entry(session, entry, _read(changes, entry.kind))


def _read(changes: ConceptChanges, kind: ConceptKind) -> dict[str, object]:
    read = read_texts(changes)
    territory = changes.get("territory")
    if territory is not None:
        if kind is not ConceptKind.PLACE:
            raise BadInput(f"a {kind} lies in no country or region; only a PLACE does", field=["territory"])
        read["territory"] = parse_territory(territory)
    return read
