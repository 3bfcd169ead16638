"""Scripts of their own on a database of their own: what tests that fork, race and kill work with.

Processes cannot share pytest's in-memory database or its transaction, and one that is killed must leave the rest
of the suite alone. A script runs in a process forked from one in which Django stands ready, since starting Django
takes longer than most scripts do; it forks what shall happen at the same time (`together`).
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection, connections

Script = Callable[..., str]

LONGEST = 180
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["tests.concurrency.ready"])


def run(name: str, code: str, *arguments: str) -> str:
    """What `code` printed, run on the database `name` (on SQLite its path); its arguments are sys.argv[1:].

    Raises with its errors.
    """
    with TemporaryDirectory() as folder:
        said, errors = Path(folder) / "said", Path(folder) / "errors"
        script = _processes.Process(target=_play, args=(name, code, arguments, said, errors))
        script.start()
        script.join(LONGEST)
        if script.is_alive():
            script.kill()
            script.join()
        if script.exitcode:
            raise RuntimeError(errors.read_text())
        return said.read_text()


def _play(name: str, code: str, arguments: tuple[str, ...], said: Path, errors: Path) -> None:
    for path, descriptor in ((said, 1), (errors, 2)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), descriptor)
    connection.settings_dict["NAME"] = name
    sys.argv = ["script", *arguments]
    try:
        exec(compile(code, "script", "exec"), {"__name__": "script"})
    finally:
        # The process ends without a farewell: on SQLite the last rows would lie in a file beside the database.
        connections.close_all()
