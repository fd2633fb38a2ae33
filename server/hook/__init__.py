"""Delivery of webhooks."""

from server.hook.body import Bodies
from server.hook.runner import HookRunner

__all__ = ["Bodies", "HookRunner"]
