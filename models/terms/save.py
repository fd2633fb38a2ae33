"""Saving terms. They are never changed: what says something new is new terms, which take the key of a template from the old ones."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import event
from models.base import DEFAULT_ZONE, JsonObject
from models.change import Change
from models.errors import BadInput, BadPolicy, RevisionConflict
from models.event import Event, EventAudience, EventKind
from models.key import add_with_key, parse_key
from models.language import LanguageTag, parse_language
from models.policy import MOST_CONDITIONAL, Policy
from models.policy.contradiction import Finding, contradictions
from models.policy.wording import word_policy
from models.terms.policy import load_policies, store_policy
from models.terms.table import StoredPolicy, Terms
from models.terms.template import hold_templates, inherited
from models.zone import parse_zone

WORDED: Final = (LanguageTag("en"), LanguageTag("zh"))
"""The languages in which terms are worded from their rules, where no text is given."""
LONGEST_TEXT: Final = 4_000
"""Characters of one text of terms."""
MOST_RULES: Final = 200
"""Permissions and prohibitions that terms may hold, with those that are inherited."""
MOST_INHERITED: Final = 20


@dataclass(frozen=True)
class TermsDraft:
    """Terms as somebody composed them.

    :param policy: the rules that are their own.
    :param key: makes them a template.
    :param zone: the name of the zone in which a date alone was read.
    :param inherits: keys of the templates whose rules are taken over.
    :param names: and the other texts: per language tag.
    :param usage_terms: overrides, language by language, what is worded from the rules.
    """

    policy: Policy
    key: str | None = None
    zone: str = DEFAULT_ZONE
    inherits: Sequence[str] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    usage_terms: Mapping[str, str] = field(default_factory=dict)
    copyright_holder: Mapping[str, str] = field(default_factory=dict)
    copyright_notice: Mapping[str, str] = field(default_factory=dict)
    credit_line: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SavedTerms:
    """Terms with their rules, those taken over among them."""

    terms: Terms
    policy: Policy

    @cached_property
    def findings(self) -> Sequence[Finding]:
        """What in the rules cannot be meant. It takes its time: ask once the transaction has ended."""
        return contradictions(self.policy)


async def save_terms(
    session: AsyncSession, draft: TermsDraft, change: Change, *, replaces: uuid.UUID | None = None
) -> SavedTerms:
    """Saves terms. The same again gives the same terms.

    What was released under terms that lose their key stays under them.

    :param replaces: the terms that have the key now; None where none has it.
    :raises BadInput: a key, name, text or list cannot be right.
    :raises BadZone: the zone is none.
    :raises BadPolicy: the rules, with those taken over, are too many.
    :raises NotFound: a template to inherit from is not there.
    :raises InheritanceCycle: the template would inherit from itself.
    :raises RevisionConflict: other terms have the key than were to be replaced; nothing is saved.
    """
    zone = parse_zone(draft.zone)
    texts = _read_texts(draft)
    templates = {}
    if draft.key is not None:
        parse_key(draft.key)
        if not texts["names"]:
            raise BadInput("a template needs a name in at least one language", field=["names"])
    elif replaces is not None:
        raise BadInput("replaces goes with the key of a template; leave it out", field=["replaces"])
    if len(draft.inherits) > MOST_INHERITED:
        raise BadInput(
            f"inherits names {len(draft.inherits)} templates; at most {MOST_INHERITED} are taken", field=["inherits"]
        )
    if draft.key is not None or draft.inherits:
        templates = await hold_templates(session)
    parents = inherited(draft.key, draft.inherits, templates, ["inherits"])
    policy = await _joined(session, draft.policy, parents)
    texts["usage_terms"] = _worded(policy, zone) | texts["usage_terms"]
    saved = await _save(session, draft, policy, texts, templates.get(draft.key or ""), replaces, change)
    return SavedTerms(saved, policy)


async def _save(
    session: AsyncSession,
    draft: TermsDraft,
    policy: Policy,
    texts: Mapping[str, dict[str, str]],
    present: Terms | None,
    replaces: uuid.UUID | None,
    change: Change,
) -> Terms:
    wanted: JsonObject = {
        "policy_hash": await store_policy(session, policy),
        "zone": draft.zone,
        "inherits": list(dict.fromkeys(draft.inherits)),
        **texts,
    }
    same = await _same(session, wanted) if draft.key is None else present
    if same is not None and _says(same, wanted):
        return same
    terms = Terms(key=draft.key, created_at=change.at, created_by=change.by, **wanted)
    if draft.key is None:
        session.add(terms)
    else:
        _refuse_stale(draft.key, present, replaces)
        if present is not None:
            present.key = None
            await session.flush()
        terms, is_new = await add_with_key(session, terms)
        if not is_new:  # a first template, which there was none to be held of, was saved at the same time
            if _says(terms, wanted):
                return terms
            _refuse_stale(draft.key, terms, replaces)
    event.append(
        session,
        Event(kind=EventKind.TERMS_SAVED, at=change.at, audience=EventAudience.STAFF, subject_id=str(terms.id)),
    )
    return terms


def _says(terms: Terms, wanted: JsonObject) -> bool:
    return all(getattr(terms, name) == value for name, value in wanted.items())


async def _same(session: AsyncSession, wanted: JsonObject) -> Terms | None:
    """Terms without a key that say all of this; the oldest of several."""
    # Two that save the same meet at the policy: one of them waits, and then finds what the other saved.
    held = select(StoredPolicy.hash).where(StoredPolicy.hash == wanted["policy_hash"])
    await session.exec(held.with_for_update(key_share=True))
    rows = await session.exec(
        select(Terms)
        .where(Terms.policy_hash == wanted["policy_hash"], col(Terms.key).is_(None))
        .order_by(col(Terms.id))
    )
    return next((row for row in rows if _says(row, wanted)), None)


def _refuse_stale(key: str, present: Terms | None, replaces: uuid.UUID | None) -> None:
    if present is None:
        if replaces is not None:
            raise RevisionConflict(
                f"no terms have the key {key!r} now; leave replaces out to save the first", field=["replaces"]
            )
    elif replaces is None:
        raise RevisionConflict(
            f"there are terms with the key {key!r} already; read them, and name them in replaces", field=["replaces"]
        )
    elif replaces != present.id:
        raise RevisionConflict(
            f"other terms have the key {key!r} now than were to be replaced; read them again and repeat",
            field=["replaces"],
        )


async def _joined(session: AsyncSession, own: Policy, parents: Sequence[Terms]) -> Policy:
    """The rules of the terms and of all that they inherit from."""
    policies = await load_policies(session, {parent.policy_hash for parent in parents})
    permissions, prohibitions = list(own.permissions), list(own.prohibitions)
    for policy in policies.values():
        permissions += policy.permissions
        prohibitions += policy.prohibitions
    joined = Policy(tuple(permissions), tuple(prohibitions))
    rules = len(joined.permissions) + len(joined.prohibitions)
    if rules > MOST_RULES:
        raise BadPolicy(f"the terms hold {rules} rules; at most {MOST_RULES} are possible", field=["policy"])
    if len(joined.conditional) > MOST_CONDITIONAL:
        raise BadPolicy(
            f"the terms hold {len(joined.conditional)} permissions with a count, a precondition or a duty that blocks, with those "
            f"that are inherited; at most {MOST_CONDITIONAL} are possible",
            field=["policy", "permissions"],
        )
    return joined


def _worded(policy: Policy, zone: ZoneInfo) -> dict[str, str]:
    return {language: word_policy(policy, language, zone) for language in WORDED}


def _read_texts(draft: TermsDraft) -> dict[str, dict[str, str]]:
    given = {
        "names": draft.names,
        "usage_terms": draft.usage_terms,
        "copyright_holder": draft.copyright_holder,
        "copyright_notice": draft.copyright_notice,
        "credit_line": draft.credit_line,
    }
    return {name: _texts(texts, name) for name, texts in given.items()}


def _texts(texts: Mapping[str, str], name: str) -> dict[str, str]:
    head, *tail = name.split("_")
    path = [head + "".join(part.capitalize() for part in tail)]
    read = {}
    for language, text in texts.items():
        stripped = text.strip()
        if not 1 <= len(stripped) <= LONGEST_TEXT:
            raise BadInput(
                f"the text of {path[0]} in {language} has {len(stripped)} characters; give 1 to {LONGEST_TEXT:,}",
                field=path,
            )
        read[str(parse_language(language))] = stripped
    return read
