"""What reports read instead of rows: numbers of copies and pickups by calendar span, kept up to date by what every write leaves behind.

Every write to copies, their figures, pickups and the owners of outlets leaves, by triggers and so in its own transaction, a row that says
how things stood before (`RollupChange`). `models.rollup.fold` works those off, at the latest before a report is read; so writers never
wait for each other's totals, and no total is ever out of step with what was committed. `models.rollup.rebuild` counts all rows anew and
comes to the same, bit for bit.
"""
