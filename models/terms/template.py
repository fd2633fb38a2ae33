"""Templates: terms that have a key, so that they can be chosen again and again, and be inherited from."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.errors import InheritanceCycle, NotFound
from models.terms.table import Terms


async def find_terms(session: AsyncSession, terms_id: uuid.UUID) -> Terms:
    """Terms by their id, whether they have a key or not.

    :raises NotFound: there are none.
    """
    found = await session.get(Terms, terms_id)
    if found is None:
        raise NotFound(f"there are no terms {terms_id}")
    return found


async def find_template(session: AsyncSession, key: str) -> Terms:
    """The terms that have a key now.

    :raises NotFound: none has it.
    """
    found = (await session.exec(select(Terms).where(Terms.key == key))).first()
    if found is None:
        raise NotFound(f"there is no template with the key {key[:80]!r}")
    return found


async def templates(session: AsyncSession) -> list[Terms]:
    """All terms that have a key now, in the order of their keys."""
    return list((await session.exec(select(Terms).where(col(Terms.key).is_not(None)).order_by(col(Terms.key)))).all())


async def hold_templates(session: AsyncSession) -> dict[str, Terms]:
    """All templates by their keys, whose other savings wait until the commit.

    They are read again once they are held: what was waited for may have given a key to other terms.
    """
    held = select(Terms.id).where(col(Terms.key).is_not(None)).order_by(col(Terms.id))
    await session.exec(held.with_for_update(key_share=True))
    return {str(terms.key): terms for terms in await templates(session)}


def inherited(
    key: str | None, inherits: Sequence[str], present: Mapping[str, Terms], field: Sequence[str]
) -> list[Terms]:
    """The templates that terms inherit from, in the order named.

    :param key: the key that the terms will have.
    :param field: where `inherits` stands in the input.
    :raises NotFound: a key that no template has.
    :raises InheritanceCycle: one of them inherits, over however many steps, from the key itself.
    """
    for place, name in enumerate(inherits):
        at = [*field, str(place)]
        if name == key:
            raise InheritanceCycle(_ring([name, name]), field=at)
        if name not in present:
            raise NotFound(f"there is no template with the key {name[:80]!r}", field=at)
        ring = _way_back(name, key, present) if key is not None else None
        if ring is not None:
            raise InheritanceCycle(_ring([str(key), *ring]), field=at)
    return [present[name] for name in dict.fromkeys(inherits)]


def _way_back(start: str, key: str | None, present: Mapping[str, Terms]) -> list[str] | None:
    """The keys from a template to another that it inherits from; None where it does not."""
    before: dict[str, str | None] = {start: None}
    pending = [start]
    while pending:
        at = pending.pop(0)
        for name in present[at].inherits if at in present else ():
            if name in before:
                continue
            before[name] = at
            if name == key:
                way: list[str] = []
                step: str | None = name
                while step is not None:
                    way.insert(0, step)
                    step = before[step]
                return way
            pending.append(name)
    return None


def _ring(keys: Sequence[str]) -> str:
    return f"{' → '.join(map(repr, keys))} is a ring: terms cannot inherit from themselves; take one step out of it"
