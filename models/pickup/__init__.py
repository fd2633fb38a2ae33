"""Pickups: a partner's acknowledged taking of one variant version for stated uses."""

from models.pickup.acknowledge import PickupRequest, acknowledge
from models.pickup.listing import find_pickup, find_pickups
from models.pickup.receipt import OmittedAsset, Receipt, receipts_of
from models.pickup.table import Pickup

__all__ = [
    "OmittedAsset",
    "Pickup",
    "PickupRequest",
    "Receipt",
    "acknowledge",
    "find_pickup",
    "find_pickups",
    "receipts_of",
]
