"""How hard the property tests try: in the suite 500 examples of what money rests on, fewer of the rest.

`many_examples` is for the invariants of prices, VAT, fund and pots, whose functions are pure; `some_examples` for
properties of reading, showing and drawing, and for those that go through the database or a file, where an example
costs as much as a test. `make stress` gives all of them 5 000.

What they compare with is `tests.billing.oracle`: the rules once more, in fractions, without a look at the program.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings


def _examples(usual: int) -> settings:
    # A busy machine is not a mistake: no deadline, no pace of examples. No database: a run leaves nothing behind.
    return settings(
        max_examples=int(os.environ.get("SELVKOST_EXAMPLES", usual)),
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )


many_examples = _examples(500)
some_examples = _examples(60)
