"""Giving terms to what is on the desk: to a story, or to a variant or an asset of its own."""

from __future__ import annotations

import uuid
from typing import TypeVar

from sqlmodel.ext.asyncio.session import AsyncSession

from models.asset import Asset
from models.change import Change
from models.desk.conflict import revision_conflict
from models.errors import BadInput, NotFound
from models.story import Story
from models.terms.table import Terms
from models.variant import Variant

Holder = Story | Variant | Asset
"""What can have terms."""
Held = TypeVar("Held", bound=Holder)


async def set_terms(
    session: AsyncSession,
    holder: type[Held],
    holder_id: uuid.UUID,
    terms_id: uuid.UUID | None,
    change: Change,
    *,
    revision: int | None = None,
) -> Held:
    """Says which terms hold. Partners see it with the story's next release; the same again changes nothing.

    :param terms_id: None gives a variant or an asset back to its story's terms.
    :param revision: in which the story or the variant was read; an asset has none.
    :raises NotFound: no such terms, or nothing with that id.
    :raises BadInput: a story would have no terms, or an asset was given with a revision.
    :raises RevisionConflict: the story or the variant was saved in between.
    """
    found = await session.get(holder, holder_id, with_for_update=True)
    if found is None:
        kind = holder.__name__.lower()
        raise NotFound(f"there is no {kind} {holder_id}", field=[f"{kind}Id"])
    if terms_id is not None and await session.get(Terms, terms_id) is None:
        raise NotFound(f"there are no terms {terms_id}", field=["termsId"])
    if terms_id is None and isinstance(found, Story):
        raise BadInput("a story needs terms: without any, nothing of it is permitted", field=["termsId"])
    if found.terms_id == terms_id:
        return found
    if isinstance(found, Asset):
        if revision is not None:
            raise BadInput("an asset has no revision; leave it out", field=["revision"])
    else:
        if revision is not None and revision != found.revision:
            raise revision_conflict(
                revision, found, ["termsId"], base=None, yours={"termsId": terms_id}, theirs={"termsId": found.terms_id}
            )
    found.revision += 1
    found.updated_at = change.at
    found.saved_by = change.by
    found.terms_id = terms_id
    session.add(found)
    await session.flush()
    return found
