"""The index of matching is made anew: stretches of words are folded otherwise than before

Who looks something up first brings it to the newest release, from the releases.

Revision: 0022
Revises: 0021
"""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _forget()


def downgrade() -> None:
    _forget()


def _forget() -> None:
    op.execute("DELETE FROM match_shingle")
    op.execute("DELETE FROM match_text")
    op.execute("UPDATE counter SET value = 0 WHERE name = 'match-index'")
