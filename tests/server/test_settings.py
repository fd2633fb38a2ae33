from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from server.settings import Settings, SettingsError, load_settings


@pytest.fixture(autouse=True)
def _no_inherited_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.upper().startswith("STORYPOOL_"):
            monkeypatch.delenv(name)


def test_an_empty_environment_is_enough() -> None:
    settings = load_settings()

    assert settings.data_dir.is_absolute()
    assert settings.database == f"sqlite:///{settings.data_dir.as_posix()}/storypool.db"
    assert settings.issuer == "http://127.0.0.1:8000"


def test_every_setting_is_described_and_has_a_default() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name
        assert not field.is_required(), name


def test_no_setting_can_be_changed_after_the_start() -> None:
    settings = Settings()
    with pytest.raises(ValidationError):
        settings.port = 9000  # type: ignore[misc]


def test_the_database_follows_the_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("STORYPOOL_DATA_DIR", str(tmp_path))
    assert load_settings().database == f"sqlite:///{tmp_path.as_posix()}/storypool.db"


@pytest.mark.parametrize("url", ["sqlite:///pool.db", "postgresql://pool:p%40ss@db/pool", "postgres://db/pool"])
def test_both_kinds_of_database_are_taken(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("STORYPOOL_DATABASE_URL", url)
    assert load_settings().database == url


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("DATABASE_URL", "nonsense", "cannot be read"),
        ("DATABASE_URL", "mysql://db/pool", "'mysql' are not supported"),
        ("DATABASE_URL", "sqlite://", "name a file"),
        ("PORT", "eighty", "valid integer"),
        ("PORT", "70000", "less than or equal to 65535"),
        ("PUBLIC_URL", "pool.example.org", "absolute http or https"),
        ("URI_PREFIX", "urn:newsml:Example", "domain name in lower case"),
        ("APPROVALS", "6", "less than or equal to 5"),
        ("PUBLIC_URL", "https://pool.example.org/api", "without a path"),
        ("PUBLIC_URL", "https://me:pw@pool.example.org", "without a path"),
        ("LIMITS_STORAGE", "nowhere", "memory://"),
        ("LOG_LEVEL", "loud", "'debug'"),
        ("LOG_FORMAT", "xml", "'json'"),
        ("ACCESS_TOKEN_SECONDS", "864000", "3600"),
        ("COST_PER_MINUTE", "10", "STORYPOOL_MAX_COST"),
    ],
)
def test_a_wrong_setting_is_named_with_what_it_needs(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, says: str
) -> None:
    monkeypatch.setenv(f"STORYPOOL_{variable}", value)
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert f"STORYPOOL_{variable}" in str(raised.value)
    assert says in str(raised.value)


def test_all_mistakes_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORYPOOL_PORT", "eighty")
    monkeypatch.setenv("STORYPOOL_LOG_LEVEL", "loud")
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert len(str(raised.value).splitlines()) == 2


def test_a_password_is_neither_printed_nor_put_into_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORYPOOL_DATABASE_URL", "postgresql://pool:hunter2@db/pool")
    monkeypatch.setenv("STORYPOOL_LIMITS_STORAGE", "redis://:hunter2@cache")
    assert "hunter2" not in repr(load_settings())

    monkeypatch.setenv("STORYPOOL_DATABASE_URL", "mysql://pool:hunter2@db/pool")
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert "hunter2" not in str(raised.value)


def test_an_issuer_on_an_ipv6_address_is_a_valid_origin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORYPOOL_HOST", "::1")
    assert load_settings().issuer == "http://[::1]:8000"


def test_a_public_address_is_the_issuer_without_a_trailing_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORYPOOL_PUBLIC_URL", "https://pool.example.org/")
    assert load_settings().issuer == "https://pool.example.org"


def test_words_are_read_in_any_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORYPOOL_LOG_LEVEL", "WARNING")
    assert load_settings().log_level == "warning"
