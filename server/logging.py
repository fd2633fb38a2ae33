"""Log lines: structured, with the request's id, and without secrets.

A request is logged once, when it has been answered: method, path (never the query string), status, duration, client
and, for GraphQL, the operation's kind, name, cost and outcome. Bodies, variables, headers and tokens are never logged; what
looks like a secret in any other line, exceptions included, is struck out when the line is written.
"""

from __future__ import annotations

import logging
import re
import sys
from datetime import UTC, datetime

import orjson
from starlette.types import Scope

from server.operation import actor_of, operation_of
from server.request_id import current_request_id
from server.settings import LogFormat, LogLevel

access_logger = logging.getLogger("storypool.access")

REDACTED = "[redacted]"

_SECRETS = (
    # A JWT: three base64url parts, of which the first begins with {" in base64.
    re.compile(r"\beyJ[\w-]{5,}\.[\w-]*(?:\.[\w-]*)?"),
    re.compile(r"(?i)(?<=\bbearer )[^\s,;'\"]+"),
    re.compile(r"(?i)(?<=\bbasic )[A-Za-z0-9+/=_-]{8,}"),
    # client_secret=…, "password": "…", 'refresh_token': '…', x-api-key: …
    re.compile(
        r"(?i)(?<![\w-])[\w-]*(?:secret|password|passwd|token|assertion|api[_-]?key|cookie|code_verifier)[\"']?\s*[=:]\s*"
        r"(?P<secret>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^\s&,;}\])]+)"
    ),
    # The signed link to a notice's page, and the secret in that of a shared report
    re.compile(r"(?<=/notices/)[\w.-]{20,}"),
    re.compile(r"(?<=/shared-reports/)[\w.-]{20,}"),
    # The password in scheme://user:password@host
    re.compile(r"(?<=://)[^/\s:@]*:(?P<secret>[^/\s@]+)(?=@)"),
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL),
)

_STANDARD_ATTRIBUTES = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}

_LEVELS_OF_OTHERS = {
    # authlib prints tokens at DEBUG; uvicorn.access prints query strings, which hold variables.
    "authlib": logging.WARNING,
    "uvicorn.access": logging.CRITICAL,
    "aiosqlite": logging.WARNING,
    "sqlalchemy": logging.WARNING,
    "httpx2": logging.WARNING,
    "httpcore2": logging.WARNING,
    "strawberry": logging.WARNING,
}


def redact(text: str) -> str:
    """Strike out what looks like a token, a secret, a password or a private key."""
    for pattern in _SECRETS:
        text = pattern.sub(_strike, text)
    return text


def _strike(match: re.Match[str]) -> str:
    if "secret" not in match.re.groupindex:
        return REDACTED
    start, end = match.start("secret") - match.start(), match.end("secret") - match.start()
    return match[0][:start] + REDACTED + match[0][end:]


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, requestId, the record's extra fields, exception."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redact(record.getMessage()),
        }
        request_id = current_request_id.get()
        if request_id is not None:
            line["requestId"] = request_id
        for name, value in _extras(record).items():
            line[name] = value if isinstance(value, int | float | bool) or value is None else redact(str(value))
        if record.exc_info:
            line["exception"] = redact(self.formatException(record.exc_info))
        return orjson.dumps(line).decode()


class TextFormatter(logging.Formatter):
    """The same for people: one line, with the traceback below it."""

    def format(self, record: logging.LogRecord) -> str:
        request_id = current_request_id.get()
        extras = _extras(record) | ({"requestId": request_id} if request_id is not None else {})
        fields = "".join(f" {name}={value}" for name, value in extras.items() if value is not None)
        # A line break in a message could pass for a line of its own.
        message = record.getMessage().replace("\n", "\\n").replace("\r", "\\r")
        text = f"{_time(record)} {record.levelname:<7} {record.name}: {message}{fields}"
        if record.exc_info:
            text += "\n" + self.formatException(record.exc_info)
        return redact(text)


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _extras(record: logging.LogRecord) -> dict[str, object]:
    return {name: value for name, value in vars(record).items() if name not in _STANDARD_ATTRIBUTES}


def _is_worth_a_line(record: logging.LogRecord) -> bool:
    """Leaves out what uvicorn says of every WebSocket: it would write down the query string."""
    return record.name != "uvicorn.error" or not str(record.msg).startswith(('%s - "WebSocket', "connection "))


def configure_logging(level: LogLevel, form: LogFormat) -> None:
    """Send every logger's lines to standard error in one form. Call once, where the process starts."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if form == "json" else TextFormatter())
    handler.addFilter(_is_worth_a_line)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name, least in _LEVELS_OF_OTHERS.items():
        logger = logging.getLogger(name)
        logger.setLevel(max(least, root.level))
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True


def log_answer(scope: Scope, status: int, seconds: float) -> None:
    """Log a request that has been answered; see `server.answer`."""
    access_logger.info("request", extra=_access_fields(scope, status, seconds))


def _access_fields(scope: Scope, status: int, seconds: float) -> dict[str, object]:
    fields: dict[str, object] = {
        "method": scope["method"],
        "path": scope["path"],
        "status": status,
        "durationMs": round(seconds * 1000, 2),
    }
    actor = actor_of(scope)
    if actor is not None:
        fields["clientId"] = actor.client_id
    operation = operation_of(scope)
    if operation is not None:
        fields |= {
            "operationType": operation.kind,
            "operationName": operation.name,
            "outcome": operation.outcome,
            "cost": operation.cost,
        }
    return fields
