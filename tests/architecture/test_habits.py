"""Habits of the house that a reader would have to check by hand: clocks, figures, escaping."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.architecture.sources import ROOT, at, calls, nodes, python_files, short, templates

#: Entrances: they look at the clock and pass it in. What lies further in is told the time.
ENTRANCES = {"views.py", "portal.py", "api.py", "tasks.py", "forms.py"}
#: The mail and the pulse live by the clock; a day is read as people write it, seen from today.
CLOCK_WATCHERS = {
    "advisory/kernel/heartbeat.py",
    "advisory/kernel/outbox.py",
    "advisory/kernel/second_factor.py",
    "advisory/kernel/sessions.py",
    "advisory/kernel/sign_in.py",
    "advisory/kernel/single_sign_on.py",
    # A PDF is drawn by whoever asks first, also by the worker in the middle of sending a mail.
    "billing/invoicing/files.py",
}
CLOCKS = {"timezone": {"now", "localdate", "localtime"}, "date": {"today"}, "datetime": {"now", "today", "utcnow"}}


def _may_look_at_the_clock(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    return (
        path.name in ENTRANCES
        or path.name.endswith("_views.py")
        or "commands" in parts
        or parts[:2] == ("advisory", "web")
        # The entrance of every request to the API, whatever room it goes to.
        or parts[:3] == ("advisory", "kernel", "api")
        or short(path) in CLOCK_WATCHERS
        or (parts[-2].endswith(("views", "api")) and path.name != "__init__.py")
    )


def test_the_time_is_passed_in_from_the_entrances() -> None:
    looking = [
        f"{at(path, call)} {call.func.value.id}.{call.func.attr}()"
        for path in python_files()
        if not _may_look_at_the_clock(path)
        for call in calls(path)
        if isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.attr in CLOCKS.get(call.func.value.id, set())
        and not call.args
    ]
    assert not looking, "pass `now` or `on` in"


def _draws(path: Path) -> bool:
    """Where a figure is a place on a sheet in points, the odds of a die in the demo, or (settings) seconds."""
    return path.name.startswith("pdf") or path.parent.name in ("pdf", "demo") or path.name == "settings.py"


def test_no_figure_is_a_float() -> None:
    floating = [
        at(path, node)
        for path in python_files()
        if not _draws(path)
        for node in nodes(path)
        if isinstance(node, ast.Constant) and isinstance(node.value, float)
    ]
    assert not floating, "Decimal from strings"


def test_nothing_is_made_a_float_or_rounded_to_even() -> None:
    made = [
        at(path, call)
        for path in python_files()
        for call in calls(path)
        if isinstance(call.func, ast.Name)
        and (call.func.id == "round" or (call.func.id == "float" and not _draws(path)))
    ]
    assert not made, "advisory.kernel.money rounds half up"


def test_nothing_is_declared_safe() -> None:
    trusted = [
        at(path, node)
        for path in python_files()
        for node in nodes(path)
        if isinstance(node, ast.Name) and node.id in ("mark_safe", "SafeText")
    ]
    trusted += [
        short(path) for path in templates() if re.search(r"\|\s*safe(seq)?\b", path.read_text(encoding="utf-8"))
    ]
    assert not trusted, "let Django escape; format_html where markup is needed"


def test_escaping_is_off_only_in_plain_text() -> None:
    naked = [short(path) for path in templates() if path.suffix != ".txt" and "autoescape off" in path.read_text()]
    assert not naked


INLINE = {
    "inline script": re.compile(r"<script(?![^>]*\ssrc=)", re.IGNORECASE),
    "inline style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "handler in an attribute": re.compile(r"\son[a-z]+\s*=\s*[\"']|\shx-on\b", re.IGNORECASE),
    "script in a link": re.compile(r"javascript:", re.IGNORECASE),
    "another host": re.compile(r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)=[\"'](?:https?:)?//", re.IGNORECASE),
}


def test_the_pages_obey_the_content_security_policy() -> None:
    breaches = [
        f"{short(path)}: {what}"
        for path in templates()
        if path.suffix == ".html"
        for what, pattern in INLINE.items()
        if pattern.search(path.read_text(encoding="utf-8"))
    ]
    assert not breaches


def test_the_pages_are_polite_in_the_house_way() -> None:
    """The words that screens avoid, in what people read in bokmål."""
    catalogue = ROOT / "locale" / "nb" / "LC_MESSAGES" / "django.po"
    said = [line for line in catalogue.read_text(encoding="utf-8").splitlines() if not line.startswith(("#", "msgid"))]
    avoided = re.compile(r"\b(vennligst|påkrevd|påkrevet|obligatorisk)", re.IGNORECASE)
    assert not [line for line in said if avoided.search(line)]
