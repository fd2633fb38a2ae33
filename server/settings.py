"""The settings of one installation, read once from `STORYPOOL_…` environment variables."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from models.base import DEFAULT_ZONE
from models.database import database_url
from models.desk.rules import MOST_APPROVALS, DeskRules, is_uri_prefix, prefix_of
from models.errors import OperationalError
from models.log import Retention
from models.notice.deadline import Deadlines
from models.zone import parse_zone
from server.mail.address import parse_smtp_url

LIMITS_STORAGES = ("memory", "redis", "rediss", "redis+sentinel", "redis+cluster", "valkey", "valkeys")

LogLevel = Literal["debug", "info", "warning", "error"]
LogFormat = Literal["json", "text"]
LowerCase = BeforeValidator(lambda value: value.strip().lower() if isinstance(value, str) else value)


class SettingsError(Exception):
    """The environment holds a setting that cannot be right; the message names each variable and what it needs."""


class Settings(BaseSettings):
    """Everything an operator can set. Frozen: read once at start, handed down by constructor.

    Each field is the variable `STORYPOOL_` and its name in capitals. None holds a secret by default, and none is needed
    to start. Call `load_settings()` where the answer to a mistake is a sentence, not a traceback.
    """

    model_config = SettingsConfigDict(env_prefix="STORYPOOL_", frozen=True, env_ignore_empty=True, extra="forbid")

    data_dir: Path = Field(
        default=Path("data"),
        description="Folder for what the server keeps in files: the SQLite database and the demonstration's secrets.",
    )
    database_url: str = Field(
        default="",
        validate_default=True,
        description="Database as a SQLAlchemy URL: SQLite (sqlite:///path) or PostgreSQL 15+ (postgresql://user@host/name)."
        " Unset: the file storypool.db in the data folder.",
        repr=False,
    )
    host: str = Field(default="127.0.0.1", min_length=1, description="Address to listen on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    public_url: str | None = Field(
        default=None,
        description="Address under which clients reach this server, without a path; the issuer of its tokens."
        " Unset: http://host:port.",
    )
    uri_prefix: str | None = Field(
        default=None,
        description="What the URIs of new stories begin with: urn:newsml: and a domain name of the centre."
        " Unset: urn:newsml: and the host of the public URL.",
    )
    approvals: int = Field(
        default=1,
        ge=1,
        le=MOST_APPROVALS,
        description="How many people other than its authors have to approve a variant before it can be released (1-5).",
    )
    access_token_seconds: int = Field(
        default=600, ge=30, le=3600, description="Lifetime of an access token, in seconds (30-3600)."
    )
    failed_token_requests_per_minute: int = Field(
        default=60,
        ge=1,
        description="Failed requests for a token that one client id, and one address, may make in any minute.",
    )
    max_tokens: int = Field(
        default=2000, ge=50, le=100_000, description="Lexical tokens that one GraphQL document may hold."
    )
    max_depth: int = Field(
        default=15, ge=1, le=100, description="Levels of nested selections that one GraphQL operation may hold."
    )
    max_aliases: int = Field(default=50, ge=0, le=10_000, description="Aliases that one GraphQL operation may use.")
    max_cost: int = Field(
        default=100_000, ge=1, description="Cost that one GraphQL operation may have, counted before it runs."
    )
    cost_per_minute: int = Field(
        default=5_000_000, ge=1, description="Cost that one client may spend in any minute, over all its operations."
    )
    introspection: bool = Field(default=True, description="Whether clients may read the schema by introspection.")
    persisted_documents_per_client: int = Field(
        default=1000, ge=0, description="GraphQL documents that one client may register under their SHA-256."
    )
    max_body_bytes: int = Field(
        default=1_048_576, ge=1024, le=104_857_600, description="Largest request body, in bytes."
    )
    media_url_seconds: int = Field(
        default=300, ge=10, le=86_400, description="Seconds for which an address of a file opens it without a token."
    )
    max_upload_bytes: int = Field(
        default=4_294_967_296, ge=1024, le=1_099_511_627_776, description="Largest file that may be uploaded, in bytes."
    )
    upload_hours: int = Field(
        default=24, ge=1, le=8760, description="Hours after which an upload to which nothing was added is forgotten."
    )
    open_uploads_per_client: int = Field(
        default=100, ge=1, le=100_000, description="Uploads that one client may have of which nothing was made yet."
    )
    limits_storage: str = Field(
        default="memory://",
        description="Where spent budgets are counted: memory:// for one process, or a redis:// or valkey:// address"
        " shared by several.",
        repr=False,
    )
    log_level: Annotated[LogLevel, LowerCase] = Field(
        default="info", description="Least severe level that is logged: debug, info, warning or error."
    )
    log_format: Annotated[LogFormat, LowerCase] = Field(
        default="json", description="Form of the log lines: json (one object a line) or text."
    )
    shutdown_seconds: int = Field(
        default=30, ge=0, le=600, description="Seconds that requests in progress get to finish at shutdown."
    )
    follower_poll_seconds: float = Field(
        default=0.25,
        ge=0.05,
        le=60,
        description="Seconds between looks at the change log where the database gives no wake-up.",
    )
    feed_title: str = Field(default="Storypool", min_length=1, max_length=200, description="Title of the feeds.")
    silence_hours: float = Field(
        default=24,
        gt=0,
        le=8760,
        description="Hours after which it is told that a partner that used to ask what is new has stopped.",
    )
    outgoing_private: bool = Field(
        default=False,
        description="Whether webhooks may go to addresses that are not public, and without TLS. For tests and demonstrations only.",
    )
    delivery_days: int = Field(
        default=30, ge=1, le=3650, description="Days for which webhook deliveries that have ended are kept."
    )
    deliver_here: bool = Field(
        default=True, description="Whether this server process delivers webhooks; false where storypool worker does."
    )
    streams_per_client: int = Field(
        default=100, ge=1, le=100_000, description="Subscriptions that one client may have open in one server process."
    )
    stream_stall_seconds: float = Field(
        default=30,
        gt=0,
        le=3600,
        description="Seconds after which a subscriber that takes nothing of what is sent is let go.",
    )
    log_days: int = Field(
        default=730,
        ge=1,
        le=36_500,
        description="Days for which the change log is kept: a cursor that is older is refused, and told where to resume.",
    )
    log_compact_days: int = Field(
        default=90,
        ge=1,
        le=36_500,
        description="Days after which events that a later one says again are left out of the change log.",
    )

    notice_hours_kill: float = Field(
        default=1, gt=0, le=8760, description="Hours in which whoever took a story must acknowledge that it was killed."
    )
    notice_hours_withhold: float = Field(
        default=2,
        gt=0,
        le=8760,
        description="Hours in which whoever took a story must acknowledge that it is withheld.",
    )
    notice_hours_correction: float = Field(
        default=24, gt=0, le=8760, description="Hours in which whoever took a story must acknowledge a correction."
    )
    notice_hours_update: float = Field(
        default=72, gt=0, le=8760, description="Hours in which whoever took a story must acknowledge an update."
    )

    notice_link_days: int = Field(
        default=30, ge=1, le=365, description="Days for which the link in a mail opens the page of its notice."
    )
    check_reprints: bool = Field(
        default=True,
        description="Whether this server looks at the addresses of reprints by itself: whether the copy is there, and what it holds.",
    )
    webmentions: bool = Field(
        default=True,
        description="Whether this server takes Webmentions of its short links, and looks at the pages that sent them.",
    )
    report_zone: str = Field(
        default=DEFAULT_ZONE, description="The time zone (IANA) whose days, months and years reports go by."
    )
    story_page_url: str | None = Field(
        default=None,
        description="Where short links lead: the centre's own pages of stories, an address with {uri} in it (and {language}, if wanted)."
        " Unset: a page of this server.",
    )
    smtp_url: str | None = Field(
        default=None,
        description="Where mail is handed over: smtp://host:port, smtp+starttls://user:password@host or"
        " smtps://user:password@host. Unset: mail waits in the outbox.",
        repr=False,
    )
    mail_from: str = Field(default="storypool@localhost.localdomain", description="The address that mail comes from.")

    @field_validator("report_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        parse_zone(name)
        return name

    @field_validator("smtp_url")
    @classmethod
    def _known_mail_server(cls, url: str | None) -> str | None:
        if url is not None:
            parse_smtp_url(url)
        return url

    @field_validator("mail_from")
    @classmethod
    def _an_address(cls, address: str) -> str:
        if not re.fullmatch(r"[^@\s<>,;:\"]+@[^@\s<>,;:\"]+", address):
            raise ValueError("must be one e-mail address, such as notices@pool.example.org")
        return address

    @field_validator("data_dir")
    @classmethod
    def _absolute_data_dir(cls, folder: Path) -> Path:
        return folder.expanduser().absolute()

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        if url:
            try:
                database_url(url)
            except OperationalError as error:
                raise ValueError(error.message) from None
        return url

    @field_validator("public_url")
    @classmethod
    def _origin_only(cls, url: str | None) -> str | None:
        if url is None:
            return None
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("must be an absolute http or https address, such as https://pool.example.org")
        if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
            raise ValueError("must be scheme, host and port alone, without a path, a query or a user")
        return f"{parts.scheme}://{parts.netloc}"

    @field_validator("story_page_url")
    @classmethod
    def _story_pages(cls, url: str | None) -> str | None:
        if url is not None:
            parts = urlsplit(url)
            if parts.scheme not in ("http", "https") or not parts.hostname or "{" in parts.netloc or parts.username:
                raise ValueError("must be an absolute http or https address, such as https://news.example.org/{uri}")
            if "{uri}" not in url or re.search(r"[{}\s]", url.replace("{uri}", "").replace("{language}", "")):
                raise ValueError("must hold {uri}, and no other braces than those of {uri} and {language}")
        return url

    @field_validator("uri_prefix")
    @classmethod
    def _newsml_prefix(cls, prefix: str | None) -> str | None:
        if prefix is not None and not is_uri_prefix(prefix):
            raise ValueError("must be urn:newsml: and a domain name in lower case, such as urn:newsml:example.org")
        return prefix

    @field_validator("limits_storage")
    @classmethod
    def _known_storage(cls, url: str) -> str:
        scheme, separator, _ = url.partition("://")
        if not separator or scheme not in LIMITS_STORAGES:
            raise ValueError("must be memory://, redis://host:port or valkey://host:port")
        return url

    @model_validator(mode="after")
    def _affordable(self) -> Self:
        if self.cost_per_minute < self.max_cost:
            raise ValueError("STORYPOOL_COST_PER_MINUTE must be at least STORYPOOL_MAX_COST")
        return self

    @property
    def retention(self) -> Retention:
        """How long the change log is kept."""
        return Retention(compact_after=timedelta(days=self.log_compact_days), keep=timedelta(days=self.log_days))

    @property
    def notice_deadlines(self) -> Deadlines:
        """By when notices must be acknowledged."""
        return Deadlines(
            kill=self.notice_hours_kill,
            withhold=self.notice_hours_withhold,
            correction=self.notice_hours_correction,
            update=self.notice_hours_update,
        )

    @property
    def database(self) -> str:
        """The database's URL; that of `storypool.db` in the data folder where none is set."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'storypool.db').as_posix()}"

    @property
    def desk(self) -> DeskRules:
        """What holds for every story of the desk."""
        return DeskRules(self.uri_prefix or prefix_of(self.issuer), self.approvals)

    @property
    def issuer(self) -> str:
        """The origin of every address that this server hands out, and `iss` of its tokens (RFC 8414, section 2)."""
        if self.public_url is not None:
            return self.public_url
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


def load_settings() -> Settings:
    """Read the environment.

    :raises SettingsError: one line a mistake, with the variable's name; values are left out, since they may be secret.
    """
    try:
        return Settings()
    except ValidationError as error:
        lines = []
        for problem in error.errors(include_url=False, include_context=False, include_input=False):
            message = problem["msg"].removeprefix("Value error, ")
            variable = "_".join(["STORYPOOL", *(str(part).upper() for part in problem["loc"])])
            lines.append(f"{variable}: {message}" if problem["loc"] else message)
        raise SettingsError("\n".join(lines)) from None
