"""Webhooks in the schema."""

from schema.hook.edit import HookMutations
from schema.hook.hook import Delivery, Hook
from schema.hook.query import HookQueries, one_delivery, one_hook

__all__ = ["Delivery", "Hook", "HookMutations", "HookQueries", "one_delivery", "one_hook"]
