"""Runs migrations on the connection that `models.migration` hands over."""

from alembic import context

from models import tables
from models.migration import include_object

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.metadata,
    include_object=include_object,
    render_as_batch=True,
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
