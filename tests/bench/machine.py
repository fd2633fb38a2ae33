"""The machine that a benchmark ran on, in words."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Final

_PACKAGES: Final = ("strawberry-graphql", "graphql-core", "sqlalchemy", "sqlmodel", "starlette", "uvicorn", "orjson")


def machine_facts() -> Iterator[tuple[str, str]]:
    """What the figures depend on, each with its name."""
    yield "processor", f"{_processor()}, {os.cpu_count()} cores"
    yield "memory", f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"
    yield "system", f"{platform.system()} {platform.release()} ({platform.machine()})"
    yield "Python", f"{platform.python_implementation()} {platform.python_version()}"
    yield "SQLite", sqlite3.sqlite_version
    yield "packages", ", ".join(f"{name} {version(name)}" for name in _PACKAGES)


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
