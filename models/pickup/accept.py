"""Deciding the uses of a pickup one after another: each counts for the next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from models.base import JsonObject
from models.errors import CountExhausted, QuotaExhausted, UsageDenied
from models.policy import Policy
from models.pool.case import VariantCase
from models.usage import Account, HeldUse, UsageDecision, Use, decide
from models.usage.terms import Question, match_permission, question, uses_under
from models.viewer import Viewer

_BESIDE: Final = frozenset(
    {
        "COUNT_EXHAUSTED",
        "QUOTA_EXHAUSTED",
        "NOTHING_PERMITS",
        "NOT_COVERED",
        "AGREEMENT_PERIOD",
        "AGREEMENT_TERRITORY",
        "AGREEMENT_CHANNEL",
    }
)
"""Reasons that may stand beside a count or a quota that is used up without being the cause: other agreements have them."""


class Accepted(NamedTuple):
    """The decisions for each use, in order, and those of them that are not held already: they are charged."""

    decisions: list[UsageDecision]
    charged: list[UsageDecision]


def accept(case: VariantCase, uses: Sequence[Use], viewer: Viewer, planned_at: datetime | None) -> Accepted:
    """The decisions for all uses of a pickup, for now and for when it is to run.

    :raises UsageDenied: one of them is denied.
    """
    policy = case.policies[case.part["policy"]]
    variant = case.subject.variant
    assert variant is not None
    account = case.account
    accepted = Accepted([], [])
    for index, use in enumerate(uses):
        standing = viewer.standing.towards(account)
        decision = decide((policy,), case.subject, use, standing, viewer.now)
        _refuse(decision, "now", index, use, policy, case, viewer)
        if planned_at is not None:
            planned = decide((policy,), case.subject, use, standing, planned_at)
            _refuse(planned, "at plannedAt", index, use, policy, case, viewer)
        accepted.decisions.append(decision)
        if not account.holds(case.subject, use):
            accepted.charged.append(decision)
            account = account.with_use(HeldUse(variant, use))
    return accepted


def _refuse(
    decision: UsageDecision, when: str, index: int, use: Use, policy: Policy, case: VariantCase, viewer: Viewer
) -> None:
    if decision.is_permitted:
        return
    because = "; ".join(f"{reason.code}: {reason.message.removesuffix('.')}" for reason in decision.denials)
    message, field = f"use {index + 1} is denied {when}. {because}.", ["uses", str(index)]
    codes = {reason.code for reason in decision.denials}
    if codes <= _BESIDE and "COUNT_EXHAUSTED" in codes:
        remaining = _uses_left(policy, question(use, case.subject), case.account)
        raise CountExhausted(f"{message} Before this request, {remaining} remained.", remaining=remaining, field=field)
    if codes <= _BESIDE and "QUOTA_EXHAUSTED" in codes:
        remaining = _pickups_left(viewer, case.subject.form)
        raise QuotaExhausted(f"{message} Before this request, {remaining} remained.", remaining=remaining, field=field)
    raise UsageDenied(message, field=field)


def _uses_left(policy: Policy, asked: Question, account: Account) -> int:
    """How many uses are left of the permission that is most generous among those that speak of what is asked."""
    left = [
        rule.limit - uses_under(rule, account)
        for rule in policy.permissions
        if rule.limit is not None and match_permission(rule, asked, None).is_possible
    ]
    return max(0, *left) if left else 0


def _pickups_left(viewer: Viewer, form: str) -> int:
    left = [
        min(quota.limit - quota.used for quota in agreement.quotas if quota.counts(form))
        for agreement in viewer.standing.agreements
        if any(quota.counts(form) and quota.is_exhausted for quota in agreement.quotas)
    ]
    return max(0, *left) if left else 0


def omitted_assets(case: VariantCase, uses: Sequence[Use], viewer: Viewer) -> list[JsonObject]:
    """The assets that are left out because one of the uses is not permitted for them, each with the first reason against it."""
    omitted = []
    for asset in case.assets():
        outcomes = [case.decide_asset(asset, use, viewer, viewer.now) for use in uses]
        denied = next((outcome for outcome in outcomes if not outcome.is_permitted), None)
        if denied is not None:
            reason = denied.denials[0]
            omitted.append({"asset": asset["id"], "code": reason.code, "message": reason.message})
    return omitted
