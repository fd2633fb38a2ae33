"""Commands of the program in processes of their own, forked from one that has imported the program already.

Importing takes a second or two of the processor, which the many short commands of the tests would pay each time.
"""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Sequence
from multiprocessing import get_context
from pathlib import Path
from subprocess import CompletedProcess
from tempfile import mkdtemp
from typing import NoReturn

from server.cli import main
from server.cli.program import COMMANDS, NOUNS

PREPARED = get_context("forkserver")
PREPARED.set_forkserver_preload(
    [
        __name__,
        "tests.models.pickup.taking",
        *sorted(f"server.cli.{module}" for module in {*NOUNS, *(module for module, _ in COMMANDS.values())}),
        "server.app",
    ]
)
_LOOK_SECONDS = 0.01


class Called:
    """A command that runs, or ran: called as from a shell, with these arguments after the program's name.

    Called in the folder `folder`, with `environment` and nothing else of this process's.
    """

    def __init__(self, arguments: Sequence[str], environment: dict[str, str], folder: Path) -> None:
        self.arguments = list(arguments)
        said = Path(mkdtemp(dir=folder, prefix="said-"))
        self._out, self._errors = said / "out", said / "errors"
        self._out.touch()
        self._errors.touch()
        given = (self.arguments, environment, folder, self._out, self._errors)
        self._process = PREPARED.Process(target=_run, args=given)
        self._process.start()

    @property
    def returncode(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        return self._process.exitcode

    @property
    def said(self) -> str:
        """What it wrote to standard output until now."""
        return self._out.read_text("utf-8")

    @property
    def complained(self) -> str:
        """What it wrote to standard error until now."""
        return self._errors.read_text("utf-8")

    def line(self, seconds: float) -> str:
        """The first line that it writes to standard output.

        :raises TimeoutError: it wrote none in that time, or ended without one.
        """
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.returncode is None:
            if "\n" in self.said:
                return self.said.partition("\n")[0]
            time.sleep(_LOOK_SECONDS)
        raise TimeoutError(f"{self.arguments} wrote no line: {self.complained}")

    def send_signal(self, number: int) -> None:
        """Sends it a signal, if it still runs."""
        if self.returncode is None:
            assert self._process.pid is not None
            os.kill(self._process.pid, number)

    def wait(self, seconds: float) -> int:
        """The exit code, once it has ended; it is killed if it takes longer.

        :raises TimeoutError: it took longer.
        """
        self._process.join(seconds)
        if self._process.exitcode is None:
            self._process.kill()
            self._process.join()
            raise TimeoutError(f"{self.arguments} did not end: {self.complained}")
        return self._process.exitcode

    def completed(self, seconds: float) -> CompletedProcess[str]:
        """All that it said, once it has ended; see `wait`."""
        return CompletedProcess(self.arguments, self.wait(seconds), self.said, self.complained)


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
