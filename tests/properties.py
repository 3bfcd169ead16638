"""How hard the property tests try: 500 examples each in the suite, 5 000 by `make stress`.

What they compare with is `tests.billing.oracle`: the rules once more, in fractions, without a look at the program.
"""

from __future__ import annotations

import os

from hypothesis import settings

# No deadline: a busy machine is not a mistake. No database: a run leaves nothing behind.
many_examples = settings(max_examples=int(os.environ.get("SELVKOST_EXAMPLES", "500")), deadline=None, database=None)
