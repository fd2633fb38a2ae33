"""Where things live: which part may import which, which library stays behind which fence, and what no file may hold."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
PARTS = ("models", "schema", "server", "seed", "tests")

MAY_IMPORT = {
    "models": {"models"},
    "schema": {"schema", "models"},
    "server": {"server", "schema", "models"},
    "seed": {"seed", "models"},
    "tests": set(PARTS),
}
"""Of our own parts; the command line may import `seed` as well."""

HTTP_CLIENTS = ("httpx", "httpx2", "aiohttp", "requests", "urllib3", "urllib.request", "http.client", "gql", "niquests")
FENCES: dict[str, tuple[str, ...]] = {
    "starlette": ("server/",),
    "uvicorn": ("server/",),
    "strawberry": ("schema/", "server/graphql/", "server/executor/"),
    "authlib": ("server/oauth/", "models/client.py", "models/token.py"),
    "joserfc": ("server/oauth/", "models/client.py", "models/token.py"),
    "aiosmtplib": ("server/mail/",),
    "jinja2": ("server/notice/",),
    **dict.fromkeys(HTTP_CLIENTS, ()),
    "httpx2": ("server/outgoing/",),
    "httpcore2": ("server/outgoing/",),
    "standardwebhooks": ("server/hook/",),
    "sse_starlette": ("server/graphql/",),
}
"""The only places where a library may be imported, beside the tests: folders end in a slash."""

LONGEST = {"tests": 500}
LONGEST_ELSEWHERE = 350
UNMEASURED = ("tests/bench/", "models/migrations/")

MACHINE_WORDS = re.compile(
    r"--(?:extra-)?index-url|--find-links|[/.](?:artifactory|nexus|devpi)[./]"
    r"|(?<![\w.}$)/-])/(?:work|root|home|Users|tmp)/[\w.-]+"
)
"""Addresses of package registries, and paths that exist on one machine only."""


class Import(NamedTuple):
    """One imported module, by its full name, and where."""

    path: str
    line: int
    module: str


def committed_files() -> list[str]:
    """Every file of the project, as `git` knows them; without git, every file that is not hidden."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
            cwd=ROOT, capture_output=True, check=True, text=True,
        )  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        found = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
        return sorted(
            path.as_posix()
            for path in found
            if not any(part.startswith(".") or part in ("data", "node_modules") for part in path.parts)
        )
    return sorted(name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file())


FILES = committed_files()
MODULES = [name for name in FILES if name.endswith(".py") and name.split("/")[0] in PARTS]


def imports_in(path: str, source: str) -> Iterator[Import]:
    """Every import of a module, wherever in it: at the top, inside functions, and for type checkers alone."""
    package = PurePosixPath(path).parent.parts
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(path, node.lineno, alias.name)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                yield Import(path, node.lineno, f"{module}.{alias.name}")


@cache
def all_imports() -> list[Import]:
    return [found for name in MODULES for found in imports_in(name, (ROOT / name).read_text(encoding="utf-8"))]


def direction_broken(found: Import) -> bool:
    """Whether an import goes against the direction `models ← schema ← server`, `seed → models`."""
    own, target = found.path.split("/")[0], found.module.split(".")[0]
    if target not in PARTS or target in MAY_IMPORT[own]:
        return False
    return not (target == "seed" and re.match(r"server/cli(?:\.py|/)", found.path))


def fence_broken(found: Import) -> bool:
    """Whether a library is imported outside its fence."""
    if found.path.startswith("tests/"):
        return False
    places = next((where for library, where in FENCES.items() if f"{found.module}.".startswith(f"{library}.")), None)
    return places is not None and not any(
        found.path == place or (place.endswith("/") and found.path.startswith(place)) for place in places
    )


def test_imports_go_from_server_to_schema_to_models_and_from_seed_to_models() -> None:
    assert [found for found in all_imports() if direction_broken(found)] == []


def test_libraries_stay_behind_their_fences() -> None:
    assert [found for found in all_imports() if fence_broken(found)] == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("models/story.py", "import schema.story"),
        ("models/story.py", "from server import settings"),
        ("schema/story.py", "def later():\n    from server.settings import Settings"),
        ("seed/loader.py", "import schema"),
        ("server/app.py", "from seed.loader import load"),
        ("models/pickup/table.py", "from ...schema import story"),
    ],
)
def test_an_import_against_the_direction_is_seen(path: str, source: str) -> None:
    assert any(direction_broken(found) for found in imports_in(path, source))


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("schema/story.py", "import starlette.requests"),
        ("models/story.py", "from strawberry import type"),
        ("server/app.py", "import strawberry"),
        ("server/authentication.py", "from joserfc import jwt"),
        ("server/app.py", "from urllib import request"),
        ("server/oauth/server.py", "import httpx2"),
    ],
)
def test_a_library_outside_its_fence_is_seen(path: str, source: str) -> None:
    assert any(fence_broken(found) for found in imports_in(path, source))


def test_the_command_line_alone_may_import_the_seed() -> None:
    assert not any(direction_broken(found) for found in imports_in("server/cli/demonstration.py", "import seed.loader"))
    assert any(direction_broken(found) for found in imports_in("server/client.py", "import seed.loader"))


def test_the_project_has_no_source_outside_its_parts() -> None:
    programs = [name for name in FILES if name.endswith(".py") and not name.startswith("docs/examples/")]
    assert [name for name in programs if name.split("/")[0] not in PARTS] == []


def test_no_file_outgrows_its_noun() -> None:
    too_long = {}
    for name in MODULES:
        if name.startswith(UNMEASURED):
            continue
        lines = len((ROOT / name).read_text(encoding="utf-8").splitlines())
        if lines > LONGEST.get(name.split("/")[0], LONGEST_ELSEWHERE):
            too_long[name] = lines
    assert too_long == {}


def test_no_file_is_named_for_nothing() -> None:
    vague = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}
    assert [name for name in MODULES if vague & set(PurePosixPath(name).with_suffix("").parts)] == []


def test_every_module_says_what_it_is() -> None:
    silent = []
    for name in MODULES:
        tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
        is_package_mark = name.endswith("__init__.py") and not tree.body
        if not name.startswith("tests/") and not is_package_mark and not (ast.get_docstring(tree) or "").strip():
            silent.append(name)
    assert silent == []


def test_no_file_names_a_registry_or_a_path_of_one_machine() -> None:
    found = []
    for name in FILES:
        content = (ROOT / name).read_bytes()
        if name == "tests/test_layout.py" or b"\0" in content:
            continue
        lines = content.decode("utf-8").splitlines()
        found += [
            f"{name}:{number}: {line.strip()}" for number, line in enumerate(lines, 1) if MACHINE_WORDS.search(line)
        ]
    assert found == []


@pytest.mark.parametrize(
    "line", ["pip install --index-url https://x.example/simple y", "cd /" + "work/x", 'open("/' + 'home/me/x")']
)
def test_a_registry_or_a_path_of_one_machine_is_seen(line: str) -> None:
    assert MACHINE_WORDS.search(line)


@pytest.mark.parametrize("line", ["https://example.org/work/main", "sqlite:///path/storypool.db", "POST /oauth/token"])
def test_addresses_of_the_product_are_no_machine_paths(line: str) -> None:
    assert not MACHINE_WORDS.search(line)
