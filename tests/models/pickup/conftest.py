"""A centre on each engine."""

from __future__ import annotations

import pytest

from models.database import Database
from tests.models.pickup.centre import Centre


@pytest.fixture
def centre(database: Database) -> Centre:
    return Centre(database)
