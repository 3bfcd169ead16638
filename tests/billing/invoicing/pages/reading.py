"""Reading a page as a person does: its words and figures without the tags."""

from __future__ import annotations

import html
import re
from typing import Any


def words(response: Any) -> str:
    """The visible text, spaces joined; no-break spaces become plain ones so that figures read as they look."""
    content = response.content.decode()
    content = re.sub(r"<(script|style|template)\b.*?</\1>", " ", content, flags=re.S)
    main = re.search(r"<main\b.*?</main>", content, flags=re.S)
    text = re.sub(r"<[^>]+>", " ", main[0] if main else content)
    return " ".join(html.unescape(text).replace("\u00a0", " ").split())


def ticked(response: Any, name: str) -> list[str]:
    """The values of the ticked boxes called `name`."""
    boxes = re.findall(rf'<input[^>]*name="{name}"[^>]*>', response.content.decode())
    return [match[1] for box in boxes if "checked" in box and (match := re.search(r'value="([^"]*)"', box))]


def hidden(response: Any, name: str) -> list[str]:
    """The values of the hidden fields called `name`."""
    return re.findall(rf'<input type="hidden" name="{name}" value="([^"]*)"', response.content.decode())
