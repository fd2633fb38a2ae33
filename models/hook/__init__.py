"""Webhooks: what partners are told of by a call to an address of theirs, and every attempt at it."""

from models.hook.claim import Claimed, claim_deliveries, has_due
from models.hook.edit import (
    HookChanges,
    create_hook,
    delete_hook,
    ping_hook,
    redeliver,
    replay_hook,
    rotate_secret,
    set_hook_status,
    update_hook,
)
from models.hook.fan_out import fan_out
from models.hook.outcome import Finished, keep_outcomes
from models.hook.reading import DeliveryFilter, attempts_of, find_deliveries, find_delivery, find_hook, find_hooks
from models.hook.table import Attempt, Delivery, DeliveryState, Hook, HookSecret, HookStatus

__all__ = [
    "Attempt",
    "Claimed",
    "Delivery",
    "DeliveryFilter",
    "DeliveryState",
    "Finished",
    "Hook",
    "HookChanges",
    "HookSecret",
    "HookStatus",
    "attempts_of",
    "claim_deliveries",
    "create_hook",
    "delete_hook",
    "fan_out",
    "find_deliveries",
    "find_delivery",
    "find_hook",
    "find_hooks",
    "has_due",
    "keep_outcomes",
    "ping_hook",
    "redeliver",
    "replay_hook",
    "rotate_secret",
    "set_hook_status",
    "update_hook",
]
