"""What every script wants: imported once, in the process that scripts are forked from."""

import django

django.setup()

from advisory.web import urls  # noqa: E402, F401 - the models must be there before
from tests import builders, tables  # noqa: E402, F401
from tests.concurrency import databases, together  # noqa: E402, F401
from tests.pace import look_for_garbage_seldom  # noqa: E402

look_for_garbage_seldom()
