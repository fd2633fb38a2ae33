"""A command of the program in a process of its own, forked from one that has imported the program already.

Importing takes a second or two of the processor, which the many short commands of the tests would pay each time.
"""

from __future__ import annotations

import os
import sys
import traceback
from multiprocessing import get_context
from pathlib import Path
from subprocess import CompletedProcess, TimeoutExpired
from tempfile import TemporaryDirectory
from typing import NoReturn

from server.cli import main
from server.cli.program import COMMANDS, NOUNS

_PREPARED = get_context("forkserver")
_PREPARED.set_forkserver_preload(
    [__name__, *sorted(f"server.cli.{module}" for module in {*NOUNS, *(module for module, _ in COMMANDS.values())})]
)


def call(arguments: list[str], environment: dict[str, str], folder: Path, seconds: float) -> CompletedProcess[str]:
    """Runs a command as a shell would: with these arguments after the program's name, this environment, in this folder.

    :raises TimeoutExpired: it took longer; it was killed.
    """
    with TemporaryDirectory() as said:
        out, errors = Path(said, "out"), Path(said, "errors")
        process = _PREPARED.Process(target=_run, args=(arguments, environment, folder, out, errors))
        process.start()
        process.join(seconds)
        if process.is_alive():
            process.kill()
            process.join()
            raise TimeoutExpired(arguments, seconds)
        code = process.exitcode
        process.close()
        assert code is not None
        return CompletedProcess(arguments, code, out.read_text("utf-8"), errors.read_text("utf-8"))


def _run(arguments: list[str], environment: dict[str, str], folder: Path, out: Path, errors: Path) -> NoReturn:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    for number, path in ((1, out), (2, errors)):
        with path.open("wb") as file:
            os.dup2(file.fileno(), number)
    sys.argv = ["storypool", *arguments]
    code: object = 0
    try:
        main()
    except SystemExit as ended:
        code = ended.code
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 0 if code is None else 1)
