"""Actors."""

from __future__ import annotations

import uuid

from models.actor import Actor
from models.scope import Scope


def test_a_client_without_a_partner_is_staff() -> None:
    assert Actor("sp_desk", uuid.uuid4(), None, frozenset()).is_staff


def test_a_client_of_a_partner_is_not_staff_whatever_its_scopes() -> None:
    assert not Actor("sp_agency", uuid.uuid4(), uuid.uuid4(), frozenset(Scope)).is_staff


def test_an_actor_has_the_scopes_of_its_token_and_no_other() -> None:
    actor = Actor("sp_agency", uuid.uuid4(), uuid.uuid4(), frozenset({Scope.POOL_READ}))
    assert actor.has(Scope.POOL_READ)
    assert not actor.has(Scope.PICKUP_WRITE)
