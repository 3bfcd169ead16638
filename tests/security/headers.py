"""The headers that hold a browser back, which every answer carries: pages, files, refusals, errors."""

from __future__ import annotations

from typing import Any

from tests.security.canaries import MARK

HEADERS = {
    "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}  # fmt: skip


def missing_headers(answer: Any, *, is_known: bool, is_for_programs: bool = False) -> list[str]:
    """What is wrong with the headers of an answer to somebody who is signed in (`is_known`) or not."""
    found = answer.headers
    wrong = [f"{name} is {found.get(name)!r}" for name, value in HEADERS.items() if found.get(name) != value]
    policy = found.get("Content-Security-Policy", "")
    directives = {each.split()[0]: each.split()[1:] for each in policy.split(";") if each.strip()}
    wanted = {"default-src": "'none'", "frame-ancestors": "'none'", "script-src": "'self'", "style-src": "'self'"}
    wrong += [policy for name, value in wanted.items() if directives.get(name) != [value]]
    kept = found.get("Cache-Control", "")
    # A program may keep an answer for itself and ask whether it still holds (ETag).
    is_fine = "no-store" in kept or (is_for_programs and "private" in kept and "no-cache" in kept)
    if is_known and not is_fine:
        wrong.append("may be kept in a cache")
    if any(sign in str(found) for sign in (f"\nX-{MARK}", "\nBcc")):
        wrong.append("a header of a canary's")
    return wrong
