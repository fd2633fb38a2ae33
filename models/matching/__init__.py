"""Partner matching: which partners would take a story, in which language, and why.

A score is 0 to 100: the sum of the points of its reasons, out of the most that each can give (`models.matching.score.MOST`). What a
partner may not use at all scores 0, whatever else speaks for it. It is a help for editors, no promise: partners decide for themselves.
"""

from models.matching.match import LanguageMatch, PartnerMatch, language_matches, partner_matches
from models.matching.score import MatchReasonCode, Reason

__all__ = ["LanguageMatch", "MatchReasonCode", "PartnerMatch", "Reason", "language_matches", "partner_matches"]
