"""The release door: what lets a story version into the pool, and what takes it back.

`publish` freezes what is decided and puts it into the pool; nothing else writes there. `first` lets variants out, `revise` replaces
what they say, `metadata` what is said of the story, `retract` takes them back, `schedule` moves embargo and expiry, `moment` tells of
what the clock brings about, `history` reads what there has been.
"""

from models.release.act import Fate, Outcome
from models.release.first import release_story, release_variants
from models.release.metadata import rerelease_metadata
from models.release.moment import tell_moments
from models.release.publish import hold_door, story_by_uri
from models.release.retract import (
    Retraction,
    change_status,
    kill_story,
    reinstate_story,
    withdraw_variant,
    withhold_story,
)
from models.release.revise import Revision, correct_story, update_released
from models.release.schedule import Schedule, reschedule_story
from models.release.status import STATUS_MOVES

__all__ = [
    "STATUS_MOVES",
    "Fate",
    "Outcome",
    "Retraction",
    "Revision",
    "Schedule",
    "change_status",
    "correct_story",
    "hold_door",
    "kill_story",
    "reinstate_story",
    "release_story",
    "release_variants",
    "rerelease_metadata",
    "reschedule_story",
    "story_by_uri",
    "tell_moments",
    "update_released",
    "withdraw_variant",
    "withhold_story",
]
