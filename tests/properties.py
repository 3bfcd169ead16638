"""How hard the property tests try. `SELVKOST_EXAMPLES=5000 pytest` tries harder than the usual run."""

from __future__ import annotations

import os

from hypothesis import settings

# No deadline: a busy machine is not a mistake. No database: a run leaves nothing behind.
many_examples = settings(max_examples=int(os.environ.get("SELVKOST_EXAMPLES", "500")), deadline=None, database=None)
