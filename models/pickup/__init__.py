"""Pickups: a partner's acknowledged taking of one variant version for stated uses."""

from models.pickup.acknowledge import PickupRequest, acknowledge
from models.pickup.duty import Beforehand, find_duty, fulfil, fulfil_beforehand, settle
from models.pickup.listing import find_pickup, find_pickups
from models.pickup.publication import Publication, publication, tell_missing
from models.pickup.receipt import OmittedAsset, Receipt, receipts_of
from models.pickup.release import release
from models.pickup.table import Pickup

__all__ = [
    "Beforehand",
    "OmittedAsset",
    "Pickup",
    "PickupRequest",
    "Publication",
    "Receipt",
    "acknowledge",
    "find_duty",
    "find_pickup",
    "find_pickups",
    "fulfil",
    "fulfil_beforehand",
    "publication",
    "receipts_of",
    "release",
    "settle",
    "tell_missing",
]
