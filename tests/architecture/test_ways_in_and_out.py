"""Where requests may lead to, sessions begin and archives go: one place each, which the tests of it then hold."""

from __future__ import annotations

import ast
import re

from django.conf import settings as product

from tests.access.routes import routes
from tests.architecture.sources import at, calls, python_files, short


def test_only_the_way_back_reads_where_to_go() -> None:
    """No view of ours takes an address from the request and goes there by itself."""
    reading = [
        at(path, call)
        for path in python_files()
        if short(path) != "advisory/kernel/where_to.py"
        for call in calls(path)
        if isinstance(call.func, ast.Attribute) and call.func.attr in ("get", "getlist", "pop")
        if isinstance(call.func.value, ast.Attribute) and call.func.value.attr in ("GET", "POST")
        if call.args and isinstance(call.args[0], ast.Constant)
        if call.args[0].value in ("next", "url", "to_url", "return", "return_url", "redirect", "continue", "goto")
    ]
    assert not reading, "advisory.kernel.where_to.back"


#: Where a session begins: the door's adapter, and the link of an invitation that came to the mailbox.
STARTS = ("login", "force_login", "perform_login", "cycle_key")
BEGINNINGS = {"advisory/kernel/sign_in.py", "clients/invitations/views.py"}


def test_nobody_can_act_as_another() -> None:
    names = [*product.INSTALLED_APPS, *product.MIDDLEWARE, *(str(route) for route in routes())]
    assert not [name for name in names if re.search(r"hijack|imperson|loginas|/su/|masquerade|become", name)]
    beginning = {
        short(path)
        for path in python_files()
        for call in calls(path)
        if isinstance(call.func, ast.Name | ast.Attribute)
        if getattr(call.func, "attr", getattr(call.func, "id", ""))
        in ("login", "force_login", "perform_login", "cycle_key")
    }
    assert beginning <= BEGINNINGS, beginning


def test_nothing_is_ever_unpacked_to_a_disk() -> None:
    unpacking = [
        short(path) for path in python_files() for call in calls(path)
        if getattr(call.func, "attr", "") in ("extract", "extractall", "unpack_archive")
    ]  # fmt: skip
    assert not unpacking
