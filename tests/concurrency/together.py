"""Called by the scripts: do several things in processes of their own, at the same moment."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Sequence

from django.db import connections

HEAD_START = 0.05


def together(acts: Sequence[Callable[[], int | None]], *, lives: Sequence[float] = ()) -> list[int | None]:
    """Fork one process per act; what each gave back (0-100), None for one that was killed.

    `lives` in seconds: after that long the process of the same position is killed with SIGKILL, wherever it is;
    0 lets it live. Raises where an act failed.
    """
    connections.close_all()
    start = time.monotonic() + HEAD_START * len(acts)
    children = []
    for position, act in enumerate(acts):
        child = os.fork()
        if not child:
            _live(act, start, lives[position] if lives else 0)
        children.append(child)
    answers: list[int | None] = []
    for child in children:
        _pid, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
            answers.append(None)
            continue
        answer = os.waitstatus_to_exitcode(status)
        if not 0 <= answer <= 100:
            raise RuntimeError(f"A process ended with {answer}: see its errors above.")
        answers.append(answer)
    return answers


def _live(act: Callable[[], int | None], start: float, life: float) -> None:
    status = 101
    try:
        while time.monotonic() < start:
            time.sleep(0.001)
        if life:
            threading.Timer(life, os.kill, (os.getpid(), signal.SIGKILL)).start()
        status = act() or 0
    finally:
        if status == 101:
            import traceback

            traceback.print_exc()
        connections.close_all()
        os._exit(status)
