"""A centre to sign in at, on both engines."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from models.database import Database
from tests.server.oauth.centre import Centre


@pytest.fixture
async def centre(database: Database) -> AsyncIterator[Centre]:
    centre = Centre(database)
    await centre.open()
    async with centre.http:
        yield centre
