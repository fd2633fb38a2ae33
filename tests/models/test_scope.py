"""Scopes."""

from __future__ import annotations

import re

import pytest

from models.errors import BadInput
from models.scope import PARTNER_SCOPES, STAFF_SCOPES, Scope, known_scopes, parse_scopes, scope_text


@pytest.mark.parametrize("scope", Scope)
def test_every_scope_is_a_noun_and_a_verb_with_one_sentence_of_meaning(scope: Scope) -> None:
    assert re.fullmatch(r"[a-z]+:[a-z]+", scope)
    assert re.fullmatch(r"[A-Z][^\n]+\.", scope.meaning)


def test_every_scope_is_either_for_partners_or_for_staff_alone() -> None:
    assert set(Scope) == PARTNER_SCOPES | STAFF_SCOPES
    assert not PARTNER_SCOPES & STAFF_SCOPES


def test_staff_alone_write_and_release_stories_manage_partners_and_users_and_read_the_audit_trail() -> None:
    assert scope_text(STAFF_SCOPES) == "story:write story:release partner:write user:write audit:read"


def test_scopes_are_written_in_one_order_whatever_order_they_came_in() -> None:
    assert scope_text([Scope.REPORT_READ, Scope.POOL_READ]) == "pool:read report:read"


def test_names_that_are_no_scope_are_left_out_where_that_is_asked_for() -> None:
    assert known_scopes(["pool:read", "openid", "POOL_READ"]) == {Scope.POOL_READ}


def test_names_are_read_as_scopes() -> None:
    assert parse_scopes(["pool:read", "audit:read", "pool:read"]) == {Scope.POOL_READ, Scope.AUDIT_READ}


@pytest.mark.parametrize("name", ["openid", "POOL_READ", "", "pool:read "])
def test_an_unknown_scope_is_named_with_those_that_exist(name: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_scopes(["pool:read", name])
    assert repr(name) in refused.value.message
    assert "pickup:write" in refused.value.message
