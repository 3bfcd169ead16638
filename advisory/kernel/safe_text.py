"""Text that both databases can keep: a NUL is an error on PostgreSQL, half a character (a lone surrogate) on both."""

from __future__ import annotations


def storable(text: str) -> bool:
    """Whether the text holds neither NUL nor a lone surrogate."""
    return "\x00" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)
