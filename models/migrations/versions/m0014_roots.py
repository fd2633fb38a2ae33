"""The first copy of a chain is worked out from the parents, and refers to nothing by itself: so copies can be moved in any order

Revision: 0014
Revises: 0013
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_NAME = "fk_reprint_root_id_reprint"


def upgrade() -> None:
    with op.batch_alter_table("reprint") as batch:
        batch.drop_constraint(op.f(_NAME), type_="foreignkey")


def downgrade() -> None:
    with op.batch_alter_table("reprint") as batch:
        batch.create_foreign_key(op.f(_NAME), "reprint", ["root_id"], ["id"])
