"""Figures: what was counted, when it was true, who says so, and how good it is."""
