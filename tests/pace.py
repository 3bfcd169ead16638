"""How often Python looks for garbage in the suite's processes."""

from __future__ import annotations

import gc


def look_for_garbage_seldom() -> None:
    """Program and tests, loaded by now, stay: they are not gone through again, and what is new is seldom gone through.

    A suite makes much and keeps little of it. With Python's own pace a tenth of the time goes to the search, a
    quarter where migrations make classes.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
