"""Whether anything on a page is not our own work."""

from __future__ import annotations

import re

from tests.security import pages
from tests.security.canaries import MARK

#: Where a browser would run what stands in an attribute, or fetch it.
LEADS = {"href", "src", "action", "formaction", "srcdoc", "data", "poster", "ping", "srcset", "style", "xlink:href"}
RUNS = ("javascript", "vbscript", "file", "data", "blob")


def alive(page: str) -> list[str]:
    """What on the page was born of a canary, or could be run; nothing on a page of ours."""
    return [f"<{element.name}> {why}" for element in pages.elements(page) if (why := _why(element))]


def _why(element: pages.Element) -> str:
    if MARK in element.name:
        return "is a canary"
    for name, value in element.attributes.items():
        if MARK in name or name.startswith("on") or not re.fullmatch(r"[a-zA-Z][\w:.-]*", name):
            return f"has the attribute {name}"
        scheme = re.sub(r"[\x00-\x20]", "", value).partition(":")[0].lower()
        if name in LEADS and scheme in RUNS:
            return f"leads to {value}"
    if element.name in ("script", "style") and (MARK in element.text or "src" not in element.attributes):
        return "holds a canary"
    return ""
